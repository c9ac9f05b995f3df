// The page: what it holds, what it asks the library for, and what its reader moves. No number that it shows is
// computed here.
const RECIPES = ['pytorch', 'mxnet', 'tensorflow'];
const [LOW, HIGH] = [0.03, 30];  // of |w|, on the slider and in the plot of the loss
const settings = { seed: 0, n: 50, noise: 0.5, lr: 0.5, epochs: 5, recipe: 'pytorch' };
let points = [];       // {x, y}, by x as they are drawn; a point keeps its place in the list while it is moved
let selected = -1;     // the place of the point that keys move; none at first
let start = 1, w = 1;  // where training begins, and where w is
let steps = [];        // [loss, slope, w after] of each since w was moved by hand
let stepsFrom = 1;     // the w before the first of them
let truth, curve, lowest, bestCurve, axes, lossAxes, tapeLater;

const recipe = () => RECIPES.indexOf(settings.recipe);
const half = (numbers) => [numbers.slice(0, numbers.length / 2), numbers.slice(numbers.length / 2)];
const short = (number) => Number(number.toPrecision(4)).toString();
const stepsOf = (count) => count + (count === 1 ? ' step' : ' steps');
const slider = axis(LOW, HIGH, 0, 1, true);

// Runs what may throw. An Error of the library is shown as its text, the first if there are several; what was drawn
// before stays.
function attempt(action) {
  try {
    action();
  } catch (error) {
    if (!byId('error').hidden) return;
    byId('error').textContent = (error instanceof LibraryError ? 'The library says: ' : '') + error.message;
    byId('error').hidden = false;
  }
}

// What the reader does, then all that follows from it. `moved` says whether the points are others now.
function change(action, moved = true) {
  byId('error').hidden = true;
  attempt(action);
  if (moved) attempt(measure);
  attempt(showPlot);
  showPoints();
  attempt(showLoss);
  showText();
  clearTimeout(tapeLater);
  if (byId('tape').open) tapeLater = setTimeout(showTape, 300);
}

function drawData() {
  const numbers = library.call('draw', [], settings.seed, settings.n, settings.noise, recipe());
  const [xs, ys] = half(numbers.slice(0, -1));
  points = Array.from(xs, (x, i) => ({ x, y: ys[i] }));
  selected = -1;
  start = numbers[numbers.length - 1];
  restart(start);
}

function restart(at) {
  w = stepsFrom = at;
  steps = [];
}

function train(epochs) {
  for (let i = 0; i < epochs; ++i) {
    const step = library.call('step', points, w, settings.lr, recipe());
    steps.push(step);
    w = step[2];
  }
}

function measure() {
  curve = lowest = bestCurve = undefined;
  const numbers = library.call('losses', points, recipe());
  lowest = numbers.slice(-2);
  curve = half(numbers.slice(0, -2));
  bestCurve = library.call('predict', points, lowest[0]).slice(2);
}

function showPlot() {
  const ys = points.map((point) => point.y);
  const bottom = Math.min(-1, ...ys.map(Math.floor)), top = Math.max(5, ...ys.map(Math.ceil));
  const yTicks = Array.from({ length: top - bottom + 1 }, (_, i) => bottom + i);
  const xTicks = [0, 1, 2, 3, 4, 5];
  axes = frame(byId('data'), { x: [0, 5], y: [bottom, top], xTicks, yTicks, xLabel: 'x' });
  const [xs, truths] = truth;
  const line = (name) => byId('data').querySelector('.' + name);
  draw(line('truth'), axes, xs, truths);
  draw(line('best'), axes, lowest ? xs : [], bestCurve);
  const [error, largest, ...prediction] = library.call('predict', points, w);
  draw(line('now'), axes, xs, prediction);
  paint(byId('heat'), library.call('weights', points, w), points.length, largest);
  byId('heat-text').textContent = 'A row: a query, x from 0 at the top to 4.9. A column: a training input, sorted. ' +
    `The more colour, the more weight, up to ${largest.toFixed(3)}. Each row sums to 1.`;
  byId('heat').setAttribute('aria-label', byId('heat-text').textContent);
  byId('error-text').textContent = `Mean squared error of the prediction against the truth: ${error.toFixed(4)}.`;
}

// The points' elements stay while they are moved, so that focus and finger stay on them.
function showPoints() {
  const group = byId('data').querySelector('.points');
  while (group.children.length > points.length) group.lastChild.remove();
  while (group.children.length < points.length) {
    const point = put(group, 'g', { role: 'button', 'aria-roledescription': 'point' });
    put(point, 'circle', { r: 12, class: 'reach' });
    put(point, 'circle', { r: 4.5, class: 'point' });
  }
  points.forEach(({ x, y }, i) => {
    const point = group.children[i];
    point.setAttribute('transform', `translate(${axes.x.pixel(x)} ${axes.y.pixel(y)})`);
    point.setAttribute('class', i === selected ? 'selected' : '');
    point.setAttribute('tabindex', i === Math.max(selected, 0) ? 0 : -1);
    point.setAttribute('aria-label', `point ${i + 1}: x ${x.toFixed(2)}, y ${y.toFixed(2)}`);
  });
  byId('delete').disabled = selected < 0;
}

function showLoss() {
  const svg = byId('loss'), marks = svg.querySelector('.marks'), line = svg.querySelector('.now');
  const path = svg.querySelector('.path');
  marks.replaceChildren();
  line.removeAttribute('points');
  path.removeAttribute('points');
  if (!curve) return;
  const now = library.call('loss', points, w, recipe())[0];
  const ws = [stepsFrom, ...steps.map((step) => step[2])].map(Math.abs);
  const losses = [...steps.map((step) => step[0]), now];
  const from = lowest[1] * 0.9, to = Math.max(...curve[1], ...losses) * 1.1;
  const yTicks = [-3, -2, -1, 0, 1, 2, 3, 4, 5].flatMap((power) => [1, 2, 3, 5, 7].map((digit) => `${digit}e${power}`))
    .map(Number).filter((tick) => from < tick && tick < to);
  const xTicks = [0.03, 0.1, 0.3, 1, 3, 10, 30];
  lossAxes = frame(svg, { x: [LOW, HIGH], y: [from, to], xTicks, yTicks, xLabel: '|w|', logarithmic: true });
  draw(line, lossAxes, ...curve);
  draw(path, lossAxes, ws, losses);
  const mark = (x, y, r, name) => {
    put(marks, 'circle', { cx: lossAxes.x.pixel(x), cy: lossAxes.y.pixel(y), r, class: name });
  };
  mark(...lowest, 8, 'lowest');
  ws.forEach((at, i) => mark(at, losses[i], i === steps.length ? 6 : 3, 'step'));
  const text = `The loss is ${now.toFixed(4)} at w = ${w.toFixed(4)}; the lowest is ${lowest[1].toFixed(4)}, at ` +
    `${lowest[0].toFixed(4)}.`;
  svg.setAttribute('aria-label', text);
  byId('now').textContent = text;
}

function showText() {
  byId('w').value = slider.pixel(Math.abs(w));
  byId('w-text').textContent = w.toFixed(3);
  byId('w').setAttribute('aria-valuetext', w.toFixed(3));
  byId('many').textContent = stepsOf(settings.epochs);
  for (const input of byId('settings').querySelectorAll('input, select')) {
    input.value = settings[input.name];
    if (input.type === 'range') input.parentNode.querySelector('output').textContent = settings[input.name];
  }
  byId('steps').replaceChildren(...steps.map(([loss, slope, after], i) => {
    const row = document.createElement('tr'), texts = [loss, slope, after].map((number) => number.toFixed(4));
    for (const text of [i + 1, ...texts]) row.insertCell().textContent = text;
    return row;
  }));
  byId('guide').textContent = guide();
}

// What was done, and what there is to see.
function guide() {
  if (!lowest) return 'Add points, or go back to the start.';
  const best = short(lowest[0]), now = short(w), size = Math.abs(w) / lowest[0];
  let done = '';
  if (steps.length > 0) {
    const first = steps.length > 1 ? `, the first alone to ${short(steps[0][2])}` : '';
    done = `${stepsOf(steps.length)} of gradient descent led from w = ${short(stepsFrom)} to ${now}${first}. `;
  }
  if (size > 1.5) {
    return `${done}The best w is ${best}; at ${now} the kernel is too narrow: each prediction leans on the few ` +
      'nearest points, and the blue curve follows their noise. Pull w to the left, and watch the bumps go.';
  }
  if (size < 1 / 1.5) {
    return `${done}The best w is ${best}; at ${now} the kernel is too wide: far points count nearly as much as near ` +
      'ones, and the blue curve is too level. Pull w to the right, and watch it bend.';
  }
  return `${done}At the best w, ${best}, each point is predicted best from all others; the truth, dashed, has no ` +
    'part in it. Pull w to either side, or move a point and see how far it reaches.';
}

function showTape() {
  attempt(() => { byId('tape').querySelector('iframe').srcdoc = library.text('tape_page', points, w, recipe()); });
}

// The address opens the page as it is now, but for points that were moved.
function remember() {
  const query = new URLSearchParams(settings);
  const trained = stepsFrom === start;
  query.set(...(trained ? ['steps', steps.length] : ['w', short(w)]));
  try { history.replaceState(null, '', '?' + query); } catch (error) { /* then the address stays as it is */ }
}

function openAddress() {
  const query = new URLSearchParams(location.search);
  for (const name of Object.keys(settings).filter((key) => query.has(key))) {
    settings[name] = name === 'recipe' ? query.get(name) : Number(query.get(name));
  }
  settings.n = Math.min(settings.n, 1000);  // or the page would stand still for minutes
  if (recipe() < 0) throw Error(`recipe: '${settings.recipe}' is not one of ${RECIPES.join(', ')}`);
  drawData();
  if (query.has('w')) restart(Number(query.get('w')));
  else train(query.has('steps') ? Math.min(query.get('steps'), 1000) : settings.epochs);
}

async function main() {
  try {
    await library.load(byId('module').textContent);
    truth = half(library.call('truth', []));
  } catch (error) {
    return attempt(() => { throw error; });
  }
  listen();
  change(openAddress);
}
