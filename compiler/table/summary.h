/* Model tables: writing Keras's, reading published ones, and comparing. */
#ifndef COMPILER_SUMMARY_H
#define COMPILER_SUMMARY_H

#include "base/source.h"
#include "base/text.h"
#include "compiler/graph/graph.h"

/* A model table, as it is written and as it is read. */
struct table_row {
    const char *name, *type; /* "conv2d", "Conv2D" */
    const char *shape;       /* "(None, 28, 28, 16)" or "[(None, 784)]" */
    int64_t params;
    const char **connected; /* "name[0][0]" of each input; graphs only */
    int n_connected;
    struct span where; /* of a table that was read */

    /* of a network's own table only */
    const char **inputs;  /* the name of each input, n_connected of them */
    int uses;             /* how often it is placed; 1 for a layer */
    int64_t trainable;    /* of `params` */
    int64_t macs;         /* multiply-adds of one sample, over all uses */
    int64_t output_bytes; /* of one sample in float32, over all uses */
    struct shape sample;  /* of its output */
};
struct table {
    const char *model;
    struct table_row *rows;
    int n_rows;
    bool is_graph;                    /* 98 columns with Connected to */
    int64_t total, trainable, frozen; /* -1: not given in a table read */
    int64_t macs;                     /* of a network's own table only */
    struct span where;
    /* the lines of those three in a table that was read */
    struct span total_where, trainable_where, frozen_where;
};

/* The table of a network; `table` and its texts live in `arena`. */
void table_of_network(struct arena *arena, const struct network *network,
                      struct table *table);

/* Appends the table byte for byte as TensorFlow 2.2's model.summary() prints
 * it. Source: tensorflow/python/keras/utils/layer_utils.py, print_summary. */
void table_write_keras(const struct table *table, struct text *out);

/* Appends the table with nothing cut off, and with multiply-adds and bytes. */
void table_write_wide(const struct table *table, struct text *out);
/* The same as a table of GitHub's Markdown, below a heading of its own. */
void table_write_markdown(const struct table *table, struct text *out);
/* The tables as one JSON array. */
void tables_write_json(const struct table *tables, int n, struct text *out);

/* Bytes of so many parameters in float32; of a sample's outputs, all rows. */
int64_t weight_bytes(int64_t params);
int64_t table_output_bytes(const struct table *table);

/* Where Keras cuts the last column of a graph's table, and how much of that
 * is left at least without its brackets. */
enum { CONNECTION_WIDTH = 33, BARE_CONNECTION_WIDTH = 29 };

/* Reads the published tables of a file, *n of them: of Keras in any version,
 * or scanned, or Markdown. What a table says must be readable (else there are
 * errors in `diags`); how it is drawn does not count. A row's shape keeps its
 * closing bracket only if it was not cut off. `source` is one of at most
 * TABLE_FILE_LIMIT bytes; tables and texts live in `arena`. A table without
 * its `Model:` line has no model (NULL). */
enum { TABLE_FILE_LIMIT = 1 << 20 };
struct table *tables_read(struct arena *arena, const struct source *source,
                          int *n, struct diags *diags);

/* Appends a line for each difference of rows and totals, and returns how many
 * there are. Case does not count, nor what Keras cut off to fit a column, nor
 * the end of a class name; connections count where both tables have them. */
int table_compare(const struct table *ours, const struct table *published,
                  struct text *out);

/* The same for all networks (at least one), each with the table of its name in
 * a file (of at least one table); of several the one that is most like it. One
 * table and one network that are left over by this are compared too; their
 * names are then a difference. Tables of other networks do not count: *n_others
 * says how many there are. With `network` (not NULL) only this one, which must
 * be among ours, counts; a file's only table is its table whatever its name. */
int tables_compare(const struct table *ours, int n_ours,
                   const struct table *published, int n_published,
                   const char *network, int *n_others, struct text *out);

#endif
