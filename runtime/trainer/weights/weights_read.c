/* Weights from safetensors files into a model's memory. A file is compared with
 * the model as a whole before one weight is written. */
#include <string.h>

#include "base/diag.h"
#include "base/file.h"
#include "trainer/weights/checkpoint_file.h"
#include "trainer/weights/torch.h"
#include "trainer/weights/torch_axes.h"
#include "trainer/weights/torch_modules.h"
#include "trainer/weights/weights_file.h"

/* ---- a file beside the model --------------------------------------------- */

bool weight_has_shape(const struct guss_weight *weight,
                      const struct tensor *tensor)
{
    if (tensor->rank != weight->rank)
        return false;
    for (int i = 0; i < tensor->rank; i++)
        if (tensor->shape[i] != weight->shape[i])
            return false;
    return true;
}

static enum status check_format(struct weights_file *file, struct error *error)
{
    const char *version =
        tensor_file_metadata(file->file, "guss_format_version");
    if (checkpoint_file_is(file->file))
        return checkpoint_check_version(file->path, file->file,
                                        &file->is_damaged, error);
    if (!version || strcmp(version, "1") == 0)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "'%s' has version %s of the weights format, this "
                     "executable reads version 1",
                     file->path, version);
}

int weights_file_find(const struct weights_file *file, const char *key)
{
    int found = 0;
    while (found < file->model->n_weights &&
           strcmp(file->keys[found], key) != 0)
        found++;
    return found;
}

const char *weights_file_state(const struct weights_file *file, const char *key)
{
    static const char *const folders[] = {"optimizer/", "best/", "average/"};
    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        size_t length = strlen(folders[i]);
        if (checkpoint_file_is(file->file) &&
            strncmp(key, folders[i], length) == 0 && key[length] >= '0' &&
            key[length] <= '9' && key[length + 1] == '/')
            return key + length + 2;
    }
    return NULL;
}

static enum status fail_name(const struct weights_file *file,
                             const struct tensor *tensor, struct error *error)
{
    const struct guss_model *model = file->model;
    return error_set(error, STATUS_INPUT,
                     "'%s' holds '%s', which '%s' does not have%s", file->path,
                     tensor->key, model->name,
                     did_you_mean(file->arena, tensor->key, file->keys,
                                  (size_t)model->n_weights));
}

static enum status place_tensor(struct weights_file *file,
                                const struct tensor *tensor,
                                struct error *error)
{
    const struct guss_model *model = file->model;
    const char *state_of = weights_file_state(file, tensor->key);
    int found = weights_file_find(file, state_of ? state_of : tensor->key);
    if (found == model->n_weights)
        return fail_name(file, tensor, error);
    const struct guss_weight *weight = &model->weights[found];
    if (!weight_has_shape(weight, tensor))
        return error_set(
            error, STATUS_INPUT, "'%s': '%s' has shape %s, '%s' needs %s",
            file->path, tensor->key,
            extents_text(file->arena, tensor->rank, tensor->shape), model->name,
            extents_text(file->arena, weight->rank, weight->shape));
    if (!state_of)
        file->tensors[found] = tensor;
    return STATUS_OK;
}

static enum status check_complete(const struct weights_file *file,
                                  struct weight_list list, struct error *error)
{
    for (int i = 0; i < list.count; i++) {
        int wanted = list.indexes[i];
        const struct guss_weight *weight = &file->model->weights[wanted];
        if (!file->tensors[wanted])
            return error_set(
                error, STATUS_INPUT, "'%s' lacks '%s' of shape %s", file->path,
                file->keys[wanted],
                extents_text(file->arena, weight->rank, weight->shape));
    }
    return STATUS_OK;
}

static enum status match_whole(struct weights_file *file,
                               struct weight_list list, struct error *error)
{
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < file->file->n_tensors; i++)
        status = place_tensor(file, &file->file->tensors[i], error);
    return status == STATUS_OK ? check_complete(file, list, error) : status;
}

/* ---- reading one --------------------------------------------------------- */

/* Where what is read goes. */
struct reading {
    struct arena *arena;
    const struct weights_wanted *wanted;
    struct weights_about *about;
    struct error *error;
};

/* A file of another layout than was said is not taken for one of this. */
static enum status turn_layout(const struct reading *reading,
                               struct weights_file *file)
{
    const struct weights_wanted *wanted = reading->wanted;
    if (wanted->layout == LAYOUT_PYTORCH)
        return torch_translate(file, wanted->list, wanted->reuse,
                               reading->arena, &reading->about->mapping,
                               reading->error);
    if (torch_looks(file->file))
        return error_set(reading->error, STATUS_INPUT,
                         "'%s' looks like a state of PyTorch's, with keys such "
                         "as '%s': --layout pytorch reads it",
                         file->path, file->file->tensors[0].key);
    return STATUS_OK;
}

static enum status match_file(const struct reading *reading,
                              struct weights_file *file)
{
    const struct weights_wanted *wanted = reading->wanted;
    size_t count = (size_t)file->model->n_weights;
    file->keys = arena_alloc(file->arena, count, sizeof *file->keys);
    file->tensors = arena_alloc(file->arena, count, sizeof *file->tensors);
    for (size_t i = 0; i < count; i++)
        file->keys[i] = weight_key(file->arena, &file->model->weights[i]);
    enum status status = check_format(file, reading->error);
    if (status == STATUS_OK && wanted->reuse)
        status = weights_reuse_check(file, wanted->list, wanted->reuse,
                                     reading->error);
    if (status == STATUS_OK)
        status = turn_layout(reading, file);
    if (status != STATUS_OK)
        return status;
    return wanted->reuse
               ? weights_file_reuse(file, wanted->list, reading->arena,
                                    wanted->reuse, reading->error)
               : match_whole(file, wanted->list, reading->error);
}

static enum status load_values(struct weights_file *file, struct error *error)
{
    enum status status = tensor_file_load(file->file, error);
    if (status != STATUS_OK || !checkpoint_file_is(file->file))
        return status;
    return checkpoint_check_sum(file->arena, file->path, file->file,
                                &file->is_damaged, error);
}

static enum status read_about(const struct reading *reading,
                              const struct weights_file *file)
{
    struct weights_about *about = reading->about;
    about->path = file->path;
    about->is_checkpoint = checkpoint_file_is(file->file);
    enum status status =
        class_names_read(reading->arena, file->path,
                         tensor_file_metadata(file->file, CLASS_NAMES_KEY),
                         &about->classes, reading->error);
    if (status != STATUS_OK)
        return status;
    return normalization_read(
        reading->arena, file->path,
        tensor_file_metadata(file->file, NORMALIZATION_KEY),
        &about->normalization, reading->error);
}

/* The values of one in this layout; those of another go through `room`. */
static const float *values_of(const struct weights_file *file, int index,
                              enum weights_layout layout, float *room)
{
    const float *values = file->tensors[index]->values;
    if (layout == LAYOUT_KERAS)
        return values;
    torch_arrange(&file->model->weights[index], values, room);
    return room;
}

static void unpack(const struct weights_file *file,
                   const struct weights_wanted *wanted)
{
    const struct guss_model *model = file->model;
    int64_t most = 0;
    for (int i = 0; i < model->n_weights; i++)
        if (file->tensors[i] && file->tensors[i]->count > most)
            most = file->tensors[i]->count;
    float *room = NULL;
    if (wanted->layout != LAYOUT_KERAS)
        room = arena_alloc(file->arena, (size_t)most, sizeof *room);
    for (int i = 0; i < model->n_weights; i++)
        if (file->tensors[i])
            weight_unpack(&model->weights[i],
                          values_of(file, i, wanted->layout, room),
                          model_weights(model, wanted->memory));
}

/* *is_damaged: the file is no sound one, whatever it was to hold. */
static enum status load_file(const struct reading *reading, const char *path,
                             bool *is_damaged)
{
    struct tensor_file tensors = {0};
    struct weights_file file = {.arena = arena_new(),
                                .model = reading->wanted->model,
                                .path = path,
                                .file = &tensors};
    const struct weights_wanted *wanted = reading->wanted;
    enum status status =
        wanted->bytes
            ? tensor_file_open_bytes(file.arena, path, wanted->bytes,
                                     wanted->size, &tensors, reading->error)
            : tensor_file_open(file.arena, path, &tensors, reading->error);
    file.is_damaged = status == STATUS_INPUT;
    if (status == STATUS_OK)
        status = match_file(reading, &file);
    if (status == STATUS_OK)
        status = load_values(&file, reading->error);
    if (status == STATUS_OK)
        status = read_about(reading, &file);
    if (status == STATUS_OK)
        unpack(&file, reading->wanted);
    tensor_file_free(&tensors);
    arena_free(file.arena);
    *is_damaged = file.is_damaged;
    return status;
}

/* ---- the folder of a run ------------------------------------------------- */

static enum status load_checkpoint(const struct reading *reading)
{
    struct arena *arena = reading->arena;
    struct error *error = reading->error;
    struct weights_about *about = reading->about;
    const char *run = reading->wanted->path;
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
        status = load_file(reading, checkpoint_path(arena, run, iterations[i]),
                           &is_damaged);
        if (status == STATUS_OK || !is_damaged)
            return status;
        about->damaged[about->n_damaged++] = arena_strdup(arena, error->text);
    }
    return error_set(error, STATUS_INPUT,
                     "the folder '%s' has no weights.safetensors and no "
                     "%scheckpoint",
                     run, count ? "good " : "");
}

enum status weights_load(struct arena *arena,
                         const struct weights_wanted *wanted,
                         struct weights_about *about, struct error *error)
{
    const struct reading reading = {arena, wanted, about, error};
    bool is_damaged;
    *about = (struct weights_about){0};
    if (wanted->bytes || !folder_exists(wanted->path))
        return load_file(&reading, wanted->path, &is_damaged);
    const char *end = path_join(arena, wanted->path, "weights.safetensors");
    if (file_exists(end))
        return load_file(&reading, end, &is_damaged);
    return load_checkpoint(&reading);
}
