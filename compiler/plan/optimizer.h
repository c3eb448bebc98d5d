/* Optimizers and losses as emitted code calls them: the tables that say which
 * function of the runtime computes each. */
#ifndef COMPILER_OPTIMIZER_H
#define COMPILER_OPTIMIZER_H

#include <stdbool.h>

#include "compiler/graph/activation.h"
#include "trainer/schedule/schedule.h"

enum { MAX_SLOTS = 2 };

struct optimizer_info {
    const char *name;    /* "adam" */
    const char *prepare; /* the runtime's function of an update's numbers */
    const char *step;    /* and of a row of weights */
    const char *slots[MAX_SLOTS]; /* state it keeps of each weight */
    int n_slots;
    bool starts_from_setting; /* slot 0 starts at initial_accumulator_value */
};
const struct optimizer_info *optimizer_info(enum optimizer_kind kind);

struct loss_info {
    const char *row;           /* the runtime's function of a row of outputs */
    const char *logits;        /* of a row of logits, or NULL */
    enum activation logits_of; /* the activation that makes outputs of them */
    const char *formula;
    bool per_group; /* a term a group of the last axis, not an element */
};
const struct loss_info *loss_info(enum loss_kind kind);

#endif
