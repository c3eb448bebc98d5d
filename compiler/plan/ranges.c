/* Warnings for numbers that cannot meet: what the data is scaled to, what the
 * last layer can give, and what a cross-entropy is defined for.
 *
 * Only the schedule and the network are known here. Data is taken as 8-bit
 * unless it is a .npy file; where a range is not known nothing is said. */
#include <math.h>
#include <string.h>

#include "compiler/graph/activation.h"
#include "compiler/layers/layer.h"
#include "compiler/plan/plan.h"
#include "compiler/plan/steps.h"

struct range {
    bool is_known;
    double low, high;
};

/* What a network gives, and the layer that makes it. */
struct result {
    const struct layer *layer;
    const char *activation; /* its word */
    struct range range;
};

static struct range range_of(struct activation_use use)
{
    switch (use.kind) {
    case ACTIVATION_SIGMOID:
    case ACTIVATION_SOFTMAX:
        return (struct range){true, 0.0, 1.0};
    case ACTIVATION_TANH:
        return (struct range){true, -1.0, 1.0};
    case ACTIVATION_RELU:
    case ACTIVATION_SOFTPLUS:
        return (struct range){true, 0.0, HUGE_VAL};
    case ACTIVATION_LINEAR:
    case ACTIVATION_LEAKY_RELU:
        return (struct range){true, -HUGE_VAL, HUGE_VAL};
    default: /* a little below 0, by the argument */
        return (struct range){0};
    }
}

/* Through what changes no number in prediction. */
static struct result find_result(const struct network *network)
{
    const struct layer *layer = network->outputs[0];
    while (layer->placed ||
           (layer->n_inputs > 0 &&
            (layer->kind->is_view || layer->kind->only_training)))
        layer = layer->placed ? layer->placed->outputs[0] : layer->inputs[0];
    struct result result = {.layer = layer};
    if (!layer->kind->activation)
        return result;
    struct activation_use use = activation_of(layer);
    const struct activation_facts *facts = activation_facts(use.kind);
    result.activation = facts->only_layer ? layer->kind->name : facts->word;
    result.range = range_of(use);
    return result;
}

static bool is_floating(const char *reference)
{
    size_t length = strlen(reference), tail = strlen(".npy");
    return length > tail && strcmp(reference + length - tail, ".npy") == 0;
}

static struct range data_range(const struct schedule *schedule)
{
    switch (schedule->data.pixels) {
    case PIXELS_SIGNED:
        return (struct range){true, -1.0, 1.0};
    case PIXELS_RAW:
        return (struct range){!is_floating(schedule->data.train), 0.0, 255.0};
    default: /* unit by default too, for what is 8-bit */
        return (struct range){!is_floating(schedule->data.train) ||
                                  schedule->data.pixels != PIXELS_DEFAULT,
                              0.0, 1.0};
    }
}

static bool is_within(struct range inner, struct range outer)
{
    return !inner.is_known || !outer.is_known ||
           (inner.low >= outer.low && inner.high <= outer.high);
}

static const char *range_text(struct arena *arena, struct range range)
{
    if (isinf(range.low))
        return "any number";
    if (isinf(range.high))
        return arena_printf(arena, "%g and more", range.low);
    return arena_printf(arena, "%g to %g", range.low, range.high);
}

static void note_layer(const struct result *result, struct diags *diags)
{
    diag_note(diags, result->layer->where, "its values are made here");
}

/* "'pixels: signed' scales the data to -1 to 1" */
static const char *data_text(struct arena *arena,
                             const struct schedule *schedule)
{
    bool is_raw = schedule->data.pixels == PIXELS_RAW;
    return arena_printf(arena, "'pixels: %s' %s %s",
                        pixels_word(schedule->data.pixels),
                        is_raw ? "leaves 8-bit data at" : "scales the data to",
                        range_text(arena, data_range(schedule)));
}

/* The loss wants outputs from 0 to 1. True after a warning. */
static bool check_outputs(const struct result *result,
                          const struct schedule *schedule, struct arena *arena,
                          struct diags *diags)
{
    const struct range unit = {true, 0.0, 1.0};
    bool is_binary = schedule->loss == LOSS_BINARY_CROSSENTROPY;
    if ((!is_binary && schedule->loss != LOSS_CATEGORICAL_CROSSENTROPY) ||
        is_within(result->range, unit))
        return false;
    diag_warning(diags, schedule->where.loss,
                 "%s wants outputs from 0 to 1, but '%s' (%s) gives %s; "
                 "activation=%s does",
                 loss_word(schedule->loss), result->layer->name,
                 result->activation, range_text(arena, result->range),
                 is_binary ? "sigmoid" : "softmax");
    note_layer(result, diags);
    return true;
}

/* The data is what is to be given: by an autoencoder, by a generator. */
static bool check_imitation(const struct result *result,
                            const struct schedule *schedule,
                            struct arena *arena, struct diags *diags)
{
    struct range data = data_range(schedule);
    if (is_within(data, result->range))
        return false;
    diag_warning(diags, schedule->where.pixels,
                 "%s, but '%s' (%s) gives %s; 'pixels: unit' fits%s",
                 data_text(arena, schedule), result->layer->name,
                 result->activation, range_text(arena, result->range),
                 schedule->data.pixels == PIXELS_SIGNED ? ", or activation=tanh"
                                                        : "");
    note_layer(result, diags);
    return true;
}

/* An autoencoder's targets are its data. */
static void check_targets(const struct schedule *schedule, struct arena *arena,
                          struct diags *diags)
{
    const struct range unit = {true, 0.0, 1.0};
    if (schedule->loss != LOSS_BINARY_CROSSENTROPY ||
        is_within(data_range(schedule), unit))
        return;
    diag_warning(diags, schedule->where.pixels,
                 "%s, but binary_crossentropy wants targets from 0 to 1; "
                 "'pixels: unit' fits",
                 data_text(arena, schedule));
}

void check_ranges(struct arena *arena, const struct graph *graph,
                  const struct schedule *schedule, struct diags *diags)
{
    bool is_gan = schedule->objective == OBJECTIVE_GAN;
    const char *name = is_gan ? schedule->discriminator : schedule->network;
    const struct network *network =
        name ? graph_find(graph, name) : graph->networks;
    struct result judged = find_result(network);
    bool is_warned = check_outputs(&judged, schedule, arena, diags);
    if (is_gan) {
        struct result made =
            find_result(graph_find(graph, schedule->generator));
        check_imitation(&made, schedule, arena, diags);
    } else if (schedule->objective == OBJECTIVE_AUTOENCODER && !is_warned) {
        if (!check_imitation(&judged, schedule, arena, diags))
            check_targets(schedule, arena, diags);
    }
}
