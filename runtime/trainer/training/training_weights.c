/* How much the samples of each class count in training. */
#include "trainer/training/training.h"

#include <string.h>

#include "base/text.h"
#include "trainer/session/labels.h"

/* ---- balanced ------------------------------------------------------------ */

/* Samples that are trained on, by class. */
static int64_t *count_samples(const struct training *training, int64_t classes)
{
    int64_t *counts =
        arena_alloc(training->session->arena, (size_t)classes, sizeof *counts);
    int64_t n = training_samples(training);
    for (int64_t i = 0; i < n; i++)
        counts[training->train.samples.labels
                   [training->has_split ? training->split.training[i] : i]]++;
    return counts;
}

/* The names of those that have none. */
static struct class_names list_empty(struct session *session,
                                     const int64_t *counts)
{
    const struct class_names *classes = &session->classes;
    const char **empty =
        arena_alloc(session->arena, (size_t)classes->count, sizeof *empty);
    int n = 0;
    for (int i = 0; i < classes->count; i++)
        if (counts[i] == 0)
            empty[n++] = classes->names[i];
    return (struct class_names){empty, n};
}

/* samples / (classes x samples of the class), where classes without samples do not
 * count, as scikit-learn has it: over all samples the mean of the weights is 1. */
static struct class_weights balance(const struct training *training,
                                    struct class_names *empty)
{
    struct session *session = training->session;
    const struct class_names *classes = &session->classes;
    int64_t *counts = count_samples(training, labels_classes(session));
    *empty = list_empty(session, counts);
    double share = (double)training_samples(training) /
                   (double)(classes->count - empty->count);
    struct class_weight *all =
        arena_alloc(session->arena, (size_t)classes->count, sizeof *all);
    for (int i = 0; i < classes->count; i++)
        all[i] = (struct class_weight){
            .name = classes->names[i],
            .weight = counts[i] ? share / (double)counts[i] : 1.0};
    return (struct class_weights){WEIGHTS_GIVEN, all, classes->count};
}

static enum status take_balanced(struct training *training)
{
    struct session *session = training->session;
    struct class_names empty;
    struct class_weights weights = balance(training, &empty);
    if (weights.n > MOST_WEIGHTED_CLASSES)
        return session_report(session, session->schedule.where.class_weights,
                              "'class_weights: balanced' is for %d classes at "
                              "most, and there are %lld",
                              MOST_WEIGHTED_CLASSES, (long long)weights.n);
    session->schedule.class_weights = weights;
    if (empty.count > 0)
        session_warn(session,
                     "'class_weights: balanced' leaves out %s: there is no "
                     "such sample to train on",
                     class_names_list(session->arena, &empty));
    return STATUS_OK;
}

enum status weights_check_balanced(struct training *training)
{
    struct session *session = training->session;
    const struct class_weights *then = &session->schedule.class_weights;
    struct class_names empty;
    const struct class_weights now = balance(training, &empty);
    bool is_same = then->n == now.n;
    for (int64_t i = 0; is_same && i < now.n; i++)
        is_same = strcmp(then->classes[i].name, now.classes[i].name) == 0 &&
                  then->classes[i].weight == now.classes[i].weight;
    return is_same ? STATUS_OK
                   : error_set(&session->error, STATUS_USAGE,
                               "'class_weights' cannot change when a run is "
                               "resumed; start another one: --out DIR");
}

/* ---- given --------------------------------------------------------------- */

/* By name, or else by number, where the names are no numbers; -1: none. */
static int find_class(const struct class_names *classes, const char *name)
{
    int found = class_names_find(classes, name);
    if (found >= 0 || class_names_are_numbers(classes))
        return found;
    int number = 0;
    for (const char *at = name; *at; at++) {
        if (*at < '0' || *at > '9' || number >= classes->count)
            return -1;
        number = 10 * number + (*at - '0');
    }
    return name[0] && number < classes->count ? number : -1;
}

static enum status report_unknown(struct training *training,
                                  const struct class_weight *weight)
{
    struct session *session = training->session;
    const struct class_names *known = &session->classes;
    return session_report(
        session, weight->where,
        "'class_weights' names the class '%s', but '%s' has %s%s",
        text_shown(session->arena, weight->name), session->schedule.data.train,
        class_names_list(session->arena, known),
        did_you_mean(session->arena, weight->name, known->names,
                     (size_t)known->count));
}

/* places[k] is the class of weight k. */
static enum status find_classes(struct training *training, int *places)
{
    struct session *session = training->session;
    const struct class_weights *weights = &session->schedule.class_weights;
    const struct class_names *known = &session->classes;
    enum status status = STATUS_OK;
    bool *is_named =
        arena_alloc(session->arena, (size_t)known->count + 1, sizeof *is_named);
    for (int64_t k = 0; k < weights->n; k++) {
        const struct class_weight *weight = &weights->classes[k];
        int place = find_class(known, weight->name);
        if (place < 0)
            status = report_unknown(training, weight);
        else if (is_named[place])
            status = session_report(session, weight->where,
                                    "'class_weights' names the class '%s' "
                                    "twice",
                                    known->names[place]);
        else
            is_named[place] = true;
        places[k] = place;
    }
    return status;
}

/* Of all classes by their names, so that the run's schedule says it all; of more
 * than that may have, as it was given. */
static void resolve(struct training *training, const int *places)
{
    struct session *session = training->session;
    struct class_weights *given = &session->schedule.class_weights;
    int count = session->classes.count;
    if (count > MOST_WEIGHTED_CLASSES)
        return;
    struct class_weight *all =
        arena_alloc(session->arena, (size_t)count, sizeof *all);
    for (int i = 0; i < count; i++)
        all[i] = (struct class_weight){.name = session->classes.names[i],
                                       .weight = 1.0};
    for (int64_t k = 0; k < given->n; k++)
        all[places[k]].weight = given->classes[k].weight;
    given->classes = all;
    given->n = count;
}

/* ---- the whole ----------------------------------------------------------- */

/* By the places of classes, whatever their order in the schedule. */
static enum status fill_table(struct training *training)
{
    struct session *session = training->session;
    const struct class_weights *weights = &session->schedule.class_weights;
    size_t n = (size_t)labels_classes(session);
    double *table = arena_alloc(session->arena, n, sizeof *table);
    bool is_zero = weights->n == session->classes.count;
    for (size_t i = 0; i < n; i++)
        table[i] = 1.0;
    for (int64_t k = 0; k < weights->n; k++) {
        const struct class_weight *weight = &weights->classes[k];
        table[find_class(&session->classes, weight->name)] = weight->weight;
        is_zero = is_zero && weight->weight == 0.0;
    }
    training->class_weights = table;
    if (!is_zero)
        return STATUS_OK;
    return session_report(session, session->schedule.where.class_weights,
                          "'class_weights' are 0 for every class, which leaves "
                          "nothing to learn from");
}

enum status weights_prepare(struct training *training)
{
    struct session *session = training->session;
    const struct class_weights *weights = &session->schedule.class_weights;
    enum status status = STATUS_OK;
    if (weights->kind == WEIGHTS_ALIKE)
        return STATUS_OK;
    if (weights->kind == WEIGHTS_BALANCED) {
        status = take_balanced(training);
    } else {
        int *places =
            arena_alloc(session->arena, (size_t)weights->n + 1, sizeof *places);
        status = find_classes(training, places);
        if (status == STATUS_OK)
            resolve(training, places);
    }
    return status == STATUS_OK ? fill_table(training) : status;
}
