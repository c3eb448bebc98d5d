/* train: a new run in a new folder, or an earlier one gone on with. Whatever
 * can be wrong is found before the first file is written. */
#include "trainer/command/commands.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/stop.h"
#include "base/text.h"
#include "trainer/session/labels.h"
#include "trainer/session/network.h"
#include "trainer/session/normalize.h"
#include "trainer/session/targets.h"
#include "trainer/training/training.h"

static enum status check_options(struct session *session)
{
    const char *const *texts = session->options->texts;
    if (texts[OPTION_ONLY] && !texts[OPTION_INIT])
        return error_set(&session->error, STATUS_USAGE,
                         "--only says which weights --init W.safetensors "
                         "takes, which is missing");
    if (texts[OPTION_LAYOUT] && !texts[OPTION_INIT])
        return error_set(&session->error, STATUS_USAGE,
                         "--layout says how the weights of --init "
                         "W.safetensors lie, which is missing");
    if (texts[OPTION_REPEAT] && (texts[OPTION_RESUME] || texts[OPTION_INIT]))
        return error_set(&session->error, STATUS_USAGE,
                         "--repeat and --%s exclude each other: a repeated run "
                         "begins as the first one did",
                         texts[OPTION_RESUME] ? "resume" : "init");
    if (!texts[OPTION_RESUME] || (!texts[OPTION_OUT] && !texts[OPTION_INIT]))
        return STATUS_OK;
    return error_set(&session->error, STATUS_USAGE,
                     "--resume and --%s exclude each other: a resumed run has "
                     "its %s",
                     texts[OPTION_OUT] ? "out" : "init",
                     texts[OPTION_OUT] ? "folder" : "weights");
}

/* ---- data ---------------------------------------------------------------- */

static enum status load_one(struct training *training,
                            struct pair_reference reference,
                            struct data_set *set)
{
    struct session *session = training->session;
    enum status status = session_load_data(
        session, reference.samples, sampled_network(training->model), set);
    if (status == STATUS_OK && set == &training->train)
        status = labels_name_classes(session, reference.samples, set);
    if (status == STATUS_OK)
        status = labels_take(session, reference.samples, set);
    if (status == STATUS_OK)
        status = targets_take(session, reference, set);
    return status;
}

/* What the data makes possible: its order, how long the run is. */
static enum status prepare(struct training *training)
{
    struct session *session = training->session;
    /* as it is written down */
    if (session->schedule.data.pixels == PIXELS_DEFAULT)
        session->schedule.data.pixels = PIXELS_UNIT;
    int64_t longest = training_samples(training);
    if (training->has_test && training->test.samples.count > longest)
        longest = training->test.samples.count;
    training->order = calloc((size_t)longest, sizeof *training->order);
    if (!training->order)
        return error_set(&session->error, STATUS_MACHINE, "out of memory");
    enum status status = best_alloc(training);
    if (status == STATUS_OK && training->is_gan)
        status = gan_prepare(training);
    if (status != STATUS_OK)
        return status;
    status = training_count(session, (uint64_t)training_samples(training),
                            &training->per_epoch, &training->total);
    return status == STATUS_OK ? training_fix_rates(training) : status;
}

static enum status load_data(struct training *training)
{
    struct session *session = training->session;
    const struct schedule *schedule = &session->schedule;
    const struct pair_reference train = {schedule->data.train,
                                         schedule->data.target};
    const struct pair_reference test = {schedule->data.test,
                                        schedule->data.test_target};
    /* What a GAN's test set would be measured by is not defined. */
    training->has_test = test.samples != NULL && !training->is_gan &&
                         schedule->data.validation <= 0.0;
    training->has_split = schedule->data.validation > 0.0;
    enum status status = control_check(training);
    if (status == STATUS_OK)
        status = load_one(training, train, &training->train);
    if (status == STATUS_OK)
        status = split_prepare(training);
    if (status == STATUS_OK)
        status = weights_prepare(training);
    if (status == STATUS_OK)
        status =
            normalize_begin(session, &training->train, training->split.training,
                            training->split.n_training);
    if (status == STATUS_OK)
        status = augmentation_begin(session, train.samples, &training->train,
                                    &training->augmentation);
    if (status == STATUS_OK && training->has_test)
        status = load_one(training, test, &training->test);
    if (status == STATUS_OK)
        status = sheets_prepare(training);
    if (status != STATUS_OK)
        return status;
    targets_check_range(session, train, &training->train);
    if (training->has_test)
        targets_check_range(session, test, &training->test);
    return prepare(training);
}

/* ---- the command --------------------------------------------------------- */

/* What run.json says of a run that ended so; false: nothing new. */
static bool state_at_end(enum status status, enum run_state *state)
{
    if (status == STATUS_OK)
        *state = RUN_FINISHED;
    else if (status == STATUS_DIVERGED)
        *state = RUN_DIVERGED;
    else
        *state = RUN_STOPPED;
    return status == STATUS_OK || status == STATUS_DIVERGED ||
           status == stop_requested();
}

static enum status run_training(struct training *training)
{
    double begun = clock_seconds(), worked = clock_processor_seconds();
    screen_print_start(training);
    enum status status = training_run(training);
    double seconds = clock_seconds() - begun;
    enum run_state state;
    training->record.seconds += seconds;
    training->record.processor_seconds += clock_processor_seconds() - worked;
    if (state_at_end(status, &state)) {
        enum status saved = training_save_record(training, state);
        status = saved == STATUS_OK ? status : saved;
    }
    screen_print_end(training, status, seconds);
    return status;
}

static enum status train_anew(struct training *training)
{
    struct session *session = training->session;
    bool repeats = session->options->texts[OPTION_REPEAT] != NULL;
    const char *initial = session->options->texts[OPTION_INIT];
    enum status status = repeats ? repeat_read(training, &initial)
                                 : session_read_schedule(session, NULL, true);
    if (status == STATUS_OK)
        status = session_start(session);
    if (status == STATUS_OK)
        status = load_data(training);
    if (status == STATUS_OK && repeats)
        status = repeat_check_data(training);
    if (status != STATUS_OK)
        return status;
    stop_catch_signals(); /* from here on there is something to save */
    status = begin_run(training, initial);
    return status == STATUS_OK ? run_training(training) : status;
}

static enum status restore_run(struct training *training,
                               const struct resumed *resumed)
{
    enum status status = session_start(training->session);
    if (status == STATUS_OK)
        status = load_data(training);
    if (status == STATUS_OK && resumed->asks_balanced)
        status = weights_check_balanced(training);
    if (status != STATUS_OK)
        return status;
    stop_catch_signals();
    session_start_weights(training->session);
    status = resumed->has_checkpoint ? resume_restore(training, resumed)
                                     : begin_again(training);
    if (status == STATUS_OK)
        status = write_schedule(training);
    if (status == STATUS_OK)
        status = split_write(training);
    if (status == STATUS_OK)
        status = run_folder_keep_executable(&training->folder,
                                            &training->session->error);
    return status == STATUS_OK ? training_save_record(training, RUN_TRAINING)
                               : status;
}

/* That its patience had run out, and that no more is given now. */
static bool has_stopped(const struct session *session,
                        const struct resumed *resumed)
{
    const struct checkpoint_note *note = &resumed->checkpoint.note;
    const struct monitor_settings *now = &session->schedule.stop;
    return note->stop.rule &&
           strcmp(note->stop.rule, monitor_rule(session->arena, now)) == 0 &&
           control_is_spent(&resumed->saved.stop, note) &&
           control_is_spent(now, note);
}

/* A run that was killed behind its last checkpoint may have other weights, or
 * none: its end is then saved again. */
static bool is_finished(const struct training *training,
                        const struct resumed *resumed, uint64_t total)
{
    return resumed->has_checkpoint &&
           (resumed->checkpoint.note.iteration >= total ||
            has_stopped(training->session, resumed)) &&
           checkpoint_has_weights(
               &resumed->checkpoint, training->model,
               run_folder_file(&training->folder, "weights.safetensors"));
}

/* "run has all of its 5 iterations"; it has more of them where a run that is
 * resumed is given fewer, and less where it stopped early. */
static const char *finished_text(const struct training *training,
                                 const struct resumed *resumed, uint64_t total)
{
    const struct session *session = training->session;
    struct arena *arena = session->arena;
    const char *path = text_shown(arena, training->folder.path);
    uint64_t done = resumed->checkpoint.note.iteration;
    if (done < total)
        return arena_printf(
            arena, "%s stopped early, after %" PRIu64 " iterations: %s", path,
            done,
            control_reason(arena, &session->schedule.stop,
                           &resumed->checkpoint.note, training->is_gan));
    return done > total
               ? arena_printf(arena,
                              "%s has %" PRIu64 " iterations, more than the "
                              "%" PRIu64 " that are wanted",
                              path, done, total)
               : arena_printf(arena, "%s has all of its %" PRIu64 " iterations",
                              path, total);
}

/* Nothing is left to do; other settings would have wanted that. */
static enum status say_finished(const struct training *training,
                                const struct resumed *resumed, uint64_t total)
{
    struct session *session = training->session;
    const char *finished = finished_text(training, resumed, total);
    bool is_early = resumed->checkpoint.note.iteration < total;
    static const char more_patience[] =
        "--set stop.patience=N gives it more patience, --set stop=null stops "
        "it no more";
    if (!resumed->has_other_settings) {
        fprintf(stderr, "already finished: %s%s%s\n", finished,
                is_early ? "; " : "", is_early ? more_patience : "");
        return STATUS_OK;
    }
    if (is_early)
        return error_set(&session->error, STATUS_USAGE,
                         "%s: other settings alone do not go on with it; %s",
                         finished, more_patience);
    return error_set(&session->error, STATUS_USAGE,
                     "%s: other settings want more of them, "
                     "--set iterations=N or --set epochs=N",
                     finished);
}

static enum status go_on(struct training *training,
                         const struct resumed *resumed)
{
    struct session *session = training->session;
    uint64_t per_epoch, total = 0;
    enum status status = STATUS_OK;
    if (resumed->has_checkpoint)
        status = training_count(session, resumed->checkpoint.note.samples,
                                &per_epoch, &total);
    if (status == STATUS_OK && is_finished(training, resumed, total))
        return say_finished(training, resumed, total);
    training->record = resumed->record;
    if (status == STATUS_OK)
        status = restore_run(training, resumed);
    return status == STATUS_OK ? run_training(training) : status;
}

static enum status train_further(struct training *training)
{
    struct resumed resumed;
    enum status status =
        resume_find(training->session, &training->folder, &resumed);
    if (status == STATUS_OK)
        status = go_on(training, &resumed);
    checkpoint_close(&resumed.checkpoint);
    return status;
}

enum status command_train(struct session *session)
{
    const struct guss_model *model = session->model;
    struct training training = {.session = session,
                                .model = model,
                                .average.model = model,
                                .folder.lock = -1};
    enum status status = check_options(session);
    if (status != STATUS_OK)
        return status;
    if (model->schedule_text) {
        training.network = trained_network(model);
        training.route = route_whole(session->arena, training.network);
    }
    training.is_gan = model->objective == GUSS_GAN;
    status = session->options->texts[OPTION_RESUME] ? train_further(&training)
                                                    : train_anew(&training);
    log_close(training.log);
    run_folder_close(&training.folder);
    data_free(&training.train);
    data_free(&training.test);
    augmentation_end(&training.augmentation);
    gan_free(&training);
    data_split_free(&training.split);
    average_free(&training.average);
    free(training.order);
    free(training.best_weights);
    return status;
}
