/* Numbers of a model table as text. */
#include "compiler/table/number.h"

#include <string.h>

#include "base/text.h"

const char *number_text(struct arena *arena, int64_t number)
{
    return arena_printf(arena, "%lld", (long long)number);
}

const char *number_grouped(struct arena *arena, int64_t number)
{
    const char *digits = number_text(arena, number);
    struct text text = text_new(arena);
    size_t length = strlen(digits);
    for (size_t i = 0; i < length; i++) {
        if (i > 0 && (length - i) % 3 == 0)
            text_puts(&text, ",");
        text_append(&text, digits + i, 1);
    }
    return text_string(&text);
}
