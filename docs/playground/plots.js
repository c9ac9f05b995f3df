// Drawing: a plot with axes in an svg of the size at which it is shown, so that text keeps its size, and the heat map.
const SVG = 'http://www.w3.org/2000/svg';
const byId = (id) => document.getElementById(id);

function put(parent, name, attributes, text) {
  const element = document.createElementNS(SVG, name);
  for (const key in attributes) element.setAttribute(key, attributes[key]);
  if (text !== undefined) element.textContent = text;
  parent.append(element);
  return element;
}

// An axis: from its range to pixels and back, linear or logarithmic; what lies outside is drawn at the border.
function axis(from, to, begin, end, logarithmic) {
  const of = logarithmic ? Math.log : Number, back = logarithmic ? Math.exp : Number;
  const inside = (value, a, b) => Math.min(Math.max(value, Math.min(a, b)), Math.max(a, b));
  const mix = (t, a, b) => a + t * (b - a);
  return {
    pixel: (value) => mix((of(inside(value, from, to)) - of(from)) / (of(to) - of(from)), begin, end),
    value: (pixel) => back(mix((inside(pixel, begin, end) - begin) / (end - begin), of(from), of(to))),
  };
}

// Begins a plot anew: its ground, grid and ticks. Returns its axes.
function frame(svg, { x, y, xTicks, yTicks, xLabel, logarithmic = false }) {
  const width = svg.clientWidth, height = svg.clientHeight;
  svg.setAttribute('viewBox', `0 0 ${width} ${height}`);
  const axes = {
    x: axis(...x, 40, width - 14, logarithmic),
    y: axis(...y, height - 40, 14, logarithmic),
  };
  const grid = svg.querySelector('.grid');
  grid.replaceChildren();
  for (const tick of yTicks) {
    const at = axes.y.pixel(tick);
    put(grid, 'line', { x1: 40, x2: width - 14, y1: at, y2: at });
    put(grid, 'text', { x: 32, y: at + 4, 'text-anchor': 'end' }, tick);
  }
  for (const tick of xTicks) {
    put(grid, 'text', { x: axes.x.pixel(tick), y: height - 22, 'text-anchor': 'middle' }, tick);
  }
  put(grid, 'text', { x: width - 14, y: height - 6, 'text-anchor': 'end' }, xLabel);
  return axes;
}

// A line through (xs[i], ys[i]).
function draw(line, axes, xs, ys) {
  const points = Array.from(xs, (x, i) => `${axes.x.pixel(x).toFixed(1)},${axes.y.pixel(ys[i]).toFixed(1)}`);
  line.setAttribute('points', points.join(' '));
}

// A pixel for each weight, from the ground's colour for 0 to --much for the largest.
function paint(canvas, weights, columns, largest) {
  const style = getComputedStyle(canvas);
  const colour = (name) => style.getPropertyValue(name).trim().match(/\w\w/g).map((part) => parseInt(part, 16));
  const little = colour('--little'), much = colour('--much');
  canvas.width = columns;
  canvas.height = weights.length / columns;
  const image = new ImageData(canvas.width, canvas.height);
  weights.forEach((weight, i) => {
    const share = weight / largest;
    image.data.set([0, 1, 2].map((part) => little[part] + share * (much[part] - little[part])), 4 * i);
    image.data[4 * i + 3] = 255;
  });
  canvas.getContext('2d').putImageData(image, 0, 0);
}
