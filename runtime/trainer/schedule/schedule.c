/* The checked struct of a schedule: tree and edits in, every value or a
 * diagnostic out. One mistake gives one error: what goes together is not
 * looked at where a part of it is wrong. */
#include "trainer/schedule/schedule.h"

#include <string.h>

#include "trainer/schedule/schedule_keys.h"
#include "trainer/schedule/schedule_monitor.h"
#include "trainer/schedule/schedule_normalize.h"
#include "trainer/schedule/schedule_optimizer.h"

/* ---- what goes together -------------------------------------------------- */

/* The mapping of `latent` in words, by its kind. */
static const char *const latent_kinds[] = {"distribution normal",
                                           "distribution uniform", "a file"};

/* A key of another kind than the one chosen at `chosen`. */
static void refuse_latent(struct reader *reader, const struct field *field,
                          struct setting setting, enum latent_kind kind,
                          struct span chosen)
{
    if (field->type == FIELD_WORD) {
        diag_error(reader->diags, blame(reader, setting.key, chosen),
                   "'distribution' and 'file' exclude each other");
    } else {
        int owner = 0;
        while (!(field->kinds >> owner & 1))
            owner++;
        diag_error(reader->diags, blame(reader, setting.key, chosen),
                   "'%s' is a key of %s, not of %s", field->name,
                   latent_kinds[owner], latent_kinds[kind]);
    }
    note_other(reader, setting.key, chosen);
}

static bool is_wrong(const struct reader *reader, const char *section,
                     const char *name)
{
    return reader->is_wrong[field_find(section, name) - schedule_fields];
}

static void check_latent_bounds(struct reader *reader, struct section latent,
                                const struct schedule *schedule)
{
    struct setting low = section_get(reader, latent, "low");
    struct setting high = section_get(reader, latent, "high");
    if (schedule->latent.kind != LATENT_UNIFORM ||
        schedule->latent.low < schedule->latent.high ||
        is_wrong(reader, "latent", "low") || is_wrong(reader, "latent", "high"))
        return;
    diag_error(reader->diags,
               blame(reader, value_or_key(high.value ? high : low),
                     low.value ? low.value->where : (struct span){0}),
               "'latent.low' must be less than 'latent.high', not %s and %s",
               real_text(reader->arena, schedule->latent.low),
               real_text(reader->arena, schedule->latent.high));
}

/* Which kind follows from `distribution` or `file`; normal where neither is
 * set. */
static void check_latent(struct reader *reader, struct section latent,
                         struct schedule *schedule)
{
    struct setting distribution = section_get(reader, latent, "distribution");
    struct setting file = section_get(reader, latent, "file");
    struct span chosen = file.value           ? file.key
                         : distribution.value ? distribution.key
                                              : (struct span){0};
    if (is_wrong(reader, "latent", "distribution") ||
        is_meant(reader, distribution.path) || is_meant(reader, file.path))
        return; /* of which kind is not known */
    if (file.value)
        schedule->latent.kind = LATENT_FILE;
    for (int i = 0; i < n_schedule_fields; i++) {
        const struct field *field = &schedule_fields[i];
        if (strcmp(field->section, "latent") != 0 ||
            (field->kinds >> schedule->latent.kind & 1))
            continue;
        struct setting setting = section_get(reader, latent, field->name);
        if (setting.value)
            refuse_latent(reader, field, setting, schedule->latent.kind,
                          chosen);
    }
    check_latent_bounds(reader, latent, schedule);
}

static void check_loss(struct reader *reader, struct section top,
                       struct schedule *schedule)
{
    (void)top;
    if (schedule->loss == LOSS_CATEGORICAL_CROSSENTROPY &&
        reader->objectives == FOR_GAN && !is_wrong(reader, "", "loss"))
        diag_error(reader->diags, schedule->where.loss,
                   "a gan cannot have the loss 'categorical_crossentropy': its "
                   "discriminator has one output");
}

static bool is_crossentropy(enum loss_kind loss)
{
    return loss == LOSS_BINARY_CROSSENTROPY ||
           loss == LOSS_CATEGORICAL_CROSSENTROPY;
}

static void check_smoothing(struct reader *reader, struct section top,
                            struct schedule *schedule)
{
    struct setting smoothing = section_get(reader, top, "label_smoothing");
    struct setting loss = section_get(reader, top, "loss");
    if (!smoothing.value || !loss.value || schedule->label_smoothing == 0.0 ||
        is_crossentropy(schedule->loss) || is_wrong(reader, "", "loss") ||
        is_wrong(reader, "", "label_smoothing"))
        return;
    diag_error(reader->diags, blame(reader, smoothing.key, loss.value->where),
               "'label_smoothing' is for the losses binary_crossentropy and "
               "categorical_crossentropy, not for %s",
               loss_word(schedule->loss));
    note_other(reader, smoothing.key, loss.value->where);
}

static void check_batch(struct reader *reader, struct section top,
                        struct schedule *schedule)
{
    (void)top;
    if (reader->objectives == FOR_GAN && schedule->batch % 2 &&
        !is_wrong(reader, "", "batch"))
        diag_error(reader->diags, schedule->where.batch,
                   "'batch' must be even, not %lld: half of a gan's batch is "
                   "real and half generated",
                   (long long)schedule->batch);
}

static void check_length(struct reader *reader, struct section top,
                         struct schedule *schedule)
{
    (void)schedule;
    struct setting epochs = section_get(reader, top, "epochs");
    struct setting iterations = section_get(reader, top, "iterations");
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

static void check_size(struct reader *reader, struct section data,
                       struct schedule *schedule)
{
    struct setting size = section_get(reader, data, "size");
    if (size.value && schedule->data.size.n != 2 &&
        !is_wrong(reader, "data", "size"))
        diag_error(reader->diags, value_or_key(size),
                   "'%s' wants two numbers, [height, width], not %lld",
                   size.path, (long long)schedule->data.size.n);
}

/* One without the other measures nothing. */
static void check_test_target(struct reader *reader, struct section data,
                              struct schedule *schedule)
{
    (void)schedule;
    struct setting test = section_get(reader, data, "test");
    struct setting target = section_get(reader, data, "test_target");
    if (reader->objectives != FOR_REGRESSION)
        return;
    if (test.value && !target.value && !is_meant(reader, target.path))
        diag_error(reader->diags, blame(reader, test.key, target.key),
                   "'%s' wants 'data.test_target' beside it: what is to be "
                   "made of its samples; set both or neither",
                   test.path);
    else if (target.value && !test.value && !is_meant(reader, test.path))
        diag_error(reader->diags, blame(reader, target.key, test.key),
                   "'%s' wants 'data.test' beside it: the samples that it "
                   "belongs to; set both or neither",
                   target.path);
}

static void check_fit(struct reader *reader, struct section data,
                      struct schedule *schedule)
{
    (void)schedule;
    struct setting fit = section_get(reader, data, "fit");
    struct setting size = section_get(reader, data, "size");
    if (fit.value && !size.value && !is_meant(reader, size.path))
        diag_error(reader->diags, fit.key,
                   "'%s' says how pictures are brought to 'data.size', which "
                   "is not set; write for example 'size: [64, 64]'",
                   fit.path);
}

/* An autoencoder's input is then no more its target, which the code is written
 * for; the numbers are free. */
static void check_normalize(struct reader *reader, struct section data,
                            struct schedule *schedule)
{
    const struct schedule *compiled = reader->compiled;
    struct setting setting = section_get(reader, data, "normalize");
    if (!compiled || schedule->objective != OBJECTIVE_AUTOENCODER ||
        is_wrong(reader, "data", "normalize") ||
        !compiled->data.normalize.kind == !schedule->data.normalize.kind)
        return;
    static const char none[] = "none";
    const char *was = normalize_text(reader->arena, &compiled->data.normalize);
    const char *is = normalize_text(reader->arena, &schedule->data.normalize);
    report_compiled_in(reader, setting.path, value_or_key(setting),
                       was ? was : none, is ? is : none);
}

/* Without a judge in the code there is none to be had. */
static void check_compiled(struct reader *reader, const char *what,
                           const char *compiled, const char *wanted,
                           struct span where)
{
    if (reader->compiled && !compiled && wanted)
        diag_error(reader->diags, where,
                   "%s is compiled in, and there is none; rebuild: guss "
                   "build MODEL.nn SCHEDULE.yaml",
                   what);
}

/* A judge is all of its keys or none. */
static void check_judge(struct reader *reader, struct section judge,
                        struct schedule *schedule)
{
    static const char *const names[][2] = {{"model", JUDGE_MODEL},
                                           {"weights", JUDGE_WEIGHTS},
                                           {"features", "code"}};
    if (!judge.mapping)
        return;
    for (int i = 0; i < 3; i++)
        section_need(reader, judge, names[i][0], names[i][1]);
    check_compiled(reader, "a judge",
                   reader->compiled ? reader->compiled->judge.model : NULL,
                   schedule->judge.model, schedule->where.judge_model);
}

static void check_autoencoder(struct reader *reader, struct section autoencoder,
                              struct schedule *schedule)
{
    if (!autoencoder.mapping)
        return;
    section_need(reader, autoencoder, "model", AUTOENCODER_MODEL);
    section_need(reader, autoencoder, "weights", AUTOENCODER_WEIGHTS);
    check_compiled(
        reader, "an autoencoder",
        reader->compiled ? reader->compiled->judge.autoencoder.model : NULL,
        schedule->judge.autoencoder.model, schedule->where.autoencoder_model);
}

/* What is looked at as soon as a key has been read. */
static const struct rule {
    const char *section, *name;
    void (*check)(struct reader *reader, struct section section,
                  struct schedule *schedule);
} rules[] = {{"latent", "file", check_latent},
             {"", "loss", check_loss},
             {"", "label_smoothing", check_smoothing},
             {"", "batch", check_batch},
             {"data", "size", check_size},
             {"data", "fit", check_fit},
             {"judge", "features", check_judge},
             {"judge.autoencoder", "weights", check_autoencoder},
             {"", "iterations", check_length},
             {"data", "normalize", check_normalize},
             {"data", "test_target", check_test_target},
             {"", "stop", check_stop},
             {"", "reduce_on_plateau", check_plateau}};

static void apply_rules(struct reader *reader, struct section section,
                        const struct field *field, struct schedule *schedule)
{
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++)
        if (strcmp(rules[i].section, field->section) == 0 &&
            strcmp(rules[i].name, field->name) == 0)
            rules[i].check(reader, section, schedule);
}

/* ---- fields -------------------------------------------------------------- */

/* The objective, whichever it is, cannot do without the field. */
static bool is_needed(const struct reader *reader, const struct field *field)
{
    return (field->traits & NEEDED) &&
           !(reader->objectives & ~(unsigned)field->objectives);
}

static void keep_place(const struct field *field, struct setting setting,
                       struct schedule *schedule)
{
    if (field->where)
        *(struct span *)(void *)((char *)schedule + field->where) =
            value_or_key(setting);
}

/* True, with a report, for another value than the one compiled in. */
static bool is_refused(struct reader *reader, const struct field *field,
                       struct setting setting, const struct schedule *schedule)
{
    const char *compiled = field_text(reader->arena, field, reader->compiled);
    const char *wanted = field_text(reader->arena, field, schedule);
    const char *unbuilt = field->vocabulary ? field->vocabulary->unbuilt : NULL;
    if (field->kept && wanted && strcmp(wanted, field->kept) == 0)
        return false; /* as the schedule in a run's folder says */
    if (unbuilt && strcmp(wanted, unbuilt) == 0 &&
        strcmp(compiled, unbuilt) != 0) {
        diag_error(reader->diags, value_or_key(setting),
                   "the %s %s cannot be built yet", field->name, unbuilt);
        return true;
    }
    return report_compiled_in(reader, setting.path, value_or_key(setting),
                              compiled, wanted);
}

/* Of a field as it was given. */
enum reading { READ, READ_WRONG, READ_REFUSED };

static enum reading read_field(struct reader *reader, struct section section,
                               const struct field *field,
                               struct schedule *schedule)
{
    struct setting setting =
        is_needed(reader, field)
            ? section_need(reader, section, field->name, field->example)
            : section_get(reader, section, field->name);
    keep_place(field, setting, schedule);
    if (!(field->objectives & reader->objectives))
        return READ;
    field_reset(field, schedule);
    enum reading reading = READ;
    if (setting.value
            ? !read_value(reader, setting, field, field_value(field, schedule))
            : (field->traits & NEEDED) != 0)
        reading = READ_WRONG;
    else if (reader->compiled && (field->traits & COMPILED_IN) &&
             is_refused(reader, field, setting, schedule))
        reading = READ_REFUSED;
    reader->is_wrong[field - schedule_fields] = reading != READ;
    return reading;
}

static void read_section(struct reader *reader, struct section section,
                         struct schedule *schedule);

static void read_below(struct reader *reader, struct section section,
                       const struct field *field, struct schedule *schedule)
{
    keep_place(field, section_get(reader, section, field->name), schedule);
    if (field->objectives & reader->objectives)
        read_section(reader,
                     section_open(reader, section, field->name, field->example),
                     schedule);
}

static void read_section(struct reader *reader, struct section section,
                         struct schedule *schedule)
{
    check_keys(reader, section);
    for (int i = 0; i < n_schedule_fields; i++) {
        const struct field *field = &schedule_fields[i];
        if (strcmp(field->section, section.path) != 0 ||
            (field->traits & EARLY))
            continue;
        if (field->type == FIELD_SECTION)
            read_below(reader, section, field, schedule);
        else if (field->type == FIELD_OPTIMIZER)
            read_optimizers(reader, section, schedule);
        else
            read_field(reader, section, field, schedule);
        if (field->objectives & reader->objectives)
            apply_rules(reader, section, field, schedule);
    }
}

/* Which objective, as a set; all of them where that is not known, none where
 * another one is compiled in. */
static enum objectives read_objective(struct reader *reader, struct section top,
                                      struct schedule *schedule)
{
    switch (read_field(reader, top, field_find("", "objective"), schedule)) {
    case READ:
        return (enum objectives)(1u << schedule->objective);
    case READ_WRONG:
        return FOR_ALL;
    case READ_REFUSED:
        break;
    }
    return (enum objectives)0;
}

/* Read before all else: what a newer one says besides is not known here. */
static bool is_newer(struct reader *reader, struct section top)
{
    const struct field *field = field_find("", "version");
    struct setting setting = section_get(reader, top, field->name);
    int64_t version = SCHEDULE_VERSION;
    if (!setting.value || !read_value(reader, setting, field, &version) ||
        version <= SCHEDULE_VERSION)
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
    reader->objectives = read_objective(reader, top, schedule);
    if (reader->objectives) /* else all there is belongs to the other one */
        read_section(reader, top, schedule);
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
    struct reader reader = {
        .arena = arena,
        .diags = diags,
        .source = source,
        .compiled = compiled,
        .root = root,
        .objectives = FOR_ALL,
        .is_wrong = arena_alloc(arena, (size_t)n_schedule_fields, sizeof(bool)),
        .complete = diags_count_errors(diags) == errors};
    struct section top = {.path = "", .mapping = root, .where = start};
    if (!is_newer(&reader, top))
        read_top(&reader, top, schedule);
}

static bool is_among(const struct whole_list *list, uint64_t iteration)
{
    for (int64_t i = 0; i < list->n; i++)
        if ((uint64_t)list->values[i] == iteration)
            return true;
    return false;
}

void schedule_read_augment(struct arena *arena, const struct source *source,
                           struct augment_settings *augment,
                           struct diags *diags)
{
    struct schedule schedule = {0};
    struct node *root = tree_read(arena, source, 0, diags);
    if (!root)
        return;
    struct reader reader = {
        .arena = arena,
        .diags = diags,
        .source = source,
        .root = root,
        .objectives = FOR_ALL,
        .is_wrong = arena_alloc(arena, (size_t)n_schedule_fields, sizeof(bool)),
        .complete = true};
    struct section section = {
        .path = "data.augment", .mapping = root, .where = root->where};
    if (root->kind == NODE_MAPPING)
        read_section(&reader, section, &schedule);
    else
        diag_error(diags, root->where,
                   "'data.augment' is a mapping such as 'flip: horizontal'");
    *augment = schedule.data.augment;
}

bool schedule_keeps_checkpoint(const struct schedule *schedule,
                               uint64_t iteration)
{
    return is_among(&schedule->checkpoint.at, iteration);
}

bool schedule_has_snapshot(const struct schedule *schedule, uint64_t iteration)
{
    uint64_t every = (uint64_t)schedule->snapshots.every;
    return (every && iteration && iteration % every == 0) ||
           is_among(&schedule->snapshots.at, iteration);
}
