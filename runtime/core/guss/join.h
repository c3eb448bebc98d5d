/* Inputs joined value by value, where that is more than an operator. */
#ifndef GUSS_JOIN_H
#define GUSS_JOIN_H

#include "guss/vector.h"

/* The greater and the lesser of two numbers; NaN where one is. */
static inline real guss_maximum(real a, real b)
{
    real kept = a != a ? a : b;
    return a >= b ? a : kept;
}
static inline real guss_minimum(real a, real b)
{
    real kept = a != a ? a : b;
    return a <= b ? a : kept;
}

#endif
