/* Diagnostics: the mistakes of a text's author, collected, sorted and printed
 *
 *     models/x.nn:4:14: error: unknown layer 'Dens'; did you mean 'Dense'?
 *         4 |     hidden = Dens(32)
 *           |              ^~~~
 *
 * with notes behind an error where a second place explains it. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/source.h"

struct diags;

/* An empty list; it lives in `arena`. */
struct diags *diags_new(struct arena *arena);

/* Lower case, no final full stop, names in 'quotes', what was found and what
 * was wanted. Equal errors at one place are kept once. */
__attribute__((format(printf, 3, 4))) void
diag_error(struct diags *diags, struct span where, const char *format, ...);
__attribute__((format(printf, 3, 4))) void
diag_warning(struct diags *diags, struct span where, const char *format, ...);

/* A note to the diagnostic added last. */
__attribute__((format(printf, 3, 4))) void
diag_note(struct diags *diags, struct span where, const char *format, ...);

/* True where an error, a warning or a note is exactly there. */
bool diags_mention(const struct diags *diags, struct span where);

/* True once an error (not a warning) was added. */
bool diags_failed(const struct diags *diags);
size_t diags_count_errors(const struct diags *diags);

/* Prints what was added, in the order of the text, at most 20 errors, and
 * forgets the warnings and errors printed (diags_failed() stays). */
void diags_print(struct diags *diags, FILE *out, bool colour);

/* The best of `names` for the misspelt `word`, or NULL: the same but for the
 * case of letters, or a restricted Damerau-Levenshtein distance of at most
 * max(length, 3) / 3. */
const char *nearest_name(const char *word, const char *const *names, size_t n);

/* "; did you mean 'x'?" for nearest_name(), or "". */
const char *did_you_mean(struct arena *arena, const char *word,
                         const char *const *names, size_t n);

#endif
