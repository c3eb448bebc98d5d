/* Average(): the mean of its inputs, value by value. */
#include <limits.h>

#include "compiler/emit/emit.h"
#include "compiler/layers/layer.h"

static void emit_forward(struct emission *emission, const struct node *node)
{
    emit_layer_comment(emission, node->layer, "y = the mean of its inputs");
    emit_node_head(emission, node);
    emit_joined(emission, node, " + ",
                arena_printf(emission->arena, " / %d", node->n_inputs));
    ctext_close(&emission->c, "");
}

static void emit_backward(struct emission *emission, const struct node *node)
{
    struct nest nest;
    emit_layer_comment(emission, node->layer, "dx = dy / %d of each input",
                       node->layer->n_inputs);
    emit_node_head(emission, node);
    const char *at =
        open_values(emission, &nest, node->by_sample, tensor_values(node->dy));
    nest_statement(&nest);
    ctext_line(&emission->c, "dx%s = dy%s / %d;", at, at,
               node->layer->n_inputs);
    nest_end(&nest);
    ctext_close(&emission->c, "");
}

const struct layer_kind layer_average = {
    .name = "Average",
    .stem = "average",
    .least_inputs = 2,
    .most_inputs = INT_MAX,
    .infer = infer_equal_shapes,
    .emit_forward = emit_forward,
    .emit_backward = emit_backward,
};
