/* The names of a classifier's classes, class 0 first: of the folders that it was
 * trained on, or "0", "1", ... where its data had none. A file keeps them in
 * its metadata, under CLASS_NAMES_KEY, as the text of a JSON array. */
#ifndef TRAINER_CLASS_NAMES_H
#define TRAINER_CLASS_NAMES_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

#define CLASS_NAMES_KEY "class_names"

struct class_names {
    const char *const *names;
    int count; /* 0: there are none */
};

/* "0", "1", ...; in the arena. */
struct class_names class_names_numbered(struct arena *arena, int count);

/* The text for a file, in the arena; "" where there are none. Names are UTF-8. */
const char *class_names_text(struct arena *arena,
                             const struct class_names *classes);

/* Reads the text of the file at `path`; NULL and "" are no names. STATUS_INPUT
 * where it is not an array of different names. */
enum status class_names_read(struct arena *arena, const char *path,
                             const char *text, struct class_names *classes,
                             struct error *error);

bool class_names_same(const struct class_names *a, const struct class_names *b);

/* Whether each of them is a number from 0 on, in decimal digits. */
bool class_names_are_numbers(const struct class_names *classes);

/* The class of that name, or else, of a name in digits, the one that is the
 * same number ("07" is "7"); -1 where there is none. */
int class_names_find(const struct class_names *classes, const char *name);

/* "'ant', 'bee' and 'cat'"; of many the first and how many there are. */
const char *class_names_list(struct arena *arena,
                             const struct class_names *classes);

#endif
