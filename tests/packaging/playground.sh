#!/bin/sh
# The playground in a browser: it computes what the chapter computes, does what hands and keys ask, and paints.
. tests/packaging/checks
BUILD=${BUILD:-build}

model() { sed -n '/^\(Tensor f(\|\/\/ Attention pooling with one\)/,/^}/p' "$1"; }
same_model() {
  model examples/nadaraya_watson.cpp | grep softmax &&
    same "$(model docs/playground/playground.cpp)" "$(model examples/nadaraya_watson.cpp)"
}
check "its function and its model are the chapter's" same_model

needs 'make setup-docs' clang++ wasm-ld /usr/lib/wasm32-wasi/libc++.a
check "make playground builds the page" make playground BUILD="$BUILD"
page=$(cd "$BUILD" && pwd)/playground.html
alone() { ! grep -nE '<link [^>]*href="[^d]|(src|href)="?(https?:|//)|@import|fetch\(|@include' "$page"; }
check "it is one file, which asks for no other" alone

needs "Debian's package chromium" chromium
browser() {
  timeout --foreground 300 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --user-data-dir="$work/profile" \
    --host-resolver-rules='MAP * ~NOTFOUND' --allow-file-access-from-files --enable-logging=stderr --hide-scrollbars \
    --window-size=1280,1400 --virtual-time-budget=9000000 "$@"
}
# A document that runs tests/docs/playground.js with these values, and what it reports, without its markup.
run() {  # part, values as JSON
  {
    echo '<!doctype html><meta charset="utf-8"><style>body { margin: 0 } iframe { border: 0 }</style>'
    echo '<iframe height="3000"></iframe><pre id="report"></pre><script>'
    cat tests/docs/playground.js
    echo "run(${1}, ${2});</script>"
  } > "$work/run.html"
  browser --dump-dom "file://$work/run.html" > "$work/dom" 2> "$work/log"
  sed -n '/<pre id="report">/,/<\/pre>/{s/<.*>//;/./p}' "$work/dom"
  sed -n 's/.*CONSOLE.*"\(Uncaught .*\)/\1/p' "$work/log" | sort -u
}

# What the program prints: epochs' losses, and the learned w.
chapter() {  # seed, recipe
  "$BUILD/examples/nadaraya_watson" --no-figures --seed "$1" --recipe "$2" |
    sed -n 's/^epoch .*, loss //p; s/^learned w = \([^:]*\).*/\1/p' | tr '\n' ','
}
cases() {
  for seed in 0 1 2; do
    for recipe in pytorch mxnet tensorflow; do
      echo "{query: '?seed=$seed&recipe=$recipe', expected: [$(chapter $seed $recipe)]},"
    done
  done
}
computes() { same "$(run computes "{page: 'file://$page', cases: [$(cases)]}")" end; }
check "the losses and the learned w are the program's, for three seeds and all recipes" computes
differs() {
  run computes "{page: 'file://$page', cases: [{query: '', expected: [$(chapter 0 mxnet)]}]}" | grep 'loss 1'
}
check "another loss is noticed" differs
answers() { same "$(run answers "{page: 'file://$page'}")" end; }
check "slider, mouse, finger, keys, buttons and address do what they say, an Error is shown, a phone is wide enough" \
  answers

paints() {  # the page's file
  areas=$(run areas "{page: 'file://$1'}" | sed -n 's/^areas //p')
  browser --screenshot="$work/shot.png" "file://$work/run.html" 2> "$work/log"  # which waits for the page in its frame
  shot=$(base64 "$work/shot.png" | tr -d '\n')
  same "$(run paints "{areas: $areas, shot: 'data:image/png;base64,$shot'}")" end
}
check "curves, weights and losses are painted" paints "$page"
sed 's/^svg#data { /&visibility: hidden; /' "$page" > "$work/blank.html"
hides() { ! paints "$work/blank.html"; }
check "a plot that is not painted is noticed" hides

finish
