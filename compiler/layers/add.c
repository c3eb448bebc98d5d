/* Add(): the sum of its inputs, value by value. */
#include <limits.h>

#include "compiler/emit/emit.h"
#include "compiler/layers/layer.h"

static void emit_forward(struct emission *emission, const struct node *node)
{
    emit_layer_comment(emission, node->layer, "y = the sum of its inputs");
    emit_node_head(emission, node);
    emit_joined(emission, node, " + ", NULL);
    ctext_close(&emission->c, "");
}

const struct layer_kind layer_add = {
    .name = "Add",
    .stem = "add",
    .least_inputs = 2,
    .most_inputs = INT_MAX,
    .infer = infer_equal_shapes,
    .passes_gradient = true,
    .emit_forward = emit_forward,
};
