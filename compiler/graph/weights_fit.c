#include "compiler/graph/weights_fit.h"

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

static bool has_weight(const struct tensor_file *file, const char *key,
                       const struct shape *shape)
{
    for (int i = 0; i < file->n_tensors; i++)
        if (strcmp(file->tensors[i].key, key) == 0)
            return has_shape(&file->tensors[i], shape);
    return false;
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
            if (!has_weight(file, key, &weight->shape))
                misfit = arena_printf(arena, "'%s' has no '%s' of shape %s",
                                      file->path, key,
                                      shape_text(arena, &weight->shape));
        }
    }
    return misfit;
}

enum status weights_misfit(struct arena *arena, const struct network *network,
                           const char *name, const char *bytes, size_t size,
                           const char **misfit, struct error *error)
{
    struct tensor_file file;
    enum status status =
        tensor_file_open_bytes(arena, name, bytes, size, &file, error);
    if (status != STATUS_OK)
        return status;
    *misfit = find_misfit(arena, network, &file);
    tensor_file_free(&file);
    return STATUS_OK;
}
