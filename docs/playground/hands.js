// What a reader can do: mouse, finger and keys.
function listen() {
  const plot = byId('data');
  const act = (id, action, moved) => byId(id).addEventListener('click', () => { change(action, moved); remember(); });
  act('one', () => train(1), false);
  act('many', () => train(settings.epochs), false);
  act('back', drawData, true);
  act('best', () => restart(lowest ? lowest[0] : w), false);
  byId('delete').addEventListener('click', removePoint);
  byId('w').addEventListener('input', () => change(() => restart(slider.value(Number(byId('w').value))), false));
  byId('w').addEventListener('change', remember);
  byId('loss').addEventListener('click', (event) => {
    if (curve) change(() => restart(lossAxes.x.value(event.offsetX)), false);
    remember();
  });
  for (const input of byId('settings').querySelectorAll('input, select')) {
    input.addEventListener('input', () => {
      settings[input.name] = input.name === 'recipe' ? input.value : Number(input.value);
      const data = !['lr', 'epochs'].includes(input.name);
      change(data ? () => { drawData(); train(settings.epochs); } : () => {}, data);
      remember();
    });
  }
  byId('tape').addEventListener('toggle', () => { if (byId('tape').open) showTape(); });
  byId('look').addEventListener('click', () => {
    const dark = document.documentElement.classList.toggle('dark');
    try { localStorage.setItem('look', dark ? 'dark' : 'light'); } catch (error) { /* then only this page knows */ }
    change(() => {}, false);
  });
  addEventListener('resize', () => change(() => {}, false));

  // A point is taken where the pointer goes down, or made there, and follows it. Moves wait for the next frame.
  let dragged = null;
  const follow = (event) => {
    const box = plot.getBoundingClientRect();
    dragged.x = axes.x.value(event.clientX - box.left);
    dragged.y = axes.y.value(event.clientY - box.top);
  };
  plot.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    const taken = Array.from(plot.querySelector('.points').children).indexOf(event.target.parentNode);
    if (taken < 0 && event.pointerType === 'touch') return;  // it may scroll; a tap ends in a click
    take(event, taken);
    try { plot.setPointerCapture(event.pointerId); } catch (error) { /* the pointer is gone */ }
  });
  const take = (event, place) => {
    if (place < 0) place = points.push({ x: 0, y: 0 }) - 1;
    selected = place;
    dragged = points[place];
    edit(() => follow(event));
    plot.querySelector('.selected').focus({ preventScroll: true });
  };
  let waiting = false;
  plot.addEventListener('pointermove', (event) => {
    if (!dragged || waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      if (dragged) edit(() => follow(event));
    });
  });
  for (const end of ['pointerup', 'pointercancel']) plot.addEventListener(end, () => { dragged = null; });
  plot.addEventListener('click', (event) => {
    if (event.pointerType !== 'touch' || event.target.closest('.points')) return;
    take(event, -1);
    dragged = null;
  });

  plot.addEventListener('focusin', (event) => {
    selected = Array.from(plot.querySelector('.points').children).indexOf(event.target);
    showPoints();
  });
  plot.addEventListener('keydown', (event) => {
    const point = points[selected], key = event.key;
    if (!point) return;
    const move = { ArrowLeft: [-0.05, 0], ArrowRight: [0.05, 0], ArrowUp: [0, 0.1], ArrowDown: [0, -0.1] }[key];
    if (move) {
      edit(() => {
        point.x = axes.x.value(axes.x.pixel(point.x + move[0]));
        point.y = axes.y.value(axes.y.pixel(point.y + move[1]));
      });
    } else if (key === 'PageUp' || key === 'PageDown') {
      selectBeside(key === 'PageUp' ? -1 : 1);
    } else if (key === 'Insert' || key === '+') {
      edit(() => { selected = points.push({ x: axes.x.value(axes.x.pixel(point.x + 0.2)), y: point.y }) - 1; });
    } else if (key === 'Delete' || key === 'Backspace') {
      removePoint();
    } else {
      return;
    }
    event.preventDefault();
    plot.querySelector('.selected')?.focus({ preventScroll: true });
  });
}

// Other points are other data: the steps that were taken on the old ones go.
function edit(action) {
  change(() => {
    action();
    restart(w);
  });
}

// The next point to the left or to the right takes the place of the selected one.
function selectBeside(direction) {
  const byX = points.map((_, i) => i).sort((a, b) => points[a].x - points[b].x);
  selected = byX[byX.indexOf(selected) + direction] ?? selected;
  showPoints();
}

function removePoint() {
  edit(() => { points.splice(selected, 1); selected = Math.min(selected, points.length - 1); });
}
