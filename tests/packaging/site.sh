#!/bin/sh
# The HTML site: its links and pictures, its build without a warning, and every page of it in a browser. What a machine
# lacks the tools for is skipped.
. tests/packaging/checks
BUILD=${BUILD:-build}
site=$BUILD/docs/html

check "links and pictures of the pages lead somewhere, pictures have a text, named files are links" \
  perl tests/docs/links.pl README.md docs/*.md docs/vi/*.md
cat > "$work/page.md" <<'PAGE'
# A heading, with `code`
[a place](#a-heading-with-code) ![a picture](picture.svg)
PAGE
touch "$work/picture.svg"
check "a page with good links passes" perl tests/docs/links.pl "$work/page.md"
refuses() {  # what is edited, the complaint
  sed "$1" "$work/page.md" > "$work/edited.md"
  ! perl tests/docs/links.pl "$work/edited.md" > "$work/log" && grep -q "edited.md: $2" "$work/log"
}
check "a link to no place fails" refuses 's/(#a-heading/(#no-heading/' 'no place #no-heading-with-code'
check "a link to no file fails" refuses 's/(#a-heading/(other.md#a-heading/' 'no other.md'
check "a missing picture fails" refuses 's/picture.svg/other.svg/' 'no other.svg'
check "a picture without a text fails" refuses 's/a picture//' 'the picture picture.svg has no text'
outside() {
  mkdir "$work/docs"
  echo '[a page](../page.md)' > "$work/docs/inside.md"
  ! perl tests/docs/links.pl "$work/docs/inside.md" > "$work/log" && grep -q 'the site has those of docs/' "$work/log"
}
check "a link from docs/ to a page elsewhere fails" outside
indexed() {
  for page in docs/*.md docs/vi/*.md; do
    [ $page = docs/index.md ] || grep -q "](${page#docs/})" docs/index.md || { echo "no link to $page"; return 1; }
  done
}
check "a file that is named and is no link fails" refuses '1a See `autograd/sweep.cpp`.' \
  '`autograd/sweep.cpp` is a file of the repository, and no link'
check "so does its name alone" refuses '1a See `sweep.cpp`.' '`sweep.cpp` is a file'
check "so do several files" refuses '1a See `examples/tutorial/02_*.cpp`.' '`examples/tutorial/02_\*.cpp` is a file'
check "the index links to every page" indexed

modules=/usr/lib/python3/dist-packages
needs 'make setup-docs' doxygen /usr/bin/sphinx-build $modules/myst_parser $modules/breathe $modules/sphinx_book_theme \
  /usr/share/javascript/mathjax/MathJax.js

check "make docs builds the site without a warning" make docs BUILD="$BUILD"
pages() { find "$site" -name '*.html' ! -path '*/_static/*' | sort; }
linked() { perl tests/docs/links.pl $(pages) $(find "$site/_static" -name '*.css' ! -path '*/mathjax/*'); }
check "on the site every link leads somewhere, and nothing is loaded from a network" linked

needs "Debian's package chromium" chromium
# One run for all pages. The log shows script errors; the document, which browser.js fills, the rest.
browse() {
  "$BUILD/examples/nadaraya_watson" --out "$work/chapter" > "$work/log" || return
  root=$(cd "$site" && pwd)
  {
    echo '<!doctype html><meta charset="utf-8"><iframe height="900"></iframe><pre id="report"></pre>'
    echo '<script>const pages = ['
    pages | sed "s|^$site/\(.*\)|\"file://$root/\1\",|"
    echo "\"file://$work/chapter/index.html\","
    echo '], steppers = ['
    ls "$site"/_static/steppers/*.html | sed "s|^$site/\(.*\)|\"file://$root/\1\",|"
    echo '];'
    cat tests/docs/browser.js
    echo '</script>'
  } > "$work/pages.html"
  timeout --foreground 300 chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --user-data-dir="$work/profile" \
    --host-resolver-rules='MAP * ~NOTFOUND' --allow-file-access-from-files --enable-logging=stderr \
    --virtual-time-budget=900000 --dump-dom "file://$work/pages.html" > "$work/dom" 2> "$work/log"
  sed -n '/<pre id="report">/,/<\/pre>/{s/<.*>//;/./p}' "$work/dom" > "$work/faults"
  sed -n 's/.*CONSOLE.*"\(Uncaught .*\)/\1/p' "$work/log" | sort -u >> "$work/faults"
  same "$(cat "$work/faults")" end
}
check "every page opens in a browser, and the chapter's own: no script error, missing picture, raw formula, foreign \
request or overflow" browse

finish
