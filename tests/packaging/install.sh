#!/bin/sh
# The installed library: a program outside the tree finds it with pkg-config alone and runs as fast as the library.
. tests/packaging/checks
BUILD=${BUILD:-build} CXX=${CXX:-g++}
prefix=$work/prefix
export PKG_CONFIG_PATH="$prefix/lib/pkgconfig"

cat > "$work/program.cpp" << 'END'
#include <iostream>
#include "nn/nn.h"
using namespace tg;

int main() {
  Tensor queries = Tensor::from_vector({0, 1, 2}, {3, 1}), keys = Tensor::from_vector({0.5, 1.5}, {1, 2});
  Variable w(ones({1}), true);
  Tape tape;
  Variable y = sum(elementwise([](auto q, auto k, auto v) { return -square((q - k) * v) / 2; }, queries, keys, w));
  tape.backward(y);
  std::cout << y.value().item() << ' ' << w.grad().item() << '\n';
}
END

install_it() { make install PREFIX="$prefix"; }
check "make install" install_it

# The lambda squares ±0.5 four times and ±1.5 twice: y = -5.5 w^2 / 2, dy/dw = -5.5 w, at w = 1.
build_and_run() {
  cd "$work" && $CXX program.cpp $(pkg-config --cflags --libs tapegrad) -o program && same "$(./program)" "-2.75 -5.5"
}
check "a program with a lambda of its own builds with pkg-config --cflags --libs, and its numbers are right" build_and_run

# A timing would depend on the machine's mood; the same instructions run at the same speed.
same_instructions() {
  compile=$(sed 's/ : .*//' "$BUILD/flags")
  rest="-w -g0 -S $work/program.cpp"
  sh -c "$compile -I. -fmacro-prefix-map=./= $rest -o $work/inside.s" &&
    $CXX $(pkg-config --cflags tapegrad) -fmacro-prefix-map="$prefix/include/tapegrad/=" $rest -o "$work/outside.s" &&
    cmp "$work/inside.s" "$work/outside.s"
}
check "its lambda becomes the instructions that the library's own flags give: it runs at the library's speed" same_instructions

flags_are_sound() {
  flags=$(pkg-config --cflags tapegrad)
  for flag in -std=c++20 -ffp-contract=fast -fno-math-errno -fno-trapping-math -fopenmp-simd; do
    case " $flags " in *" $flag "*) ;; *) echo "no $flag in: $flags"; return 1 ;; esac
  done
  case $flags in *-ffast-math* | *-Ofast*) echo "$flags"; return 1 ;; esac
}
check "tapegrad.pc carries the standard and the floating-point flags" flags_are_sound

# Only where the library was built for more than the processor family's common ground.
has_vectors() { $CXX $(pkg-config --cflags tapegrad) -dM -E -x c++ /dev/null | grep -q '__AVX__ '; }
other_arch_is_told() {
  cd "$work" || return
  if told=$($CXX program.cpp $(pkg-config --cflags --libs tapegrad) -march=x86-64 -o other 2>&1 && ./other 2>&1); then
    echo "it built and ran"
    return 1
  fi
  echo "$told"
  echo "$told" | grep -q ARCH
}
if has_vectors; then check "a program built for another ARCH gets an error that names ARCH" other_arch_is_told; fi

headers_stand_alone() {
  cd "$prefix/include/tapegrad" || return
  find . -name '*.h' | sed 's|^\./||' | sort > "$work/headers"
  [ -s "$work/headers" ] || { echo "no header is installed"; return 1; }
  # A header at a time, on all processors; each prints its name when it compiles.
  xargs -P "$(nproc)" -I {} sh -c "echo '#include \"{}\"' | $CXX $(pkg-config --cflags tapegrad) -O0 \
    -Wall -Wextra -Wpedantic -Wshadow -Werror -fsyntax-only -x c++ - && echo {}" < "$work/headers" > "$work/alone"
  sort "$work/alone" | diff - "$work/headers"
}
check "each installed header compiles on its own, without a warning" headers_stand_alone

list() { (cd "$1" && find . -type f | sort); }
destdir_works() {
  make install DESTDIR="$work/stage" PREFIX=/opt/tapegrad && same "$(list "$work/stage/opt/tapegrad")" "$(list "$prefix")" &&
    ! grep "$work" "$work/stage/opt/tapegrad/lib/pkgconfig/tapegrad.pc"
}
check "DESTDIR takes the same files, and tapegrad.pc does not name it" destdir_works

uninstall_it() { make uninstall PREFIX="$prefix" && same "$(list "$prefix")" ""; }
check "make uninstall leaves no file" uninstall_it

finish
