/* Subtract(): its first input less its second, value by value. */
#include "compiler/layers/layer.h"

static void infer(struct inference *inference)
{
    const struct layer *layer = inference->layer;
    if (layer->n_inputs == 2)
        infer_stretched_shapes(inference);
    else
        diag_error(inference->diags, layer->where,
                   "Subtract reads two layers, not %d", layer->n_inputs);
}

static void lower(struct lowering *lowering)
{
    lower_join(lowering, JOIN_DIFFERENCE);
}

const struct layer_kind layer_subtract = {
    .name = "Subtract",
    .stem = "subtract",
    .reads = READS_SEVERAL,
    .infer = infer,
    .lower = lower,
};
