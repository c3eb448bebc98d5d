/* Reshape(7, 7, 128): the same values in another shape; one size may be -1,
 * which stands for what is left over. */
#include "compiler/layers/layer.h"

static const struct parameter own_target_shape = {
    .name = "target_shape", .type = PARAMETER_SHAPE, .least = -1};

/* `known` is the product of the sizes but for one that may be left open, or
 * INT64_MAX where it does not fit. */
static void report(struct inference *inference, int64_t known, bool is_open)
{
    const struct layer *layer = inference->layer;
    const struct shape *input = &layer->inputs[0]->shape;
    struct text product = text_new(inference->arena);
    int n = 0;
    for (int i = 0; i < layer->shape.rank; i++)
        if (layer->shape.size[i] != -1)
            text_printf(&product, "%s%lld", n++ ? " * " : "",
                        (long long)layer->shape.size[i]);
    if (n > 1 && known < INT64_MAX)
        text_printf(&product, " = %lld", (long long)known);
    long long given = shape_elements(input);
    const char *name = layer->inputs[0]->name;
    const char *from = shape_text(inference->arena, input);
    struct span where = layer_argument(layer, "target_shape")->where;
    if (is_open)
        diag_error(inference->diags, where,
                   "cannot reshape %s: '%s' gives %lld values, no multiple of "
                   "%s",
                   from, name, given, text_string(&product));
    else
        diag_error(inference->diags, where,
                   "cannot reshape %s: %s values, but '%s' gives %lld", from,
                   text_string(&product), name, given);
}

static void infer(struct inference *inference)
{
    struct layer *layer = inference->layer;
    const struct value *sizes = layer_argument(layer, "target_shape");
    int64_t wanted = shape_elements(&layer->inputs[0]->shape), known = 1;
    int open = -1;
    layer->shape.rank = sizes->n;
    for (int i = 0; i < sizes->n; i++) {
        int64_t size = sizes->items[i].integer;
        layer->shape.size[i] = size;
        if (size == -1 && open >= 0) {
            diag_error(inference->diags, sizes->items[i].where,
                       "only one size of a Reshape can be -1");
            layer->shape.rank = SHAPE_UNKNOWN;
            return;
        }
        if (size == -1)
            open = i;
        else if (__builtin_mul_overflow(known, size, &known))
            known = INT64_MAX;
    }
    if (open >= 0 && wanted % known == 0)
        layer->shape.size[open] = wanted / known;
    else if (open >= 0 || known != wanted) {
        report(inference, known, open >= 0);
        layer->shape.rank = SHAPE_UNKNOWN;
    }
}

static void lower(struct lowering *lowering)
{
    lower_operation(lowering, (struct operation){.primitive = PRIMITIVE_VIEW});
}

const struct layer_kind layer_reshape = {
    .name = "Reshape",
    .stem = "reshape",
    .parameters = {&own_target_shape},
    .infer = infer,
    .lower = lower,
};
