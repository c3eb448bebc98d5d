/* A column of labels: whole numbers, or names of classes. */
#ifndef TRAINER_CSV_LABELS_H
#define TRAINER_CSV_LABELS_H

#include "trainer/data/data_reader.h"

enum { CSV_MOST_CLASSES = 1 << 16 };

struct csv_labels {
    struct arena *arena;
    const char **names; /* that were met, sorted by their bytes */
    int32_t *ids;       /* of each of them, in the order they were met */
    int32_t n_names;
    int32_t *rows; /* owned: the id of each sample's */
    size_t count, capacity;
};

void csv_labels_start(struct csv_labels *labels, struct arena *arena);
/* The next sample's label; `path` is for messages. STATUS_INPUT where that would
 * be the 65537th name. */
enum status csv_labels_add(struct csv_labels *labels, const char *path,
                           const char *name, struct error *error);
/* Gives the set, which has as many samples, its labels: the numbers, where all
 * names are whole numbers of 32 bits, or else classes in the order of their names'
 * bytes. */
enum status csv_labels_finish(struct csv_labels *labels, const char *path,
                              struct data_set *set, struct error *error);
void csv_labels_free(struct csv_labels *labels);

#endif
