/* What a file that was not made for this model gives it: the weights whose key
 * and shape fit, and no others. Nothing is passed over in silence: the fate of
 * each is noted. */
#include <fnmatch.h>
#include <string.h>

#include "base/diag.h"
#include "trainer/weights/weights_file.h"

/* ---- patterns ------------------------------------------------------------ */

bool weights_reuse_wants(const struct weights_reuse *reuse, const char *key)
{
    for (int i = 0; i < reuse->n_patterns; i++)
        if (fnmatch(reuse->patterns[i], key, 0) == 0)
            return true;
    return reuse->n_patterns == 0;
}

static bool fits_any(const struct weights_file *file, struct weight_list list,
                     const char *pattern)
{
    for (int i = 0; i < list.count; i++)
        if (fnmatch(pattern, file->keys[list.indexes[i]], 0) == 0)
            return true;
    return false;
}

/* "; did you mean 'encoder/' with a star": a folder of keys stands for all that
 * is in it in no pattern. */
static const char *advise_pattern(const struct weights_file *file,
                                  struct weight_list list, const char *pattern)
{
    size_t length = strlen(pattern);
    bool ends = length > 0 && pattern[length - 1] == '/';
    const char *all =
        arena_printf(file->arena, "%s%s", pattern, ends ? "*" : "/*");
    if (fits_any(file, list, all))
        return arena_printf(file->arena, "; did you mean '%s'?", all);
    const char **keys =
        arena_alloc(file->arena, (size_t)list.count, sizeof *keys);
    for (int i = 0; i < list.count; i++)
        keys[i] = file->keys[list.indexes[i]];
    const char *nearest =
        did_you_mean(file->arena, pattern, keys, (size_t)list.count);
    return *nearest || list.count == 0
               ? nearest
               : arena_printf(file->arena, ", whose keys are such as '%s'",
                              keys[0]);
}

enum status weights_reuse_check(const struct weights_file *file,
                                struct weight_list list,
                                const struct weights_reuse *reuse,
                                struct error *error)
{
    for (int i = 0; i < reuse->n_patterns; i++)
        if (!fits_any(file, list, reuse->patterns[i]))
            return error_set(error, STATUS_USAGE,
                             "--only '%s' fits no weight of '%s'%s",
                             reuse->patterns[i], file->model->name,
                             advise_pattern(file, list, reuse->patterns[i]));
    return STATUS_OK;
}

/* ---- tensors ------------------------------------------------------------- */

static const struct tensor *find_tensor(const struct weights_file *file,
                                        const char *key)
{
    for (int i = 0; i < file->file->n_tensors; i++)
        if (strcmp(file->file->tensors[i].key, key) == 0)
            return &file->file->tensors[i];
    return NULL;
}

static void take_one(struct weights_file *file, struct weight_list list,
                     int place, struct arena *arena,
                     struct weights_reuse *reuse)
{
    int index = list.indexes[place];
    const struct tensor *tensor = find_tensor(file, file->keys[index]);
    enum weight_fate *fate = &reuse->fates[place];
    if (!weights_reuse_wants(reuse, file->keys[index]))
        *fate = WEIGHT_LEFT_OUT;
    else if (!tensor)
        *fate = WEIGHT_MISSING;
    else if (!weight_has_shape(&file->model->weights[index], tensor)) {
        *fate = WEIGHT_OTHER_SHAPE;
        reuse->shapes[place] = extents_text(arena, tensor->rank, tensor->shape);
    } else {
        *fate = WEIGHT_TAKEN;
        file->tensors[index] = tensor;
        reuse->n_taken++;
    }
}

/* An optimizer's state is no weight that anybody would look for. */
static void list_left(const struct weights_file *file, struct weight_list list,
                      struct arena *arena, struct weights_reuse *reuse)
{
    int n = file->file->n_tensors;
    reuse->left = arena_alloc(arena, (size_t)n, sizeof *reuse->left);
    for (int i = 0; i < n; i++) {
        const char *key = file->file->tensors[i].key;
        bool has_place = weights_file_state(file, key) != NULL;
        for (int k = 0; k < list.count && !has_place; k++)
            has_place = strcmp(file->keys[list.indexes[k]], key) == 0;
        if (!has_place)
            reuse->left[reuse->n_left++] = arena_strdup(arena, key);
    }
}

/* ---- where nothing fits -------------------------------------------------- */

/* A tensor that would fit but for the name of its network; NULL: none. */
static const struct tensor *find_namesake(const struct weights_file *file,
                                          const struct guss_weight *weight)
{
    const char *rest =
        arena_printf(file->arena, "/%s/%s", weight->layer, weight->name);
    for (int i = 0; i < file->file->n_tensors; i++) {
        const struct tensor *tensor = &file->file->tensors[i];
        const char *slash = strchr(tensor->key, '/');
        if (slash && strcmp(slash, rest) == 0 &&
            weight_has_shape(weight, tensor))
            return tensor;
    }
    return NULL;
}

static enum status fail_shape(const struct weights_file *file,
                              struct weight_list list, int place,
                              const struct weights_reuse *reuse,
                              struct error *error)
{
    const struct guss_weight *weight =
        &file->model->weights[list.indexes[place]];
    return error_set(error, STATUS_INPUT,
                     "nothing of '%s' fits: its '%s' has shape %s, '%s' needs "
                     "%s",
                     file->path, file->keys[list.indexes[place]],
                     reuse->shapes[place], file->model->name,
                     extents_text(file->arena, weight->rank, weight->shape));
}

static enum status fail_network(const struct weights_file *file,
                                const struct tensor *tensor,
                                const struct guss_weight *weight,
                                struct error *error)
{
    return error_set(error, STATUS_INPUT,
                     "nothing of '%s' fits: it has '%s', '%s' wants "
                     "'%s/%s/%s'; name the networks alike, or place one "
                     "network in both models",
                     file->path, tensor->key, file->model->name,
                     weight->network, weight->layer, weight->name);
}

/* Why: a shape, or another network's name, else the names of the first. */
static enum status fail_nothing(const struct weights_file *file,
                                struct weight_list list,
                                const struct weights_reuse *reuse,
                                struct error *error)
{
    const char *first = NULL;
    for (int i = 0; i < list.count; i++)
        if (reuse->fates[i] == WEIGHT_OTHER_SHAPE)
            return fail_shape(file, list, i, reuse, error);
    for (int i = 0; i < list.count; i++) {
        if (reuse->fates[i] != WEIGHT_MISSING)
            continue;
        const struct guss_weight *weight =
            &file->model->weights[list.indexes[i]];
        const struct tensor *namesake = find_namesake(file, weight);
        if (namesake)
            return fail_network(file, namesake, weight, error);
        if (!first)
            first = file->keys[list.indexes[i]];
    }
    if (file->file->n_tensors > 0 && reuse->n_left == 0)
        return error_set(error, STATUS_INPUT,
                         "nothing of '%s' fits: it has no '%s'", file->path,
                         first);
    if (reuse->n_left == 0)
        return error_set(error, STATUS_INPUT,
                         "nothing of '%s' fits: it holds no weights",
                         file->path);
    return error_set(error, STATUS_INPUT,
                     "nothing of '%s' fits: it has keys such as '%s', '%s' "
                     "wants '%s'",
                     file->path, reuse->left[0], file->model->name, first);
}

enum status weights_file_reuse(struct weights_file *file,
                               struct weight_list list, struct arena *arena,
                               struct weights_reuse *reuse, struct error *error)
{
    size_t count = (size_t)list.count;
    reuse->fates = arena_alloc(arena, count, sizeof *reuse->fates);
    reuse->shapes = arena_alloc(arena, count, sizeof *reuse->shapes);
    reuse->n_taken = reuse->n_left = 0;
    for (int i = 0; i < list.count; i++)
        take_one(file, list, i, arena, reuse);
    list_left(file, list, arena, reuse);
    return reuse->n_taken > 0 ? STATUS_OK
                              : fail_nothing(file, list, reuse, error);
}
