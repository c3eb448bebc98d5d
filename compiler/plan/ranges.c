/* Warnings for numbers that cannot meet: what the last layer can give, what a
 * cross-entropy is defined for, and what the data is scaled to.
 *
 * Only the schedule and the network are known here. Data is taken as 8-bit
 * unless it is an array or a table; where a range is not known nothing is said. The
 * executable looks at the data itself. */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "compiler/graph/layer_kind.h"
#include "compiler/plan/plan.h"

static const struct range any = {-HUGE_VAL, HUGE_VAL};

/* In prediction, of the numbers that it reads. */
static bool changes_nothing(const struct layer *layer)
{
    for (int i = 0; i < layer->n_operations; i++) {
        enum primitive primitive = layer->operations[i]->primitive;
        if (primitive != PRIMITIVE_VIEW &&
            !primitive_info(primitive)->only_training)
            return false;
    }
    return layer->n_inputs > 0;
}

/* Through what changes no number in prediction. */
static const struct layer *find_maker(const struct network *network)
{
    const struct layer *layer = network->outputs[0];
    while (layer->placed || changes_nothing(layer))
        layer = layer->placed ? layer->placed->outputs[0] : layer->inputs[0];
    return layer;
}

/* True where its last operation says what numbers it can give: an activation,
 * or the linear one of a product. */
static bool ends_in_activation(const struct layer *layer)
{
    if (layer->n_operations == 0)
        return false;
    enum primitive last = layer->operations[layer->n_operations - 1]->primitive;
    return last == PRIMITIVE_ACTIVATE || last == PRIMITIVE_PRODUCT ||
           last == PRIMITIVE_CONVOLUTION;
}

struct made_range network_range(const struct network *network)
{
    struct made_range made = {NULL, NULL, any};
    const struct layer *layer = find_maker(network);
    if (!ends_in_activation(layer))
        return made;
    struct activation_use use = activation_of(layer);
    const struct activation_info *info = activation_info(use.kind);
    if (!info->range.is_known)
        return made;
    made.range = (struct range){info->range.least, info->range.most};
    made.activation = info->only_layer ? layer->kind->name : info->word;
    made.layer = layer->name;
    return made;
}

/* Arrays and tables hold any numbers; of some a part is named. */
static bool may_be_floats(const char *reference)
{
    return path_has_ending(reference, ".npy") || strstr(reference, ".npz") ||
           strstr(reference, ".csv");
}

/* False where the data may be floating-point, which is taken as it is. */
static bool find_data_range(const struct schedule *schedule,
                            struct range *range)
{
    static const struct range ranges[] = {
        [PIXELS_DEFAULT] = {0, 1}, [PIXELS_RAW] = {0, 255},
        [PIXELS_UNIT] = {0, 1},    [PIXELS_SIGNED] = {-1, 1},
        [PIXELS_BINARY] = {0, 1},
    };
    *range = ranges[schedule->data.pixels];
    return !may_be_floats(schedule->objective == OBJECTIVE_REGRESSION
                              ? schedule->data.target
                              : schedule->data.train);
}

static void note_maker(const struct network *network, struct diags *diags)
{
    diag_note(diags, find_maker(network)->where, "its values are made here");
}

void check_outputs(struct arena *arena, const struct graph *graph,
                   const struct schedule *schedule, struct diags *diags)
{
    const struct objective_plan *objective =
        plan_objective(arena, graph, schedule, diags);
    const struct network *network = phase_judged(objective_last(objective));
    struct made_range made = network_range(network);
    if (ranges_suit_loss(schedule->loss, &made))
        return;
    bool is_binary = schedule->loss == LOSS_BINARY_CROSSENTROPY;
    diag_warning(diags, schedule->where.loss,
                 "%s wants outputs from 0 to 1, but '%s' (%s) gives %s; "
                 "activation=%s does",
                 loss_word(schedule->loss), made.layer, made.activation,
                 range_text(arena, made.range),
                 is_binary ? "sigmoid" : "softmax");
    note_maker(network, diags);
}

void check_data_range(struct arena *arena, const struct graph *graph,
                      const struct schedule *schedule, struct diags *diags)
{
    struct range data;
    bool is_raw = schedule->data.pixels == PIXELS_RAW;
    const struct network *network =
        plan_objective(arena, graph, schedule, diags)->trained[0];
    struct made_range made = network_range(network);
    if (!find_data_range(schedule, &data))
        return;
    struct misfit misfit = ranges_misfit(arena, schedule, &made, data);
    if (!misfit.text)
        return;
    bool has_tanh = !is_raw && !misfit.is_of_loss;
    diag_warning(diags, schedule->where.pixels,
                 "'pixels: %s' %s %s, but %s; 'pixels: unit' fits%s",
                 pixels_word(schedule->data.pixels),
                 is_raw ? "leaves 8-bit data at" : "scales the data to",
                 range_text(arena, data), misfit.text,
                 has_tanh ? ", or activation=tanh" : "");
    if (!misfit.is_of_loss)
        note_maker(network, diags);
}
