/* A schedule to panels: what flows where in one update, from the data to the
 * loss, a panel for each phase that trains; the networks follow, each in a panel
 * of its own. */
#include "base/file.h"
#include "compiler/drawing/panels.h"
#include "compiler/plan/plan.h"
#include "compiler/table/number.h"

enum { MOST_BOXES = 8, MOST_ARROWS = 8 };

struct system {
    struct arena *arena;
    const struct schedule *schedule;
    const struct objective_plan *objective;
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
                              const struct phase *phase)
{
    const struct optimizer_settings *settings =
        system->objective->optimizers[phase->optimizer];
    const char *note =
        arena_printf(system->arena, "trained by %s, learning rate %g%s",
                     optimizer_word(settings->kind), settings->learning_rate,
                     settings->rates.kind == RATES_CONSTANT ? "" : " at first");
    return network_box(system, phase->network, false, note);
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

static struct box loss_box(const struct phase_loss *loss)
{
    return (struct box){
        .kind = BOX_LOSS, .name = loss_word(loss->kind), .type = "loss"};
}

static struct box latent_box(const struct system *system,
                             const struct network *network, int64_t rows)
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
        .shape = input_text(system, network),
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

static int64_t rows_of(const struct system *system, const struct phase *phase)
{
    return system->schedule->batch * phase->share / WHOLE_BATCH;
}

/* Latent rows through a network as in prediction, and samples, in one batch; the
 * number of its box. */
static int add_joined(const struct system *system, const struct phase *phase,
                      struct panel *panel)
{
    const struct phase *made_by = phase->input.made_by;
    int64_t made = rows_of(system, made_by);
    int64_t real = rows_of(system, phase) - made;
    struct arena *arena = system->arena;
    int latent =
        panel_add_box(panel, latent_box(system, made_by->network, made));
    int data = panel_add_box(panel, data_box(system, phase->network, real));
    int frozen =
        panel_add_box(panel, network_box(system, made_by->network, true,
                                         "frozen; runs as in prediction"));
    panel_add_arrow(panel, latent, frozen);
    int batch = panel_add_box(
        panel, (struct box){.kind = BOX_MERGE,
                            .name = "one batch",
                            .type = "real + fake",
                            .shape = input_text(system, phase->network),
                            .size = arena_printf(arena, "%s + %s",
                                                 number_grouped(arena, real),
                                                 number_grouped(arena, made))});
    panel_add_arrow(panel, data, batch);
    panel_add_arrow(panel, frozen, batch);
    return batch;
}

/* What the phase reads; the number of its box. */
static int add_input(const struct system *system, const struct phase *phase,
                     struct panel *panel)
{
    int64_t rows = rows_of(system, phase);
    switch (phase->input.kind) {
    case INPUT_LATENT:
        return panel_add_box(panel, latent_box(system, phase->network, rows));
    case INPUT_JOINED:
        return add_joined(system, phase, panel);
    default:
        return panel_add_box(panel, data_box(system, phase->network, rows));
    }
}

static struct box target_box(const struct system *system,
                             const struct phase *phase)
{
    const struct network *network = phase_judged(phase);
    struct box box = {.kind = BOX_DATA, .type = "target"};
    switch (phase->target.kind) {
    case TARGET_INPUT:
        box.name = "the input itself";
        box.shape = output_text(system, network);
        break;
    case TARGET_PIXELS:
        box.name = "the input itself";
        box.shape = output_text(system, network);
        box.note = "not normalized";
        break;
    case TARGET_LABELS:
        box.name = "labels";
        box.shape = output_text(system, network);
        box.note = shape_elements(&network->outputs[0]->shape) == 1
                       ? "the label, 0 or 1"
                       : "one-hot";
        break;
    case TARGET_DATA:
        box.name = system->schedule->data.target;
        box.shape = output_text(system, network);
        break;
    case TARGET_TRUTH:
        box.name = phase->target.real < phase->share ? "1 for real, 0 for fake"
                                                     : "1 for all";
        break;
    }
    return box;
}

static bool is_target_of_samples(const struct phase *phase)
{
    return phase->target.kind == TARGET_INPUT ||
           phase->target.kind == TARGET_PIXELS ||
           phase->target.kind == TARGET_LABELS;
}

/* From what it reads, through the network that it trains, to its losses. */
static struct panel phase_panel(const struct system *system,
                                const struct phase *phase, const char *title)
{
    struct panel panel = panel_new(system->arena, MOST_BOXES, MOST_ARROWS);
    panel.title = title;
    panel.subtitle = length_text(system);
    int input = add_input(system, phase, &panel);
    int result = panel_add_box(&panel, trained_box(system, phase));
    panel_add_arrow(&panel, input, result);
    if (phase->behind) {
        int frozen = panel_add_box(
            &panel, network_box(system, phase->behind, true, "frozen"));
        panel_add_arrow(&panel, result, frozen);
        result = frozen;
    }
    int target = panel_add_box(&panel, target_box(system, phase));
    if (is_target_of_samples(phase))
        panel_add_arrow(&panel, input, target);
    for (int i = 0; i < phase->n_losses; i++) {
        int loss = panel_add_box(&panel, loss_box(&phase->losses[i]));
        panel_add_arrow(&panel, result, loss);
        panel_add_arrow(&panel, target, loss);
    }
    return panel;
}

static void add_phases(const struct system *system, struct drawing *drawing)
{
    const struct objective_plan *objective = system->objective;
    struct arena *arena = system->arena;
    int number = 0;
    for (int i = 0; i < objective->n_phases; i++) {
        const struct phase *phase = &objective->phases[i];
        if (!phase_trains(phase))
            continue;
        const char *title =
            objective->n_trained > 1
                ? arena_printf(arena, "%d. %s", ++number, phase->step)
                : arena_printf(arena, "%s: %s", phase->step,
                               objective_word(system->schedule->objective));
        drawing->panels[drawing->n_panels++] =
            phase_panel(system, phase, title);
    }
}

static void add_networks(const struct system *system, struct drawing *drawing)
{
    const struct objective_plan *objective = system->objective;
    enum target_kind target = objective_last(objective)->target.kind;
    bool has_input_as_target =
        target == TARGET_INPUT || target == TARGET_PIXELS;
    for (int i = 0; i < objective->n_trained; i++)
        drawing->panels[drawing->n_panels++] =
            has_input_as_target
                ? panel_of_autoencoder(system->arena, objective->trained[i])
                : panel_of_network(system->arena, objective->trained[i]);
}

struct drawing drawing_of_system(struct arena *arena, const struct graph *graph,
                                 const struct schedule *schedule,
                                 struct diags *diags)
{
    enum { MOST_PANELS = MAX_PHASES + MAX_TRAINED };
    const struct system system = {
        arena, schedule, plan_objective(arena, graph, schedule, diags)};
    struct drawing drawing = {
        .title = path_name(graph->path),
        .panels = arena_alloc(arena, MOST_PANELS, sizeof *drawing.panels),
    };
    if (system.objective) {
        add_phases(&system, &drawing);
        add_networks(&system, &drawing);
    }
    return drawing;
}
