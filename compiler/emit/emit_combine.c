/* Inputs joined value by value: their sum, mean or product. */
#include "compiler/emit/operations.h"

void emit_combine(struct emission *emission, const struct node *node)
{
    static const char *const words[] = {
        [JOIN_SUM] = "sum", [JOIN_MEAN] = "mean", [JOIN_PRODUCT] = "product"};
    enum joining joining = node->operation->joining;
    emit_layer_comment(emission, node->layer, "y = the %s of its inputs",
                       words[joining]);
    emit_node_head(emission, node);
    emit_joined(emission, node, joining == JOIN_PRODUCT ? " * " : " + ",
                joining == JOIN_MEAN
                    ? arena_printf(emission->arena, " / %d", node->n_inputs)
                    : NULL);
    ctext_close(&emission->c, "");
}

static void emit_mean_backward_of(struct emission *emission,
                                  const struct node *node)
{
    struct nest nest;
    int n_inputs = node->operation->n_inputs;
    emit_layer_comment(emission, node->layer, "dx = dy / %d of each input",
                       n_inputs);
    emit_node_head(emission, node);
    const char *at =
        open_values(emission, &nest, node->by_sample, tensor_values(node->dy));
    nest_statement(&nest);
    ctext_line(&emission->c, "dx%s = dy%s / %d;", at, at, n_inputs);
    nest_end(&nest);
    ctext_close(&emission->c, "");
}

static void emit_product_backward_of(struct emission *emission,
                                     const struct node *node)
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

/* A sum passes its gradient on as it is. */
void emit_combine_backward(struct emission *emission, const struct node *node)
{
    if (node->operation->joining == JOIN_MEAN)
        emit_mean_backward_of(emission, node);
    else
        emit_product_backward_of(emission, node);
}
