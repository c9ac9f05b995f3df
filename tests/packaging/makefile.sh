#!/bin/sh
# The Makefile, tried on a tree of small sources: what is rebuilt when, what setup says, and how tests are counted.
. tests/packaging/checks
export CXX="${CXX:-g++}"
unset BUILD CXXFLAGS ARCH NEEDS

mkdir "$work/tree" "$work/bin" && cp -r Makefile .ci "$work/tree"
mkdir "$work/tree/tests" && cp tests/run.sh "$work/tree/tests"
cd "$work/tree" && mkdir tensor nn examples || exit 1
echo 'int one();' > tensor/one.h
printf '#include "tensor/one.h"\nint one() { return 1; }\n' > tensor/one.cpp
printf '#include "tensor/one.h"\nint two();\n' > nn/two.h
printf '#include "nn/two.h"\nint two() { return one() + 1; }\n' > nn/two.cpp
printf '#include "nn/two.h"\nint main(int argc, char**) { return two() - 3 + argc; }\n' > examples/nadaraya_watson.cpp
printf '#include "tensor/one.h"\nint main() { return one() - 1; }\n' > examples/readme.cpp
printf '%s\n' '#define BOOST_TEST_MODULE m' '#include <boost/test/unit_test.hpp>' \
  'BOOST_AUTO_TEST_CASE(yes) { BOOST_TEST(1); }' > tests/main.cpp

# The sources that make compiled, on one line.
compiled() { make "$@" | sed -n 's/^compile //p' | sort | tr '\n' ' '; }
all="examples/nadaraya_watson.cpp examples/readme.cpp nn/two.cpp tensor/one.cpp tests/main.cpp "
later() { sleep 0.02; touch "$1"; }

builds() { same "$(compiled)" "$all"; }
check "make builds the library, the examples and the tests" builds
rests() { same "$(compiled)" ""; }
check "make again compiles nothing" rests
header() { later nn/two.h && same "$(compiled)" "examples/nadaraya_watson.cpp nn/two.cpp "; }
check "a changed header rebuilds exactly what includes it" header
flags() {
  same "$(compiled ARCH=)" "$all" && same "$(compiled CXXFLAGS=-O1)" "$all" && same "$(compiled CXXFLAGS=-O1)" ""
}
check "changed flags rebuild all, once" flags
variants() { same "$(compiled BUILD=build/other ARCH= all)" "$all" && same "$(compiled CXXFLAGS=-O1)" ""; }
check "a second build folder leaves the first alone" variants
cleans() { same "$(compiled -j8 clean all)" "$all" && [ -x build/examples/readme ]; }
check "clean ends before the build begins" cleans
in_turn() {
  same "$(compiled -j8 clean all clean)" "$all" && [ ! -e build ] &&
    ! make chapter clean ARGS='--fail "at once"' && [ -e build ] && make -n all clean && [ -e build ]
}
check "goals are made in the order in which they stand, up to one that fails" in_turn
helps() {
  for target in all chapter examples exercises docs docs-check docs-sync test sanitize install format setup setup-docs \
    setup-distributed distributed clean; do
    make help | grep -q "^make $target .*[a-z]" || { echo "no $target"; return 1; }
  done
}
check "make help lists the targets" helps
runs() { make chapter && ! make chapter ARGS=--fail; }
check "make chapter runs the program, and fails if it does" runs

# Setup, with an apt-get that takes a while and brings a program, and a PATH on which nothing else is found.
PLAIN=$PATH
tools() { for tool; do ln -s "$(command -v "$tool")" "$work/bin/$tool"; done; }
tools sh make uname getconf mktemp rm find grep true sleep chmod
counted_here() { PATH=$work/bin make -npq all 2> /dev/null | grep -x "PROCESSORS := $(getconf _NPROCESSORS_ONLN)"; }
check "without nproc the processors are counted all the same" counted_here
id_is() { printf '#!/bin/sh\necho %s\n' "$1" > "$work/bin/id"; chmod +x "$work/bin/id"; }
setup() { PATH=$work/bin make CXX=true NEEDS="thing.h:libthing-dev sh:dash $1" setup; }
id_is 0
nothing() { same "$(setup)" "setup: nothing is missing."; }
check "setup says that nothing is missing" nothing
no_manager() {
  ! said=$(setup "absent:one-package no-such:other-package" 2>&1) &&
    echo "$said" | grep 'not known here.*Debian packages: one-package other-package$'
}
check "setup without a package manager that it knows lists Debian's packages and fails" no_manager

cat > "$work/bin/apt-get" << 'END'
#!/bin/sh
[ "$1" = install ] || exit 0
sleep 1
echo "apt-get $* $DEBIAN_FRONTEND" >> "$LOG"
printf '#!/bin/sh\n' > "$BIN/brought" && chmod +x "$BIN/brought"
END
chmod +x "$work/bin/apt-get"
export LOG="$work/log" BIN="$work/bin"
id_is 1000
no_sudo() {
  ! said=$(setup "brought:the-package" 2>&1) && [ ! -e "$LOG" ] && echo "$said" |
    grep '^ *apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends the-package$'
}
check "setup without root and sudo says the command to run as root, and fails" no_sudo
id_is 0
still() {
  ! said=$(setup "brought:the-package never:never-brought" 2>&1) && echo "$said" | grep 'still missing: never-brought$'
}
check "setup looks again after apt-get and says what is still missing" still
rm -f "$BIN/brought" "$LOG"
cat > "$work/compiler" << 'END'
#!/bin/sh
case " $* " in *" -c "*) echo compile >> "$LOG" ;; esac
exec $REAL "$@"
END
chmod +x "$work/compiler"
first() {
  REAL=$CXX PATH=$work/bin:$PLAIN make -j8 CXX="$work/compiler" NEEDS="brought:the-package" setup examples &&
    same "$(cat "$LOG")" "apt-get install -y --no-install-recommends the-package noninteractive
compile
compile
compile
compile"
}
check "setup ends before anything compiles, under -j too" first
printf '#!/bin/sh\nexit 100\n' > "$BIN/apt-get"
stops() { rm -f "$BIN/brought" "$LOG"; ! REAL=$CXX PATH=$work/bin:$PLAIN make -j8 CXX="$work/compiler" ARCH= \
  NEEDS="brought:the-package" setup examples && [ ! -e "$LOG" ]; }
check "nothing compiles when setup fails" stops

# Fedora's and Homebrew's managers bring what Debian's names stand for there; each package once.
brings() {  # manager, the words it is called with
  rm -f "$LOG" "$BIN/brought" "$BIN/apt-get" "$BIN/dnf"
  cat > "$BIN/$1" << 'END'
#!/bin/sh
[ "$1" = --prefix ] && exit
echo "$*" >> "$LOG"
printf '#!/bin/sh\n' > "$BIN/brought" && chmod +x "$BIN/brought"
END
  chmod +x "$BIN/$1"
  said=$(setup "brought:libopenblas-dev brought:nlohmann-json3-dev brought:libboost-test-dev \
    brought:libboost-iostreams-dev brought:gnuplot-nox brought:fonts-dejavu-core brought:pkg-config \
    brought:libcsv-dev brought:libnlopt-dev no-such.h:libgnuplot-iostream-dev" 2>&1)
  echo "$said" | grep -x 'setup: all is there now.' && same "$(cat "$LOG")" "$2"
}
check "setup with dnf installs Fedora's packages" brings dnf \
  "install -y openblas-devel json-devel boost-devel gnuplot dejavu-sans-fonts pkgconf-pkg-config \
libcsv-devel NLopt-devel"
id_is 501
check "setup with brew installs Homebrew's packages, and not as root" brings brew \
  "install openblas nlohmann-json boost gnuplot font-dejavu pkgconf libcsv nlopt"
not_known() {
  ! said=$(setup "absent:libopenblas-dev no-such:other-package" 2>&1) &&
    echo "$said" | grep 'not known here.*Debian packages: libopenblas-dev other-package$'
}
check "setup with brew lists Debian's names where it does not know Homebrew's" not_known

# A Mac, as far as it can be played: no nproc, Homebrew's folders, and a linker that does not know --as-needed.
cat > "$work/mac" << 'END'
#!/bin/sh
for word; do
  shift
  case $word in *-as-needed*) echo "ld: unknown option: $word" >&2; exit 1 ;; -Wl,-dead_strip_dylibs) continue ;; esac
  set -- "$@" "$word"
done
PATH=$PLAIN exec $CXX_HERE "$@"
END
cat > "$BIN/brew" << 'END'
#!/bin/sh
if [ "$1" = --prefix ]; then echo "$HOMEBREW"; exit; fi
mkdir -p "$HOMEBREW/include" "$HOMEBREW/opt/openblas/lib" "$HOMEBREW/lib"
echo 'inline int keg() { return 3; }' > "$HOMEBREW/include/keg.h"
printf '!<arch>\n' > "$HOMEBREW/opt/openblas/lib/libkeg.a"
printf '!<arch>\n' > "$HOMEBREW/lib/libpour.a"
END
chmod +x "$work/mac" "$BIN/brew"
tools mkdir cat cmp mv ar dirname
sed 's/#include "nn.two.h"/&\n#include <keg.h>/; s/- 3/- keg()/' examples/nadaraya_watson.cpp > examples/keg.cpp
mac() {
  HOMEBREW=$work/homebrew PLAIN=$PLAIN CXX_HERE=$CXX PATH=$work/bin make SYSTEM=Darwin ARCH= CXX="$work/mac" \
    NEEDS="keg.h:libopenblas-dev -lkeg:libopenblas-dev -lpour:libboost-test-dev" \
    LDLIBS="-L$work/homebrew/opt/openblas/lib -lkeg" BUILD=build/mac "$@"
}
check "on a Mac setup sees Homebrew's folders, and a program is built with what is there" mac setup examples
rm examples/keg.cpp

# Counting, with a stand-in for the test program.
last() { make test CXXFLAGS=-O1 2> /dev/null | tail -n 1; }
honest() { make test CXXFLAGS=-O1 && same "$(last)" "1 passed, 0 failed"; }
check "a passing test is counted" honest
stand_in() {  # the report's passed and failed, and what the program does at its end
  make CXXFLAGS=-O1 > /dev/null
  later build/tests/run
  report="<TestResult><TestSuite test_cases_passed=\"$1\" test_cases_failed=\"$2\"></TestSuite></TestResult>"
  printf '#!/bin/sh\nfor a; do case $a in --report_sink=*) sink=${a#*=} ;; esac; done\n%s\n%s\n' \
    "echo '$report' > \$sink" "$3" > build/tests/run
}
counted() {  # what is expected, then stand_in's arguments
  expected=$1
  shift
  stand_in "$@"
  ! make test CXXFLAGS=-O1 && same "$(last)" "$expected"
}
check "a failing test is counted and makes make fail" counted "3 passed, 2 failed" 3 2 "exit 201"
check "a program that dies before its report is a failure" counted "0 passed, 1 failed" 3 0 'rm $sink; kill -9 $$'
check "a program that dies after its report is a failure" counted "3 passed, 1 failed" 3 0 'exit 1'
check "no test run is a failure" counted "0 passed, 1 failed" 0 0 ''
no_test() {
  ! said=$(make test CXXFLAGS=-O1 T=packaging/nothing 2> /dev/null) && echo "$said" | grep '0 passed, 1 failed'
}
check "a test that does not exist is a failure" no_test
echo '#error' > tests/broken.cpp
broken() { ! said=$(make test CXXFLAGS=-O1 2> /dev/null) && ! echo "$said" | grep ', 0 failed'; }
check "a test that does not compile makes make fail" broken

finish
