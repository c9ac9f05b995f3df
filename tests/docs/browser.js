// Opens every page of the site in a frame, one after the other, and writes what is wrong with it into the document, one
// line a fault. Loaded by the page that site.sh writes, which sets `pages`, and `steppers`, the tapes that can be
// stepped through. (Script errors are in the browser's log.)
const seconds = (n) => new Promise((resolve) => setTimeout(resolve, 1000 * n));
const report = document.getElementById('report');
let page;
const start = (text) => text.trim().slice(0, 100);
const wrong = (text) => report.append(page + ': ' + text + '\n');

async function load(address, frame) {
  page = address.replace(/.*\/html\//, '');
  const loaded = new Promise((resolve) => { frame.onload = resolve; });
  frame.width = 390;  // a phone's
  frame.src = address;
  await Promise.race([loaded, seconds(30)]);
  return frame.contentWindow;
}

async function open(address, frame) {
  const view = await load(address, frame);
  if (!view.document.querySelector('main h1, main #search-results')) wrong('did not load');
  if (view.document.querySelector('.math')) {
    const done = new Promise((resolve) => view.MathJax?.Hub?.Queue(() => resolve(true)));
    if (!await Promise.race([done, seconds(30)])) wrong('MathJax did not run');
  }
  return view;
}

// A number at the beginning of a text that the stepper or a printed table shows; they may have different precisions.
const first = (text) => Number.parseFloat(text.replaceAll('−', '-').replace('[', ''));
const near = (a, b) => a === b || Math.abs(a - b) <= 2e-3 * Math.abs(b);

// Without scripts a tape is a printed table. With them, its last step shows the table's cotangents, and its first none.
async function checkStepper(address, frame) {
  frame.sandbox = 'allow-same-origin';
  const printed = (await load(address, frame)).document.querySelector('pre').textContent.trimEnd().split('\n');
  frame.removeAttribute('sandbox');
  const view = await load(address + '?step=2', frame), document = view.document;
  const column = printed[0].indexOf('cotangent');
  const press = (key) => document.dispatchEvent(new view.KeyboardEvent('keydown', { key }));
  const cotangents = () => [...document.querySelectorAll('.tape td.cotangent')].map((cell) => cell.textContent);

  press('Home');
  if (cotangents().some((text) => text !== '')) wrong('a cotangent before the sweep');
  const last = Number(document.querySelector('input').max), partial = new Set();
  let colours = 0;
  for (let step = 0; step < last; ++step) {
    press('ArrowRight');
    partial.add(cotangents()[0]);
    const excess = document.documentElement.scrollWidth - view.innerWidth;
    if (excess > 0) wrong(`step ${step + 1} is ${excess} pixels wider than a phone`);
    for (const canvas of document.querySelectorAll('canvas')) {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      colours = Math.max(colours, new Set(new Uint32Array(data.buffer)).size);
    }
  }
  const expected = printed.slice(1).map((line) => line.slice(column));
  const shown = cotangents();
  expected.forEach((text, i) => {
    const same = text === '' ? shown[i] === '' : near(first(shown[i]), first(text));
    if (!same) wrong(`row ${i} ends with ${shown[i]} and not with ${text}`);
  });
  if (address.endsWith('/02_by_hand.html') && [...partial].join() !== ',1,1 + 8 + 8,17') {
    wrong('the leaf goes through ' + [...partial].join());
  }
  if (colours === 1) wrong('every heat map has one colour alone');
  press('Home');
  press('End');
  if (cotangents().join() !== shown.join()) wrong('End shows something else');
  for (let step = 0; step < last; ++step) press('ArrowLeft');
  if (cotangents().some((text) => text !== '')) wrong('stepping back leaves a cotangent');
  for (const entry of view.performance.getEntriesByType('resource')) wrong('request to ' + entry.name);
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
  for (const address of steppers) await checkStepper(address, frame);

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
