/* Checks a plan between its passes: an interpreter of memory that holds values
 * and not numbers. */
#include "compiler/plan/verify.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_TOUCHED = 6 };

/* The memory of a program while its nodes run. */
struct run {
    struct arena *arena;
    const struct program *program;
    enum stage stage;
    const struct tensor **content; /* by storage: the value that it holds */
    int *segment;                  /* and between which cuts it was written */
    int segments;                  /* cuts so far */
    const struct node *node;
};

/* "forward of 'dense' in train a: ", before what is broken. */
static const char *at_node(struct arena *arena, const struct program *program,
                           const struct node *node)
{
    return arena_printf(arena, "%s of '%s' in %s %s: ", node_kind_name(node),
                        node->layer->name, program_name(program),
                        program->network->name);
}

/* ---- shapes ----------------------------------------------------------- */

static bool has_numbers(const struct tensor *tensor, int64_t numbers)
{
    return !tensor || shape_elements(&tensor->shape) == numbers;
}

static bool has_shape(const struct tensor *tensor, const struct shape *shape)
{
    return !tensor || shape_equal(&tensor->shape, shape);
}

/* True where a node's tensors have the sizes that it computes with. */
static bool shapes_agree(const struct node *node)
{
    const struct operation *operation = node->operation;
    const struct tensor *first = node->dy  ? node->dy
                                 : node->x ? node->x
                                           : node->inputs[0];
    int64_t numbers = shape_elements(&first->shape);
    switch (node->kind) {
    case NODE_PAD:
        return shape_equal(&node->x->shape, &node->y->shape);
    case NODE_TRANSPOSE:
        return tensor_values(node->x) == tensor_values(node->y) &&
               node->x->by_sample != node->y->by_sample;
    case NODE_FORWARD:
        return has_shape(node->x, &operation->input) &&
               has_shape(node->y, &operation->shape) &&
               has_shape(node->mask, &operation->shape);
    case NODE_BACKWARD:
    case NODE_GRADIENT:
        return has_shape(node->dy, &operation->shape) &&
               (node->input > 0 || (has_shape(node->x, &operation->input) &&
                                    has_shape(node->dx, &operation->input)));
    case NODE_MOMENTS:
    case NODE_BACKWARD_MOMENTS:
        return has_shape(node->x, &operation->input) &&
               has_shape(node->dy, &operation->shape);
    case NODE_SUM:
        for (int i = 1; i < node->n_inputs; i++)
            if (!has_numbers(node->inputs[i], numbers))
                return false;
        return has_numbers(node->y, numbers);
    default:
        return has_numbers(node->x, numbers) && has_numbers(node->y, numbers) &&
               has_numbers(node->dx, numbers) &&
               has_numbers(node->slope_of, numbers);
    }
}

static bool layouts_agree(const struct node *node)
{
    const struct tensor *const tensors[] = {node->x, node->y, node->dx,
                                            node->dy, node->slope_of};
    if (node->kind == NODE_TRANSPOSE)
        return true;
    for (size_t i = 0; i < sizeof tensors / sizeof tensors[0]; i++)
        if (tensors[i] && tensors[i]->by_sample != node->by_sample)
            return false;
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i]->by_sample != node->by_sample)
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

static void write(struct run *run, const struct tensor *tensor)
{
    int at = tensor->storage->index;
    run->content[at] = value_of(tensor);
    run->segment[at] = run->segments;
}

/* What is wrong with reading a tensor now, or NULL. */
static const char *read(const struct run *run, const struct tensor *tensor)
{
    int at = tensor->storage->index;
    const struct tensor *held = run->content[at];
    if (!held)
        return arena_printf(run->arena, "'%s' is read before it is written",
                            tensor->name);
    if (held != value_of(tensor))
        return arena_printf(run->arena,
                            "'%s' is read, and its memory holds '%s'",
                            tensor->name, held->name);
    if (run->stage == STAGE_PLACED && run->segment[at] != run->segments &&
        !tensor->storage->whole_batch)
        return arena_printf(run->arena,
                            "'%s' is read behind a cut, and kept for a tile",
                            tensor->name);
    return NULL;
}

/* True for what only exists to be read when all tiles are done. */
static bool waits_for_batch(const struct node *node)
{
    return node->kind == NODE_GRADIENT && !node->by_lane;
}

/* A gradient that is the batch's statistics reads no values. */
static bool reads_values(const struct node *node)
{
    return node->kind != NODE_GRADIENT ||
           !primitive_facts(node->operation->primitive)->needs_batch;
}

static int list_reads(const struct run *run, const struct node *node,
                      const struct tensor *list[MOST_TOUCHED])
{
    bool reads_y = node->kind == NODE_LOSS || node->kind == NODE_BACKWARD;
    bool reads_mask = node->kind == NODE_BACKWARD;
    const struct tensor *const touched[] = {
        node->x,
        node->dy,
        node->slope_of,
        reads_y ? node->y : NULL,
        reads_mask ? node->mask : NULL,
        node->kind == NODE_LOSS ? run->program->target : NULL};
    int n = 0;
    for (int i = 0; i < MOST_TOUCHED; i++)
        if (touched[i])
            list[n++] = touched[i];
    return n;
}

static int list_writes(const struct node *node,
                       const struct tensor *list[MOST_TOUCHED])
{
    bool reads_y = node->kind == NODE_LOSS || node->kind == NODE_BACKWARD;
    const struct tensor *const touched[] = {
        reads_y ? NULL : node->y, node->dx,
        node->kind == NODE_FORWARD ? node->mask : NULL};
    int n = 0;
    for (int i = 0; i < 3; i++)
        if (touched[i])
            list[n++] = touched[i];
    return n;
}

/* Value by value: what it reads may be what it writes. */
static bool is_elementwise(const struct node *node)
{
    return node->kind == NODE_ACTIVATE || node->kind == NODE_LOSS ||
           node->kind == NODE_ACTIVATE_BACKWARD;
}

static const char *read_all(const struct run *run)
{
    const struct node *node = run->node;
    const struct tensor *list[MOST_TOUCHED];
    const char *broken = NULL;
    int n = list_reads(run, node, list);
    for (int i = 0; i < n && !broken; i++)
        broken = read(run, list[i]);
    for (int i = 0; i < node->n_inputs && !broken; i++)
        broken = read(run, node->inputs[i]);
    return broken;
}

/* True where a value that the node reads, or another that it writes, lies where
 * it writes this one. */
static bool overwrites(const struct run *run, const struct tensor *written)
{
    const struct node *node = run->node;
    const struct tensor *list[MOST_TOUCHED];
    int n = list_reads(run, node, list);
    for (int i = 0; i < n; i++)
        if (list[i]->storage == written->storage)
            return true;
    for (int i = 0; i < node->n_inputs; i++)
        if (node->inputs[i]->storage == written->storage)
            return true;
    n = list_writes(node, list);
    for (int i = 0; i < n; i++)
        if (list[i] != written && list[i]->storage == written->storage)
            return true;
    return false;
}

static const char *write_all(struct run *run)
{
    const struct tensor *list[MOST_TOUCHED];
    int n = list_writes(run->node, list);
    for (int i = 0; i < n; i++) {
        if (!is_elementwise(run->node) && overwrites(run, list[i]))
            return arena_printf(run->arena,
                                "'%s' is written where another of its values "
                                "lies",
                                list[i]->name);
        write(run, list[i]);
    }
    return NULL;
}

static const char *run_node(struct run *run)
{
    const struct node *node = run->node;
    if (!shapes_agree(node))
        return "the sizes of its tensors do not agree";
    if (run->stage >= STAGE_LAID_OUT && !layouts_agree(node))
        return "the layouts of its tensors do not agree";
    if (waits_for_batch(node))
        return NULL;
    const char *broken = read_all(run);
    return broken ? broken : write_all(run);
}

/* What the gradients over the batch read when all tiles are done. */
static const char *run_over_batch(struct run *run)
{
    const struct node *node = run->node;
    if (!waits_for_batch(node) || !reads_values(node))
        return NULL;
    const struct tensor *const list[] = {node->x, node->dy};
    for (int i = 0; i < 2; i++) {
        const char *broken = read(run, list[i]);
        if (broken)
            return broken;
        if (run->stage == STAGE_PLACED && !list[i]->storage->whole_batch)
            return arena_printf(run->arena,
                                "'%s' is read over the batch, and kept for a "
                                "tile",
                                list[i]->name);
    }
    return NULL;
}

/* What others read when the program has run. */
static const char *read_results(const struct run *run)
{
    const struct program *program = run->program;
    const struct network *network = program->network;
    const char *broken = NULL;
    if (program->kind == PROGRAM_PREDICT)
        for (int i = 0; i < network->n_outputs && !broken; i++)
            broken = read(run, program->outputs[network->outputs[i]->index]);
    if (program->kind == PROGRAM_IMITATE)
        broken = read(run, program_result(program));
    return broken ? arena_printf(run->arena, "results of %s %s: %s",
                                 program_name(program), network->name, broken)
                  : NULL;
}

static struct run begin(struct arena *arena, const struct program *program,
                        enum stage stage)
{
    size_t n = (size_t)program->n_tensors;
    struct run run = {.arena = arena, .program = program, .stage = stage};
    run.content = arena_alloc(arena, n, sizeof *run.content);
    run.segment = arena_alloc(arena, n, sizeof *run.segment);
    memset(run.content, 0, n * sizeof *run.content);
    for (int i = 0; i < program->n_inputs; i++)
        write(&run, program->inputs[i]);
    if (program->target)
        write(&run, program->target);
    return run;
}

const char *verify_program(struct arena *arena, const struct program *program,
                           enum stage stage)
{
    struct run run = begin(arena, program, stage);
    const char *broken = NULL;
    const struct node *node;
    for (node = program->nodes; node && !broken; node = node->next) {
        run.node = node;
        broken = run_node(&run);
        run.segments += node->cut;
    }
    for (node = program->nodes; node && !broken; node = node->next) {
        run.node = node;
        broken = run_over_batch(&run);
    }
    if (broken)
        return arena_printf(arena, "%s%s", at_node(arena, program, run.node),
                            broken);
    return read_results(&run);
}

/* ---- updates ---------------------------------------------------------- */

/* How often an update steps a weight, as emitted; and how often it should. */
struct steps {
    int made, wanted;
};

static void count_steps(const struct plan *plan, const struct node *node,
                        struct steps *steps)
{
    const struct layer *layer = node->layer;
    for (int i = 0; i < layer->n_weights; i++) {
        const struct weight *weight = &layer->weights[i];
        const struct weight_plan *leader = weight_plan(plan, weight)->leader;
        if (weight->trainable && operation_uses(node->operation, weight))
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
