/* Words to lines of at most 80 columns. */
#ifndef COMPILER_FORMAT_FILL_H
#define COMPILER_FORMAT_FILL_H

#include "base/text.h"
#include "compiler/format/words.h"

enum {
    LINE_WIDTH = 80,
    LEAST_WIDTH = 40, /* behind the indentation, however deep it is */
    LEVEL_WIDTH = 4,
    CONTINUATION = 8 /* of a statement's further lines, from its first */
};

/* Where a statement has got to. */
struct filler {
    const struct words *words;
    struct text *out;
    int64_t column; /* characters on the line */
    int64_t indent; /* of the statement */
    int depth;      /* of the brackets around it */
    bool is_fresh;  /* the line has nothing but its indentation */
};

/* The beginning of a statement at that depth of bodies: indentation in `out`. */
struct filler fill_begin(const struct words *words, int depth,
                         struct text *out);

/* The columns that a line of the statement has. */
int64_t fill_limit(const struct filler *filler);

void fill_new_line(struct filler *filler, int64_t column);
void fill_blanks(struct filler *filler, int64_t count);
void fill_comment(struct filler *filler, const struct comment *comment);

/* The word, and before it its comments, each ending a line. */
void fill_word(struct filler *filler, size_t word);

/* The words [first, last): in one line where they fit. Else a line ends behind
 * a comma or before `from`; within what does not fit in a line, behind an
 * operator; within what still does not, in the brackets that it has. */
void fill_words(struct filler *filler, size_t first, size_t last);

#endif
