#include "trainer/session/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/source.h"
#include "trainer/session/network.h"

int64_t labels_classes(const struct session *session)
{
    int64_t outputs =
        output_elements(network_result(trained_network(session->model)));
    return outputs == 1 ? 2 : outputs;
}

struct class_names labels_names(struct session *session, int count)
{
    const struct class_names *known = &session->classes;
    const char **names =
        arena_alloc(session->arena, (size_t)count, sizeof *names);
    for (int i = 0; i < count; i++)
        names[i] = i < known->count ? known->names[i]
                                    : arena_printf(session->arena, "%d", i);
    return (struct class_names){names, count};
}

static struct class_names names_of(const struct data_set *set)
{
    return (struct class_names){(const char *const *)set->classes,
                                set->n_classes};
}

/* ---- the network's ------------------------------------------------------- */

static enum status check_names(struct session *session, const char *reference,
                               const struct class_names *classes)
{
    int64_t outputs = labels_classes(session);
    if (classes->count > outputs)
        return error_set(&session->error, STATUS_INPUT,
                         "'%s' has %d classes, %s; network '%s' has outputs "
                         "for %lld",
                         reference, classes->count,
                         class_names_list(session->arena, classes),
                         trained_network(session->model)->name,
                         (long long)outputs);
    for (int i = 0; i < classes->count; i++) {
        const char *name = classes->names[i];
        if (!source_is_utf8(name))
            return error_set(&session->error, STATUS_INPUT,
                             "the class '%s' of '%s' is not UTF-8, as names in "
                             "a file of weights are; rename its folder",
                             name, reference);
    }
    return STATUS_OK;
}

enum status labels_name_classes(struct session *session, const char *reference,
                                const struct data_set *set)
{
    struct class_names named = names_of(set);
    if (session->model->objective != GUSS_CLASSIFIER)
        return STATUS_OK;
    enum status status = check_names(session, reference, &named);
    if (status != STATUS_OK)
        return status;
    /* The set may go before the session does. */
    struct arena *arena = session->arena;
    if (named.count > 0)
        return class_names_read(arena, reference,
                                class_names_text(arena, &named),
                                &session->classes, &session->error);
    session->classes =
        class_names_numbered(arena, (int)labels_classes(session));
    return STATUS_OK;
}

/* ---- a set's ------------------------------------------------------------- */

static enum status fail_label(struct session *session, const char *reference,
                              int64_t sample, int32_t label)
{
    const struct class_names *classes = &session->classes;
    const char *name = trained_network(session->model)->name;
    bool are_places = class_names_find(classes, "0") == 0;
    if (classes->count > 0 && !are_places && class_names_are_numbers(classes))
        return error_set(&session->error, STATUS_INPUT,
                         "sample %lld of '%s' has label %d, network '%s' knows "
                         "%s",
                         (long long)sample, reference, label, name,
                         class_names_list(session->arena, classes));
    return error_set(&session->error, STATUS_INPUT,
                     "sample %lld of '%s' has label %d, network '%s' knows 0 "
                     "to %lld",
                     (long long)sample, reference, label, name,
                     (long long)labels_classes(session) - 1);
}

static enum status refuse_class(struct session *session, const char *reference,
                                const char *name)
{
    const struct class_names *known = &session->classes;
    return error_set(
        &session->error, STATUS_INPUT,
        "'%s' has the class '%s', but network '%s' knows %s%s", reference, name,
        trained_network(session->model)->name,
        class_names_list(session->arena, known),
        did_you_mean(session->arena, name, known->names, (size_t)known->count));
}

/* classes[label] is the network's class of that label of the set. */
static enum status map_names(struct session *session, const char *reference,
                             const struct data_set *set, int32_t *classes)
{
    for (int i = 0; i < set->n_classes; i++) {
        classes[i] = class_names_find(&session->classes, set->classes[i]);
        if (classes[i] < 0)
            return refuse_class(session, reference, set->classes[i]);
    }
    return STATUS_OK;
}

static void rename_labels(struct data_set *set, const int32_t *classes)
{
    for (int64_t i = 0; i < set->samples.count; i++)
        set->labels[i] = classes[set->labels[i]];
}

/* Labels by name. */
static enum status take_names(struct session *session, const char *reference,
                              struct data_set *set)
{
    int32_t *classes =
        arena_alloc(session->arena, (size_t)set->n_classes, sizeof *classes);
    enum status status = map_names(session, reference, set, classes);
    if (status == STATUS_OK)
        rename_labels(set, classes);
    return status;
}

/* Weights that say nothing of their classes: the set's have their place among
 * the outputs, or are the numbers of outputs. */
static enum status take_unnamed(struct session *session, const char *reference,
                                struct data_set *set)
{
    struct class_names named = names_of(set);
    enum status status = check_names(session, reference, &named);
    if (status != STATUS_OK)
        return status;
    session->classes =
        class_names_numbered(session->arena, (int)labels_classes(session));
    bool are_outputs = true;
    for (int i = 0; i < named.count; i++)
        are_outputs = are_outputs &&
                      class_names_find(&session->classes, named.names[i]) >= 0;
    session_warn(session,
                 "the weights do not name their classes: those of '%s', %s, "
                 "are taken for %s",
                 reference, class_names_list(session->arena, &named),
                 are_outputs ? "the outputs of these numbers"
                             : "the first outputs, in this order");
    return are_outputs ? take_names(session, reference, set)
                       : labels_name_classes(session, reference, set);
}

/* The number that each class has for its name. */
static const int64_t *class_numbers(struct session *session)
{
    const struct class_names *known = &session->classes;
    int64_t *numbers =
        arena_alloc(session->arena, (size_t)known->count, sizeof *numbers);
    for (int i = 0; i < known->count; i++)
        numbers[i] = strtoll(known->names[i], NULL, 10);
    return numbers;
}

/* -1 where there is none; most often it is its place. */
static int32_t find_number(const int64_t *numbers, int count, int32_t label)
{
    if (label >= 0 && label < count && numbers[label] == label)
        return label;
    for (int i = 0; i < count; i++)
        if (numbers[i] == label)
            return i;
    return -1;
}

/* Labels that are numbers: of the class of that name, where classes have
 * numbers for names; else of the class at that place. */
static enum status take_numbers(struct session *session, const char *reference,
                                struct data_set *set)
{
    const struct class_names *known = &session->classes;
    const int64_t *numbers =
        class_names_are_numbers(known) ? class_numbers(session) : NULL;
    int64_t count = known->count ? known->count : labels_classes(session);
    for (int64_t i = 0; i < set->samples.count; i++) {
        int32_t label = set->labels[i];
        if (numbers)
            set->labels[i] = find_number(numbers, known->count, label);
        if (set->labels[i] < 0 || set->labels[i] >= count)
            return fail_label(session, reference, i, label);
    }
    if (known->count > 0 && !numbers)
        session_warn(session,
                     "the labels of '%s' have no names: 0 to %d are taken for "
                     "%s",
                     reference, known->count - 1,
                     class_names_list(session->arena, known));
    return STATUS_OK;
}

enum status labels_take(struct session *session, const char *reference,
                        struct data_set *set)
{
    if (session->model->objective != GUSS_CLASSIFIER)
        return STATUS_OK;
    bool is_measured = session->options->texts[OPTION_WEIGHTS];
    if (!set->samples.labels)
        return error_set(
            &session->error, STATUS_INPUT,
            "'%s' has no labels, which a classifier needs%s%s%s", reference,
            set->sought ? ": " : "", set->sought ? set->sought : "",
            is_measured ? "; predict says what it is taken for" : "");
    if (set->n_classes == 0)
        return take_numbers(session, reference, set);
    return session->classes.count > 0 ? take_names(session, reference, set)
                                      : take_unnamed(session, reference, set);
}
