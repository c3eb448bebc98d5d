/* Random networks that are valid: from a seed to the text of a .nn file and
 * what is needed of a schedule. The shapes are worked out here a second time,
 * and many layers carry them behind an @.
 *
 *   random_network.c  whole networks, their ends and losses
 *   random_layers.c   one layer, its arguments and shape
 *   random_graph.c    branches and merges, placed networks, blocks, repeats */
#ifndef TESTS_RANDOM_NETWORK_H
#define TESTS_RANDOM_NETWORK_H

#include "base/text.h"
#include "compiler/graph/graph.h"
#include "guss/random.h"

struct random_network {
    const char *text;      /* the .nn file; its network is "main" */
    bool is_trained;       /* else only predicted: several inputs or outputs */
    const char *objective; /* the words of the schedule */
    const char *loss;
    int64_t classes; /* of a classifier: labels are below it */
};

struct random_network random_network_make(struct arena *arena, uint64_t seed);

/* ---- between the files ------------------------------------------------ */

struct maker {
    struct arena *arena;
    struct guss_stream stream;
    uint32_t drawn;
    struct text parts; /* networks and blocks that the one at hand uses */
    struct text body;  /* of the network at hand */
    const char *last;  /* the layer made last */
    int n_names, n_parts;
    int64_t macs;  /* of a sample, so far */
    bool is_plain; /* only dense layers, views and activations, in a chain */
};

/* A layer's output. */
struct spot {
    const char *name;
    struct shape shape;
};

/* A number below `n`; one chance in `n`; one of the words. */
int64_t maker_pick(struct maker *maker, int64_t n);
bool maker_chance(struct maker *maker, int64_t n);
const char *maker_word(struct maker *maker, const char *const *words, int n);
/* "(2, 3)", or "2" where both are equal. */
const char *maker_pair(struct maker *maker, const int64_t pair[2]);

/* Writes one statement: `call` of `inputs`, and what it gives. */
struct spot maker_add(struct maker *maker, const char *call,
                      const struct spot *inputs, int n_inputs,
                      struct shape shape);
/* Whether so large an output, and so much work, are small enough for a test. */
bool maker_affords(struct maker *maker, const struct shape *shape,
                   int64_t macs);

/* One layer behind `from`, which may change the shape; `from` itself where a
 * layer drawn by chance does not fit. */
struct spot random_layer(struct maker *maker, struct spot from);
/* One that keeps the shape. */
struct spot random_same_shape(struct maker *maker, struct spot from);
/* A convolution or dense layer that gives `channels`, all else unchanged. */
struct spot random_channels(struct maker *maker, struct spot from,
                            int64_t channels, const char *activation);
/* An activation's word, for an output of that many channels. */
const char *random_activation(struct maker *maker, int64_t channels);

/* A branch and its merge, a placed network, a block or a repeat. */
struct spot random_graph(struct maker *maker, struct spot from);

#endif
