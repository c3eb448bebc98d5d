/* Which function writes which primitive. */
#include "compiler/emit/operations.h"

#include <assert.h>

typedef void emitter(struct emission *emission, const struct node *node);

/* The header of the runtime that holds what a primitive's functions call; those
 * that write them. NULL: no node of the kind comes to be; views have none at all,
 * activations nodes of their own. */
static const struct {
    const char *header;
    emitter *forward, *backward, *gradient, *moments;
} emitters[N_PRIMITIVES] = {
    [PRIMITIVE_PRODUCT] = {"block", emit_row_product, emit_row_product_backward,
                           emit_row_product_gradient, NULL},
    [PRIMITIVE_CONVOLUTION] = {"block", emit_convolution,
                               emit_convolution_backward,
                               emit_convolution_gradient, NULL},
    [PRIMITIVE_POOL] = {"pool", emit_pool, emit_pool_backward, NULL, NULL},
    [PRIMITIVE_MEAN] = {"pool", emit_mean, emit_mean, NULL, NULL},
    [PRIMITIVE_NORMALISE] = {"moments", emit_normalise, emit_normalise_backward,
                             emit_normalise_gradient, emit_tile_moments},
    [PRIMITIVE_STANDARDISE] = {"standardise", emit_standardise,
                               emit_standardise_backward, NULL, NULL},
    [PRIMITIVE_SCALE] = {"vector", emit_scale, emit_scale_backward,
                         emit_scale_gradient, NULL},
    [PRIMITIVE_STRETCH] = {"vector", emit_stretch, emit_stretch_backward, NULL,
                           NULL},
    [PRIMITIVE_JOIN] = {"join", emit_combine, emit_combine_backward, NULL,
                        NULL},
    [PRIMITIVE_DROP] = {"dropout", emit_drop, emit_drop_backward, NULL, NULL},
    [PRIMITIVE_NOISE] = {"dropout", emit_noise, NULL, NULL, NULL},
    [PRIMITIVE_CONCATENATE] = {"pool", emit_concatenate,
                               emit_concatenate_backward, NULL, NULL},
    [PRIMITIVE_CROP] = {"image", emit_margins, emit_margins, NULL, NULL},
    [PRIMITIVE_PAD] = {"image", emit_margins, emit_margins, NULL, NULL},
    [PRIMITIVE_REPEAT] = {"pool", emit_resample, emit_resample, NULL, NULL},
    [PRIMITIVE_INTERPOLATE] = {"pool", emit_resample, emit_resample, NULL,
                               NULL},
};

const char *node_header(const struct node *node)
{
    static const char *const headers[] = {
        [NODE_PAD] = "image",           [NODE_TRANSPOSE] = "image",
        [NODE_ACTIVATE] = "activation", [NODE_ACTIVATE_BACKWARD] = "activation",
        [NODE_LOSS] = "loss",           [NODE_PENALTY] = "penalty",
        [NODE_SUM] = "vector",          [NODE_BACKWARD_MOMENTS] = NULL,
    };
    const char *header = headers[node->kind];
    if (node->algorithm == ALGORITHM_PANELS)
        return "panel";
    return header ? header : emitters[node->operation->primitive].header;
}

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
