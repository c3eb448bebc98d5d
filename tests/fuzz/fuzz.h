/* What the fuzz targets share. Each target is one file NAME_fuzz.c with one
 * LLVMFuzzerTestOneInput(): any bytes in, no crash, no leak, and what was
 * accepted comes back the same when it is written and read again. */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#include "compiler/syntax/ast.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

/* The path of a file in memory that holds these bytes, the same at each call:
 * the file holds what the last call gave it. */
const char *fuzz_file(const uint8_t *bytes, size_t size);

/* What parse_file() gives, but for the includes, which would read other
 * files. */
struct ast *fuzz_parse(struct arena *arena, const struct source *source,
                       struct diags *diags);

/* Ends the process as a failed assertion does, NDEBUG or not. */
void fuzz_require(int condition, const char *what);

#endif
