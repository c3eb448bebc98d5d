/* Reshape(7, 7, 128): the same values in another shape; one size may be -1,
 * which stands for what is left over. */
#include "compiler/layers/layer.h"

static const struct parameter parameters[] = {
    {.name = "target_shape", .type = PARAMETER_SHAPE, .least = -1},
};

static void report(struct inference *inference, int64_t given)
{
    const struct layer *layer = inference->layer;
    const struct shape *input = &layer->inputs[0]->shape;
    struct text product = text_new(inference->arena);
    for (int i = 0; i < layer->shape.rank; i++)
        text_printf(&product, "%s%lld", i ? " * " : "",
                    (long long)layer->shape.size[i]);
    diag_error(inference->diags, layer_argument(layer, "target_shape")->where,
               "cannot reshape %s: %s%s %lld, but '%s' gives %lld values",
               shape_text(inference->arena, input), text_string(&product),
               layer->shape.rank > 1 ? " =" : " is", (long long)given,
               layer->inputs[0]->name, (long long)shape_elements(input));
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
        report(inference, open >= 0 ? -known : known);
        layer->shape.rank = SHAPE_UNKNOWN;
    }
}

const struct layer_kind layer_reshape = {
    .name = "Reshape",
    .stem = "reshape",
    .parameters = parameters,
    .n_parameters = 1,
    .least_inputs = 1,
    .most_inputs = 1,
    .infer = infer,
    .is_view = true,
};
