/* The types of numbers in a plan: what tensors, weights and members of the
 * memory hold. */
#ifndef COMPILER_DTYPE_H
#define COMPILER_DTYPE_H

#include <stdint.h>

enum dtype {
    DTYPE_NONE, /* no number: a struct */
    DTYPE_FLOAT32,
    DTYPE_FLOAT64, /* for checks of gradients */
    DTYPE_MASK,    /* what a value is multiplied by: float, whatever that is */
    DTYPE_CHAR,    /* fills a struct that would be empty */
    N_DTYPES
};

struct dtype_info {
    const char *word; /* as options name it, and C: "float" */
    int64_t bytes;    /* also its alignment */
};
const struct dtype_info *dtype_info(enum dtype dtype);

/* The type of values that an option means by that word, or DTYPE_NONE. */
enum dtype dtype_find(const char *word);

/* Numbers of a type in a register that holds so many of DTYPE_FLOAT32. */
int dtype_vector(enum dtype dtype, int floats);

#endif
