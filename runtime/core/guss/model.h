/* What emitted code tells the trainer about itself, and what the trainer hands
 * to emitted code. The emitted file defines one `const struct guss_model
 * guss_model`; everything else in it is static. */
#ifndef GUSS_MODEL_H
#define GUSS_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "guss/team.h"

/* Emitted code says which version of this file it was written for. */
enum { GUSS_MODEL_VERSION = 8, GUSS_MAX_RANK = 4 };

/* ---- data ---------------------------------------------------------- */

enum guss_element { GUSS_U8, GUSS_F32 };

/* How a stored byte becomes a network's input: `pixels` of a schedule. Floats are
 * taken as they are. */
enum guss_pixels {
    GUSS_PIXELS_RAW,    /* v */
    GUSS_PIXELS_UNIT,   /* v / 255 */
    GUSS_PIXELS_SIGNED, /* v / 127.5 - 1 */
    GUSS_PIXELS_BINARY  /* 255 becomes 0, all else 1 */
};

/* What is taken from each value of a sample, and what it is then divided by:
 * tables of one period, a multiple of the channels, over and over again. */
struct guss_normalization {
    const float *mean, *stddev; /* [period]; above 0 */
    int period;
};

/* A data set in memory: `count` samples of `width` values each. */
struct guss_samples {
    const void *values; /* uint8_t or float [count][width] */
    enum guss_element element;
    enum guss_pixels pixels;
    int64_t count, width;
    const int32_t *labels;                          /* [count], or NULL */
    const struct guss_normalization *normalization; /* behind `pixels`; NULL:
                                                       none */
    const struct guss_samples *targets; /* what is to be made of each sample:
                                           as many, of their own width; or
                                           NULL */
};

enum guss_distribution {
    GUSS_LATENT_NORMAL,  /* mean a, standard deviation b */
    GUSS_LATENT_UNIFORM, /* from a to below b */
    GUSS_LATENT_FILE     /* rows, in their order, again and again */
};

/* Where latent rows come from. */
struct guss_latent {
    enum guss_distribution distribution;
    double a, b;
    const float *rows; /* [count][width] */
    int64_t count;
};

/* What a picture is continued with beyond its edges. */
enum guss_fill {
    GUSS_FILL_NEAREST, /* aaa | abcd | ddd */
    GUSS_FILL_REFLECT, /* cba | abcd | dcb */
    GUSS_FILL_ZEROS    /* 000 | abcd | 000 */
};

struct guss_picture {
    int height, width, channels; /* at least 1 */
};

/* Within which limits pictures are changed while they are trained on: augment.h
 * says how. */
struct guss_augment {
    struct guss_picture sample;
    struct guss_picture
        target; /* of samples that have a picture for one; height
                                   0: they have none */
    bool flips_across, flips_down;
    int shift;         /* pixels of a sample, less than its sides */
    double rotate;     /* radians */
    double zoom;       /* 0 .. GUSS_MOST_ZOOM */
    double brightness; /* in what `pixels` makes of values */
    double low, high;  /* values that became brighter or darker stay between */
    enum guss_fill fill;
};

/* The rows of one batch; what a phase of an update makes of them is its own. */
struct guss_batch {
    const struct guss_samples *samples;
    const uint32_t *order; /* which sample each row is: [count]; count / 2 of
                              them, where other rows join them */
    int count;             /* valid rows, 1 .. batch; of latent ones: batch */
    uint64_t seed;         /* of the schedule */
    uint64_t update;       /* updates done before this one; keys dropout */
    const struct guss_latent *latent; /* where a phase reads latent rows */
    double label_smoothing; /* where labels are the target: how much of the loss
                               is of all classes alike, from 0 to 1 */
    const double *class_weights; /* by labels: factors of what training makes
                                    small; NULL: all are 1 */
    const struct guss_augment *augment; /* of samples; NULL: they are taken as
                                           they are */
    float *scratch; /* of the worker that reads this: [guss_augment_numbers()],
                       where there is `augment` */
};

/* ---- training ------------------------------------------------------ */

/* Hyperparameters; an optimizer reads those it has. */
struct guss_optimizer {
    double learning_rate;
    double momentum;            /* sgd */
    double rho;                 /* rmsprop, adadelta */
    double beta_1, beta_2;      /* adam */
    double epsilon;             /* all but sgd */
    double initial_accumulator; /* adagrad */
    bool nesterov;              /* sgd */
    double weight_decay;        /* any; decoupled from the gradient */
    double clipvalue;           /* any: gradients go from -it to it; 0: all */
    double clipnorm; /* the most norm that a weight's gradient keeps, and */
    double global_clipnorm; /* that all of them together keep; 0: any. Of what
                               was emitted to find norms */
    double decay;           /* of an update: the part of a weight that decays */
    double scale; /* of an update: what all gradients are multiplied by */
};

/* Sums over the valid rows of one tile; the trainer adds the tiles in order
 * and divides. */
struct guss_sums {
    double loss;     /* of the loss function, over `loss_terms` a sample */
    double squared;  /* of (output - target)^2, over all elements */
    double absolute; /* of |output - target| */
    double correct;  /* samples classified right; where those of the data are
                        told from generated ones: of the former */
    double correct_generated; /* of the latter */
};

/* A loss that a phase gives; the log, the screen and checkpoints name it so. */
struct guss_loss {
    const char *name;     /* a column of log.csv: "loss" */
    const char *brief;    /* on a narrow screen: "loss" */
    const char *title;    /* in a sentence: "the loss" */
    const char *function; /* as the schedule names it */
    int64_t terms;        /* a sample: elements, or 1 */
    size_t sums_offset; /* bytes, in the arena: struct guss_sums, one a tile */
};

/* What a weight adds to a loss: l1 sum |w| + l2 sum w^2. */
struct guss_penalty {
    int weight; /* of the model's, by index */
    double l1, l2;
};

/* One part of an update: rows taken through a network, perhaps back to its
 * weights. */
struct guss_phase {
    const char *name;   /* "train" */
    int network;        /* that it runs */
    bool reads_samples; /* they fill the network's input */
    double share;       /* of the batch: rows that it takes */
    const struct guss_loss *losses;
    int n_losses;
    /* Of weights: parts of the first loss, on top of its function. */
    const struct guss_penalty *penalties;
    int n_penalties;
};

/* A network that the schedule trains. */
struct guss_trained {
    int network;
    const char *role;      /* among several: "generator"; NULL for one */
    const char *optimizer; /* as the schedule names it */
    double slot_start;     /* what slot 0 of its weights starts at: NAN where it
                              is the schedule's initial_accumulator_value */
};

enum { GUSS_MAX_LOSSES = 2 }; /* of all phases of an update */

/* ---- the model ----------------------------------------------------- */

/* Their numbers stand in checkpoints: a new one comes last. */
enum guss_objective {
    GUSS_PREDICTOR,
    GUSS_AUTOENCODER,
    GUSS_CLASSIFIER,
    GUSS_GAN,
    GUSS_REGRESSION
};

enum guss_initializer_kind {
    GUSS_CONSTANT,  /* a */
    GUSS_NORMAL,    /* mean a, standard deviation b */
    GUSS_UNIFORM,   /* low a, high b */
    GUSS_TRUNCATED, /* normal of mean a, deviation b, redrawn beyond 2 b */
    GUSS_ORTHOGONAL /* a matrix of all axes but the last by the last: rows or
                       columns, the fewer, of length a at right angles */
};

/* What a weight's axes run over, for who lays them otherwise. */
struct guss_axes {
    bool is_depthwise; /* a kernel: its last are a channel, and what is made of
                          that alone */
    /* The channels of the image whose values, as a row, a kernel reads, or it or
     * a vector makes: another order of an image's axes is another order of
     * these. 0: of none; -1: it cannot be told. */
    int64_t reads_image, makes_image;
};

/* One weight of one layer: rows of `shape`'s last extent, each padded with
 * zeros to `stride` elements. Keras's layouts. */
struct guss_weight {
    const char *network, *layer, *name; /* file key: network/layer/name */
    int rank;
    int64_t shape[GUSS_MAX_RANK];
    size_t offset; /* first element, in the struct of all weights */
    size_t stride; /* elements from one row to the next */
    enum guss_initializer_kind initializer;
    double a, b; /* see the kind */
    bool trainable;
    struct guss_axes axes;
};

/* One layer's output: its shape, where a tile of it lies while predict runs,
 * and the layers that it is computed from, which come before it. */
struct guss_output {
    const char *layer;
    int rank; /* shape of one sample */
    int64_t shape[GUSS_MAX_RANK];
    size_t offset;        /* bytes, in a tile's memory */
    size_t sample_stride; /* elements from one sample to the next */
    size_t value_stride;  /* elements from one value of it to the next */
    const int *reads;     /* indexes of layers */
    int n_reads;          /* 0: an input */
};

struct guss_network {
    const char *name;
    const char *summary;               /* the model table, Keras's bytes */
    const struct guss_output *outputs; /* every layer's, in order */
    int n_outputs;
    const int *inputs, *results; /* indexes of the network's own, in the order
                                    of the file */
    int n_inputs, n_results;
    /* What the first output goes from and to (beyond all numbers, where that is
     * not limited), by which layer and activation; NULL where it is not known. */
    const char *made_layer, *made_activation;
    double made_low, made_high;
    const int *weights; /* indexes of the model's weights that predict reads,
                           those of placed networks included */
    int n_weights;
    /* Computes the outputs of some layers for a tile of samples in memory
     * number `shard`: those that `computed` has, by index, from those that were
     * put there. A layer's output stays until a layer behind it is computed,
     * the network's own until the end. Each shard has one caller at a time. */
    void (*predict)(void *arena, int shard, const bool *computed);
    size_t tiles_offset; /* bytes, in the arena: the memory of shard 0 */
    size_t tile_bytes;   /* from one shard's memory to the next */
};

struct guss_model {
    const char *name;    /* stem of the .nn file */
    const char *nn_path; /* as given to guss */
    const char *nn_text; /* the .nn file, its includes put in place */
    const char *schedule_path, *schedule_text; /* NULL where none was given */
    const char *target;   /* instruction set: "x86-64-v4", "generic", ... */
    const char *compiler; /* what it was compiled by: "12.2.0" is gcc */
    const struct guss_network *networks;
    int n_networks;
    const struct guss_weight *weights;
    int n_weights;

    size_t arena_bytes;    /* 64-byte aligned, zeroed, given to all below */
    size_t weights_offset; /* bytes, in the arena: all weights */
    size_t weights_count;  /* elements, padding included */
    const size_t *slot_offsets; /* bytes: optimizer state, laid out likewise */
    int n_slots;

    /* Samples that evaluate and train take at most at a time, samples that
     * predict takes, and memories for those. */
    int batch, tile, shards;

    /* Below: only with a schedule. */
    enum guss_objective objective;
    const struct guss_trained *trained; /* in the order of train()'s
                                           optimizers; commands are about the
                                           first, where they are told no other */
    int n_trained;
    const struct guss_phase *phases; /* of an update, in their order */
    int n_phases;
    const struct guss_phase *evaluation;              /* NULL: there is none */
    double macs_forward, macs_nominal, macs_executed; /* of a full batch */

    const struct guss_judge *judge; /* or NULL */

    /* To be called by one thread whenever weights were written from outside:
     * refreshes what is derived from them (transposed copies). */
    void (*weights_changed)(void *arena);
    /* One update, all phases; run by every worker. The sums of the tiles hold
     * the losses before the update, and how many samples were classified right.
     * `optimizers` has one for each trained network. */
    void (*train)(void *arena, const struct guss_batch *batch,
                  const struct guss_optimizer *optimizers,
                  const struct guss_worker *worker);
    /* Forward as in prediction, then the loss and the metrics; NULL where
     * there is no evaluation. */
    void (*evaluate)(void *arena, const struct guss_batch *batch,
                     const struct guss_worker *worker);
};

/* ---- a judge ------------------------------------------------------- */

/* Scores, in the trainer; what names it is linked with all they need. */
struct guss_scoring;
extern const struct guss_scoring guss_scoring;

/* A classifier that scores what a model generates: an emitted file of its own,
 * linked to the model's. */
struct guss_judge {
    const struct guss_model *model; /* of one network, without a schedule */
    int features;                   /* index of the layer that is compared */
    const void *weights;            /* the file of its weights, byte by byte */
    size_t weights_bytes;
    const struct guss_scoring *scoring;
    const struct guss_autoencoder *autoencoder; /* or NULL */
};

/* What a judge has for a second opinion: images that it cannot draw again are
 * unusual ones. A file of its own, likewise. */
struct guss_autoencoder {
    const struct guss_model *model;
    const void *weights;
    size_t weights_bytes;
};

/* Defined by the emitted file, and by those of a judge and its autoencoder, where
 * there are such. */
extern const struct guss_model guss_model;
extern const struct guss_judge guss_judge;
extern const struct guss_autoencoder guss_autoencoder;

#endif
