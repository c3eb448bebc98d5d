/* Multiply(): the product of its inputs, value by value. */
#include <limits.h>

#include "compiler/emit/emit.h"
#include "compiler/layers/layer.h"

static void emit_forward(struct emission *emission, const struct node *node)
{
    emit_layer_comment(emission, node->layer, "y = the product of its inputs");
    emit_node_head(emission, node);
    emit_joined(emission, node, " * ", NULL);
    ctext_close(&emission->c, "");
}

static void emit_backward(struct emission *emission, const struct node *node)
{
    struct nest nest;
    emit_layer_comment(emission, node->layer,
                       "dx = dy times all inputs but number %d",
                       node->input + 1);
    emit_node_head(emission, node);
    const char *at =
        open_values(emission, &nest, node->by_sample, tensor_values(node->dy));
    struct text factors = text_new(emission->arena);
    for (int i = 0; i < node->n_inputs; i++)
        if (i != node->input)
            text_printf(&factors, " * %s%s", input_name(emission, i), at);
    nest_statement(&nest);
    ctext_line(&emission->c, "dx%s = dy%s%s;", at, at, text_string(&factors));
    nest_end(&nest);
    ctext_line(&emission->c, "(void)%s;", input_name(emission, node->input));
    ctext_close(&emission->c, "");
}

const struct layer_kind layer_multiply = {
    .name = "Multiply",
    .stem = "multiply",
    .least_inputs = 2,
    .most_inputs = INT_MAX,
    .infer = infer_equal_shapes,
    .backward_reads_input = true,
    .emit_forward = emit_forward,
    .emit_backward = emit_backward,
};
