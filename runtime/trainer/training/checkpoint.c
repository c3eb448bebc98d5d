/* A run's state, as a checkpoint (weights/checkpoint_file.h) and back. */
#include "trainer/training/checkpoint.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fingerprint.h"
#include "trainer/inference/measure.h"
#include "trainer/training/average.h"
#include "trainer/weights/checkpoint_file.h"
#include "trainer/weights/weights.h"

enum { MOST_ENTRIES = 80 };

/* The sum of an update's second loss, whichever that is: the format's word. */
#define SECOND_LOSS "sum_generator_loss"
_Static_assert(GUSS_MAX_LOSSES == 2, "a third has no entry");

/* ---- the model ----------------------------------------------------------- */

uint64_t checkpoint_model_fingerprint(const struct guss_model *model)
{
    uint64_t print = fingerprint_string(FINGERPRINT_EMPTY, model->nn_text);
    for (int i = 0; i < model->n_networks; i++)
        print = fingerprint_string(print, model->networks[i].summary);
    for (int i = 0; i < model->n_weights; i++) {
        const struct guss_weight *weight = &model->weights[i];
        print = fingerprint_string(print, weight->network);
        print = fingerprint_string(print, weight->layer);
        print = fingerprint_string(print, weight->name);
        print = fingerprint_bytes(print, weight->shape,
                                  (size_t)weight->rank * sizeof(int64_t));
    }
    struct update_loss losses[GUSS_MAX_LOSSES];
    update_losses(model, losses);
    print = fingerprint_string(print, losses[0].loss->function);
    print = fingerprint_string(print, model->trained[0].optimizer);
    int64_t numbers[] = {(int64_t)model->objective, model->trained[0].network,
                         model->batch, losses[0].loss->terms};
    print = fingerprint_bytes(print, numbers, sizeof numbers);
    for (int i = 1; i < model->n_trained; i++) {
        int64_t network = model->trained[i].network;
        print = fingerprint_string(print, model->trained[i].optimizer);
        print = fingerprint_bytes(print, &network, sizeof network);
    }
    return print;
}

/* ---- tensors ------------------------------------------------------------- */

/* Tensor `index` of a checkpoint: first the weights of the trained networks,
 * then slot by slot those that are trained, then the best weights, then
 * averages. */
enum part { PART_WEIGHTS, PART_SLOTS, PART_BEST, PART_AVERAGES };
struct place {
    const struct guss_weight *weight;
    enum part part;
    int slot; /* of PART_SLOTS */
};

struct place_list {
    const struct guss_model *model;
    struct weight_list trained;
    const bool *averaged; /* by a weight's index */
    struct place *places;
    int count;
};

static void list_part(struct place_list *list, enum part part, int slot)
{
    for (int i = 0; i < list->trained.count; i++) {
        int index = list->trained.indexes[i];
        const struct guss_weight *weight = &list->model->weights[index];
        if ((part == PART_SLOTS && !weight->trainable) ||
            (part == PART_AVERAGES && !list->averaged[index]))
            continue;
        list->places[list->count++] = (struct place){weight, part, slot};
    }
}

/* Those of a state whose best weights are others than its own, and of which what
 * these optimizers train is averaged. */
static struct place *list_places(struct arena *arena,
                                 const struct guss_model *model, bool with_best,
                                 uint64_t averaged, int *count)
{
    struct place_list list = {.model = model,
                              .trained = weights_trained(arena, model),
                              .averaged = average_list(arena, model, averaged)};
    size_t most = (size_t)list.trained.count * (size_t)(model->n_slots + 3);
    list.places = arena_alloc(arena, most, sizeof *list.places);
    list_part(&list, PART_WEIGHTS, 0);
    for (int slot = 0; slot < model->n_slots; slot++)
        list_part(&list, PART_SLOTS, slot);
    if (with_best)
        list_part(&list, PART_BEST, 0);
    list_part(&list, PART_AVERAGES, 0);
    *count = list.count;
    return list.places;
}

/* Whether the best weights are others than those of the state. */
static bool has_best(const struct checkpoint_note *note)
{
    return note->best_weights && note->best_weights != note->iteration;
}

static struct place *list_noted(struct arena *arena,
                                const struct guss_model *model,
                                const struct checkpoint_note *note, int *count)
{
    return list_places(arena, model, has_best(note), note->averaged, count);
}

/* As many as there can be. */
static struct place *list_most(struct arena *arena,
                               const struct guss_model *model, int *count)
{
    return list_places(arena, model, true, UINT64_MAX, count);
}

static const char *place_key(struct arena *arena, const struct place *place)
{
    static const char *const folders[] = {[PART_SLOTS] = "optimizer",
                                          [PART_BEST] = "best",
                                          [PART_AVERAGES] = "average"};
    const char *key = weight_key(arena, place->weight);
    return place->part == PART_WEIGHTS
               ? key
               : arena_printf(arena, "%s/%d/%s", folders[place->part],
                              place->slot, key);
}

/* Where all numbers of the place's part lie; NULL: they are not wanted. */
static float *place_values(const struct guss_model *model,
                           const struct checkpoint_state *state,
                           const struct place *place)
{
    switch (place->part) {
    case PART_WEIGHTS:
        break;
    case PART_SLOTS:
        return model_slot(model, state->memory, place->slot);
    case PART_BEST:
        return state->best;
    case PART_AVERAGES:
        return state->average;
    }
    return model_weights(model, state->memory);
}

static struct tensor *list_tensors(struct arena *arena,
                                   const struct place *places, int count)
{
    struct tensor *tensors = arena_alloc(arena, (size_t)count, sizeof *tensors);
    for (int i = 0; i < count; i++) {
        tensors[i] = weight_describe(arena, places[i].weight);
        tensors[i].key = place_key(arena, &places[i]);
    }
    return tensors;
}

/* ---- writing ------------------------------------------------------------- */

static const char *decimal(struct arena *arena, uint64_t number)
{
    return arena_printf(arena, "%" PRIu64, number);
}

/* Hexadecimal, which loses no bit. */
static const char *exact(struct arena *arena, double number)
{
    return arena_printf(arena, "%a", number);
}

/* The entries of a checkpoint's metadata. */
struct entries {
    struct arena *arena;
    struct metadata list[MOST_ENTRIES];
    int count;
};

static void put(struct entries *entries, const char *key, const char *text)
{
    entries->list[entries->count++] = (struct metadata){key, text};
}

static void put_number(struct entries *entries, const char *key,
                       uint64_t number)
{
    put(entries, key, decimal(entries->arena, number));
}

static void put_exact(struct entries *entries, const char *key, double number)
{
    put(entries, key, exact(entries->arena, number));
}

static const char *key_of(struct arena *arena, const char *section,
                          const char *name)
{
    return arena_printf(arena, "%s_%s", section, name);
}

/* Nothing of what is not watched. */
static bool put_monitor(struct entries *entries, const char *section,
                        const struct monitor *monitor)
{
    struct arena *arena = entries->arena;
    if (!monitor->rule || !monitor->rule[0])
        return false;
    put(entries, key_of(arena, section, "rule"), monitor->rule);
    put_number(entries, key_of(arena, section, "evaluations"),
               monitor->evaluations);
    put_exact(entries, key_of(arena, section, "best"), monitor->best);
    put_number(entries, key_of(arena, section, "wait"), monitor->wait);
    return true;
}

static void put_watched(struct entries *entries,
                        const struct checkpoint_note *note)
{
    put_monitor(entries, "stop", &note->stop);
    if (put_monitor(entries, "plateau", &note->plateau.monitor)) {
        put_number(entries, "plateau_cooldown", note->plateau.cooldown);
        put_exact(entries, "plateau_factor", note->plateau.factors[0]);
        put_exact(entries, "plateau_second_factor", note->plateau.factors[1]);
    }
    if (!note->best.rule || !note->best.rule[0])
        return;
    put(entries, "best_rule", note->best.rule);
    put_number(entries, "best_iteration", note->best.iteration);
    put_exact(entries, "best_value", note->best.value);
    put_number(entries, "best_weights", note->best_weights);
    put_number(entries, "evaluated", note->evaluated);
}
_Static_assert(MAX_OPTIMIZERS == 2, "a third factor has no entry");

static void put_scores(struct entries *entries,
                       const struct checkpoint_note *note)
{
    if (!note->scored)
        return;
    put_number(entries, "scored", note->scored);
    put_number(entries, "quality_armed", note->quality.armed);
    put_number(entries, "quality_improved", note->quality.improved);
    put_exact(entries, "quality_one_image", note->quality.one_image);
    put_number(entries, "scored_rows", note->scored_rows);
    put_exact(entries, "signs_distance", note->signs.least_distance);
    put_exact(entries, "signs_coverage", note->signs.most_coverage);
    put_number(entries, "signs_holding", note->signs.holding);
    for (int i = 0; i < N_SCORES; i++)
        put_exact(entries,
                  key_of(entries->arena, "score", score_name((enum score)i)),
                  note->scores[i]);
}

/* All but the checksum. */
static void list_entries(struct entries *entries,
                         const struct checkpoint_note *note)
{
    put(entries, "guss_format", "checkpoint");
    put_number(entries, "guss_format_version", CHECKPOINT_VERSION);
    put_number(entries, "iteration", note->iteration);
    put_number(entries, "pass", note->pass);
    put_number(entries, "position", note->position);
    put_exact(entries, "sum_loss", note->sums.loss);
    put_exact(entries, "sum_squared", note->sums.squared);
    put_exact(entries, "sum_absolute", note->sums.absolute);
    put_exact(entries, "sum_correct", note->sums.correct);
    put_exact(entries, "sum_correct_generated", note->sums.correct_generated);
    put_exact(entries, SECOND_LOSS, note->later_losses[0]);
    put_number(entries, "seed", note->seed);
    put_number(entries, "samples", note->samples);
    put_number(entries, "model", note->model);
    put_number(entries, "schedule", note->schedule);
    put_number(entries, "log_version", note->log_version);
    put_watched(entries, note);
    if (note->averaged)
        put_number(entries, "averaged", note->averaged);
    put_scores(entries, note);
    put(entries, "target", note->target);
    put(entries, "compiler", note->compiler);
    put(entries, "processor", note->processor);
    put(entries, "guss_version", note->version);
    put(entries, "train_sha256", note->train_sha256);
    put(entries, "test_sha256", note->test_sha256);
    put(entries, "latent_sha256", note->latent_sha256);
    /* those that not every run has */
    const struct metadata others[] = {
        {"target_sha256", note->target_sha256},
        {"test_target_sha256", note->test_target_sha256},
        {CLASS_NAMES_KEY, note->class_names},
        {NORMALIZATION_KEY, note->normalization}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i].value[0])
            put(entries, others[i].key, others[i].value);
}

enum status checkpoint_check(const struct guss_model *model,
                             const struct checkpoint_note *note,
                             struct error *error)
{
    struct arena *arena = arena_new();
    const char *path = arena_printf(arena, "a checkpoint of %s", model->name);
    int n_tensors;
    struct place *places = list_most(arena, model, &n_tensors);
    struct entries entries = {.arena = arena};
    list_entries(&entries, note);
    put(&entries, "checksum", "0123456789abcdef");
    enum status status =
        tensor_file_check(path, list_tensors(arena, places, n_tensors),
                          n_tensors, entries.list, entries.count, error);
    arena_free(arena);
    return status;
}

enum status checkpoint_write(const char *path, const struct guss_model *model,
                             const struct checkpoint_state *state,
                             const struct checkpoint_note *note,
                             struct error *error)
{
    struct arena *arena = arena_new();
    int n_tensors;
    struct place *places = list_noted(arena, model, note, &n_tensors);
    struct tensor *tensors = list_tensors(arena, places, n_tensors);
    for (int i = 0; i < n_tensors; i++)
        weight_take(&tensors[i], places[i].weight,
                    place_values(model, state, &places[i]));
    struct entries entries = {.arena = arena};
    list_entries(&entries, note);
    put(&entries, "checksum",
        checkpoint_checksum(arena, tensors, n_tensors, entries.list,
                            entries.count));
    enum status status = tensor_file_write(path, tensors, n_tensors,
                                           entries.list, entries.count, error);
    arena_free(arena);
    return status;
}

/* ---- reading ------------------------------------------------------------- */

static bool read_number(const struct tensor_file *file, const char *key,
                        uint64_t *number)
{
    const char *text = tensor_file_metadata(file, key);
    if (!text || text[0] < '0' || text[0] > '9')
        return false;
    char *end;
    errno = 0;
    *number = strtoull(text, &end, 10);
    return !errno && !*end;
}

static bool read_exact(const struct tensor_file *file, const char *key,
                       double *number)
{
    const char *text = tensor_file_metadata(file, key);
    char *end;
    if (!text || !*text)
        return false;
    *number = strtod(text, &end);
    return !*end;
}

/* What files of before GANs do not have: 0. */
static bool read_later(const struct tensor_file *file, const char *key,
                       double *number)
{
    *number = 0.0;
    return !tensor_file_metadata(file, key) || read_exact(file, key, number);
}

static bool read_later_number(const struct tensor_file *file, const char *key,
                              uint64_t *number)
{
    *number = 0;
    return !tensor_file_metadata(file, key) || read_number(file, key, number);
}

static bool read_text(struct arena *arena, const struct tensor_file *file,
                      const char *key, const char **text)
{
    const char *found = tensor_file_metadata(file, key);
    if (!found)
        return false;
    *text = arena_strdup(arena, found);
    return true;
}

/* What files of before it was noted do not have: "". */
static bool read_later_text(struct arena *arena, const struct tensor_file *file,
                            const char *key, const char **text)
{
    *text = "";
    return !tensor_file_metadata(file, key) ||
           read_text(arena, file, key, text);
}

/* Nothing is there of what is not watched. */
static bool read_monitor(struct arena *arena, const struct tensor_file *file,
                         const char *section, struct monitor *monitor)
{
    const char *rule = key_of(arena, section, "rule");
    *monitor = (struct monitor){0};
    return !tensor_file_metadata(file, rule) ||
           (read_text(arena, file, rule, &monitor->rule) &&
            read_number(file, key_of(arena, section, "evaluations"),
                        &monitor->evaluations) &&
            read_exact(file, key_of(arena, section, "best"), &monitor->best) &&
            read_number(file, key_of(arena, section, "wait"), &monitor->wait));
}

static bool read_plateau(struct arena *arena, const struct tensor_file *file,
                         struct plateau *plateau)
{
    *plateau = (struct plateau){0};
    return read_monitor(arena, file, "plateau", &plateau->monitor) &&
           (!plateau->monitor.rule ||
            (read_number(file, "plateau_cooldown", &plateau->cooldown) &&
             read_exact(file, "plateau_factor", &plateau->factors[0]) &&
             read_exact(file, "plateau_second_factor", &plateau->factors[1])));
}

static bool read_best(struct arena *arena, const struct tensor_file *file,
                      struct checkpoint_note *note)
{
    note->best = (struct best){0};
    note->best_weights = note->evaluated = 0;
    return !tensor_file_metadata(file, "best_rule") ||
           (read_text(arena, file, "best_rule", &note->best.rule) &&
            read_number(file, "best_iteration", &note->best.iteration) &&
            read_exact(file, "best_value", &note->best.value) &&
            read_number(file, "best_weights", &note->best_weights) &&
            read_number(file, "evaluated", &note->evaluated));
}

/* From this on, scores that older files do not have. */
enum { LATER_SCORES = SCORE_ACCEPTED };

/* Nothing is there of runs without a scored snapshot. What is older has no
 * `quality_improved`: without min_delta it is the best's. */
static bool read_scores(struct arena *arena, const struct tensor_file *file,
                        struct checkpoint_note *note)
{
    bool is_read =
        read_later_number(file, "scored", &note->scored) &&
        read_later_number(file, "quality_armed", &note->quality.armed) &&
        read_later_number(file, "quality_improved", &note->quality.improved) &&
        read_later(file, "quality_one_image", &note->quality.one_image) &&
        read_later_number(file, "scored_rows", &note->scored_rows) &&
        read_later(file, "signs_distance", &note->signs.least_distance) &&
        read_later(file, "signs_coverage", &note->signs.most_coverage) &&
        read_later_number(file, "signs_holding", &note->signs.holding);
    if (note->quality.armed && !note->quality.improved)
        note->quality.improved = note->best.iteration;
    for (int i = 0; is_read && note->scored && i < N_SCORES; i++) {
        const char *key = key_of(arena, "score", score_name((enum score)i));
        bool is_missing = i >= LATER_SCORES && !tensor_file_metadata(file, key);
        note->scores[i] = (double)NAN;
        is_read = is_missing || read_exact(file, key, &note->scores[i]);
    }
    return is_read;
}

static bool read_note(struct arena *arena, const struct tensor_file *file,
                      struct checkpoint_note *note)
{
    return read_number(file, "iteration", &note->iteration) &&
           read_number(file, "pass", &note->pass) &&
           read_number(file, "position", &note->position) &&
           read_exact(file, "sum_loss", &note->sums.loss) &&
           read_exact(file, "sum_squared", &note->sums.squared) &&
           read_exact(file, "sum_absolute", &note->sums.absolute) &&
           read_exact(file, "sum_correct", &note->sums.correct) &&
           read_later(file, "sum_correct_generated",
                      &note->sums.correct_generated) &&
           read_later(file, SECOND_LOSS, &note->later_losses[0]) &&
           read_number(file, "seed", &note->seed) &&
           read_number(file, "samples", &note->samples) &&
           read_number(file, "model", &note->model) &&
           read_number(file, "schedule", &note->schedule) &&
           read_later_number(file, "log_version", &note->log_version) &&
           read_monitor(arena, file, "stop", &note->stop) &&
           read_plateau(arena, file, &note->plateau) &&
           read_best(arena, file, note) &&
           read_later_number(file, "averaged", &note->averaged) &&
           read_scores(arena, file, note) &&
           read_text(arena, file, "target", &note->target) &&
           read_later_text(arena, file, "compiler", &note->compiler) &&
           read_text(arena, file, "processor", &note->processor) &&
           read_text(arena, file, "guss_version", &note->version) &&
           read_later_text(arena, file, "train_sha256", &note->train_sha256) &&
           read_later_text(arena, file, "test_sha256", &note->test_sha256) &&
           read_later_text(arena, file, "latent_sha256",
                           &note->latent_sha256) &&
           read_later_text(arena, file, "target_sha256",
                           &note->target_sha256) &&
           read_later_text(arena, file, "test_target_sha256",
                           &note->test_target_sha256) &&
           read_later_text(arena, file, CLASS_NAMES_KEY, &note->class_names) &&
           read_later_text(arena, file, NORMALIZATION_KEY,
                           &note->normalization);
}

static enum status fail_model(const char *path, const struct guss_model *model,
                              struct error *error)
{
    return error_set(error, STATUS_INPUT,
                     "'%s' was made by another model than '%s'; resume with "
                     "the executable that made it",
                     path, model->nn_path);
}

/* More than the model's file has: its values are not even read. */
static bool is_too_large(struct arena *arena, const struct tensor_file *file,
                         const struct guss_model *model)
{
    int count;
    uint64_t bytes = 0;
    const struct place *places = list_most(arena, model, &count);
    for (int i = 0; i < count; i++)
        bytes += (uint64_t)weight_count(places[i].weight) * sizeof(float);
    return file->bytes > bytes;
}

static enum status read_opened(struct arena *arena, const char *path,
                               const struct guss_model *model,
                               struct checkpoint *checkpoint, bool *damaged,
                               struct error *error)
{
    struct tensor_file *file = &checkpoint->file;
    enum status status = checkpoint_check_version(path, file, damaged, error);
    if (status != STATUS_OK)
        return status;
    *damaged = false;
    if (is_too_large(arena, file, model))
        return fail_model(path, model, error);
    status = tensor_file_load(file, error);
    if (status != STATUS_OK)
        return status;
    status = checkpoint_check_sum(arena, path, file, damaged, error);
    if (status != STATUS_OK || read_note(arena, file, &checkpoint->note))
        return status;
    *damaged = true;
    return error_set(error, STATUS_INPUT,
                     "'%s' is damaged: what it says of its run cannot be read",
                     path);
}

enum status checkpoint_open(struct arena *arena, const char *path,
                            const struct guss_model *model,
                            struct checkpoint *checkpoint, bool *damaged,
                            struct error *error)
{
    *checkpoint = (struct checkpoint){0};
    enum status status =
        tensor_file_open(arena, path, &checkpoint->file, error);
    *damaged = status == STATUS_INPUT;
    if (status != STATUS_OK)
        return status;
    status = read_opened(arena, path, model, checkpoint, damaged, error);
    if (status != STATUS_OK)
        checkpoint_close(checkpoint);
    return status;
}

void checkpoint_close(struct checkpoint *checkpoint)
{
    tensor_file_free(&checkpoint->file);
}

/* ---- restoring ----------------------------------------------------------- */

static const struct tensor *find_tensor(const struct tensor_file *file,
                                        const char *key)
{
    for (int i = 0; i < file->n_tensors; i++)
        if (strcmp(file->tensors[i].key, key) == 0)
            return &file->tensors[i];
    return NULL;
}

static bool is_same_tensor(const struct tensor *a, const struct tensor *b)
{
    return a && b && a->count == b->count &&
           memcmp(a->values, b->values, (size_t)a->count * sizeof *a->values) ==
               0;
}

bool checkpoint_has_weights(const struct checkpoint *checkpoint,
                            const struct guss_model *model, const char *path)
{
    struct arena *arena = arena_new();
    struct tensor_file weights = {0};
    struct error unread = {0};
    int count;
    struct place *places = list_places(arena, model, false, 0, &count);
    bool same = tensor_file_read(arena, path, &weights, &unread) == STATUS_OK;
    for (int i = 0; same && i < count && places[i].part == PART_WEIGHTS; i++) {
        const char *key = place_key(arena, &places[i]);
        same = is_same_tensor(find_tensor(&checkpoint->file, key),
                              find_tensor(&weights, key));
    }
    tensor_file_free(&weights);
    arena_free(arena);
    return same;
}

enum status checkpoint_restore(const struct checkpoint *checkpoint,
                               const char *path, const struct guss_model *model,
                               const struct checkpoint_state *state,
                               struct error *error)
{
    struct arena *arena = arena_new();
    int count;
    struct place *places = list_noted(arena, model, &checkpoint->note, &count);
    bool fits = checkpoint->note.model == checkpoint_model_fingerprint(model) &&
                checkpoint->file.n_tensors == count;
    const struct tensor **tensors =
        arena_alloc(arena, (size_t)count, sizeof *tensors);
    for (int i = 0; fits && i < count; i++) {
        tensors[i] =
            find_tensor(&checkpoint->file, place_key(arena, &places[i]));
        fits =
            tensors[i] && tensors[i]->count == weight_count(places[i].weight);
    }
    for (int i = 0; fits && i < count; i++) {
        float *laid_out = place_values(model, state, &places[i]);
        if (laid_out)
            weight_unpack(places[i].weight, tensors[i]->values, laid_out);
    }
    arena_free(arena);
    return fits ? STATUS_OK : fail_model(path, model, error);
}
