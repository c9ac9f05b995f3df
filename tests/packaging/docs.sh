#!/bin/sh
# The course: its pages show what their sources say and print, and the check of that sees what was changed by hand.
# The answers to the exercises run at their smallest size, and say what they take.
. tests/packaging/checks
BUILD=${BUILD:-build}
docs() { "$BUILD/tests/docs/check" --build "$BUILD" "$@"; }

check "every page shows what its sources say and print now" docs

# A page with a number, a word of the code, a word of the output, or a number of the prose changed is refused.
cat > "$work/page.md" <<'PAGE'
The loss falls from 61.95 to 20.18.
<!-- output examples/nadaraya_watson --no-figures "Training" -->
```text
PAGE
"$BUILD/examples/nadaraya_watson" --no-figures | sed -n '/^Training/,/^$/p' | sed '/^$/d' >> "$work/page.md"
cat >> "$work/page.md" <<'PAGE'
```
<!-- code examples/nadaraya_watson.cpp "Tensor f(const" -->
```cpp
Tensor f(const Tensor& x) { return 2 * sin(x) + pow(x, 0.8); }
```
PAGE
check "a true page passes" docs "$work/page.md"
refuses() {  # what is edited, the words of the complaint
  sed "$1" "$work/page.md" > "$work/edited.md"
  if cmp -s "$work/page.md" "$work/edited.md"; then echo "nothing was edited"; return 1; fi
  if docs "$work/edited.md" > "$work/log"; then echo "it passes"; return 1; fi
  grep -q "$2" "$work/log" || { cat "$work/log"; return 1; }
}
check "an edited number fails" refuses 's/loss 20.178/loss 20.188/' 'edited.md:2: the page says'
check "an edited count fails" refuses 's/epoch 5/epoch 6/' 'edited.md:2: the page says'
check "an edited word fails" refuses 's/sum of squared/sum of cubed/' 'edited.md:2: the page says'
check "edited code fails" refuses 's/2 \* sin/3 * sin/' 'the code is not what its source says'
check "code wider than a page fails" refuses 's|pow(x, 0.8).*|&  // '"$(printf '%092d' 0)|" \
  'columns of code; a page has room for 92'
check "a number that no block prints fails" refuses 's/from 61.95/from 61.85/' \
  'edited.md:1: no block of this page prints 61.85'
check "a block without a source fails" refuses '/<!-- code/d' 'this block has no marker'
check "a block in another language fails" refuses '$a ```python' 'this block has no marker'
check "a fence that is no fence to the check fails" refuses '$a - ```text' 'write a fence with ``` at the start'
check "a block in HTML fails" refuses '$a <pre>20</pre>' 'write code and images in Markdown'
check "an image without a source fails" refuses '$a ![a](figures/strides.svg)' 'this image has no marker'
check "a figure of a program fails as one by hand" refuses \
  '$a <!-- figure by hand -->\n![a](figures/05-parametric.svg)' 'a program has drawn'
check "a missing line fails" refuses '/^epoch 3/d' 'the page'
sed 's/61.9502[0-9]*/61.9509/' "$work/page.md" > "$work/near.md"
check "a last digit may differ" docs "$work/near.md"

# A translation shows the code, output, figures and formulas of its page, in the same order, and links to it.
blocks() { awk '/^(```|[$][$])/ { inside = !inside; print; next } inside || /^<!-- / || sub(/^!.*figures/, "")' "$1"; }
translated() {
  for page in docs/vi/*.md; do
    original=docs/${page##*/}
    blocks "$original" > "$work/original"
    blocks "$page" > "$work/translation"
    diff "$work/original" "$work/translation" || { echo "$page does not show what $original shows"; return 1; }
    grep -q "](../${page##*/})" "$page" || { echo "$page does not link to $original"; return 1; }
  done
}
check "a translation shows what its page shows" translated

# The last column of a table of spellings is no marked block: each function in it is called by the page's program.
spelled() {
  awk -F ' [|]' '/^[|]/ { print $(NF - 1) }' docs/coming-from.md | grep -oE '`[^`]+`' | grep -oE '[A-Za-z0-9_:.]+\(' |
    sed 's/^[a-z_]*\././' | sort -u > "$work/functions"
  [ "$(wc -l < "$work/functions")" -gt 30 ] || { cat "$work/functions"; return 1; }
  while read -r call; do
    grep -qF -- "$call" examples/tutorial/coming_from.cpp || { echo "no $call"; return 1; }
  done < "$work/functions"
}
check "coming_from.cpp calls every function of its page's tables" spelled

# Every setting at the lowest value that --help offers: the smallest size.
smallest() {
  "$1" --help | tr -s '\n ' ' ' | sed 's/ --/\n--/g' |
    sed -nE 's/^--([a-z-]+) N .*, (-?[0-9]+) to -?[0-9]+ .*/--\1 \2/p'
}
runs_small() {
  "$1" $(smallest "$1") --out "$work/figures" > "$work/out" 2> "$work/err" || { cat "$work/out" "$work/err"; return 1; }
  [ -s "$work/out" ] && [ ! -s "$work/err" ] || { echo "stderr:"; cat "$work/err"; return 1; }
}
helps() { "$1" --help | grep -q '^Usage: '; }
complains() {
  "$1" --nonsense > "$work/out" 2> "$work/err"
  [ $? = 2 ] && [ "$(wc -l < "$work/err")" -eq 1 ] && grep -q -- "--help lists the options" "$work/err"
}
refuses_setting() {  # arguments, the complaint
  "$BUILD/examples/exercises/07_more_data" $1 > "$work/out" 2> "$work/err"
  [ $? = 2 ] && same "$(cat "$work/err")" "07_more_data: $2"
}
check "a setting out of range is refused" refuses_setting "--seeds 0" \
  "--seeds: 0 is out of range; it goes from 1 to 10000"
check "a setting that is no number is refused" refuses_setting "--seeds few" "--seeds: 'few' is not a whole number"
check "an option for a folder's name is refused" refuses_setting "--out --terminal" \
  "--out: its value is missing before '--terminal'"
check "a word that is no option is refused" refuses_setting "more" "unexpected argument 'more'; options start with --"
# On a terminal the line says how far the work has come, and is taken away before anything is printed.
on_a_terminal() {
  script -qec "'$BUILD/examples/exercises/07_mixture' --seeds 20 --no-figures" /dev/null < /dev/null > "$work/screen"
  escape=$(printf '\033')
  grep -q 'data sets: [0-9]* of 20, [0-9]* s left' "$work/screen" &&
    grep -q "$escape\[KAverages over 20" "$work/screen" || { cat -v "$work/screen"; return 1; }
}
if script -qec true /dev/null < /dev/null > /dev/null 2>&1; then
  check "long work has a progress line on a terminal" on_a_terminal
else
  echo "skipped: there is no script (of util-linux) that makes a terminal here"
fi
for source in examples/exercises/*.cpp; do
  [ -e "$source" ] || continue
  name=$(basename "$source" .cpp) program=$BUILD/examples/exercises/$(basename "$source" .cpp)
  check "$name runs at its smallest size, with no progress line in a pipe" runs_small "$program"
  check "$name --help" helps "$program"
  check "$name refuses an unknown option in one line" complains "$program"
done

finish
