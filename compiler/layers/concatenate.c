/* Concatenate(axis=-1): its inputs behind each other along one axis. Axes are
 * numbered as Keras does: 0 is the batch, 1 a sample's first. */
#include "compiler/layers/layer.h"

/* The axis of a sample, from 0; -1 after an error. */
static int find_axis(struct inference *inference)
{
    const struct layer *layer = inference->layer;
    const struct shape *first = &layer->inputs[0]->shape;
    int64_t axis = layer_integer(layer, "axis");
    if (axis >= 1 && axis <= first->rank)
        return (int)axis - 1;
    if (axis <= -1 && axis >= -first->rank)
        return (int)(axis + first->rank);
    const char *most =
        first->rank > 1 ? arena_printf(inference->arena, " to %d or -1 to -%d",
                                       first->rank, first->rank)
                        : " or -1";
    diag_error(inference->diags, layer_argument_where(layer, "axis"),
               "the axes of %s are 1%s, not %lld",
               shape_text(inference->arena, first), most, (long long)axis);
    infer_note_input(inference, 0);
    return -1;
}

/* Why an input cannot be joined to the first, or NULL. */
static const char *misfit(struct arena *arena, const struct shape *first,
                          const struct shape *other, int axis)
{
    if (first->rank != other->rank)
        return arena_printf(arena, "they have %d and %d axes", first->rank,
                            other->rank);
    for (int i = 0; i < first->rank; i++)
        if (i != axis && first->size[i] != other->size[i])
            return arena_printf(arena, "along axis %d they have %lld and %lld",
                                i + 1, (long long)first->size[i],
                                (long long)other->size[i]);
    return NULL;
}

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    int axis = find_axis(inference);
    if (axis < 0)
        return;
    struct shape joined = layer->inputs[0]->shape;
    struct text sum = text_new(inference->arena);
    text_printf(&sum, "%lld", (long long)joined.size[axis]);
    for (int i = 1; i < layer->n_inputs; i++) {
        const struct shape *first = &layer->inputs[0]->shape;
        const struct shape *other = &layer->inputs[i]->shape;
        const char *why = misfit(inference->arena, first, other, axis);
        if (why) {
            diag_error(inference->diags, layer->where,
                       "%s and %s cannot be joined along axis %d: %s",
                       shape_text(inference->arena, first),
                       shape_text(inference->arena, other), axis + 1, why);
            infer_note_input(inference, 0);
            infer_note_input(inference, i);
            return;
        }
        joined.size[axis] += other->size[axis];
        text_printf(&sum, " + %lld", (long long)other->size[axis]);
    }
    layer->how[axis] = text_string(&sum);
    layer->shape = joined;
}

static int axis_of(const struct layer *layer)
{
    int64_t axis = layer_integer(layer, "axis");
    return (int)(axis > 0 ? axis - 1 : layer->shape.rank + axis);
}

static void lower(struct lowering *lowering)
{
    lower_concatenation(lowering, axis_of(lowering->layer));
}

const struct layer_kind layer_concatenate = {
    .name = "Concatenate",
    .stem = "concatenate",
    .parameters = {&parameter_axis},
    .reads = READS_SEVERAL,
    .infer = infer,
    .lower = lower,
};
