# guss: a compiler from neural networks to specialised C.
#
#   make          build/guss and its runtime
#   make demo     train on the built-in faces, write two sheets
#   make paper    reproduce the paper: QUICK=1, FULL=1, FIGURE='4b 10', MINUTES=30
#   make test     the whole suite; last line: N passed, N failed
#   make asan     the same under address and undefined-behaviour sanitizers
#   make coverage which branches of the front end the tests take
#   make fuzz     build/fuzz/*: fuzzers (see tests/fuzz/fuzz.mk)
#   make bench    time a training step beside PyTorch
#   make format   clang-format every source
#   make lint     check that, and the shell scripts
#   make install  below PREFIX (/usr/local) and DESTDIR; make uninstall
#   make clean    remove build/
#
# V=1 shows the commands. CC=clang builds with clang, BUILD=DIR elsewhere;
# WERROR=1 makes warnings errors; TESTS='a b' runs tests whose path has a or b.

MAKEFLAGS += --no-builtin-rules
.DELETE_ON_ERROR:
.SUFFIXES:

.PHONY: all
all:

# ---- settings ------------------------------------------------------------

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

# Asked when first used, which is after $(BUILD)/packages has seen to them.
PACKAGES := yaml-0.1 libpng libturbojpeg zlib jansson nettle
# For guss itself, which can download data; not for models' executables.
GUSS_PACKAGES := libcurl
# For executables that score what a GAN makes; others do not load it.
SCORES_PACKAGES := openblas
PACKAGE_CFLAGS = $(eval PACKAGE_CFLAGS := \
  $(shell pkg-config --cflags $(PACKAGES) $(GUSS_PACKAGES) $(SCORES_PACKAGES)))$(PACKAGE_CFLAGS)
PACKAGE_LIBS = $(eval PACKAGE_LIBS := \
  $(shell pkg-config --libs $(PACKAGES)))$(PACKAGE_LIBS)
GUSS_LIBS = $(eval GUSS_LIBS := \
  $(shell pkg-config --libs $(GUSS_PACKAGES)))$(GUSS_LIBS)
SCORES_LIBS = $(eval SCORES_LIBS := \
  $(shell pkg-config --libs $(SCORES_PACKAGES)))$(SCORES_LIBS)

CFLAGS ?= -O2 -g
GUSS_CFLAGS = -std=c11 -D_XOPEN_SOURCE=700 -pthread $(WARNINGS) \
  -fno-math-errno -ffp-contract=off -I. -Iruntime -Iruntime/core -I$(BUILD)/generated \
  -DGUSS_VERSION='"$(VERSION)"' -MMD -MP $(PACKAGE_CFLAGS) $(SANITIZERS)
LINK_LIBS = $(PACKAGE_LIBS) -Wl,--push-state,--as-needed $(SCORES_LIBS) \
  -Wl,--pop-state -lm -pthread

# One line a step; a recipe's own line begins with $Q.
Q := $(if $(V),,@)
say = @$(if $(V),:,printf '  %-5s %s\n' $(1) $(2))

# ---- what there is -------------------------------------------------------

# Every folder of C is a library, but for the compiler: guss itself.
base_sources := $(wildcard base/*.c)
core_sources := $(wildcard runtime/core/*.c)
trainer_sources := $(wildcard runtime/trainer/*.c runtime/trainer/*/*.c)
compiler_sources := $(wildcard compiler/*.c compiler/*/*.c)
unit_sources := $(wildcard tests/unit/*_test.c)
tool_sources := $(wildcard tests/tools/*.c)
naive_sources := $(wildcard tests/naive/*.c)

object = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
base_objects := $(call object,$(base_sources))
core_objects := $(call object,$(core_sources))
trainer_objects := $(call object,$(trainer_sources))
generated_objects := $(BUILD)/generated/parse.o $(BUILD)/generated/lex.o
compiler_objects := $(call object,$(compiler_sources)) $(generated_objects)
# All of guss but its main(): what unit tests are linked with.
tested_objects := $(filter-out %/compiler/command/main.o,$(compiler_objects))

# The interpreter that emitted code is held against; for tests alone.
naive := $(BUILD)/tests/libnaive.a

libraries := $(BUILD)/lib/guss/libguss-trainer.a \
  $(BUILD)/lib/guss/libguss-core.a $(BUILD)/lib/guss/libguss-base.a
headers := $(patsubst runtime/core/%,$(BUILD)/include/%,\
  $(wildcard runtime/core/guss/*.h))
units := $(patsubst tests/unit/%.c,$(BUILD)/tests/unit/%,$(unit_sources))
layered := $(BUILD)/tests/guss
tools := $(patsubst tests/tools/%.c,$(BUILD)/tests/tools/%,$(tool_sources))
preloads := $(patsubst tests/preload/%.c,$(BUILD)/tests/preload/%.so,\
  $(wildcard tests/preload/*.c))

# ---- building ------------------------------------------------------------

all: $(BUILD)/guss

# Asked once a build folder: are the tools and libraries here?
$(addprefix $(BUILD)/packages.,build test lint): \
    $(BUILD)/packages.%: tools/install-packages
	@mkdir -p $(@D)
	@CC='$(CC)' ./tools/install-packages $*
	@touch $@

# Changed flags build everything anew; a source that came or went, what is
# linked. Both files are rewritten only where they differ.
.PHONY: always
$(BUILD)/settings: export kept = $(CC) $(CFLAGS) $(WARNINGS) $(SANITIZERS) \
  $(VERSION)
$(BUILD)/sources: export kept = $(base_sources) $(core_sources) \
  $(trainer_sources) $(compiler_sources) $(naive_sources)
$(BUILD)/settings $(BUILD)/sources: always
	@mkdir -p $(@D)
	@echo "$$kept" | cmp -s - $@ || echo "$$kept" >$@

$(BUILD)/guss: $(compiler_objects) $(libraries) $(headers) $(BUILD)/sources
	$(call say,LINK,$@)
	$Q$(CC) $(CFLAGS) $(SANITIZERS) -o $@ $(compiler_objects) $(libraries) \
	  $(GUSS_LIBS) $(LINK_LIBS)

$(BUILD)/lib/guss/libguss-base.a: $(base_objects)
$(BUILD)/lib/guss/libguss-core.a: $(core_objects)
$(BUILD)/lib/guss/libguss-trainer.a: $(trainer_objects)
$(naive): $(call object,$(naive_sources))
$(libraries) $(naive): $(BUILD)/sources
	@mkdir -p $(@D)
	$(call say,AR,$@)
	$Qrm -f $@
	$Q$(AR) rcs $@ $(filter %.o,$^)

$(BUILD)/include/%.h: runtime/core/%.h
	@mkdir -p $(@D)
	$Qcp $< $@

$(BUILD)/obj/%.o: %.c $(BUILD)/settings | $(BUILD)/packages.build
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$Q$(CC) $(GUSS_CFLAGS) $(CFLAGS) -c -o $@ $<

# How a model's executable is linked is known to guss from this build.
$(BUILD)/obj/compiler/command/toolchain.o: GUSS_CFLAGS += \
  -DGUSS_LINK_LIBS='"$(strip $(LINK_LIBS) $(SANITIZERS))"'

$(BUILD)/generated/parse.c: compiler/syntax/parse.y | $(BUILD)/packages.build
	@mkdir -p $(@D)
	$(call say,BISON,$<)
	$Qbison -Wall -Werror -o $@ --header=$(BUILD)/generated/parse.tab.h $<
$(BUILD)/generated/parse.tab.h: $(BUILD)/generated/parse.c
$(BUILD)/generated/lex.c: compiler/syntax/lex.l $(BUILD)/generated/parse.tab.h
	$(call say,FLEX,$<)
	$Qflex -o $@ $<
$(BUILD)/generated/%.o: $(BUILD)/generated/%.c $(BUILD)/settings
	$(call say,CC,$<)
	$Q$(CC) $(GUSS_CFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/generated/foreign_tables.h: compiler/elaborate/foreign_words.awk \
    compiler/elaborate/foreign_words.txt
	@mkdir -p $(@D)
	$Qawk -f $^ >$@
$(BUILD)/obj/compiler/elaborate/foreign_words.o: \
    $(BUILD)/generated/foreign_tables.h

# What the program prints of completions/: all but their last lines.
$(BUILD)/generated/completion_scripts.h: completions/guss.bash \
    completions/_guss completions/guss.fish
	@mkdir -p $(@D)
	$Qset -- $^; for shell in bash zsh fish; do \
	  echo "static const char script_$$shell[] ="; \
	  sed '$$d; s/[\\"]/\\&/g; s/.*/    "&\\n"/' "$$1"; \
	  echo '    ;'; shift; done >$@
$(BUILD)/obj/base/completion_script.o: $(BUILD)/generated/completion_scripts.h

# ---- tests ---------------------------------------------------------------

$(BUILD)/tests/unit/%: tests/unit/%.c $(naive) $(libraries) \
    $(tested_objects) | $(BUILD)/packages.test
	@mkdir -p $(@D)
	$(call say,TEST,$<)
	$Q$(CC) $(GUSS_CFLAGS) $(CFLAGS) -o $@ $< $(naive) $(tested_objects) \
	  $(libraries) $(GUSS_LIBS) $(LINK_LIBS) -lcmocka
$(BUILD)/tests/tools/%: tests/tools/%.c $(naive) $(libraries) \
    $(tested_objects) | $(BUILD)/packages.test
	@mkdir -p $(@D)
	$(call say,TOOL,$<)
	$Q$(CC) $(GUSS_CFLAGS) $(CFLAGS) -o $@ $< $(naive) $(tested_objects) \
	  $(libraries) $(GUSS_LIBS) $(LINK_LIBS)

# A guss that knows the tests' own layers, too: its list of layers is theirs.
$(layered): compiler/layers/layer.c $(wildcard tests/layers/*.c) \
    $(compiler_objects) $(libraries) | $(BUILD)/packages.test
	@mkdir -p $(@D)
	$(call say,TOOL,$@)
	$Q$(CC) -Itests/layers $(GUSS_CFLAGS) $(CFLAGS) -o $@ $(filter %.c,$^) \
	  $(filter-out %/compiler/layers/layer.o,$(compiler_objects)) \
	  $(libraries) $(GUSS_LIBS) $(LINK_LIBS)

# Loaded by tests before a program's own libraries; it replaces some of libc's
# functions, which have prototypes elsewhere or nowhere.
$(BUILD)/tests/preload/%.so: tests/preload/%.c $(BUILD)/settings
	@mkdir -p $(@D)
	$(call say,TOOL,$<)
	$Q$(CC) -std=c11 -O2 -g $(WARNINGS) -Wno-missing-prototypes -fPIC -shared \
	  -MMD -MP -o $@ $<

.PHONY: check-build test asan
check-build: all $(units) $(tools) $(layered) $(preloads)
test: check-build
	@BUILD=$(BUILD) CC='$(CC)' SANITIZE_FLAGS='$(strip $(SANITIZERS))' \
	  tests/run.sh $(TESTS)
asan:
	@$(MAKE) --no-print-directory SANITIZE=1 test

# Without -O2, which would merge branches.
.PHONY: coverage
coverage:
	@$(MAKE) --no-print-directory CC=gcc BUILD=$(BUILD)/coverage \
	  CFLAGS='-O0 -g' SANITIZERS=--coverage check-build
	@BUILD=$(BUILD)/coverage tests/coverage

include tests/fuzz/fuzz.mk

# ---- the rest ------------------------------------------------------------

.PHONY: demo paper bench
demo: all
	@BUILD=$(BUILD) tools/demo
# THREADS, LIMIT (updates of a part), RUNS and PUBLISH: see docs/paper.md.
paper_options = $(if $(QUICK),--quick) $(if $(FULL),--full) \
  $(if $(FIGURE),--figure '$(FIGURE)') $(if $(RUNS),--runs '$(RUNS)') \
  $(if $(THREADS),--threads '$(THREADS)') $(if $(MINUTES),--minutes '$(MINUTES)') \
  $(if $(LIMIT),--limit '$(LIMIT)') $(if $(REPORT),--report) \
  $(if $(PUBLISH),--publish '$(PUBLISH)')
paper: all
	@python3 -B tools/paper --build '$(BUILD)' $(paper_options)
bench: all
	@BUILD=$(BUILD) bench/run.sh

.PHONY: format lint clean
formatted = $(shell git ls-files '*.c' '*.h')
scripts = $(shell git ls-files '*.sh' '*.bash' tools .ci | grep -v '\.py$$')
format: | $(BUILD)/packages.lint
	$Qclang-format -i $(formatted)
lint: | $(BUILD)/packages.lint
	$(call say,LINT,'C sources')
	$Qclang-format --dry-run --Werror $(formatted)
	$(call say,LINT,'shell scripts')
	$Qshellcheck -x $(scripts)
	$(call say,LINT,'order of folders')
	$Qtools/check-folders
clean:
	rm -rf build

include install.mk

-include $(shell find $(BUILD)/obj $(BUILD)/generated $(BUILD)/tests \
  -name '*.d' 2>/dev/null)
