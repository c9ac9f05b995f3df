# What differs between systems: the number of processors, where packages stand, words of compiler and linker.

SYSTEM ?= $(shell uname -s)
PROCESSORS := $(shell nproc 2> /dev/null || getconf _NPROCESSORS_ONLN 2> /dev/null || echo 1)

# For arm64, older versions of clang and Apple's refuse -march=native.
MACHINE := $(shell uname -m)
ARCH ?= $(if $(filter arm64 aarch64,$(MACHINE)),-mcpu=native,-march=native)

# Homebrew's packages are outside the compiler's paths, and its OpenBLAS is in a folder of its own.
ifeq ($(SYSTEM),Darwin)
BREW ?= $(or $(shell brew --prefix 2> /dev/null),/opt/homebrew)
PACKAGES_CPPFLAGS := -I$(BREW)/include -I$(BREW)/opt/openblas/include
PACKAGES_LDFLAGS := -L$(BREW)/lib
LDLIBS ?= -L$(BREW)/opt/openblas/lib -lopenblas
AS_NEEDED := -Wl,-dead_strip_dylibs
else
AS_NEEDED := -Wl,--as-needed
# So that the library fits into a shared one too: on a Mac all code does. Its functions still call each other directly.
PIC := -fPIC -fno-semantic-interposition
endif
