/* The table of types, and which tensor has which. */
#include "compiler/plan/dtype.h"

#include <string.h>

#include "compiler/plan/plan.h"

static const struct dtype_info types[N_DTYPES] = {
    [DTYPE_FLOAT32] = {"float", 4},
    [DTYPE_FLOAT64] = {"double", 8},
    [DTYPE_MASK] = {"float", 4},
    [DTYPE_CHAR] = {"char", 1},
};

const struct dtype_info *dtype_info(enum dtype dtype)
{
    return &types[dtype];
}

enum dtype dtype_find(const char *word)
{
    for (enum dtype dtype = DTYPE_FLOAT32; dtype <= DTYPE_FLOAT64; dtype++)
        if (strcmp(types[dtype].word, word) == 0)
            return dtype;
    return DTYPE_NONE;
}

int dtype_vector(enum dtype dtype, int floats)
{
    return floats * (int)types[DTYPE_FLOAT32].bytes / (int)types[dtype].bytes;
}

void choose_types(const struct plan *plan, struct program *program)
{
    for (int i = 0; i < program->n_tensors; i++)
        if (program->tensors[i]->dtype == DTYPE_NONE)
            program->tensors[i]->dtype = plan->dtype;
}
