/* Results for people and for programs (jansson). */
#include "trainer/command/results.h"

#include <jansson.h>
#include <math.h>

static void print_json(const struct result *results, int count, FILE *out)
{
    json_t *object = json_object();
    for (int i = 0; i < count; i++)
        json_object_set_new(object, results[i].name,
                            isfinite(results[i].value)
                                ? json_real(results[i].value)
                                : json_null());
    json_dumpf(object, out, JSON_INDENT(2) | JSON_REAL_PRECISION(6));
    fputc('\n', out);
    json_decref(object);
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
