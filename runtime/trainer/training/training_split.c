/* What a run is trained on, and what it is measured on after an epoch: a test
 * set, or a share of the training set that is drawn when the run begins. A
 * resumed or repeated run draws the same. */
#include "trainer/training/training.h"

#include "base/file.h"
#include "base/text.h"
#include "trainer/data/shuffle.h"

/* ---- the split ----------------------------------------------------------- */

static enum status refuse_split(struct training *training, const char *lacking)
{
    struct session *session = training->session;
    const struct schedule *schedule = &session->schedule;
    int64_t count = training->train.samples.count;
    struct text share = text_new(session->arena);
    text_put_real(&share, schedule->data.validation);
    return session_report(
        session, schedule->where.validation,
        "'data.validation' %s of the %lld sample%s of '%s' leaves none to %s",
        text_string(&share), (long long)count, count == 1 ? "" : "s",
        schedule->data.train, lacking);
}

enum status split_prepare(struct training *training)
{
    struct session *session = training->session;
    const struct schedule *schedule = &session->schedule;
    struct data_split *split = &training->split;
    if (!training->has_split)
        return STATUS_OK;
    enum status status =
        data_split_draw(&training->train.samples, schedule->data.validation,
                        schedule->seed, split, &session->error);
    if (status != STATUS_OK)
        return status;
    if (split->n_validation == 0)
        return refuse_split(training, "validate with");
    if (split->n_training == 0)
        return refuse_split(training, "train on");
    return STATUS_OK;
}

bool training_validates(const struct training *training)
{
    return training->has_split || training->has_test;
}

int64_t training_samples(const struct training *training)
{
    return training->has_split ? training->split.n_training
                               : training->train.samples.count;
}

/* ---- orders -------------------------------------------------------------- */

void split_order_pass(struct training *training)
{
    int64_t count = training_samples(training);
    uint32_t *order = training->order;
    if (training->session->schedule.data.shuffle)
        shuffle_pass(order, count, training->note.seed, training->note.pass);
    else
        shuffle_none(order, count);
    for (int64_t i = 0; training->has_split && i < count; i++)
        order[i] = training->split.training[order[i]];
    training->is_ordered = true;
}

struct sample_list split_validation(struct training *training)
{
    const struct data_split *split = &training->split;
    struct sample_list list = {.samples = &training->train.samples,
                               .numbers = split->validation,
                               .count = split->n_validation,
                               .label_smoothing =
                                   training->session->schedule.label_smoothing};
    if (training->has_split)
        return list;
    list.samples = &training->test.samples;
    list.numbers = training->order;
    list.count = list.samples->count;
    shuffle_none(training->order, list.count);
    training->is_ordered = false;
    return list;
}

/* ---- validation.csv ------------------------------------------------------ */

/* A classifier's classes have names. */
static void put_class(struct text *text, const struct training *training,
                      uint32_t sample)
{
    const struct class_names *classes = &training->session->classes;
    int32_t label = training->train.samples.labels[sample];
    if (label >= 0 && label < classes->count)
        text_put_csv(text, classes->names[label]);
    else
        text_printf(text, "%ld", (long)label);
}

enum status split_write(struct training *training)
{
    const struct data_set *set = &training->train;
    const struct data_split *split = &training->split;
    if (!training->has_split)
        return STATUS_OK;
    struct arena *arena = arena_new();
    struct text text = text_new(arena);
    text_printf(&text, "sample%s%s\n", set->samples.labels ? ",class" : "",
                set->are_pictures ? ",file" : "");
    for (int64_t i = 0; i < split->n_validation; i++) {
        uint32_t sample = split->validation[i];
        text_printf(&text, "%lu", (unsigned long)sample);
        if (set->samples.labels) {
            text_puts(&text, ",");
            put_class(&text, training, sample);
        }
        if (set->are_pictures) {
            text_puts(&text, ",");
            text_put_csv(&text, set->files[sample].name);
        }
        text_puts(&text, "\n");
    }
    enum status status =
        file_write(run_folder_file(&training->folder, RUN_VALIDATION),
                   text_string(&text), text.length, &training->session->error);
    arena_free(arena);
    return status;
}
