/* Layers and modules, by what they are called and what they hold. */
#include "trainer/weights/torch_layers.h"

#include <string.h>

#include "trainer/weights/torch_axes.h"

/* A separable convolution's second module begins with this one. */
static const char second_kernel[] = "pointwise_kernel";

static bool begins_layer(const struct guss_weight *weight,
                         const struct guss_weight *before)
{
    return !before || strcmp(weight->network, before->network) != 0 ||
           strcmp(weight->layer, before->layer) != 0 ||
           strcmp(weight->name, second_kernel) == 0;
}

static void name_layer(struct arena *arena, const struct guss_weight *weight,
                       struct torch_layer *layer)
{
    const char *part = strcmp(weight->name, second_kernel) == 0 ? "_pointwise"
                       : strcmp(weight->name, "depthwise_kernel") == 0
                           ? "_depthwise"
                           : "";
    layer->name =
        arena_printf(arena, "%s/%s%s", weight->network, weight->layer, part);
    layer->word = arena_printf(arena, "%s%s", weight->layer, part);
    layer->words = arena_printf(arena, "%s_%s", weight->network, layer->word);
    layer->module = -1;
}

void torch_list_layers(const struct weights_file *file, struct weight_list list,
                       const struct weights_reuse *reuse,
                       struct torch_layers *layers)
{
    size_t most = (size_t)list.count;
    int *weights = arena_alloc(file->arena, most, sizeof *weights);
    const struct guss_weight *before = NULL;
    int n = 0;
    layers->layers = arena_alloc(file->arena, most, sizeof *layers->layers);
    layers->count = 0;
    for (int i = 0; i < list.count; i++) {
        int index = list.indexes[i];
        const struct guss_weight *weight = &file->model->weights[index];
        if (reuse && !weights_reuse_wants(reuse, file->keys[index]))
            continue;
        if (begins_layer(weight, before)) {
            struct torch_layer *layer = &layers->layers[layers->count++];
            *layer = (struct torch_layer){.weights = &weights[n]};
            name_layer(file->arena, weight, layer);
        }
        layers->layers[layers->count - 1].n_weights++;
        weights[n++] = index;
        before = weight;
    }
}

const struct tensor *torch_find(const struct weights_file *file,
                                const struct torch_module *module, int weight)
{
    const char *name = torch_name(&file->model->weights[weight]);
    for (int i = 0; i < module->n_tensors; i++) {
        const struct tensor *tensor = &file->file->tensors[module->tensors[i]];
        if (strcmp(torch_leaf(tensor->key), name) == 0)
            return tensor;
    }
    return NULL;
}

bool torch_module_fits(const struct weights_file *file,
                       const struct torch_module *module,
                       const struct torch_layer *layer)
{
    if (module->n_tensors != layer->n_weights)
        return false;
    for (int i = 0; i < layer->n_weights; i++) {
        int weight = layer->weights[i];
        const struct tensor *tensor = torch_find(file, module, weight);
        if (!tensor || !torch_fits(&file->model->weights[weight], tensor))
            return false;
    }
    return true;
}

static bool is_named(const char *word, const struct torch_layer *layer)
{
    return strcmp(word, layer->word) == 0 || strcmp(word, layer->words) == 0;
}

int torch_match_names(struct arena *arena, const struct torch_modules *modules,
                      struct torch_layers *layers)
{
    int found = 0;
    for (int m = 0; m < modules->count; m++) {
        char *word = arena_strdup(arena, modules->modules[m].path);
        for (char *at = word; *at; at++)
            *at = *at == '.' ? '_' : *at;
        for (int i = 0; i < layers->count; i++)
            if (layers->layers[i].module < 0 &&
                is_named(word, &layers->layers[i])) {
                layers->layers[i].module = m;
                found++;
                break;
            }
    }
    return found;
}
