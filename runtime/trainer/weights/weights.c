/* Weights between a model's memory and safetensors files. A file is compared
 * with the model as a whole before one weight is written. */
#include "trainer/weights/weights.h"

#include <math.h>
#include <string.h>

#include "base/diag.h"
#include "base/text.h"

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

void weight_pack(const struct guss_weight *weight, const float *laid_out,
                 float *dense)
{
    size_t width = row_width(weight);
    size_t rows = weight_row_count(weight);
    for (size_t i = 0; i < rows; i++)
        memcpy(dense + i * width,
               laid_out + weight->offset + i * weight->stride,
               width * sizeof *dense);
}

float *weight_copy(struct arena *arena, const struct guss_weight *weight,
                   const float *laid_out)
{
    float *dense =
        arena_alloc(arena, (size_t)weight_count(weight), sizeof *dense);
    weight_pack(weight, laid_out, dense);
    return dense;
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
    struct weight_list one = weights_of(&model->networks[model->trained]);
    if (model->objective != GUSS_GAN)
        return one;
    struct weight_list other =
        weights_of(&model->networks[model->discriminator]);
    size_t most = (size_t)one.count + (size_t)other.count;
    int *indexes = arena_alloc(arena, most, sizeof *indexes);
    int count = one.count;
    memcpy(indexes, one.indexes, (size_t)count * sizeof *indexes);
    for (int i = 0; i < other.count; i++)
        if (!has_index(one, other.indexes[i]))
            indexes[count++] = other.indexes[i];
    return (struct weight_list){indexes, count};
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
    const struct tensor_file *file;
    const char **keys;             /* of the model's weights */
    const struct tensor **tensors; /* for the model's weights; NULL: absent */
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

static enum status check_format(const struct load *load, struct error *error)
{
    const char *format = tensor_file_metadata(load->file, "guss_format");
    const char *version =
        tensor_file_metadata(load->file, "guss_format_version");
    if (format && strcmp(format, "checkpoint") == 0)
        return error_set(error, STATUS_INPUT,
                         "'%s' is a checkpoint: the weights of a run are in "
                         "its weights.safetensors",
                         load->path);
    if (!version || strcmp(version, "1") == 0)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "'%s' has version %s of the weights format, this "
                     "executable reads version 1",
                     load->path, version);
}

static enum status place_tensor(struct load *load, const struct tensor *tensor,
                                struct error *error)
{
    const struct guss_model *model = load->model;
    int found = 0;
    while (found < model->n_weights &&
           strcmp(load->keys[found], tensor->key) != 0)
        found++;
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

enum status weights_load(const struct guss_model *model, void *memory,
                         struct weight_list list, const char *path,
                         struct error *error)
{
    struct arena *arena = arena_new();
    struct tensor_file file = {0};
    enum status status = tensor_file_open(arena, path, &file, error);
    if (status == STATUS_OK) {
        struct load load = {
            .arena = arena, .model = model, .path = path, .file = &file};
        status = match_file(&load, list, error);
        if (status == STATUS_OK)
            status = tensor_file_load(&file, error);
        for (int i = 0; status == STATUS_OK && i < model->n_weights; i++)
            if (load.tensors[i])
                weight_unpack(&model->weights[i], load.tensors[i]->values,
                              model_weights(model, memory));
        tensor_file_free(&file);
    }
    arena_free(arena);
    return status;
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

enum status weights_save(const struct guss_model *model, const void *memory,
                         struct weight_list list, const char *path,
                         struct error *error)
{
    static const struct metadata metadata[] = {{"guss_format", "weights"},
                                               {"guss_format_version", "1"},
                                               {"guss_version", GUSS_VERSION}};
    const float *weights = (const float *)(const void *)((const char *)memory +
                                                         model->weights_offset);
    struct arena *arena = arena_new();
    struct tensor *tensors =
        arena_alloc(arena, (size_t)list.count, sizeof *tensors);
    for (int i = 0; i < list.count; i++) {
        const struct guss_weight *weight = &model->weights[list.indexes[i]];
        tensors[i] = weight_describe(arena, weight);
        tensors[i].values = weight_copy(arena, weight, weights);
    }
    enum status status =
        tensor_file_write(path, tensors, list.count, metadata,
                          (int)(sizeof metadata / sizeof *metadata), error);
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
