/* A schedule to panels: what flows where in one update, from the data to the
 * loss. An autoencoder and a classifier have one kind of update, a gan two; the
 * networks follow, each in a panel of its own. */
#include "base/file.h"
#include "compiler/drawing/panels.h"
#include "compiler/plan/plan.h"
#include "compiler/table/number.h"

enum { MOST_BOXES = 8, MOST_ARROWS = 8 };

struct system {
    struct arena *arena;
    const struct graph *graph;
    const struct schedule *schedule;
    struct diags *diags;
};

/* ---- boxes ----------------------------------------------------------- */

static const char *input_text(const struct system *system,
                              const struct network *network)
{
    return shape_text(system->arena, &network->inputs[0]->shape);
}

static const char *output_text(const struct system *system,
                               const struct network *network)
{
    return shape_text(system->arena, &network->outputs[0]->shape);
}

static struct box network_box(const struct system *system,
                              const struct network *network, bool is_frozen,
                              const char *note)
{
    return (struct box){
        .kind = BOX_NETWORK,
        .name = network->name,
        .type = network->is_sequential ? "Sequential" : "Model",
        .shape = output_text(system, network),
        .size = params_text(system->arena, network_parameters(network).total),
        .note = note,
        .is_frozen = is_frozen,
    };
}

static struct box trained_box(const struct system *system,
                              const struct network *network,
                              const struct optimizer_settings *settings)
{
    const char *note =
        arena_printf(system->arena, "trained by %s, learning rate %g",
                     optimizer_word(settings->kind), settings->learning_rate);
    return network_box(system, network, false, note);
}

static struct box data_box(const struct system *system,
                           const struct network *network, int64_t samples)
{
    enum pixels_choice pixels = system->schedule->data.pixels;
    const char *word = pixels_word(pixels);
    return (struct box){
        .kind = BOX_DATA,
        .name = system->schedule->data.train,
        .type = "data",
        .shape = input_text(system, network),
        .size = arena_printf(system->arena, "%s samples",
                             number_grouped(system->arena, samples)),
        .note = word ? arena_printf(system->arena, "pixels: %s", word) : NULL,
    };
}

static struct box loss_box(const struct system *system)
{
    return (struct box){.kind = BOX_LOSS,
                        .name = loss_word(system->schedule->loss),
                        .type = "loss"};
}

static struct box latent_box(const struct system *system,
                             const struct network *generator, int64_t rows)
{
    const struct schedule *schedule = system->schedule;
    struct arena *arena = system->arena;
    const char *drawn = NULL;
    switch (schedule->latent.kind) {
    case LATENT_NORMAL:
        drawn = arena_printf(arena, "normal: mean %g, stddev %g",
                             schedule->latent.mean, schedule->latent.stddev);
        break;
    case LATENT_UNIFORM:
        drawn = arena_printf(arena, "uniform: %g to %g", schedule->latent.low,
                             schedule->latent.high);
        break;
    case LATENT_FILE:
        drawn = schedule->latent.file;
        break;
    }
    return (struct box){
        .kind = BOX_DATA,
        .name = "latent",
        .type = "noise",
        .shape = input_text(system, generator),
        .size = arena_printf(arena, "%s rows", number_grouped(arena, rows)),
        .note = drawn,
    };
}

/* ---- panels ---------------------------------------------------------- */

/* "batch 256, 100 epochs" */
static const char *length_text(const struct system *system)
{
    const struct schedule *schedule = system->schedule;
    bool epochs = schedule->epochs > 0;
    int64_t n = epochs ? schedule->epochs : schedule->iterations;
    return arena_printf(system->arena, "batch %s, %s %s%s",
                        number_grouped(system->arena, schedule->batch),
                        number_grouped(system->arena, n),
                        epochs ? "epoch" : "iteration", n == 1 ? "" : "s");
}

/* An autoencoder's target is its input; a classifier's, the labels. */
static struct panel training_panel(const struct system *system,
                                   const struct network *network)
{
    const struct schedule *schedule = system->schedule;
    struct arena *arena = system->arena;
    struct panel panel = panel_new(arena, MOST_BOXES, MOST_ARROWS);
    bool labels = schedule->objective == OBJECTIVE_CLASSIFIER;
    bool one = shape_elements(&network->outputs[0]->shape) == 1;
    panel.title = arena_printf(arena, "training: %s",
                               objective_word(schedule->objective));
    panel.subtitle = length_text(system);
    int data =
        panel_add_box(&panel, data_box(system, network, schedule->batch));
    int trained = panel_add_box(
        &panel, trained_box(system, network, &schedule->optimizer));
    panel_add_arrow(&panel, data, trained);
    int target = panel_add_box(
        &panel, (struct box){.kind = BOX_DATA,
                             .name = labels ? "labels" : "the input itself",
                             .type = "target",
                             .shape = output_text(system, network),
                             .note = !labels ? NULL
                                     : one   ? "the label, 0 or 1"
                                             : "one-hot"});
    panel_add_arrow(&panel, data, target);
    int loss = panel_add_box(&panel, loss_box(system));
    panel_add_arrow(&panel, trained, loss);
    panel_add_arrow(&panel, target, loss);
    return panel;
}

/* Real samples, and what the generator makes, in one batch. */
static struct panel discriminator_panel(const struct system *system,
                                        const struct network *generator,
                                        const struct network *discriminator)
{
    const struct schedule *schedule = system->schedule;
    struct arena *arena = system->arena;
    int64_t half = schedule->batch / 2;
    const char *count = number_grouped(arena, half);
    struct panel panel = panel_new(arena, MOST_BOXES, MOST_ARROWS);
    panel.title = "1. discriminator update";
    panel.subtitle = length_text(system);
    int latent = panel_add_box(&panel, latent_box(system, generator, half));
    int data = panel_add_box(&panel, data_box(system, discriminator, half));
    int frozen =
        panel_add_box(&panel, network_box(system, generator, true,
                                          "frozen; runs as in prediction"));
    panel_add_arrow(&panel, latent, frozen);
    int batch = panel_add_box(
        &panel,
        (struct box){.kind = BOX_MERGE,
                     .name = "one batch",
                     .type = "real + fake",
                     .shape = input_text(system, discriminator),
                     .size = arena_printf(arena, "%s + %s", count, count)});
    panel_add_arrow(&panel, data, batch);
    panel_add_arrow(&panel, frozen, batch);
    int trained =
        panel_add_box(&panel, trained_box(system, discriminator,
                                          &schedule->discriminator_optimizer));
    panel_add_arrow(&panel, batch, trained);
    int labels =
        panel_add_box(&panel, (struct box){.kind = BOX_DATA,
                                           .name = "1 for real, 0 for fake",
                                           .type = "target"});
    int loss = panel_add_box(&panel, loss_box(system));
    panel_add_arrow(&panel, trained, loss);
    panel_add_arrow(&panel, labels, loss);
    return panel;
}

/* The generator learns to be taken for real. */
static struct panel generator_panel(const struct system *system,
                                    const struct network *generator,
                                    const struct network *discriminator)
{
    const struct schedule *schedule = system->schedule;
    struct arena *arena = system->arena;
    struct panel panel = panel_new(arena, MOST_BOXES, MOST_ARROWS);
    panel.title = "2. generator update";
    panel.subtitle = length_text(system);
    int latent =
        panel_add_box(&panel, latent_box(system, generator, schedule->batch));
    int trained = panel_add_box(
        &panel, trained_box(system, generator, &schedule->optimizer));
    panel_add_arrow(&panel, latent, trained);
    int frozen = panel_add_box(
        &panel, network_box(system, discriminator, true, "frozen"));
    panel_add_arrow(&panel, trained, frozen);
    int labels = panel_add_box(
        &panel,
        (struct box){.kind = BOX_DATA, .name = "1 for all", .type = "target"});
    int loss = panel_add_box(&panel, loss_box(system));
    panel_add_arrow(&panel, frozen, loss);
    panel_add_arrow(&panel, labels, loss);
    return panel;
}

static void add_gan(const struct system *system, struct drawing *drawing)
{
    const struct schedule *schedule = system->schedule;
    const struct network *generator = scheduled_network(
        system->arena, system->graph, "generator", schedule->generator,
        schedule->where.generator, system->diags);
    const struct network *discriminator = scheduled_network(
        system->arena, system->graph, "discriminator", schedule->discriminator,
        schedule->where.discriminator, system->diags);
    if (!generator || !discriminator)
        return;
    struct panel *panels = drawing->panels;
    panels[drawing->n_panels++] =
        discriminator_panel(system, generator, discriminator);
    panels[drawing->n_panels++] =
        generator_panel(system, generator, discriminator);
    panels[drawing->n_panels++] = panel_of_network(system->arena, generator);
    panels[drawing->n_panels++] =
        panel_of_network(system->arena, discriminator);
}

struct drawing drawing_of_system(struct arena *arena, const struct graph *graph,
                                 const struct schedule *schedule,
                                 struct diags *diags)
{
    enum { MOST_PANELS = 4 };
    const struct system system = {arena, graph, schedule, diags};
    struct drawing drawing = {
        .title = path_name(graph->path),
        .panels = arena_alloc(arena, MOST_PANELS, sizeof *drawing.panels),
    };
    if (schedule->objective == OBJECTIVE_GAN) {
        add_gan(&system, &drawing);
        return drawing;
    }
    const struct network *network =
        scheduled_network(arena, graph, "network", schedule->network,
                          schedule->where.network, diags);
    if (network) {
        drawing.panels[drawing.n_panels++] = training_panel(&system, network);
        drawing.panels[drawing.n_panels++] =
            schedule->objective == OBJECTIVE_AUTOENCODER
                ? panel_of_autoencoder(arena, network)
                : panel_of_network(arena, network);
    }
    return drawing;
}
