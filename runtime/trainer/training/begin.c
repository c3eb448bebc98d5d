/* How a run begins: its first weights, and a folder with all that is needed to
 * begin it again. run.json comes first and says that the rest is not yet there,
 * and last, when it is: whoever kills the process leaves no folder that nobody
 * can use. */
#include "trainer/training/training.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"
#include "trainer/session/network.h"
#include "trainer/session/processor.h"

static void start_note(struct training *training)
{
    struct session *session = training->session;
    training->note = (struct checkpoint_note){
        .seed = session->schedule.seed,
        .samples = (uint64_t)training_samples(training),
        .model = checkpoint_model_fingerprint(training->model),
        .schedule = schedule_fingerprint(&session->schedule, false),
        .log_version = LOG_VERSION,
        .target = training->model->target,
        .compiler = training->model->compiler,
        .class_names = class_names_text(session->arena, &session->classes),
        .normalization =
            normalization_text(session->arena, &session->normalization),
        .processor = processor_name(session->arena),
        .version = GUSS_VERSION};
    training_note_data(training);
}

/* Those that a run began with, all of them, from its own folder. */
static enum status load_weights(struct training *training, const char *path)
{
    struct session *session = training->session;
    struct class_names classes = session->classes;
    struct normalization normalization = session->normalization;
    const struct guss_normalization *normalizing = session->normalizing;
    enum status status = session_load_weights(
        session, weights_trained(session->arena, training->model), path);
    session->classes = classes;
    session->normalization = normalization;
    session->normalizing = normalizing;
    return status;
}

/* Those of --init, as far as they fit. They may be of other classes: those of
 * the data stay. */
static enum status reuse_weights(struct training *training, const char *path)
{
    struct session *session = training->session;
    const struct class_names *classes = &session->classes;
    struct class_names others;
    bool is_whole;
    enum status status = session_reuse_weights(
        session, weights_trained(session->arena, training->model), path,
        &is_whole, &others);
    if (status == STATUS_OK && is_whole && classes->count > 0 &&
        others.count > 0 && !class_names_same(classes, &others))
        session_warn(session,
                     "the weights of '%s' tell %s; this run is trained on %s",
                     path, class_names_list(session->arena, &others),
                     class_names_list(session->arena, classes));
    return status;
}

static enum status check_finite(struct training *training, const char *initial)
{
    struct session *session = training->session;
    double value;
    const char *key = weights_find_nonfinite(
        session->arena, training->model, session->memory,
        weights_trained(session->arena, training->model), &value);
    return key ? error_set(&session->error, STATUS_INPUT,
                           "'%s' holds %g in '%s': no training can begin there",
                           initial, value, key)
               : STATUS_OK;
}

static enum status first_weights(struct training *training, const char *initial)
{
    if (!initial)
        return STATUS_OK;
    enum status status = training->session->options->texts[OPTION_REPEAT]
                             ? load_weights(training, initial)
                             : reuse_weights(training, initial);
    return status == STATUS_OK ? check_finite(training, initial) : status;
}

/* ---- the folder ---------------------------------------------------------- */

enum status write_schedule(struct training *training)
{
    struct session *session = training->session;
    struct text text = text_new(session->arena);
    session->schedule.threads = guss_team_count(session->team);
    text_printf(&text, "version: %d\n", SCHEDULE_VERSION);
    schedule_write(&session->schedule, &text);
    return file_write(run_folder_file(&training->folder, "schedule.yaml"),
                      text_string(&text), text.length, &session->error);
}

/* Where --init was given: there is no other way to draw these again. */
static enum status write_initial_weights(struct training *training)
{
    struct session *session = training->session;
    const struct guss_model *model = training->model;
    if (!training->record.has_initial_weights)
        return STATUS_OK;
    return weights_save(model, session->memory,
                        weights_trained(session->arena, model),
                        &session->classes, &session->normalization,
                        run_folder_file(&training->folder, RUN_INITIAL_WEIGHTS),
                        &session->error);
}

/* Latent vectors of a file, which may be gone tomorrow. */
static enum status write_latent(struct training *training)
{
    struct session *session = training->session;
    const struct guss_latent *latent = &training->latent.source;
    if (!training->record.has_latent)
        return STATUS_OK;
    int64_t width = output_elements(network_input(training->network));
    int64_t shape[] = {latent->count, width};
    return npy_write_f32(run_folder_file(&training->folder, RUN_LATENT), 2,
                         shape, latent->rows, &session->error);
}

static enum status write_companion(struct training *training,
                                   const struct companion *companion,
                                   const char *network, const char *weights)
{
    struct error *error = &training->session->error;
    const char *text = companion->model->nn_text;
    enum status status = file_write(run_folder_file(&training->folder, network),
                                    text, strlen(text), error);
    if (status == STATUS_OK)
        status =
            file_write(run_folder_file(&training->folder, weights),
                       companion->weights, companion->weights_bytes, error);
    return status;
}

/* What `judge:` of the schedule beside them names. */
static enum status write_judge(struct training *training)
{
    const struct guss_judge *judge = training->model->judge;
    if (!judge)
        return STATUS_OK;
    const struct companion companion = judge_companion(judge);
    enum status status =
        write_companion(training, &companion, JUDGE_MODEL, JUDGE_WEIGHTS);
    if (status != STATUS_OK || !judge->autoencoder)
        return status;
    const struct companion autoencoder = opinion_companion(judge->autoencoder);
    return write_companion(training, &autoencoder, AUTOENCODER_MODEL,
                           AUTOENCODER_WEIGHTS);
}

static enum status create_log(struct training *training)
{
    const char *path = run_folder_file(&training->folder, "log.csv");
    struct log_column columns[MAX_LOG_COLUMNS];
    int count = training_columns(training, columns);
    unlink(path); /* of a run that was killed before it began */
    unlink(run_folder_file(&training->folder, RUN_SCORES));
    return log_create(&training->log, path, columns, count,
                      &training->session->error);
}

static enum status fill_folder(struct training *training)
{
    struct error *error = &training->session->error;
    const char *text = training->model->nn_text;
    const char *model_nn = run_folder_file(&training->folder, "model.nn");
    enum status status = training_save_record(training, RUN_STARTING);
    if (status == STATUS_OK)
        status = run_folder_keep_executable(&training->folder, error);
    if (status == STATUS_OK)
        status = file_write(model_nn, text, strlen(text), error);
    if (status == STATUS_OK)
        status = write_schedule(training);
    if (status == STATUS_OK)
        status = write_initial_weights(training);
    if (status == STATUS_OK)
        status = write_latent(training);
    if (status == STATUS_OK)
        status = split_write(training);
    if (status == STATUS_OK)
        status = write_judge(training);
    if (status == STATUS_OK)
        status = create_log(training);
    return status == STATUS_OK ? training_save_record(training, RUN_TRAINING)
                               : status;
}

/* ---- a new run ----------------------------------------------------------- */

/* The one segment that it has so far, unless it repeats one that has more. */
static void start_record(struct training *training, const char *initial)
{
    struct session *session = training->session;
    const struct schedule *schedule = &session->schedule;
    struct run_record *record = &training->record;
    const char *executable = run_folder_executable_sum(session->arena);
    record->model = training->model->name;
    record->has_initial_weights = initial != NULL;
    record->has_latent = schedule->objective == OBJECTIVE_GAN &&
                         schedule->latent.kind == LATENT_FILE;
    for (int i = 0; i < record->n_segments; i++)
        record->segments[i].executable = executable;
    if (record->n_segments)
        return;
    struct text text = text_new(session->arena);
    schedule_write(schedule, &text);
    struct run_segment first = {0, executable, text_string(&text)};
    run_record_begin_segment(session->arena, record, &first);
}

enum status begin_run(struct training *training, const char *initial)
{
    struct session *session = training->session;
    session_start_weights(session);
    enum status status = first_weights(training, initial);
    start_note(training);
    if (status == STATUS_OK)
        status =
            checkpoint_check(training->model, &training->note, &session->error);
    if (status == STATUS_OK)
        status = run_folder_make(
            session->arena, session->options->texts[OPTION_OUT],
            training->model->name, &training->folder, &session->error);
    if (status != STATUS_OK)
        return status;
    start_record(training, initial);
    return fill_folder(training);
}

enum status begin_again(struct training *training)
{
    struct session *session = training->session;
    session_start_weights(session);
    enum status status = STATUS_OK;
    if (training->record.has_initial_weights)
        status = load_weights(
            training, run_folder_file(&training->folder, RUN_INITIAL_WEIGHTS));
    start_note(training);
    return status == STATUS_OK ? create_log(training) : status;
}
