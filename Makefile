# tapegrad: make help lists the targets.
# V=1 shows the commands, BUILD=folder keeps a second build beside the first.

BUILD ?= build
PREFIX ?= /usr/local
VERSION := 0.1.0
include .ci/machine.mk

# As many jobs as there are processors, unless you say -j yourself. Short output, unless you say V=1.
ifeq ($(MAKELEVEL)$(filter -j%,$(MAKEFLAGS)),0)
MAKEFLAGS += -j$(PROCESSORS)
endif
MAKEFLAGS += --no-print-directory
ifndef V
.SILENT:
endif

# Several goals on one command line are made one after the other: setup ends before anything is compiled.
ifneq ($(word 2,$(MAKECMDGOALS)),)
.PHONY: in-turn $(MAKECMDGOALS)
$(sort $(MAKECMDGOALS)): in-turn
in-turn:
	for goal in $(MAKECMDGOALS); do $(MAKE) $$goal || exit; done
else

# Flags: ARCH (-march=native) and CXXFLAGS are yours to change, the others are what the library needs.
CXXFLAGS ?= -O3
LOOPS := -ffp-contract=fast -fno-math-errno -fno-trapping-math -fopenmp-simd
# For Intel's processors compilers prefer vectors of half their width. Then pooling is 1.4 to 3 times slower.
AVX512 := $(findstring __AVX512F__,$(shell $(CXX) $(ARCH) $(CXXFLAGS) -dM -E -x c++ /dev/null 2>/dev/null))
LOOPS += $(if $(AVX512),-mprefer-vector-width=512)
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow
COMPILE = $(CXX) -std=c++20 $(ARCH) $(LOOPS) $(WARNINGS) $(CXXFLAGS) $(CPPFLAGS) $(PACKAGES_CPPFLAGS)
LINK = $(CXX) $(ARCH) $(CXXFLAGS) $(LDFLAGS) $(PACKAGES_LDFLAGS)
LDLIBS ?= -lopenblas
CLANG_FORMAT ?= clang-format-19

# Sources. In examples/ and its folders each .cpp is a program, except those with a header, parts that programs share,
# and those in examples/regression/, parts of kernel_regression.
LIBRARY_SOURCES := $(wildcard tensor/*.cpp autograd/*.cpp nn/*.cpp nn/*/*.cpp)
MADE_SOURCES := $(patsubst %.js,%.cpp,$(wildcard autograd/*.js))
HEADERS := $(wildcard tensor/*.h autograd/*.h nn/*.h nn/*/*.h)
EXAMPLE_PARTS := $(wildcard $(patsubst %.h,%.cpp,$(wildcard examples/*.h)))
DISTRIBUTED_SOURCES := $(wildcard examples/distributed/*.cpp)
REGRESSION_PARTS := $(wildcard examples/regression/*.cpp)
COURSE_SOURCES := $(filter-out $(DISTRIBUTED_SOURCES) $(REGRESSION_PARTS),$(wildcard examples/*/*.cpp))
PROGRAM_SOURCES := $(filter-out $(EXAMPLE_PARTS),$(wildcard examples/*.cpp)) $(COURSE_SOURCES)
TEST_SOURCES := $(wildcard $(addprefix tests/,*.cpp tensor/*.cpp autograd/*.cpp nn/*.cpp nn/*/*.cpp examples/*.cpp))
TEST_SCRIPTS := $(wildcard tests/packaging/*.sh)
BENCH_SOURCES := $(wildcard tests/benchmarks/*.cpp)
PEER_SOURCES := $(wildcard tests/benchmarks/peers/*.cpp)
DOCS_SOURCES := $(wildcard tests/docs/*.cpp)
PLAYGROUND_SOURCES := $(wildcard docs/playground/*.cpp) \
  $(filter-out $(addprefix tensor/,threads.cpp file.cpp npy.cpp) nn/save.cpp,$(wildcard \
  tensor/*.cpp autograd/*.cpp nn/*.cpp))
SOURCES := $(LIBRARY_SOURCES) $(EXAMPLE_PARTS) $(REGRESSION_PARTS) $(PROGRAM_SOURCES) $(TEST_SOURCES) $(DOCS_SOURCES) \
  $(BENCH_SOURCES) $(PEER_SOURCES) $(DISTRIBUTED_SOURCES) \
  $(wildcard docs/playground/*.cpp tests/machines/*.cpp tests/machines/*/*.cpp)

# What is built from them.
OBJECTS = $(addprefix $(BUILD)/,$(1:.cpp=.o))
LIBRARY := $(BUILD)/libtapegrad.a
EXAMPLE_LIBRARY := $(BUILD)/examples/libexamples.a
PROGRAMS := $(addprefix $(BUILD)/,$(PROGRAM_SOURCES:.cpp=))
CHAPTER := $(BUILD)/examples/nadaraya_watson
DISTRIBUTED := $(BUILD)/examples/distributed/train
EXERCISES := $(filter $(BUILD)/examples/exercises/%,$(PROGRAMS))
TESTS := $(BUILD)/tests/run
DOCS := $(BUILD)/tests/docs/check
STEPPERS := $(patsubst %,$(BUILD)/steppers/%.html,02_by_hand 03_twice 04_one_lambda 06_one_step)
PLAYGROUND := $(BUILD)/playground.html
BENCH := $(BUILD)/tests/benchmarks/alone
BENCH_PEERS := $(BUILD)/tests/benchmarks/beside

# What must be there (a library, a header, a font or a program) and the Debian package that brings it.
LIBRARY_NEEDS := -lopenblas:libopenblas-dev nlohmann/json.hpp:nlohmann-json3-dev
NEEDS := \
  $(LIBRARY_NEEDS) \
  -lboost_unit_test_framework:libboost-test-dev \
  -lboost_program_options:libboost-program-options-dev \
  -lboost_iostreams:libboost-iostreams-dev \
  -lboost_filesystem:libboost-filesystem-dev \
  -lcsv:libcsv-dev \
  -lnlopt:libnlopt-dev \
  gnuplot-iostream.h:libgnuplot-iostream-dev \
  gnuplot:gnuplot-nox \
  DejaVuSans.ttf:fonts-dejavu-core \
  pkg-config:pkg-config \
  $(if $(filter Darwin,$(SYSTEM)),gsed:sed)
BENCH_NEEDS := $(LIBRARY_NEEDS) -lbenchmark:libbenchmark-dev
DISTRIBUTED_NEEDS := mpicxx:libopenmpi-dev mpirun:openmpi-bin
PEER_NEEDS := $(NEEDS) -ltorch:libtorch-dev eigen3/Eigen/src/Core/Array.h:libeigen3-dev
R_NEEDS := Rscript:r-base-core /usr/lib/R/library/KernSmooth:r-cran-kernsmooth
MODULES := /usr/lib/python3/dist-packages
STATSMODELS_NEEDS := $(MODULES)/statsmodels:python3-statsmodels
DOCS_NEEDS := \
  doxygen:doxygen \
  /usr/bin/sphinx-build:python3-sphinx \
  $(MODULES)/myst_parser:python3-myst-parser \
  $(MODULES)/breathe:python3-breathe \
  $(MODULES)/sphinx_book_theme:python3-sphinx-book-theme \
  /usr/share/javascript/mathjax/MathJax.js:libjs-mathjax \
  /usr/share/javascript/mathjax/fonts/HTML-CSS/TeX/woff:fonts-mathjax
WASI_LIBRARY := /usr/lib/wasm32-wasi/libc++.a
# The playground, where it can be built.
PLAYGROUND_HERE := $(if $(wildcard $(WASI_LIBRARY)),$(shell \
  command -v clang++ > /dev/null && command -v wasm-ld > /dev/null && echo $(PLAYGROUND)))
PLAYGROUND_NEEDS := clang++:clang wasm-ld:lld $(WASI_LIBRARY):libc++-dev-wasm32 \
  '/usr/lib/llvm-*/lib/clang/*/lib/wasi/libclang_rt.builtins-wasm32.a:libclang-rt-dev-wasm32'

# Looks for things as the compiler will.
SETUP = CXX='$(CXX)' CPPFLAGS='$(CPPFLAGS) $(PACKAGES_CPPFLAGS)' \
  LDFLAGS='$(LDFLAGS) $(PACKAGES_LDFLAGS) $(filter -L%,$(LDLIBS))' sh .ci/setup

.DELETE_ON_ERROR:
.PHONY: all help chapter examples exercises docs-check docs-sync test bench bench-peers bench-cost sanitize \
  distributed install uninstall docs playground format setup setup-docs setup-distributed debian13 clean always

all: $(LIBRARY) $(PROGRAMS) $(TESTS)  ## build the library, the examples and the tests (the default)

help:  ## list the targets
	awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "make %-17s %s\n", $$1, $$2 }' Makefile

chapter: $(CHAPTER)  ## build and run the Nadaraya-Watson chapter; ARGS="--seed 1 --show" passes options
	$(CHAPTER) $(ARGS)

examples: $(PROGRAMS)  ## build the programs of examples/ into build/examples/

exercises: $(EXERCISES)  ## run the answers to the course's exercises, one after the other, at full size
	for program in $(EXERCISES); do echo; echo "== $$program"; $$program || exit 1; done

docs-check: $(DOCS) $(PROGRAMS)  ## compare the pages of docs/ with what their sources say and print now
	$(DOCS) --build $(BUILD) $(PAGE)

docs-sync: $(DOCS) $(PROGRAMS)  ## write code, output and figures into the pages; PAGE=docs/01-tensors.md takes one
	$(DOCS) --build $(BUILD) --sync $(PAGE)

test: $(TESTS) $(PROGRAMS) $(if $(TEST_SCRIPTS),$(DOCS) $(PLAYGROUND_HERE))  ## run the tests; T=tensor/sum runs one
	BUILD='$(BUILD)' T='$(T)' CXX='$(CXX)' sh tests/run.sh $(TEST_SCRIPTS)

bench:  ## measure the library; ARGS=--benchmark_filter=matmul chooses
	$(SETUP) $(BENCH_NEEDS)
	$(MAKE) $(BENCH)
	$(BENCH) $(ARGS)

bench-peers:  ## measure it beside its peers; ARGS="--only matmul", WRITE=1 for docs/performance.md
	$(SETUP) $(PEER_NEEDS)
	$(SETUP) $(R_NEEDS) || echo "bench-peers: without R's locpoly"
	$(SETUP) $(STATSMODELS_NEEDS) || echo "bench-peers: without statsmodels' KernelReg"
	$(MAKE) $(BENCH_PEERS)
	$(BENCH_PEERS) $(if $(WRITE),--write docs/performance.md) $(ARGS)

bench-cost:  ## draw pooling's cost against n in build/; WRITE=1 in docs/figures/
	$(SETUP) $(PEER_NEEDS)
	$(SETUP) $(R_NEEDS) || echo "bench-cost: without R's locpoly"
	$(MAKE) $(BENCH_PEERS)
	$(BENCH_PEERS) --cost $(if $(WRITE),docs/figures,$(BUILD))

sanitize:  ## run the tests under the address and undefined-behaviour sanitizers
	$(MAKE) test BUILD=$(BUILD)/sanitize COURSE_SOURCES= TEST_SCRIPTS= TEST_CXXFLAGS=-O0 \
	  TEST_FLAGS=--catch_system_errors=no \
	  CXXFLAGS='-O1 -g1 -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all'

# RANKS processes on this machine, which may have fewer processors, and where one may be root, as in a container.
RANKS ?= 4
distributed: $(DISTRIBUTED)  ## build the training over MPI and run it; RANKS=4 ARGS="--points 1000000"
	OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 mpirun --oversubscribe -n $(RANKS) $(DISTRIBUTED) $(ARGS)

# The flags file is written anew when the flags change, and everything compiled depends on it. Two makes may do so at
# once: each has a name of its own for it.
$(BUILD)/flags: TEXT := $(COMPILE) : $(LINK) $(LDLIBS)
$(BUILD)/sources: TEXT := $(SOURCES)
$(BUILD)/flags $(BUILD)/sources: always
	mkdir -p $(@D)
	printf '%s\n' '$(subst ','\'',$(TEXT))' > $@.$$PPID
	if cmp -s $@.$$PPID $@; then rm $@.$$PPID; else mv $@.$$PPID $@; fi

# -MMD writes the headers that a source includes into a .d file beside its .o file.
define COMPILE_SOURCE
	echo "compile $<"
	mkdir -p $(@D)
	$(COMPILE) $(OWN_FLAGS) -I. -MMD -MP -c $< -o $@
endef
$(BUILD)/%.o: %.cpp $(BUILD)/flags
	$(COMPILE_SOURCE)
$(BUILD)/%.o: $(BUILD)/%.cpp $(BUILD)/flags
	$(COMPILE_SOURCE)

# The style and the script of tape.to_html, as two strings.
$(BUILD)/autograd/stepper.cpp: autograd/stepper.css autograd/stepper.js
	mkdir -p $(@D)
	{ echo 'namespace tg { extern const char *const stepper_style, *const stepper_script; }'; \
	  echo 'const char* const tg::stepper_style = R"~~('; cat autograd/stepper.css; echo ')~~";'; \
	  echo 'const char* const tg::stepper_script = R"~~('; cat autograd/stepper.js; echo ')~~";'; } > $@

-include $(patsubst %.o,%.d,$(call OBJECTS,$(SOURCES)))

$(call OBJECTS,$(LIBRARY_SOURCES) $(MADE_SOURCES)): OWN_FLAGS := $(PIC)
$(LIBRARY): $(call OBJECTS,$(LIBRARY_SOURCES) $(MADE_SOURCES))
$(EXAMPLE_LIBRARY): $(call OBJECTS,$(EXAMPLE_PARTS))
$(LIBRARY) $(EXAMPLE_LIBRARY): $(BUILD)/sources
	echo "archive $@"
	mkdir -p $(@D)
	rm -f $@
	$(AR) rcs $@ $(filter %.o,$^)

# Programs: a file each, the parts it uses (which need Boost), and the library.
PROGRAM_LIBS := -lboost_program_options -lboost_iostreams -lboost_filesystem
REGRESSION_LIBS := -lcsv -lnlopt
$(PROGRAMS): LIBS := $(PROGRAM_LIBS)
$(BUILD)/examples/kernel_regression: LIBS += $(REGRESSION_LIBS)
$(BUILD)/examples/kernel_regression: $(call OBJECTS,$(REGRESSION_PARTS))
$(PROGRAMS): %: %.o $(EXAMPLE_LIBRARY) $(LIBRARY)
	echo "link $@"
	$(LINK) $(filter %.o,$^) $(EXAMPLE_LIBRARY) $(LIBRARY) $(AS_NEEDED) $(LIBS) $(LDLIBS) -o $@

# The only program that needs MPI. mpicxx runs the compiler with MPI's flags.
$(DISTRIBUTED) $(DISTRIBUTED).o: private CXX := OMPI_CXX='$(CXX)' mpicxx
$(DISTRIBUTED).o: OWN_FLAGS := -DOMPI_SKIP_MPICXX
$(DISTRIBUTED): LIBS := $(PROGRAM_LIBS)
$(DISTRIBUTED): %: %.o $(EXAMPLE_LIBRARY) $(LIBRARY)
	echo "link $@"
	$(LINK) $< $(EXAMPLE_LIBRARY) $(LIBRARY) $(AS_NEEDED) $(LIBS) $(LDLIBS) -o $@

# Tests: one program, with the parts of kernel_regression.
$(call OBJECTS,$(TEST_SOURCES)): OWN_FLAGS := -DBOOST_TEST_DYN_LINK $(TEST_CXXFLAGS)
$(TESTS): LIBS := -lboost_unit_test_framework $(if $(REGRESSION_PARTS),$(PROGRAM_LIBS) $(REGRESSION_LIBS))
$(TESTS): $(call OBJECTS,$(TEST_SOURCES) $(REGRESSION_PARTS)) $(EXAMPLE_LIBRARY) $(LIBRARY) $(BUILD)/sources
	echo "link $@"
	$(LINK) $(filter %.o,$^) $(EXAMPLE_LIBRARY) $(LIBRARY) $(LIBS) $(LDLIBS) -o $@

# The check of the pages.
$(DOCS): $(call OBJECTS,$(DOCS_SOURCES))
	echo "link $@"
	$(LINK) $^ -o $@

# Benchmarks: the same workloads, with no peers or with all of them.
$(BENCH): LIBS := -lbenchmark
$(BENCH): $(call OBJECTS,$(filter-out %/beside.cpp %/cost.cpp,$(BENCH_SOURCES))) $(LIBRARY)
$(BENCH_PEERS): LIBS := $(EXAMPLE_LIBRARY) $(LIBRARY) $(PROGRAM_LIBS) $(REGRESSION_LIBS) -ltorch -ltorch_cpu -lc10
$(BENCH_PEERS): $(call OBJECTS,$(filter-out %/alone.cpp %/no_peers.cpp,$(BENCH_SOURCES)) $(PEER_SOURCES) \
  $(REGRESSION_PARTS)) $(EXAMPLE_LIBRARY) $(LIBRARY)
$(BENCH) $(BENCH_PEERS):
	echo "link $@"
	$(LINK) $(filter %.o,$^) $(LIBRARY) $(LIBS) $(LDLIBS) -o $@
$(call OBJECTS,$(PEER_SOURCES)): OWN_FLAGS := -isystem /usr/include/torch/csrc/api/include -isystem /usr/include/eigen3
$(BUILD)/tests/benchmarks/peers/libtorch.o: OWN_FLAGS += -std=c++17
$(BUILD)/tests/benchmarks/peers/autodiff.o: OWN_FLAGS += -ffast-math

# Installing. tapegrad.pc carries the flags that decide what code is generated: a program that includes
# tapegrad compiles its own lambdas, and they shall run as fast as the library.
define TAPEGRAD_PC
prefix=$(abspath $(PREFIX))
includedir=$${prefix}/include/tapegrad
libdir=$${prefix}/lib

Name: tapegrad
Description: A small tensor and tape-autograd library in C++20
Version: $(VERSION)
Cflags: -I$${includedir} -std=c++20 $(ARCH) $(LOOPS) $(filter -O% -f% -m% -D%,$(CXXFLAGS) $(CPPFLAGS))
Libs: -L$${libdir} -ltapegrad $(LDLIBS)
endef
export TAPEGRAD_PC
INSTALLED := $(DESTDIR)$(abspath $(PREFIX))
UNINSTALL := rm -rf $(addprefix $(INSTALLED)/,include/tapegrad lib/libtapegrad.a lib/pkgconfig/tapegrad.pc \
  lib/cmake/tapegrad)

install: $(LIBRARY)  ## install library, headers, and what pkg-config and find_package read; PREFIX=/usr/local DESTDIR=
	$(UNINSTALL)
	mkdir -p $(addprefix $(INSTALLED)/,$(sort $(dir $(HEADERS:%=include/tapegrad/%))) lib/pkgconfig lib/cmake/tapegrad)
	for header in $(HEADERS); do install -m 644 $$header $(INSTALLED)/include/tapegrad/$$header || exit 1; done
	install -m 644 $(LIBRARY) $(INSTALLED)/lib
	install -m 644 .ci/cmake/*.cmake $(INSTALLED)/lib/cmake/tapegrad
	echo "$$TAPEGRAD_PC" > $(INSTALLED)/lib/pkgconfig/tapegrad.pc
	echo "installed tapegrad $(VERSION) in $(INSTALLED)"

uninstall:  ## remove what install brought
	$(UNINSTALL)

format:  ## run clang-format on the sources and headers; CLANG_FORMAT=clang-format-19
	command -v $(CLANG_FORMAT) > /dev/null || { echo "format: there is no $(CLANG_FORMAT); on Debian" \
	  "apt-get install clang-format-19 brings it, elsewhere say CLANG_FORMAT=clang-format" >&2; exit 1; }
	$(CLANG_FORMAT) -i $(SOURCES) $(HEADERS) $$(find examples tests -name '*.h')

# The HTML site, with Debian's Sphinx: another Python on the PATH would lack its modules. It is made from nothing each
# time, since a warning would not come again for a page that has not changed.
docs: $(STEPPERS) $(PLAYGROUND_HERE)  ## build the HTML site of docs/ in build/docs/html
	$(if $(PLAYGROUND_HERE),,rm -f $(PLAYGROUND); \
	  echo "docs: without the playground; make setup-docs brings what it needs")
	rm -rf $(BUILD)/docs
	mkdir -p $(BUILD)/docs
	BUILD='$(BUILD)' doxygen docs/Doxyfile
	BUILD='$(BUILD)' /usr/bin/sphinx-build -q -W --keep-going -d $(BUILD)/docs/doctrees docs $(BUILD)/docs/html
	echo "built $(BUILD)/docs/html/index.html"

# A program of the course writes its tape as a page to step through.
$(STEPPERS): $(BUILD)/steppers/%.html: $(BUILD)/examples/tutorial/%
	mkdir -p $(@D)
	$< $@ > /dev/null

# The playground: the library in WebAssembly, by clang for Debian's WASI, and the page around it, all in one file.
WASM_CXXFLAGS := --target=wasm32-wasi -std=c++20 -O2 -msimd128 $(filter-out -mprefer%,$(LOOPS)) -fexceptions \
  -fignore-exceptions -fvisibility=hidden -isystem docs/playground/wasi -I.
WASM_OBJECTS := $(patsubst %.cpp,$(BUILD)/wasm/%.o,$(PLAYGROUND_SOURCES) $(MADE_SOURCES))

playground: $(PLAYGROUND)  ## build build/playground.html, the chapter to be moved by hand in a browser
	echo "built $<"

define COMPILE_WASM
	echo "compile $< for WebAssembly"
	mkdir -p $(@D)
	clang++ $(WASM_CXXFLAGS) -MMD -MP -c $< -o $@
endef
$(BUILD)/wasm/%.o: %.cpp Makefile
	$(COMPILE_WASM)
$(BUILD)/wasm/%.o: $(BUILD)/%.cpp Makefile
	$(COMPILE_WASM)

-include $(WASM_OBJECTS:.o=.d)

# The stack stands first, so that one that is full fails, and does not run into the data.
$(BUILD)/wasm/library.wasm: $(WASM_OBJECTS)
	clang++ --target=wasm32-wasi -mexec-model=reactor -Wl,-z,stack-size=1048576,--stack-first,--strip-all $^ -o $@

$(PLAYGROUND): $(BUILD)/wasm/library.wasm $(wildcard docs/playground/*.html docs/playground/*.css docs/playground/*.js)
	gzip -9n < $< | base64 > $<.base64
	awk '/^@include / { while ((getline line < ($$2 == "MODULE" ? "$<.base64" : $$2)) > 0) print line; next } { print }' \
	  docs/playground/page.html > $@

setup-docs:  ## install what make docs and make playground need
	$(SETUP) $(DOCS_NEEDS) $(PLAYGROUND_NEEDS)

setup-distributed:  ## install what make distributed needs
	$(SETUP) $(NEEDS) $(DISTRIBUTED_NEEDS)

setup:  ## install the packages that are missing, with apt-get, dnf or brew
	$(SETUP) $(NEEDS)

debian13:  ## run the chapter, the tests and the site in a root of Debian 13, made by debootstrap; as root
	sh tests/machines/debian13.sh

clean:  ## remove the build folder
	rm -rf $(BUILD)

endif
