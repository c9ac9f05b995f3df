// What playground.sh asks of the page, which it opens in a frame: a line for each fault, then "end".
const report = document.getElementById('report'), frame = document.querySelector('iframe');
const say = (text) => report.append(text + '\n');
const seconds = (n) => new Promise((resolve) => setTimeout(resolve, 1000 * n));
const expect = (holds, text) => { if (!holds) say('wrong: ' + text); };

// The browser's clock runs ahead of what it does beside its scripts, so this counts turns rather than time.
async function until(holds, text) {
  for (let i = 0; i < 50000 && !holds(); ++i) await seconds(0.01);
  expect(holds(), text);
}

async function run(part, values) {
  try { await part(values); } catch (error) { say('wrong: ' + error.stack); }
  say('end');
}

async function open(address, width = 1280) {
  frame.width = width;
  frame.src = 'about:blank';
  await seconds(0.1);
  let loaded = false;
  frame.onload = () => { loaded = true; };
  frame.src = address;
  await until(() => loaded, address + ' does not load');
  const page = frame.contentDocument;
  await until(() => page.getElementById('guide').textContent, address + ' does not begin');
  return page;
}
const texts = (elements) => Array.from(elements, (element) => element.textContent);
const rows = (page) => Array.from(page.querySelectorAll('#steps tr'), (row) => texts(row.cells));
const near = (a, b) => Math.abs(a - b) <= 1e-4 + 2e-6 * Math.abs(b);  // the page shows four decimals

async function computes({ page, cases }) {
  for (const { query, expected } of cases) {
    const steps = rows(await open(page + query));
    const shown = [...steps.map((row) => row[1]), steps.at(-1)?.[3]].map(Number);
    expect(shown.length === expected.length, `${query} shows ${shown.length} numbers`);
    expected.forEach((number, i) => {
      expect(near(shown[i], number), `${query}: loss ${i + 1} is ${shown[i]}, not ${number}`);
    });
  }
}

async function answers({ page: address }) {
  let page = await open(address);
  const one = (selector) => page.querySelector(selector);
  const text = (selector) => one(selector).textContent;
  const points = () => page.querySelectorAll('.points g');
  const click = (id) => page.getElementById(id).click();
  let before;
  const keep = () => { before = one('#data .now').getAttribute('points'); };
  const moved = (what) => {
    expect(one('#data .now').getAttribute('points') !== before, what + ' does not move the curve');
  };
  const set = (input, value) => {
    input.value = value;
    input.dispatchEvent(new frame.contentWindow.Event('input', { bubbles: true }));
  };
  const press = (key) => one('.points .selected').dispatchEvent(
    new frame.contentWindow.KeyboardEvent('keydown', { key, bubbles: true }));
  const point = (target, type, clientX, clientY, pointerType = 'mouse') => target.dispatchEvent(
    new frame.contentWindow.PointerEvent(type, { clientX, clientY, pointerType, bubbles: true }));

  keep();
  set(one('#w'), 0.5);
  expect(near(text('#w-text'), 0.949), 'the middle of the slider is ' + text('#w-text'));
  expect(rows(page).length === 0, 'the slider leaves the steps');
  moved('the slider');
  keep();
  click('best');
  expect(text('#w-text') === '3.964', 'the best w is ' + text('#w-text'));
  moved('the best w');
  click('back');
  expect(text('#w-text') === '0.376', 'the start is ' + text('#w-text'));
  click('one');
  expect(rows(page).join() === '1,61.9502,-18.8117,9.7814', 'one step gives ' + rows(page));
  click('many');
  expect(rows(page).length === 6, 'one step and five are ' + rows(page).length);

  keep();
  const reach = points()[3].querySelector('.reach'), box = reach.getBoundingClientRect();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  point(reach, 'pointerdown', x, y);
  point(one('#data'), 'pointermove', x + 30, y - 40);
  await seconds(0.3);
  point(one('#data'), 'pointerup', x + 30, y - 40);
  const at = points()[3].querySelector('.reach').getBoundingClientRect();
  expect(Math.abs(at.x - box.x - 30) < 1 && Math.abs(at.y - box.y + 40) < 1, 'a dragged point is elsewhere');
  moved('a dragged point');
  const plot = one('#data').getBoundingClientRect();
  keep();
  point(one('#data'), 'pointerdown', plot.x + 300, plot.y + 300);
  point(one('#data'), 'pointerup', plot.x + 300, plot.y + 300);
  expect(points().length === 51, 'a click adds no point');
  moved('a new point');
  point(one('#data'), 'click', plot.x + 200, plot.y + 300, 'touch');
  expect(points().length === 52, 'a finger adds no point');
  keep();
  press('ArrowUp');
  moved('a key');
  press('Insert');
  expect(points().length === 53, 'a key adds no point');
  press('PageDown');
  press('Delete');
  click('delete');
  expect(points().length === 51, 'Delete deletes nothing');

  expect(one('#error').hidden, 'an Error without a cause: ' + text('#error'));
  while (points().length > 1) press('Delete');
  expect(/The library says: reshape: /.test(text('#error')) && !one('#error').hidden, 'one point is no Error');
  press('Insert');
  expect(one('#error').hidden, 'the Error stays');
  set(one('[name=recipe]'), 'mxnet');
  expect(rows(page).length === 5 && rows(page)[0][1] === '32.0329', 'MXNet begins with ' + rows(page)[0]);
  set(one('[name=n]'), 20);
  expect(points().length === 20, 'there are not 20 examples');
  one('#tape').open = true;
  await until(() => /softmax/.test(one('#tape iframe').contentDocument.body?.textContent), 'there is no tape');

  page = await open(address + '?noise=-1');
  expect(/The library says: normal: .* standard_deviation is -1/.test(text('#error')), 'no Error: ' + text('#error'));
  page = await open(address + '?recipe=torch');
  expect(/'torch' is not one of/.test(text('#error')), 'another recipe: ' + text('#error'));
  page = await open(address + '?w=4');
  expect(text('#w-text') === '4.000' && rows(page).length === 0, '?w=4 is ' + text('#w-text'));
  page = await open(address + '?steps=2');
  expect(rows(page).length === 2, '?steps=2 gives ' + rows(page).length);
  for (const width of [390, 1280]) {
    page = await open(address, width);
    for (const fold of page.querySelectorAll('details')) fold.open = true;
    await seconds(0.2);
    const excess = page.documentElement.scrollWidth - frame.contentWindow.innerWidth;
    expect(excess <= 0, `${excess} pixels wider than ${width}`);
  }
  for (const entry of frame.contentWindow.performance.getEntriesByType('resource')) {
    expect(/^(file|data|blob):/.test(entry.name), 'a request to ' + entry.name);
  }
}

// Where the plots stand.
async function areas({ page: address }) {
  const page = await open(address);
  const boxes = ['data', 'heat', 'loss'].map((id) => {
    const { x, y, width, height } = page.getElementById(id).getBoundingClientRect();
    return { id, x, y, width, height };
  });
  say('areas ' + JSON.stringify(boxes));
}

// In each of them many pixels differ from the most frequent colour.
async function paints({ areas: boxes, shot }) {
  const image = new Image();
  image.src = shot;
  await until(() => image.complete && image.naturalWidth > 0, 'there is no screenshot');
  const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
  canvas.drawImage(image, 0, 0);
  for (const { id, x, y, width, height } of boxes) {
    const image = canvas.getImageData(x + 4, y + 4, width - 8, height - 8);
    const counts = new Map(), pixels = new Uint32Array(image.data.buffer);
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) ?? 0) + 1);
    const others = 1 - Math.max(...counts.values()) / pixels.length;
    expect(others > 0.03 && counts.size > 20, `${id}: ${counts.size} colours, ${others.toFixed(3)} not the ground's`);
  }
}
