/* Lines to the user that belong to no place of a text; those that do are
 * diagnostics (base/diag.h), and are worded alike:
 *
 *     error: cannot read 'x.nn': No such file or directory */
#ifndef BASE_MESSAGE_H
#define BASE_MESSAGE_H

#include <stdbool.h>

enum message_kind {
    MESSAGE_ERROR,
    MESSAGE_WARNING,
    MESSAGE_NOTE,
    N_MESSAGE_KINDS
};

/* "error", and the style of a terminal's text (SGR) that it is shown in. */
const char *message_word(enum message_kind kind);
const char *message_style(enum message_kind kind);

/* One line on standard error. What `text` quotes of a file is masked
 * (text_mask()) before. */
void message_print(enum message_kind kind, bool colour, const char *text);

#endif
