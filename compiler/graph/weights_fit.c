#include "compiler/graph/weights_fit.h"

#include <math.h>
#include <string.h>

#include "compiler/graph/graph.h"
#include "trainer/weights/safetensors.h"

static bool has_shape(const struct tensor *tensor, const struct shape *shape)
{
    bool is_same = tensor->rank == shape->rank;
    for (int i = 0; is_same && i < shape->rank; i++)
        is_same = tensor->shape[i] == shape->size[i];
    return is_same;
}

static const struct tensor *find_weight(const struct tensor_file *file,
                                        const char *key,
                                        const struct shape *shape)
{
    for (int i = 0; i < file->n_tensors; i++)
        if (strcmp(file->tensors[i].key, key) == 0)
            return has_shape(&file->tensors[i], shape) ? &file->tensors[i]
                                                       : NULL;
    return NULL;
}

static const char *find_misfit(struct arena *arena,
                               const struct network *network,
                               const struct tensor_file *file)
{
    const char *misfit = NULL;
    for (int i = 0; !misfit && i < network->n_layers; i++) {
        const struct layer *layer = network->layers[i];
        if (layer->placed)
            misfit = find_misfit(arena, layer->placed, file);
        for (int j = 0; !misfit && j < layer->n_weights; j++) {
            const struct weight *weight = &layer->weights[j];
            const char *key = arena_printf(arena, "%s/%s/%s", network->name,
                                           layer->name, weight->name);
            if (!find_weight(file, key, &weight->shape))
                misfit = arena_printf(arena, "'%s' has no '%s' of shape %s",
                                      file->path, key,
                                      shape_text(arena, &weight->shape));
        }
    }
    return misfit;
}

/* All that the file holds is looked at: it has nothing but a network's weights. */
static const char *find_nonfinite(struct arena *arena,
                                  const struct tensor_file *file)
{
    for (int i = 0; i < file->n_tensors; i++) {
        const struct tensor *tensor = &file->tensors[i];
        for (int64_t j = 0; j < tensor->count; j++)
            if (!isfinite(tensor->values[j]))
                return arena_printf(arena, "'%s' holds %g in '%s'", file->path,
                                    (double)tensor->values[j], tensor->key);
    }
    return NULL;
}

enum status weights_fit(struct arena *arena, const struct network *network,
                        const char *name, const char *bytes, size_t size,
                        struct weights_fit *fit, struct error *error)
{
    struct tensor_file file;
    *fit = (struct weights_fit){NULL, NULL};
    enum status status =
        tensor_file_open_bytes(arena, name, bytes, size, &file, error);
    if (status != STATUS_OK)
        return status;
    fit->misfit = find_misfit(arena, network, &file);
    if (!fit->misfit)
        status = tensor_file_load(&file, error);
    if (!fit->misfit && status == STATUS_OK)
        fit->nonfinite = find_nonfinite(arena, &file);
    tensor_file_free(&file);
    return status;
}
