/* The checked struct of a schedule: tree and edits in, every value or a
 * diagnostic out. A value that is wrong is replaced by its default, so that
 * one mistake gives one error. */
#include "trainer/schedule/schedule.h"

#include <float.h>

#include "trainer/schedule/schedule_foreign.h"
#include "trainer/schedule/schedule_keys.h"

enum {
    AT_LIMIT = 10000, /* numbers of snapshots.at and of checkpoint.at */
    THREADS_LIMIT = 1024
};

/* So many iterations would take ages; sums and products of them stay in 64
 * bits. */
static const int64_t iterations_limit = INT64_C(1000000000000);
static const int64_t small_limit = INT32_MAX;

static const struct range any_real = {-(double)FLT_MAX, (double)FLT_MAX, false,
                                      "a number"};
static const struct range not_negative = {0, (double)FLT_MAX, false,
                                          "a number of at least 0"};

static struct span value_or_key(struct setting setting)
{
    return setting.value ? setting.value->where : setting.key;
}

/* Which objective, as a set; all of them where that is not known, none where
 * another one is compiled in. */
static enum objectives read_objective(struct reader *reader, struct section top,
                                      struct schedule *schedule)
{
    struct setting setting =
        section_need(reader, top, "objective", "autoencoder");
    schedule->where.objective = value_or_key(setting);
    int word = read_word(reader, setting, foreign_objectives(), objective_words,
                         N_OBJECTIVES);
    if (word < 0)
        return FOR_ALL;
    if (reader->compiled &&
        report_compiled_in(reader, "objective", schedule->where.objective,
                           objective_words[reader->compiled->objective],
                           objective_words[word]))
        return (enum objectives)0;
    schedule->objective = (enum objective)word;
    return (enum objectives)(1u << word);
}

static void read_networks(struct reader *reader, struct section top,
                          enum objectives objectives, struct schedule *schedule)
{
    static const char wanted[] = "the name of a network";
    struct setting network = section_get(reader, top, "network");
    struct setting generator = section_get(reader, top, "generator");
    struct setting discriminator = section_get(reader, top, "discriminator");
    if (objectives == FOR_GAN) {
        section_need(reader, top, "generator", "generator");
        section_need(reader, top, "discriminator", "discriminator");
    }
    if (objectives & FOR_ONE_NETWORK)
        schedule->network = read_text(reader, network, wanted);
    if (objectives & FOR_GAN) {
        schedule->generator = read_text(reader, generator, wanted);
        schedule->discriminator = read_text(reader, discriminator, wanted);
    }
    schedule->where.network = value_or_key(network);
    schedule->where.generator = value_or_key(generator);
    schedule->where.discriminator = value_or_key(discriminator);
    const struct schedule *compiled = reader->compiled;
    if (!compiled)
        return;
    report_compiled_in(reader, "network", schedule->where.network,
                       compiled->network, schedule->network);
    report_compiled_in(reader, "generator", schedule->where.generator,
                       compiled->generator, schedule->generator);
    report_compiled_in(reader, "discriminator", schedule->where.discriminator,
                       compiled->discriminator, schedule->discriminator);
}

/* ---- latent -------------------------------------------------------------- */

/* Which kind, from `distribution` or `file`; normal where neither is set. */
static enum latent_kind read_latent_kind(struct reader *reader,
                                         struct section latent)
{
    struct setting file = section_get(reader, latent, "file");
    int word =
        read_word(reader, section_get(reader, latent, "distribution"),
                  foreign_distributions(), distribution_words, N_DISTRIBUTIONS);
    if (file.value)
        return LATENT_FILE;
    return word == 1 ? LATENT_UNIFORM : LATENT_NORMAL;
}

/* Keys of another kind than the one chosen. */
static void refuse_others(struct reader *reader, struct section latent,
                          enum latent_kind kind)
{
    static const struct {
        const char *name;
        enum latent_kind kind;
    } owners[] = {{"mean", LATENT_NORMAL},
                  {"stddev", LATENT_NORMAL},
                  {"low", LATENT_UNIFORM},
                  {"high", LATENT_UNIFORM}};
    static const char *const words[] = {"distribution normal",
                                        "distribution uniform", "a file"};
    struct setting distribution = section_get(reader, latent, "distribution");
    struct setting file = section_get(reader, latent, "file");
    struct span chosen = kind == LATENT_FILE  ? file.key
                         : distribution.value ? distribution.key
                                              : (struct span){0};
    for (size_t i = 0; i < sizeof owners / sizeof *owners; i++) {
        struct setting setting = section_get(reader, latent, owners[i].name);
        if (!setting.value || owners[i].kind == kind)
            continue;
        diag_error(reader->diags, blame(reader, setting.key, chosen),
                   "'%s' is a key of %s, not of %s", owners[i].name,
                   words[owners[i].kind], words[kind]);
        note_other(reader, setting.key, chosen);
    }
    if (!distribution.value || kind != LATENT_FILE)
        return;
    diag_error(reader->diags, blame(reader, distribution.key, chosen),
               "'distribution' and 'file' exclude each other");
    note_other(reader, distribution.key, chosen);
}

static void read_bounds(struct reader *reader, struct section latent,
                        struct schedule *schedule)
{
    size_t errors = diags_count_errors(reader->diags);
    struct setting low = section_get(reader, latent, "low");
    struct setting high = section_get(reader, latent, "high");
    schedule->latent.low = read_real(reader, low, &any_real, 0);
    schedule->latent.high = read_real(reader, high, &any_real, 1);
    if (schedule->latent.kind == LATENT_UNIFORM &&
        schedule->latent.low >= schedule->latent.high &&
        diags_count_errors(reader->diags) == errors)
        diag_error(reader->diags,
                   blame(reader, value_or_key(high.value ? high : low),
                         low.value ? low.value->where : (struct span){0}),
                   "'latent.low' must be less than 'latent.high', not %s and "
                   "%s",
                   real_text(reader->arena, schedule->latent.low),
                   real_text(reader->arena, schedule->latent.high));
}

static void read_latent(struct reader *reader, struct section top,
                        enum objectives objectives, struct schedule *schedule)
{
    schedule->where.latent = value_or_key(section_get(reader, top, "latent"));
    if (!(objectives & FOR_GAN))
        return;
    struct section latent =
        section_open(reader, top, "latent", "{distribution: normal}");
    check_keys(reader, latent, FOR_GAN);
    schedule->latent.kind = read_latent_kind(reader, latent);
    refuse_others(reader, latent, schedule->latent.kind);
    read_bounds(reader, latent, schedule);
    schedule->latent.mean =
        read_real(reader, section_get(reader, latent, "mean"), &any_real, 0);
    schedule->latent.stddev = read_real(
        reader, section_get(reader, latent, "stddev"), &not_negative, 1);
    schedule->latent.file = read_text(
        reader, section_get(reader, latent, "file"), "a file such as z.npy");
}

/* ---- the rest ------------------------------------------------------------ */

static void read_loss(struct reader *reader, struct section top,
                      enum objectives objectives, struct schedule *schedule)
{
    struct setting setting =
        section_need(reader, top, "loss", "binary_crossentropy");
    schedule->where.loss = value_or_key(setting);
    int word =
        read_word(reader, setting, foreign_losses(), loss_words, N_LOSSES);
    if (word < 0)
        return;
    schedule->loss = (enum loss_kind)word;
    if (reader->compiled &&
        report_compiled_in(reader, "loss", schedule->where.loss,
                           loss_words[reader->compiled->loss],
                           loss_words[word]))
        return;
    if (schedule->loss == LOSS_CATEGORICAL_CROSSENTROPY &&
        objectives == FOR_GAN)
        diag_error(reader->diags, schedule->where.loss,
                   "a gan cannot have the loss 'categorical_crossentropy': its "
                   "discriminator has one output");
}

static const char *whole_text(struct arena *arena, int64_t whole)
{
    return arena_printf(arena, "%lld", (long long)whole);
}

static void read_batch(struct reader *reader, struct section top,
                       enum objectives objectives, struct schedule *schedule)
{
    const struct schedule *compiled = reader->compiled;
    struct setting setting = section_need(reader, top, "batch", "256");
    schedule->where.batch = value_or_key(setting);
    schedule->batch = read_whole(reader, setting, 1, small_limit,
                                 compiled ? compiled->batch : 2);
    if (compiled &&
        report_compiled_in(reader, "batch", schedule->where.batch,
                           whole_text(reader->arena, compiled->batch),
                           whole_text(reader->arena, schedule->batch)))
        return;
    if (objectives == FOR_GAN && schedule->batch % 2)
        diag_error(reader->diags, schedule->where.batch,
                   "'batch' must be even, not %lld: half of a gan's batch is "
                   "real and half generated",
                   (long long)schedule->batch);
}

static void read_length(struct reader *reader, struct section top,
                        struct schedule *schedule)
{
    struct setting epochs = section_get(reader, top, "epochs");
    struct setting iterations = section_get(reader, top, "iterations");
    schedule->epochs = read_whole(reader, epochs, 1, small_limit, 0);
    schedule->iterations =
        read_whole(reader, iterations, 1, iterations_limit, 0);
    if (epochs.value && iterations.value) {
        bool in_order = epochs.key.first < iterations.key.first;
        struct setting first = in_order ? epochs : iterations;
        struct setting second = in_order ? iterations : epochs;
        diag_error(reader->diags, second.key,
                   "'epochs' and 'iterations' exclude each other");
        diag_note(reader->diags, first.key, "'%s' is set here", first.path);
    } else if (!epochs.value && !iterations.value && reader->complete &&
               !is_meant(reader, "epochs") && !is_meant(reader, "iterations")) {
        bool at_epochs = epochs.key.last > epochs.key.first;
        diag_error(reader->diags, at_epochs ? epochs.key : iterations.key,
                   "missing 'epochs' or 'iterations'; write for example "
                   "'epochs: 100'");
    }
}

static void read_data(struct reader *reader, struct section top,
                      struct schedule *schedule)
{
    static const char wanted[] = "a data reference such as mnist/train";
    struct section data =
        section_open(reader, top, "data", "{train: mnist/train}");
    check_keys(reader, data, FOR_ALL);
    struct setting train = section_need(reader, data, "train", "mnist/train");
    struct setting test = section_get(reader, data, "test");
    schedule->where.train = value_or_key(train);
    schedule->where.test = value_or_key(test);
    schedule->data.train = read_text(reader, train, wanted);
    schedule->data.test = read_text(reader, test, wanted);
    struct setting setting = section_get(reader, data, "pixels");
    schedule->where.pixels = value_or_key(setting);
    int pixels =
        read_word(reader, setting, foreign_pixels(), pixels_words, N_PIXELS);
    if (pixels >= 0)
        schedule->data.pixels = (enum pixels_choice)(PIXELS_RAW + pixels);
    schedule->data.shuffle =
        read_boolean(reader, section_get(reader, data, "shuffle"), true);
}

static void read_output(struct reader *reader, struct section top,
                        struct schedule *schedule)
{
    struct section snapshots =
        section_open(reader, top, "snapshots", "{every: 500}");
    struct section checkpoint =
        section_open(reader, top, "checkpoint", "{every: 500}");
    check_keys(reader, snapshots, FOR_ALL);
    check_keys(reader, checkpoint, FOR_ALL);
    schedule->snapshots.at =
        read_wholes(reader, section_get(reader, snapshots, "at"), AT_LIMIT,
                    iterations_limit, &schedule->snapshots.n_at);
    schedule->snapshots.every =
        read_whole(reader, section_get(reader, snapshots, "every"), 0,
                   iterations_limit, 0);
    schedule->snapshots.count = read_whole(
        reader, section_get(reader, snapshots, "count"), 1, small_limit, 25);
    schedule->snapshots.columns = read_whole(
        reader, section_get(reader, snapshots, "columns"), 1, small_limit, 5);
    int ink = read_word(reader, section_get(reader, snapshots, "ink"),
                        foreign_inks(), ink_words, N_INKS);
    schedule->snapshots.ink = ink < 0 ? INK_WHITE : (enum ink)ink;
    schedule->checkpoint.at =
        read_wholes(reader, section_get(reader, checkpoint, "at"), AT_LIMIT,
                    iterations_limit, &schedule->checkpoint.n_at);
    schedule->checkpoint.every =
        read_whole(reader, section_get(reader, checkpoint, "every"), 0,
                   iterations_limit, 0);
    schedule->checkpoint.keep = read_whole(
        reader, section_get(reader, checkpoint, "keep"), 1, small_limit, 3);
}

static void read_precision(struct reader *reader, struct section top,
                           struct schedule *schedule)
{
    struct setting setting = section_get(reader, top, "precision");
    schedule->where.precision = value_or_key(setting);
    int word = read_word(reader, setting, foreign_precisions(), precision_words,
                         N_PRECISIONS);
    if (word < 0 && setting.value)
        return;
    if (word >= 0)
        schedule->precision = (enum precision)word;
    if (reader->compiled && word == PRECISION_BF16 &&
        reader->compiled->precision != PRECISION_BF16)
        diag_error(reader->diags, schedule->where.precision,
                   "the precision bf16 cannot be built yet");
    else if (reader->compiled)
        report_compiled_in(reader, "precision", schedule->where.precision,
                           precision_words[reader->compiled->precision],
                           precision_words[schedule->precision]);
}

/* Read before all else: what a newer one says besides is not known here. */
static bool is_newer(struct reader *reader, struct section top)
{
    struct setting setting = section_get(reader, top, "version");
    int64_t version = read_whole(reader, setting, 1, small_limit, 1);
    if (version <= SCHEDULE_VERSION)
        return false;
    diag_error(reader->diags, value_or_key(setting),
               "the schedule has version %lld of its format, this guss reads "
               "version %d",
               (long long)version, SCHEDULE_VERSION);
    return true;
}

static void read_top(struct reader *reader, struct section top,
                     struct schedule *schedule)
{
    enum objectives objectives = read_objective(reader, top, schedule);
    if (!objectives)
        return; /* whatever else there is belongs to the other one */
    check_keys(reader, top, objectives);
    read_networks(reader, top, objectives, schedule);
    read_latent(reader, top, objectives, schedule);
    read_loss(reader, top, objectives, schedule);
    read_batch(reader, top, objectives, schedule);
    read_length(reader, top, schedule);
    read_optimizers(reader, top, objectives, schedule);
    read_data(reader, top, schedule);
    read_output(reader, top, schedule);
    read_precision(reader, top, schedule);
    schedule->seed = read_seed(reader, section_get(reader, top, "seed"), 1);
    schedule->threads = read_whole(reader, section_get(reader, top, "threads"),
                                   0, THREADS_LIMIT, 0);
}

void schedule_read(struct arena *arena, const struct source *source,
                   const struct schedule_edit *edits, int n_edits,
                   const struct schedule *compiled, struct schedule *schedule,
                   struct diags *diags)
{
    *schedule = (struct schedule){0};
    size_t errors = diags_count_errors(diags);
    struct node *root = tree_read(arena, source, 0, diags);
    if (!root)
        return;
    if (node_is_null(root))
        root->kind = NODE_MAPPING;
    if (root->kind != NODE_MAPPING) {
        if (diags_count_errors(diags) == errors)
            diag_error(diags, root->where,
                       "a schedule is a mapping such as 'batch: 256', not a "
                       "%s",
                       root->kind == NODE_LIST ? "list" : "text");
        return;
    }
    for (int i = 0; i < n_edits; i++)
        tree_edit(arena, root, &edits[i], diags);
    struct span start = {source, 0, 0};
    if (root->n_entries == 0 && diags_count_errors(diags) == errors) {
        diag_error(diags, start,
                   "the schedule is empty; it needs 'objective', 'loss', "
                   "'batch', 'epochs' or 'iterations', 'optimizer' and "
                   "'data.train'");
        return;
    }
    struct reader reader = {.arena = arena,
                            .diags = diags,
                            .source = source,
                            .compiled = compiled,
                            .root = root,
                            .complete = diags_count_errors(diags) == errors};
    struct section top = {.path = "", .mapping = root, .where = start};
    if (!is_newer(&reader, top))
        read_top(&reader, top, schedule);
}

bool schedule_keeps_checkpoint(const struct schedule *schedule,
                               uint64_t iteration)
{
    for (int64_t i = 0; i < schedule->checkpoint.n_at; i++)
        if ((uint64_t)schedule->checkpoint.at[i] == iteration)
            return true;
    return false;
}
