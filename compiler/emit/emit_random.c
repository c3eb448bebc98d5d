/* What is drawn by chance while training: values dropped, noise added. */
#include "compiler/emit/operations.h"

/* A call for each sample; `arguments` stand before those that key the draws. */
static void emit_draws(struct emission *emission, const struct node *node,
                       const char *function, const char *const *arguments,
                       int n)
{
    struct ctext *c = &emission->c;
    const char *list[8];
    int count = 0;
    list[count++] =
        arena_printf(emission->arena, "%lld",
                     (long long)shape_elements(&node->operation->shape));
    for (int i = 0; i < n; i++)
        list[count++] = arguments[i];
    list[count++] = ctext_real(emission->arena, node->operation->amount);
    list[count++] = "batch";
    list[count++] = "use";
    list[count++] = "first + n";
    ctext_line(c, "for (int n = 0; n < TILE; n++)");
    ctext_indent(c);
    ctext_call(c, function, list, count);
    ctext_outdent(c);
}

void emit_drop(struct emission *emission, const struct node *node)
{
    static const char *const rows[] = {"x[n]", "mask[n]", "y[n]"};
    emit_layer_comment(
        emission, node->layer,
        "y = x mask, mask 0 or 1 / (1 - rate) by chance, keyed by `use`");
    emit_node_head(emission, node);
    emit_draws(emission, node, "guss_dropout", rows, 3);
    ctext_close(&emission->c, "");
}

void emit_drop_backward(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    emit_layer_comment(emission, node->layer, "dx = dy mask");
    emit_node_head(emission, node);
    ctext_line(c, "for (int n = 0; n < TILE; n++)");
    ctext_line(c, "    for (int i = 0; i < %lld; i++)",
               (long long)shape_elements(&node->operation->shape));
    ctext_line(c, "        dx[n][i] = dy[n][i] * (real)mask[n][i];");
    ctext_close(c, "");
}

void emit_noise(struct emission *emission, const struct node *node)
{
    static const char *const rows[] = {"x[n]", "y[n]"};
    emit_layer_comment(emission, node->layer, "y = x + noise, keyed by `use`");
    emit_node_head(emission, node);
    emit_draws(emission, node, "guss_gaussian_noise", rows, 2);
    ctext_close(&emission->c, "");
}
