/* What the scanner and the grammar share while one file is read. */
#ifndef COMPILER_PARSE_STATE_H
#define COMPILER_PARSE_STATE_H

#include "compiler/syntax/ast.h"

/* A list as the grammar grows it: its first and its last element. */
struct name_list {
    struct ast_name *first, *last;
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

struct reserved_word {
    int token; /* 0: none yet */
    struct span where;
};

enum { NN_MAX_DEPTH = 64 }; /* of brackets */

struct parse_state {
    struct arena *arena;
    const struct source *source;
    struct diags *diags;
    size_t offset; /* of the byte behind the token scanned last */
    struct item_list items;
    bool is_definition; /* NAME=VALUE */
    bool has_begun;     /* the parser was told which */
    struct reserved_word reserved, reserved_before; /* scanned last */
    struct span name, name_before;                  /* the names scanned last */

    /* Open brackets, outermost first. The scanner closes those that are still
     * open where they cannot be, so that the parser sees none unbalanced. The
     * parser does not see a brace that is missing in the text, nor what closes
     * it. */
    struct {
        int token;
        struct span where;
        bool is_missing;
    } open[NN_MAX_DEPTH];
    int depth;
    size_t closed_at; /* where it did so last; SIZE_MAX: nowhere */
    int braces_owed;  /* closed so, and not found to be closed later on */
    size_t item_end; /* behind the last brace that closed an item, or nothing */

    int mistakes;        /* found in this text */
    size_t last_mistake; /* its offset */
    size_t bad_line_end; /* see begins_bad_line() */
    bool stopped;        /* the text was given up, and why is said */
};

/* True where a name was scanned behind a reserved word. */
bool is_named(const struct parse_state *state,
              const struct reserved_word *word);

/* The sign behind a word; NUL for "==". */
char next_sign(struct span word);

/* True for the first mistake of a line in what characters and tokens stand
 * there. What follows on the line is most often of its making: “same” is one
 * mistake, and so is `x = Dense(3)(x)`. */
bool begins_bad_line(struct parse_state *state, struct span where);

/* Reports a mistake in the text; the hundredth ends the reading. */
__attribute__((format(printf, 3, 4))) void
parse_mistake(struct parse_state *state, struct span where, const char *format,
              ...);

#endif
