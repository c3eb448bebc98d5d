/* A file as a list of what begins a line in its layout. */
#ifndef COMPILER_FORMAT_ENTRIES_H
#define COMPILER_FORMAT_ENTRIES_H

#include "compiler/format/words.h"

enum entry_kind {
    ENTRY_COMMENT, /* alone on its line */
    ENTRY_WORDS,   /* an item or statement, up to its '{' if it has a body */
    ENTRY_CLOSE    /* the '}' of a body */
};

struct entry {
    enum entry_kind kind;
    int depth;       /* of the bodies around it */
    bool blank_line; /* an empty line goes before it */
    bool opens;      /* a body begins behind it */
    size_t first, last;
    size_t equals; /* of NAME = ..., the '='; else `last` */
    size_t check;  /* of ... @ (shape), the '@'; else `last` */
    /* The comment itself, or the comments behind the words: the first on their
     * line, others below it that began in the same column. */
    struct comment *comments;
    int n_comments;
};

struct entries {
    struct entry *items;
    size_t n, capacity;
};

/* The entries of a file's words, whose comments move to them except for those
 * within a statement. */
struct entries entries_read(struct arena *arena, struct words *words);

#endif
