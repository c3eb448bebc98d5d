/* LowRank(rank, units): y = x down up + bias, a product through few values.
 *
 * A layer of the tests' own, which no user has: two matrices of different
 * heights in one layer, and neither is called a kernel. */
#include "compiler/graph/operation.h"
#include "compiler/layers/layer.h"

static const struct parameter own_rank = {
    .name = "rank", .type = PARAMETER_INTEGER, .least = 1};
static const struct parameter own_units = {
    .name = "units", .type = PARAMETER_INTEGER, .least = 1};
static const struct parameter own_initializer = {
    .name = "initializer",
    .type = PARAMETER_INITIALIZER,
    .preset = {.kind = VALUE_WORD, .word = "glorot_uniform"}};

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    int64_t in = shape_elements(&layer->inputs[0]->shape);
    int64_t rank = layer_integer(layer, "rank");
    int64_t units = layer_integer(layer, "units");
    layer->shape = (struct shape){.rank = 1, .size = {units}};
    layer_add_weight(layer, "down",
                     (struct shape){.rank = 2, .size = {in, rank}},
                     "initializer");
    layer_add_weight(layer, "up",
                     (struct shape){.rank = 2, .size = {rank, units}},
                     "initializer");
    layer_add_filled_weight(layer, "bias",
                            (struct shape){.rank = 1, .size = {units}}, 0);
}

static void lower(struct lowering *lowering)
{
    const struct layer *layer = lowering->layer;
    int few = lower_product(lowering, 0, layer_weight(layer, "down"), NULL);
    lower_product(lowering, few, layer_weight(layer, "up"),
                  layer_weight(layer, "bias"));
}

extern const struct layer_kind layer_low_rank;
const struct layer_kind layer_low_rank = {
    .name = "LowRank",
    .stem = "low_rank",
    .parameters = {&own_rank, &own_units, &own_initializer},
    .infer = infer,
    .lower = lower,
};
