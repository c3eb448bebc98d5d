/* Which function writes which primitive. */
#include "compiler/emit/operations.h"

#include <assert.h>

typedef void emitter(struct emission *emission, const struct node *node);

/* NULL: no node of the kind comes to be; views have none at all, activations
 * nodes of their own. */
static const struct {
    emitter *forward, *backward, *gradient, *moments;
} emitters[N_PRIMITIVES] = {
    [PRIMITIVE_PRODUCT] = {emit_row_product, emit_row_product_backward,
                           emit_row_product_gradient, NULL},
    [PRIMITIVE_CONVOLUTION] = {emit_convolution, emit_convolution_backward,
                               emit_convolution_gradient, NULL},
    [PRIMITIVE_POOL] = {emit_pool, emit_pool_backward, NULL, NULL},
    [PRIMITIVE_MEAN] = {emit_mean, emit_mean_backward, NULL, NULL},
    [PRIMITIVE_NORMALISE] = {emit_normalise, emit_normalise_backward,
                             emit_normalise_gradient, emit_tile_moments},
    [PRIMITIVE_JOIN] = {emit_combine, emit_combine_backward, NULL, NULL},
    [PRIMITIVE_DROP] = {emit_drop, emit_drop_backward, NULL, NULL},
    [PRIMITIVE_NOISE] = {emit_noise, NULL, NULL, NULL},
    [PRIMITIVE_CONCATENATE] = {emit_concatenate, emit_concatenate_backward,
                               NULL, NULL},
    [PRIMITIVE_CROP] = {emit_margins, emit_margins, NULL, NULL},
    [PRIMITIVE_PAD] = {emit_margins, emit_margins, NULL, NULL},
    [PRIMITIVE_REPEAT] = {emit_resample, emit_resample, NULL, NULL},
    [PRIMITIVE_INTERPOLATE] = {emit_resample, emit_resample, NULL, NULL},
};

static emitter *emitter_of(const struct node *node)
{
    enum primitive primitive = node->operation->primitive;
    switch (node->kind) {
    case NODE_FORWARD:
        return emitters[primitive].forward;
    case NODE_BACKWARD:
        return emitters[primitive].backward;
    case NODE_GRADIENT:
        return emitters[primitive].gradient;
    default:
        return emitters[primitive].moments;
    }
}

void emit_operation(struct emission *emission, const struct node *node)
{
    emitter *emit = emitter_of(node);
    assert(emit);
    emit(emission, node);
}
