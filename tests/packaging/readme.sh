#!/bin/sh
# The README: its program is examples/readme.cpp, what it says is printed is printed, and its files are there.
. tests/packaging/checks
BUILD=${BUILD:-build}

# The first block between ``` lines that begins with the word given.
block() {
  awk -v open="\`\`\`$1" '$0 == open && !done { on = 1; next } /^```/ { if (on) done = 1; on = 0 } on' README.md
}

program() { same "$(block cpp)" "$(tail -n +2 examples/readme.cpp)"; }
check "the README's program is examples/readme.cpp" program

# Numbers are rounded to four digits: the last ones move with the processor. Columns are as wide as their numbers.
rounded() { perl -pe 's/-?\d+\.\d+/sprintf("%.4g", $&)/ge; tr/ //s'; }
answer() { same "$(block text | rounded)" "$("$BUILD/examples/readme" | rounded)"; }
check "the README's program prints what the README says" answer

files() {
  for file in $(grep -oE '\]\([a-z]+/[^)]+\)|`[a-z_]+/[a-z_.]+`' README.md | tr -d '])(`'); do
    case $file in build/*) continue ;; esac
    [ -e "${file%%#*}" ] || { echo "no $file"; return 1; }
  done
}
check "every file the README names exists" files

commands() {
  grep -oE '^    make [a-z ]+[a-z]' README.md | sed 's/^ *//' > "$work/commands"
  [ -s "$work/commands" ] || { echo "the README has no commands"; return 1; }
  while read -r command; do
    for file in .github/workflows/readme.yml tests/machines/debian13.sh; do
      grep -qE "(run: |^)$command\$" $file || { echo "no $command in $file"; return 1; }
    done
  done < "$work/commands"
}
check "its commands are those that the published checks and make debian13 run" commands

needs "Debian's package chromium" chromium
browser() {
  chromium --no-sandbox --disable-gpu --no-first-run --user-data-dir="$work/profile" "$@" 2> /dev/null
}
# The picture of the stepper, made anew by the command that stands above it.
picture() {  # how sed changes the command, the picture
  command=$(sed -n '/^<!-- chromium /,/-->$/{s/<!-- chromium//; s/-->$//; s/\\$//; p}' README.md | tr -d '\n' |
    sed "s|docs/figures/stepper.png|$2|; s|[$]PWD/build|$(cd "$BUILD" && pwd)|; $1")
  eval "browser $command"
}
# Blocks of 20 by 20 pixels are compared by their mean colour, which other fonts hardly change.
alike() {  # two pictures
  {
    for file; do echo "<img src='data:image/png;base64,$(base64 < "$file" | tr -d '\n')'>"; done
    cat << 'END'
<pre id="report"></pre><script>
onload = () => {
  const [a, b] = document.images, width = a.width / 20, height = a.height / 20;
  const [x, y] = [a, b].map((image) => {
    const canvas = new OffscreenCanvas(width, height).getContext('2d');
    canvas.imageSmoothingQuality = 'high';
    canvas.drawImage(image, 0, 0, width, height);
    return canvas.getImageData(0, 0, width, height).data;
  });
  const far = (i) => [i, i + 1, i + 2].some((k) => Math.abs(x[k] - y[k]) > 24);
  const blocks = Array.from({ length: width * height }, (_, i) => far(4 * i));
  const others = blocks.filter((other) => other).length;
  const same = a.width === b.width && a.height === b.height && others < 0.03 * blocks.length;
  document.querySelector('#report').append(same ? 'alike' : `${others} of ${blocks.length} blocks are others`);
};
</script>
END
  } > "$work/alike.html"
  browser --headless --dump-dom "file://$work/alike.html" > "$work/dom"
  same "$(sed -n 's|.*<pre id="report">\(.*\)</pre>.*|\1|p' "$work/dom")" alike
}
stepper() {
  make "$BUILD/steppers/06_one_step.html" BUILD="$BUILD" && picture '' "$work/now.png" &&
    alike docs/figures/stepper.png "$work/now.png"
}
check "the stepper's picture is what the command above it makes" stepper
another() { picture 's/step=19/step=18/' "$work/other.png" && ! alike docs/figures/stepper.png "$work/other.png"; }
check "the picture of another step is noticed" another

finish
