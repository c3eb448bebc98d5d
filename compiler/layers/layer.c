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

int layer_kind_parameter(const struct layer_kind *kind, const char *name)
{
    for (int i = 0; kind->parameters[i]; i++)
        if (strcmp(kind->parameters[i]->name, name) == 0)
            return i;
    return -1;
}

const struct value *layer_argument(const struct layer *layer, const char *name)
{
    int index = layer_kind_parameter(layer->kind, name);
    assert(index >= 0 && "a layer asks for a parameter that it does not have");
    return &layer->arguments[index];
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

void layer_pair(const struct layer *layer, const char *name, int64_t pair[2])
{
    const struct value *value = layer_argument(layer, name);
    bool is_pair = value->kind == VALUE_TUPLE;
    pair[0] = is_pair ? value->items[0].integer : 1;
    pair[1] = is_pair ? value->items[1].integer : value->integer;
}

struct span layer_argument_where(const struct layer *layer, const char *name)
{
    struct span where = layer_argument(layer, name)->where;
    return where.source ? where : layer->where;
}

const struct weight *layer_weight(const struct layer *layer, const char *name)
{
    for (int i = 0; i < layer->n_weights; i++)
        if (strcmp(layer->weights[i].name, name) == 0)
            return &layer->weights[i];
    return NULL;
}

struct activation_use activation_argument(const struct layer *layer)
{
    return activation_plain(
        (enum activation)layer_integer(layer, "activation"));
}

/* Keras's fans (compute_fans), which take a transposed convolution's kernel
 * (height, width, out, in) for (height, width, in, out), too. */
static struct weight *add_weight(struct layer *layer, const char *name,
                                 struct shape shape,
                                 struct initializer initializer)
{
    assert(layer->n_weights < MAX_WEIGHTS);
    struct weight *weight = &layer->weights[layer->n_weights++];
    int64_t receptive = 1;
    for (int i = 0; i < shape.rank - 2; i++)
        receptive *= shape.size[i];
    int64_t in = shape.size[shape.rank > 1 ? shape.rank - 2 : 0];
    int64_t out = shape.size[shape.rank - 1];
    *weight = (struct weight){
        .name = name,
        .shape = shape,
        .initializer = initializer,
        .fan_in = in * receptive,
        .fan_out = out * receptive,
        .trainable = true,
    };
    return weight;
}

struct weight *layer_add_weight(struct layer *layer, const char *name,
                                struct shape shape, const char *initializer)
{
    return add_weight(layer, name, shape,
                      layer_argument(layer, initializer)->initializer);
}

struct weight *layer_add_filled_weight(struct layer *layer, const char *name,
                                       struct shape shape, double value)
{
    return add_weight(layer, name, shape,
                      (struct initializer){.kind = DRAW_CONSTANT, .a = value});
}

/* A bias has no two rows to be at right angles. */
static void check_orthogonal(struct inference *inference)
{
    struct layer *layer = inference->layer;
    for (int i = 0; i < layer->n_weights; i++) {
        const struct weight *weight = &layer->weights[i];
        if (weight->initializer.kind != DRAW_ORTHOGONAL ||
            weight->shape.rank > 1)
            continue;
        const char *argument =
            arena_printf(inference->arena, "%s_initializer", weight->name);
        diag_error(inference->diags, layer_argument_where(layer, argument),
                   "'orthogonal' wants a weight of two axes or more: '%s' of "
                   "%s is %s",
                   weight->name, layer->kind->name,
                   shape_text(inference->arena, &weight->shape));
        layer->shape.rank = SHAPE_UNKNOWN;
    }
}

void infer_layer(struct inference *inference)
{
    static const char *const wanted[] = {
        [2] = "(steps, channels)", [3] = "(height, width, channels)"};
    const struct layer *layer = inference->layer;
    int rank = layer->kind->input_rank;
    if (rank == 0 || layer->inputs[0]->shape.rank == rank) {
        layer->kind->infer(inference);
        check_orthogonal(inference);
        return;
    }
    diag_error(inference->diags, layer->where, "%s wants %s, not %s",
               layer->kind->name, wanted[rank],
               shape_text(inference->arena, &layer->inputs[0]->shape));
    infer_note_input(inference, 0);
}

/* The penalty of a weight, where its kind of layer has that argument. */
static void regularize(const struct layer *layer, struct weight *weight,
                       const char *argument)
{
    if (layer_kind_parameter(layer->kind, argument) >= 0)
        weight->regularizer = layer_argument(layer, argument)->regularizer;
}

struct weight *infer_matrix(struct inference *inference, const char *name,
                            struct shape kernel, const char *initializer,
                            const char *regularizer)
{
    struct layer *layer = inference->layer;
    struct text product = text_new(inference->arena);
    for (int i = 0; i < kernel.rank; i++)
        text_printf(&product, "%s%lld", i ? " * " : "",
                    (long long)kernel.size[i]);
    if (!shape_fits(&kernel)) {
        diag_error(inference->diags, layer->where,
                   "the kernel of '%s' would have %s values: 2147483648 are "
                   "the most",
                   layer->name, text_string(&product));
        return NULL;
    }
    struct weight *weight = layer_add_weight(layer, name, kernel, initializer);
    regularize(layer, weight, regularizer);
    int64_t matrix =
        kernel.size[kernel.rank - 2] * kernel.size[kernel.rank - 1];
    if (kernel.rank > 2)
        weight->taps = shape_elements(&kernel) / matrix;
    return weight;
}

void infer_bias(struct inference *inference, int64_t outputs)
{
    struct layer *layer = inference->layer;
    if (!layer_boolean(layer, "use_bias"))
        return;
    struct shape shape = {.rank = 1, .size = {outputs}};
    regularize(layer,
               layer_add_weight(layer, "bias", shape, "bias_initializer"),
               "bias_regularizer");
}

bool infer_kernel(struct inference *inference, struct shape kernel,
                  int64_t outputs)
{
    if (!infer_matrix(inference, "kernel", kernel, "kernel_initializer",
                      "kernel_regularizer"))
        return false;
    infer_bias(inference, outputs);
    return true;
}

void infer_same_shape(struct inference *inference)
{
    inference->layer->shape = inference->layer->inputs[0]->shape;
}

/* The size that both come to along an axis; 0: none. */
static int64_t stretched_size(int64_t a, int64_t b)
{
    return a == b || b == 1 ? a : a == 1 ? b : 0;
}

/* Stretches `shape` to that of an input; false where they do not fit. */
static bool stretch_shape(struct shape *shape, const struct shape *input)
{
    struct shape whole = {.rank = shape->rank > input->rank ? shape->rank
                                                            : input->rank};
    for (int axis = 0; axis < whole.rank; axis++) {
        int a = axis + shape->rank - whole.rank;
        int b = axis + input->rank - whole.rank;
        whole.size[axis] = stretched_size(a < 0 ? 1 : shape->size[a],
                                          b < 0 ? 1 : input->size[b]);
        if (whole.size[axis] == 0)
            return false;
    }
    *shape = whole;
    return true;
}

/* The first input that does not fit to number i, or i itself. */
static int find_misfit(const struct layer *layer, int i)
{
    int j = 0;
    for (; j < i; j++) {
        struct shape both = layer->inputs[j]->shape;
        if (!stretch_shape(&both, &layer->inputs[i]->shape))
            break;
    }
    return j;
}

void infer_stretched_shapes(struct inference *inference)
{
    struct layer *layer = inference->layer;
    struct arena *arena = inference->arena;
    struct shape shape = layer->inputs[0]->shape;
    for (int i = 1; i < layer->n_inputs; i++) {
        const struct shape *other = &layer->inputs[i]->shape;
        if (stretch_shape(&shape, other))
            continue;
        int j = find_misfit(layer, i);
        diag_error(inference->diags, layer->where,
                   "%s wants inputs of one shape, but for sizes of 1, not %s "
                   "and %s",
                   layer->kind->name,
                   shape_text(arena, &layer->inputs[j]->shape),
                   shape_text(arena, other));
        infer_note_input(inference, j);
        infer_note_input(inference, i);
        return;
    }
    layer->shape = shape;
}

bool infer_last_axis(struct inference *inference)
{
    const struct layer *layer = inference->layer;
    int64_t axis = layer_integer(layer, "axis");
    int rank = layer->inputs[0]->shape.rank;
    bool is_last = axis == -1 || axis == rank;
    if (!is_last)
        diag_error(inference->diags, layer_argument_where(layer, "axis"),
                   "guss normalises along the last axis, -1 or %d, not %lld",
                   rank, (long long)axis);
    return is_last;
}

void infer_scale(struct inference *inference)
{
    struct layer *layer = inference->layer;
    struct shape channels = {
        .rank = 1, .size = {layer->shape.size[layer->shape.rank - 1]}};
    if (layer_boolean(layer, "scale"))
        layer_add_weight(layer, "gamma", channels, "gamma_initializer");
    if (layer_boolean(layer, "center"))
        layer_add_weight(layer, "beta", channels, "beta_initializer");
}

void infer_note_input(struct inference *inference, int index)
{
    const struct layer *input = inference->layer->inputs[index];
    diag_note(inference->diags, input->where, "'%s' gives %s", input->name,
              shape_text(inference->arena, &input->shape));
}

void lower_output(struct lowering *lowering, int y)
{
    struct layer *layer = lowering->layer;
    int made = lower_activation(lowering, y, activation_argument(layer));
    layer->operations[made - layer->n_inputs]->penalty =
        layer_argument(layer, "activity_regularizer")->regularizer;
}
