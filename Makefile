# guss: a compiler from neural networks to specialised C.
#
#   make          build/guss and its runtime
#   make demo     train on the built-in faces, write two sheets
#   make test     the whole suite; last line: N passed, N failed
#   make asan     the same under address and undefined-behaviour sanitizers
#   make bench    time a training step beside PyTorch
#   make format   clang-format every source; make lint checks it
#
# SANITIZE=1 builds into build/asan; CC=clang builds with clang.

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:

CC ?= cc
ifeq ($(origin CC),default)
CC := cc
endif
BUILD ?= $(if $(SANITIZE),build/asan,build)
VERSION := $(shell cat VERSION)

WARNINGS := -Wall -Wextra -Wshadow -Wconversion -Wdouble-promotion \
  -Wstrict-prototypes -Wmissing-prototypes -Wvla -Wundef -Wformat=2
ifdef WERROR
WARNINGS += -Werror
endif
comma := ,
SANITIZERS := $(if $(SANITIZE),-fsanitize=address$(comma)undefined \
  -fno-sanitize-recover=all -fno-omit-frame-pointer)

PACKAGES := yaml-0.1 libpng zlib jansson
PACKAGE_CFLAGS = $(shell pkg-config --cflags $(PACKAGES) 2>/dev/null)
PACKAGE_LIBS = $(shell pkg-config --libs $(PACKAGES) 2>/dev/null)

CFLAGS ?= -O2 -g
GUSS_CFLAGS = -std=c11 -D_XOPEN_SOURCE=700 -pthread $(WARNINGS) \
  -fno-math-errno -I. -Iruntime -Iruntime/core -I$(BUILD)/generated \
  -DGUSS_VERSION='"$(VERSION)"' -MMD -MP $(PACKAGE_CFLAGS) $(SANITIZERS)

# Every folder of C is a library, but for the compiler: guss itself.
base_sources := $(wildcard base/*.c)
core_sources := $(wildcard runtime/core/*.c)
trainer_sources := $(wildcard runtime/trainer/*.c runtime/trainer/*/*.c)
compiler_sources := $(wildcard compiler/*.c compiler/*/*.c)
generated_objects := $(BUILD)/generated/parse.o $(BUILD)/generated/lex.o
unit_sources := $(wildcard tests/unit/*_test.c)
tool_sources := $(wildcard tests/tools/*.c)

object = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
base_objects := $(call object,$(base_sources))
core_objects := $(call object,$(core_sources))
trainer_objects := $(call object,$(trainer_sources))
compiler_objects := $(call object,$(compiler_sources))
units := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(unit_sources))
tools := $(patsubst tests/tools/%.c,$(BUILD)/tests/tools/%,$(tool_sources))

libraries := $(BUILD)/lib/guss/libguss-trainer.a \
  $(BUILD)/lib/guss/libguss-core.a $(BUILD)/lib/guss/libguss-base.a
headers := $(patsubst runtime/core/%,$(BUILD)/include/%,\
  $(wildcard runtime/core/guss/*.h))
LINK_LIBS = $(PACKAGE_LIBS) -lm -pthread

.PHONY: all
all: $(BUILD)/guss

# ---- building ------------------------------------------------------------

$(BUILD)/guss: $(compiler_objects) $(generated_objects) $(libraries) $(headers)
	$(CC) $(CFLAGS) $(SANITIZERS) -o $@ $(compiler_objects) \
	  $(generated_objects) $(libraries) $(LINK_LIBS)

$(BUILD)/lib/guss/libguss-base.a: $(base_objects)
$(BUILD)/lib/guss/libguss-core.a: $(core_objects)
$(BUILD)/lib/guss/libguss-trainer.a: $(trainer_objects)
$(libraries):
	@mkdir -p $(@D)
	rm -f $@
	$(AR) rcs $@ $^

$(BUILD)/include/%.h: runtime/core/%.h
	@mkdir -p $(@D)
	cp $< $@

$(BUILD)/obj/%.o: %.c | $(BUILD)/packages
	@mkdir -p $(@D)
	$(CC) $(GUSS_CFLAGS) $(CFLAGS) -c -o $@ $<

# How a model's executable is linked is known to guss from this build.
$(BUILD)/obj/compiler/command/toolchain.o: GUSS_CFLAGS += \
  -DGUSS_LINK_LIBS='"$(strip $(LINK_LIBS))"' \
  -DGUSS_LINK_SANITIZERS='"$(strip $(SANITIZERS))"'

$(BUILD)/generated/parse.c: compiler/syntax/parse.y | $(BUILD)/packages
	@mkdir -p $(@D)
	bison -Wall -Werror -o $@ --header=$(BUILD)/generated/parse.tab.h $<
$(BUILD)/generated/parse.tab.h: $(BUILD)/generated/parse.c
$(BUILD)/generated/lex.c: compiler/syntax/lex.l $(BUILD)/generated/parse.tab.h
	flex -o $@ $<
$(BUILD)/generated/%.o: $(BUILD)/generated/%.c
	$(CC) $(GUSS_CFLAGS) $(CFLAGS) -c -o $@ $<

# Asked once a build folder: are the tools and libraries here?
$(BUILD)/packages:
	@mkdir -p $(@D)
	./tools/install-packages build
	@touch $@

# ---- tests ---------------------------------------------------------------

$(BUILD)/tests/unit/%: tests/unit/%.c $(libraries) $(compiler_objects) \
    $(generated_objects)
	@mkdir -p $(@D)
	$(CC) $(GUSS_CFLAGS) $(CFLAGS) -o $@ $< \
	  $(filter-out %/compiler/main.o,$(compiler_objects)) \
	  $(generated_objects) $(libraries) $(LINK_LIBS) -lcmocka
$(BUILD)/tests/tools/%: tests/tools/%.c $(libraries)
	@mkdir -p $(@D)
	$(CC) $(GUSS_CFLAGS) $(CFLAGS) -o $@ $< $(libraries) $(LINK_LIBS)

.PHONY: test asan check-build
check-build: all $(units) $(tools)
test: tools/install-packages
	@./tools/install-packages test
	@$(MAKE) --no-print-directory check-build
	@BUILD=$(BUILD) tests/run.sh $(TESTS)
asan:
	@$(MAKE) --no-print-directory SANITIZE=1 test

# ---- the rest ------------------------------------------------------------

.PHONY: demo bench format lint clean
demo: all
	@BUILD=$(BUILD) tools/demo
bench: all
	@BUILD=$(BUILD) bench/run.sh

formatted := $(shell git ls-files '*.c' '*.h' 2>/dev/null)
format:
	clang-format -i $(formatted)
lint:
	clang-format --dry-run --Werror $(formatted)
	shellcheck $$(git ls-files '*.sh' tools .ci)

clean:
	rm -rf build

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)
