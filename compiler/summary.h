/* Model tables: writing Keras's, reading published ones, and comparing. */
#ifndef COMPILER_SUMMARY_H
#define COMPILER_SUMMARY_H

#include "base/source.h"
#include "base/text.h"
#include "compiler/graph.h"

/* A model table, as it is written and as it is read. */
struct table_row {
    const char *name, *type; /* "conv2d", "Conv2D" */
    const char *shape;       /* "(None, 28, 28, 16)" or "[(None, 784)]" */
    int64_t params;
    const char **connected; /* "name[0][0]" of each input; graphs only */
    int n_connected;
    struct span where; /* of a table that was read */
};
struct table {
    const char *model;
    struct table_row *rows;
    int n_rows;
    bool is_graph;                    /* 98 columns with Connected to */
    int64_t total, trainable, frozen; /* -1: not given in a table read */
    struct span where;
};

/* The table of a network; `table` and its texts live in `arena`. */
void table_of_network(struct arena *arena, const struct network *network,
                      struct table *table);

/* Appends the table byte for byte as TensorFlow 2.2's model.summary() prints
 * it. Source: tensorflow/python/keras/utils/layer_utils.py, print_summary. */
void table_write_keras(const struct table *table, struct text *out);

#endif
