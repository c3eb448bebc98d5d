/* Prediction: one tile of samples, from the outputs of some layers to those of
 * others. Each layer is computed or left out, so that one function does for
 * any two ends. */
#include "compiler/emit/emit.h"

/* The calls of one layer; the first node behind them. */
static const struct node *emit_part(struct emission *emission,
                                    const struct node *first)
{
    struct ctext *c = &emission->c;
    const struct node *end = first;
    while (end && end->part == first->part)
        end = end->next;
    bool is_alone = first->next == end;
    (is_alone ? ctext_head : ctext_open)(c, "if (computed[%d])",
                                         first->part->index);
    for (const struct node *node = first; node != end; node = node->next)
        emit_node_call(emission, node);
    if (!is_alone)
        ctext_close(c, "");
    return end;
}

void emit_prediction(struct emission *emission, const struct program *program)
{
    struct ctext *c = &emission->c;
    const char *name = program_identifier(emission, program);
    ctext_comment(c, "A tile of samples through the layers that are to be "
                     "computed, by their index; what they read lies in the "
                     "shard's memory.");
    ctext_function(
        c, "static void %s(void *arena, int shard, const bool *computed)",
        name);
    if (program->nodes)
        ctext_line(c,
                   "struct arena *a = arena;\n"
                   "struct %s_tile *tile = &a->%s.tiles[shard];",
                   name, name);
    else
        ctext_line(c, "(void)arena;\n(void)shard;\n(void)computed;");
    for (const struct node *node = program->nodes; node;)
        node = emit_part(emission, node);
    ctext_close(c, "");
}
