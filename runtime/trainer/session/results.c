/* Results for people and for programs, with the same digits. Names are plain
 * words, so JSON needs nothing quoted within them. */
#include "trainer/session/results.h"

#include <math.h>

static void print_json(const struct result *results, int count, FILE *out)
{
    fputs("{", out);
    for (int i = 0; i < count; i++) {
        fprintf(out, "%s\n  \"%s\": ", i ? "," : "", results[i].name);
        if (isfinite(results[i].value))
            fprintf(out, "%.6g", results[i].value);
        else
            fputs("null", out);
    }
    fputs("\n}\n", out);
}

void results_print(const struct result *results, int count, bool is_json,
                   FILE *out)
{
    if (is_json) {
        print_json(results, count, out);
        return;
    }
    for (int i = 0; i < count; i++)
        fprintf(out, "%s %.6g\n", results[i].name, results[i].value);
}
