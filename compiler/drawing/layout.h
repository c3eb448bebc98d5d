/* A panel being laid out: layer by layer, after Sugiyama, Tagawa and Toda
 * (1981).
 *
 * Boxes stand in ranks, one below the other. Where arrows pass a rank, a narrow
 * place is kept for them: one for all arrows of a box, its trunk. Boxes and
 * trunks are vertices; a link leads from a vertex to one in the next rank. */
#ifndef COMPILER_LAYOUT_H
#define COMPILER_LAYOUT_H

#include "compiler/drawing/drawing.h"

struct vertex {
    int box; /* itself, or whose trunk it is */
    bool is_trunk;
    int rank;
    int position; /* in its rank, from the left */
    int width;
    double x; /* of its middle */
};

struct link {
    int from, to;  /* vertices */
    double weight; /* how much it wants to be straight */
};

/* The links of each vertex: those at list[start[v]] to list[start[v + 1] - 1]
 * are indexes of `links`. */
struct incidence {
    int *start, *list;
};

struct layout {
    struct arena *arena;
    struct panel *panel;
    struct vertex *vertices; /* the first are the boxes */
    int n_vertices;
    struct link *links;
    int n_links;
    struct incidence up, down; /* links to, and from, each vertex */
    int n_ranks;
    int *rank_start; /* of each rank in `order`, and its end */
    int *order;      /* vertices, rank by rank, from the left */
};

/* Ranks, trunks and links of a panel; STATUS_INPUT where there are too many. */
enum status layout_ranks(struct layout *layout, struct error *error);

/* Orders each rank so that few links cross. */
void layout_order(struct layout *layout);

/* Gives vertices their x, in the order of their ranks: links are as straight
 * as can be. */
void layout_place(struct layout *layout);

/* Cuts a long panel into columns, gives boxes their places and makes routes. */
void layout_columns(struct layout *layout);

/* Pixels between a box and its neighbour, and around a trunk. */
enum { BOX_GAP = 22, TRUNK_WIDTH = 16 };

#endif
