/* A file beside the model that it shall fill: what weights_read.c, which wants
 * all of it, and weights_reuse.c, which takes what fits, know of each other. */
#ifndef TRAINER_WEIGHTS_FILE_H
#define TRAINER_WEIGHTS_FILE_H

#include "trainer/weights/weights.h"

struct weights_file {
    struct arena *arena;
    const struct guss_model *model;
    const char *path;
    struct tensor_file *file;
    const char **keys;             /* of the model's weights */
    const struct tensor **tensors; /* for the model's weights; NULL: none is to
                                      be taken */
    bool is_damaged;               /* another checkpoint may serve instead */
};

bool weight_has_shape(const struct guss_weight *weight,
                      const struct tensor *tensor);

/* The index of the model's weight that a key names, or n_weights. */
int weights_file_find(const struct weights_file *file, const char *key);

/* "net/layer/kernel" of a checkpoint's "optimizer/0/net/layer/kernel",
 * "best/0/net/layer/kernel" or "average/0/net/layer/kernel", which are as large; NULL for any other key: no
 * layer's name begins with a digit. */
const char *weights_file_state(const struct weights_file *file,
                               const char *key);

/* Whether a pattern fits the key, or there are none. */
bool weights_reuse_wants(const struct weights_reuse *reuse, const char *key);

/* STATUS_USAGE where a pattern fits no weight of the list. */
enum status weights_reuse_check(const struct weights_file *file,
                                struct weight_list list,
                                const struct weights_reuse *reuse,
                                struct error *error);

/* Fills file->tensors with those of the list that fit, and `reuse`. STATUS_INPUT
 * where none does. */
enum status weights_file_reuse(struct weights_file *file,
                               struct weight_list list, struct arena *arena,
                               struct weights_reuse *reuse,
                               struct error *error);

#endif
