#!/bin/sh
# Leave-one-out training over MPI: any number of ranks gives the answer of one process that holds all points, each rank
# holds its share only, and a rank that dies ends the run.
. tests/packaging/checks
BUILD=${BUILD:-build}
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1

short() { [ "$(cat examples/distributed/* | wc -l)" -le 200 ]; }
check "the program has at most 200 lines" short
needs 'make setup-distributed' mpicxx mpirun

check "make distributed builds it, and runs it on 4 ranks" make distributed BUILD="$BUILD" ARGS='--points 100'
program=$BUILD/examples/distributed/train
run() {  # ranks, the program's arguments
  ranks=$1
  shift
  timeout 300 mpirun --oversubscribe -n "$ranks" "$program" "$@" < /dev/null
}

# The same training in one process, with neither MPI nor parts nor a tree.
cat > "$work/whole.cpp" << 'END'
#include <iomanip>
#include <iostream>

#include "examples/distributed/sample.h"
#include "nn/nn.h"

using namespace tg;

int main(int, char** argv) {
  const distributed::Part all = distributed::draw(0, std::stoll(argv[1]));
  const Variable64 w(4, true);
  std::cout << std::setprecision(10);
  for (int step = 0; step < 3; ++step) {
    Tape64 tape;
    const Variable64 y = attention_pooling({.exclude_self = true}, nn::gaussian, all.x, all.x, all.y, w);
    const Variable64 loss = nn::mse_loss(y, all.y);
    w.zero_grad();
    tape.backward(loss);
    w.set_value(w.value() - 200 * w.grad());
    std::cout << step << ' ' << loss.item() << ' ' << w.item() << '\n';
  }
  const Tensor64 queries = linspace<double>(0, 5, 6);
  const Tensor64 y = attention_pooling(nn::gaussian, queries, all.x, all.y, w.value());
  for (int i = 0; i < 6; ++i) std::cout << queries(i) << ' ' << y(i) << ' ' << distributed::truth(queries)(i) << '\n';
}
END
build_whole() {
  compile=$(sed 's/ : .*//' "$BUILD/flags") libraries=$(sed 's/.* : [^ ]* //' "$BUILD/flags")
  sh -c "$compile -I. $work/whole.cpp $BUILD/libtapegrad.a $libraries -o $work/whole"
}
check "one process that holds all points is built" build_whole

numbers() { sed '/MB/d' "$1" | grep -oE -- '-?[0-9]+(\.[0-9]+)?(e[-+][0-9]+)?|nan'; }
near() {  # two files
  numbers "$1" > "$work/left" && numbers "$2" > "$work/right" && [ "$(wc -l < "$work/left")" = 27 ] &&
    paste "$work/left" "$work/right" | awk '{
      d = $1 - $2
      if ($1 == "nan" || $2 == "nan" || NF != 2 || d > 1e-6 || d < -1e-6) { print $1, "is not", $2; wrong = 1 }
    } END { exit wrong }'
}
same_answer() {  # ranks, points
  run "$1" --points "$2" --steps 3 > "$work/parts" && near "$work/parts" "$work/whole.$2"
}
for points in 10007 3; do
  "$work/whole" $points > "$work/whole.$points"
  for ranks in 1 2 3 4; do
    check "$ranks ranks give that process's answer to 1e-6, for $points points" same_answer $ranks $points
  done
done

# With 400,000 points what MPI itself takes is little.
needed() { run "$1" --points 400000 --steps 1 | sed -n 's/.*MB.*\[\(.*\)\].*/\1/p' | tr ',' '\n'; }
shares() {
  needed 1 > "$work/one" && needed 4 > "$work/four" && [ "$(wc -l < "$work/four")" = 4 ] &&
    awk 'NR == FNR { one = $1; next } $1 > 0.35 * one { print $1, "MB of", one; wrong = 1 } END { exit wrong }' \
      "$work/one" "$work/four"
}
check "each of 4 ranks needs about a quarter of the memory that one needs" shares

dies() {
  timeout 300 mpirun --oversubscribe -n 4 sh -c 'echo $$ > "$0.$OMPI_COMM_WORLD_RANK"; exec "$@"' "$work/pid" \
    "$program" --steps 1000000 < /dev/null > "$work/steps" 2>&1 &
  running=$!
  for second in $(seq 60); do
    grep -q '^ *5 ' "$work/steps" && break
    sleep 1
  done
  kill -9 "$(cat "$work/pid.2")" && began=$(date +%s)
  wait $running
  status=$?
  took=$(($(date +%s) - began))
  [ $status != 0 ] && [ $status != 124 ] && [ $took -lt 10 ] || { echo "status $status after $took s"; return 1; }
  for pid in $(cat "$work"/pid.*); do
    for second in 1 2 3 4 5; do
      kill -0 "$pid" 2> /dev/null || continue 2
      sleep 1
    done
    echo "$pid still runs"
    return 1
  done
}
check "a rank that dies ends the run within seconds, with an error" dies
refuses() { ! run 2 --points 1 > "$work/refused" 2>&1 && grep -q 'points: 1 is out of range' "$work/refused"; }
check "too few points are refused" refuses

finish
