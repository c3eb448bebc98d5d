/* A program as functions: one for each layer and direction, over the rows
 * first .. last - 1 of a batch, and their calls for one tile. */
#include <assert.h>
#include <string.h>

#include "compiler/emit/emit.h"
#include "compiler/plan/optimizer.h"

static long long width(const struct tensor *tensor)
{
    return (long long)shape_elements(&tensor->shape);
}

static bool is_in_place(const struct node *node)
{
    return node->x->storage == node->y->storage;
}

/* The role of a node's function, part of its name. Layers that are their own
 * activation have nothing else to be named for. */
static const char *node_role(const struct node *node)
{
    switch (node->kind) {
    case NODE_FORWARD:
        return "forward";
    case NODE_ACTIVATE:
        return is_in_place(node) ? "activate" : "activated";
    case NODE_LOSS:
        return "loss";
    case NODE_ACTIVATE_BACKWARD:
        return "slope";
    case NODE_BACKWARD:
        return "backward";
    default:
        return "gradient";
    }
}

static const char *node_identifier(struct emission *emission,
                                   const struct node *node)
{
    if (node->kind == NODE_LOSS)
        return arena_printf(emission->arena, "%s_loss",
                            program_identifier(emission, emission->program));
    return layer_identifier(emission, node->layer, node_role(node));
}

/* ---- heads and calls ------------------------------------------------ */

/* A parameter of a node's function and its argument in a call. */
struct parts {
    struct emission *emission;
    const char *parameters[12], *arguments[12];
    int n;
    bool whole; /* of the batch, not of a tile */
};

static void add_part(struct parts *parts, const char *parameter,
                     const char *argument)
{
    parts->parameters[parts->n] = parameter;
    parts->arguments[parts->n++] = argument;
}

/* A tensor's rows: those of the tile, which is all that it holds, or, of one
 * that holds the batch's, those from `first` on. */
static const char *rows_text(struct emission *emission,
                             const struct tensor *tensor, bool whole)
{
    const char *name = tensor_identifier(emission, emission->program, tensor);
    if (!tensor->storage->whole_batch)
        return arena_printf(emission->arena, "tile->%s", name);
    return arena_printf(emission->arena,
                        whole ? "rows->%s" : "&rows->%s[first]", name);
}

static void add_rows(struct parts *parts, const char *name,
                     const struct tensor *tensor, const char *type)
{
    if (!tensor)
        return;
    add_part(parts,
             arena_printf(parts->emission->arena, "%s (*restrict %s)[%lld]",
                          type, name, (long long)row_stride(width(tensor))),
             rows_text(parts->emission, tensor, parts->whole));
}

static void add_forward(struct parts *parts, const struct node *node)
{
    bool draws = node->layer->kind->only_training;
    if (draws)
        add_part(parts, "const struct guss_batch *batch", "batch");
    else
        add_part(parts, "const struct weights *restrict w", "&a->weights");
    add_rows(parts, "x", node->x, "const real");
    add_rows(parts, "mask", node->mask, "float");
    add_rows(parts, "y", node->y, "real");
    if (draws)
        add_part(parts, "int first", "first");
}

static void add_backward(struct parts *parts, const struct node *node)
{
    if (node->layer->n_weights > 0)
        add_part(parts, "const struct transposed *restrict t",
                 "&a->transposed");
    add_rows(parts, "dy", node->dy, "const real");
    add_rows(parts, "mask", node->mask, "const float");
    add_rows(parts, "dx", node->dx, "real");
}

static void add_loss(struct parts *parts, const struct node *node)
{
    const struct program *program = parts->emission->program;
    struct arena *arena = parts->emission->arena;
    long long stride = (long long)row_stride(width(node->x));
    const struct tensor *tensors[] = {
        node->x, program->kind == PROGRAM_TRAIN ? NULL : node->y,
        program->target, node->dx};
    static const char *const names[] = {"z", "y", "target", "dz"};
    add_part(parts, "const struct guss_batch *batch", "batch");
    for (int i = 0; i < 4; i++)
        if (tensors[i])
            add_part(parts,
                     arena_printf(arena, "%s (*%s)[%lld]",
                                  i < 3 ? "const real" : "real", names[i],
                                  stride),
                     rows_text(parts->emission, tensors[i], false));
    add_part(parts, "int first", "first");
    add_part(parts, "struct guss_sums *sums", "&a->sums[first / TILE]");
}

static void add_gradient(struct parts *parts, const struct node *node)
{
    parts->whole = !node->by_lane;
    add_rows(parts, "x", node->x, "const real");
    add_rows(parts, "dy", node->dy, "const real");
    if (node->by_lane) {
        add_part(parts, "struct lane *restrict g", "lane");
        add_part(parts, "bool starts", "starts");
        return;
    }
    add_part(parts, "struct weights *restrict g", "&a->gradients");
    add_part(parts, "int rows", "n_rows");
    add_part(parts, "int first", "first");
    add_part(parts, "int last", "last");
}

static struct parts node_parts(struct emission *emission,
                               const struct node *node)
{
    struct parts parts = {.emission = emission};
    switch (node->kind) {
    case NODE_FORWARD:
        add_forward(&parts, node);
        break;
    case NODE_ACTIVATE:
        if (!is_in_place(node))
            add_rows(&parts, "x", node->x, "const real");
        add_rows(&parts, "y", node->y, "real");
        break;
    case NODE_LOSS:
        add_loss(&parts, node);
        break;
    case NODE_ACTIVATE_BACKWARD:
        assert(node->dx->storage == node->dy->storage);
        add_rows(&parts, "y", node->slope_of, "const real");
        add_rows(&parts, "dy", node->dx, "real");
        break;
    case NODE_BACKWARD:
        add_backward(&parts, node);
        break;
    case NODE_GRADIENT:
        add_gradient(&parts, node);
        break;
    }
    return parts;
}

void emit_node_head(struct emission *emission, const struct node *node)
{
    struct parts parts = node_parts(emission, node);
    ctext_function(&emission->c,
                   arena_printf(emission->arena, "static void %s",
                                node_identifier(emission, node)),
                   parts.parameters, parts.n);
}

void emit_node_call(struct emission *emission, const struct node *node)
{
    struct parts parts = node_parts(emission, node);
    ctext_call(&emission->c, node_identifier(emission, node), parts.arguments,
               parts.n);
}

/* ---- activations ---------------------------------------------------- */

/* "guss_relu(z)", "guss_elu(z, 0.3f)" */
static const char *activation_call(struct emission *emission,
                                   const char *function,
                                   const struct activation_use *use,
                                   const char *operand)
{
    if (!activation_facts(use->kind)->takes_alpha)
        return arena_printf(emission->arena, "%s(%s)", function, operand);
    return arena_printf(emission->arena, "%s(%s, (real)%s)", function, operand,
                        ctext_real(emission->arena, use->alpha));
}

static const char *activation_formula(struct emission *emission,
                                      const struct activation_use *use)
{
    const struct activation_facts *facts = activation_facts(use->kind);
    if (!facts->takes_alpha)
        return facts->formula;
    return arena_printf(emission->arena, "%s; alpha = %s", facts->formula,
                        ctext_real(emission->arena, use->alpha));
}

static void emit_activate(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    const struct activation_facts *facts =
        activation_facts(node->activation.kind);
    const char *from = is_in_place(node) ? "y" : "x";
    emit_layer_comment(emission, node->layer, "y = %s%s",
                       activation_formula(emission, &node->activation),
                       is_in_place(node) ? ", in place" : "");
    emit_node_head(emission, node);
    ctext_line(c, "for (int n = 0; n < TILE; n++)");
    ctext_indent(c);
    long long channels = node->y->shape.size[node->y->shape.rank - 1];
    if (facts->is_row) {
        ctext_line(c, "for (int i = 0; i < %lld; i += %lld)", width(node->y),
                   channels);
        ctext_line(c, "    %s(%lld, &%s[n][i], &y[n][i]);", facts->forward,
                   channels, from);
    } else {
        const char *operand = arena_printf(emission->arena, "%s[n][i]", from);
        ctext_line(c, "for (int i = 0; i < %lld; i++)", width(node->y));
        ctext_line(c, "    y[n][i] = %s;",
                   activation_call(emission, facts->forward, &node->activation,
                                   operand));
    }
    ctext_outdent(c);
    ctext_close(c, "");
}

static void emit_slope(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    const struct activation_facts *facts =
        activation_facts(node->activation.kind);
    emit_layer_comment(emission, node->layer,
                       "dz = dy * the slope of %s at %s, in place",
                       facts->word ? facts->word : "leaky_relu",
                       facts->needs_input ? "its input y" : "its output y");
    emit_node_head(emission, node);
    ctext_line(c, "for (int n = 0; n < TILE; n++)");
    ctext_indent(c);
    long long channels = node->dx->shape.size[node->dx->shape.rank - 1];
    if (facts->is_row) {
        ctext_line(c, "for (int i = 0; i < %lld; i += %lld)", width(node->dx),
                   channels);
        ctext_line(c, "    %s(%lld, &y[n][i], &dy[n][i], &dy[n][i]);",
                   facts->slope, channels);
    } else {
        ctext_line(c, "for (int i = 0; i < %lld; i++)", width(node->dx));
        ctext_line(c, "    dy[n][i] *= %s;",
                   activation_call(emission, facts->slope, &node->activation,
                                   "y[n][i]"));
    }
    ctext_outdent(c);
    ctext_close(c, "");
}

/* ---- the loss ------------------------------------------------------- */

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
    const struct loss_facts *facts = loss_facts(emission->plan->schedule->loss);
    const struct activation_facts *activation =
        activation_facts(node->activation.kind);
    bool fused = node->activation.kind != ACTIVATION_LINEAR;
    ctext_comment(&emission->c,
                  "%s: the mean of %s%s%s%s, and its gradient dz. Rows "
                  "beyond the batch's samples have neither.",
                  facts->word, facts->formula, fused ? " with y = " : "",
                  fused ? activation->word : "",
                  fused ? "(z), from the logits z" : "");
}

static void emit_loss(struct emission *emission, const struct node *node)
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
    ctext_line(c, "real scale = 1 / ((real)batch->count * %lld);", terms);
    ctext_line(c, "*sums = (struct guss_sums){0};");
    bool has_metrics = emission->program->kind != PROGRAM_TRAIN;
    ctext_line(c, "for (int n = 0; n < valid; n++)%s", has_metrics ? " {" : "");
    ctext_indent(c);
    if (has_metrics)
        ctext_line(c, "guss_add_metrics(%lld, y[n], target[n], sums);",
                   elements);
    if (group < elements) {
        ctext_line(c, "for (int i = 0; i < %lld; i += %lld)", elements, group);
        ctext_indent(c);
    }
    const char *at = group < elements ? "[n] + i" : "[n]";
    ctext_assign(
        c, "sums->loss +=",
        arena_printf(emission->arena, "%s(%lld, z%s, target%s, scale, dz%s)",
                     fused ? facts->logits : facts->row, group, at, at, at));
    if (group < elements)
        ctext_outdent(c);
    ctext_outdent(c);
    if (has_metrics)
        ctext_line(c, "}");
    if (emission->program->kind == PROGRAM_TRAIN) {
        ctext_line(c, "for (int n = valid; n < TILE; n++)");
        ctext_line(c, "    memset(dz[n], 0, sizeof dz[n]);");
    }
    ctext_close(c, "");
}

/* ---- the program ---------------------------------------------------- */

/* True the first time that a function is asked for: programs share those of
 * layers. */
static bool is_first(struct emission *emission, const struct node *node)
{
    if (node->kind == NODE_LOSS)
        return true;
    const char *role =
        arena_printf(emission->arena, "%s is emitted", node_role(node));
    for (const struct identifier *known = emission->identifiers; known;
         known = known->next)
        if (known->owner == node->layer && strcmp(known->role, role) == 0)
            return false;
    identifier(emission, NULL, node->layer, "", role);
    return true;
}

static void emit_node(struct emission *emission, const struct node *node)
{
    static void (*const emitters[])(struct emission *, const struct node *) = {
        [NODE_ACTIVATE] = emit_activate,
        [NODE_LOSS] = emit_loss,
        [NODE_ACTIVATE_BACKWARD] = emit_slope,
    };
    const struct layer_kind *kind = node->layer->kind;
    switch (node->kind) {
    case NODE_FORWARD:
        kind->emit_forward(emission, node);
        break;
    case NODE_BACKWARD:
        kind->emit_backward(emission, node);
        break;
    case NODE_GRADIENT:
        kind->emit_gradient(emission, node);
        break;
    default:
        emitters[node->kind](emission, node);
    }
    ctext_blank(&emission->c);
}

bool program_has_rows(const struct program *program)
{
    for (int i = 0; i < program->n_tensors; i++)
        if (program->tensors[i]->is_used &&
            program->tensors[i]->storage->whole_batch)
            return true;
    return false;
}

bool program_has_tile(const struct program *program)
{
    for (int i = 0; i < program->n_tensors; i++)
        if (program->tensors[i]->is_used &&
            !program->tensors[i]->storage->whole_batch)
            return true;
    return false;
}

bool program_has_lanes(const struct program *program)
{
    for (const struct node *node = program->nodes; node; node = node->next)
        if (node->by_lane)
            return true;
    return false;
}

static void emit_gathers(struct emission *emission,
                         const struct program *program)
{
    struct arena *arena = emission->arena;
    const struct tensor *rows[] = {program->input, program->target};
    bool has_labels = program->target != program->input;
    for (int i = 0; i < 1 + has_labels; i++) {
        const char *const arguments[] = {
            "batch",
            arena_printf(arena, "%lld", width(rows[i])),
            arena_printf(arena, "%lld", (long long)row_stride(width(rows[i]))),
            arena_printf(arena, "%s%s", rows_text(emission, rows[i], true),
                         rows[i]->storage->whole_batch ? "[first]" : "[0]"),
            "first",
            "first + TILE"};
        ctext_call(&emission->c, i ? "guss_gather_labels" : "guss_gather",
                   arguments, 6);
    }
}

static void emit_tile_head(struct emission *emission,
                           const struct program *program)
{
    struct ctext *c = &emission->c;
    const char *name = program_identifier(emission, program);
    static const char *const what[] = {
        [PROGRAM_TRAIN] = "forward, loss, backward",
        [PROGRAM_EVALUATE] = "forward, loss, metrics",
        [PROGRAM_PREDICT] = "forward",
    };
    ctext_comment(c,
                  "A tile of samples, from number `first` of the batch on: "
                  "%s.%s",
                  what[program->kind],
                  program_has_lanes(program)
                      ? " Gradients are added to those of the lane."
                      : "");
    const char *parameters[6];
    int n = 0;
    parameters[n++] = "struct arena *a";
    if (program_has_tile(program))
        parameters[n++] =
            arena_printf(emission->arena, "struct %s_tile *tile", name);
    if (program->kind != PROGRAM_PREDICT)
        parameters[n++] = "const struct guss_batch *batch";
    parameters[n++] = "int first";
    if (program_has_lanes(program)) {
        parameters[n++] = "struct lane *lane";
        parameters[n++] = "bool starts";
    }
    ctext_function(
        c, arena_printf(emission->arena, "static void %s_one_tile", name),
        parameters, n);
}

/* One tile through the program, but for gradients that wait for the batch. */
static void emit_tile(struct emission *emission, const struct program *program)
{
    struct ctext *c = &emission->c;
    const char *name = program_identifier(emission, program);
    emit_tile_head(emission, program);
    if (program->kind == PROGRAM_PREDICT && !program->nodes) {
        ctext_line(c, "(void)a;");
        ctext_line(c, "(void)first;");
    } else if (program_has_rows(program)) {
        ctext_line(c, "struct %s_rows *rows = &a->%s.rows;", name, name);
    }
    if (program->kind != PROGRAM_PREDICT)
        emit_gathers(emission, program);
    for (const struct node *node = program->nodes; node; node = node->next)
        if (node->kind != NODE_GRADIENT || node->by_lane)
            emit_node_call(emission, node);
    ctext_close(c, "");
    ctext_blank(c);
}

void emit_program_functions(struct emission *emission,
                            const struct program *program)
{
    for (const struct node *node = program->nodes; node; node = node->next)
        if (is_first(emission, node))
            emit_node(emission, node);
    emit_tile(emission, program);
}
