/* objective: gan. A generator makes samples of latent rows, a discriminator
 * tells them from real ones. An update is three phases:
 *
 *   imitate              the generator, as in prediction: half a batch
 *   train_discriminator  half a batch of real samples, then those
 *   train_generator      a batch of latent rows, through the discriminator, which
 *                        stays as it is and should take them for real */
#include "compiler/plan/objective.h"
#include "compiler/plan/plan.h"

enum { GENERATOR, DISCRIMINATOR, N_NETWORKS };

/* ---- phases ------------------------------------------------------------- */

static struct phase imitate(const struct network *generator)
{
    return (struct phase){
        .name = "imitate",
        .title = "imitate",
        .use = "imitating samples",
        .comment = "Samples that the generator makes, as in prediction, to be "
                   "shown to the discriminator.",
        .network = generator,
        .mode = MODE_PREDICTING,
        .input = {INPUT_LATENT, 0, NULL},
        .optimizer = -1,
        .share = HALF_BATCH,
        .kept = "imitations"};
}

static struct phase train_discriminator(const struct network *discriminator,
                                        enum loss_kind loss,
                                        const struct phase *imitate)
{
    return (struct phase){
        .name = "train_discriminator",
        .title = "train discriminator",
        .use = "an update of the discriminator",
        .comment = "The discriminator's part of an update: it is shown real "
                   "samples and imitations.",
        .step = "discriminator update",
        .network = discriminator,
        .mode = MODE_TRAINING,
        .input = {INPUT_JOINED, 0, imitate},
        .target = {TARGET_TRUTH, HALF_BATCH},
        .losses = {{.name = "discriminator_loss",
                    .brief = "D loss",
                    .title = "the discriminator's loss",
                    .sums = "sums",
                    .kind = loss}},
        .n_losses = 1,
        .count = COUNT_BY_TRUTH,
        .optimizer = DISCRIMINATOR,
        .shard = "discriminator_shard",
        .share = WHOLE_BATCH};
}

static struct phase train_generator(const struct network *generator,
                                    const struct network *discriminator,
                                    enum loss_kind loss)
{
    return (struct phase){
        .name = "train_generator",
        .title = "train generator",
        .use = "an update of the generator",
        .comment = "The generator's part of an update: the discriminator is to "
                   "take what it makes for real.",
        .step = "generator update",
        .network = generator,
        .behind = discriminator,
        .mode = MODE_TRAINING,
        .input = {INPUT_LATENT, HALF_BATCH, NULL},
        .target = {TARGET_TRUTH, WHOLE_BATCH},
        .losses = {{.name = "generator_loss",
                    .brief = "G loss",
                    .title = "the generator's loss",
                    .sums = "generator_sums",
                    .kind = loss}},
        .n_losses = 1,
        .optimizer = GENERATOR,
        .shard = "generator_shard",
        .share = WHOLE_BATCH};
}

static bool describe(struct arena *arena, const struct graph *graph,
                     const struct schedule *schedule,
                     struct objective_plan *objective, struct diags *diags)
{
    const struct network *generator =
        scheduled_network(arena, graph, "generator", schedule->generator,
                          schedule->where.generator, diags);
    const struct network *discriminator = scheduled_network(
        arena, graph, "discriminator", schedule->discriminator,
        schedule->where.discriminator, diags);
    if (!generator || !discriminator)
        return false;
    objective->trained[GENERATOR] = generator;
    objective->trained[DISCRIMINATOR] = discriminator;
    objective->optimizers[GENERATOR] = &schedule->optimizer;
    objective->optimizers[DISCRIMINATOR] = &schedule->discriminator_optimizer;
    objective->roles[GENERATOR] = "generator";
    objective->roles[DISCRIMINATOR] = "discriminator";
    objective->n_trained = N_NETWORKS;
    objective->comment = "An update of both networks.";
    struct phase *phases = objective->phases;
    phases[0] = imitate(generator);
    phases[1] = train_discriminator(discriminator, schedule->loss, &phases[0]);
    phases[2] = train_generator(generator, discriminator, schedule->loss);
    objective->n_phases = 3;
    return true;
}

/* ---- checking ------------------------------------------------------------ */

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

static void check(struct arena *arena, const struct graph *graph,
                  const struct schedule *schedule,
                  const struct objective_plan *objective, struct diags *diags)
{
    const struct network *generator = objective->trained[GENERATOR];
    const struct network *discriminator = objective->trained[DISCRIMINATOR];
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
    if (!shape_takes(shown, made))
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

const struct objective_kind objective_gan = {
    .constant = "GUSS_GAN", .describe = describe, .check = check};
