/* The list of layer kinds, and what their files share. */
#include "compiler/layers/layer.h"

#include <assert.h>
#include <string.h>

#define LAYER(kind) extern const struct layer_kind kind;
#include "compiler/layers/layers.def"
#undef LAYER

const struct layer_kind *const layer_kinds[] = {
#define LAYER(kind) &kind,
#include "compiler/layers/layers.def"
#undef LAYER
};
const int n_layer_kinds = sizeof layer_kinds / sizeof layer_kinds[0];

const struct layer_kind *layer_kind_find(const char *name)
{
    for (int i = 0; i < n_layer_kinds; i++)
        if (strcmp(layer_kinds[i]->name, name) == 0)
            return layer_kinds[i];
    return NULL;
}

const struct value *layer_argument(const struct layer *layer, const char *name)
{
    for (int i = 0; i < layer->kind->n_parameters; i++)
        if (strcmp(layer->kind->parameters[i].name, name) == 0)
            return &layer->arguments[i];
    assert(!"a kind asks for a parameter that it does not have");
    return NULL;
}

int64_t layer_integer(const struct layer *layer, const char *name)
{
    return layer_argument(layer, name)->integer;
}

double layer_real(const struct layer *layer, const char *name)
{
    return layer_argument(layer, name)->real;
}

bool layer_boolean(const struct layer *layer, const char *name)
{
    return layer_argument(layer, name)->integer != 0;
}

bool layer_word_is(const struct layer *layer, const char *name,
                   const char *word)
{
    return strcmp(layer_argument(layer, name)->word, word) == 0;
}

struct weight *layer_add_weight(struct layer *layer, const char *name,
                                struct shape shape, const char *initializer)
{
    struct weight *weight = &layer->weights[layer->n_weights++];
    int64_t receptive = 1;
    for (int i = 0; i < shape.rank - 2; i++)
        receptive *= shape.size[i];
    int64_t in = shape.size[shape.rank > 1 ? shape.rank - 2 : 0];
    int64_t out = shape.size[shape.rank - 1];
    *weight = (struct weight){
        .name = name,
        .shape = shape,
        .initializer = layer_argument(layer, initializer)->initializer,
        .fan_in = in * receptive,
        .fan_out = out * receptive,
        .trainable = true,
    };
    return weight;
}

void infer_same_shape(struct inference *inference)
{
    inference->layer->shape = inference->layer->inputs[0]->shape;
}

bool infer_is_image(struct inference *inference)
{
    const struct layer *layer = inference->layer;
    const struct shape *input = &layer->inputs[0]->shape;
    if (input->rank == 3)
        return true;
    diag_error(inference->diags, layer->where,
               "%s wants (height, width, channels), but '%s' gives %s",
               layer->kind->name, layer->inputs[0]->name,
               shape_text(inference->arena, input));
    return false;
}

int64_t window_positions(int64_t input, int64_t window, int64_t stride,
                         bool same)
{
    if (same)
        return (input - 1) / stride + 1;
    return input < window ? 0 : (input - window) / stride + 1;
}
