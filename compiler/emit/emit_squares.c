/* Sums of squares of gradients, where a step asks for their norms.
 *
 * An update is divided into units of rows or columns (struct split); each has
 * a sum of its own, in an order that the unit alone decides, and whoever wants
 * a norm adds the sums in their order: the bits do not depend on the number of
 * workers. */
#include "compiler/emit/emit.h"

const char *squares_member(struct emission *emission,
                           const struct program *program)
{
    return arena_printf(emission->arena, "a->%s_squares",
                        program_identifier(emission, program));
}

const char *squares_identifier(struct emission *emission,
                               const struct weight_plan *leader)
{
    return layer_identifier(
        emission, leader->layer,
        arena_printf(emission->arena, "%s_squares", leader->weight->name));
}

static const char *name_of(struct emission *emission,
                           const struct weight_plan *weight)
{
    return weight_identifier(emission, weight->layer, weight->weight);
}

/* "squares->kernel[i / 8]" */
static const char *sum_of(struct emission *emission,
                          const struct weight_plan *weight, const char *part)
{
    return arena_printf(emission->arena, "squares->%s[%s]",
                        name_of(emission, weight), part);
}

static const char *of_loop(struct emission *emission, const char *name,
                           int64_t unit)
{
    return expr_text(expr_divide(expr_name(emission->arena, name),
                                 expr_constant(emission->arena, unit)));
}

/* The sum of a part becomes that of `rows` x `columns` squares from `at` on,
 * without the padding. */
static void emit_sum_of_squares(struct emission *emission,
                                const struct weight_plan *weight,
                                const char *part, const char *rows,
                                const char *columns, const char *at)
{
    struct ctext *c = &emission->c;
    const char *sum = sum_of(emission, weight, part);
    ctext_line(c, "%s = 0;", sum);
    ctext_line(c, "guss_add_squares(%s, %s, %lld, &a->%s.%s, &%s);", rows,
               columns, (long long)weight->stride,
               gradient_member(emission, weight), at, sum);
}

/* The loop over units: `count` rows or columns, of which n are of one. */
static const char *open_units(struct emission *emission, const char *name,
                              const struct split *split, int64_t count)
{
    struct ctext *c = &emission->c;
    long long unit = split->unit;
    const char *last = "last";
    if (unit == 1) {
        ctext_open(c, "for (int %s = first; %s < last; %s++)", name, name,
                   name);
        return "1";
    }
    ctext_open(c, "for (int %s = first; %s < last; %s += %lld)", name, name,
               name, unit);
    if (count < split->extent) {
        last = "end";
        ctext_line(c, "int end = last < %lld ? last : %lld;", (long long)count,
                   (long long)count);
    }
    ctext_line(c, "int n = %s - %s < %lld ? %s - %s : %lld;", last, name, unit,
               last, name, unit);
    return "n";
}

static void emit_rows(struct emission *emission,
                      const struct weight_plan *weight)
{
    struct arena *arena = emission->arena;
    const struct split *split = &weight->split;
    const char *n = open_units(emission, "i", split, weight->rows);
    const char *at = arena_printf(arena, "%s[i][0]", name_of(emission, weight));
    const struct expr *rows =
        split->unit == 1 ? expr_constant(arena, 1) : expr_name(arena, n);
    emit_rest_of_gradient(emission, weight,
                          expr_text(expr_times(rows, weight->stride)), at);
    emit_sum_of_squares(
        emission, weight, of_loop(emission, "i", split->unit), n,
        arena_printf(arena, "%lld", (long long)weight->columns), at);
    ctext_close(&emission->c, "");
}

/* A unit of columns is one of every row. Gradients by columns are of the whole
 * batch: only a penalty can be missing. */
static void emit_columns(struct emission *emission,
                         const struct weight_plan *weight)
{
    struct arena *arena = emission->arena;
    const struct split *split = &weight->split;
    if (weight_penalty(weight)) {
        ctext_open(&emission->c, "for (int i = 0; i < %lld; i++)",
                   (long long)weight->rows);
        emit_rest_of_gradient(
            emission, weight, "last - first",
            arena_printf(arena, "%s[i][first]", name_of(emission, weight)));
        ctext_close(&emission->c, "");
    }
    const char *n = open_units(emission, "j", split, weight->columns);
    emit_sum_of_squares(
        emission, weight, of_loop(emission, "j", split->unit),
        arena_printf(arena, "%lld", (long long)weight->rows), n,
        arena_printf(arena, "%s[0][j]", name_of(emission, weight)));
    ctext_close(&emission->c, "");
}

/* A vector goes with all columns of a share, or with the first row. */
static void emit_vector(struct emission *emission,
                        const struct weight_plan *weight)
{
    struct arena *arena = emission->arena;
    const struct split *split = &weight->leader->split;
    const char *n, *part = "0", *first = "0";
    if (split->by_columns) {
        n = open_units(emission, "j", split, weight->columns);
        part = of_loop(emission, "j", split->unit);
        first = "j";
    } else {
        ctext_open(&emission->c, "if (first == 0)");
        n = arena_printf(arena, "%lld", (long long)weight->columns);
    }
    const char *at =
        arena_printf(arena, "%s[%s]", name_of(emission, weight), first);
    emit_rest_of_gradient(emission, weight, n, at);
    emit_sum_of_squares(emission, weight, part, "1", n, at);
    ctext_close(&emission->c, "");
}

static void emit_leader(struct emission *emission,
                        const struct weight_plan *leader)
{
    struct ctext *c = &emission->c;
    const struct plan *plan = emission->plan;
    ctext_comment(c,
                  "Gradients of %s's %s and their squares: %s first..last - "
                  "1.",
                  leader->layer->name, names_of_update(emission, leader),
                  leader->split.by_columns ? "columns" : "rows");
    ctext_function(c,
                   "static void %s(struct arena *restrict a, int first, "
                   "int last%s)",
                   squares_identifier(emission, leader),
                   leader->gradient == GRADIENT_SHARDS ? ", int shards" : "");
    if (leader->role == WEIGHT_VECTOR)
        ctext_line(c, "(void)last;");
    ctext_line(c, "struct %s_squares *squares = &%s;",
               program_identifier(emission, emission->program),
               squares_member(emission, emission->program));
    if (leader->folded.rows > 0)
        emit_unfold(emission, leader);
    for (int i = 0; i < plan->n_weights; i++) {
        const struct weight_plan *weight = &plan->weights[i];
        if (weight->leader != leader)
            continue;
        if (weight->role == WEIGHT_VECTOR)
            emit_vector(emission, weight);
        else if (weight->split.by_columns)
            emit_columns(emission, weight);
        else
            emit_rows(emission, weight);
    }
    ctext_close(c, "");
}

void emit_squares(struct emission *emission, const struct program *program)
{
    for (const struct weight_plan *leader = program->updates; leader;
         leader = leader->next_update)
        emit_leader(emission, leader);
}
