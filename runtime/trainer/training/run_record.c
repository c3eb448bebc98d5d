/* Reading run.json, which may be anybody's file. */
#include "trainer/training/run_record.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

enum { RECORD_MAX_BYTES = 64 << 20, MOST_SEGMENTS = 10000 };

static const char format[] = "guss run";

static const char *const state_words[] = {
    [RUN_STARTING] = "starting", [RUN_TRAINING] = "training",
    [RUN_STOPPED] = "stopped",   [RUN_DIVERGED] = "diverged",
    [RUN_FINISHED] = "finished",
};
enum { N_STATES = sizeof state_words / sizeof *state_words };

const char *run_state_word(enum run_state state)
{
    return state_words[state];
}

/* ---- values -------------------------------------------------------------- */

static bool read_text(struct arena *arena, const json_t *object,
                      const char *key, const char **text)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_string(value))
        return false;
    *text = arena_strdup(arena, json_string_value(value));
    return true;
}

static bool read_count(const json_t *object, const char *key, uint64_t *count)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value) || json_integer_value(value) < 0)
        return false;
    *count = (uint64_t)json_integer_value(value);
    return true;
}

static bool read_seconds(const json_t *object, const char *key, double *seconds)
{
    const json_t *value = json_object_get(object, key);
    *seconds = json_number_value(value);
    return json_is_number(value) && *seconds >= 0.0;
}

/* NAN where it is not known. */
static bool read_seconds_if_any(const json_t *object, const char *key,
                                double *seconds)
{
    const json_t *value = json_object_get(object, key);
    *seconds = NAN;
    return !value || json_is_null(value) || read_seconds(object, key, seconds);
}

static bool read_state(const json_t *object, enum run_state *state)
{
    const char *word = json_string_value(json_object_get(object, "state"));
    for (int i = 0; word && i < N_STATES; i++)
        if (strcmp(word, state_words[i]) == 0) {
            *state = (enum run_state)i;
            return true;
        }
    return false;
}

/* A model's name becomes part of file names: it leads to no other folder. */
static bool is_name(const char *name)
{
    return name[0] && !strchr(name, '/') && strcmp(name, ".") != 0 &&
           strcmp(name, "..") != 0;
}

/* In order, each behind the one before. */
static bool read_segments(struct arena *arena, const json_t *root,
                          struct run_record *record)
{
    const json_t *list = json_object_get(root, "segments");
    size_t count = json_array_size(list);
    if (count < 1 || count > MOST_SEGMENTS)
        return false;
    record->segments = arena_alloc(arena, count, sizeof *record->segments);
    record->n_segments = (int)count;
    for (size_t i = 0; i < count; i++) {
        struct run_segment *segment = &record->segments[i];
        const json_t *object = json_array_get(list, i);
        if (!read_count(object, "iteration", &segment->iteration) ||
            !read_text(arena, object, "executable", &segment->executable) ||
            !read_text(arena, object, "schedule", &segment->schedule))
            return false;
        if (i ? segment->iteration <= segment[-1].iteration
              : segment->iteration != 0)
            return false;
    }
    return true;
}

static bool read_set(struct arena *arena, const json_t *root, const char *key,
                     struct run_set *set)
{
    const json_t *found = json_object_get(json_object_get(root, "data"), key);
    return read_text(arena, found, "reference", &set->reference) &&
           read_text(arena, found, "sha256", &set->sha256);
}

static bool read_set_if_any(struct arena *arena, const json_t *root,
                            const char *key, struct run_set *set)
{
    return !json_object_get(json_object_get(root, "data"), key) ||
           read_set(arena, root, key, set);
}

/* They lie in the folder itself: no name leads out of it. */
static bool read_files(struct arena *arena, json_t *files,
                       struct run_record *record)
{
    const char *name;
    json_t *sum;
    record->files =
        arena_alloc(arena, json_object_size(files) + 1, sizeof *record->files);
    json_object_foreach(files, name, sum)
    {
        if (!json_is_string(sum) || !is_name(name))
            return false;
        record->files[record->n_files++] =
            (struct run_file){arena_strdup(arena, name),
                              arena_strdup(arena, json_string_value(sum))};
    }
    return true;
}

static bool read_record(struct arena *arena, const json_t *root,
                        struct run_record *record)
{
    json_t *files = json_object_get(root, "files");
    record->has_initial_weights =
        json_object_get(files, RUN_INITIAL_WEIGHTS) != NULL;
    record->has_latent = json_object_get(files, RUN_LATENT) != NULL;
    return read_state(root, &record->state) &&
           read_text(arena, root, "model", &record->model) &&
           is_name(record->model) &&
           read_count(root, "iteration", &record->iteration) &&
           read_seconds(root, "seconds", &record->seconds) &&
           read_seconds_if_any(root, "processor_seconds",
                               &record->processor_seconds) &&
           read_seconds_if_any(root, "step_seconds", &record->step_seconds) &&
           read_set(arena, root, "train", &record->train) &&
           read_set_if_any(arena, root, "test", &record->test) &&
           read_set_if_any(arena, root, "target", &record->target) &&
           read_set_if_any(arena, root, "test_target", &record->test_target) &&
           read_files(arena, files, record) &&
           read_segments(arena, root, record);
}

/* ---- the file ------------------------------------------------------------ */

/* The version comes first: what a newer one has cannot be known. */
static enum status check_version(const char *path, const json_t *root,
                                 struct error *error)
{
    const char *word = json_string_value(json_object_get(root, "format"));
    uint64_t version;
    if (!word || strcmp(word, format) != 0 ||
        !read_count(root, "version", &version))
        return error_set(error, STATUS_INPUT, "'%s' is not the record of a run",
                         path);
    if (version <= RUN_RECORD_VERSION)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "'%s' has version %" PRIu64
                     " of the format, this guss reads version %d",
                     path, version, RUN_RECORD_VERSION);
}

static enum status load(const char *path, json_t **root, struct error *error)
{
    char *bytes;
    size_t size;
    json_error_t problem;
    enum status status =
        file_read(path, RECORD_MAX_BYTES, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    *root = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &problem);
    free(bytes);
    if (*root)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT, "'%s' is damaged: line %d: %s", path,
                     problem.line, problem.text);
}

enum status run_record_expect_folder(const char *folder, struct error *error)
{
    if (folder_exists(folder))
        return STATUS_OK;
    bool is_file = file_exists(folder) || file_is_special(folder);
    return error_set(error, STATUS_INPUT,
                     is_file ? "'%s' is not the folder of a run"
                             : "there is no folder '%s'",
                     folder);
}

enum status run_record_read(struct arena *arena, const char *folder,
                            struct run_record *record, struct error *error)
{
    const char *path = path_join(arena, folder, RUN_RECORD);
    json_t *root;
    *record = (struct run_record){0};
    if (run_record_expect_folder(folder, error))
        return error->status;
    if (!file_exists(path))
        return error_set(error, STATUS_INPUT,
                         "'%s' is not the folder of a run, or of an older "
                         "guss: it has no " RUN_RECORD,
                         folder);
    enum status status = load(path, &root, error);
    if (status != STATUS_OK)
        return status;
    status = check_version(path, root, error);
    if (status == STATUS_OK && !read_record(arena, root, record))
        status = error_set(error, STATUS_INPUT,
                           "'%s' is damaged: its values do not fit", path);
    json_decref(root);
    return status;
}

enum status run_record_is_abandoned(struct arena *arena, const char *folder,
                                    bool *is_abandoned, struct error *error)
{
    struct run_record record;
    struct error unread = {0};
    enum status status = run_record_read(arena, folder, &record, &unread);
    *is_abandoned = status == STATUS_OK && record.state == RUN_STARTING;
    if (status != STATUS_MACHINE)
        return STATUS_OK;
    *error = unread;
    return status;
}

/* ---- segments ------------------------------------------------------------ */

int run_record_segment(const struct run_record *record, uint64_t iteration)
{
    int holds = 0;
    while (holds + 1 < record->n_segments &&
           record->segments[holds + 1].iteration <= iteration)
        holds++;
    return holds;
}

void run_record_begin_segment(struct arena *arena, struct run_record *record,
                              const struct run_segment *segment)
{
    int kept = 0;
    while (kept < record->n_segments &&
           record->segments[kept].iteration < segment->iteration)
        kept++;
    struct run_segment *segments =
        arena_alloc(arena, (size_t)kept + 1, sizeof *segments);
    for (int i = 0; i < kept; i++)
        segments[i] = record->segments[i];
    segments[kept] = *segment;
    record->segments = segments;
    record->n_segments = kept + 1;
}
