/* The regularizers: Keras's definitions
 * (keras/src/regularizers/regularizers.py). */
#include "compiler/graph/regularizer.h"

#include <stddef.h>
#include <string.h>

/* Order: as the documentation lists them. Keras's word l1_l2 has both factors, of
 * its call those that are given. */
const struct regularizer_info regularizer_table[] = {
    {.name = "none"},
    {.name = "l1",
     .plain = {.l1 = 0.01},
     .called = {.l1 = 0.01},
     .takes_l1 = true},
    {.name = "l2",
     .plain = {.l2 = 0.01},
     .called = {.l2 = 0.01},
     .takes_l2 = true},
    {.name = "l1_l2",
     .plain = {0.01, 0.01},
     .takes_l1 = true,
     .takes_l2 = true},
};
const int n_regularizers = sizeof regularizer_table / sizeof *regularizer_table;

const struct regularizer_info *regularizer_find(const char *name)
{
    for (int i = 0; i < n_regularizers; i++)
        if (strcmp(regularizer_table[i].name, name) == 0)
            return &regularizer_table[i];
    return NULL;
}

bool regularizer_acts(const struct regularizer *regularizer)
{
    return regularizer->l1 > 0 || regularizer->l2 > 0;
}
