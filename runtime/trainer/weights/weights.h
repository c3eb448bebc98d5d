/* The weights of a model: in its memory, where rows are padded, and in files,
 * where they are not.
 *
 * `memory` is always the model's arena (guss/model.h). Whoever calls something
 * here that changes weights calls model->weights_changed() afterwards. */
#ifndef TRAINER_WEIGHTS_H
#define TRAINER_WEIGHTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "guss/model.h"
#include "trainer/weights/class_names.h"
#include "trainer/weights/normalization.h"
#include "trainer/weights/safetensors.h"

/* "network/layer/name" */
const char *weight_key(struct arena *arena, const struct guss_weight *weight);

/* Number of elements, padding not counted. */
int64_t weight_count(const struct guss_weight *weight);

/* Its rows in memory, each of `stride` elements. */
size_t weight_row_count(const struct guss_weight *weight);

/* The model's weights; an optimizer's slot of the same layout. */
float *model_weights(const struct guss_model *model, void *memory);
float *model_slot(const struct guss_model *model, void *memory, int slot);

/* One weight into its padded rows. `laid_out` is the first element of all weights
 * (or of a slot); `dense` has weight_count() elements. */
void weight_unpack(const struct guss_weight *weight, const float *dense,
                   float *laid_out);

/* As a file describes it, without its values. */
struct tensor weight_describe(struct arena *arena,
                              const struct guss_weight *weight);
/* With the values that lie in padded rows, as above, and stay there. */
void weight_take(struct tensor *tensor, const struct guss_weight *weight,
                 const void *laid_out);

/* Some of a model's weights, by index. */
struct weight_list {
    const int *indexes;
    int count;
};

/* Those that a network's prediction reads. */
struct weight_list weights_of(const struct guss_network *network);

/* Those of what the schedule trains: of a GAN both networks', each once. */
struct weight_list weights_trained(struct arena *arena,
                                   const struct guss_model *model);

/* Draws every weight by its initializer: keyed by the seed, the weight's key
 * and the index of the element, so that no layer changes another's. */
void weights_initialise(const struct guss_model *model, void *memory,
                        uint64_t seed);

/* Which of PyTorch's modules were taken for which layers. */
struct weights_mapping {
    const char **lines; /* "features.0 is net/conv2d" */
    int n_lines;
    bool by_name;      /* else in order */
    bool is_ambiguous; /* and another order would do */
};

/* What was read, beside the numbers. */
struct weights_about {
    const char *path; /* of the file: of a run's folder, which one */
    bool is_checkpoint;
    struct class_names classes; /* of a classifier, where the file names them */
    struct normalization normalization; /* of its samples */
    struct weights_mapping mapping;     /* of a state of PyTorch's */
    /* Of a folder: why newer checkpoints were passed over. */
    const char **damaged;
    int n_damaged;
};

/* What becomes of a weight where a file gives what fits. */
enum weight_fate {
    WEIGHT_TAKEN,
    WEIGHT_LEFT_OUT,   /* no pattern fits its key */
    WEIGHT_MISSING,    /* the file has none of its key */
    WEIGHT_OTHER_SHAPE /* the file's has another shape */
};

/* What is to be taken of a file that need not fit, and what was. */
struct weights_reuse {
    const char *const *patterns; /* of fnmatch(), over keys: any has to fit;
                                    none: every key does */
    int n_patterns;
    /* Set by weights_load(); in its arena. */
    enum weight_fate *fates; /* of the list's weights, in its order */
    const char **shapes;     /* theirs in the file, where they have another */
    int n_taken;
    const char **left; /* keys of the file that no weight of the list has */
    int n_left;
};

/* Who wrote a file, and so how it names and lays weights. */
enum weights_layout { LAYOUT_KERAS, LAYOUT_PYTORCH };

/* What is to be read, into what. */
struct weights_wanted {
    const struct guss_model *model;
    void *memory;
    struct weight_list list;
    const char *path;  /* of weights, a checkpoint, or the folder of a run: its
                         weights.safetensors or, where that is missing, its
                         newest sound checkpoint */
    const void *bytes; /* a file of weights that is in memory already, and that
                          `path` only names; NULL: it is to be read */
    size_t size;       /* of it */
    enum weights_layout layout;
    struct weights_reuse *reuse; /* NULL: see below */
};

/* Reads weights. Every weight of the list has to be there, in the right shape;
 * the model's other weights are taken too, any other tensor but an optimizer's
 * is an error. With `reuse`, weights of the list are taken where key and shape
 * fit, one at least, and no others; STATUS_USAGE where a pattern fits none.
 * STATUS_INPUT names the file, the tensor and both shapes; the weights are then
 * as they were. `about` lives in the arena. */
enum status weights_load(struct arena *arena,
                         const struct weights_wanted *wanted,
                         struct weights_about *about, struct error *error);

/* Writes the weights of a list, in its order, the names of the classes, and by
 * what samples are normalized. */
enum status weights_save(const struct guss_model *model, const void *memory,
                         struct weight_list list,
                         const struct class_names *classes,
                         const struct normalization *normalization,
                         const char *path, struct error *error);

/* The same of a copy of all weights, laid out as they are in the model's memory. */
enum status weights_save_laid_out(const struct guss_model *model,
                                  const float *weights, struct weight_list list,
                                  const struct class_names *classes,
                                  const struct normalization *normalization,
                                  const char *path, struct error *error);

/* The key of the first weight of the list that holds a NaN or an infinity,
 * which becomes *value; NULL where all are finite. */
const char *weights_find_nonfinite(struct arena *arena,
                                   const struct guss_model *model,
                                   const void *memory, struct weight_list list,
                                   double *value);

/* "(784, 32)" */
const char *extents_text(struct arena *arena, int rank, const int64_t *shape);

#endif
