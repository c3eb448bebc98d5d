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
    ctext_line(c, "if (computed[%d])%s", first->part->index,
               is_alone ? "" : " {");
    ctext_indent(c);
    for (const struct node *node = first; node != end; node = node->next)
        emit_node_call(emission, node);
    ctext_outdent(c);
    if (!is_alone)
        ctext_line(c, "}");
    return end;
}

void emit_prediction(struct emission *emission, const struct program *program)
{
    struct ctext *c = &emission->c;
    struct arena *arena = emission->arena;
    const char *name = program_identifier(emission, program);
    ctext_comment(c, "A tile of samples through the layers that are to be "
                     "computed, by their index; what they read lies in the "
                     "lane's memory.");
    ctext_function(
        c, "static void %s(void *arena, int lane, const bool *computed)", name);
    if (program->nodes) {
        ctext_line(c, "struct arena *a = arena;");
        ctext_assign(c, arena_printf(arena, "struct %s_tile *tile =", name),
                     arena_printf(arena, "&a->%s.tiles[lane]", name));
    } else {
        ctext_line(c, "(void)arena;");
        ctext_line(c, "(void)lane;");
        ctext_line(c, "(void)computed;");
    }
    for (const struct node *node = program->nodes; node;)
        node = emit_part(emission, node);
    ctext_close(c, "");
    ctext_blank(c);
}
