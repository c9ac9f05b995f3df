#!/bin/sh
# The house: headers compile alone, includes go one way, the core is small enough to be read, lines and files fit, rules
# stand beside their values, and public functions say what they do. Each check is tried on a copy that breaks its rule.
. tests/packaging/checks
BUILD=${BUILD:-build}
here=$PWD
house() { perl "$here/tests/packaging/house.pl" "$@"; }
api() { perl "$here/tests/packaging/api.pl" "$@"; }

strict='-Wconversion -Wsign-conversion -Wold-style-cast -Werror'  # for programs that are compiled so
export compile="$(sed 's/ : .*//' "$BUILD/flags") $strict -I. -fsyntax-only -x c++ -"
alone() {  # headers, two at a time
  printf '%s\n' "$@" | xargs -n 1 -P 2 sh -c 'errors=$(echo "#include \"$0\"" | sh -c "$compile" 2>&1) ||
    { echo "$0 does not compile alone:"; echo "$errors" | grep -m 3 error; exit 1; }'
}
check "every header compiles alone, without a warning" alone $(find tensor autograd nn -name '*.h')
# All sources but those that need Google Benchmark or a peer's library, which the tests do not install.
benchmarks() {
  set -- $(grep -LE 'include [<"](benchmark/|torch/|Eigen/|unsupported/|tests/benchmarks/peers/eigen.h)' \
    tests/benchmarks/*.cpp tests/benchmarks/peers/*.cpp)
  [ $# -ge 15 ] && compile=${compile%% -Wconversion*}" -I. -fsyntax-only -x c++ -" alone "$@"
}
check "the benchmark beside peers compiles" benchmarks
check "includes go round in no circle, and never to a floor above" house includes
json() { same "$(grep -rl 'include <nlohmann' tensor autograd nn)" nn/save.cpp; }
check "the JSON library stays inside nn/save.cpp" json

counts=$(house core)
check "the core to be read has ${counts% *} lines of code, fewer than 4150" [ "${counts% *}" -lt 4150 ]
check "what one need not read of the library has ${counts#* }, at most 4320" [ "${counts#* }" -le 4320 ]
check "no file of the library or of the examples is longer than 300 lines" house lengths

cpp=$(find tensor autograd nn examples tests -name '*.cpp' -o -name '*.h')
scripts="Makefile .ci/run .ci/setup .ci/machine.mk tests/packaging/checks
  $(find tests docs -name '*.sh' -o -name '*.p[ly]')"
check "no line is longer than 120 columns" house columns $cpp $scripts
check "no line joins two statements" house statements $cpp
check "an op's rule stands in the header that has its value's name" api twins
check "every public function says what it computes, its shapes, what throws, and its source" api documented

operations="$here/docs/operations.md" machinery="$here/docs/machinery.txt"
check "docs/operations.md lists what the headers declare, and nothing else" api listed "$operations" "$machinery"

mkdir "$work/tree" && cp -r tensor autograd nn "$work/tree"
refuses() {  # file, how sed breaks it, the complaint, the check
  file=$1 edit=$2 complaint=$3
  shift 3
  cd "$work/tree" && cp "$file" "$work/kept" && sed "$edit" "$work/kept" > "$file"
  if cmp -s "$file" "$work/kept"; then echo "nothing was edited"; return 1; fi
  said=$("$@")
  mv "$work/kept" "$file"
  echo "$said" | grep -q "$complaint" || { echo "$said"; return 1; }
}
check "a header that lacks an include is refused" refuses tensor/basic_tensor.h '/include "tensor.memory.h"/d' \
  'tensor/basic_tensor.h does not compile alone' alone tensor/basic_tensor.h
check "a circle of includes is refused" refuses tensor/basic_tensor.h '$a #include "tensor/tensor.h"' \
  'a circle: .*tensor/tensor.h' house includes
check "an include from above is refused" refuses autograd/tape.h '$a #include "nn/nn.h"' \
  'autograd/tape.h includes nn/nn.h, from above' house includes
more=$((${counts% *} + 2))
check "code is counted, without comments and blank lines" refuses nn/loss.h '$a\
int one;  // 1\
\
/* none\
   int none; */ int two;\
// none' "^$more ${counts#* }$" house core
check "a long file is refused" refuses nn/loss.h '1s/.*/&'"$(printf '%0301d' 0 | sed 's/0/\\n/g')/" 'nn/loss.h has' \
  house lengths
check "a long line is refused" refuses nn/loss.h '$a // '"$(printf '%0118d' 0)" 'nn/loss.h:.*: 121 columns' \
  house columns nn/loss.h
while read -r joined; do
  check "two statements in a line are refused: $joined" refuses nn/loss.h '$a '"$joined" 'two statements' \
    house statements nn/loss.h
done << 'END'
int a() { b(); return 1; }
void a() { b(); } void c() { d(); }
if (int a = b(); a > 0) c(); d();
struct A { int a; int b; };
END
check "a rule in another header is refused" refuses autograd/linalg.h 's/"matmul"/"softmax"/' \
  'autograd/linalg.h records softmax, whose value is in tensor/softmax.h' api twins
check "a function that says nothing is refused" refuses tensor/linalg.h 's|^}  // namespace tg$|\
template <class T>\
BasicTensor<T> silent(const BasicTensor<T>\& x);\
&|' 'tensor/linalg.h:.*: silent does not tell a formula, a source, shapes, what throws' api documented
check "a function that docs/operations.md lacks is refused" refuses nn/module.h \
  's/  void zero_grad();/&\n  void thaw();/' 'does not list thaw of nn/module.h' api listed "$operations" "$machinery"
check "so is one that it has and no header" refuses nn/module.h 's/register_parameter/register_number/' \
  'lists register_parameter, which no header declares' api listed "$operations" "$machinery"
check "so is one that comes from a list of rows" refuses tensor/elementary.h 's/ As torch.exp and so on.//' \
  'tensor/elementary.h:.*: exp does not tell a source' api documented

finish
