/* The loss of a tile's rows, its gradient, and metrics. */
#include "compiler/emit/emit.h"
#include "compiler/plan/optimizer.h"

static long long width(const struct tensor *tensor)
{
    return tensor_values(tensor);
}

/* Terms of the loss a sample. */
static long long loss_terms(const struct plan *plan, const struct node *node)
{
    long long elements = width(node->x);
    if (loss_facts(plan->schedule->loss)->per_group)
        return elements / node->x->shape.size[node->x->shape.rank - 1];
    return elements;
}

static void emit_loss_comment(struct emission *emission,
                              const struct node *node)
{
    enum loss_kind loss = emission->plan->schedule->loss;
    const struct activation_facts *activation =
        activation_facts(node->activation.kind);
    bool fused = node->activation.kind != ACTIVATION_LINEAR;
    ctext_comment(&emission->c,
                  "%s: the mean of %s%s%s%s, and its gradient dz. Rows "
                  "beyond the batch's samples have neither.",
                  loss_word(loss), loss_facts(loss)->formula,
                  fused ? " with y = " : "", fused ? activation->word : "",
                  fused ? "(z), from the logits z" : "");
}

void emit_loss(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    const struct plan *plan = emission->plan;
    const struct loss_facts *facts = loss_facts(plan->schedule->loss);
    bool fused = node->activation.kind != ACTIVATION_LINEAR;
    long long elements = width(node->x), terms = loss_terms(plan, node);
    long long group = facts->per_group ? elements / terms : elements;
    emit_loss_comment(emission, node);
    emit_node_head(emission, node);
    ctext_line(c, "int left = batch->count - first;");
    ctext_line(c, "int valid = left < TILE ? left : TILE;");
    bool judges = emission->program->kind == PROGRAM_TRAIN_DISCRIMINATOR;
    if (terms == 1)
        ctext_line(c, "real scale = 1 / (real)batch->count;");
    else
        ctext_line(c, "real scale = 1 / ((real)batch->count * %lld);", terms);
    ctext_line(c, "*sums = (struct guss_sums){0};");
    bool has_metrics = !program_trains(emission->program);
    bool has_body = has_metrics || judges;
    ctext_line(c, "for (int n = 0; n < valid; n++)%s", has_body ? " {" : "");
    ctext_indent(c);
    if (judges)
        ctext_line(c, "guss_add_judgement(z[n][0] > %s, target[n][0], sums);",
                   fused ? "0" : "(real)0.5");
    if (has_metrics)
        ctext_line(c, "guss_add_metrics(%lld, y[n], target[n], sums);",
                   elements);
    if (group < elements) {
        ctext_line(c, "for (int i = 0; i < %lld; i += %lld)", elements, group);
        ctext_indent(c);
    }
    const char *at = group < elements ? "[n] + i" : "[n]";
    const char *function = fused ? facts->logits : facts->row;
    struct arena *arena = emission->arena;
    const char *const arguments[] = {arena_printf(arena, "%lld", group),
                                     arena_printf(arena, "z%s", at),
                                     arena_printf(arena, "target%s", at),
                                     "scale", arena_printf(arena, "dz%s", at)};
    ctext_sum(c, "sums->loss +=", function, arguments, 5);
    if (group < elements)
        ctext_outdent(c);
    ctext_outdent(c);
    if (has_body)
        ctext_line(c, "}");
    if (program_trains(emission->program)) {
        ctext_line(c, "for (int n = valid; n < TILE; n++)");
        ctext_line(c, "    memset(dz[n], 0, sizeof dz[n]);");
    }
    ctext_close(c, "");
}
