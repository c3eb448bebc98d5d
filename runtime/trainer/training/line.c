/* Fitting a line: steps are bits of a set, so that one can be taken back. */
#include "trainer/training/line.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* The form that the steps taken leave; NULL: none. */
static const char *form_of(const struct piece *piece, uint32_t taken)
{
    int form = 0;
    for (int i = 0; i < LINE_FORMS && piece->forms[i]; i++)
        if (taken >> piece->way_to[i] & 1)
            form = i + 1;
    return form < LINE_FORMS ? piece->forms[form] : NULL;
}

static int compose(const struct piece *pieces, int count, uint32_t taken,
                   char *line, size_t size)
{
    size_t length = 0;
    line[0] = '\0';
    for (int i = 0; i < count; i++) {
        const char *form = form_of(&pieces[i], taken);
        if (form && length < size)
            length += (size_t)snprintf(line + length, size - length, "%s%s",
                                       length ? pieces[i].gap : "", form);
    }
    return (int)length;
}

void line_fit(const struct piece *pieces, int count, int width, char *line,
              size_t size)
{
    uint32_t taken = 0;
    int step = 0;
    while (compose(pieces, count, taken, line, size) > width &&
           step < LINE_STEPS)
        taken |= UINT32_C(1) << ++step;
    for (; step > 0; step--) {
        uint32_t fewer = taken & ~(UINT32_C(1) << step);
        if (compose(pieces, count, fewer, line, size) <= width)
            taken = fewer;
    }
    if (compose(pieces, count, taken, line, size) > width)
        line[0] = '\0';
}
