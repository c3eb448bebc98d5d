/* Words to lines. A list is filled: what does not fit on the line begins a new
 * one, under the list's first; a list that would begin too far to the right
 * goes under its statement instead. What is decided here depends on words and
 * comments alone, never on the lines that the user wrote. */
#include "compiler/format/fill.h"

/* Where lines may end, from without to within. */
enum level { LEVEL_FROM, LEVEL_COMMAS, LEVEL_OPERATORS, LEVEL_BRACKETS };

struct filler fill_begin(const struct words *words, int depth, struct text *out)
{
    int indent = depth * LEVEL_WIDTH;
    struct filler filler = {
        .words = words, .out = out, .indent = indent, .is_fresh = true};
    fill_blanks(&filler, indent);
    return filler;
}

int64_t fill_limit(const struct filler *filler)
{
    int64_t least = filler->indent + LEAST_WIDTH;
    return least > LINE_WIDTH ? least : LINE_WIDTH;
}

void fill_blanks(struct filler *filler, int64_t count)
{
    text_printf(filler->out, "%*s", (int)count, "");
    filler->column += count;
}

void fill_new_line(struct filler *filler, int64_t column)
{
    text_puts(filler->out, "\n");
    filler->column = 0;
    fill_blanks(filler, column);
    filler->is_fresh = true;
}

void fill_comment(struct filler *filler, const struct comment *comment)
{
    text_puts(filler->out, comment->text);
    filler->column += comment->width;
    filler->is_fresh = false;
}

/* The comments before a word within a statement: one that stands behind
 * another word stays there. */
static void fill_comments(struct filler *filler, const struct comment *comment,
                          int64_t indent)
{
    for (; comment; comment = comment->next) {
        if (comment->is_behind)
            fill_blanks(filler, 2);
        else
            fill_new_line(filler, indent);
        fill_comment(filler, comment);
    }
    fill_new_line(filler, indent);
}

static void put_word(struct filler *filler, size_t at, int64_t indent)
{
    const struct word *word = &filler->words->items[at];
    if (word->comments)
        fill_comments(filler, word->comments, indent);
    if (word->space && !filler->is_fresh)
        fill_blanks(filler, 1);
    text_append(filler->out, word->text, word->length);
    filler->column += word->width;
    filler->is_fresh = false;
}

void fill_word(struct filler *filler, size_t word)
{
    put_word(filler, word, filler->indent + CONTINUATION);
}

/* True if the words [first, last), and `tail` columns behind them, fit on what
 * is left of the line. */
static bool fits(const struct filler *filler, size_t first, size_t last,
                 int64_t tail)
{
    const struct word *items = filler->words->items;
    int64_t space = items[first].space && !filler->is_fresh;
    return filler->column + space + words_width(filler->words, first, last) +
               tail <=
           fill_limit(filler);
}

/* True if a new line before the words [first, last) is wanted: they, or those
 * up to the first comment, do not fit. A comment before them ends the line
 * anyway. */
static bool wants_line(const struct filler *filler, size_t first, size_t last,
                       int64_t tail, int64_t indent)
{
    const struct word *word = &filler->words->items[first];
    if (filler->column <= indent || word->comments)
        return false;
    return word->next_comment < last
               ? !fits(filler, first, word->next_comment, 0)
               : !fits(filler, first, last, tail);
}

static bool may_end(const struct words *words, size_t at, enum level level)
{
    const struct word *word = &words->items[at];
    switch (level) {
    case LEVEL_FROM:
        return word_is(word + 1, "from");
    case LEVEL_COMMAS:
        return word->text[0] == ',';
    case LEVEL_OPERATORS:
        return word->is_operator;
    case LEVEL_BRACKETS:
        break;
    }
    return false;
}

/* The end of the first of the pieces of [first, last) between which lines may
 * end. */
static size_t piece_end(const struct words *words, size_t first, size_t last,
                        enum level level)
{
    for (size_t i = first; i + 1 < last && level != LEVEL_BRACKETS; i++) {
        if (words->items[i].text[0] == '(')
            i = words->items[i].match;
        if (may_end(words, i, level))
            return i + 1;
    }
    return last;
}

static void fill_brackets(struct filler *filler, size_t first, size_t last,
                          int64_t indent, int64_t tail);

/* [first, last) in pieces, with `tail` columns to come behind the last; lines
 * begin in the column `indent`. */
static void fill_pieces(struct filler *filler, size_t first, size_t last,
                        int64_t indent, int64_t tail, enum level level)
{
    const struct words *words = filler->words;
    bool may_break = false;
    while (first < last) {
        size_t end = piece_end(words, first, last, level);
        int64_t behind = end == last ? tail : 0;
        if (may_break && wants_line(filler, first, end, behind, indent))
            fill_new_line(filler, indent);
        if (level == LEVEL_BRACKETS)
            fill_brackets(filler, first, end, indent, behind);
        else if (words_have_comments(words, first, end) ||
                 !fits(filler, first, end, behind))
            fill_pieces(filler, first, end, indent, behind, level + 1);
        else
            for (size_t i = first; i < end; i++)
                put_word(filler, i, indent);
        may_break = true;
        first = end;
    }
}

/* True if every item of the list [first, last) fits on a line that begins in
 * `column`, the last one with `tail` columns behind it. */
static bool list_fits(const struct filler *filler, size_t first, size_t last,
                      int64_t column, int64_t tail)
{
    const struct words *words = filler->words;
    while (first < last) {
        size_t end = piece_end(words, first, last, LEVEL_COMMAS);
        int64_t width = words_width(words, first, end);
        if (column + width + (end == last ? tail : 0) > fill_limit(filler))
            return false;
        first = end;
    }
    return true;
}

/* The list between the bracket just written and the one at `close`, which goes
 * on its last line together with `tail` further columns. Its lines begin behind
 * the bracket or, where items would not fit there, further to the left. */
static void fill_list(struct filler *filler, size_t open, int64_t indent,
                      int64_t tail)
{
    size_t first = open + 1, close = filler->words->items[open].match;
    int64_t column = filler->column;
    tail += 1;
    if (first < close && !filler->words->items[first].comments &&
        !list_fits(filler, first, close, column, tail)) {
        column = indent;
        fill_new_line(filler, column);
    }
    fill_pieces(filler, first, close, column, tail, LEVEL_COMMAS);
    put_word(filler, close, column);
}

/* Where the lines of a list begin that does not fit behind its bracket. */
static int64_t list_indent(const struct filler *filler, size_t open,
                           int64_t indent)
{
    int64_t most = fill_limit(filler) - LEAST_WIDTH;
    if (filler->words->items[open].depth > filler->depth)
        indent += LEVEL_WIDTH;
    return indent < most ? indent : most;
}

/* Words among which lines end only in brackets. */
static void fill_brackets(struct filler *filler, size_t first, size_t last,
                          int64_t indent, int64_t tail)
{
    const struct words *words = filler->words;
    for (size_t i = first; i < last; i++) {
        put_word(filler, i, indent);
        if (words->items[i].text[0] != '(')
            continue;
        size_t close = words->items[i].match;
        fill_list(filler, i, list_indent(filler, i, indent),
                  words_width(words, close, last) - 1 + tail);
        i = close;
    }
}

void fill_words(struct filler *filler, size_t first, size_t last)
{
    filler->depth = filler->words->items[first].depth;
    fill_pieces(filler, first, last, filler->indent + CONTINUATION, 0,
                LEVEL_FROM);
}
