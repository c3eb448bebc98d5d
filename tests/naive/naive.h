/* A naive interpreter of the compiler's graph: every layer in double, in plain
 * loops over a whole batch, written from the formulas and not from the
 * emission. Emitted code is held against it.
 *
 *   naive.c             walks a network forward and backward
 *   naive_layer.h       what one layer computes; naive_<subject>.c do it
 *   naive_loss.c        losses, and the gradient they start from
 *   naive_optimizer.c   updates
 *   naive_train.c       a schedule's updates
 *   naive_files.c       graphs, weights and samples from files
 *
 * All memory is the arena's. Values of a sample are packed in Keras's order. */
#ifndef TESTS_NAIVE_H
#define TESTS_NAIVE_H

#include "compiler/graph/graph.h"
#include "guss/random.h"
#include "trainer/schedule/schedule.h"

struct naive_weight {
    const struct layer *layer;
    const struct weight *weight;
    const char *key; /* network/layer/weight */
    int64_t count;
    bool is_trained;  /* the layer and all that places it are trainable */
    double *value;    /* what updates change */
    double *used;     /* the value as this pass reads it */
    double *gradient; /* of the last naive_backward() */
};

/* A network with the weights that it and the networks placed in it have. */
struct naive_model {
    struct arena *arena;
    const struct network *network;
    struct naive_weight *weights;
    int n_weights;
};

/* One run over a batch. */
struct naive_pass {
    bool is_training; /* dropout and noise act, statistics are the batch's */
    int count;        /* samples */
    uint64_t seed, update; /* key dropout and noise, */
    int draws;             /* with a number for each use of a layer: the first
                              that is free */
    /* Each number is changed by up to this share of it: what rounding in an
     * arithmetic of that precision would do. 0: exact. */
    double jitter;
    struct guss_stream stream; /* of the jitter */
    uint32_t drawn;
};

/* What one layer made of the batch. */
struct naive_result {
    int64_t width;              /* values of a sample */
    double *z, *y;              /* before and after the activation */
    double *dy;                 /* gradient of the loss with respect to y */
    double *dz;                 /* the same with respect to z */
    bool starts_dz;             /* the loss gave dz itself, from the logits */
    double *saved;              /* a mask, or statistics of channels */
    struct naive_frame *placed; /* of a placed network */
};

/* A network in one place. */
struct naive_frame {
    const struct network *network;
    bool is_trained;
    int draws;                    /* the number of its first layer */
    struct naive_result *results; /* by layer->index */
};

/* Weights are zero until they are read or set. */
struct naive_model *naive_new(struct arena *arena,
                              const struct network *network);

/* Runs the batch: inputs[i] holds pass->count samples of the i-th input. While
 * training, moving statistics change in the model's values. */
struct naive_frame *naive_forward(struct naive_model *model,
                                  const double *const *inputs,
                                  struct naive_pass *pass);
/* The gradients of all weights, from the dy or dz that naive_loss() set, and of
 * their penalties and those of outputs. */
void naive_backward(struct naive_model *model, struct naive_frame *frame,
                    struct naive_pass *pass);

/* The mean loss of the frame's only output against `target`, and the gradient
 * that naive_backward() starts from; where there are `weights`, each sample's is
 * multiplied by its own. */
double naive_loss(struct naive_frame *frame, enum loss_kind kind,
                  const double *target, const double *weights, int count);

/* What the penalties of the weights that are trained add to the loss. */
double naive_penalty(const struct naive_model *model);
/* What those of outputs add, over a batch of `count` samples. */
double naive_output_penalty(const struct naive_frame *frame, int count);

/* Optimizer state: two slots for each weight; zeroed and, for Adagrad, set to
 * the initial accumulator. */
struct naive_optimizer {
    const struct optimizer_settings *settings;
    double **first, **second; /* by weight */
    uint64_t updates;
};
struct naive_optimizer *
naive_optimizer_new(const struct naive_model *model,
                    const struct optimizer_settings *settings);
/* One update of every trained weight by its gradient. */
void naive_update(struct naive_optimizer *optimizer, struct naive_model *model);

/* ---- training --------------------------------------------------------- */

/* Samples and what the network should make of them. */
struct naive_data {
    const double *inputs, *targets;
    const double *weights; /* of the samples' losses; NULL: all are 1 */
    int64_t width, target_width;
    int count;
};

/* The updates of a schedule with `iterations` and without shuffling: batches
 * in file order, the last of a pass smaller. Each is computed with the same
 * jitter. Returns the mean loss of the last batch. */
double naive_train(struct naive_model *model, const struct schedule *schedule,
                   const struct naive_data *data, double jitter,
                   uint64_t jitter_seed);

/* ---- files ----------------------------------------------------------- */

/* The graph of a .nn file; mistakes are printed and end the process: here the
 * file is a test's own. So do the others. */
struct graph *naive_read_graph(struct arena *arena, const char *path);
const struct network *naive_find_network(const struct graph *graph,
                                         const char *name);
/* The schedule of a file. */
struct schedule *naive_read_schedule(struct arena *arena, const char *path);
/* What the schedule trains on; data.train is a .npy file in `folder`. */
struct naive_data naive_read_data(struct arena *arena, const char *folder,
                                  const struct schedule *schedule,
                                  const struct network *network);
void naive_read_weights(struct naive_model *model, const char *path);
void naive_write_weights(const struct naive_model *model, const char *path);
/* The samples of a .npy file, as `pixels` says; *count of them. */
double *naive_read_samples(struct arena *arena, const char *path,
                           enum pixels_choice pixels, int64_t width,
                           int *count);
/* Integer labels of `count` samples. */
int32_t *naive_read_labels(struct arena *arena, const char *path, int count);
/* One-hot rows, or the label itself where there is one output; smoother by
 * `smoothing`. */
double *naive_label_rows(struct arena *arena, const int32_t *labels, int count,
                         int64_t outputs, double smoothing);

#endif
