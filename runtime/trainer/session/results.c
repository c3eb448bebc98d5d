/* Results for people and for programs, with the same digits. Names are plain
 * words, so JSON needs nothing quoted within them. */
#include "trainer/session/results.h"

#include <math.h>

void results_put(const struct result *results, int count, bool is_json,
                 struct text *out)
{
    for (int i = 0; i < count; i++) {
        const char *name = results[i].name;
        double value = results[i].value;
        if (!is_json)
            text_printf(out, "%s %.6g\n", name, value);
        else if (isfinite(value))
            text_printf(out, "%s\n  \"%s\": %.6g", i ? "," : "", name, value);
        else
            text_printf(out, "%s\n  \"%s\": null", i ? "," : "", name);
    }
}

void results_print(const struct result *results, int count, bool is_json,
                   FILE *out)
{
    struct arena *arena = arena_new();
    struct text text = text_new(arena);
    results_put(results, count, is_json, &text);
    fprintf(out, is_json ? "{%s\n}\n" : "%s", text_string(&text));
    arena_free(arena);
}
