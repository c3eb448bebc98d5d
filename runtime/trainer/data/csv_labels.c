/* Names are found by bisection among those that were met. */
#include "trainer/data/csv_labels.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

void csv_labels_start(struct csv_labels *labels, struct arena *arena)
{
    *labels = (struct csv_labels){.arena = arena};
}

void csv_labels_free(struct csv_labels *labels)
{
    free(labels->rows);
}

/* Where the name stands among those that were met, or would. */
static int32_t find(const struct csv_labels *labels, const char *name)
{
    int32_t low = 0, high = labels->n_names;
    while (low < high) {
        int32_t middle = low + (high - low) / 2;
        if (strcmp(labels->names[middle], name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum status add_name(struct csv_labels *labels, const char *path,
                            const char *name, int32_t at, struct error *error)
{
    if (labels->n_names == CSV_MOST_CLASSES)
        return error_set(error, STATUS_INPUT,
                         "%s: more than %d labels; is that the column of "
                         "labels?",
                         path, CSV_MOST_CLASSES);
    if (labels->n_names == 0) {
        labels->names =
            arena_alloc(labels->arena, CSV_MOST_CLASSES, sizeof *labels->names);
        labels->ids =
            arena_alloc(labels->arena, CSV_MOST_CLASSES, sizeof *labels->ids);
    }
    size_t behind = (size_t)(labels->n_names - at);
    memmove(labels->names + at + 1, labels->names + at,
            behind * sizeof *labels->names);
    memmove(labels->ids + at + 1, labels->ids + at,
            behind * sizeof *labels->ids);
    labels->names[at] = arena_strdup(labels->arena, name);
    labels->ids[at] = labels->n_names++;
    return STATUS_OK;
}

enum status csv_labels_add(struct csv_labels *labels, const char *path,
                           const char *name, struct error *error)
{
    int32_t at = find(labels, name);
    if (at == labels->n_names || strcmp(labels->names[at], name) != 0) {
        enum status status = add_name(labels, path, name, at, error);
        if (status != STATUS_OK)
            return status;
    }
    if (labels->count == labels->capacity) {
        size_t capacity = labels->capacity ? 2 * labels->capacity : 1024;
        int32_t *rows = realloc(labels->rows, capacity * sizeof *rows);
        if (!rows)
            return error_set(error, STATUS_MACHINE,
                             "%s: no memory for its labels", path);
        labels->rows = rows;
        labels->capacity = capacity;
    }
    labels->rows[labels->count++] = labels->ids[at];
    return STATUS_OK;
}

/* ---- what they mean ------------------------------------------------------ */

static bool read_whole(const char *name, int32_t *label)
{
    char *end;
    errno = 0;
    long long value = strtoll(name, &end, 10);
    *label = (int32_t)value;
    return name[strspn(name, "+-0123456789")] == '\0' && *end == '\0' &&
           errno == 0 && value >= INT32_MIN && value <= INT32_MAX;
}

static bool are_whole(const struct csv_labels *labels)
{
    int32_t label;
    for (int32_t i = 0; i < labels->n_names; i++)
        if (!read_whole(labels->names[i], &label))
            return false;
    return true;
}

static bool keep_classes(const struct csv_labels *labels, struct data_set *set)
{
    set->classes = calloc((size_t)labels->n_names, sizeof *set->classes);
    for (int32_t i = 0; set->classes && i < labels->n_names; i++) {
        set->classes[i] = strdup(labels->names[i]);
        if (!set->classes[i])
            return false;
        set->n_classes++;
    }
    return set->classes;
}

enum status csv_labels_finish(struct csv_labels *labels, const char *path,
                              struct data_set *set, struct error *error)
{
    bool is_whole = are_whole(labels);
    int32_t *meaning = arena_alloc(labels->arena, (size_t)labels->n_names,
                                   sizeof *meaning); /* of each id */
    for (int32_t i = 0; i < labels->n_names; i++)
        if (!is_whole ||
            !read_whole(labels->names[i], &meaning[labels->ids[i]]))
            meaning[labels->ids[i]] = i;
    for (size_t i = 0; i < labels->count; i++)
        labels->rows[i] = meaning[labels->rows[i]];
    set->samples.labels = set->labels = labels->rows;
    labels->rows = NULL;
    if (!is_whole && !keep_classes(labels, set))
        return error_set(error, STATUS_MACHINE, "%s: no memory for its classes",
                         path);
    return STATUS_OK;
}
