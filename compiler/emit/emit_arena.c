/* The memory of a model: one struct, every extent fixed. */
#include "compiler/emit/emit.h"
#include "compiler/plan/optimizer.h"

/* "[9 * 16][16]", a matrix, or "[16]". */
static void emit_matrix(struct emission *emission,
                        const struct weight_plan *weight,
                        const struct matrix *matrix)
{
    struct ctext *c = &emission->c;
    const char *name =
        weight_identifier(emission, weight->layer, weight->weight);
    if (weight->weight->shape.rank == 1)
        ctext_line(c, "_Alignas(64) real %s[%lld];", name,
                   (long long)matrix->stride);
    else
        ctext_line(c, "_Alignas(64) real %s[%lld][%lld];", name,
                   (long long)matrix->rows, (long long)matrix->stride);
}

static void emit_weight(struct emission *emission,
                        const struct weight_plan *weight)
{
    emit_matrix(emission, weight,
                &(struct matrix){weight->rows, weight->stride});
}

/* A weight's place among sums of gradients: those of a kernel with an
 * upsampling in it are of that. */
static void emit_summed(struct emission *emission,
                        const struct weight_plan *weight)
{
    struct matrix matrix = weight_read(weight);
    emit_matrix(emission, weight, &matrix);
}

bool has_folded(const struct plan *plan)
{
    for (int i = 0; i < plan->n_weights; i++)
        if (plan->weights[i].folded.rows > 0)
            return true;
    return false;
}

static void emit_folded(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct plan *plan = emission->plan;
    if (!has_folded(plan))
        return;
    ctext_comment(c, "Kernels with the upsampling before them taken in, and "
                     "their biases; kept in step with the weights.");
    ctext_open(c, "struct folded");
    for (int i = 0; i < plan->n_weights; i++)
        if (plan->weights[i].folded.rows > 0)
            emit_summed(emission, &plan->weights[i]);
    ctext_close(c, ";");
    ctext_blank(c);
}

static void emit_weights(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct plan *plan = emission->plan;
    ctext_comment(c, "All weights, in Keras's layouts; rows are padded to "
                     "whole cache lines.");
    ctext_open(c, "struct weights");
    for (int i = 0; i < plan->n_weights; i++)
        emit_weight(emission, &plan->weights[i]);
    if (plan->n_weights == 0)
        ctext_line(c, "real none[%d]; /* no layer has weights */",
                   ROW_ALIGNMENT);
    ctext_close(c, ";");
    ctext_blank(c);
}

static bool has_gradients(const struct plan *plan)
{
    for (int i = 0; i < plan->n_weights; i++)
        if (plan->weights[i].has_own_gradient)
            return true;
    return false;
}

static void emit_gradients(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct plan *plan = emission->plan;
    if (!has_gradients(plan))
        return;
    ctext_comment(c, "The gradients that are not added up in the first lane.");
    ctext_open(c, "struct gradients");
    for (int i = 0; i < plan->n_weights; i++)
        if (plan->weights[i].has_own_gradient)
            emit_weight(emission, &plan->weights[i]);
    ctext_close(c, ";");
    ctext_blank(c);
}

bool has_transposed(const struct plan *plan)
{
    for (int i = 0; i < plan->n_weights; i++)
        if (plan->weights[i].transposed.rows > 0)
            return true;
    return false;
}

static void emit_transposed(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct plan *plan = emission->plan;
    if (!has_transposed(plan))
        return;
    ctext_comment(c, "Kernels that are read by columns as well, transposed "
                     "tap by tap; kept in step with the weights.");
    ctext_open(c, "struct transposed");
    for (int i = 0; i < plan->n_weights; i++)
        if (plan->weights[i].transposed.rows > 0)
            emit_matrix(emission, &plan->weights[i],
                        &plan->weights[i].transposed);
    ctext_close(c, ";");
    ctext_blank(c);
}

static void emit_row(struct emission *emission, const struct program *program,
                     const struct tensor *tensor)
{
    const char *name = tensor_identifier(emission, program, tensor);
    const char *type = tensor->is_mask ? "float" : "real";
    bool whole = tensor->storage->whole_batch;
    long long count = tensor_values(tensor);
    if (tensor->by_sample)
        ctext_line(&emission->c, "%s %s%s[%lld * TILE];", type, name,
                   whole ? "[TILES]" : "", count);
    else
        ctext_line(&emission->c, "%s %s[%s][%lld];", type, name,
                   whole ? "ROWS" : "TILE", (long long)row_stride(count));
}

/* Tensors that fusion left without a use have no member. */
static bool in_storage(const struct tensor *tensor,
                       const struct tensor *storage)
{
    return tensor->storage == storage && tensor->is_used;
}

/* One storage: a member, or a union of those that share it. */
static void emit_storage(struct emission *emission,
                         const struct program *program,
                         const struct tensor *storage)
{
    struct ctext *c = &emission->c;
    int sharing = 0;
    for (int i = 0; i < program->n_tensors; i++)
        sharing += in_storage(program->tensors[i], storage);
    if (sharing > 1)
        ctext_open(c, "union");
    for (int i = 0; i < program->n_tensors; i++)
        if (in_storage(program->tensors[i], storage))
            emit_row(emission, program, program->tensors[i]);
    if (sharing > 1)
        ctext_close(c, ";");
}

static void emit_storages(struct emission *emission,
                          const struct program *program, bool whole_batch)
{
    for (int i = 0; i < program->n_tensors; i++) {
        const struct tensor *tensor = program->tensors[i];
        if (tensor->storage == tensor && tensor->whole_batch == whole_batch)
            emit_storage(emission, program, tensor);
    }
}

static void emit_rows(struct emission *emission, const struct program *program)
{
    struct ctext *c = &emission->c;
    static const char *const words[] = {
        [PROGRAM_TRAIN] = "an update",
        [PROGRAM_TRAIN_DISCRIMINATOR] = "an update of the discriminator",
        [PROGRAM_TRAIN_GENERATOR] = "an update of the generator",
        [PROGRAM_IMITATE] = "imitating samples",
        [PROGRAM_EVALUATE] = "an evaluation",
        [PROGRAM_PREDICT] = "a prediction",
    };
    const char *name = program_identifier(emission, program);
    if (program_has_rows(program)) {
        ctext_comment(c, "What %s keeps of every sample, a row each.",
                      words[program->kind]);
        ctext_open(c, "struct %s_rows", name);
        emit_storages(emission, program, true);
        ctext_close(c, ";");
        ctext_blank(c);
    }
    if (program_has_tile(program)) {
        ctext_comment(c,
                      "What %s keeps of one tile of samples; what shares "
                      "memory shows as a union.",
                      words[program->kind]);
        ctext_open(c, "struct %s_tile", name);
        emit_storages(emission, program, false);
        ctext_close(c, ";");
        ctext_blank(c);
    }
}

const char *lane_type(const struct emission *emission,
                      const struct program *program)
{
    if (!emission->plan->discriminator)
        return "lane";
    return program->kind == PROGRAM_TRAIN_GENERATOR ? "generator_lane"
                                                    : "discriminator_lane";
}

const char *lanes_member(const struct emission *emission,
                         const struct program *program)
{
    if (!emission->plan->discriminator)
        return "lanes";
    return program->kind == PROGRAM_TRAIN_GENERATOR ? "generator_lanes"
                                                    : "discriminator_lanes";
}

const char *rows_member(struct emission *emission,
                        const struct program *program)
{
    if (program->kind == PROGRAM_IMITATE)
        return "a->imitations";
    return arena_printf(emission->arena, "a->%s.rows",
                        program_identifier(emission, program));
}

static void emit_lane(struct emission *emission, const struct program *program)
{
    struct ctext *c = &emission->c;
    if (!program_has_lanes(program))
        return;
    ctext_comment(c, "The sum of gradients over one lane's tiles.");
    ctext_open(c, "struct %s", lane_type(emission, program));
    for (const struct node *node = program->nodes; node; node = node->next)
        for (int i = 0;
             node->by_lane && !node->adds_up && i < node->layer->n_weights; i++)
            emit_summed(emission,
                        weight_plan(emission->plan, &node->layer->weights[i]));
    ctext_close(c, ";");
    ctext_blank(c);
}

static void emit_program_memory(struct emission *emission,
                                const struct program *program)
{
    struct ctext *c = &emission->c;
    const char *name = program_identifier(emission, program);
    ctext_open(c, "struct");
    bool is_apart = program->kind == PROGRAM_IMITATE;
    if (program_has_rows(program) && !is_apart)
        ctext_line(c, "_Alignas(64) struct %s_rows rows;", name);
    if (is_apart && !program_has_tile(program))
        ctext_line(c, "char none; /* all is in its rows */");
    if (program_has_tile(program))
        ctext_line(c, "_Alignas(64) struct %s_tile tiles[LANES];", name);
    ctext_close(c, arena_printf(emission->arena, " %s;", name));
}

static void emit_training_memory(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct plan *plan = emission->plan;
    if (has_gradients(plan))
        ctext_line(c, "struct gradients gradients;");
    for (int i = 0; i < slot_count(plan); i++)
        ctext_line(c, "struct weights %s;", slot_member(emission, i));
    for (const struct program *program = plan->programs; program;
         program = program->next) {
        if (program_has_lanes(program))
            ctext_line(c, "struct %s %s[LANES];", lane_type(emission, program),
                       lanes_member(emission, program));
        if (program->kind == PROGRAM_IMITATE)
            ctext_line(c, "_Alignas(64) struct imitate_rows imitations;");
    }
    ctext_line(c, "struct guss_sums sums[TILES];");
    if (plan->discriminator)
        ctext_line(c, "struct guss_sums generator_sums[TILES];");
}

void emit_arena(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct plan *plan = emission->plan;
    emit_weights(emission);
    emit_transposed(emission);
    emit_folded(emission);
    emit_gradients(emission);
    for (const struct program *program = plan->programs; program;
         program = program->next)
        emit_lane(emission, program);
    emit_moments_types(emission);
    for (const struct program *program = plan->programs; program;
         program = program->next)
        emit_rows(emission, program);
    ctext_comment(c, "Everything: one block of memory, nothing allocated "
                     "later.");
    ctext_open(c, "struct arena");
    ctext_line(c, "_Alignas(64) struct weights weights;");
    if (has_transposed(plan))
        ctext_line(c, "struct transposed transposed;");
    if (has_folded(plan))
        ctext_line(c, "struct folded folded;");
    if (plan->trained)
        emit_training_memory(emission);
    emit_moments_members(emission);
    ctext_open(c, "union");
    for (const struct program *program = plan->programs; program;
         program = program->next)
        emit_program_memory(emission, program);
    ctext_close(c, ";");
    ctext_close(c, ";");
    ctext_blank(c);
}
