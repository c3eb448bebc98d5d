/* The weights of a model in its memory, and how files are written of them. */
#include "trainer/weights/weights.h"

#include <math.h>
#include <string.h>

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
                         const struct class_names *classes,
                         const struct normalization *normalization,
                         const char *path, struct error *error)
{
    return weights_save_laid_out(
        model,
        (const float *)(const void *)((const char *)memory +
                                      model->weights_offset),
        list, classes, normalization, path, error);
}

enum status weights_save_laid_out(const struct guss_model *model,
                                  const float *weights, struct weight_list list,
                                  const struct class_names *classes,
                                  const struct normalization *normalization,
                                  const char *path, struct error *error)
{
    struct arena *arena = arena_new();
    enum { ALWAYS = 3, MOST = ALWAYS + 2 };
    struct metadata metadata[MOST] = {{"guss_format", "weights"},
                                      {"guss_format_version", "1"},
                                      {"guss_version", GUSS_VERSION}};
    int n = ALWAYS;
    if (classes->count)
        metadata[n++] = (struct metadata){CLASS_NAMES_KEY,
                                          class_names_text(arena, classes)};
    if (normalization->n)
        metadata[n++] = (struct metadata){
            NORMALIZATION_KEY, normalization_text(arena, normalization)};
    struct tensor *tensors =
        arena_alloc(arena, (size_t)list.count, sizeof *tensors);
    for (int i = 0; i < list.count; i++) {
        const struct guss_weight *weight = &model->weights[list.indexes[i]];
        tensors[i] = weight_describe(arena, weight);
        weight_take(&tensors[i], weight, weights);
    }
    enum status status =
        tensor_file_write(path, tensors, list.count, metadata, n, error);
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
