/* The loss of a tile's rows, its gradient, and metrics. */
#include "compiler/emit/emit.h"
#include "compiler/plan/optimizer.h"

/* Of a sample. */
static long long count_outputs(const struct node *node)
{
    return tensor_values(node->x);
}

/* Outputs that one call takes: those of a term, or all of a sample where each
 * is a term of its own. */
static long long group_size(const struct loss_info *loss,
                            const struct node *node)
{
    const struct shape *shape = &node->x->shape;
    return loss->per_group ? shape->size[shape->rank - 1] : count_outputs(node);
}

static bool is_fused(const struct node *node)
{
    return node->activation.kind != ACTIVATION_LINEAR;
}

static void emit_loss_comment(struct emission *emission,
                              const struct node *node)
{
    enum loss_kind loss = node->loss->kind;
    const struct activation_info *activation =
        activation_info(node->activation.kind);
    bool fused = is_fused(node);
    ctext_comment(&emission->c,
                  "%s: the mean of %s%s%s%s, and its gradient dz. Rows "
                  "beyond the batch's samples have neither.",
                  loss_word(loss), loss_info(loss)->formula,
                  fused ? " with y = " : "", fused ? activation->word : "",
                  fused ? "(z), from the logits z" : "");
}

static bool has_labels(const struct emission *emission)
{
    return emission->program->phase->target.kind == TARGET_LABELS;
}

/* What a row adds to the loss, and its gradient: group by group. */
static void emit_row_loss(struct emission *emission, const struct node *node,
                          const struct loss_info *loss)
{
    struct ctext *c = &emission->c;
    long long outputs = count_outputs(node), group = group_size(loss, node);
    const char *at = group < outputs ? "[n] + i" : "[n]";
    if (group < outputs)
        ctext_head(c, "for (int i = 0; i < %lld; i += %lld)", outputs, group);
    ctext_line(c, "sums->loss += %s(%lld, z%s, target%s, scale, dz%s);",
               is_fused(node) ? loss->logits : loss->row, group, at, at, at);
}

/* The same of a row with a label, which is one group. */
static void emit_weighted_loss(struct emission *emission,
                               const struct node *node,
                               const struct loss_info *loss)
{
    struct ctext *c = &emission->c;
    ctext_line(c, "real weight = guss_class_weight(batch, first + n);");
    ctext_line(c,
               "double loss = %s(%lld, z[n], target[n], weight * scale, "
               "dz[n]);",
               is_fused(node) ? loss->logits : loss->row, count_outputs(node));
    ctext_line(c, "sums->loss += (double)weight * loss;");
}

/* Whether a row, whose outputs are `rows`, is classified right. */
static void emit_is_correct(struct emission *emission, const struct node *node,
                            const char *rows, const char *threshold)
{
    ctext_line(&emission->c,
               "sums->correct += guss_is_correct(%lld, %s[n], target[n], %s);",
               count_outputs(node), rows, threshold);
}

/* What is counted of a row while it trains. */
static void emit_count(struct emission *emission, const struct node *node)
{
    const char *threshold = is_fused(node) ? "0" : "(real)0.5";
    if (emission->program->phase->count == COUNT_BY_TRUTH)
        ctext_line(&emission->c,
                   "guss_count_told_apart(z[n][0] > %s, target[n][0], sums);",
                   threshold);
    else
        emit_is_correct(emission, node, "z", threshold);
}

/* Metrics; of a classifier whether it is right. To look for the greatest of an
 * image's pixels would take a third of an autoencoder's validation. */
static void emit_metrics(struct emission *emission, const struct node *node)
{
    ctext_line(&emission->c, "guss_add_metrics(%lld, y[n], target[n], sums);",
               count_outputs(node));
    if (emission->program->phase->count == COUNT_RIGHT)
        emit_is_correct(emission, node, "y", "(real)0.5");
}

/* The loop over the rows that are samples: metrics first, then the loss, which
 * may have another target, and whose gradient may take the outputs' place. */
static void emit_rows(struct emission *emission, const struct node *node,
                      const struct loss_info *loss)
{
    struct ctext *c = &emission->c;
    const struct program *program = emission->program;
    bool has_metrics = !program_trains(program);
    bool counts = !has_metrics && program->phase->count != COUNT_NOTHING;
    bool is_body = counts || has_metrics || has_labels(emission);
    ctext_head(c, "for (int n = 0; n < valid; n++)");
    if (is_body)
        ctext_body(c);
    if (counts)
        emit_count(emission, node);
    if (has_metrics)
        emit_metrics(emission, node);
    if (has_labels(emission))
        ctext_line(c, "guss_smooth_labels(batch, %lld, target[n]);",
                   count_outputs(node));
    if (has_labels(emission) && program_trains(program))
        emit_weighted_loss(emission, node, loss);
    else
        emit_row_loss(emission, node, loss);
    if (is_body)
        ctext_close(c, "");
}

void emit_loss(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    const struct loss_info *loss = loss_info(node->loss->kind);
    long long outputs = count_outputs(node);
    long long terms =
        loss->per_group ? outputs / group_size(loss, node) : outputs;
    emit_loss_comment(emission, node);
    emit_node_head(emission, node);
    ctext_line(c, "int left = batch->count - first;\n"
                  "int valid = left < TILE ? left : TILE;");
    if (terms == 1)
        ctext_line(c, "real scale = 1 / (real)batch->count;");
    else
        ctext_line(c, "real scale = 1 / ((real)batch->count * %lld);", terms);
    ctext_line(c, "*sums = (struct guss_sums){0};");
    emit_rows(emission, node, loss);
    if (program_trains(emission->program))
        ctext_line(c, "for (int n = valid; n < TILE; n++)\n"
                      "    memset(dz[n], 0, sizeof dz[n]);");
}
