/* Writing run.json. It has no time of day in it. */
#include "trainer/training/training.h"

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <sys/resource.h>

#include "base/checksum.h"
#include "base/file.h"
#include "base/source.h"
#include "base/text.h"
#include "trainer/inference/judge.h"
#include "trainer/inference/opinion.h"
#include "trainer/session/processor.h"

/* Without memory jansson ends the process (executable.c): nothing here fails. */

static void put_text(json_t *object, const char *key, const char *text)
{
    json_t *value = json_string(text);
    if (!value) { /* not UTF-8 */
        struct arena *arena = arena_new();
        value = json_string(text_utf8(arena, text));
        arena_free(arena);
    }
    json_object_set_new(object, key, value);
}

/* The name of a file; where it is not UTF-8 its bytes, too. */
static void put_name(json_t *object, const char *name)
{
    put_text(object, "name", name);
    if (source_is_utf8(name))
        return;
    struct arena *arena = arena_new();
    struct text bytes = text_new(arena);
    text_put_hexadecimal(&bytes, name);
    put_text(object, "name_hex", text_string(&bytes));
    arena_free(arena);
}

static void put_count(json_t *object, const char *key, uint64_t count)
{
    json_object_set_new(object, key, json_integer((json_int_t)count));
}

static void put_real(json_t *object, const char *key, double real)
{
    json_object_set_new(object, key,
                        isfinite(real) ? json_real(real) : json_null());
}

/* ---- parts --------------------------------------------------------------- */

/* Of each file in the folder that a repetition needs, or is held against. */
static enum status describe_files(const struct training *training,
                                  json_t *files, struct error *error)
{
    static const char *const names[] = {
        RUN_EXECUTABLE,        "model.nn",       "schedule.yaml",
        RUN_INITIAL_WEIGHTS,   RUN_LATENT,       RUN_VALIDATION,
        JUDGE_MODEL,           JUDGE_WEIGHTS,    AUTOENCODER_MODEL,
        AUTOENCODER_WEIGHTS,   "log.csv",        RUN_SCORES,
        "weights.safetensors", RUN_BEST_WEIGHTS, RUN_AVERAGE_WEIGHTS};
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < sizeof names / sizeof *names;
         i++) {
        char sum[CHECKSUM_TEXT];
        const char *path = run_folder_file(&training->folder, names[i]);
        if (!file_exists(path))
            continue;
        status = checksum_of_file(path, sum, error);
        if (status == STATUS_OK)
            put_text(files, names[i], sum);
    }
    return status;
}

/* The last row of the log, with the scores of the last state. */
static json_t *describe_measures(const struct training *training)
{
    json_t *measures = json_object();
    struct log_column list[MAX_LOG_COLUMNS];
    int columns = training_columns(training, list);
    struct measure named[MAX_MEASURES];
    int count = training_measures(training, named) + scores_count(training);
    int rows = training->log ? log_rows(training->log) : 0;
    if (rows == 0)
        return measures;
    const double *row = log_values(training->log) + (rows - 1) * columns;
    for (int i = LOG_MEASURES; i < LOG_MEASURES + count; i++)
        put_real(measures, list[i].name, row[i]);
    bool is_scored = training->last_scored == training->note.iteration;
    for (int i = 0; is_scored && i < scores_count(training); i++)
        put_real(measures, score_name((enum score)i), training->last_scores[i]);
    return measures;
}

static json_t *describe_segments(const struct run_record *record)
{
    json_t *list = json_array();
    for (int i = 0; i < record->n_segments; i++) {
        const struct run_segment *segment = &record->segments[i];
        json_t *object = json_object();
        put_count(object, "iteration", segment->iteration);
        put_text(object, "executable", segment->executable);
        put_text(object, "schedule", segment->schedule);
        json_array_append_new(list, object);
    }
    return list;
}

/* What it is the best by, where, and how good; nothing of a GAN that watches
 * nothing. */
static json_t *describe_best(const struct training *training)
{
    json_t *object = json_object();
    struct training_best best;
    if (!training->log || !training_find_best(training, &best))
        return object;
    put_text(object, "measure", best.name);
    put_real(object, "value", best.value);
    put_count(object, "epoch", best.epoch);
    put_count(object, "iteration", best.iteration);
    if (best.has_weights)
        put_text(object, "weights", RUN_BEST_WEIGHTS);
    return object;
}

static json_t *describe_set(const char *reference, const struct data_set *set)
{
    json_t *object = json_object();
    json_t *list = json_array();
    put_text(object, "reference", reference);
    put_count(object, "samples", (uint64_t)set->samples.count);
    put_text(object, "sha256", set->sha256);
    for (size_t i = 0; i < set->n_files; i++) {
        const struct data_file *file = &set->files[i];
        json_t *described = json_object();
        put_name(described, file->name);
        put_count(described, "bytes", (uint64_t)file->size);
        put_text(described, "sha256", file->sha256);
        json_array_append_new(list, described);
    }
    json_object_set_new(object, "files", list);
    return object;
}

/* `set` may be NULL: there is none. */
static void put_set(json_t *data, const char *key, const char *reference,
                    const struct data_set *set)
{
    if (set)
        json_object_set_new(data, key, describe_set(reference, set));
}

static json_t *describe_data(const struct training *training)
{
    const struct schedule *schedule = &training->session->schedule;
    json_t *data = json_object();
    put_set(data, "train", schedule->data.train, &training->train);
    put_set(data, "target", schedule->data.target, training->train.targets);
    put_set(data, "test", schedule->data.test,
            training->has_test ? &training->test : NULL);
    put_set(data, "test_target", schedule->data.test_target,
            training->test.targets);
    if (training->has_split) {
        json_t *validation = json_object();
        put_count(validation, "samples",
                  (uint64_t)training->split.n_validation);
        json_object_set_new(data, "validation", validation);
    }
    return data;
}

/* Those of the files in the folder, by which scores name them. */
static void put_sums(json_t *object, const struct companion *companion)
{
    struct companion_sums sums = companion_sums(companion);
    put_text(object, "model_sha256", sums.model_sha256);
    put_text(object, "weights_sha256", sums.weights_sha256);
}

static json_t *describe_judge(const struct guss_judge *judge)
{
    const struct companion companion = judge_companion(judge);
    json_t *object = json_object();
    put_text(object, "features",
             judge->model->networks[0].outputs[judge->features].layer);
    put_sums(object, &companion);
    if (!judge->autoencoder)
        return object;
    const struct companion autoencoder = opinion_companion(judge->autoencoder);
    json_t *described = json_object();
    put_sums(described, &autoencoder);
    json_object_set_new(object, "autoencoder", described);
    return object;
}

/* ---- the whole ----------------------------------------------------------- */

static void put_machine(json_t *root, const struct training *training)
{
    const struct guss_model *model = training->model;
    struct session *session = training->session;
    put_text(root, "guss", GUSS_VERSION);
    put_text(root, "compiler", model->compiler);
    put_text(root, "target", model->target);
    put_text(root, "processor", processor_name(session->arena));
    put_count(root, "threads", (uint64_t)guss_team_count(session->team));
}

/* In bytes. getrusage() counts what the process was before it became this
 * program, a large one that started it for example; /proc does not. */
static uint64_t peak_memory(void)
{
    unsigned long long kilobytes = 0;
    char line[256];
    FILE *status = fopen("/proc/self/status", "r");
    while (status && fgets(line, sizeof line, status))
        if (sscanf(line, "VmHWM: %llu kB", &kilobytes) == 1)
            break;
    if (status)
        fclose(status);
    if (kilobytes)
        return kilobytes * 1024;
    struct rusage usage = {0};
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)usage.ru_maxrss * 1024;
}

static void put_progress(json_t *root, const struct training *training)
{
    put_count(root, "iteration", training->note.iteration);
    put_count(root, "iterations", training->total);
    put_real(root, "seconds", training->record.seconds);
    put_real(root, "processor_seconds", training->record.processor_seconds);
    put_real(root, "step_seconds", training->record.step_seconds);
    put_count(root, "peak_memory_bytes", peak_memory());
}

/* Why it ended before its last iteration, of its own accord. */
static void put_stop(json_t *root, const struct training *training,
                     enum run_state state)
{
    if (state == RUN_FINISHED && training->note.iteration < training->total)
        put_text(root, "stop",
                 control_stop_text(training->session->arena, training));
}

static json_t *describe(const struct training *training, enum run_state state,
                        json_t *files)
{
    json_t *root = json_object();
    put_text(root, "format", "guss run");
    put_count(root, "version", RUN_RECORD_VERSION);
    put_text(root, "model", training->model->name);
    put_text(root, "state", run_state_word(state));
    put_stop(root, training, state);
    put_progress(root, training);
    json_object_set_new(root, "measures", describe_measures(training));
    json_object_set_new(root, "best", describe_best(training));
    put_count(root, "seed", training->session->schedule.seed);
    put_machine(root, training);
    json_object_set_new(root, "data", describe_data(training));
    if (training->model->judge)
        json_object_set_new(root, "judge",
                            describe_judge(training->model->judge));
    json_object_set(root, "files", files);
    json_object_set_new(root, "segments", describe_segments(&training->record));
    return root;
}

static int add_piece(const char *bytes, size_t size, void *text)
{
    text_append(text, bytes, size);
    return 0;
}

enum status training_save_record(struct training *training,
                                 enum run_state state)
{
    struct error *error = &training->session->error;
    struct arena *arena = arena_new();
    struct text text = text_new(arena);
    json_t *files = json_object();
    enum status status = describe_files(training, files, error);
    json_t *root = describe(training, state, files);
    json_dump_callback(root, add_piece, &text,
                       JSON_INDENT(2) | JSON_REAL_PRECISION(9));
    json_decref(root);
    json_decref(files);
    text_puts(&text, "\n");
    if (status == STATUS_OK)
        status = file_write(run_folder_file(&training->folder, RUN_RECORD),
                            text_string(&text), text.length, error);
    arena_free(arena);
    return status;
}
