/* YAML text as a tree whose every part knows its place in the text. */
#ifndef TRAINER_SCHEDULE_TREE_H
#define TRAINER_SCHEDULE_TREE_H

#include "trainer/schedule/schedule.h"

enum node_kind {
    NODE_SCALAR,
    NODE_LIST,
    NODE_MAPPING,
    NODE_BAD /* a mistake was reported here: say no more about it */
};

struct node {
    enum node_kind kind;
    struct span where;
    const char *text; /* of a scalar, without quotes and escapes */
    bool plain;       /* a scalar without quotes: may be a number, a null */
    struct entry *entries; /* of a list or mapping, in order */
    size_t n_entries, capacity;
};

struct entry {
    const char *key;   /* NULL in a list, and for a key that is a mistake */
    struct span where; /* of the key */
    struct node *value;
};

/* Reads the one YAML document that starts at byte `first` of the source. NULL
 * where it cannot be read to its end; that and every other mistake of form
 * (anchors, tags, keys set twice) is added to `diags`. A text without content
 * is a null. */
struct node *tree_read(struct arena *arena, const struct source *source,
                       size_t first, struct diags *diags);

/* Applies one --set to the mapping `root`. */
void tree_edit(struct arena *arena, struct node *root,
               const struct schedule_edit *edit, struct diags *diags);

/* True for ~, null and a value that is left out. */
bool node_is_null(const struct node *node);

/* The first entry of that key, or NULL; `mapping` may be NULL or no mapping. */
struct entry *node_find(const struct node *mapping, const char *key);

#endif
