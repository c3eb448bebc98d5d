/* Widths of text in Helvetica and its like, in classes of letters. */
#include "compiler/drawing/lettering.h"

#include <math.h>
#include <string.h>

#include "base/source.h"

/* In ems. */
static double letter_width(const char *letter, size_t bytes)
{
    if (bytes != 1)
        return 1.0; /* as wide as most scripts get */
    if (strchr("ijl.,:;'|!()[] ft-/", *letter))
        return 0.34;
    if (strchr("mwMW@%", *letter))
        return 0.92;
    if (*letter >= 'A' && *letter <= 'Z')
        return 0.72;
    return 0.58;
}

static size_t letter_bytes(const char *text)
{
    size_t bytes = source_character(text, strlen(text));
    return bytes ? bytes : 1;
}

/* The bytes of a text that fit into `width`; *used is their width. */
static size_t fitting(const char *text, int size, bool bold, double width,
                      double *used)
{
    size_t at = 0;
    *used = 0;
    while (text[at]) {
        size_t bytes = letter_bytes(text + at);
        double more = letter_width(text + at, bytes) * size * (bold ? 1.12 : 1);
        if (*used + more > width)
            break;
        *used += more;
        at += bytes;
    }
    return at;
}

int lettering_width(const char *text, int size, bool bold)
{
    double used;
    fitting(text, size, bold, HUGE_VAL, &used);
    return (int)ceil(used);
}

const char *lettering_fit(struct arena *arena, const char *text, int size,
                          bool bold, int width)
{
    double used;
    if (text[fitting(text, size, bold, width, &used)] == '\0')
        return text;
    size_t length = fitting(text, size, bold, width - size, &used);
    return arena_printf(arena, "%.*s…", (int)length, text);
}
