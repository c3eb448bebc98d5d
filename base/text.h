/* A growable string; strings that can be shown. */
#ifndef BASE_TEXT_H
#define BASE_TEXT_H

#include <stdarg.h>
#include <stddef.h>

#include "base/arena.h"

/* Bytes of the control character at the start of `string`, which a terminal
 * would obey: C0, C1, DEL, those that end a line and those of writing direction; 0
 * where there is none. */
size_t text_control(const char *string);
/* Puts '?' in the place of every control character, newlines too, and of every
 * byte that is not UTF-8: what a name from outside holds stays on its line. */
void text_mask(char *string);
/* A masked copy. */
const char *text_shown(struct arena *arena, const char *string);

/* Columns of a terminal that a string takes: a control character, and a byte
 * that is not UTF-8, one, for the sign that is shown in its place. */
size_t text_columns(const char *string);

struct text {
    struct arena *arena;
    char *bytes;   /* NUL-terminated, or NULL while empty */
    size_t length; /* without the NUL */
    size_t capacity;
};

struct text text_new(struct arena *arena);
void text_append(struct text *text, const char *bytes, size_t length);
void text_puts(struct text *text, const char *string);
__attribute__((format(printf, 2, 3))) void text_printf(struct text *text,
                                                       const char *format, ...);
__attribute__((format(printf, 2, 0))) void
text_vprintf(struct text *text, const char *format, va_list arguments);

/* Puts a string masked. */
void text_put_shown(struct text *text, const char *string);

/* A copy in which U+FFFD stands for every byte that is not UTF-8. */
const char *text_utf8(struct arena *arena, const char *string);

/* A copy of the beginning of `string` (UTF-8): at most so many bytes, and whole
 * characters. */
char *text_beginning(struct arena *arena, const char *string, size_t most);

/* A word as a shell wants it: quoted where it says more than itself, $'a\012b' where
 * it cannot be shown. */
void text_put_word(struct text *text, const char *word);

/* A string as JSON writes it, between quotation marks (RFC 8259), control
 * characters as \u; a byte that is not UTF-8 becomes U+FFFD. */
void text_put_json(struct text *text, const char *string);
/* The bytes of a string, two digits each. */
void text_put_hexadecimal(struct text *text, const char *string);

/* A field of a line of CSV, quoted where it has to be (RFC 4180). */
void text_put_csv(struct text *text, const char *field);

/* "'a', 'b' and 'c'", where `quote` is "'" and `last` is "and". */
void text_put_list(struct text *text, const char *const *words, size_t n,
                   const char *quote, const char *last);
/* The shortest decimal number that strtod() reads as `real`: "0.1", "1e-07". */
void text_put_real(struct text *text, double real);

/* The string; "" while empty. */
const char *text_string(const struct text *text);

#endif
