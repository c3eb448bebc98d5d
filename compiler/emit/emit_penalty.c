/* Penalties of outputs: what they add to the loss of a tile, and their
 * gradient. */
#include "compiler/emit/emit.h"

/* "(real)0.01, (real)0.0" */
static const char *factors_text(struct emission *emission,
                                const struct regularizer *penalty)
{
    return arena_printf(emission->arena, "(real)%s, (real)%s",
                        ctext_real(emission->arena, penalty->l1),
                        ctext_real(emission->arena, penalty->l2));
}

/* The penalty of the rows that are samples, as many times as the loss has terms
 * a sample: their sum is divided by that. */
static void emit_share_of_loss(struct emission *emission,
                               const struct node *node, const char *factors)
{
    struct ctext *c = &emission->c;
    long long values = tensor_values(node->y);
    long long terms = phase_loss_terms(emission->program->phase, node->loss);
    const char *times =
        terms == 1 ? "" : arena_printf(emission->arena, "%lld * ", terms);
    if (node->batch_innermost) {
        ctext_line(c,
                   "sums->loss += %sguss_penalty_by_sample(%lld, TILE, valid, "
                   "y, %s);",
                   times, values, factors);
        return;
    }
    ctext_head(c, "for (int n = 0; n < valid; n++)");
    ctext_line(c, "sums->loss += %sguss_penalty(%lld, y[n], %s);", times,
               values, factors);
}

/* Adds the gradient to dy, in its place or not; alone where there is none. */
static void emit_gradient(struct emission *emission, const struct node *node,
                          const char *factors)
{
    struct ctext *c = &emission->c;
    bool by_sample = node->batch_innermost, in_place = node_is_in_place(node);
    const char *at = by_sample ? "[i * TILE + n]" : "[n][i]";
    ctext_line(c, "real scale = 1 / (real)batch->count;");
    if (!by_sample)
        ctext_head(c, "for (int n = 0; n < TILE; n++)");
    head_count(c, "i", tensor_values(node->y));
    if (by_sample)
        ctext_head(c, "for (int n = 0; n < TILE; n++)");
    ctext_body(c);
    ctext_line(c, "real slope = scale * guss_penalty_slope(y%s, %s);", at,
               factors);
    if (in_place)
        ctext_line(c, "dy%s += n < valid ? slope : 0;", at);
    else if (node->dy)
        ctext_line(c, "dx%s = dy%s + (n < valid ? slope : 0);", at, at);
    else
        ctext_line(c, "dx%s = n < valid ? slope : 0;", at);
    ctext_close(c, "");
}

void emit_penalty(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    const struct regularizer *penalty = &node->operation->penalty;
    const char *factors = factors_text(emission, penalty);
    open_node(emission, node,
              "the penalty of y, %s sum of |y| + %s sum of y^2, divided by the "
              "batch's samples: part of the loss%s",
              ctext_real(emission->arena, penalty->l1),
              ctext_real(emission->arena, penalty->l2),
              !node->dx  ? ""
              : node->dy ? ", its gradient added to dy"
                         : ", and its gradient dx");
    ctext_line(c, "int left = batch->count - first;\n"
                  "int valid = left < TILE ? left : TILE;");
    emit_share_of_loss(emission, node, factors);
    if (node->dx)
        emit_gradient(emission, node, factors);
}
