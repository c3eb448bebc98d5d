/* A file as its layout sees it: words, and the comments between them. */
#ifndef COMPILER_FORMAT_WORDS_H
#define COMPILER_FORMAT_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/source.h"

struct comment {
    const char *text; /* from '#', without white space behind it */
    int width;
    int column;      /* where it stood, from 0 */
    bool is_behind;  /* something stood before it on its line */
    bool blank_line; /* an empty line stood before it */
    struct comment *next;
};

/* Numbers are of 32 bits: a file has NN_MAX_BYTES at most, and so fewer words
 * and columns. */
struct word {
    const char *text;
    struct comment *comments; /* between the word before and this one */
    uint32_t length;
    uint32_t width;   /* in characters */
    uint32_t match;   /* of '(', '{': its closing bracket */
    int depth;        /* of the brackets around it */
    bool blank_line;  /* an empty line stood before it, behind the comments */
    bool space;       /* in one line, a blank stands before it */
    bool is_operator; /* of two operands, or '==': a line may end behind it */

    /* Sums, so that any number of words is measured at once. */
    uint32_t end;          /* columns up to its end, all in one line */
    uint32_t next_comment; /* the first word behind it with comments before */
};

/* The last word, of no length, holds the comments at the end of the file. */
struct words {
    struct word *items;
    size_t n; /* without the last one */
};

/* The words of a source in which no mistake was found. Commas that say nothing
 * are left out, and comments before '{' are put behind it. */
struct words words_read(struct arena *arena, const struct source *source);

bool word_is(const struct word *word, const char *text);

/* Columns that the words [first, last) take in one line, without the blank
 * before them; and true if there are comments between them. */
int64_t words_width(const struct words *words, size_t first, size_t last);
bool words_have_comments(const struct words *words, size_t first, size_t last);

/* How many characters of UTF-8; the width of a line is counted in them. */
int character_count(const char *text, size_t length);

#endif
