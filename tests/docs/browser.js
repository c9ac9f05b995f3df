// Opens every page of the site in a frame, one after the other, and writes what is wrong with it into the document, one
// line a fault. Loaded by the page that site.sh writes, which sets `pages`. (Script errors are in the browser's log.)
const seconds = (n) => new Promise((resolve) => setTimeout(resolve, 1000 * n));
const report = document.getElementById('report');
let page;
const start = (text) => text.trim().slice(0, 100);
const wrong = (text) => report.append(page + ': ' + text + '\n');

async function open(address, frame) {
  page = address.replace(/.*\/html\//, '');
  const loaded = new Promise((resolve) => { frame.onload = resolve; });
  frame.width = 390;  // a phone's
  frame.src = address;
  await Promise.race([loaded, seconds(30)]);
  const view = frame.contentWindow;
  if (!view.document.querySelector('main h1, main #search-results')) wrong('did not load');
  if (view.document.querySelector('.math')) {
    const done = new Promise((resolve) => view.MathJax?.Hub?.Queue(() => resolve(true)));
    if (!await Promise.race([done, seconds(30)])) wrong('MathJax did not run');
  }
  return view;
}

function check(view) {
  const document = view.document;
  for (const image of document.querySelectorAll('main img')) {
    if (!image.complete || image.naturalWidth === 0) wrong('missing picture ' + image.getAttribute('src'));
    if (!/\w/.test(image.alt)) wrong('picture without a text ' + image.getAttribute('src'));
  }
  for (const formula of document.querySelectorAll('.math')) {
    const bad = formula.querySelector('.merror, .mjx-merror, .MathJax_Error, .noError');
    if (bad || !formula.querySelector('.mjx-chtml')) wrong('formula not rendered: ' + start(formula.textContent));
  }
  const texts = document.createTreeWalker(document.querySelector('main') ?? document.body, NodeFilter.SHOW_TEXT);
  for (let text = texts.nextNode(); text; text = texts.nextNode()) {
    if (text.parentElement.closest('code, pre, script, style, .math, .sig')) continue;
    if (/\$|\\\(|\\\[|\\[a-z]+\{/.test(text.data)) wrong('raw formula: ' + start(text.data));
  }
  for (const entry of view.performance.getEntriesByType('resource')) {
    if (!/^(file|data|blob):/.test(entry.name)) wrong('request to ' + entry.name);
  }
  for (const sheet of document.querySelectorAll('link[rel=stylesheet]')) {
    if (!sheet.sheet) wrong('missing style sheet ' + sheet.getAttribute('href'));
  }
  const main = document.querySelector('main') ?? document.body;
  const excess = Math.max(main.scrollWidth - main.clientWidth, document.documentElement.scrollWidth - view.innerWidth);
  if (excess > 0) wrong(excess + ' pixels wider than a phone');
}

async function main() {
  const frame = document.querySelector('iframe');
  for (const address of pages) check(await open(address, frame));

  // The button exchanges light and dark, and the choice outlives the page.
  const ground = (view) => view.getComputedStyle(view.document.body).backgroundColor;
  let view = await open(pages[0], frame);
  const before = ground(view);
  const button = view.document.querySelector('.topbar button[aria-label*=dark], .theme-switch-button');
  let after = before;
  for (let i = 0; i < 3 && before === after; ++i) {  // the theme's own button also has a place for what the system says
    button.click();
    await seconds(1);
    after = ground(view);
  }
  if (before === after) wrong('the button for light and dark changes nothing');
  view = await open(pages[0], frame);
  if (ground(view) !== after) wrong('the choice of light or dark is forgotten');

  view = await open(pages.find((address) => address.endsWith('/search.html')) + '?q=softmax', frame);
  for (let i = 0; i < 20 && !view.document.querySelector('#search-results li'); ++i) await seconds(0.5);
  if (!view.document.querySelector('#search-results li')) wrong('the search finds no softmax');
}
main().catch((error) => wrong(error)).finally(() => report.append('end\n'));
