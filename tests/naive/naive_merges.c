/* Layers that join inputs value by value; inputs are stretched where they have a
 * size of 1, or lack an axis in front. */
#include "compiler/layers/layer.h"
#include "tests/naive/naive_layer.h"

/* Which value of input k goes with value i of a batch's outputs. */
static int64_t value_of(const struct naive_use *use, int k, int64_t i)
{
    const struct shape *whole = &use->layer->shape;
    const struct shape *shape = &use->layer->inputs[k]->shape;
    int64_t sample = i / shape_elements(whole), rest = i, place = 0, step = 1;
    for (int axis = shape->rank - 1; axis >= 0; axis--) {
        int64_t size = whole->size[axis + whole->rank - shape->rank];
        if (shape->size[axis] > 1)
            place += rest % size * step;
        step *= shape->size[axis];
        rest /= size;
    }
    return sample * shape_elements(shape) + place;
}

static int64_t values(const struct naive_use *use)
{
    return use->count * shape_elements(&use->layer->shape);
}

static double input(const struct naive_use *use, int k, int64_t i)
{
    return use->x[k][value_of(use, k, i)];
}

/* ---- sums ------------------------------------------------------------- */

static void forward_add(struct naive_use *use)
{
    for (int64_t i = 0; i < values(use); i++)
        for (int k = 0; k < use->layer->n_inputs; k++)
            use->z[i] += input(use, k, i);
}

static void backward_add(struct naive_use *use)
{
    for (int64_t i = 0; i < values(use); i++)
        for (int k = 0; k < use->layer->n_inputs; k++)
            use->dx[k][value_of(use, k, i)] += use->dz[i];
}

const struct naive_rule naive_add = {"Add", forward_add, backward_add};

static void forward_average(struct naive_use *use)
{
    forward_add(use);
    for (int64_t i = 0; i < values(use); i++)
        use->z[i] /= use->layer->n_inputs;
}

static void backward_average(struct naive_use *use)
{
    for (int64_t i = 0; i < values(use); i++)
        for (int k = 0; k < use->layer->n_inputs; k++)
            use->dx[k][value_of(use, k, i)] +=
                use->dz[i] / use->layer->n_inputs;
}

const struct naive_rule naive_average = {"Average", forward_average,
                                         backward_average};

static void forward_subtract(struct naive_use *use)
{
    for (int64_t i = 0; i < values(use); i++)
        use->z[i] = input(use, 0, i) - input(use, 1, i);
}

static void backward_subtract(struct naive_use *use)
{
    for (int64_t i = 0; i < values(use); i++) {
        use->dx[0][value_of(use, 0, i)] += use->dz[i];
        use->dx[1][value_of(use, 1, i)] -= use->dz[i];
    }
}

const struct naive_rule naive_subtract = {"Subtract", forward_subtract,
                                          backward_subtract};

/* ---- products --------------------------------------------------------- */

static void forward_multiply(struct naive_use *use)
{
    for (int64_t i = 0; i < values(use); i++) {
        use->z[i] = 1;
        for (int k = 0; k < use->layer->n_inputs; k++)
            use->z[i] *= input(use, k, i);
    }
}

/* The gradient of a factor is the product of the others; an input may stand
 * there twice. */
static void backward_multiply(struct naive_use *use)
{
    for (int64_t i = 0; i < values(use); i++)
        for (int k = 0; k < use->layer->n_inputs; k++) {
            double others = 1;
            for (int j = 0; j < use->layer->n_inputs; j++)
                others *= j == k ? 1 : input(use, j, i);
            use->dx[k][value_of(use, k, i)] += use->dz[i] * others;
        }
}

const struct naive_rule naive_multiply = {"Multiply", forward_multiply,
                                          backward_multiply};

/* ---- extremes ----------------------------------------------------------- */

/* The first input of the greatest, or with sign -1 least, values. */
static int extreme(const struct naive_use *use, int64_t i, int sign)
{
    int best = 0;
    for (int k = 1; k < use->layer->n_inputs; k++)
        if (sign * input(use, k, i) > sign * input(use, best, i))
            best = k;
    return best;
}

static void forward_extreme(struct naive_use *use, int sign)
{
    for (int64_t i = 0; i < values(use); i++)
        use->z[i] = input(use, extreme(use, i, sign), i);
}

static void backward_extreme(struct naive_use *use, int sign)
{
    for (int64_t i = 0; i < values(use); i++) {
        int k = extreme(use, i, sign);
        use->dx[k][value_of(use, k, i)] += use->dz[i];
    }
}

static void forward_maximum(struct naive_use *use)
{
    forward_extreme(use, 1);
}

static void backward_maximum(struct naive_use *use)
{
    backward_extreme(use, 1);
}

const struct naive_rule naive_maximum = {"Maximum", forward_maximum,
                                         backward_maximum};

static void forward_minimum(struct naive_use *use)
{
    forward_extreme(use, -1);
}

static void backward_minimum(struct naive_use *use)
{
    backward_extreme(use, -1);
}

const struct naive_rule naive_minimum = {"Minimum", forward_minimum,
                                         backward_minimum};
