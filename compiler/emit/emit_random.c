/* What is drawn by chance while training: values dropped, noise added. */
#include "compiler/emit/operations.h"

/* A call for each sample, of the images `rows`; `use` keys its draws. */
static void emit_draws(struct emission *emission, const struct node *node,
                       const char *function, const char *rows)
{
    ctext_line(&emission->c,
               "for (int n = 0; n < TILE; n++)\n"
               "    %s(%lld, %s, %s, batch, use, first + n);",
               function, (long long)shape_elements(&node->operation->shape),
               rows, ctext_real(emission->arena, node->operation->amount));
}

void emit_drop(struct emission *emission, const struct node *node)
{
    open_node(emission, node,
              "y = x mask, mask 0 or 1 / (1 - rate) by chance, keyed by `use`");
    emit_draws(emission, node, "guss_dropout", "x[n], mask[n], y[n]");
}

void emit_drop_backward(struct emission *emission, const struct node *node)
{
    open_node(emission, node, "dx = dy mask");
    ctext_line(&emission->c,
               "for (int n = 0; n < TILE; n++)\n"
               "    for (int i = 0; i < %lld; i++)\n"
               "        dx[n][i] = dy[n][i] * (real)mask[n][i];",
               (long long)shape_elements(&node->operation->shape));
}

void emit_noise(struct emission *emission, const struct node *node)
{
    open_node(emission, node, "y = x + noise, keyed by `use`");
    emit_draws(emission, node, "guss_gaussian_noise", "x[n], y[n]");
}
