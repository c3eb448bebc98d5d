/* The training schedule: YAML text in, one checked struct out.
 *
 *   text -> tree (schedule_tree.c: libyaml events, spans, limits)
 *        -> --set edits of the tree
 *        -> struct schedule (schedule.c, by the table of schedule_fields.c)
 *
 * The compiler and the executables read schedules through this file, and
 * nothing else. Mistakes become diagnostics at their line and column. */
#ifndef TRAINER_SCHEDULE_H
#define TRAINER_SCHEDULE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/source.h"
#include "base/text.h"

/* `version` of a schedule; one that says none has the first. */
enum { SCHEDULE_VERSION = 1 };

enum { SCHEDULE_MAX_BYTES = 1 << 20, SCHEDULE_MAX_DEPTH = 64 };

enum objective {
    OBJECTIVE_AUTOENCODER,
    OBJECTIVE_CLASSIFIER,
    OBJECTIVE_REGRESSION,
    OBJECTIVE_GAN
};
enum loss_kind {
    LOSS_BINARY_CROSSENTROPY,
    LOSS_CATEGORICAL_CROSSENTROPY,
    LOSS_MEAN_SQUARED_ERROR,
    LOSS_MEAN_ABSOLUTE_ERROR,
    LOSS_HUBER
};
enum precision { PRECISION_FLOAT32, PRECISION_BF16 };
enum optimizer_kind {
    OPTIMIZER_ADAM,
    OPTIMIZER_ADAMW,
    OPTIMIZER_SGD,
    OPTIMIZER_RMSPROP,
    OPTIMIZER_ADADELTA,
    OPTIMIZER_ADAGRAD
};
/* How a picture is brought to `size`. */
enum fit_choice {
    FIT_CROP,    /* its middle, as large as the wanted sides' ratio allows */
    FIT_STRETCH, /* all of it, whatever becomes of its ratio */
    FIT_PAD      /* all of it, in the middle of 0 */
};

enum pixels_choice {
    PIXELS_DEFAULT, /* unit */
    PIXELS_RAW,
    PIXELS_UNIT,
    PIXELS_SIGNED,
    PIXELS_BINARY
};
enum ink { INK_WHITE, INK_BLACK }; /* what the largest values are drawn in */
enum latent_kind { LATENT_NORMAL, LATENT_UNIFORM, LATENT_FILE };

struct whole_list {
    int64_t *values;
    int64_t n;
};

struct real_list {
    double *values;
    int64_t n;
};

enum rate_kind {
    RATES_CONSTANT, /* no schedule */
    RATES_COSINE_DECAY,
    RATES_EXPONENTIAL_DECAY,
    RATES_POLYNOMIAL_DECAY,
    RATES_PIECEWISE_CONSTANT_DECAY,
    RATES_INVERSE_TIME_DECAY
};

/* What is done to values behind `pixels`: (v - mean) / stddev, by channel. */
enum normalizing {
    NORMALIZE_NOT,
    NORMALIZE_TRAIN, /* by those of the training samples, not yet known */
    NORMALIZE_GIVEN
};

struct normalize_settings {
    enum normalizing kind;
    struct real_list mean, stddev; /* as many, of each channel; one: of all */
};

/* How pictures are changed by chance while they are trained on: guss/augment.h. */
enum flip_choice { FLIP_NONE, FLIP_HORIZONTAL, FLIP_VERTICAL, FLIP_BOTH };
enum fill_choice { FILL_NEAREST, FILL_REFLECT, FILL_ZEROS };

struct augment_settings {
    enum flip_choice flip;
    int64_t shift;                   /* pixels */
    double rotate, zoom, brightness; /* degrees; parts */
    enum fill_choice fill;
};

/* A schedule of learning rates: Keras's arguments. Steps are updates. */
struct rate_schedule {
    enum rate_kind kind;
    double initial_learning_rate;
    int64_t decay_steps;         /* 0: those of the run, not yet known */
    double alpha, warmup_target; /* negative: no warm-up */
    int64_t warmup_steps;
    double decay_rate, end_learning_rate, power;
    bool staircase, cycle;
    struct whole_list boundaries;
    struct real_list values;
};

/* Hyperparameters, Keras's defaults filled in. */
struct optimizer_settings {
    enum optimizer_kind kind;
    double learning_rate, /* of a schedule of rates, its first */
        momentum, rho, beta_1, beta_2, epsilon;
    double initial_accumulator_value;
    bool nesterov;
    double weight_decay;
    double clipvalue, clipnorm, global_clipnorm; /* one at most; 0: none */
    double ema_momentum; /* of the weights' average; negative: there is none */
    struct rate_schedule rates;
};

/* Which way a watched measure is better. */
enum monitor_mode { MODE_BY_MEASURE, MODE_MIN, MODE_MAX };

/* What `stop.monitor` names where a GAN ends by a rule of several scores, and the
 * patience that it has where nobody says anything. */
#define MONITOR_QUALITY "quality"
enum { QUALITY_PATIENCE = 3 };

/* A measure that is watched, evaluation by evaluation. */
struct monitor_settings {
    const char *monitor; /* its name in log.csv; NULL: none is watched */
    enum monitor_mode mode;
    int64_t patience; /* evaluations without an improvement */
    double min_delta; /* less than that is none */
};

/* What is done where it no longer improves. */
struct plateau_settings {
    struct monitor_settings watched;
    double factor;    /* of the learning rate */
    int64_t cooldown; /* evaluations before the next is waited for */
    double min_lr;    /* of the rate that comes of it */
};

/* How much the samples of a class count in training. */
struct class_weight {
    const char *name; /* or number */
    double weight;
    struct span where; /* of the name */
};

enum weighting {
    WEIGHTS_ALIKE,
    WEIGHTS_BALANCED, /* by the samples of each class, not yet known */
    WEIGHTS_GIVEN
};

enum { MOST_WEIGHTED_CLASSES = 10000 };

/* Classes that are not among them weigh 1. */
struct class_weights {
    enum weighting kind;
    struct class_weight *classes;
    int64_t n;
};

struct schedule {
    enum objective objective;
    const char *network;                   /* NULL: the file's only one */
    const char *generator, *discriminator; /* gan */
    struct {
        enum latent_kind kind;
        double mean, stddev, low, high;
        const char *file;
    } latent;
    enum loss_kind loss;
    double label_smoothing; /* classifier */
    struct class_weights class_weights;
    enum precision precision;
    int64_t batch;
    int64_t epochs, iterations; /* exactly one is positive, the other 0 */
    uint64_t seed;
    struct optimizer_settings optimizer; /* gan: the generator's */
    struct optimizer_settings discriminator_optimizer; /* gan only */
    struct {
        const char *train, *test; /* data references; test may be NULL */
        const char *target, *test_target; /* regression: of train, of test */
        enum pixels_choice pixels;
        bool shuffle;
        double validation;      /* a share of `train`; 0: none */
        struct whole_list size; /* height and width, or nothing */
        enum fit_choice fit;
        struct normalize_settings normalize;
        struct augment_settings augment;
    } data;
    /* gan only: a classifier that scores what the generator makes. All three, or
     * NULL. */
    struct {
        const char *model, *weights; /* files, relative to the schedule's */
        const char *features;        /* a layer of it */
        struct {                     /* its second opinion: both, or NULL */
            const char *model, *weights;
        } autoencoder;
    } judge;
    struct {
        struct whole_list at;          /* iterations */
        int64_t every, count, columns; /* every 0: never */
        enum ink ink;
    } snapshots;
    struct {
        struct whole_list at; /* iterations: kept for good */
        int64_t every, keep;  /* every 0: once an epoch */
    } checkpoint;
    struct monitor_settings stop; /* may watch MONITOR_QUALITY */
    struct plateau_settings reduce_on_plateau;
    int64_t threads; /* 0: as many as there are processors */

    /* Where the value (or, if it is absent, the file's start) stands, for
     * mistakes that only the caller can see. */
    struct {
        struct span network, generator, discriminator, loss, class_weights,
            batch, latent, train, test, target, validation, pixels, normalize,
            augment, shift, precision, objective, optimizer,
            discriminator_optimizer, stop, reduce_on_plateau;
        struct span judge_model, judge_weights, judge_features;
        struct span autoencoder_model, autoencoder_weights;
    } where;
};

/* One --set KEY.PATH=VALUE. */
struct schedule_edit {
    const char *text; /* as given: "optimizer.learning_rate=1e-4" */
};

/* Reads a schedule from `source`, applies the edits in order, checks all.
 * Fills *schedule; mistakes are added to `diags` (an edit's point into the
 * words of the command line: path "--set"). Everything lives in `arena`.
 *
 * `compiled` is what an executable was compiled with, or NULL. A value that
 * shaped the code (objective, networks, loss, precision, batch, the name of an
 * optimizer) and differs from it is an error that says how to rebuild:
 * "'batch' is compiled in (256, not 64); rebuild: guss build MODEL.nn
 * SCHEDULE.yaml". */
void schedule_read(struct arena *arena, const struct source *source,
                   const struct schedule_edit *edits, int n_edits,
                   const struct schedule *compiled, struct schedule *schedule,
                   struct diags *diags);

/* Reports what `stop` or `reduce_on_plateau` of a gan watches that is neither a measure
 * of every gan nor one of n scores, which its judge gives. */
void schedule_check_scores(struct arena *arena, const struct schedule *schedule,
                           const char *const *scores, int n,
                           struct diags *diags);

/* Reads a mapping such as {flip: horizontal, shift: 4}, data.augment by itself, and
 * fills *augment; mistakes are added to `diags`. */
void schedule_read_augment(struct arena *arena, const struct source *source,
                           struct augment_settings *augment,
                           struct diags *diags);

/* Files of a judge and its autoencoder that a run has copies of, by these names in
 * its folder. */
#define JUDGE_MODEL "judge.nn"
#define JUDGE_WEIGHTS "judge.safetensors"
#define AUTOENCODER_MODEL "autoencoder.nn"
#define AUTOENCODER_WEIGHTS "autoencoder.safetensors"

/* Every value resolved, as YAML that schedule_read() reads back to the same
 * struct, but for a judge's files, which have the names of the run's copies; what
 * the objective does not use is left out. */
void schedule_write(const struct schedule *schedule, struct text *out);

/* Whether epochs are measured on samples that nothing is trained on. */
bool schedule_validates(const struct schedule *schedule);

/* Whether there is a snapshot after this iteration, which is not the first
 * state. */
bool schedule_has_snapshot(const struct schedule *schedule, uint64_t iteration);

/* Whether the checkpoint after this iteration is one to keep for good. */
bool schedule_keeps_checkpoint(const struct schedule *schedule,
                               uint64_t iteration);

/* Of what may not change while a run lasts: the same for all schedules that it
 * could be resumed with. The arguments of optimizers may change, too; older
 * checkpoints were made when they might not, and are of them `with_optimizers`. */
uint64_t schedule_fingerprint(const struct schedule *schedule,
                              bool with_optimizers);

/* The path of the first key that differs, and may not where a run is resumed;
 * NULL: there is none. What is compiled in was compared before. */
const char *schedule_changed(struct arena *arena, const struct schedule *a,
                             const struct schedule *b);

/* True where what is computed differs from here on: the arguments of an optimizer,
 * what is watched, and of a GAN that watches something when it does so. */
bool schedule_has_other_settings(const struct schedule *a,
                                 const struct schedule *b);

/* An optimizer's arguments as emitted code takes them. */
struct guss_optimizer;
void optimizer_take(const struct optimizer_settings *settings,
                    struct guss_optimizer *optimizer);

/* True where gradients are clipped by a norm, which emitted code has to find. */
bool optimizer_clips_by_norm(const struct optimizer_settings *settings);

/* The learning rate of an update, which are counted from 0. */
double optimizer_rate(const struct optimizer_settings *settings,
                      uint64_t update);

/* True where a schedule of rates is without the `decay_steps` that it needs. */
bool rates_lack_steps(const struct rate_schedule *rates);

/* Then takes them from a schedule of the same kind. */
void rates_keep_steps(struct rate_schedule *rates,
                      const struct rate_schedule *before);

/* The optimizers of the networks that it trains, in their order; where there is
 * one, all are that. */
enum { MAX_OPTIMIZERS = 2 };
const struct optimizer_settings *
schedule_optimizer(const struct schedule *schedule, int index);

/* The words of the enums, as the YAML has them. */
const char *objective_word(enum objective objective);
const char *loss_word(enum loss_kind loss);
const char *precision_word(enum precision precision);
const char *optimizer_word(enum optimizer_kind kind);
const char *pixels_word(enum pixels_choice pixels); /* NULL for the default */

/* A key that --set can change without a rebuild. */
struct schedule_key {
    const char *path;         /* "data.pixels" */
    const char *const *words; /* that it takes */
    int n_words;
    const char *value; /* what else, as options call it: "REF"; NULL: numbers,
                          where there are no words either */
    const char *purpose;
};

/* Those of a schedule; of any, where it is NULL. How many; they live in the
 * arena. */
size_t schedule_keys(struct arena *arena, const struct schedule *schedule,
                     struct schedule_key **keys);

/* What stands behind an option that is none, but a key of schedules or a word
 * for one: ": write --set epochs=3"; NULL where it is not. `value` is what was
 * given with it, or NULL. */
const char *schedule_option_advice(struct arena *arena, const char *option,
                                   const char *value);

#endif
