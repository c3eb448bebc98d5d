/* What build refuses: layers that cannot be emitted, and schedules that do not
 * fit their network. */
#include <string.h>

#include "compiler/layers/layer.h"
#include "compiler/plan/plan.h"

static bool is_emittable(const struct layer_kind *kind)
{
    return kind->is_view || kind->is_activation || kind->emit_forward;
}

static void check_network(const struct network *network, struct diags *diags)
{
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = network->layers[i];
        if (!layer->placed && !is_emittable(layer->kind))
            diag_error(diags, layer->where,
                       "%s cannot be built yet, only checked and summarised",
                       layer->kind->name);
    }
}

/* The network that the schedule names, or the file's only one. */
static const struct network *scheduled(const struct graph *graph,
                                       const struct schedule *schedule,
                                       struct arena *arena, struct diags *diags)
{
    return scheduled_network(arena, graph, "network", schedule->network,
                             schedule->where.network, diags);
}

static void check_autoencoder(const struct network *network,
                              const struct schedule *schedule,
                              struct arena *arena, struct diags *diags)
{
    const struct shape *input = &network->inputs[0]->shape;
    const struct shape *output = &network->outputs[0]->shape;
    if (shape_elements(input) == shape_elements(output))
        return;
    diag_error(diags, schedule->where.objective,
               "an autoencoder gives back its input: '%s' reads %s, %lld "
               "values, and gives %s, %lld",
               network->name, shape_text(arena, input),
               (long long)shape_elements(input), shape_text(arena, output),
               (long long)shape_elements(output));
    diag_note(diags, network->outputs[0]->where, "its output is made here");
}

static void check_classifier(const struct network *network,
                             const struct schedule *schedule,
                             struct arena *arena, struct diags *diags)
{
    const struct shape *output = &network->outputs[0]->shape;
    if (output->rank != 1)
        diag_error(diags, schedule->where.objective,
                   "a classifier gives one row of classes, but '%s' gives %s",
                   network->name, shape_text(arena, output));
    else if (output->size[0] == 1 &&
             schedule->loss == LOSS_CATEGORICAL_CROSSENTROPY)
        diag_error(diags, schedule->where.loss,
                   "categorical_crossentropy of one output is always 0: use "
                   "binary_crossentropy");
}

static void check_schedule(const struct network *network,
                           const struct schedule *schedule, struct arena *arena,
                           struct diags *diags)
{
    if (schedule->batch > 65536)
        diag_error(diags, schedule->where.batch,
                   "'batch' is at most 65536, not %lld",
                   (long long)schedule->batch);
    if (schedule->objective == OBJECTIVE_GAN)
        diag_error(diags, schedule->where.objective,
                   "the objective gan cannot be built yet");
    if (schedule->precision == PRECISION_BF16)
        diag_error(diags, schedule->where.precision,
                   "the precision bf16 cannot be built yet");
    if (!network)
        return;
    if (network->n_inputs != 1 || network->n_outputs != 1) {
        diag_error(diags, schedule->where.objective,
                   "training wants one input and one output, and '%s' has %d "
                   "and %d",
                   network->name, network->n_inputs, network->n_outputs);
        diag_note(diags, network->where, "it is described here");
        return;
    }
    if (schedule->objective == OBJECTIVE_AUTOENCODER)
        check_autoencoder(network, schedule, arena, diags);
    if (schedule->objective == OBJECTIVE_CLASSIFIER)
        check_classifier(network, schedule, arena, diags);
    if (network_parameters(network).trainable == 0)
        diag_error(diags, network->where,
                   "'%s' has nothing to train: no layer has trainable weights",
                   network->name);
}

bool check_emittable(struct arena *arena, const struct graph *graph,
                     const struct schedule *schedule, struct diags *diags)
{
    for (const struct network *network = graph->networks; network;
         network = network->next)
        check_network(network, diags);
    if (graph->n_networks == 0)
        diag_error(diags, (struct span){0}, "%s has no network to build",
                   graph->path);
    bool is_gan = schedule && schedule->objective == OBJECTIVE_GAN;
    if (schedule && graph->n_networks > 0)
        check_schedule(is_gan ? NULL : scheduled(graph, schedule, arena, diags),
                       schedule, arena, diags);
    return !diags_failed(diags);
}
