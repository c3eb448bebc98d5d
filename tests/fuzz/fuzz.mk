# Fuzzers: tests/fuzz/NAME_fuzz.c becomes build/fuzz/NAME, by libFuzzer.
#
#   make fuzz
#   build/fuzz/nn -max_total_time=600 tests/fuzz/corpus/nn
#
# The tests build the same targets with a main() that replays the corpus.

fuzz_names := $(patsubst tests/fuzz/%_fuzz.c,%,$(wildcard tests/fuzz/*_fuzz.c))
fuzz_folder := $(if $(FUZZER),$(BUILD),$(BUILD)/tests/fuzz)
fuzzers := $(addprefix $(fuzz_folder)/,$(fuzz_names))
fuzz_main := $(if $(FUZZER),,tests/fuzz/replay.c)
# The stages, without the command layer.
fuzz_objects := $(filter-out %/compile.o %/compile_companion.o %/compile_judge.o \
  $(BUILD)/obj/compiler/command/% $(BUILD)/obj/compiler/fetch/%,$(tested_objects))

check-build: $(fuzzers)

.PHONY: fuzz fuzzers
fuzz:
	@$(MAKE) --no-print-directory CC=clang BUILD=$(BUILD)/fuzz SANITIZE=1 \
	  CFLAGS='-O1 -g -fsanitize=fuzzer-no-link -DARENA_BLOCK_BYTES=0' \
	  FUZZER=-fsanitize=fuzzer fuzzers
fuzzers: $(fuzzers)

$(fuzzers): $(fuzz_folder)/%: tests/fuzz/%_fuzz.c tests/fuzz/fuzz.c \
    $(fuzz_main) $(libraries) $(fuzz_objects)
	@mkdir -p $(@D)
	$(call say,FUZZ,$<)
	$Q$(CC) $(GUSS_CFLAGS) $(CFLAGS) $(FUZZER) -o $@ $(filter %.c,$^) \
	  $(fuzz_objects) $(libraries) $(LINK_LIBS)
