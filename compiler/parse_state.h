/* What the scanner and the grammar share while one file is read. */
#ifndef COMPILER_PARSE_STATE_H
#define COMPILER_PARSE_STATE_H

#include "compiler/ast.h"

/* A list as the grammar grows it: its first and its last element. */
struct name_list {
    struct ast_name *first, *last;
};
struct expression_list {
    struct ast_expression *first, *last;
};
struct argument_list {
    struct ast_argument *first, *last;
};
struct statement_list {
    struct ast_statement *first, *last;
};
struct item_list {
    struct ast_item *first, *last;
};

struct parse_state {
    struct arena *arena;
    const struct source *source;
    struct diags *diags;
    size_t offset; /* of the byte behind the token scanned last */
    int depth;     /* of open brackets */
    bool stopped;  /* the file was given up: nested too deep */
    struct item_list items;
};

#endif
