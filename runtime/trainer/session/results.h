/* Named numbers on standard output. */
#ifndef TRAINER_RESULTS_H
#define TRAINER_RESULTS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/text.h"

struct result {
    const char *name;
    double value;
};

/* "name value" lines, or one JSON object with the same keys; six significant
 * digits. What is not finite is null in JSON. */
void results_print(const struct result *results, int count, bool is_json,
                   FILE *out);

/* The same in a text; of JSON what stands between the braces. */
void results_put(const struct result *results, int count, bool is_json,
                 struct text *out);

#endif
