/* The labels of a set, and the classes that the trained network tells apart:
 * they meet by their names. */
#ifndef TRAINER_LABELS_H
#define TRAINER_LABELS_H

#include <stdint.h>

#include "base/status.h"
#include "trainer/data/data.h"
#include "trainer/session/session.h"

/* How many classes the trained network has outputs for: one output tells two. */
int64_t labels_classes(const struct session *session);

/* The names of so many classes: the session's, then numbers; in its arena. */
struct class_names labels_names(struct session *session, int count);

/* Takes the names of the classes from the set that a classifier is trained on;
 * they are numbers where it has none. STATUS_INPUT where there are more than
 * outputs, or a name is not UTF-8. Nothing where no classifier is trained. */
enum status labels_name_classes(struct session *session, const char *reference,
                                const struct data_set *set);

/* Makes each label of the set, which is the caller's, the number of the
 * network's class of its name; labels without names have the classes "0", "1",
 * ... STATUS_INPUT where the network has no such class, or a sample has no
 * label. Where only one side has names, numbers have to serve: that is warned
 * of. Nothing where the model is no classifier. */
enum status labels_take(struct session *session, const char *reference,
                        struct data_set *set);

#endif
