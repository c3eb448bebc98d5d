/* Checks a plan between its passes: an interpreter of memory that holds values
 * and not numbers. */
#include "compiler/plan/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The memory of a program while its nodes run. */
struct run {
    struct arena *arena;
    const struct program *program;
    enum stage stage;
    const struct tensor **content; /* by storage: the value that it holds */
    bool *is_written;              /* by tensor */
    int *segment;                  /* and between which cuts it was written */
    int *touched;                  /* or read last */
    int segments;                  /* cuts so far */
    bool is_over;                  /* all tiles are done */
    const struct node *node; /* that runs; NULL: others read the results */
    const char *broken;      /* the first promise that is */
};

/* "forward of 'dense' in train a: 'dense_x' is read before it is written" */
static void fail(struct run *run, const struct tensor *tensor, const char *why)
{
    struct text text = text_new(run->arena);
    if (run->broken)
        return;
    if (run->node)
        text_printf(&text, "%s of '%s' in ", node_kind_name(run->node),
                    run->node->layer->name);
    else
        text_puts(&text, "results of ");
    text_printf(&text, "%s %s: ", program_name(run->program),
                run->program->network->name);
    if (tensor)
        text_printf(&text, "'%s' ", tensor->name);
    text_puts(&text, why);
    run->broken = text_string(&text);
}

/* ---- shapes ----------------------------------------------------------- */

static bool has_shape(const struct tensor *tensor, const struct shape *shape)
{
    return !tensor || shape_equal(&tensor->shape, shape);
}

/* What an operation reads and makes has its shapes; of one with several inputs
 * the first is known. */
static bool shapes_are_of(const struct node *node,
                          const struct operation *operation)
{
    return has_shape(node->x, &operation->input) &&
           (node->input > 0 || has_shape(node->dx, &operation->input)) &&
           has_shape(node->y, &operation->shape) &&
           has_shape(node->dy, &operation->shape) &&
           has_shape(node->addend, &operation->shape) &&
           (!node->mask || has_shape(node->mask, &operation->drawn));
}

/* What goes value by value has as many of them everywhere. */
static bool has_numbers(const struct node *node, int64_t numbers)
{
    const struct tensor *tensor;
    for (int i = 0; (tensor = node_touched(node, i)); i++)
        if (shape_elements(&tensor->shape) != numbers)
            return false;
    return true;
}

static bool shapes_agree(const struct node *node)
{
    switch (node->kind) {
    case NODE_PAD:
        return has_shape(node->x, &node->y->shape);
    case NODE_TRANSPOSE:
        return tensor_values(node->x) == tensor_values(node->y) &&
               node->x->batch_innermost != node->y->batch_innermost;
    case NODE_FORWARD:
    case NODE_BACKWARD:
    case NODE_GRADIENT:
    case NODE_MOMENTS:
    case NODE_BACKWARD_MOMENTS:
        return shapes_are_of(node, node->operation);
    default:
        return has_numbers(node, shape_elements(&node_read(node, 0)->shape));
    }
}

static bool layouts_agree(const struct node *node)
{
    const struct tensor *tensor;
    if (node->kind == NODE_TRANSPOSE)
        return true;
    for (int i = 0; (tensor = node_touched(node, i)); i++)
        if (tensor->batch_innermost != node->batch_innermost)
            return false;
    return true;
}

/* Copies are of bytes. */
static bool types_agree(const struct node *node)
{
    const struct tensor *tensor;
    bool copies = node->kind == NODE_PAD || node->kind == NODE_TRANSPOSE;
    for (int i = 0; (tensor = node_touched(node, i)); i++)
        if (tensor->dtype == DTYPE_NONE ||
            (copies && tensor->dtype != node->y->dtype))
            return false;
    return true;
}

/* ---- memory ----------------------------------------------------------- */

void name_values(struct program *program)
{
    for (int i = 0; i < program->n_tensors; i++)
        program->tensors[i]->value = program->tensors[i]->storage;
}

static const struct tensor *value_of(const struct tensor *tensor)
{
    return tensor->value ? tensor->value : tensor->storage;
}

/* Parts of an image are written one by one: true where those together that are
 * written hold all channels of the tensor. */
static bool is_whole(const struct run *run, const struct tensor *tensor)
{
    int64_t at = tensor->before, end = at + tensor->shape.size[2];
    bool has_parts = tensor->whole;
    for (int i = 0; i < run->program->n_tensors && at < end; i++) {
        const struct tensor *part = run->program->tensors[i];
        bool is_of_it = tensor_whole(part) == tensor_whole(tensor);
        has_parts |= part->whole == tensor;
        if (is_of_it && run->is_written[i] && part->before <= at &&
            part->before + part->shape.size[2] > at) {
            at = part->before + part->shape.size[2];
            i = -1;
        }
    }
    return !has_parts || at >= end;
}

static void write(struct run *run, const struct tensor *tensor)
{
    int at = tensor->storage->index;
    run->is_written[tensor->index] = true;
    bool is_other = run->content[at] && run->content[at] != value_of(tensor);
    if (run->stage == STAGE_PLACED && is_other &&
        tensor->storage->whole_batch && run->touched[at] == run->segments &&
        !node_is_in_place(run->node))
        fail(run, tensor, "is written where other tiles have not yet read");
    run->content[at] = value_of(tensor);
    run->segment[at] = run->touched[at] = run->segments;
}

static void read(struct run *run, const struct tensor *tensor)
{
    int at = tensor->storage->index;
    const struct tensor *held = run->content[at];
    run->touched[at] = run->segments;
    bool is_kept = run->stage != STAGE_PLACED || tensor->storage->whole_batch ||
                   (!run->is_over && run->segment[at] == run->segments);
    if (!held || !is_whole(run, tensor))
        fail(run, tensor, "is read before it is written");
    else if (held != value_of(tensor))
        fail(run, tensor,
             arena_printf(run->arena, "is read, and its memory holds '%s'",
                          held->name));
    else if (!is_kept)
        fail(run, tensor,
             run->is_over ? "is read over the batch, and kept for a tile"
                          : "is read behind a cut, and kept for a tile");
}

/* True where what a node writes and another tensor are parts of one image, of
 * other channels, or a part and where it is added to. */
static bool are_parts(const struct node *node, const struct tensor *a,
                      const struct tensor *b)
{
    if (tensor_whole(a) != tensor_whole(b))
        return false;
    bool is_input = node->kind == NODE_FORWARD;
    int64_t end_a = a->before + a->shape.size[2];
    int64_t end_b = b->before + b->shape.size[2];
    return is_input || (node->adds_dx && a == b) || end_a <= b->before ||
           end_b <= a->before;
}

/* True where a value that the node reads, or another that it writes, lies where
 * it writes this one. */
static bool overwrites(const struct node *node, const struct tensor *written)
{
    const struct tensor *tensor;
    for (int i = 0; (tensor = node_read(node, i)); i++)
        if (tensor->storage == written->storage &&
            !are_parts(node, tensor, written))
            return true;
    for (int i = 0; (tensor = node_written(node, i)); i++)
        if (tensor != written && tensor->storage == written->storage)
            return true;
    return false;
}

static void run_node(struct run *run, const struct node *node)
{
    const struct tensor *tensor;
    run->node = node;
    if (!shapes_agree(node))
        fail(run, NULL, "the sizes of its tensors do not agree");
    else if (run->stage >= STAGE_LAID_OUT && !layouts_agree(node))
        fail(run, NULL, "the layouts of its tensors do not agree");
    else if (run->stage >= STAGE_LAID_OUT && !types_agree(node))
        fail(run, NULL, "the types of its tensors do not agree");
    if (run->broken || node_is_over_batch(node))
        return;
    for (int i = 0; (tensor = node_read(node, i)); i++)
        read(run, tensor);
    for (int i = 0; (tensor = node_written(node, i)); i++) {
        if (!node_overwritable(node) && overwrites(node, tensor))
            fail(run, tensor, "is written where another of its values lies");
        write(run, tensor);
    }
    run->segments += node->cut;
}

/* When all tiles are done: the gradients over the batch, and what others read. */
static void run_end(struct run *run)
{
    const struct program *program = run->program;
    const struct network *network = program->network;
    const struct tensor *tensor;
    run->is_over = true;
    for (run->node = program->nodes; run->node; run->node = run->node->next)
        for (int i = 0;
             node_reads_batch(run->node) && (tensor = node_read(run->node, i));
             i++)
            read(run, tensor);
    run->is_over = !program_predicts(program);
    for (int i = 0; !program->target && i < network->n_outputs; i++)
        read(run, program->outputs[network->outputs[i]->index]);
}

const char *verify_program(struct arena *arena, const struct program *program,
                           enum stage stage)
{
    size_t n = (size_t)program->n_tensors;
    struct run run = {.arena = arena, .program = program, .stage = stage};
    run.content = arena_alloc(arena, n, sizeof *run.content);
    run.segment = arena_alloc(arena, n, sizeof *run.segment);
    run.touched = arena_alloc(arena, n, sizeof *run.touched);
    run.is_written = arena_alloc(arena, n, sizeof *run.is_written);
    memset(run.content, 0, n * sizeof *run.content);
    memset(run.is_written, 0, n * sizeof *run.is_written);
    for (int i = 0; i < program->n_inputs; i++)
        write(&run, program->inputs[i]);
    if (program->target)
        write(&run, program->target);
    for (const struct node *node = program->nodes; node; node = node->next)
        run_node(&run, node);
    run_end(&run);
    return run.broken;
}

/* ---- updates ---------------------------------------------------------- */

/* How often an update steps a weight, as emitted; and how often it should. */
struct steps {
    int made, wanted;
};

static void count_steps(const struct plan *plan, const struct node *node,
                        struct steps *steps)
{
    const struct operation *operation = node->operation;
    for (int i = 0; i < operation->n_weights; i++) {
        const struct weight *weight = operation->weights[i];
        const struct weight_plan *leader = weight_plan(plan, weight)->leader;
        if (weight->trainable)
            steps[weight->index].wanted = 1;
        if (leader && leads_update(leader, node))
            steps[weight->index].made++;
    }
}

const char *verify_updates(struct arena *arena, const struct plan *plan)
{
    size_t n = (size_t)plan->n_weights;
    struct steps *steps = arena_alloc(arena, n, sizeof *steps);
    memset(steps, 0, n * sizeof *steps);
    for (const struct program *program = plan->programs; program;
         program = program->next)
        for (const struct node *node = program->nodes; node; node = node->next)
            if (node->kind == NODE_GRADIENT)
                count_steps(plan, node, steps);
    for (size_t i = 0; i < n; i++)
        if (steps[i].made != steps[i].wanted)
            return arena_printf(
                arena, "%s of '%s': stepped %d times in an update, not %d",
                plan->weights[i].weight->name, plan->weights[i].layer->name,
                steps[i].made, steps[i].wanted);
    return NULL;
}

void expect_none(const char *broken, const char *pass)
{
    if (!broken)
        return;
    fprintf(stderr,
            "error: a fault of guss itself, after %s: %s\n"
            "note: nothing is emitted; please report it, with the model\n",
            pass, broken);
    abort();
}
