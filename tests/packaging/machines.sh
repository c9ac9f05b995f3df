#!/bin/sh
# Other machines, as far as this one can play them: figures without gnuplot-iostream, libc++, and arm64 under emulation.
# What lacks its tools is skipped. (Debian 13 as a whole is make debian13.)
. tests/packaging/checks
BUILD=${BUILD:-build} CXX=${CXX:-g++}
compile=$(sed 's/ : .*//' "$BUILD/flags") libraries=$(sed 's/.* : //' "$BUILD/flags" | grep -oE ' -[lL][^ ]+')

# The stand-in's scripts are gnuplot-iostream's, to the last byte; text for the terminal passes it too.
without_iostream() {
  for part in figures figure_script; do
    sh -c "$compile -I. -O0 -DTG_WITHOUT_GNUPLOT_IOSTREAM -c examples/$part.cpp -o $work/$part.o" || return
  done
  $CXX "$BUILD/examples/nadaraya_watson.o" "$work/figures.o" "$work/figure_script.o" "$BUILD/examples/libexamples.a" \
    "$BUILD/libtapegrad.a" $libraries -lboost_program_options -o "$work/chapter" &&
    "$BUILD/examples/nadaraya_watson" --terminal --out "$work/one" | sed "s|$work/one||" > "$work/one.txt" &&
    "$work/chapter" --terminal --out "$work/two" | sed "s|$work/two||" > "$work/two.txt" &&
    same "$(cat "$work/two.txt")" "$(cat "$work/one.txt")" || return
  [ "$(ls "$work"/one/*.gp | wc -l)" -eq 6 ] || { echo "there are not six scripts"; return 1; }
  for script in "$work"/one/*.gp; do cmp "$script" "$work/two/$(basename "$script")" || return; done
}
check "the chapter draws the same without gnuplot-iostream, and links without its libraries" without_iostream

# What Macs compile with.
libcxx='clang++ -std=c++20 -stdlib=libc++ -fsyntax-only -Werror -Wall -Wextra -I.'
if echo '#include <vector>' | $libcxx -x c++ - 2> /dev/null; then
  for source in examples/readme.cpp nn/save.cpp tensor/file.cpp tensor/npy.cpp tensor/memory.cpp tensor/threads.cpp \
    examples/command_line.cpp; do
    check "$source compiles with libc++" $libcxx $source
  done
else
  echo "skipped: there is no clang++ with libc++; Debian's packages clang and libc++-dev bring it"
fi

# The same numbers on arm64, whose registers are of 16 bytes.
cross=aarch64-linux-gnu
if command -v $cross-g++ > /dev/null && command -v qemu-aarch64 > /dev/null; then
  flags='-std=c++20 -O2 -ffp-contract=fast -fno-math-errno -fno-trapping-math -fopenmp-simd -I. -Itests/machines/blas'
  numbers() {
    sh -c "$compile -I. tests/machines/numbers.cpp $BUILD/libtapegrad.a $libraries -o $work/numbers" &&
      "$work/numbers" > "$work/here.txt" || return
    make BUILD="$BUILD/arm64" CXX=$cross-g++ AR=$cross-ar ARCH= CXXFLAGS=-O2 CPPFLAGS=-Itests/machines/blas \
      "$BUILD/arm64/libtapegrad.a" &&
      $cross-g++ $flags tests/machines/numbers.cpp tests/machines/blas/blas.cpp "$BUILD/arm64/libtapegrad.a" \
        -o "$work/numbers" && qemu-aarch64 -L /usr/$cross "$work/numbers" > "$work/arm64.txt" || return
    # Word by word; a zero's sign and a NaN's are not compared, the last digits may differ.
    paste -d '\n' "$work/here.txt" "$work/arm64.txt" | sed 's/-nan/nan/g' | awk '
      NR % 2 { line = $0; n = split($0, here); next }
      { if (n != NF || n < 2) { print line; print; wrong = 1 } }
      { for (i = 1; i <= NF; ++i) {
          far = $i - here[i]; size = here[i] < 0 ? -here[i] : here[i]
          if ($i != here[i] && !(far * far <= (1e-6 + 1e-5 * size) ^ 2)) { print $1, i, here[i], $i; wrong = 1 } } }
      END { if (NR < 60) print NR " lines"; exit wrong || NR < 60 }'
  }
  check "arm64 gives the same numbers" numbers
else
  echo "skipped: there is no $cross-g++ with qemu-aarch64; Debian's packages g++-$cross and qemu-user bring them"
fi

# make debian13 says what it lacks.
mkdir "$work/bin"
lacks() {  # who runs it, what it says
  printf '#!/bin/sh\necho %s\n' "$1" > "$work/bin/id"
  chmod +x "$work/bin/id"
  ! said=$(PATH=$work/bin /bin/sh tests/machines/debian13.sh 2>&1) && same "$said" "debian13: $2"
}
check "make debian13 wants to be root" lacks 1000 "debootstrap and chroot need root"
check "make debian13 names the tool that is missing" lacks 0 \
  "there is no debootstrap (on Debian: apt-get install debootstrap)"

finish
