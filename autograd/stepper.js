// The stepper: shows a tape step by step, forward and then backward. autograd/html.cpp writes the page that this is
// part of, and, as JSON, the tape: its rows (leaves, entries, perhaps a row for the folded middle), their tensors, and
// the name of the entry that the sweep began at.
(function () {
'use strict';

const tape = JSON.parse(document.getElementById('tape').textContent);
const { rows, tensors } = tape;

// --- Texts ---

const special = { nan: 'NaN', inf: '∞', '-inf': '−∞' };

function numberText(value, digits) {
  return special[value] ?? String(Number(value.toPrecision(digits))).replaceAll('-', '−');
}

// A tensor in a few characters: a number, or the first two or three.
function brief(index) {
  if (index === null) return '…';
  const { shape, first, rows: down, columns } = tensors[index];
  if (shape === '()') return numberText(first[0], 6);
  const all = down * columns <= 3;
  const shown = (all ? first : first.slice(0, 2)).map((value) => numberText(value, 4));
  return '[' + shown.concat(all ? [] : ['…']).join(', ') + ']';
}

function sum(parts) {
  const texts = parts.map((part) => brief(part.value));
  if (texts.length > 4) texts.splice(2, texts.length - 3, '…');
  return texts.join(' + ');
}

// "1 to %1 and 1 to x0"
function list(texts) {
  if (texts.length > 3) texts = [...texts.slice(0, 2), `${texts.length - 2} more`];
  return texts.length < 2 ? texts.join() : texts.slice(0, -1).join(', ') + ' and ' + texts.at(-1);
}

// Letters have their bars as characters of their own: the input's in "ā = ȳ b" is a.
const inputLetter = (rule) => rule.normalize('NFD').match(/^(\S+?)\u0304(\S*) *=/)?.slice(1).join('');
const outputLetter = (row) => row.formula.match(/^(\S+) *=/)?.[1] ?? 'y';

// --- Steps ---

// A step is { kind, row, text }. A row learns when it is computed, when it hands its cotangent on, when its own is
// complete, and the parts that this is the sum of.
const byName = new Map();
for (const row of rows) {
  row.isFold = row.folded !== undefined;
  row.isLeaf = !row.isFold && row.inputs === undefined;
  row.inputs ??= [];
  row.computed = 0;
  row.swept = row.complete = Infinity;
  row.parts = [];
  byName.set(row.name, row);
}
const fold = rows.find((row) => row.isFold);
const rowOf = (name) => byName.get(name) ?? fold;
for (const row of rows) {
  const names = (row.to ?? row.inputs.map((input) => input.from)).filter((from) => from !== 'const');
  row.sources = [...new Set(names.map(rowOf))];
}
const handsOn = (row) => row.isFold ? row.to.length > 0 : row.inputs.some((input) => input.handed !== null);

const steps = [];
function addStep(kind, row, text) {
  steps.push({ kind, row, text });
  return steps.length - 1;
}

function addForwardSteps() {
  const leaves = rows.filter((row) => row.isLeaf), entries = rows.filter((row) => !row.isLeaf);
  addStep('start', leaves.at(-1), 'Before the first entry there is ' +
    (leaves.length === 1 ? 'one leaf: ' : 'a leaf for each input that needs a gradient: ') +
    list(leaves.map((leaf) => `${leaf.name} = ${brief(leaf.value)}`)) + '.');
  entries.forEach((row, i) => {
    const reads = list([...new Set(row.inputs.map((input) => input.from === 'const' ? 'a constant' : input.from))]);
    row.computed = addStep('forward', row, `Forward, ${i + 1} of ${entries.length}: ` + (row.isFold
      ? `${row.folded} entries run, which are not shown.`
      : `${row.name}, ${row.op}, reads ${reads} and gives ${brief(row.value)}.`));
  });
}

function addBackwardSteps() {
  const begin = rowOf(tape.start);
  const sweeping = rows.filter(handsOn).reverse();
  const seed = byName.get(tape.start)?.cotangent ?? null;
  begin.parts.push({ value: seed, step: steps.length });
  addStep('back', begin, `The sweep begins at ${tape.start}: its cotangent is ` +
    (seed === null ? 'given.' : `${brief(seed)}, the start.`));
  sweeping.forEach((row, i) => {
    const given = row.isFold ? row.to.map((from) => ({ from, handed: null }))
      : row.inputs.filter((input) => input.handed !== null);
    const words = new Map();
    for (const input of given) {
      const text = `${brief(input.handed)} to ${input.from}`;
      words.set(text, (words.get(text) ?? 0) + 1);
      rowOf(input.from).parts.push({ from: row, value: input.handed, step: steps.length });
    }
    const hands = list([...words].map(([text, n]) => text + (n === 1 ? '' : n === 2 ? ', twice' : `, ${n} times`)));
    row.swept = row.complete = addStep('back', row, `Back, ${i + 1} of ${sweeping.length}: ` + (row.isFold
      ? `the ${row.folded} entries that are not shown hand theirs on.`
      : `${row.name}, ${row.op}, has ${brief(row.cotangent)} and hands on ${hands}.`));
  });
  for (const row of rows) row.complete = Math.min(row.complete, steps.length);
  const reached = rows.filter((row) => row.isLeaf && row.parts.length > 0);
  addStep('end', reached[0] ?? begin, 'The sweep is done. ' + (reached.length === 0 ? '' : 'The gradient of ' +
    list(reached.map((row) => `${row.name} is ` + (reached.length === 1 && row.parts.length > 1
      ? `${sum(row.parts)} = ` : '') + brief(row.cotangent))) + '.'));
}

addForwardSteps();
const forwardEnd = steps.length - 1;
if (tape.start !== null) addBackwardSteps();

const arrived = (row, step) => row.parts.filter((part) => part.step <= step);

// The sum so far, as it is written in the row.
function cotangentText(row, step) {
  if (row.isFold) return '';
  return step >= row.complete && row.parts.length > 0 ? brief(row.cotangent) : sum(arrived(row, step));
}

// --- The page ---

const maker = (space) => (tag, attributes = {}, ...children) => {
  const made = document.createElementNS(space, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
};
const element = maker('http://www.w3.org/1999/xhtml'), drawn = maker('http://www.w3.org/2000/svg');

function button(label, shape, action) {
  const icon = drawn('svg', { viewBox: '0 0 16 16', width: 14, 'aria-hidden': true }, drawn('path', { d: shape }));
  const made = element('button', { type: 'button', title: label, 'aria-label': label }, icon);
  made.addEventListener('click', action);
  return made;
}
const play = element('button', { type: 'button' }, 'Play');
play.addEventListener('click', () => togglePlay());
const slider = element('input', { type: 'range', min: 0, max: steps.length - 1, 'aria-label': 'Step' });
slider.addEventListener('input', () => go(Number(slider.value)));
const sentence = element('p', { class: 'sentence', role: 'status', 'aria-live': 'polite' });
const top = element('div', { class: 'top' },
  element('div', { class: 'bar', role: 'group', 'aria-label': 'Steps' },
    button('First step', 'M2 1h2v14H2zM14 1v14L5 8z', () => go(0)),
    button('Step back', 'M12 1v14L3 8z', () => go(now - 1)),
    button('Step forward', 'M4 1v14l9-7z', () => go(now + 1)),
    button('Last step', 'M12 1h2v14h-2zM2 1v14l9-7z', () => go(steps.length - 1)),
    play, slider),
  sentence);

// The graph: each value that is used again, and not just by the next row, has a lane from its row to its last use.
const rowHeight = 34, laneWidth = 11, mostLanes = 7;
function lanes() {
  const lastUse = new Map();
  rows.forEach((row, at) => {
    for (const from of row.sources) if (rows[at - 1] !== from) lastUse.set(from, at);
  });
  const ends = [];
  const laneOf = new Map();
  rows.forEach((row, at) => {
    if (!lastUse.has(row)) return;
    let lane = ends.findIndex((end) => end <= at);
    if (lane < 0) lane = Math.min(ends.length, mostLanes - 1);  // more than that share the last one
    ends[lane] = Math.max(ends[lane] ?? 0, lastUse.get(row));
    laneOf.set(row, lane);
  });
  return { laneOf, count: ends.length };
}
const { laneOf, count: laneCount } = lanes();
const nodeX = 16 + laneCount * laneWidth, graphWidth = nodeX + 14;

const graph = drawn('svg', { width: graphWidth, height: rows.length * rowHeight, 'aria-hidden': true });
const edges = [];  // { from, to, handed, path }, each drawn from the entry to its input
const middle = (at) => (at + 0.5) * rowHeight;
rows.forEach((row, at) => {
  for (const from of row.sources) {
    const begin = middle(at), end = middle(rows.indexOf(from));
    const x = nodeX - 6 - laneWidth * ((laneOf.get(from) ?? 0) + 1), bent = x + 6;
    const path = drawn('path', { class: 'future', pathLength: 1, d: rows[at - 1] === from
      ? `M${nodeX} ${begin}V${end}`
      : `M${nodeX} ${begin}H${bent}Q${x} ${begin} ${x} ${begin - 6}V${end + 6}Q${x} ${end} ${bent} ${end}H${nodeX}` });
    const handed = row.isFold || row.inputs.some((input) => rowOf(input.from) === from && input.handed !== null);
    edges.push({ from, to: row, path, handed });
    graph.append(path);
  }
});
rows.forEach((row, at) => {
  row.node = row.isLeaf ? drawn('rect', { x: nodeX - 5.5, y: middle(at) - 5.5, width: 11, height: 11 })
    : drawn('circle', { cx: nodeX, cy: middle(at), r: row.isFold ? 3 : 5.5 });
  graph.append(row.node);
});

// The table. One row at a time can be reached by Tab, others from there by the arrows up and down.
const columns = ['graph', 'name', 'op', 'inputs', 'shape', 'value', 'cotangent'];
const head = element('tr', {}, ...columns.map((name) => element('th', { class: name }, name === 'name' ? '#' : name)));
head.children[0].style.width = Math.max(graphWidth, 46) + 'px';
head.children[1].style.width = `calc(${Math.max(...rows.map((row) => row.name?.length ?? 0))}ch + 16px)`;
const body = element('tbody');
for (const row of rows) {
  const texts = row.isFold ? { op: `${row.folded} more` }
    : { name: row.name, op: row.op, inputs: row.inputs.map((input) => input.from).join(', '),
        shape: tensors[row.value].shape, value: brief(row.value) };
  const cells = columns.map((name) => element('td', { class: name }, texts[name] ?? ''));
  row.line = element('tr', { tabindex: -1 }, ...cells);
  row.line.addEventListener('mouseenter', () => choose({ pointed: row }));
  row.line.addEventListener('focus', () => choose({ focused: row }));
  row.line.addEventListener('blur', () => choose({ focused: null }));
  body.append(row.line);
}
body.addEventListener('mouseleave', () => choose({ pointed: null }));
body.addEventListener('keydown', (event) => {
  const at = rows.findIndex((row) => row.line === document.activeElement);
  const next = rows[at + { ArrowDown: 1, ArrowUp: -1 }[event.key]];
  if (!next) return;
  event.preventDefault();
  next.line.focus();
});
const table = element('table', { 'aria-label': 'The tape' }, element('thead', {}, head), body);
const panel = element('section', { class: 'panel', tabindex: 0, 'aria-label': 'The chosen row' });
document.querySelector('pre').replaceWith(top,
  element('div', { class: 'both' }, element('div', { class: 'tape' }, table, graph), panel),
  element('p', { class: 'keys' }, 'Keys: ← and → step, Home and End jump, space plays. Point at a row, or move ' +
    'to it with Tab and ↑ and ↓, to see its numbers. In pictures of numbers blue is below 0, orange above.'));

// --- Painting ---

let now = -1;
const chosen = { pointed: null, focused: null };

function set(owner, name, value) {  // repaints only what has changed
  if (owner['shown-' + name] === value) return false;
  owner['shown-' + name] = value;
  return true;
}

function stateOf(row, step) {
  const { kind, row: active } = steps[step];
  if (row.computed > step) return 'future';
  if (kind === 'end') return row.isLeaf && row.parts.length > 0 ? 'near' : '';
  if (row === active) return 'now';
  if (kind === 'forward') return active.sources.includes(row) ? 'near' : '';
  return row.parts.some((part) => part.step === step) ? 'near' : '';
}

function edgeState({ from, to, handed }, step) {
  const { kind, row: active } = steps[step];
  if (to.computed > step) return 'future';
  if (to === active && kind === 'forward') return 'read';
  if (!handed || to.swept > step) return '';
  return to.swept === step ? 'hands' : 'handed';
}

function paint() {
  for (const row of rows) {
    const text = cotangentText(row, now), partial = text !== '' && now < row.complete;
    const line = stateOf(row, now) + (partial ? ' partial' : '');
    if (set(row, 'line', line)) row.line.className = line;
    if (set(row, 'cotangent', text)) row.line.lastChild.textContent = text;
    const swept = row.isLeaf ? now >= row.complete && text !== '' : now >= row.swept;
    const node = row.computed > now ? 'future' : swept ? 'swept' : text !== '' ? 'reached'
      : line === 'now' && !row.isLeaf ? 'now' : '';
    if (set(row, 'node', node)) row.node.setAttribute('class', 'node ' + node);
  }
  for (const edge of edges) {
    const state = edgeState(edge, now);
    if (!set(edge, 'state', state)) continue;
    edge.path.setAttribute('class', state);
    edge.path.style.setProperty('--way', state === 'read' ? -1 : 1);
    if (state === 'read' || state === 'hands') graph.insertBefore(edge.path, rows[0].node);  // above the others
  }
  const { text, row: active } = steps[now];
  sentence.textContent = text;
  top.className = now > forwardEnd ? 'top back' : 'top';
  slider.value = now;
  slider.setAttribute('aria-valuetext', `${now} of ${steps.length - 1}`);
  choose({ active });
}

function choose(what) {
  Object.assign(chosen, what);
  const row = chosen.pointed ?? chosen.focused ?? chosen.active;
  for (const other of rows) {
    const mark = other === row;
    if (!set(other, 'chosen', mark)) continue;
    other.line.toggleAttribute('data-chosen', mark);
    other.line.tabIndex = mark ? 0 : -1;
  }
  if (set(panel, 'content', `${rows.indexOf(row)} ${now}`)) panel.replaceChildren(...panelOf(row));
}

// --- The panel ---

const formula = (text) => element('span', { class: 'formula' }, text);
const barred = (letter) => (letter[0] + '\u0304' + letter.slice(1)).normalize('NFC');
const line = (term, ...content) => [element('dt', {}, term), element('dd', {}, ...content)];

// A tensor: a number, a table of a few numbers, or a heat map.
function shown(index) {
  const { shape, rows: down, columns, row_step: rowStep, column_step: columnStep, numbers } = tensors[index];
  if (shape === '()' || down * columns < 3) return [brief(index)];
  let height = Math.ceil(down / rowStep), width = Math.ceil(columns / columnStep);
  if (width === 1) [width, height] = [height, width];
  const finite = numbers.filter((value) => !special[value]);
  const most = Math.max(...finite.map(Math.abs), 1e-300);
  const strength = (value) => special[value] ? 0 : Math.abs(value) / most;
  const colour = (value) => value < 0 ? '--blue' : '--orange';
  if (width <= 6 && height <= 8) {
    const cell = (value) => element('td', { style: 'background: color-mix(in srgb, ' +
      `var(${colour(value)}) ${Math.round(40 * strength(value))}%, transparent)` }, numberText(value, 4));
    return [element('table', {}, ...Array.from({ length: height }, (_, i) =>
      element('tr', {}, ...numbers.slice(i * width, (i + 1) * width).map(cell))))];
  }
  const range = `${numberText(Math.min(...finite), 4)} to ${numberText(Math.max(...finite), 4)}`;
  const canvas = element('canvas', { width, height, role: 'img', 'aria-label': `Heat map of ${shape}: ${range}` });
  const size = Math.min(12, 240 / width, height === 1 ? 12 : 140 / height);
  canvas.style.width = `${size * width}px`;
  canvas.style.height = `${height === 1 ? 14 : size * height}px`;
  const paint = canvas.getContext('2d'), look = getComputedStyle(document.documentElement);
  numbers.forEach((value, i) => {
    paint.globalAlpha = strength(value);
    paint.fillStyle = look.getPropertyValue(colour(value));
    paint.fillRect(i % width, Math.floor(i / width), 1, 1);
  });
  const nth = (step) => 'every ' + (['', '', '2nd ', '3rd '][step] ?? `${step}th `);
  const cut = rowStep * columnStep === 1 ? '' : height === 1 ? `; ${nth(rowStep * columnStep)}number`
    : rowStep === columnStep ? `; ${nth(rowStep)}row and column` : `; ${nth(rowStep)}row, ${nth(columnStep)}column`;
  const odd = finite.length < numbers.length ? `; ${numbers.length - finite.length} not finite` : '';
  return [canvas, element('small', {}, range + cut + odd)];
}

// Why a rule does not run; empty if it does.
function idle(row, input) {
  if (input.from === 'const') return 'does not run: a constant';
  if (input.handed !== null || now <= forwardEnd) return '';
  return 'does not run: ' + (row.cotangent === null ? `${tape.start} does not depend on ${row.name}` : 'not asked for');
}

function ruleLines(row) {
  if (row.joint !== undefined) {
    const why = row.inputs.map((input) => idle(row, input));
    return line('rules', formula(row.joint || 'one function for all inputs'),
      why.every((text) => text) ? ` (${why.at(-1)})` : '');
  }
  return row.inputs.flatMap((input) => {
    const why = idle(row, input);
    const lines = line('rule', formula(input.rule || `a function, for ${input.from}`), why && ` (${why})`);
    if (why) lines[1].className = 'idle';
    return lines;
  });
}

function cotangentLines(row, name) {
  const parts = arrived(row, now), complete = now >= row.complete;
  const from = (part) => (parts.length > 1 ? brief(part.value) + ' ' : '') +
    (part.from ? `from ${part.from.name ?? 'the folded entries'}` : 'the start');
  const term = row.isLeaf && complete ? `${name}, gradient` : `${name}, cotangent`;
  if (parts.length === 0) {
    return line(term, element('small', {}, now <= forwardEnd ? 'empty until the sweep comes'
      : complete ? `empty: ${tape.start} does not depend on it, or nobody asked` : 'empty: nothing has arrived yet'));
  }
  const only = complete ? row.cotangent : parts.length === 1 ? parts[0].value : null;
  return line(term, ...(only === null ? [] : shown(only)),
    element('small', {}, (complete || parts.length === 1 ? '' : 'so far ') + list(parts.map(from))));
}

function panelOf(row) {
  const title = (...words) => element('h2', {}, ...words);
  if (row.isFold) return [title(`${row.folded} entries`), 'The middle of a long tape is not shown.'];
  const { shape } = tensors[row.value];
  if (row.computed > now) return [title(`${row.name} ${row.op}`), 'Not computed yet.'];
  if (row.isLeaf) {
    return [title(`${row.name} leaf, of shape ${shape}`), element('dl', {},
      ...line('value', ...shown(row.value)), ...cotangentLines(row, barred('x')))];
  }
  const letter = outputLetter(row), some = row.inputs.slice(0, 8);
  const inputs = some.flatMap((input, i) =>
    line(`${inputLetter(input.rule) ?? `input ${i}`} = ${input.from}`, ...shown(input.value)));
  const handed = some.filter((input) => input.handed !== null && now >= row.swept).flatMap((input) =>
    line(`${barred(inputLetter(input.rule) ?? 'x')}, to ${input.from}`, ...shown(input.handed)));
  const forward = [...inputs, ...line(`${letter} = ${row.name}`, ...shown(row.value))];
  const backward = [...cotangentLines(row, barred(letter)), ...handed];
  return [title(`${row.name} ${row.op}, of shape ${shape}`), element('dl', {},
    ...line('value', formula(row.formula || `${row.op}(${row.inputs.map((input) => input.from).join(', ')})`)),
    ...ruleLines(row), ...(now > forwardEnd ? [...backward, ...forward] : [...forward, ...backward]))];
}

// --- Moving ---

function go(step) {
  step = Math.max(0, Math.min(steps.length - 1, step));
  if (step === now) return;
  now = step;
  paint();
  const { top: above, bottom: below } = chosen.active.line.getBoundingClientRect();
  const covered = top.getBoundingClientRect().height;
  if (above < covered) scrollBy(0, above - covered);
  if (below > innerHeight) scrollBy(0, below - innerHeight + rowHeight);
}

let timer;
function togglePlay() {
  const end = steps.length - 1;
  if (!timer && now === end) go(0);
  timer = timer ? clearInterval(timer) : setInterval(() => {
    go(now + 1);
    if (now === end) togglePlay();
  }, 1200);
  play.textContent = timer ? 'Pause' : 'Play';
}

document.addEventListener('keydown', (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const step = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0, End: steps.length - 1 }[event.key];
  if (step !== undefined) go(step);
  else if (event.key === ' ' && event.target.tagName !== 'BUTTON') togglePlay();
  else return;
  event.preventDefault();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  set(panel, 'content', '');  // its colours
  choose({});
});

go(Number(new URLSearchParams(location.search).get('step')) || 0);  // page.html?step=7 opens at step 7

// In a frame: the page around it is told how high this one is.
if (parent !== window) {
  const tell = () => parent.postMessage({ stepperHeight: document.body.offsetHeight }, '*');
  new ResizeObserver(tell).observe(document.body);
}
})();
