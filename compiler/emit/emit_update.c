/* Weights' gradients over the whole batch and the optimizer's step.
 *
 * Each worker computes the gradient of its own part of every kernel over all
 * samples and updates that part at once: no partial sums, no reduction, and
 * the same bits whatever the number of workers. */
#include "compiler/emit/emit.h"
#include "compiler/optimizer.h"

bool layer_splits_columns(const struct layer *layer)
{
    const struct shape *kernel = &layer->weights[0].shape;
    return kernel->size[1] > kernel->size[0];
}

int64_t layer_split_extent(const struct layer *layer)
{
    return layer->weights[0].shape.size[layer_splits_columns(layer) ? 1 : 0];
}

int64_t layer_split_unit(const struct emission *emission,
                         const struct layer *layer)
{
    const struct plan *plan = emission->plan;
    return layer_splits_columns(layer) ? plan->block.vectors * plan->vector
                                       : plan->block.rows;
}

/* The optimizer's step over n numbers that begin at `at`, a text with the
 * weights' member: "encoder_layer_kernel[i][first]". */
static void emit_step(struct emission *emission, const char *count,
                      const char *at)
{
    const struct optimizer_facts *optimizer =
        optimizer_facts(emission->plan->schedule->optimizer.kind);
    const char *arguments[8];
    int n = 0;
    arguments[n++] = count;
    arguments[n++] = arena_printf(emission->arena, "&a->weights.%s", at);
    arguments[n++] = arena_printf(emission->arena, "&a->gradients.%s", at);
    for (int i = 0; i < optimizer->n_slots; i++)
        arguments[n++] = arena_printf(emission->arena, "&a->%s_%s.%s",
                                      optimizer->name, optimizer->slots[i], at);
    arguments[n++] = "o";
    ctext_call(&emission->c, optimizer->step, arguments, n);
}

static void emit_kernel_step(struct emission *emission,
                             const struct layer *layer)
{
    struct ctext *c = &emission->c;
    struct arena *arena = emission->arena;
    const struct weight *kernel = &layer->weights[0];
    const char *name = weight_identifier(emission, layer, kernel);
    if (!layer_splits_columns(layer)) {
        emit_step(emission,
                  arena_printf(arena, "(last - first) * %lld",
                               (long long)row_stride(kernel->shape.size[1])),
                  arena_printf(arena, "%s[first][0]", name));
        return;
    }
    ctext_line(c, "for (int i = 0; i < %lld; i++)",
               (long long)kernel->shape.size[0]);
    ctext_indent(c);
    emit_step(emission, "last - first",
              arena_printf(arena, "%s[i][first]", name));
    ctext_outdent(c);
}

static void emit_bias_step(struct emission *emission, const struct layer *layer)
{
    struct ctext *c = &emission->c;
    struct arena *arena = emission->arena;
    const char *name = weight_identifier(emission, layer, &layer->weights[1]);
    if (layer_splits_columns(layer)) {
        emit_step(emission, "last - first",
                  arena_printf(arena, "%s[first]", name));
        return;
    }
    ctext_line(c, "if (first == 0 && last > 0)");
    ctext_indent(c);
    emit_step(
        emission,
        arena_printf(arena, "%lld", (long long)layer->weights[1].shape.size[0]),
        arena_printf(arena, "%s[0]", name));
    ctext_outdent(c);
}

static void emit_transpose(struct emission *emission, const struct layer *layer)
{
    struct ctext *c = &emission->c;
    const struct weight *kernel = &layer->weights[0];
    const char *name = weight_identifier(emission, layer, kernel);
    bool by_columns = layer_splits_columns(layer);
    ctext_comment(c, "The transposed copy of %s first..last - 1 of the kernel.",
                  by_columns ? "columns" : "rows");
    const char *const parameters[] = {"const struct weights *restrict w",
                                      "struct transposed *restrict t",
                                      "int first", "int last"};
    ctext_function(c,
                   arena_printf(emission->arena, "static void %s",
                                layer_identifier(emission, layer, "transpose")),
                   parameters, 4);
    const char *rows =
        arena_printf(emission->arena, "%lld", (long long)kernel->shape.size[0]);
    const char *columns =
        arena_printf(emission->arena, "%lld", (long long)kernel->shape.size[1]);
    ctext_line(c, "for (int j = %s; j < %s; j++)", by_columns ? "first" : "0",
               by_columns ? "last" : columns);
    ctext_line(c, "    for (int i = %s; i < %s; i++)",
               by_columns ? "0" : "first", by_columns ? rows : "last");
    ctext_line(c, "        t->%s[j][i] = w->%s[i][j];", name, name);
    ctext_close(c, "");
    ctext_blank(c);
}

static void emit_layer_update(struct emission *emission,
                              const struct layer *layer)
{
    struct ctext *c = &emission->c;
    ctext_comment(c,
                  "%s's step for %s's kernel, %s first..last - 1, and what "
                  "of the bias goes with it.",
                  optimizer_word(emission->plan->schedule->optimizer.kind),
                  layer->name,
                  layer_splits_columns(layer) ? "columns" : "rows");
    const char *const parameters[] = {"struct arena *restrict a",
                                      "const struct guss_optimizer *o",
                                      "int first", "int last"};
    ctext_function(c,
                   arena_printf(emission->arena, "static void %s",
                                layer_identifier(emission, layer, "update")),
                   parameters, 4);
    emit_kernel_step(emission, layer);
    if (layer->n_weights > 1)
        emit_bias_step(emission, layer);
    if (layer_is_transposed(emission, layer)) {
        const char *const arguments[] = {"&a->weights", "&a->transposed",
                                         "first", "last"};
        ctext_call(c, layer_identifier(emission, layer, "transpose"), arguments,
                   4);
    }
    ctext_close(c, "");
    ctext_blank(c);
}

static void emit_weights_changed(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct network *network = emission->plan->trained;
    ctext_comment(c, "To be called when weights were written from outside.");
    const char *const parameters[] = {"void *arena"};
    ctext_function(c, "static void weights_changed", parameters, 1);
    ctext_line(c, "struct arena *a = arena;");
    int count = 0;
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = network->layers[i];
        if (!layer_is_transposed(emission, layer))
            continue;
        const char *const arguments[] = {
            "&a->weights", "&a->transposed", "0",
            arena_printf(emission->arena, "%lld",
                         (long long)layer_split_extent(layer))};
        ctext_call(c, layer_identifier(emission, layer, "transpose"), arguments,
                   4);
        count++;
    }
    if (count == 0)
        ctext_line(c, "(void)a;");
    ctext_close(c, "");
    ctext_blank(c);
}

void emit_update(struct emission *emission, const struct program *program)
{
    const struct network *network = program->network;
    for (int i = 0; i < network->n_layers; i++)
        if (layer_is_transposed(emission, network->layers[i]))
            emit_transpose(emission, network->layers[i]);
    for (const struct node *node = program->nodes; node; node = node->next)
        if (node->kind == NODE_GRADIENT)
            emit_layer_update(emission, node->layer);
    emit_weights_changed(emission);
}
