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

/* Three digits and a unit; whole numbers where they are not divided. */
static const char *shortened(struct arena *arena, double number, double step,
                             const char *const *units)
{
    int unit = 0;
    while (units[unit + 1] && number >= step * 0.9995) {
        number /= step;
        unit++;
    }
    int places = unit == 0 ? 0 : number >= 99.95 ? 0 : number >= 9.995 ? 1 : 2;
    return arena_printf(arena, "%.*f%s%s", places, number,
                        *units[unit] ? " " : "", units[unit]);
}

const char *number_short(struct arena *arena, double number)
{
    static const char *const units[] = {"", "k", "M", "G", "T", "P", NULL};
    return shortened(arena, number, 1000, units);
}

const char *bytes_short(struct arena *arena, int64_t bytes)
{
    static const char *const units[] = {"B",   "KiB", "MiB", "GiB",
                                        "TiB", "PiB", NULL};
    return shortened(arena, (double)bytes, 1024, units);
}
