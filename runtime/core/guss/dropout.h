/* Dropout while training: y = x * mask, dx = dy * mask. */
#ifndef GUSS_DROPOUT_H
#define GUSS_DROPOUT_H

#include "guss/model.h"
#include "guss/random.h"
#include "guss/vector.h"

/* One row: draws its mask and applies it. `row` is the sample's index in the
 * batch, by which its draws are keyed. */
static inline void guss_dropout(int width, const real *x, float *mask, real *y,
                                float rate, const struct guss_batch *batch,
                                uint32_t layer, int row)
{
    guss_dropout_mask(mask, width, rate, batch->seed, batch->update, layer,
                      (uint32_t)row);
    for (int i = 0; i < width; i++)
        y[i] = x[i] * (real)mask[i];
}

#endif
