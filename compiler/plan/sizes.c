/* Refuses what emitted C could not index: its loops and offsets are `int`, and
 * those of a tile go up to the values of 32 samples. Checked before anything
 * is planned, so that the plan may multiply sizes without a thought. */
#include "compiler/plan/plan.h"

enum {
    MOST_VALUES = (1 << 26) - ROW_ALIGNMENT, /* of a sample, margins included */
    MOST_WEIGHTS = (1 << 30),                /* of a kernel, rows padded */
    MOST_USES = 1 << 16                      /* of layers, placed ones each */
};

/* True for an image that has few enough values with the margins around it; its
 * size with them. */
static bool fits(const struct shape *shape, const int64_t margins[N_SIDES],
                 int64_t *height, int64_t *width)
{
    int64_t pixels, values;
    *height = margins[TOP] + shape->size[0] + margins[BOTTOM];
    *width = margins[LEFT] + shape->size[1] + margins[RIGHT];
    return !__builtin_mul_overflow(*height, *width, &pixels) &&
           !__builtin_mul_overflow(pixels, shape->size[2], &values) &&
           values <= MOST_VALUES;
}

/* The images that a convolution reads with margins, in either direction. False
 * after an error. */
static bool check_margins(const struct layer *layer,
                          const struct operation *operation,
                          struct arena *arena, struct diags *diags)
{
    for (int is_backward = 0; is_backward < 2; is_backward++) {
        const struct shape *shape =
            is_backward ? &operation->shape : &operation->input;
        int64_t margins[N_SIDES], height, width;
        operation_margins(operation, is_backward, margins);
        if (operation->primitive != PRIMITIVE_CONVOLUTION ||
            fits(shape, margins, &height, &width))
            continue;
        diag_error(diags, layer->where,
                   "'%s' needs zeros around its %s %s, %lld x %lld pixels with "
                   "them: %d values a sample are the most that can be built",
                   layer->name, is_backward ? "output" : "input",
                   shape_text(arena, shape), (long long)height,
                   (long long)width, MOST_VALUES);
        return false;
    }
    return true;
}

static bool check_values(const struct layer *layer, const struct shape *shape,
                         struct arena *arena, struct diags *diags)
{
    int64_t values = shape_elements(shape);
    if (values <= MOST_VALUES)
        return true;
    diag_error(diags, layer->where,
               "'%s' gives %s, %lld values a sample: %d are the most that "
               "can be built",
               layer->name, shape_text(arena, shape), (long long)values,
               MOST_VALUES);
    return false;
}

static bool check_weights(const struct layer *layer, struct arena *arena,
                          struct diags *diags)
{
    for (int i = 0; i < layer->n_weights; i++) {
        const struct weight *weight = &layer->weights[i];
        int64_t columns = weight_columns(weight);
        if (weight_rows(weight) * row_stride(columns) <= MOST_WEIGHTS)
            continue;
        diag_error(diags, layer->where,
                   "the %s %s of '%s' has rows of %lld, kept as %lld: %d "
                   "values are the most that can be built",
                   weight->name, shape_text(arena, &weight->shape), layer->name,
                   (long long)columns, (long long)row_stride(columns),
                   MOST_WEIGHTS);
        return false;
    }
    return true;
}

/* Layers, those of placed networks each time; counted no further than the
 * limit, for they may double with every network. */
static int uses_of(const struct network *network, int most)
{
    int uses = network->n_layers;
    for (int i = 0; i < network->n_layers && uses <= most; i++)
        if (network->layers[i]->placed)
            uses += uses_of(network->layers[i]->placed, most - uses);
    return uses;
}

/* True for a network that has too many of them and places none such. */
static bool is_first_of_too_many(const struct network *network)
{
    for (int i = 0; i < network->n_layers; i++)
        if (network->layers[i]->placed &&
            uses_of(network->layers[i]->placed, MOST_USES) > MOST_USES)
            return false;
    return uses_of(network, MOST_USES) > MOST_USES;
}

/* Of a layer, of what it reads and computes on the way, and of its weights. */
static bool check_layer(const struct layer *layer, struct arena *arena,
                        struct diags *diags)
{
    if (!check_values(layer, &layer->shape, arena, diags) ||
        !check_weights(layer, arena, diags))
        return false;
    for (int i = 0; i < layer->n_operations; i++) {
        const struct operation *operation = layer->operations[i];
        if (!check_values(layer, &operation->shape, arena, diags) ||
            !check_margins(layer, operation, arena, diags))
            return false;
    }
    return true;
}

/* One mistake makes all behind it too large: the first is reported. */
static void check_network(const struct network *network, struct arena *arena,
                          struct diags *diags)
{
    for (int i = 0; i < network->n_layers; i++)
        if (!network->layers[i]->placed &&
            !check_layer(network->layers[i], arena, diags))
            break;
    if (is_first_of_too_many(network))
        diag_error(diags, network->where,
                   "'%s' has more than %d layers, those of the networks "
                   "placed in it counted each time",
                   network->name, MOST_USES);
}

void check_sizes(struct arena *arena, const struct graph *graph,
                 struct diags *diags)
{
    for (const struct network *network = graph->networks; network;
         network = network->next)
        check_network(network, arena, diags);
}
