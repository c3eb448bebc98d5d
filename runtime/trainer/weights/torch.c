/* A state of PyTorch becomes a file of the model's: its tensors are given keys and
 * shapes of weights, so that whoever reads it next need not know. */
#include "trainer/weights/torch.h"

#include <string.h>

#include "base/text.h"
#include "trainer/weights/torch_axes.h"
#include "trainer/weights/torch_layers.h"

struct translation {
    struct weights_file *file;
    struct torch_modules modules;
    struct torch_layers layers;
    struct error *error;
};

/* ---- what is refused ----------------------------------------------------- */

static enum status fail_kind(const struct translation *translation)
{
    const struct tensor_file *file = translation->file->file;
    if (file->n_tensors == 0)
        return error_set(translation->error, STATUS_INPUT,
                         "'%s' holds no weights", file->path);
    return error_set(translation->error, STATUS_INPUT,
                     "'%s' is no state of PyTorch's: it has keys such as '%s'; "
                     "leave --layout pytorch out",
                     file->path, file->tensors[0].key);
}

/* "weight (10, 320) and bias (10)", of a layer as PyTorch has it */
static const char *layer_text(const struct translation *translation,
                              const struct torch_layer *layer)
{
    struct arena *arena = translation->file->arena;
    struct text text = text_new(arena);
    for (int i = 0; i < layer->n_weights; i++) {
        const struct guss_weight *weight =
            &translation->file->model->weights[layer->weights[i]];
        int64_t shape[TENSOR_MAX_RANK];
        int rank = torch_shape(weight, shape);
        text_printf(&text, "%s%s %s", i ? ", " : "", torch_name(weight),
                    rank ? extents_text(arena, rank, shape)
                         : "(more than a value a channel)");
    }
    return text_string(&text);
}

static const char *module_text(const struct translation *translation,
                               const struct torch_module *module)
{
    struct arena *arena = translation->file->arena;
    struct text text = text_new(arena);
    for (int i = 0; i < module->n_tensors; i++) {
        const struct tensor *tensor =
            &translation->file->file->tensors[module->tensors[i]];
        text_printf(&text, "%s%s %s", i ? ", " : "", torch_leaf(tensor->key),
                    extents_text(arena, tensor->rank, tensor->shape));
    }
    return text_string(&text);
}

/* The first module that no layer has; NULL: there is none. */
static const struct torch_module *
first_left(const struct translation *translation)
{
    for (int m = 0; m < translation->modules.count; m++) {
        bool is_taken = false;
        for (int i = 0; i < translation->layers.count; i++)
            is_taken = is_taken || translation->layers.layers[i].module == m;
        if (!is_taken)
            return &translation->modules.modules[m];
    }
    return NULL;
}

static enum status fail_order(const struct translation *translation, int layer)
{
    const struct torch_layer *first = &translation->layers.layers[layer];
    const struct torch_module *left = first_left(translation);
    const char *next =
        left ? arena_printf(translation->file->arena,
                            "next in the file is '%s' with %s", left->path,
                            module_text(translation, left))
             : "the file has no more";
    return error_set(translation->error, STATUS_INPUT,
                     "'%s': no module for layer '%s', which wants %s; %s",
                     translation->file->path, first->name,
                     layer_text(translation, first), next);
}

static enum status check_orders(const struct translation *translation)
{
    for (int i = 0; i < translation->layers.count; i++) {
        const struct torch_layer *layer = &translation->layers.layers[i];
        for (int k = 0; layer->module >= 0 && k < layer->n_weights; k++)
            if (!torch_order_is_known(
                    &translation->file->model->weights[layer->weights[k]]))
                return error_set(
                    translation->error, STATUS_INPUT,
                    "'%s': what layer '%s' reads or makes is not the row of "
                    "one image, so that its order in PyTorch is not known",
                    translation->file->path, layer->name);
    }
    return STATUS_OK;
}

/* ---- which module is which layer ----------------------------------------- */

static enum status match(struct translation *translation, bool is_whole,
                         struct weights_mapping *mapping)
{
    struct torch_layers *layers = &translation->layers;
    int n_named = torch_match_names(translation->file->arena,
                                    &translation->modules, layers);
    mapping->by_name = n_named == layers->count || (!is_whole && n_named > 0);
    if (mapping->by_name)
        return STATUS_OK;
    for (int i = 0; i < layers->count; i++)
        layers->layers[i].module = -1;
    int n_placed = torch_match_order(translation->file, &translation->modules,
                                     layers, &mapping->is_ambiguous);
    return n_placed < (is_whole ? layers->count : 1)
               ? fail_order(translation, n_placed)
               : STATUS_OK;
}

/* All weights of the model. */
static struct weight_list every_weight(const struct weights_file *file)
{
    int count = file->model->n_weights;
    int *indexes = arena_alloc(file->arena, (size_t)count, sizeof *indexes);
    for (int i = 0; i < count; i++)
        indexes[i] = i;
    return (struct weight_list){indexes, count};
}

/* Where the file has more than a network wants, it may have the others', too. */
static void list_layers(struct translation *translation,
                        struct weight_list list,
                        const struct weights_reuse *reuse)
{
    const struct weights_file *file = translation->file;
    torch_list_layers(file, list, reuse, &translation->layers);
    if (!reuse && translation->modules.count > translation->layers.count)
        torch_list_layers(file, every_weight(file), NULL, &translation->layers);
}

/* ---- what becomes of its tensors ----------------------------------------- */

/* Of another shape than the weight's, as it would lie here: for the message. */
static void turn_shape(const struct guss_weight *weight, struct tensor *tensor)
{
    struct tensor there = *tensor;
    int64_t wanted[TENSOR_MAX_RANK];
    if (torch_fits(weight, tensor)) {
        tensor->rank = weight->rank;
        for (int i = 0; i < weight->rank; i++)
            tensor->shape[i] = weight->shape[i];
        return;
    }
    if (torch_shape(weight, wanted) != tensor->rank ||
        weight->axes.is_depthwise)
        return;
    int windows = tensor->rank > 2 ? tensor->rank - 2 : 0;
    for (int i = 0; i < tensor->rank; i++)
        tensor->shape[i] = i < windows ? there.shape[2 + i]
                                       : there.shape[tensor->rank - 1 - i];
}

static void translate_layer(struct translation *translation,
                            const struct torch_layer *layer)
{
    struct weights_file *file = translation->file;
    if (layer->module < 0)
        return;
    const struct torch_module *module =
        &translation->modules.modules[layer->module];
    for (int i = 0; i < layer->n_weights; i++) {
        int weight = layer->weights[i];
        const struct tensor *found = torch_find(file, module, weight);
        if (!found)
            continue;
        struct tensor *tensor =
            &file->file->tensors[found - file->file->tensors];
        turn_shape(&file->model->weights[weight], tensor);
        tensor->key = file->keys[weight];
    }
}

static void write_mapping(const struct translation *translation,
                          struct arena *arena, struct weights_mapping *mapping)
{
    size_t count = (size_t)translation->layers.count;
    mapping->lines = arena_alloc(arena, count, sizeof *mapping->lines);
    for (size_t i = 0; i < count; i++) {
        const struct torch_layer *layer = &translation->layers.layers[i];
        if (layer->module < 0)
            continue;
        const char *path = translation->modules.modules[layer->module].path;
        mapping->lines[mapping->n_lines++] = arena_printf(
            arena, "%s is %s", *path ? path : "the module itself", layer->name);
    }
}

enum status torch_translate(struct weights_file *file, struct weight_list list,
                            const struct weights_reuse *reuse,
                            struct arena *arena,
                            struct weights_mapping *mapping,
                            struct error *error)
{
    struct translation translation = {.file = file, .error = error};
    if (!torch_looks(file->file))
        return fail_kind(&translation);
    torch_list_modules(file->arena, file->file, &translation.modules);
    list_layers(&translation, list, reuse);
    enum status status = match(&translation, !reuse, mapping);
    if (status == STATUS_OK)
        status = check_orders(&translation);
    if (status != STATUS_OK)
        return status;
    for (int i = 0; i < translation.layers.count; i++)
        translate_layer(&translation, &translation.layers.layers[i]);
    write_mapping(&translation, arena, mapping);
    return STATUS_OK;
}
