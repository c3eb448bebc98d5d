/* Weights between a model's memory and safetensors files. A file is compared
 * with the model as a whole before one weight is written. */
#include "trainer/weights/weights.h"

#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "base/file.h"
#include "base/text.h"
#include "trainer/weights/checkpoint_file.h"

/* ---- one weight ---------------------------------------------------------- */

const char *weight_key(struct arena *arena, const struct guss_weight *weight)
{
    return arena_printf(arena, "%s/%s/%s", weight->network, weight->layer,
                        weight->name);
}

int64_t weight_count(const struct guss_weight *weight)
{
    int64_t count = 1;
    for (int i = 0; i < weight->rank; i++)
        count *= weight->shape[i];
    return count;
}

float *model_weights(const struct guss_model *model, void *memory)
{
    return (float *)(void *)((char *)memory + model->weights_offset);
}

float *model_slot(const struct guss_model *model, void *memory, int slot)
{
    return (float *)(void *)((char *)memory + model->slot_offsets[slot]);
}

static size_t row_width(const struct guss_weight *weight)
{
    return weight->rank ? (size_t)weight->shape[weight->rank - 1] : 1;
}

size_t weight_row_count(const struct guss_weight *weight)
{
    size_t width = row_width(weight);
    return width ? (size_t)weight_count(weight) / width : 0;
}

void weight_unpack(const struct guss_weight *weight, const float *dense,
                   float *laid_out)
{
    size_t width = row_width(weight);
    size_t rows = weight_row_count(weight);
    for (size_t i = 0; i < rows; i++)
        memcpy(laid_out + weight->offset + i * weight->stride,
               dense + i * width, width * sizeof *dense);
}

/* ---- lists --------------------------------------------------------------- */

struct weight_list weights_of(const struct guss_network *network)
{
    return (struct weight_list){network->weights, network->n_weights};
}

static bool has_index(struct weight_list list, int index)
{
    for (int i = 0; i < list.count; i++)
        if (list.indexes[i] == index)
            return true;
    return false;
}

struct weight_list weights_trained(struct arena *arena,
                                   const struct guss_model *model)
{
    size_t most = (size_t)model->n_weights;
    int *indexes = arena_alloc(arena, most, sizeof *indexes);
    struct weight_list list = {indexes, 0};
    for (int i = 0; i < model->n_trained; i++) {
        struct weight_list one =
            weights_of(&model->networks[model->trained[i].network]);
        for (int k = 0; k < one.count; k++)
            if (!has_index(list, one.indexes[k]))
                indexes[list.count++] = one.indexes[k];
    }
    return list;
}

const char *extents_text(struct arena *arena, int rank, const int64_t *shape)
{
    struct text text = text_new(arena);
    text_puts(&text, "(");
    for (int i = 0; i < rank; i++)
        text_printf(&text, "%s%lld", i ? ", " : "", (long long)shape[i]);
    text_puts(&text, ")");
    return text_string(&text);
}

/* ---- reading ------------------------------------------------------------- */

/* A file beside the model that it shall fill. */
struct load {
    struct arena *arena;
    const struct guss_model *model;
    const char *path;
    struct tensor_file *file;
    const char **keys;             /* of the model's weights */
    const struct tensor **tensors; /* for the model's weights; NULL: absent */
    bool is_damaged;               /* another checkpoint may serve instead */
};

static bool has_shape(const struct tensor *tensor,
                      const struct guss_weight *weight)
{
    if (tensor->rank != weight->rank)
        return false;
    for (int i = 0; i < tensor->rank; i++)
        if (tensor->shape[i] != weight->shape[i])
            return false;
    return true;
}

static enum status check_format(struct load *load, struct error *error)
{
    const char *version =
        tensor_file_metadata(load->file, "guss_format_version");
    if (checkpoint_file_is(load->file))
        return checkpoint_check_version(load->path, load->file,
                                        &load->is_damaged, error);
    if (!version || strcmp(version, "1") == 0)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "'%s' has version %s of the weights format, this "
                     "executable reads version 1",
                     load->path, version);
}

/* The model's weight that a key names, or n_weights. */
static int find_weight(const struct load *load, const char *key)
{
    int found = 0;
    while (found < load->model->n_weights &&
           strcmp(load->keys[found], key) != 0)
        found++;
    return found;
}

/* "net/layer/kernel" of a checkpoint's "optimizer/0/net/layer/kernel", which is
 * as large, and is let pass; NULL for any other key. */
static const char *optimized_key(const struct load *load, const char *key)
{
    static const char folder[] = "optimizer/";
    size_t length = strlen(folder);
    bool is_state = checkpoint_file_is(load->file) &&
                    strncmp(key, folder, length) == 0 && key[length] >= '0' &&
                    key[length] <= '9' && key[length + 1] == '/';
    return is_state ? key + length + 2 : NULL;
}

static enum status place_tensor(struct load *load, const struct tensor *tensor,
                                struct error *error)
{
    const struct guss_model *model = load->model;
    const char *state_of = optimized_key(load, tensor->key);
    int found = find_weight(load, state_of ? state_of : tensor->key);
    if (found == model->n_weights)
        return error_set(error, STATUS_INPUT,
                         "'%s' holds '%s', which '%s' does not have%s",
                         load->path, tensor->key, model->name,
                         did_you_mean(load->arena, tensor->key, load->keys,
                                      (size_t)model->n_weights));
    const struct guss_weight *weight = &model->weights[found];
    if (!has_shape(tensor, weight))
        return error_set(
            error, STATUS_INPUT, "'%s': '%s' has shape %s, '%s' needs %s",
            load->path, tensor->key,
            extents_text(load->arena, tensor->rank, tensor->shape), model->name,
            extents_text(load->arena, weight->rank, weight->shape));
    if (!state_of)
        load->tensors[found] = tensor;
    return STATUS_OK;
}

static enum status check_complete(const struct load *load,
                                  struct weight_list list, struct error *error)
{
    for (int i = 0; i < list.count; i++) {
        int wanted = list.indexes[i];
        const struct guss_weight *weight = &load->model->weights[wanted];
        if (!load->tensors[wanted])
            return error_set(
                error, STATUS_INPUT, "'%s' lacks '%s' of shape %s", load->path,
                load->keys[wanted],
                extents_text(load->arena, weight->rank, weight->shape));
    }
    return STATUS_OK;
}

static enum status match_file(struct load *load, struct weight_list list,
                              struct error *error)
{
    size_t count = (size_t)load->model->n_weights;
    load->keys = arena_alloc(load->arena, count, sizeof *load->keys);
    load->tensors = arena_alloc(load->arena, count, sizeof *load->tensors);
    for (size_t i = 0; i < count; i++)
        load->keys[i] = weight_key(load->arena, &load->model->weights[i]);
    enum status status = check_format(load, error);
    for (int i = 0; status == STATUS_OK && i < load->file->n_tensors; i++)
        status = place_tensor(load, &load->file->tensors[i], error);
    return status == STATUS_OK ? check_complete(load, list, error) : status;
}

static enum status read_about(struct load *load, struct arena *arena,
                              struct weights_about *about, struct error *error)
{
    about->path = load->path;
    about->is_checkpoint = checkpoint_file_is(load->file);
    return class_names_read(arena, load->path,
                            tensor_file_metadata(load->file, CLASS_NAMES_KEY),
                            &about->classes, error);
}

static enum status load_values(struct load *load, struct error *error)
{
    enum status status = tensor_file_load(load->file, error);
    if (status != STATUS_OK || !checkpoint_file_is(load->file))
        return status;
    return checkpoint_check_sum(load->arena, load->path, load->file,
                                &load->is_damaged, error);
}

/* *is_damaged: the file is no sound one, whatever it was to hold. */
static enum status load_file(struct arena *arena,
                             const struct guss_model *model, void *memory,
                             struct weight_list list, const char *path,
                             struct weights_about *about, bool *is_damaged,
                             struct error *error)
{
    struct arena *scratch = arena_new();
    struct tensor_file file = {0};
    struct load load = {
        .arena = scratch, .model = model, .path = path, .file = &file};
    enum status status = tensor_file_open(scratch, path, &file, error);
    load.is_damaged = status == STATUS_INPUT;
    if (status == STATUS_OK)
        status = match_file(&load, list, error);
    if (status == STATUS_OK)
        status = load_values(&load, error);
    if (status == STATUS_OK)
        status = read_about(&load, arena, about, error);
    for (int i = 0; status == STATUS_OK && i < model->n_weights; i++)
        if (load.tensors[i])
            weight_unpack(&model->weights[i], load.tensors[i]->values,
                          model_weights(model, memory));
    tensor_file_free(&file);
    arena_free(scratch);
    *is_damaged = load.is_damaged;
    return status;
}

/* ---- the folder of a run ------------------------------------------------- */

static enum status load_checkpoint(struct arena *arena,
                                   const struct guss_model *model, void *memory,
                                   struct weight_list list, const char *run,
                                   struct weights_about *about,
                                   struct error *error)
{
    uint64_t *iterations;
    int count = 0;
    enum status status = STATUS_OK;
    if (folder_exists(path_join(arena, run, "checkpoints")))
        status = checkpoint_list(arena, run, &iterations, &count, error);
    if (status != STATUS_OK)
        return status;
    about->damaged = arena_alloc(arena, (size_t)count, sizeof *about->damaged);
    for (int i = 0; i < count; i++) {
        bool is_damaged;
        status = load_file(arena, model, memory, list,
                           checkpoint_path(arena, run, iterations[i]), about,
                           &is_damaged, error);
        if (status == STATUS_OK || !is_damaged)
            return status;
        about->damaged[about->n_damaged++] = arena_strdup(arena, error->text);
    }
    return error_set(error, STATUS_INPUT,
                     "the folder '%s' has no weights.safetensors and no "
                     "%scheckpoint",
                     run, count ? "good " : "");
}

enum status weights_load(struct arena *arena, const struct guss_model *model,
                         void *memory, struct weight_list list,
                         const char *path, struct weights_about *about,
                         struct error *error)
{
    bool is_damaged;
    *about = (struct weights_about){0};
    if (!folder_exists(path))
        return load_file(arena, model, memory, list, path, about, &is_damaged,
                         error);
    const char *end = path_join(arena, path, "weights.safetensors");
    if (file_exists(end))
        return load_file(arena, model, memory, list, end, about, &is_damaged,
                         error);
    return load_checkpoint(arena, model, memory, list, path, about, error);
}

/* ---- writing ------------------------------------------------------------- */

struct tensor weight_describe(struct arena *arena,
                              const struct guss_weight *weight)
{
    struct tensor tensor = {.key = weight_key(arena, weight),
                            .rank = weight->rank,
                            .count = weight_count(weight)};
    for (int i = 0; i < weight->rank; i++)
        tensor.shape[i] = weight->shape[i];
    return tensor;
}

void weight_take(struct tensor *tensor, const struct guss_weight *weight,
                 const void *laid_out)
{
    tensor->values = (const float *)laid_out + weight->offset;
    tensor->stride = (int64_t)weight->stride;
}

enum status weights_save(const struct guss_model *model, const void *memory,
                         struct weight_list list,
                         const struct class_names *classes, const char *path,
                         struct error *error)
{
    const void *weights = (const char *)memory + model->weights_offset;
    struct arena *arena = arena_new();
    const struct metadata metadata[] = {
        {"guss_format", "weights"},
        {"guss_format_version", "1"},
        {"guss_version", GUSS_VERSION},
        {CLASS_NAMES_KEY, class_names_text(arena, classes)}};
    enum { ALL = sizeof metadata / sizeof *metadata };
    struct tensor *tensors =
        arena_alloc(arena, (size_t)list.count, sizeof *tensors);
    for (int i = 0; i < list.count; i++) {
        const struct guss_weight *weight = &model->weights[list.indexes[i]];
        tensors[i] = weight_describe(arena, weight);
        weight_take(&tensors[i], weight, weights);
    }
    enum status status =
        tensor_file_write(path, tensors, list.count, metadata,
                          classes->count ? ALL : ALL - 1, error);
    arena_free(arena);
    return status;
}

/* ---- checking ------------------------------------------------------------ */

static bool find_nonfinite(const struct guss_weight *weight,
                           const float *laid_out, double *value)
{
    size_t width = row_width(weight);
    size_t rows = weight_row_count(weight);
    for (size_t i = 0; i < rows; i++) {
        const float *row = laid_out + weight->offset + i * weight->stride;
        for (size_t j = 0; j < width; j++) {
            *value = (double)row[j];
            if (!isfinite(row[j]))
                return true;
        }
    }
    return false;
}

const char *weights_find_nonfinite(struct arena *arena,
                                   const struct guss_model *model,
                                   const void *memory, struct weight_list list,
                                   double *value)
{
    const float *weights = (const float *)(const void *)((const char *)memory +
                                                         model->weights_offset);
    for (int i = 0; i < list.count; i++) {
        const struct guss_weight *weight = &model->weights[list.indexes[i]];
        if (find_nonfinite(weight, weights, value))
            return weight_key(arena, weight);
    }
    return NULL;
}
