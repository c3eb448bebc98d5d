/* A command's surroundings, made on demand: schedule, threads and memory,
 * network, weights and data. Whatever cannot be had ends in session->error. */
#include "trainer/session/session.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/file_kind.h"
#include "base/message.h"
#include "base/text.h"
#include "trainer/session/network.h"

enum { MEMORY_ALIGNMENT = 64 };

/* ---- schedule ------------------------------------------------------------ */

static const struct source *compiled_source(const struct session *session)
{
    const struct guss_model *model = session->model;
    return source_from_text(session->arena, model->schedule_path,
                            model->schedule_text, strlen(model->schedule_text));
}

static const struct source *schedule_source(struct session *session,
                                            const char *path)
{
    if (!path)
        path = session->options->texts[OPTION_SCHEDULE];
    if (!path)
        return compiled_source(session);
    if (file_expect_kind(path, FILE_SCHEDULE, &session->error))
        return NULL;
    return source_read_given(session->arena, path, SCHEDULE_MAX_BYTES,
                             &session->error);
}

static enum status finish_diagnostics(struct session *session,
                                      struct diags *diags)
{
    bool failed = diags_failed(diags);
    diags_print(diags, stderr, session->colour);
    return failed ? STATUS_INPUT : STATUS_OK;
}

/* A schedule need not name the only network; resolved, it does. */
static void name_network(const struct guss_model *model,
                         struct schedule *schedule)
{
    if (!schedule->network && schedule->objective != OBJECTIVE_GAN)
        schedule->network = trained_network(model)->name;
}

enum status session_parse_schedule(struct session *session,
                                   const struct source *source,
                                   struct schedule *schedule)
{
    struct diags *diags = diags_new(session->arena);
    schedule_read(session->arena, source, NULL, 0, NULL, schedule, diags);
    if (!diags_failed(diags))
        name_network(session->model, schedule);
    return finish_diagnostics(session, diags);
}

enum status session_resolve_schedule(struct session *session,
                                     const struct source *source,
                                     struct schedule *schedule)
{
    const struct options *options = session->options;
    struct schedule compiled;
    enum status status =
        session_parse_schedule(session, compiled_source(session), &compiled);
    if (status != STATUS_OK)
        return status;
    struct diags *diags = diags_new(session->arena);
    schedule_read(session->arena, source, options->edits, (int)options->n_edits,
                  &compiled, schedule, diags);
    if (!diags_failed(diags))
        name_network(session->model, schedule);
    if (options->texts[OPTION_THREADS])
        schedule->threads = options->threads;
    return finish_diagnostics(session, diags);
}

enum status session_read_schedule(struct session *session, const char *path,
                                  bool must)
{
    const struct guss_model *model = session->model;
    bool asked = session->options->texts[OPTION_SCHEDULE] ||
                 session->options->n_edits > 0;
    if (!model->schedule_text && !must && !asked)
        return STATUS_OK;
    if (!model->schedule_text)
        return error_set(&session->error, STATUS_USAGE,
                         "this executable was built without a schedule; "
                         "rebuild: guss build %s SCHEDULE.yaml",
                         model->nn_path);
    const struct source *source = schedule_source(session, path);
    if (!source)
        return session->error.status;
    enum status status =
        session_resolve_schedule(session, source, &session->schedule);
    session->has_schedule = status == STATUS_OK;
    return status;
}

/* ---- threads and memory -------------------------------------------------- */

static int count_threads(const struct session *session)
{
    const struct options *options = session->options;
    int64_t threads = 0; /* as many as there are processors */
    if (options->texts[OPTION_THREADS])
        threads = options->threads;
    else if (session->has_schedule)
        threads = session->schedule.threads;
    return threads ? (int)threads : guss_processors();
}

/* calloc, not aligned_alloc: pages that a command never touches, such as the
 * optimizer's in a prediction, stay unused. */
enum status session_allocate(struct session *session)
{
    size_t bytes = session->model->arena_bytes + MEMORY_ALIGNMENT - 1;
    session->allocated = calloc(1, bytes);
    if (!session->allocated)
        return error_set(&session->error, STATUS_MACHINE,
                         "out of memory: the network needs %zu bytes", bytes);
    size_t beyond = (uintptr_t)session->allocated % MEMORY_ALIGNMENT;
    session->memory =
        (char *)session->allocated + (beyond ? MEMORY_ALIGNMENT - beyond : 0);
    return STATUS_OK;
}

enum status session_start(struct session *session)
{
    if (session_allocate(session) != STATUS_OK)
        return session->error.status;
    int threads = count_threads(session);
    session->team = guss_team_new(threads);
    if (!session->team)
        return error_set_errno(&session->error, STATUS_MACHINE,
                               "cannot start %d threads", threads);
    return STATUS_OK;
}

void session_end(struct session *session)
{
    guss_team_free(session->team);
    free(session->allocated);
    session->team = NULL;
    session->memory = session->allocated = NULL;
}

/* ---- training ------------------------------------------------------------ */

bool session_draws_black(const struct session *session)
{
    return session->has_schedule &&
           session->schedule.snapshots.ink == INK_BLACK;
}

void session_optimizers(const struct schedule *schedule,
                        struct guss_optimizer optimizers[MAX_OPTIMIZERS])
{
    for (int i = 0; i < MAX_OPTIMIZERS; i++)
        optimizer_take(schedule_optimizer(schedule, i), &optimizers[i]);
}

/* What slot 0 of a trained network's weights starts at. */
static float slot_start(const struct session *session, int trained)
{
    double start = session->model->trained[trained].slot_start;
    const struct optimizer_settings *settings =
        schedule_optimizer(&session->schedule, trained);
    return (float)(isnan(start) ? settings->initial_accumulator_value : start);
}

/* Slot 0 of the weights of one, padding included. */
static void start_trained(struct session *session, int trained)
{
    const struct guss_model *model = session->model;
    struct weight_list list =
        weights_of(&model->networks[model->trained[trained].network]);
    float start = slot_start(session, trained);
    float *state = model_slot(model, session->memory, 0);
    for (int i = 0; i < list.count; i++) {
        const struct guss_weight *weight = &model->weights[list.indexes[i]];
        size_t size = weight_row_count(weight) * weight->stride;
        for (size_t k = 0; k < size; k++)
            state[weight->offset + k] = start;
    }
}

void session_start_weights(struct session *session)
{
    const struct guss_model *model = session->model;
    weights_initialise(model, session->memory, session->schedule.seed);
    for (int slot = 0; slot < model->n_slots; slot++) {
        float start = slot ? 0.0f : slot_start(session, 0);
        float *state = model_slot(model, session->memory, slot);
        for (size_t i = 0; i < model->weights_count; i++)
            state[i] = start;
    }
    for (int i = 1; i < model->n_trained && model->n_slots > 0; i++)
        start_trained(session, i);
    if (model->weights_changed)
        model->weights_changed(session->memory);
}

/* ---- networks ------------------------------------------------------------ */

static const char **network_names(const struct session *session)
{
    const struct guss_model *model = session->model;
    const char **names =
        arena_alloc(session->arena, (size_t)model->n_networks, sizeof *names);
    for (int i = 0; i < model->n_networks; i++)
        names[i] = model->networks[i].name;
    return names;
}

static const char *join_names(struct arena *arena, const char *const *names,
                              int count)
{
    struct text text = text_new(arena);
    for (int i = 0; i < count; i++)
        text_printf(&text, "%s%s", i ? ", " : "", names[i]);
    return text_string(&text);
}

enum status session_check_ending(struct session *session, enum option_id option,
                                 const char *ending)
{
    const char *path = session->options->texts[option];
    if (!path || path_suits(path, ending))
        return STATUS_OK;
    return error_set(&session->error, STATUS_USAGE,
                     "--%s wants a file that ends in %s, not '%s'",
                     option_name(option), ending, path);
}

const struct guss_network *session_network(struct session *session)
{
    const struct guss_model *model = session->model;
    const char *wanted = session->options->texts[OPTION_NETWORK];
    const char **names = network_names(session);
    if (!wanted && model->schedule_text)
        return trained_network(model);
    if (!wanted && model->n_networks == 1)
        return &model->networks[0];
    if (!wanted) {
        error_set(&session->error, STATUS_USAGE,
                  "--network is missing: %s has %s", model->name,
                  join_names(session->arena, names, model->n_networks));
        return NULL;
    }
    for (int i = 0; i < model->n_networks; i++)
        if (strcmp(wanted, names[i]) == 0)
            return &model->networks[i];
    error_set(
        &session->error, STATUS_USAGE, "there is no network '%s'%s", wanted,
        did_you_mean(session->arena, wanted, names, (size_t)model->n_networks));
    return NULL;
}

int session_layer(struct session *session, const struct guss_network *network,
                  enum option_id option)
{
    const char *wanted = session->options->texts[option];
    size_t count = (size_t)network->n_outputs;
    const char **names = arena_alloc(session->arena, count, sizeof *names);
    for (size_t i = 0; i < count; i++) {
        names[i] = network->outputs[i].layer;
        if (strcmp(wanted, names[i]) == 0)
            return (int)i;
    }
    error_set(&session->error, STATUS_USAGE, "network '%s' has no layer '%s'%s",
              network->name, wanted,
              did_you_mean(session->arena, wanted, names, count));
    return -1;
}

/* ---- output -------------------------------------------------------------- */

enum status session_report(struct session *session, struct span where,
                           const char *format, ...)
{
    struct diags *diags = diags_new(session->arena);
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(session->arena, format, arguments);
    va_end(arguments);
    diag_error(diags, where, "%s", text);
    return finish_diagnostics(session, diags);
}

void session_warn(const struct session *session, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vprintf(session->arena, format, arguments);
    va_end(arguments);
    text_mask(text); /* it may quote a file */
    message_print(MESSAGE_WARNING, session->colour, text);
}

enum status session_flush(struct session *session)
{
    bool failed = ferror(stdout) != 0;
    if (fflush(stdout) == 0 && !failed)
        return STATUS_OK;
    return error_set_errno(&session->error, STATUS_MACHINE,
                           "cannot write to standard output");
}
