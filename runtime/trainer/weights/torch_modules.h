/* The modules of a PyTorch state, by the names of its tensors: "features.0" of
 * "features.0.weight". */
#ifndef TRAINER_TORCH_MODULES_H
#define TRAINER_TORCH_MODULES_H

#include <stdbool.h>

#include "base/arena.h"
#include "trainer/weights/safetensors.h"

struct torch_module {
    const char *path;   /* "features.0"; "" of one that is all */
    const int *tensors; /* indexes of its own in the file */
    int n_tensors;
};

struct torch_modules {
    struct torch_module *modules; /* in natural order: "9" before "10" */
    int count;
};

/* Whether a file's keys look so: no slash, and one ends in "weight", say. */
bool torch_looks(const struct tensor_file *file);

/* "weight" of "features.0.weight" */
const char *torch_leaf(const char *key);

/* In the arena. */
void torch_list_modules(struct arena *arena, const struct tensor_file *file,
                        struct torch_modules *modules);

/* Whether the first is sure to stand before the second in its network: where
 * their paths part, both have the same word with another number behind it, such
 * as "0" and "2", or "conv1" and "conv2"; or the second lies in the first. */
bool torch_is_before(const char *path, const char *other);

/* Steps from the one to the other in the tree of modules. */
int torch_distance(const char *path, const char *other);

/* Whether the words that end where two paths part have the same number behind
 * them: "conv1" and "bn1". */
bool torch_are_alike(const char *path, const char *other);

#endif
