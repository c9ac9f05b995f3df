#!/bin/sh
# The installed library: a program outside the tree finds it with pkg-config alone and runs as fast as the library; a
# project of CMake finds it too, and both link it into a shared library.
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

# A BSD's install does not know -D.
mkdir "$work/bsd"
printf '#!/bin/sh\ncase " $* " in *" -D "*) exit 64 ;; esac\nexec %s "$@"\n' "$(command -v install)" \
  > "$work/bsd/install"
chmod +x "$work/bsd/install"
install_it() { PATH=$work/bsd:$PATH make install PREFIX="$prefix"; }
check "make install" install_it

# The lambda squares ±0.5 four times and ±1.5 twice: y = -5.5 w^2 / 2, dy/dw = -5.5 w, at w = 1.
build_and_run() {
  cd "$work" && $CXX program.cpp $(pkg-config --cflags --libs tapegrad) -o program && same "$(./program)" "-2.75 -5.5"
}
check "a program with a lambda of its own builds with pkg-config --cflags --libs, and its numbers are right" \
  build_and_run

# A timing would depend on the machine's mood; the same instructions run at the same speed.
same_instructions() {
  compile=$(sed 's/ : .*//' "$BUILD/flags")
  rest="-w -g0 -S $work/program.cpp"
  sh -c "$compile -I. -fmacro-prefix-map=./= $rest -o $work/inside.s" &&
    $CXX $(pkg-config --cflags tapegrad) -fmacro-prefix-map="$prefix/include/tapegrad/=" $rest -o "$work/outside.s" &&
    cmp "$work/inside.s" "$work/outside.s"
}
check "its lambda becomes the instructions that the library's own flags give: it runs at the library's speed" \
  same_instructions

flags_are_sound() {
  flags=$(pkg-config --cflags tapegrad)
  for flag in -std=c++20 -ffp-contract=fast -fno-math-errno -fno-trapping-math -fopenmp-simd; do
    case " $flags " in *" $flag "*) ;; *) echo "no $flag in: $flags"; return 1 ;; esac
  done
  case $flags in *-ffast-math* | *-Ofast*) echo "$flags"; return 1 ;; esac
}
check "tapegrad.pc carries the standard and the floating-point flags" flags_are_sound

# Compilers would take half of an AVX-512 register, and pooling would be slow. Other processors have no such choice.
whole_vectors() {  # -march=...
  make -s -n V=1 BUILD="$work/none" ARCH="$1" "$work/none/tensor/arch.o" | grep -q -e -mprefer-vector-width=512
}
asked_where_there_is_avx512() {
  whole_vectors -march=icelake-server && ! whole_vectors -march=haswell && ! whole_vectors ''
}
if [ "$(uname -m)" = x86_64 ]; then
  check "whole vectors are asked for where there is AVX-512, and nowhere else" asked_where_there_is_avx512
fi

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

other_containers_are_told() {
  cd "$work" || return
  if told=$($CXX program.cpp $(pkg-config --cflags --libs tapegrad) -D_GLIBCXX_DEBUG -o checked 2>&1); then
    echo "it linked"
    return 1
  fi
  echo "$told"
  echo "$told" | grep -q built_with_another_GLIBCXX_DEBUG_than_the_library
}
check "a program built with -D_GLIBCXX_DEBUG does not link, and is told why" other_containers_are_told

# A shared library with the lambda inside, and a program that knows nothing of tapegrad.
mkdir "$work/project"
sed 's/int main() {/int answer() {/
s/^  std::cout.*/  return y.value().item() == -2.75 \&\& w.grad().item() == -5.5 ? 42 : 0;/' "$work/program.cpp" \
  > "$work/project/answer.cpp"
printf 'int answer();\nint main() { return answer() == 42 ? 0 : 1; }\n' > "$work/project/main.cpp"
shared() {
  cd "$work/project" &&
    $CXX -shared -fPIC answer.cpp $(pkg-config --cflags --libs tapegrad) -o libanswer.so &&
    $CXX main.cpp -L. -lanswer "-Wl,-rpath,$work/project" -o main && ./main
}
check "it links into a shared library" shared

cat > "$work/project/CMakeLists.txt" << 'END'
cmake_minimum_required(VERSION 3.16)
project(outside CXX)
find_package(tapegrad ${WANTED} REQUIRED)
find_package(tapegrad REQUIRED)
add_library(answer SHARED answer.cpp)
target_link_libraries(answer PRIVATE tapegrad::tapegrad)
add_executable(main main.cpp)
target_link_libraries(main PRIVATE answer)
END
configure() {  # settings
  rm -rf "$work/project/build"
  cmake -S "$work/project" -B "$work/project/build" -DCMAKE_CXX_COMPILER="$(command -v $CXX)" "$@" 2>&1 |
    tr -s '\n ' '  '
}
cmake_builds() {  # prefix, settings
  configure "-DCMAKE_PREFIX_PATH=$@" && cmake --build "$work/project/build" -- VERBOSE=1 > "$work/log" &&
    "$work/project/build/main" || { cat "$work/log"; return 1; }
  for flag in $(pkg-config --cflags-only-other tapegrad); do
    case $flag in -std=*) continue ;; esac
    grep -qe " $flag " "$work/log" || { echo "no $flag"; return 1; }
  done
}
moved() {
  mv "$prefix" "$work/moved"
  cmake_builds "$work/moved"
  status=$?
  mv "$work/moved" "$prefix"
  return $status
}
refused() {  # settings, the words of the complaint
  said=$(configure "-DCMAKE_PREFIX_PATH=$prefix" "$1")
  case $said in *"$2"*) ;; *) echo "$said"; return 1 ;; esac
}
if command -v cmake > /dev/null; then
  check "find_package gives tapegrad::tapegrad, with the flags of tapegrad.pc" cmake_builds "$prefix" -DWANTED=0.1
  check "a project of C++23 may use it" cmake_builds "$prefix" -DCMAKE_CXX_STANDARD=23
  check "what is installed may be moved" moved
  check "a project of C++17 is told that it needs C++20" refused -DCMAKE_CXX_STANDARD=17 \
    "tapegrad needs C++20 and this project sets CMAKE_CXX_STANDARD to 17. Write set(CMAKE_CXX_STANDARD 20)"
  check "a newer version is not found" refused -DWANTED=0.9 'compatible with requested version "0.9"'
else
  echo "skipped: there is no cmake; Debian's package cmake brings it"
fi

headers() { (cd "$1" && find tensor autograd nn -name '*.h' | sort); }
check "the headers are those of the source" same "$(headers "$prefix/include/tapegrad")" "$(headers .)"
# What instantiates the templates, by both compilers, and by fewer flags than tapegrad.pc has.
no_warning() {  # compiler, flags
  "$1" -std=c++20 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wold-style-cast -Werror $2 \
    "-I$prefix/include/tapegrad" -O1 -c "$work/program.cpp" -o "$work/program.o"
}
for compiler in g++ clang++; do
  command -v $compiler > /dev/null || continue
  check "$compiler has no warning for a program's templates" no_warning $compiler -fopenmp-simd
  # g++ 11 does not tell a header whether it knows the pragma.
  if [ "$(echo __GNUC__ | $compiler -E -P -)" != 11 ]; then
    check "$compiler has no warning without -fopenmp-simd" no_warning $compiler
  fi
done

list() { (cd "$1" && find . -type f | sort); }
destdir_works() {
  make install DESTDIR="$work/stage" PREFIX=/opt/tapegrad &&
    same "$(list "$work/stage/opt/tapegrad")" "$(list "$prefix")" &&
    ! grep "$work" "$work/stage/opt/tapegrad/lib/pkgconfig/tapegrad.pc"
}
check "DESTDIR takes the same files, and tapegrad.pc does not name it" destdir_works

uninstall_it() { make uninstall PREFIX="$prefix" && same "$(list "$prefix")" ""; }
check "make uninstall leaves no file" uninstall_it

finish
