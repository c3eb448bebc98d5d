/* What is drawn by chance while training: values dropped, noise added. */
#include "compiler/emit/operations.h"

/* A call for each sample, of the images `rows`; `rng_stream` keys its draws. */
static void emit_draws(struct emission *emission, const struct node *node,
                       const char *function, const char *rows)
{
    ctext_line(&emission->c,
               "for (int n = 0; n < TILE; n++)\n"
               "    %s(%lld, %s, %s, batch, rng_stream, first + n);",
               function, (long long)shape_elements(&node->operation->shape),
               rows, ctext_real(emission->arena, node->operation->amount));
}

/* True where its mask is drawn for the last axis alone. */
static bool drops_channels(const struct operation *operation)
{
    return !shape_equal(&operation->drawn, &operation->shape);
}

void emit_drop(struct emission *emission, const struct node *node)
{
    const struct operation *operation = node->operation;
    long long channels = shape_elements(&operation->drawn);
    open_node(emission, node,
              "y = x mask, mask 0 or 1 / (1 - rate) by chance%s, keyed by "
              "`rng_stream`",
              drops_channels(operation) ? ", of a channel" : "");
    if (drops_channels(operation))
        emit_draws(emission, node, "guss_channel_dropout",
                   arena_printf(emission->arena, "%lld, x[n], mask[n], y[n]",
                                channels));
    else
        emit_draws(emission, node, "guss_dropout", "x[n], mask[n], y[n]");
}

void emit_drop_backward(struct emission *emission, const struct node *node)
{
    long long channels = shape_elements(&node->operation->drawn);
    open_node(emission, node, "dx = dy mask");
    if (drops_channels(node->operation))
        ctext_line(
            &emission->c,
            "for (int n = 0; n < TILE; n++)\n"
            "    for (int i = 0; i < %lld; i += %lld)\n"
            "        for (int c = 0; c < %lld; c++)\n"
            "            dx[n][i + c] = dy[n][i + c] * (real)mask[n][c];",
            (long long)shape_elements(&node->operation->shape), channels,
            channels);
    else
        ctext_line(&emission->c,
                   "for (int n = 0; n < TILE; n++)\n"
                   "    for (int i = 0; i < %lld; i++)\n"
                   "        dx[n][i] = dy[n][i] * (real)mask[n][i];",
                   (long long)shape_elements(&node->operation->shape));
}

void emit_noise(struct emission *emission, const struct node *node)
{
    open_node(emission, node, "y = x + noise, keyed by `rng_stream`");
    emit_draws(emission, node, "guss_gaussian_noise", "x[n], y[n]");
}
