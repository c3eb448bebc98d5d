/* train: a new run in a new folder, or an earlier one gone on with. Whatever
 * can be wrong is found before the first file is written. */
#include "trainer/command/commands.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/stop.h"
#include "base/text.h"
#include "trainer/inference/generation.h"
#include "trainer/inference/reconstruction.h"
#include "trainer/session/labels.h"
#include "trainer/session/processor.h"
#include "trainer/training/training.h"

static enum status check_options(struct session *session)
{
    const char *const *texts = session->options->texts;
    if (!texts[OPTION_RESUME] || (!texts[OPTION_OUT] && !texts[OPTION_INIT]))
        return STATUS_OK;
    return error_set(&session->error, STATUS_USAGE,
                     "--resume and --%s exclude each other: a resumed run has "
                     "its %s",
                     texts[OPTION_OUT] ? "out" : "init",
                     texts[OPTION_OUT] ? "folder" : "weights");
}

/* ---- data ---------------------------------------------------------------- */

/* What the pixels' default came to is written down, where it is one thing. */
static void resolve_pixels(struct training *training)
{
    enum guss_pixels train = training->train.samples.pixels;
    struct schedule *schedule = &training->session->schedule;
    static const enum pixels_choice choices[] = {
        [GUSS_PIXELS_RAW] = PIXELS_RAW,
        [GUSS_PIXELS_UNIT] = PIXELS_UNIT,
        [GUSS_PIXELS_SIGNED] = PIXELS_SIGNED,
        [GUSS_PIXELS_BINARY] = PIXELS_BINARY};
    if (schedule->data.pixels == PIXELS_DEFAULT &&
        (!training->has_test || training->test.samples.pixels == train))
        schedule->data.pixels = choices[train];
}

static bool wants_sheets(const struct training *training)
{
    const struct schedule *schedule = &training->session->schedule;
    return training->model->objective != GUSS_CLASSIFIER &&
           (schedule->snapshots.every || schedule->snapshots.n_at);
}

/* A sheet that cannot be drawn is found now, not in the middle of the run. */
static enum status check_sheets(struct training *training)
{
    struct session *session = training->session;
    const struct schedule *schedule = &session->schedule;
    const char *test = schedule->data.test;
    const struct data_set *set = test ? &training->test : &training->train;
    int64_t count = schedule->snapshots.count;
    int64_t columns = schedule->snapshots.columns;
    enum status status =
        training->judge
            ? generation_check(session->arena, training->network,
                               &session->error)
            : reconstruction_check(session->arena,
                                   test ? test : schedule->data.train, set,
                                   training->network, &session->error);
    if (status != STATUS_OK)
        return status;
    if (training->judge ? generation_fits(training->network, count, columns)
                        : reconstruction_fits(set, count, columns))
        return STATUS_OK;
    return error_set(&session->error, STATUS_INPUT,
                     "'snapshots.count' is too large: %lld images make a sheet "
                     "of more than 1 GiB",
                     (long long)count);
}

static enum status load_one(struct training *training, const char *reference,
                            struct data_set *set)
{
    struct session *session = training->session;
    enum status status = session_load_data(
        session, reference,
        training->judge ? training->judge : training->network, set);
    if (status == STATUS_OK && set == &training->train)
        status = labels_name_classes(session, reference, set);
    if (status == STATUS_OK)
        status = labels_take(session, reference, set);
    return status;
}

/* What the data makes possible: its order, how long the run is. */
static enum status prepare(struct training *training)
{
    struct session *session = training->session;
    resolve_pixels(training);
    int64_t longest = training->train.samples.count;
    if (training->has_test && training->test.samples.count > longest)
        longest = training->test.samples.count;
    training->order = calloc((size_t)longest, sizeof *training->order);
    if (!training->order)
        return error_set(&session->error, STATUS_MACHINE, "out of memory");
    enum status status = STATUS_OK;
    if (training->judge)
        status = gan_prepare(training);
    if (status != STATUS_OK)
        return status;
    return training_count(session, (uint64_t)training->train.samples.count,
                          &training->per_epoch, &training->total);
}

static enum status load_data(struct training *training)
{
    struct session *session = training->session;
    const char *train = session->schedule.data.train;
    const char *test = session->schedule.data.test;
    /* What a GAN's test set would be measured by is not defined. */
    training->has_test = test != NULL && !training->judge;
    enum status status = load_one(training, train, &training->train);
    if (status == STATUS_OK && training->has_test)
        status = load_one(training, test, &training->test);
    if (status == STATUS_OK && wants_sheets(training))
        status = check_sheets(training);
    return status == STATUS_OK ? prepare(training) : status;
}

/* ---- a new run ----------------------------------------------------------- */

static void start_note(struct training *training)
{
    struct session *session = training->session;
    training->note = (struct checkpoint_note){
        .seed = session->schedule.seed,
        .samples = (uint64_t)training->train.samples.count,
        .model = checkpoint_model_fingerprint(training->model),
        .schedule = training_schedule_fingerprint(&session->schedule),
        .target = training->model->target,
        .compiler = training->model->compiler,
        .class_names = class_names_text(session->arena, &session->classes),
        .processor = processor_name(session->arena),
        .version = GUSS_VERSION};
    training_note_data(training);
}

static enum status write_schedule(struct training *training)
{
    struct session *session = training->session;
    struct text text = text_new(session->arena);
    session->schedule.threads = guss_team_count(session->team);
    schedule_write(&session->schedule, &text);
    return file_write(run_folder_file(&training->folder, "schedule.yaml"),
                      text_string(&text), text.length, &session->error);
}

/* The first weights may be of other classes: those of the data stay. */
static enum status load_init(struct training *training, const char *init)
{
    struct session *session = training->session;
    struct class_names classes = session->classes;
    enum status status = session_load_weights(
        session, weights_trained(session->arena, training->model), init);
    struct class_names others = session->classes;
    session->classes = classes;
    if (status == STATUS_OK && classes.count > 0 && others.count > 0 &&
        !class_names_same(&classes, &others))
        session_warn(session,
                     "the weights of '%s' tell %s; this run is trained on %s",
                     init, class_names_list(session->arena, &others),
                     class_names_list(session->arena, &classes));
    return status;
}

static enum status begin_run(struct training *training)
{
    struct session *session = training->session;
    struct error *error = &session->error;
    const struct guss_model *model = training->model;
    const char *init = session->options->texts[OPTION_INIT];
    enum status status = STATUS_OK;
    session_start_weights(session);
    if (init)
        status = load_init(training, init);
    start_note(training);
    if (status == STATUS_OK)
        status = checkpoint_check(model, &training->note, error);
    if (status == STATUS_OK)
        status =
            run_folder_make(session->arena, session->options->texts[OPTION_OUT],
                            model->name, &training->folder, error);
    if (status != STATUS_OK)
        return status;
    status = write_schedule(training);
    if (status == STATUS_OK)
        status = file_write(run_folder_file(&training->folder, "model.nn"),
                            model->nn_text, strlen(model->nn_text), error);
    const char *names[MAX_LOG_COLUMNS];
    if (status == STATUS_OK)
        status = log_create(&training->log,
                            run_folder_file(&training->folder, "log.csv"),
                            names, training_columns(training, names), error);
    return status;
}

/* ---- the command --------------------------------------------------------- */

static enum status run_training(struct training *training)
{
    double begun = progress_now();
    session_optimizers(training->session, training->optimizers);
    stop_catch_signals();
    screen_print_start(training);
    enum status status = training_run(training);
    screen_print_end(training, status, progress_now() - begun);
    return status;
}

static enum status train_anew(struct training *training)
{
    struct session *session = training->session;
    enum status status = session_read_schedule(session, NULL, true);
    if (status == STATUS_OK)
        status = session_start(session);
    if (status == STATUS_OK)
        status = load_data(training);
    if (status == STATUS_OK)
        status = begin_run(training);
    return status == STATUS_OK ? run_training(training) : status;
}

static enum status restore_run(struct training *training,
                               const struct checkpoint *checkpoint,
                               const char *path)
{
    enum status status = session_start(training->session);
    if (status == STATUS_OK)
        status = load_data(training);
    if (status != STATUS_OK)
        return status;
    session_start_weights(training->session);
    status = resume_restore(training, checkpoint, path);
    return status == STATUS_OK ? write_schedule(training) : status;
}

static enum status train_further(struct training *training)
{
    struct session *session = training->session;
    struct checkpoint checkpoint;
    const char *path;
    uint64_t per_epoch, total;
    enum status status =
        resume_find(session, &training->folder, &checkpoint, &path);
    if (status != STATUS_OK)
        return status;
    status =
        training_count(session, checkpoint.note.samples, &per_epoch, &total);
    /* A run that was killed behind the checkpoint may have other weights, or
     * none: its end is then saved again. */
    bool is_finished =
        status == STATUS_OK && checkpoint.note.iteration >= total &&
        checkpoint_has_weights(
            &checkpoint, session->model,
            run_folder_file(&training->folder, "weights.safetensors"));
    if (is_finished)
        fprintf(stderr,
                "already finished: %s has all of its %" PRIu64 " iterations\n",
                training->folder.path, total);
    else if (status == STATUS_OK)
        status = restore_run(training, &checkpoint, path);
    checkpoint_close(&checkpoint);
    if (status != STATUS_OK || is_finished)
        return status;
    return run_training(training);
}

enum status command_train(struct session *session)
{
    const struct guss_model *model = session->model;
    struct training training = {
        .session = session, .model = model, .folder.lock = -1};
    enum status status = check_options(session);
    if (status != STATUS_OK)
        return status;
    if (model->schedule_text) {
        training.network = &model->networks[model->trained];
        training.route = route_whole(session->arena, training.network);
    }
    if (model->schedule_text && model->objective == GUSS_GAN)
        training.judge = &model->networks[model->discriminator];
    status = session->options->texts[OPTION_RESUME] ? train_further(&training)
                                                    : train_anew(&training);
    log_close(training.log);
    run_folder_close(&training.folder);
    data_free(&training.train);
    data_free(&training.test);
    gan_free(&training);
    free(training.order);
    return status;
}
