/* Going on with an earlier run. What makes it the same run may not change: the
 * model, the data, the seed. How long it is, how often it saves and with how many
 * threads may, and so may the arguments of its optimizer: another segment of the
 * run begins then (run_record.h). */
#include "trainer/training/training.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "trainer/session/processor.h"

/* ---- the schedule -------------------------------------------------------- */

/* Reads the schedule of the run with what the command line changes of it. */
static enum status read_schedules(struct session *session,
                                  const struct run_folder *folder,
                                  struct resumed *resumed)
{
    const char *path = run_folder_file(folder, "schedule.yaml");
    bool is_replaced = session->options->texts[OPTION_SCHEDULE] != NULL;
    enum status status =
        session_read_schedule(session, is_replaced ? NULL : path, true);
    if (status != STATUS_OK)
        return status;
    const struct source *source =
        source_read(session->arena, path, SCHEDULE_MAX_BYTES, &session->error);
    struct schedule *saved = &resumed->saved;
    if (!source)
        return session->error.status;
    status = session_parse_schedule(session, source, saved);
    if (status != STATUS_OK)
        return status;
    resumed->saved_text = source->text;
    /* The saved one is resolved, one given anew may not be. */
    if (session->schedule.data.pixels == PIXELS_DEFAULT)
        session->schedule.data.pixels = saved->data.pixels;
    if (session->schedule.data.normalize.kind == NORMALIZE_TRAIN &&
        saved->data.normalize.kind == NORMALIZE_GIVEN)
        session->schedule.data.normalize = saved->data.normalize;
    resumed->asks_balanced =
        session->schedule.class_weights.kind == WEIGHTS_BALANCED &&
        saved->class_weights.kind == WEIGHTS_GIVEN;
    if (resumed->asks_balanced)
        session->schedule.class_weights = saved->class_weights;
    rates_keep_steps(&session->schedule.optimizer.rates,
                     &saved->optimizer.rates);
    rates_keep_steps(&session->schedule.discriminator_optimizer.rates,
                     &saved->discriminator_optimizer.rates);
    const char *changed =
        schedule_changed(session->arena, saved, &session->schedule);
    if (!changed)
        return STATUS_OK;
    return error_set(&session->error, STATUS_USAGE,
                     "'%s' cannot change when a run is resumed; start another "
                     "one: --out DIR",
                     changed);
}

/* ---- the record ---------------------------------------------------------- */

/* A run of before there were records is one segment. */
static void make_record(struct session *session, struct resumed *resumed)
{
    struct run_segment first = {0, "", resumed->saved_text};
    resumed->record = (struct run_record){.state = RUN_TRAINING,
                                          .model = session->model->name};
    run_record_begin_segment(session->arena, &resumed->record, &first);
}

static enum status read_record(struct session *session,
                               const struct run_folder *folder,
                               struct resumed *resumed)
{
    resumed->has_record = file_exists(run_folder_file(folder, RUN_RECORD));
    if (!resumed->has_record) {
        make_record(session, resumed);
        return STATUS_OK;
    }
    enum status status = run_record_read(session->arena, folder->path,
                                         &resumed->record, &session->error);
    if (status == STATUS_OK && resumed->record.has_latent)
        session->latent_file = run_folder_file(folder, RUN_LATENT);
    return status;
}

/* Other settings, or another executable, hold from the checkpoint on. */
static void add_segment(struct session *session, struct resumed *resumed)
{
    const char *executable = run_folder_executable_sum(session->arena);
    uint64_t iteration = resumed->checkpoint.note.iteration;
    struct run_record *record = &resumed->record;
    int last = record->n_segments - 1;
    bool is_same_program =
        !executable[0] || !resumed->has_record ||
        strcmp(record->segments[last].executable, executable) == 0;
    resumed->has_other_settings =
        schedule_has_other_settings(&resumed->saved, &session->schedule);
    if (is_same_program && !resumed->has_other_settings)
        return;
    struct text text = text_new(session->arena);
    schedule_write(&session->schedule, &text);
    struct run_segment segment = {iteration, executable, text_string(&text)};
    run_record_begin_segment(session->arena, record, &segment);
}

/* ---- the checkpoint ------------------------------------------------------ */

/* The newest good one; every damaged one that is passed over is warned of. A run
 * that was killed before its first one begins again, where its record says with
 * what. */
static enum status find_checkpoint(struct session *session,
                                   const struct run_folder *folder,
                                   struct resumed *resumed)
{
    uint64_t *iterations;
    int count;
    struct error *error = &session->error;
    const char **path = &resumed->path;
    enum status status = run_folder_list(folder, &iterations, &count, error);
    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < count; i++) {
        bool damaged;
        *path = run_folder_checkpoint(folder, iterations[i]);
        status = checkpoint_open(session->arena, *path, session->model,
                                 &resumed->checkpoint, &damaged, error);
        resumed->has_checkpoint = status == STATUS_OK;
        if (status == STATUS_OK || !damaged)
            return status;
        session_warn(session, "%s; trying the one before", error->text);
    }
    if (count == 0 && resumed->has_record)
        return STATUS_OK;
    return error_set(
        error, STATUS_INPUT,
        "cannot resume '%s': it has no %scheckpoint; start another "
        "run: --out DIR",
        folder->path, count ? "good " : "");
}

/* Only this executable on such a processor computes the same bits. */
static void warn_of_differences(struct session *session,
                                const struct checkpoint_note *note)
{
    const char *processor = processor_name(session->arena);
    if (strcmp(note->processor, processor) != 0)
        session_warn(session,
                     "this run was begun on another processor (%s, now %s): "
                     "its numbers may differ from here on in their last digits",
                     note->processor, processor);
    if (strcmp(note->target, session->model->target) != 0)
        session_warn(session,
                     "this run was begun by an executable for %s, this one is "
                     "for %s: its numbers may differ from here on in their "
                     "last digits",
                     note->target, session->model->target);
    const char *compiler = session->model->compiler;
    if (note->compiler[0] && strcmp(note->compiler, compiler) != 0)
        session_warn(session,
                     "this run was begun by an executable that another C "
                     "compiler made (%s, now %s): its numbers may differ from "
                     "here on in their last digits",
                     note->compiler, compiler);
    if (strcmp(note->version, GUSS_VERSION) != 0)
        session_warn(session,
                     "this run was begun by guss %s, this is %s: its numbers "
                     "may differ from here on in their last digits",
                     note->version, GUSS_VERSION);
}

/* Whether so many iterations lead to this place in the data. */
static bool is_place(const struct guss_model *model,
                     const struct checkpoint_note *note)
{
    uint64_t batch = (uint64_t)model->batch, pass, position;
    if (model->objective == GUSS_GAN)
        return gan_position(model, note->iteration, note->samples, &pass,
                            &position) &&
               pass == note->pass && position == note->position;
    uint64_t per_pass = (note->samples + batch - 1) / batch;
    return note->position % batch == 0 &&
           note->iteration == note->pass * per_pass + note->position / batch;
}

/* Checkpoints of before optimizers could change stand for them too. */
static bool is_of_schedule(const struct checkpoint_note *note,
                           const struct resumed *resumed)
{
    return note->schedule == schedule_fingerprint(&resumed->saved, false) ||
           note->schedule == schedule_fingerprint(&resumed->saved, true);
}

static bool is_sound_monitor(const struct monitor *monitor)
{
    return isfinite(monitor->best) && monitor->wait <= monitor->evaluations;
}

/* What was watched so far. */
static bool is_watched(const struct checkpoint_note *note)
{
    for (int i = 0; i < MAX_OPTIMIZERS; i++)
        if (!(note->plateau.factors[i] >= 0 && note->plateau.factors[i] <= 1))
            return false;
    return is_sound_monitor(&note->stop) &&
           is_sound_monitor(&note->plateau.monitor) &&
           isfinite(note->best.value) &&
           note->best.iteration <= note->iteration &&
           note->best_weights <= note->iteration &&
           note->evaluated <= note->iteration &&
           note->scored <= note->iteration &&
           note->quality.armed <= note->iteration &&
           note->quality.improved <= note->iteration &&
           isfinite(note->quality.one_image) &&
           note->scored_rows <= note->iteration &&
           isfinite(note->signs.least_distance) &&
           isfinite(note->signs.most_coverage);
}

static enum status check_note(struct session *session,
                              const struct resumed *resumed)
{
    const struct guss_model *model = session->model;
    const struct checkpoint_note *note = &resumed->checkpoint.note;
    const char *path = resumed->path;
    if (note->model != checkpoint_model_fingerprint(model))
        return error_set(&session->error, STATUS_INPUT,
                         "'%s' was made by another model than '%s'; resume "
                         "with the executable that made it",
                         path, model->nn_path);
    if (!is_of_schedule(note, resumed))
        return error_set(&session->error, STATUS_INPUT,
                         "'%s' was made with another schedule than the "
                         "schedule.yaml beside it",
                         path);
    if (note->log_version > LOG_VERSION)
        return error_set(&session->error, STATUS_INPUT,
                         "the log.csv beside '%s' has version %" PRIu64
                         " of its format, this executable reads version %d",
                         path, note->log_version, LOG_VERSION);
    if (note->samples && note->position < note->samples &&
        note->seed == session->schedule.seed && is_place(model, note) &&
        is_watched(note))
        return STATUS_OK;
    return error_set(&session->error, STATUS_INPUT,
                     "'%s' is damaged: its counts do not fit", path);
}

enum status resume_find(struct session *session, struct run_folder *folder,
                        struct resumed *resumed)
{
    const char *wanted = session->options->texts[OPTION_RESUME];
    *resumed = (struct resumed){0};
    enum status status =
        run_folder_open(session->arena, wanted, folder, &session->error);
    if (status == STATUS_OK)
        status = read_schedules(session, folder, resumed);
    if (status == STATUS_OK)
        status = read_record(session, folder, resumed);
    if (status == STATUS_OK)
        status = find_checkpoint(session, folder, resumed);
    if (status == STATUS_OK && resumed->has_checkpoint)
        status = check_note(session, resumed);
    if (status != STATUS_OK)
        return status;
    if (resumed->has_checkpoint)
        warn_of_differences(session, &resumed->checkpoint.note);
    add_segment(session, resumed);
    return STATUS_OK;
}

static const char *sum_of(const struct data_set *set)
{
    return set ? set->sha256 : "";
}

/* Files of before the sums were noted have none. */
static enum status check_data(struct training *training,
                              const struct checkpoint_note *note,
                              const char *path)
{
    const struct schedule *schedule = &training->session->schedule;
    const struct {
        const char *key, *reference, *then, *now;
    } sets[] = {{"data.train", schedule->data.train, note->train_sha256,
                 training->train.sha256},
                {"data.target", schedule->data.target, note->target_sha256,
                 sum_of(training->train.targets)},
                {"data.test", schedule->data.test, note->test_sha256,
                 training->test.sha256},
                {"data.test_target", schedule->data.test_target,
                 note->test_target_sha256, sum_of(training->test.targets)},
                {"latent.file", schedule->latent.file, note->latent_sha256,
                 training->latent.sha256}};
    /* what files of before the sums say of floats was done to them then */
    if (!note->train_sha256[0] && schedule->data.pixels != PIXELS_RAW &&
        training->train.samples.element == GUSS_F32)
        return error_set(&training->session->error, STATUS_INPUT,
                         "'%s' was written by an older guss (%s), which made "
                         "'pixels: %s' of floating-point data too; it is taken "
                         "as it is now: start another run: --out DIR",
                         path, note->version,
                         pixels_word(schedule->data.pixels));
    for (size_t i = 0; i < sizeof sets / sizeof *sets; i++)
        if (sets[i].then[0] && strcmp(sets[i].then, sets[i].now) != 0)
            return error_set(&training->session->error, STATUS_INPUT,
                             "'%s' (%s) is not what it was when '%s' was "
                             "written: bring the data of then back, or start "
                             "another run with the new: --out DIR",
                             sets[i].reference, sets[i].key, path);
    return STATUS_OK;
}

/* Data of other classes is other data. */
static enum status check_classes(struct session *session,
                                 const struct checkpoint_note *note,
                                 const char *path)
{
    struct class_names begun;
    enum status status = class_names_read(
        session->arena, path, note->class_names, &begun, &session->error);
    if (status != STATUS_OK || begun.count == 0 ||
        class_names_same(&begun, &session->classes))
        return status;
    return error_set(&session->error, STATUS_INPUT,
                     "'%s' has the classes %s now, the run was begun with %s",
                     session->schedule.data.train,
                     class_names_list(session->arena, &session->classes),
                     class_names_list(session->arena, &begun));
}

enum status resume_restore(struct training *training,
                           const struct resumed *resumed)
{
    struct session *session = training->session;
    struct error *error = &session->error;
    const struct checkpoint_note *note = &resumed->checkpoint.note;
    uint64_t samples = (uint64_t)training_samples(training);
    if (note->samples != samples)
        return error_set(
            error, STATUS_INPUT,
            "'%s' has %" PRIu64 " samples%s now, the run was begun "
            "with %" PRIu64,
            session->schedule.data.train, samples,
            training->has_split ? " to train on" : "", note->samples);
    enum status status = check_classes(session, note, resumed->path);
    if (status == STATUS_OK)
        status = check_data(training, note, resumed->path);
    if (status == STATUS_OK && note->averaged)
        status = average_open(&training->average, error);
    if (status == STATUS_OK) {
        const struct checkpoint_state state = training_state(training);
        status = checkpoint_restore(&resumed->checkpoint, resumed->path,
                                    training->model, &state, error);
    }
    if (status != STATUS_OK)
        return status;
    if (training->model->weights_changed)
        training->model->weights_changed(session->memory);
    training->note = *note;
    training->note.log_version = LOG_VERSION;
    training_note_data(training);
    if (note->best_weights == note->iteration)
        best_copy(training);
    training->has_checkpoint = true;
    training->saved = note->iteration;
    training->saved_at = clock_seconds();
    struct log_column columns[MAX_LOG_COLUMNS];
    int count = training_columns(training, columns);
    status = log_reopen(&training->log,
                        run_folder_file(&training->folder, "log.csv"), columns,
                        count, (int)training_epochs(training), error);
    if (status != STATUS_OK)
        return status;
    control_take(training, &training->session->schedule);
    training_resume_measures(training);
    if (training->is_gan)
        watch_resume(training);
    return scores_resume(training);
}
