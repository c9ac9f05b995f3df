// A tape to step through says how high it is.
addEventListener('message', (event) => {
  for (const frame of document.querySelectorAll('iframe.stepper')) {
    if (event.source === frame.contentWindow) frame.style.height = `${event.data.stepperHeight + 4}px`;
  }
});

// What is too wide for its page: sentences among output are wrapped; a table is set smaller on a wide screen, down to 9.5
// pixels, before it scrolls.
addEventListener('DOMContentLoaded', () => {
  for (const block of document.querySelectorAll('.bd-content pre')) {
    const wide = block.textContent.split('\n').filter((line) => line.length > 92);
    if (wide.length > 0 && block.closest('.highlight-text') && !wide.some((line) => /\S {2,}\S/.test(line))) {
      block.style.whiteSpace = 'pre-wrap';
    }
    for (let size = 11.5; size >= 9.5 && innerWidth >= 1200 && block.scrollWidth > block.clientWidth; size -= 0.5) {
      block.style.fontSize = `${size}px`;
    }
  }
});

// Light or dark: as the system says, until the reader has chosen; the choice is kept. Loaded in the head, so that no
// page flashes white.
(function () {
  const system = '(prefers-color-scheme: dark)';
  const sheets = document.querySelectorAll('link[media="' + system + '"]');
  const kept = {
    get() { try { return localStorage.getItem('look'); } catch (error) { return null; } },
    set(look) { try { localStorage.setItem('look', look); } catch (error) { /* then only this page knows */ } },
  };
  const isDark = () => (kept.get() || (matchMedia(system).matches ? 'dark' : 'light')) === 'dark';
  function show(dark) {
    for (const sheet of sheets) sheet.media = dark ? 'all' : 'not all';
  }
  let dark = isDark();
  show(dark);
  matchMedia(system).addEventListener('change', () => show(dark = isDark()));

  document.addEventListener('DOMContentLoaded', () => {
    const bar = document.querySelector('.topbar-main');
    if (!bar) {  // from version 1 on the theme has a button of its own: its choice holds
      const root = document.documentElement, follow = () => show(root.dataset.theme === 'dark');
      new MutationObserver(follow).observe(root, { attributeFilter: ['data-theme'] });
      return follow();
    }
    const button = document.createElement('button');
    button.className = 'btn btn-secondary topbarbtn';
    button.title = 'Light or dark';
    button.setAttribute('aria-label', 'Switch between light and dark');
    button.innerHTML = '<i class="fas fa-adjust"></i>';
    button.addEventListener('click', () => {
      dark = !dark;
      kept.set(dark ? 'dark' : 'light');
      show(dark);
    });
    bar.append(button);
  });
})();
