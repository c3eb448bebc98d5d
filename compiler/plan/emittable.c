/* What build refuses: schedules that do not fit their networks. */
#include <string.h>

#include "compiler/plan/plan.h"
#include "trainer/data/axes.h"

/* The network that the schedule names, or the file's only one. */
static const struct network *scheduled(const struct graph *graph,
                                       const struct schedule *schedule,
                                       struct arena *arena, struct diags *diags)
{
    return scheduled_network(arena, graph, "network", schedule->network,
                             schedule->where.network, diags);
}

/* Values fill a shape in their order, as data fills an input. */
static bool is_fitting(const struct shape *given, const struct shape *wanted)
{
    int order[AXES_MAX];
    return axes_compare((struct axes){given->rank, given->size},
                        (struct axes){wanted->rank, wanted->size},
                        order) == AXES_AGREE;
}

static void check_autoencoder(const struct network *network,
                              const struct schedule *schedule,
                              struct arena *arena, struct diags *diags)
{
    const struct shape *input = &network->inputs[0]->shape;
    const struct shape *output = &network->outputs[0]->shape;
    if (is_fitting(output, input))
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
    bool is_image = output->rank == 3;
    if (output->rank != 1) {
        diag_error(diags, network->outputs[0]->where,
                   "a classifier gives one row of classes, but '%s' gives %s "
                   "here; %s makes a row of it",
                   network->name, shape_text(arena, output),
                   is_image ? "Flatten() or GlobalAveragePooling2D()"
                            : "Flatten()");
        diag_note(diags, schedule->where.objective, "the objective says so");
    } else if (output->size[0] == 1 &&
               schedule->loss == LOSS_CATEGORICAL_CROSSENTROPY) {
        diag_error(diags, schedule->where.loss,
                   "categorical_crossentropy of one output is always 0: use "
                   "binary_crossentropy");
    }
}

/* False after reporting what training cannot have. */
static bool check_trained(const struct network *network,
                          const struct schedule *schedule, struct diags *diags)
{
    if (network_parameters(network).trainable == 0)
        diag_error(diags, network->where,
                   "'%s' has nothing to train: no layer has trainable weights",
                   network->name);
    if (network->n_inputs == 1 && network->n_outputs == 1)
        return true;
    diag_error(diags, schedule->where.objective,
               "training wants one input and one output, and '%s' has %d "
               "and %d",
               network->name, network->n_inputs, network->n_outputs);
    diag_note(diags, network->where, "it is described here");
    return false;
}

static void check_supervised(const struct network *network,
                             const struct schedule *schedule,
                             struct arena *arena, struct diags *diags)
{
    if (!network || !check_trained(network, schedule, diags))
        return;
    if (schedule->objective == OBJECTIVE_AUTOENCODER)
        check_autoencoder(network, schedule, arena, diags);
    else
        check_classifier(network, schedule, arena, diags);
}

/* Marks a network and all that is placed in it, by their places in the graph. */
static void mark_placed(const struct graph *graph,
                        const struct network *network, bool *marks)
{
    bool *mark = &marks[graph_index(graph, network)];
    if (*mark)
        return;
    *mark = true;
    for (int i = 0; i < network->n_layers; i++)
        if (network->layers[i]->placed)
            mark_placed(graph, network->layers[i]->placed, marks);
}

static bool trains_layers(const struct network *network)
{
    for (int i = 0; i < network->n_layers; i++)
        if (!network->layers[i]->placed &&
            layer_parameters(network->layers[i]).trainable > 0)
            return true;
    return false;
}

/* True where both train a layer, by a network that is placed in both. */
static bool share_weights(struct arena *arena, const struct graph *graph,
                          const struct network *a, const struct network *b)
{
    size_t n = (size_t)graph->n_networks;
    bool *of_a = arena_alloc(arena, n, sizeof *of_a);
    bool *of_b = arena_alloc(arena, n, sizeof *of_b);
    mark_placed(graph, a, of_a);
    mark_placed(graph, b, of_b);
    const struct network *network = graph->networks;
    for (int i = 0; network; i++, network = network->next)
        if (of_a[i] && of_b[i] && trains_layers(network))
            return true;
    return false;
}

static void check_gan(const struct graph *graph,
                      const struct schedule *schedule, struct arena *arena,
                      struct diags *diags)
{
    const struct network *generator =
        scheduled_network(arena, graph, "generator", schedule->generator,
                          schedule->where.generator, diags);
    const struct network *discriminator = scheduled_network(
        arena, graph, "discriminator", schedule->discriminator,
        schedule->where.discriminator, diags);
    if (!generator || !discriminator ||
        !check_trained(generator, schedule, diags) ||
        !check_trained(discriminator, schedule, diags))
        return;
    if (share_weights(arena, graph, generator, discriminator)) {
        diag_error(diags, schedule->where.discriminator,
                   "'%s' and '%s' share weights: a generator and its "
                   "discriminator are trained against each other",
                   generator->name, discriminator->name);
        return;
    }
    const struct shape *made = &generator->outputs[0]->shape;
    const struct shape *shown = &discriminator->inputs[0]->shape;
    const struct shape *said = &discriminator->outputs[0]->shape;
    if (!is_fitting(made, shown))
        diag_error(diags, schedule->where.generator,
                   "the generator '%s' gives %s, %lld values, but the "
                   "discriminator '%s' reads %s, %lld",
                   generator->name, shape_text(arena, made),
                   (long long)shape_elements(made), discriminator->name,
                   shape_text(arena, shown), (long long)shape_elements(shown));
    if (shape_elements(said) != 1)
        diag_error(diags, schedule->where.discriminator,
                   "a discriminator gives one value, but '%s' gives %s",
                   discriminator->name, shape_text(arena, said));
}

static void check_schedule(const struct graph *graph,
                           const struct schedule *schedule, struct arena *arena,
                           struct diags *diags)
{
    if (schedule->batch > 65536)
        diag_error(diags, schedule->where.batch,
                   "'batch' is at most 65536, not %lld",
                   (long long)schedule->batch);
    if (schedule->precision == PRECISION_BF16)
        diag_error(diags, schedule->where.precision,
                   "the precision bf16 cannot be built yet");
    if (schedule->objective == OBJECTIVE_GAN)
        check_gan(graph, schedule, arena, diags);
    else
        check_supervised(scheduled(graph, schedule, arena, diags), schedule,
                         arena, diags);
}

bool check_emittable(struct arena *arena, const struct graph *graph,
                     const struct schedule *schedule, struct diags *diags)
{
    if (graph->n_networks == 0)
        diag_error(diags, (struct span){0}, "%s has no network to build",
                   graph->path);
    check_sizes(arena, graph, diags);
    if (schedule && graph->n_networks > 0 && !diags_failed(diags))
        check_schedule(graph, schedule, arena, diags);
    return !diags_failed(diags);
}
