/* Functions of nodes: their names, parameters and calls. A function works on
 * one tile; a gradient over the whole batch on all rows at once. */
#include <ctype.h>
#include <string.h>

#include "base/file.h"
#include "compiler/emit/emit.h"

/* True for an operation that computes the activation of the layer behind it,
 * too. */
static bool takes_activation(const struct node *node)
{
    return node->activation.kind != ACTIVATION_LINEAR &&
           activation_of(node->layer).kind == ACTIVATION_LINEAR;
}

static bool needs_batch(const struct node *node)
{
    return node->operation &&
           primitive_info(node->operation->primitive)->needs_batch;
}

static bool normalises(const struct node *node)
{
    return needs_batch(node) && node->mode == MODE_TRAINING;
}

/* The role of a node's function, part of its name. Layers that are their own
 * activation have nothing else to be named for. */
static const char *node_role(const struct emission *emission,
                             const struct node *node)
{
    static const char *const roles[] = {
        [NODE_PAD] = "pad",
        [NODE_FORWARD] = "forward",
        [NODE_LOSS] = "loss",
        [NODE_PENALTY] = "penalty",
        [NODE_SUM] = "gradient_sum",
        [NODE_ACTIVATE_BACKWARD] = "activation_backward",
        [NODE_BACKWARD] = "backward",
        [NODE_GRADIENT] = "gradient",
        [NODE_MOMENTS] = "moments",
        [NODE_BACKWARD_MOMENTS] = "backward_moments",
    };
    if (node->kind == NODE_TRANSPOSE)
        return node->y->batch_innermost ? "to_vectors" : "to_rows";
    if (node->kind == NODE_ACTIVATE)
        return node_is_in_place(node) ? "activate" : "activated";
    if (node->kind == NODE_FORWARD && needs_batch(node))
        return node->mode == MODE_TRAINING ? "normalise" : "forward";
    if (node->kind == NODE_PAD && strcmp(node->y->role, "dpadded") == 0)
        return node->x ? "pad_gradient" : "zero_gradient_margins";
    if (node->kind == NODE_PAD && !node->x)
        return "zero_margins";
    if (node->kind == NODE_FORWARD && takes_activation(node))
        return arena_printf(emission->arena, "forward_%s",
                            activation_info(node->activation.kind)->forward +
                                strlen("guss_"));
    return roles[node->kind];
}

/* True where the gradient of what a node reads takes the place of `dy`. */
static bool goes_back_in_place(const struct node *node)
{
    bool goes_back =
        node->kind == NODE_ACTIVATE_BACKWARD || node->kind == NODE_PENALTY;
    return goes_back && node_is_in_place(node);
}

/* All that the text of a node's function depends on besides its layer and role:
 * the layout, the extents, in place or not, which input, what of another layer
 * is computed with it. */
static const char *node_variant(struct emission *emission,
                                const struct node *node)
{
    const struct tensor *const tensors[] = {node->x,     node->y,
                                            node->dx,    node->dy,
                                            node->mask,  node->derivative_of,
                                            node->addend};
    struct text text = text_new(emission->arena);
    const struct activation_use *activation = &node->activation;
    text_printf(&text, "%s %d %d %d %d %d %d %d", node_role(emission, node),
                node->operation ? node->operation->index : -1,
                (int)activation->kind, node->batch_innermost, node->input,
                node->n_inputs, needs_batch(node) ? node->mode : MODE_TRAINING,
                node->by_shard + 2 * (node->adds_up && !node->by_shard) +
                    4 * node->adds_dx);
    if (node->known)
        text_printf(&text, " known %s", node->known->layer->name);
    for (int i = 0; i < activation_arguments(activation->kind); i++)
        text_printf(&text, " %a", activation->arguments[i]);
    if (node->kind == NODE_PENALTY)
        text_printf(
            &text, " %lld",
            (long long)phase_loss_terms(emission->program->phase, node->loss));
    for (size_t i = 0; i < sizeof tensors / sizeof tensors[0]; i++)
        if (tensors[i])
            text_printf(&text, " %zu:%lld:%lld:%lld:%lld:%lld%s", i,
                        (long long)tensor_values(tensors[i]),
                        (long long)tensors[i]->margins[TOP],
                        (long long)tensors[i]->margins[LEFT],
                        (long long)tensor_values(tensor_whole(tensors[i])),
                        (long long)tensors[i]->before,
                        goes_back_in_place(node) ? "in place" : "");
    for (int i = 0; i < node->n_inputs; i++)
        text_printf(&text, " %lld:%lld%s",
                    (long long)tensor_values(tensor_whole(node->inputs[i])),
                    (long long)node->inputs[i]->before,
                    node_input_is_placed(node, i) ? "placed" : "");
    return text_string(&text);
}

/* "train_loss"; "train_loss_2" of a second one. */
static const char *loss_identifier(struct emission *emission,
                                   const struct node *node)
{
    const struct program *program = emission->program;
    int number = (int)(node->loss - program->phase->losses) + 1;
    const char *name = program_identifier(emission, program);
    return number == 1
               ? arena_printf(emission->arena, "%s_loss", name)
               : arena_printf(emission->arena, "%s_loss_%d", name, number);
}

const char *node_identifier(struct emission *emission, const struct node *node)
{
    if (node->kind == NODE_LOSS)
        return loss_identifier(emission, node);
    return variant_identifier(emission, node->layer, node_role(emission, node),
                              node_variant(emission, node));
}

/* ---- heads and calls ------------------------------------------------ */

/* The parameters of a node's function, and the arguments of its call. */
struct parts {
    struct emission *emission;
    const struct node *node;
    struct text parameters, arguments;
};

static void add_part(struct parts *parts, const char *parameter,
                     const char *argument)
{
    const char *comma = parts->parameters.length ? ", " : "";
    text_printf(&parts->parameters, "%s%s", comma, parameter);
    text_printf(&parts->arguments, "%s%s", comma, argument);
}

/* A tensor: that of the tile, which is all that it holds, or of one that holds
 * the batch's, what belongs to the tile that begins at `first`. */
const char *tensor_text(struct emission *emission, const struct tensor *tensor,
                        bool whole)
{
    const char *name =
        tensor_identifier(emission, emission->program, tensor_whole(tensor));
    if (!tensor->storage->whole_batch)
        return arena_printf(emission->arena, "tile->%s", name);
    if (whole)
        return arena_printf(emission->arena, "rows->%s", name);
    return arena_printf(emission->arena,
                        tensor->batch_innermost ? "rows->%s[first / TILE]"
                                                : "&rows->%s[first]",
                        name);
}

/* `constant`: "const " where it is only read; `alone`: "restrict " where nothing
 * else that is handed over lies there. */
static void add_tensor(struct parts *parts, const char *name,
                       const struct tensor *tensor, const char *constant,
                       const char *alone)
{
    struct arena *arena = parts->emission->arena;
    if (!tensor)
        return;
    const char *type = dtype_word(parts->emission, tensor->dtype);
    const char *parameter =
        tensor->batch_innermost
            ? arena_printf(arena, "%s%s *%s%s", constant, type, alone, name)
            : arena_printf(
                  arena, "%s%s (*%s%s)[%lld]", constant, type, alone, name,
                  (long long)row_stride(tensor_values(tensor_whole(tensor))));
    add_part(
        parts, parameter,
        tensor_text(parts->emission, tensor, node_is_over_batch(parts->node)));
}

/* Labels are made smoother in their place. */
static bool changes_target(const struct parts *parts)
{
    return parts->node->kind == NODE_LOSS &&
           parts->emission->program->phase->target.kind == TARGET_LABELS;
}

/* What a node reads, then what it writes. Inputs of a merging layer or a sum, x1,
 * x2, ..., may be one tensor, or in one place; so may what a loss is handed. */
static void add_tensors(struct parts *parts)
{
    const struct node *node = parts->node;
    bool is_loss = node->kind == NODE_LOSS,
         forward = node->kind == NODE_FORWARD;
    bool is_activation = node->kind == NODE_ACTIVATE_BACKWARD;
    bool back_in_place = goes_back_in_place(node);
    bool in_place = back_in_place ||
                    (node->kind == NODE_ACTIVATE && node_is_in_place(node));
    bool reads_y = node->kind == NODE_BACKWARD || node->kind == NODE_PENALTY ||
                   (is_loss && !program_trains(parts->emission->program));
    const char *alone = is_loss ? "" : "restrict ";
    for (int i = 0; i < node->n_inputs; i++)
        if (!node_input_is_placed(node, i))
            add_tensor(parts,
                       arena_printf(parts->emission->arena, "x%d", i + 1),
                       node->inputs[i], "const ", "");
    if (node->n_inputs == 0 && !in_place)
        add_tensor(parts, is_loss ? "z" : "x", node->x, "const ", alone);
    add_tensor(parts, "y", reads_y ? node->y : node->derivative_of, "const ",
               alone);
    add_tensor(parts, "target", node->target,
               changes_target(parts) ? "" : "const ", alone);
    if (!in_place)
        add_tensor(parts, "dy", node->dy, "const ", alone);
    add_tensor(parts, "added", node->addend, "const ", alone);
    add_tensor(parts, "mask", node->mask, forward ? "" : "const ", alone);
    if (!is_loss && !reads_y)
        add_tensor(parts, "y", node->y, "", alone);
    add_tensor(parts,
               back_in_place              ? "dy"
               : is_activation || is_loss ? "dz"
                                          : "dx",
               node->dx, "", alone);
}

static void add_kernel(struct parts *parts)
{
    const struct node *node = parts->node;
    if (node->layer->folded) {
        add_part(parts, "const struct folded *restrict w", "&a->folded");
        return;
    }
    if (node->reads_transposed)
        add_part(parts, "const struct transposed *restrict t",
                 "&a->transposed");
    bool reads_bias = node->kind == NODE_FORWARD && node->operation->bias;
    if (!node->reads_transposed || reads_bias)
        add_part(parts, "const struct weights *restrict w", "&a->weights");
}

/* A node's statistics: "batch" or "tiles[first / TILE]" of them. */
static void add_moments(struct parts *parts, const struct node *node,
                        const char *type, const char *name, const char *which)
{
    struct arena *arena = parts->emission->arena;
    add_part(parts,
             arena_printf(arena, "%s %s *%s", type,
                          moments_type(parts->emission, node->layer), name),
             arena_printf(arena, "&a->%s.%s",
                          moments_member(parts->emission, node), which));
}

/* Where a gradient is summed, and which part of it. */
static void add_sums(struct parts *parts)
{
    const struct node *node = parts->node;
    if (node->by_shard) {
        add_part(parts,
                 arena_printf(parts->emission->arena, "struct %s *restrict g",
                              parts->emission->program->shard->name),
                 "shard");
        add_part(parts, "bool first_tile",
                 node->adds_up ? "false" : "first_tile");
        return;
    }
    add_part(parts, "struct gradients *restrict g", "&a->gradients");
    if (needs_batch(node))
        return;
    add_part(parts, "int rows", "n_rows");
    add_part(parts, "int first", "units.first");
    add_part(parts, "int last", "units.last");
}

/* The same order for all: what keys it, weights, statistics, values, results. */
static void add_parts(struct parts *parts)
{
    struct arena *arena = parts->emission->arena;
    const struct node *node = parts->node;
    enum node_kind kind = node->kind;
    bool computes = kind == NODE_FORWARD || kind == NODE_BACKWARD;
    bool draws = kind == NODE_FORWARD &&
                 primitive_info(node->operation->primitive)->only_training;
    bool sums = kind == NODE_MOMENTS || kind == NODE_BACKWARD_MOMENTS;
    bool reads_moments =
        normalises(node) &&
        (computes || kind == NODE_GRADIENT || kind == NODE_BACKWARD_MOMENTS);
    bool is_loss = kind == NODE_LOSS || kind == NODE_PENALTY;
    bool counts =
        draws || sums || is_loss || (kind == NODE_BACKWARD && normalises(node));
    if (counts)
        add_part(parts, "const struct guss_batch *batch", "batch");
    if (draws)
        add_part(parts, "int rng_stream",
                 arena_printf(arena, "%d", node->rng_stream));
    bool reads_z = kind == NODE_BACKWARD_MOMENTS &&
                   node->activation.kind != ACTIVATION_LINEAR;
    if ((computes || reads_z) && node->operation->n_weights > 0)
        add_kernel(parts);
    if (reads_moments)
        add_moments(parts, node, "const struct", "moments", "batch");
    if (kind != NODE_GRADIENT || !needs_batch(node))
        add_tensors(parts);
    if (kind == NODE_GRADIENT)
        add_sums(parts);
    if (counts)
        add_part(parts, "int first", "first");
    if (sums)
        add_moments(parts, node, "struct", "tile_moments",
                    "tiles[first / TILE]");
    if (node->known)
        add_moments(parts, node->known, "const struct", "known",
                    "tiles[first / TILE]");
    if (is_loss)
        add_part(parts, "struct guss_sums *sums",
                 arena_printf(arena, "&a->%s[first / TILE]", node->loss->sums));
}

static struct parts parts_of(struct emission *emission, const struct node *node)
{
    struct parts parts = {.emission = emission,
                          .node = node,
                          .parameters = text_new(emission->arena),
                          .arguments = text_new(emission->arena)};
    add_parts(&parts);
    return parts;
}

const char *tensor_extents(struct emission *emission,
                           const struct tensor *tensor)
{
    struct text text = text_new(emission->arena);
    const int64_t *margins = tensor->margins;
    for (int i = 0; i < tensor->shape.rank; i++) {
        int64_t more = i == 0   ? margins[TOP] + margins[BOTTOM]
                       : i == 1 ? margins[LEFT] + margins[RIGHT]
                                : 0;
        text_printf(&text, "%s%lld", i ? ", " : "",
                    (long long)(tensor->shape.size[i] + more));
    }
    return text_string(&text);
}

void emit_node_head(struct emission *emission, const struct node *node)
{
    struct parts parts = parts_of(emission, node);
    ctext_function(&emission->c, "static void %s(%s)",
                   node_identifier(emission, node),
                   text_string(&parts.parameters));
}

/* What the user wrote, on one line, as a comment can hold it. */
static const char *statement_text(struct emission *emission,
                                  const struct layer *layer)
{
    const struct span *where = &layer->where;
    struct text text = text_new(emission->arena);
    const char *bytes = where->source->text;
    bool space = false;
    for (size_t i = where->first; i < where->last; i++) {
        unsigned char byte = (unsigned char)bytes[i];
        if (byte == '#')
            while (i < where->last && bytes[i] != '\n')
                i++;
        if (isspace(byte) || byte == '#') {
            space = true;
            continue;
        }
        if (space && text.length)
            text_puts(&text, " ");
        space = false;
        bool is_plain =
            byte < 127 && byte != '\\' && byte != '?' &&
            !(byte == '/' && i > where->first &&
              (bytes[i - 1] == '*' || bytes[i - 1] == '/')) &&
            !(byte == '*' && i > where->first && bytes[i - 1] == '/');
        text_append(&text, is_plain ? (const char *)&byte : ".", 1);
    }
    return text_string(&text);
}

/* What the user wrote, where, and the equation; that alone where a layer is not
 * written by its name. */
static void put_layer_comment(struct emission *emission,
                              const struct layer *layer, const char *equation)
{
    const struct source *source = layer->where.source;
    if (layer->is_implicit)
        ctext_comment(&emission->c, "%s", equation);
    else
        ctext_comment(&emission->c, "%s:%zu: %s\n%s",
                      text_shown(emission->arena, path_name(source->path)),
                      source_line(source, layer->where.first) + 1,
                      statement_text(emission, layer), equation);
}

void open_node(struct emission *emission, const struct node *node,
               const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    put_layer_comment(emission, node->layer,
                      arena_vprintf(emission->arena, format, arguments));
    va_end(arguments);
    emit_node_head(emission, node);
}

void emit_node_call(struct emission *emission, const struct node *node)
{
    struct parts parts = parts_of(emission, node);
    ctext_line(&emission->c, "%s(%s);", node_identifier(emission, node),
               text_string(&parts.arguments));
}

bool node_is_first(struct emission *emission, const struct node *node)
{
    return node->kind == NODE_LOSS ||
           function_is_first(emission, node_identifier(emission, node));
}
