/* Optimizers and losses as emitted code calls them: the tables that say which
 * function of the runtime computes each. */
#ifndef COMPILER_OPTIMIZER_H
#define COMPILER_OPTIMIZER_H

#include <stdbool.h>

#include "trainer/schedule/schedule.h"

struct optimizer_facts {
    const char *name;     /* "adam" */
    const char *step;     /* the runtime's function */
    const char *slots[2]; /* state it keeps of each weight */
    int n_slots;
    bool starts_from_setting; /* slot 0 starts at initial_accumulator_value */
};
const struct optimizer_facts *optimizer_facts(enum optimizer_kind kind);

struct loss_facts {
    const char *word;
    const char *row;    /* the runtime's function of a row of outputs */
    const char *logits; /* of the logits of its own activation, or NULL */
    const char *formula;
    bool per_group; /* a term a group of the last axis, not an element */
};
const struct loss_facts *loss_facts(enum loss_kind kind);

#endif
