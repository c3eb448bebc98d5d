/* Penalties of weights. Formulas: keras/src/regularizers/regularizers.py. */
#include "trainer/inference/penalty.h"

#include <math.h>

/* Sums of a row are kept in so many lanes, so that they need not wait for each
 * other; they are added up in order. */
enum { LANES = 8 };

struct magnitude {
    double absolute[LANES], squared[LANES];
};

static void add_row(const float *w, int64_t columns,
                    struct magnitude *magnitude)
{
    for (int64_t i = 0; i < columns; i++) {
        magnitude->absolute[i % LANES] += fabs((double)w[i]);
        magnitude->squared[i % LANES] += (double)w[i] * (double)w[i];
    }
}

/* Of the rows that belong to a part. */
static double part_of_weight(const struct guss_weight *weight,
                             const float *weights,
                             const struct guss_penalty *penalty, int part)
{
    int64_t columns = weight->shape[weight->rank - 1], rows = 1;
    for (int i = 0; i < weight->rank - 1; i++)
        rows *= weight->shape[i];
    struct magnitude sums = {{0}, {0}};
    for (int64_t row = rows * part / PENALTY_PARTS;
         row < rows * (part + 1) / PENALTY_PARTS; row++)
        add_row(weights + weight->offset + (size_t)row * weight->stride,
                columns, &sums);
    double absolute = 0, squared = 0;
    for (int i = 0; i < LANES; i++) {
        absolute += sums.absolute[i];
        squared += sums.squared[i];
    }
    return penalty->l1 * absolute + penalty->l2 * squared;
}

static double part_of_phase(const struct guss_model *model,
                            const float *weights,
                            const struct guss_phase *phase, int part)
{
    double sum = 0;
    for (int i = 0; i < phase->n_penalties; i++) {
        const struct guss_penalty *penalty = &phase->penalties[i];
        sum += part_of_weight(&model->weights[penalty->weight], weights,
                              penalty, part);
    }
    return sum;
}

void penalty_add_up(const struct guss_model *model, const void *memory,
                    const struct guss_phase *phase,
                    const struct guss_worker *worker, struct penalty_sums *sums)
{
    const char *at = (const char *)memory + model->weights_offset;
    const float *weights = (const float *)(const void *)at;
    struct guss_units units = guss_units(worker, PENALTY_PARTS, 1);
    while (guss_take(&units))
        for (int part = units.first; part < units.last; part++)
            sums->parts[part] = part_of_phase(model, weights, phase, part);
}

double penalty_total(const struct penalty_sums *sums)
{
    double total = 0;
    for (int i = 0; i < PENALTY_PARTS; i++)
        total += sums->parts[i];
    return total;
}
