/* Lines to the user that belong to no place of a text. */
#include "base/message.h"

#include <stdio.h>

static const struct {
    const char *word, *style;
} kinds[] = {
    [MESSAGE_ERROR] = {"error", "1;31"},
    [MESSAGE_WARNING] = {"warning", "1;35"},
    [MESSAGE_NOTE] = {"note", "1;36"},
};

const char *message_word(enum message_kind kind)
{
    return kinds[kind].word;
}

const char *message_style(enum message_kind kind)
{
    return kinds[kind].style;
}

void message_print(enum message_kind kind, bool colour, const char *text)
{
    if (colour)
        fprintf(stderr, "\033[%sm%s:\033[0m %s\n", kinds[kind].style,
                kinds[kind].word, text);
    else
        fprintf(stderr, "%s: %s\n", kinds[kind].word, text);
}
