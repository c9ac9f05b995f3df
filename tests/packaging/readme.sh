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

finish
