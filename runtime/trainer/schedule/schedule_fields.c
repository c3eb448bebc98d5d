/* The table of a schedule's keys, in the order in which they are written, and
 * what can be asked of a row. */
#include "trainer/schedule/schedule_fields.h"

#include <float.h>
#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "guss/augment.h"
#include "trainer/schedule/schedule_foreign.h"
#include "trainer/schedule/schedule_normalize.h"
#include "trainer/schedule/schedule_optimizer.h"
#include "trainer/schedule/schedule_weights.h"

/* ---- words --------------------------------------------------------------- */

static const char *const objective_words[] = {"autoencoder", "classifier",
                                              "regression", "gan"};
static const char *const loss_words[] = {
    "binary_crossentropy", "categorical_crossentropy", "mean_squared_error",
    "mean_absolute_error", "huber"};
static const char *const precision_words[] = {"float32", "bf16"};
static const char *const pixels_words[] = {"raw", "unit", "signed", "binary"};
static const char *const fit_words[] = {"crop", "stretch", "pad"};
static const char *const flip_words[] = {"none", "horizontal", "vertical",
                                         "both"};
static const char *const fill_words[] = {"nearest", "reflect", "zeros"};
static const char *const ink_words[] = {"white", "black"};
static const char *const distribution_words[] = {"normal", "uniform"};
static const char *const mode_words[] = {"min", "max"};
static const char *const boolean_words[] = {"true", "false"};
static const char *const class_weights_words[] = {"balanced"};
static const char *const normalize_words[] = {"train"};

#define WORDS(list) list, sizeof list / sizeof *list
enum { N_OBJECTIVES = sizeof objective_words / sizeof *objective_words };

static const struct vocabulary objectives = {WORDS(objective_words), 0,
                                             foreign_objectives, NULL};
static const struct vocabulary losses = {WORDS(loss_words), 0, foreign_losses,
                                         NULL};
static const struct vocabulary precisions = {WORDS(precision_words), 0,
                                             foreign_precisions, "bf16"};
static const struct vocabulary pixels = {WORDS(pixels_words), PIXELS_RAW,
                                         foreign_pixels, NULL};
static const struct vocabulary fits = {WORDS(fit_words), 0, foreign_fits, NULL};
static const struct vocabulary flips = {WORDS(flip_words), 0, foreign_flips,
                                        NULL};
static const struct vocabulary fills = {WORDS(fill_words), 0, foreign_fills,
                                        NULL};
static const struct vocabulary inks = {WORDS(ink_words), 0, foreign_inks, NULL};
static const struct vocabulary modes = {WORDS(mode_words), MODE_MIN,
                                        foreign_modes, NULL};
static const struct vocabulary distributions = {
    WORDS(distribution_words), LATENT_NORMAL, foreign_distributions, NULL};

const char *objective_word(enum objective objective)
{
    return objective_words[objective];
}

const char *loss_word(enum loss_kind loss)
{
    return loss_words[loss];
}

const char *precision_word(enum precision precision)
{
    return precision_words[precision];
}

const char *pixels_word(enum pixels_choice choice)
{
    return choice == PIXELS_DEFAULT ? NULL : pixels_words[choice - PIXELS_RAW];
}

const char *list_words(struct arena *arena, const char *const *words, int n)
{
    struct text list = text_new(arena);
    for (int i = 0; i < n; i++) {
        text_puts(&list, i == 0 ? "" : i == n - 1 ? " or " : ", ");
        text_puts(&list, words[i]);
    }
    return text_string(&list);
}

const char *objectives_text(struct arena *arena, enum objectives set)
{
    const char *words[N_OBJECTIVES];
    int n = 0;
    for (unsigned i = 0; i < N_OBJECTIVES; i++)
        if (set & (1u << i))
            words[n++] = objective_words[i];
    return list_words(arena, words, n);
}

int field_words(const struct field *field, const char *const **words)
{
    bool is_word = field->type == FIELD_WORD;
    if (field->type == FIELD_NORMALIZE) {
        *words = normalize_words;
        return 1;
    }
    if (field->type == FIELD_CLASS_WEIGHTS) {
        *words = class_weights_words;
        return 1;
    }
    if (!is_word && field->type != FIELD_BOOLEAN)
        return 0;
    *words = is_word ? field->vocabulary->words : boolean_words;
    return is_word ? field->vocabulary->n : 2;
}

/* ---- the table ----------------------------------------------------------- */

#define AT(member) .offset = offsetof(struct schedule, member)
#define PLACE(member) .where = offsetof(struct schedule, where.member)
#define KIND(kind) 1u << LATENT_##kind

/* So many iterations would take ages; sums and products of them stay in 64
 * bits. */
#define ITERATIONS(least) .bounds = {least, 1e12, false}
#define COUNTED(least) .bounds = {least, INT32_MAX, false}
#define ANY_REAL .bounds = {-(double)FLT_MAX, (double)FLT_MAX, false}

/* What is watched, below `stop` and `reduce_on_plateau`: keys of a section that is
 * there. */
#define WATCHED 1u
#define NOT_NEGATIVE .bounds = {0, (double)FLT_MAX, false}

static const char a_measure[] = "a measure such as val_loss";
static const char by_measure[] = "by the measure";
static const char a_network[] = "the name of a network";
static const char a_reference[] = "a data reference such as mnist/train";

const struct field schedule_fields[] = {
    {"", "objective", FIELD_WORD, FOR_ALL, NEEDED | COMPILED_IN | EARLY,
     .vocabulary = &objectives, AT(objective), PLACE(objective),
     .example = "autoencoder", .purpose = "what is trained"},
    {"", "network", FIELD_TEXT, FOR_ONE_NETWORK, COMPILED_IN, AT(network),
     PLACE(network), .wanted = a_network, .unset = "the file's only network",
     .purpose = "the network to train"},
    {"", "generator", FIELD_TEXT, FOR_GAN, NEEDED | COMPILED_IN, AT(generator),
     PLACE(generator), .wanted = a_network, .example = "generator",
     .purpose = "makes samples from latent rows"},
    {"", "discriminator", FIELD_TEXT, FOR_GAN, NEEDED | COMPILED_IN,
     AT(discriminator), PLACE(discriminator), .wanted = a_network,
     .example = "discriminator",
     .purpose = "tells real samples from generated ones"},
    {"", "latent", FIELD_SECTION, FOR_GAN, ONE_LINE, PLACE(latent),
     .unset = "standard normal", .example = "{distribution: normal}",
     .purpose = "what latent rows are made of"},
    {"latent", "distribution", FIELD_WORD, FOR_GAN,
     .vocabulary = &distributions, AT(latent.kind), .preset = LATENT_NORMAL,
     .kinds = KIND(NORMAL) | KIND(UNIFORM), .purpose = "how they are drawn"},
    {"latent", "mean", FIELD_REAL, FOR_GAN, .kinds = KIND(NORMAL),
     AT(latent.mean), ANY_REAL, .purpose = "of a normal distribution"},
    {"latent", "stddev", FIELD_REAL, FOR_GAN, .kinds = KIND(NORMAL),
     AT(latent.stddev), .bounds = {0, (double)FLT_MAX, false}, .preset = 1,
     .purpose = "standard deviation of a normal distribution"},
    {"latent", "low", FIELD_REAL, FOR_GAN, .kinds = KIND(UNIFORM),
     AT(latent.low), ANY_REAL,
     .purpose = "where a uniform distribution begins"},
    {"latent", "high", FIELD_REAL, FOR_GAN, .kinds = KIND(UNIFORM),
     AT(latent.high), ANY_REAL, .preset = 1,
     .purpose = "where a uniform distribution ends"},
    {"latent", "file", FIELD_TEXT, FOR_GAN, .kinds = KIND(FILE),
     AT(latent.file), .wanted = "a file such as z.npy", .called = "Z.npy",
     .unset = "none", .purpose = "latent rows in place of drawn ones"},
    {"", "loss", FIELD_WORD, FOR_ALL, NEEDED | COMPILED_IN,
     .vocabulary = &losses, AT(loss), PLACE(loss),
     .example = "binary_crossentropy", .purpose = "what training makes small"},
    {"", "label_smoothing", FIELD_REAL, FOR_CLASSIFIER, QUIET,
     AT(label_smoothing), .bounds = {0, 1, false},
     .purpose = "how much of a target is of all classes alike"},
    {"", "class_weights", FIELD_CLASS_WEIGHTS, FOR_CLASSIFIER, QUIET,
     AT(class_weights), PLACE(class_weights), .unset = "all weigh 1",
     .example = "balanced",
     .purpose = "how much the samples of each class count in training"},
    {"", "precision", FIELD_WORD, FOR_ALL, COMPILED_IN,
     .vocabulary = &precisions, AT(precision), PLACE(precision),
     .preset = PRECISION_FLOAT32, .purpose = "the arithmetic"},
    {"", "batch", FIELD_WHOLE, FOR_ALL, NEEDED | COMPILED_IN, AT(batch),
     PLACE(batch), COUNTED(1), .example = "256",
     .purpose = "samples in one update"},
    {"", "epochs", FIELD_WHOLE, FOR_ALL, FREE, AT(epochs), COUNTED(1),
     .neutral = 1, .unset = "one of the two",
     .purpose = "passes over the training samples"},
    {"", "iterations", FIELD_WHOLE, FOR_ALL, FREE, AT(iterations),
     ITERATIONS(1), .unset = "is needed", .purpose = "updates"},
    {"", "seed", FIELD_SEED, FOR_ALL, AT(seed), .preset = 1,
     .purpose = "where every random number comes from"},
    {"", "optimizer", FIELD_OPTIMIZER, FOR_ALL, NEEDED, PLACE(optimizer),
     .example = "{name: adam}",
     .purpose = "what makes new weights of gradients"},
    {"", "data", FIELD_SECTION, FOR_ALL, .example = "{train: mnist/train}",
     .purpose = "the samples"},
    {"data", "train", FIELD_TEXT, FOR_ALL, NEEDED, AT(data.train), PLACE(train),
     .wanted = a_reference, .called = "REF", .example = "mnist/train",
     .purpose = "the samples to train on"},
    {"data", "test", FIELD_TEXT, FOR_ALL, AT(data.test), PLACE(test),
     .wanted = a_reference, .called = "REF", .unset = "none",
     .purpose = "samples to measure on"},
    {"data", "target", FIELD_TEXT, FOR_REGRESSION, NEEDED, AT(data.target),
     PLACE(target), .wanted = a_reference, .called = "REF", .example = "clean",
     .purpose = "what is to be made of the samples of data.train"},
    {"data", "test_target", FIELD_TEXT, FOR_REGRESSION, AT(data.test_target),
     .wanted = a_reference, .called = "REF", .unset = "none",
     .purpose = "what is to be made of those of data.test"},
    {"data", "pixels", FIELD_WORD, FOR_ALL, .vocabulary = &pixels,
     AT(data.pixels), PLACE(pixels), .preset = PIXELS_DEFAULT,
     .unset = "`unit`",
     .purpose = "what the values v of 8-bit data mean to a network"},
    {"data", "shuffle", FIELD_BOOLEAN, FOR_ALL, AT(data.shuffle),
     .preset = true, .purpose = "a new order for each pass"},
    /* These are quiet as well. */
    {"data", "validation", FIELD_REAL, FOR_ONE_NETWORK, QUIET,
     AT(data.validation), PLACE(validation), .bounds = {0, 1, true},
     .purpose = "a share of the training samples to measure on instead"},
    {"data", "size", FIELD_WHOLES, FOR_ALL, QUIET, AT(data.size),
     .bounds = {1, 8192, false}, .example = "[64, 64]",
     .unset = "that of the input, which all have",
     .purpose = "height and width that pictures are brought to"},
    {"data", "fit", FIELD_WORD, FOR_ALL, QUIET, .vocabulary = &fits,
     AT(data.fit), .preset = FIT_CROP,
     .purpose = "how pictures are brought to it"},
    {"data", "normalize", FIELD_NORMALIZE, FOR_ONE_NETWORK, AT(data.normalize),
     PLACE(normalize), .unset = "none",
     .purpose = "what is done to each value v behind `pixels`"},
    {"data", "augment", FIELD_SECTION, FOR_ALL, QUIET | ONE_LINE,
     PLACE(augment), .example = "{flip: horizontal}",
     .purpose = "how pictures are changed by chance"},
    {"data.augment", "flip", FIELD_WORD, FOR_ALL, QUIET, .vocabulary = &flips,
     AT(data.augment.flip), .preset = FLIP_NONE,
     .purpose = "half of the pictures are turned over"},
    {"data.augment", "shift", FIELD_WHOLE, FOR_ALL, QUIET,
     AT(data.augment.shift), PLACE(shift), .bounds = {0, 8191, false},
     .purpose = "pixels that they move, at most, down and across"},
    {"data.augment", "rotate", FIELD_REAL, FOR_ALL, QUIET,
     AT(data.augment.rotate), .bounds = {0, 180, false},
     .purpose = "degrees that they turn, at most, either way"},
    {"data.augment", "zoom", FIELD_REAL, FOR_ALL, QUIET, AT(data.augment.zoom),
     .bounds = {0, GUSS_MOST_ZOOM, false},
     .purpose = "the part by which they grow or shrink, at most"},
    {"data.augment", "brightness", FIELD_REAL, FOR_ALL, QUIET,
     AT(data.augment.brightness), .bounds = {0, 1, false},
     .purpose = "the part of their range that is added to or taken from all "
                "values, at most"},
    {"data.augment", "fill", FIELD_WORD, FOR_ALL, QUIET, .vocabulary = &fills,
     AT(data.augment.fill), .preset = FILL_NEAREST,
     .purpose = "what comes in beyond their edges"},
    {"", "judge", FIELD_SECTION, FOR_GAN, QUIET, .unset = "none",
     .example = "{model: judge.nn, weights: judge.safetensors, features: code}",
     .purpose = "a classifier that scores what the generator makes"},
    {"judge", "model", FIELD_TEXT, FOR_GAN, COMPILED_IN | QUIET,
     AT(judge.model), PLACE(judge_model), .kept = JUDGE_MODEL,
     .wanted = "a file such as judge.nn", .unset = "needed in it",
     .purpose = "its network, relative to the schedule"},
    {"judge", "weights", FIELD_TEXT, FOR_GAN, COMPILED_IN | QUIET,
     AT(judge.weights), PLACE(judge_weights), .kept = JUDGE_WEIGHTS,
     .wanted = "a file such as judge.safetensors", .unset = "needed in it",
     .purpose = "what guss trained it to, relative to the schedule"},
    {"judge", "features", FIELD_TEXT, FOR_GAN, COMPILED_IN | QUIET,
     AT(judge.features), PLACE(judge_features), .wanted = "the name of a layer",
     .unset = "needed in it", .purpose = "the layer whose values are compared"},
    {"judge", "autoencoder", FIELD_SECTION, FOR_GAN, QUIET, .unset = "none",
     .example = "{model: autoencoder.nn, weights: autoencoder.safetensors}",
     .purpose = "a second opinion: whether it can draw an image again"},
    {"judge.autoencoder", "model", FIELD_TEXT, FOR_GAN, COMPILED_IN | QUIET,
     AT(judge.autoencoder.model), PLACE(autoencoder_model),
     .kept = AUTOENCODER_MODEL, .wanted = "a file such as autoencoder.nn",
     .unset = "needed in it",
     .purpose = "its network, relative to the schedule"},
    {"judge.autoencoder", "weights", FIELD_TEXT, FOR_GAN, COMPILED_IN | QUIET,
     AT(judge.autoencoder.weights), PLACE(autoencoder_weights),
     .kept = AUTOENCODER_WEIGHTS,
     .wanted = "a file such as autoencoder.safetensors",
     .unset = "needed in it",
     .purpose = "what guss trained it to, relative to the schedule"},
    {"", "snapshots", FIELD_SECTION, FOR_ALL, .example = "{every: 500}",
     .purpose = "sheets of samples"},
    {"snapshots", "at", FIELD_WHOLES, FOR_ALL, FREE, AT(snapshots.at),
     ITERATIONS(1), .example = "[1000, 20000]",
     .purpose = "a sheet of samples after each of these iterations"},
    {"snapshots", "every", FIELD_WHOLE, FOR_ALL, FREE, AT(snapshots.every),
     ITERATIONS(0), .purpose = "a sheet after every so many iterations"},
    {"snapshots", "count", FIELD_WHOLE, FOR_ALL, FREE, AT(snapshots.count),
     COUNTED(1), .preset = 25, .neutral = 1, .purpose = "samples on a sheet"},
    {"snapshots", "columns", FIELD_WHOLE, FOR_ALL, FREE, AT(snapshots.columns),
     COUNTED(1), .preset = 5, .neutral = 1,
     .purpose = "samples in a row of a sheet"},
    /* `ink` and `checkpoint.at` are quiet: the fingerprints in older checkpoints
     * are of a text without them. */
    {"snapshots", "ink", FIELD_WORD, FOR_ALL, FREE | QUIET, .vocabulary = &inks,
     AT(snapshots.ink), .preset = INK_WHITE,
     .purpose = "what the largest values are drawn in"},
    {"", "checkpoint", FIELD_SECTION, FOR_ALL, .example = "{every: 500}",
     .purpose = "states of a run to go on from"},
    {"checkpoint", "at", FIELD_WHOLES, FOR_ALL, FREE | QUIET, AT(checkpoint.at),
     ITERATIONS(1), .example = "[1000, 20000]",
     .purpose = "a checkpoint after each of these iterations"},
    {"checkpoint", "every", FIELD_WHOLE, FOR_ALL, FREE, AT(checkpoint.every),
     ITERATIONS(0), .purpose = "iterations between checkpoints"},
    {"checkpoint", "keep", FIELD_WHOLE, FOR_ALL, FREE, AT(checkpoint.keep),
     COUNTED(1), .preset = 3, .neutral = 1,
     .purpose = "how many checkpoints stay"},
    {"", "stop", FIELD_SECTION, FOR_ALL, QUIET, PLACE(stop),
     .example = "{patience: 10}", .purpose = "when a run ends early"},
    {"stop", "monitor", FIELD_TEXT, FOR_ALL, FREE, .kinds = WATCHED,
     AT(stop.monitor), .wanted = a_measure, .called = "MEASURE",
     .unset = "`val_loss`", .purpose = "the measure that is watched"},
    {"stop", "mode", FIELD_WORD, FOR_ALL, FREE, .kinds = WATCHED,
     .vocabulary = &modes, AT(stop.mode), .unset = by_measure,
     .purpose = "what is better of it"},
    {"stop", "patience", FIELD_WHOLE, FOR_ALL, FREE, .kinds = WATCHED,
     AT(stop.patience), COUNTED(0), .preset = 10,
     .purpose = "evaluations without an improvement that end the run"},
    {"stop", "min_delta", FIELD_REAL, FOR_ALL, FREE, .kinds = WATCHED,
     AT(stop.min_delta), NOT_NEGATIVE,
     .purpose = "what an improvement is more than"},
    {"", "reduce_on_plateau", FIELD_SECTION, FOR_ALL, QUIET,
     PLACE(reduce_on_plateau), .example = "{factor: 0.1}",
     .purpose = "when the learning rate is reduced"},
    {"reduce_on_plateau", "monitor", FIELD_TEXT, FOR_ALL, FREE,
     .kinds = WATCHED, AT(reduce_on_plateau.watched.monitor),
     .wanted = a_measure, .called = "MEASURE", .unset = "`val_loss`",
     .purpose = "the measure that is watched"},
    {"reduce_on_plateau", "mode", FIELD_WORD, FOR_ALL, FREE, .kinds = WATCHED,
     .vocabulary = &modes, AT(reduce_on_plateau.watched.mode),
     .unset = by_measure, .purpose = "what is better of it"},
    {"reduce_on_plateau", "factor", FIELD_REAL, FOR_ALL, FREE, .kinds = WATCHED,
     AT(reduce_on_plateau.factor), .bounds = {0, 1, true}, .preset = 0.1,
     .purpose = "what the learning rate is multiplied by"},
    {"reduce_on_plateau", "patience", FIELD_WHOLE, FOR_ALL, FREE,
     .kinds = WATCHED, AT(reduce_on_plateau.watched.patience), COUNTED(0),
     .preset = 10,
     .purpose = "evaluations without an improvement that reduce it"},
    {"reduce_on_plateau", "min_delta", FIELD_REAL, FOR_ALL, FREE,
     .kinds = WATCHED, AT(reduce_on_plateau.watched.min_delta), NOT_NEGATIVE,
     .preset = 1e-4, .purpose = "what an improvement is more than"},
    {"reduce_on_plateau", "cooldown", FIELD_WHOLE, FOR_ALL, FREE,
     .kinds = WATCHED, AT(reduce_on_plateau.cooldown), COUNTED(0),
     .purpose = "evaluations after a reduction that do not count"},
    {"reduce_on_plateau", "min_lr", FIELD_REAL, FOR_ALL, FREE, .kinds = WATCHED,
     AT(reduce_on_plateau.min_lr), NOT_NEGATIVE,
     .purpose = "what no reduction takes the rate below"},
    {"", "threads", FIELD_WHOLE, FOR_ALL, FREE, AT(threads),
     .bounds = {0, 1024, false}, .neutral = 1,
     .purpose = "threads to train with"},
    {"", "version", FIELD_VERSION, FOR_ALL, EARLY, COUNTED(1),
     .preset = SCHEDULE_VERSION, .purpose = "of the format"},
};
const int n_schedule_fields = sizeof schedule_fields / sizeof *schedule_fields;

const struct field *field_find(const char *section, const char *name)
{
    for (int i = 0; i < n_schedule_fields; i++)
        if (strcmp(schedule_fields[i].section, section) == 0 &&
            strcmp(schedule_fields[i].name, name) == 0)
            return &schedule_fields[i];
    return NULL;
}

const char *field_path(struct arena *arena, const struct field *field)
{
    return field->section[0]
               ? arena_printf(arena, "%s.%s", field->section, field->name)
               : field->name;
}

unsigned section_kind(const char *section, const struct schedule *schedule)
{
    const struct {
        const char *section;
        const struct monitor_settings *settings;
    } watched[] = {{"stop", &schedule->stop},
                   {"reduce_on_plateau", &schedule->reduce_on_plateau.watched}};
    for (size_t i = 0; i < sizeof watched / sizeof *watched; i++)
        if (strcmp(section, watched[i].section) == 0)
            return watched[i].settings->monitor ? WATCHED : ~WATCHED;
    return strcmp(section, "latent") == 0 ? 1u << schedule->latent.kind : 0;
}

/* ---- values -------------------------------------------------------------- */

void *field_value(const struct field *field, void *base)
{
    return (char *)base + field->offset;
}

void field_reset(const struct field *field, void *base)
{
    void *value = field_value(field, base);
    switch (field->type) {
    case FIELD_WORD:
        *(unsigned *)value = (unsigned)field->preset;
        break;
    case FIELD_BOOLEAN:
        *(bool *)value = field->preset != 0;
        break;
    case FIELD_WHOLE:
        *(int64_t *)value = (int64_t)field->preset;
        break;
    case FIELD_SEED:
        *(uint64_t *)value = (uint64_t)field->preset;
        break;
    case FIELD_REAL:
        *(double *)value = field->preset;
        break;
    case FIELD_TEXT:
        *(const char **)value = NULL;
        break;
    case FIELD_WHOLES:
        *(struct whole_list *)value = (struct whole_list){NULL, 0};
        break;
    case FIELD_REALS:
        *(struct real_list *)value = (struct real_list){NULL, 0};
        break;
    case FIELD_CLASS_WEIGHTS:
        *(struct class_weights *)value = (struct class_weights){0};
        break;
    case FIELD_NORMALIZE:
        *(struct normalize_settings *)value = (struct normalize_settings){0};
        break;
    case FIELD_SECTION:
    case FIELD_OPTIMIZER:
    case FIELD_VERSION:
        break;
    }
}

const char *real_text(struct arena *arena, double real)
{
    char digits[32];
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, real);
        if (strtod(digits, NULL) == real)
            break;
    }
    return arena_strdup(arena, digits);
}

/* "10" where the shortest is "1e+01", but for those of `latent`: the fingerprints
 * in older checkpoints are of a text that has them so. */
static const char *field_real_text(struct arena *arena,
                                   const struct field *field, double real)
{
    const char *shortest = real_text(arena, real);
    if (strcmp(field->section, "latent") == 0 || !strchr(shortest, 'e'))
        return shortest;
    const char *plain = arena_printf(arena, "%.0f", real);
    return strtod(plain, NULL) == real && strlen(plain) <= strlen(shortest)
               ? plain
               : shortest;
}

static const char *word_text(const struct field *field, unsigned value)
{
    unsigned index = value - (unsigned)field->vocabulary->first;
    return index < (unsigned)field->vocabulary->n
               ? field->vocabulary->words[index]
               : NULL;
}

static const char *list_text(struct arena *arena, const struct whole_list *list)
{
    struct text text = text_new(arena);
    text_puts(&text, "[");
    for (int64_t i = 0; i < list->n; i++)
        text_printf(&text, "%s%" PRId64, i ? ", " : "", list->values[i]);
    text_puts(&text, "]");
    return text_string(&text);
}

const char *reals_text(struct arena *arena, const struct real_list *list)
{
    struct text text = text_new(arena);
    text_puts(&text, "[");
    for (int64_t i = 0; i < list->n; i++)
        text_printf(&text, "%s%s", i ? ", " : "",
                    real_text(arena, list->values[i]));
    text_puts(&text, "]");
    return text_string(&text);
}

const char *field_text(struct arena *arena, const struct field *field,
                       const void *base)
{
    const void *value = (const char *)base + field->offset;
    switch (field->type) {
    case FIELD_WORD:
        return word_text(field, *(const unsigned *)value);
    case FIELD_BOOLEAN:
        return *(const bool *)value ? "true" : "false";
    case FIELD_WHOLE:
        return (double)*(const int64_t *)value < field->bounds.least
                   ? NULL
                   : arena_printf(arena, "%" PRId64, *(const int64_t *)value);
    case FIELD_SEED:
        return arena_printf(arena, "%" PRIu64, *(const uint64_t *)value);
    case FIELD_REAL:
        return field_real_text(arena, field, *(const double *)value);
    case FIELD_TEXT:
        return *(const char *const *)value;
    case FIELD_WHOLES:
        return list_text(arena, value);
    case FIELD_REALS:
        return reals_text(arena, value);
    case FIELD_CLASS_WEIGHTS:
        return class_weights_text(arena, value);
    case FIELD_NORMALIZE:
        return normalize_text(arena, value);
    case FIELD_SECTION:
    case FIELD_OPTIMIZER:
    case FIELD_VERSION:
        break;
    }
    return NULL;
}

bool field_is_same(const struct field *field, const void *a, const void *b)
{
    struct arena *arena = arena_new();
    const char *one = field_text(arena, field, a);
    const char *other = field_text(arena, field, b);
    bool is_same = one && other ? strcmp(one, other) == 0 : one == other;
    arena_free(arena);
    return is_same;
}

const char *bounds_text(struct arena *arena, const struct bounds *bounds)
{
    if (bounds->least < 0)
        return "a number";
    if (bounds->most >= (double)FLT_MAX)
        return arena_printf(arena, "a number of at least %g", bounds->least);
    return arena_printf(arena,
                        bounds->below
                            ? "a number of at least %g and less than %g"
                            : "a number from %g to %g",
                        bounds->least, bounds->most);
}
