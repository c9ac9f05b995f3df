#!/bin/sh
# Runs the tests and ends with the line "N passed, N failed". Called by make test and make sanitize, with
#   BUILD        the build folder
#   T            the test to run: empty for all, a Boost.Test path such as tensor/sum, or packaging/install
#   arguments    test scripts beside the Boost.Test program; each ends with a line "name: N right, N wrong"
set -u
passed=0 failed=0

# Adds to the counts. A run that stopped with an error but counted no failure, or counted nothing at all, is a failure.
add() {  # status, passed, failed
  p=${2:-0} f=${3:-0}
  if [ "$f" = 0 ] && { [ "$1" != 0 ] || [ "$p" = 0 ]; }; then f=1; fi
  passed=$((passed + p)) failed=$((failed + f))
}

# The scripts run beside the Boost.Test program and each other, since none keeps two processors busy.
wanted() {  # script
  case ${T:=} in '' | packaging | packaging/"$(basename "$1" .sh)") ;; *) false ;; esac
}
log_of() { echo "$BUILD/tests/$(basename "$1" .sh).log"; }
running=  # pid:script of each
# A terminal's interrupt does not reach what runs in the background. So each script leads a process group, which is
# ended here with all that it has started. (A Mac has no setsid.)
group() { if command -v setsid > /dev/null; then exec setsid "$@"; else exec perl -e 'setpgrp; exec @ARGV' "$@"; fi; }
stop() {
  for job in $running; do kill -s TERM -- "-${job%%:*}"; done 2> /dev/null
  exit 130
}
trap stop HUP INT TERM
for script; do
  wanted "$script" || continue
  group sh "$script" > "$(log_of "$script")" 2>&1 < /dev/null &
  running="$running $!:$script"
done

case ${T:=} in
  packaging*) ;;
  *)
    report=$BUILD/tests/report.xml
    rm -f "$report"
    [ -t 1 ] || TEST_FLAGS="${TEST_FLAGS:-} --color_output=no"
    "$BUILD/tests/run" ${T:+"--run_test=$T"} ${TEST_FLAGS:-} --report_level=short --report_format=XML \
      --report_sink="$report" < /dev/null
    status=$?
    number() { sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" "$report" 2> /dev/null; }
    if [ "$status" != 0 ]; then
      grep -v '^<' "$report" 2> /dev/null  # what Boost.Test says when it could not begin
      echo "$BUILD/tests/run: exit status $status"
    fi
    add "$status" "$(number test_cases_passed)" "$(number test_cases_failed)"
    ;;
esac

for job in $running; do
  log=$(log_of "${job#*:}")
  wait "${job%%:*}"
  status=$?
  cat "$log"
  set -- $(tail -n 1 "$log" | sed -n 's/^.*: \([0-9]*\) right, \([0-9]*\) wrong$/\1 \2/p')
  add "$status" "${1:-}" "${2:-}"
done

[ $((passed + failed)) != 0 ] || { echo "no test is named $T"; failed=1; }
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
