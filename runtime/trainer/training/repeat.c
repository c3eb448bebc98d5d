/* Training again as an earlier run did, from its folder alone: its schedule,
 * what changed while it ran, its initial weights and its latent vectors. */
#include "trainer/training/training.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { MODEL_MAX_BYTES = 64 << 20 };

static enum status check_model(struct session *session, const char *folder)
{
    const char *path = path_join(session->arena, folder, "model.nn");
    char *text;
    size_t size;
    enum status status =
        file_read(path, MODEL_MAX_BYTES, &text, &size, &session->error);
    if (status != STATUS_OK)
        return status;
    bool is_same = strcmp(text, session->model->nn_text) == 0;
    free(text);
    return is_same
               ? STATUS_OK
               : error_set(&session->error, STATUS_INPUT,
                           "'%s' is a run of another model than '%s'; "
                           "its own executable is in it: %s",
                           folder, session->model->nn_path,
                           path_join(session->arena, folder, RUN_EXECUTABLE));
}

/* What held in a segment of that run, as --set changes it. */
static enum status resolve_segment(struct session *session,
                                   struct run_segment *segment)
{
    struct schedule schedule;
    const struct source *source =
        source_from_text(session->arena, RUN_RECORD, segment->schedule,
                         strlen(segment->schedule));
    enum status status = session_resolve_schedule(session, source, &schedule);
    if (status != STATUS_OK)
        return status;
    struct text text = text_new(session->arena);
    schedule_write(&schedule, &text);
    segment->schedule = text_string(&text);
    return STATUS_OK;
}

/* A schedule given in place of that of the run replaces every segment's. */
static enum status resolve_segments(struct session *session,
                                    struct run_record *record)
{
    if (session->options->texts[OPTION_SCHEDULE])
        record->n_segments = 0;
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < record->n_segments; i++)
        status = resolve_segment(session, &record->segments[i]);
    return status;
}

/* The data that the run's schedule names, before --set. What its record calls the
 * sets is for people: no sum goes unchecked because that reads otherwise. */
static enum status take_references(struct session *session, const char *path,
                                   struct run_record *record)
{
    struct schedule then;
    const struct source *source =
        source_read(session->arena, path, SCHEDULE_MAX_BYTES, &session->error);
    if (!source)
        return session->error.status;
    enum status status = session_parse_schedule(session, source, &then);
    if (status != STATUS_OK)
        return status;
    record->train.reference = then.data.train;
    record->test.reference = then.data.test;
    record->target.reference = then.data.target;
    record->test_target.reference = then.data.test_target;
    return STATUS_OK;
}

enum status repeat_read(struct training *training, const char **initial)
{
    struct session *session = training->session;
    const char *folder = session->options->texts[OPTION_REPEAT];
    struct run_record *record = &training->record;
    enum status status =
        run_record_read(session->arena, folder, record, &session->error);
    if (status == STATUS_OK)
        status = check_model(session, folder);
    if (status != STATUS_OK)
        return status;
    bool is_replaced = session->options->texts[OPTION_SCHEDULE] != NULL;
    const char *path = path_join(session->arena, folder, "schedule.yaml");
    if (!is_replaced)
        status = take_references(session, path, record);
    if (status == STATUS_OK)
        status =
            session_read_schedule(session, is_replaced ? NULL : path, true);
    if (status == STATUS_OK)
        status = resolve_segments(session, record);
    record->seconds = record->processor_seconds = record->step_seconds = 0.0;
    if (record->has_initial_weights)
        *initial = path_join(session->arena, folder, RUN_INITIAL_WEIGHTS);
    if (record->has_latent && !is_replaced)
        session->latent_file = path_join(session->arena, folder, RUN_LATENT);
    return status;
}

static enum status check_set(struct session *session,
                             const struct run_set *then, const char *now,
                             const struct data_set *set)
{
    bool is_other = /* as the user wants */
        !then->reference || strcmp(then->reference, now) != 0;
    if (!is_other && !then->sha256)
        session_warn(session,
                     "'%s' is not held against what it was: the record of '%s' "
                     "has no SHA-256 of it",
                     now, session->options->texts[OPTION_REPEAT]);
    if (is_other || !then->sha256 || strcmp(then->sha256, set->sha256) == 0)
        return STATUS_OK;
    return error_set(&session->error, STATUS_INPUT,
                     "'%s' is not what it was in the run of '%s': bring the "
                     "data of then back, or name other data with --set",
                     now, session->options->texts[OPTION_REPEAT]);
}

/* Samples, and the targets that they may have. */
static enum status check_pair(struct session *session,
                              const struct run_set *samples, const char *now,
                              const struct run_set *targets,
                              const char *targets_now,
                              const struct data_set *set)
{
    enum status status = check_set(session, samples, now, set);
    if (status == STATUS_OK && set->targets)
        status = check_set(session, targets, targets_now, set->targets);
    return status;
}

enum status repeat_check_data(struct training *training)
{
    struct session *session = training->session;
    const struct schedule *schedule = &session->schedule;
    const struct run_record *record = &training->record;
    enum status status =
        check_pair(session, &record->train, schedule->data.train,
                   &record->target, schedule->data.target, &training->train);
    if (status == STATUS_OK && training->has_test)
        status = check_pair(session, &record->test, schedule->data.test,
                            &record->test_target, schedule->data.test_target,
                            &training->test);
    return status;
}
