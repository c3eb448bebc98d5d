/* Text to syntax tree. Hides flex and bison: nothing else includes them. */
#ifndef COMPILER_PARSE_H
#define COMPILER_PARSE_H

#include "compiler/syntax/ast.h"

enum {
    NN_MAX_BYTES = 4 << 20,      /* of a file */
    NN_MAX_ALL_BYTES = 64 << 20, /* of a file and all that it includes */
    NN_MAX_HEIGHT = 128, /* operations one upon the other in an expression */
    NN_MAX_NAME = 255,
    NN_MAX_MISTAKES = 100 /* then the rest of the file is not read */
};

/* Parses one file; mistakes are added to `diags`, and what could be read
 * around them is returned. */
struct ast_item *parse_source(struct arena *arena, const struct source *source,
                              struct diags *diags);

/* Parses a definition, NAME=VALUE, to the item of a const; NULL after an
 * error. */
struct ast_item *parse_definition(struct arena *arena,
                                  const struct source *source,
                                  struct diags *diags);

/* Where the tokens of a source stand in which parse_source() found no mistake,
 * in order; between them are white space and comments. */
struct span *scan_tokens(struct arena *arena, const struct source *source,
                         size_t *n);

/* Parses `path` and all that it includes, each file once. A file that cannot
 * be read is an error at its include; for `path` itself, and where the machine
 * failed, *error is set and NULL returned. */
struct ast *parse_file(struct arena *arena, const char *path,
                       struct diags *diags, struct error *error);

#endif
