/* One line of a published model table, read from left to right.
 *
 * What a printer or a scan adds to a table is passed over wherever a word or a
 * sign is looked for: blanks of every kind, rules drawn with box characters or
 * pipes, the marks of Markdown, HTML tags. */
#ifndef COMPILER_TABLE_LINE_H
#define COMPILER_TABLE_LINE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/source.h"

/* Bytes [at, end) of a source that line_find_unreadable() found nothing in. */
struct table_line {
    const struct source *source;
    size_t at, end;
};

/* Offset of the first byte that is not UTF-8 text, or is a control character
 * that a table cannot hold; the source's length if there is none. */
size_t line_find_unreadable(const struct source *source);

/* The line of that number, from 0. */
struct table_line line_of(const struct source *source, size_t number);

/* True where nothing but blanks is left; or nothing but rules and brackets. */
bool line_is_blank(struct table_line line);
bool line_is_rule(struct table_line line);

/* Passes over blanks and this sign, or returns false and stays. */
bool line_accept(struct table_line *line, char sign);

/* Passes over blanks, and over every one of these signs. */
void line_skip(struct table_line *line, const char *signs);

/* Passes over blanks and the word that follows: letters, digits and the signs
 * that a layer's name may hold. An empty span, behind the blanks, where there
 * is no word. */
struct span line_word(struct table_line *line);

/* True where the letters of the word are these, in whatever case; other
 * characters of the word do not count. */
bool word_has_letters(struct span word, const char *letters);

/* Passes over blanks and a whole number, thousands separators included. Digits
 * that letters follow, as in "25l20", are no number: the line stays. */
enum line_number {
    NUMBER_MISSING,
    NUMBER_MALFORMED,
    NUMBER_TOO_LARGE,
    NUMBER_READ
};
enum line_number line_number(struct table_line *line, int64_t *number);

/* What stands between the quotation marks behind the blanks, or all that is
 * left where there are none. */
struct span line_quoted(struct table_line line);

/* All that is left, without blanks at either end. */
struct span line_rest(struct table_line line);

#endif
