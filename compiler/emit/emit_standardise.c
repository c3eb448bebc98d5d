/* Groups of a sample's values brought to mean 0 and variance 1. */
#include "compiler/emit/operations.h"

/* A call for each sample, of the images `rows`. */
static void emit_call(struct emission *emission, const struct node *node,
                      const char *function, const char *rows)
{
    const struct standardisation *by = &node->operation->standardisation;
    ctext_line(&emission->c,
               "const struct guss_groups s = {%lld, %lld, %lld, %lld};\n"
               "for (int n = 0; n < TILE; n++)\n"
               "    %s(&s, (real)%s, %s);",
               (long long)by->outer, (long long)by->inner,
               (long long)by->groups, (long long)by->members, function,
               ctext_real(emission->arena, by->epsilon), rows);
}

void emit_standardise(struct emission *emission, const struct node *node)
{
    const struct standardisation *by = &node->operation->standardisation;
    open_node(emission, node,
              "y = (x - mean) / sqrt(variance + epsilon) of each %lld numbers",
              (long long)(by->inner * by->members));
    emit_call(emission, node, "guss_standardise", "x[n], y[n]");
}

void emit_standardise_backward(struct emission *emission,
                               const struct node *node)
{
    open_node(emission, node,
              "dx = (dy - mean(dy) - y mean(dy y)) / sqrt(variance + epsilon)");
    emit_call(emission, node, "guss_standardise_backward",
              "x[n], dy[n], dx[n]");
}
