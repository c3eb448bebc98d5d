/* Drawings of networks and of the systems that train them.
 *
 *   graph, schedule -> boxes and arrows   drawing_of_graph, drawing_of_system
 *                   -> places and routes  drawing_layout
 *                   -> SVG                drawing_write_svg
 *
 * A drawing is a page of panels: one for each network, and for each update of
 * what a schedule trains. Everything lives in an arena. */
#ifndef COMPILER_DRAWING_H
#define COMPILER_DRAWING_H

#include "base/status.h"
#include "base/text.h"
#include "compiler/graph/graph.h"
#include "trainer/schedule/schedule.h"

/* What a box stands for; its colour. */
enum box_kind {
    BOX_INPUT,
    BOX_DENSE,
    BOX_CONVOLUTION,
    BOX_NORMALISATION,
    BOX_ACTIVATION,
    BOX_RESAMPLING, /* pooling, up-sampling, padding, cropping */
    BOX_VIEW,       /* the same values in another shape */
    BOX_NOISE,      /* what works in training only */
    BOX_MERGE,
    BOX_NETWORK,
    BOX_DATA,
    BOX_LOSS,
    N_BOX_KINDS
};

struct box {
    enum box_kind kind;
    /* its lines: left and right; the third may be NULL */
    const char *name, *type;
    const char *shape, *size;
    const char *note;
    bool is_frozen;
    int x, y, width, height; /* in its panel, from drawing_layout() */
};

/* From a box to one that stands behind it in the panel's array. */
struct arrow {
    int from, to;
};

/* A stretch of an arrow. Where `turns` is false: from (x1, y1) straight down to
 * low, in an S to (x2, high), down to (x2, y2), with high below low. Where it
 * is true, the next column: down to low, right to gutter, up to high, right to
 * x2, down to y2. */
struct route {
    int x1, y1, low, high, x2, y2;
    bool turns;
    int gutter;
    int from, to; /* boxes; `to` is -1 where the arrow goes on */
};

struct panel {
    const char *title, *subtitle; /* subtitle may be NULL */
    struct box *boxes;
    int n_boxes;
    struct arrow *arrows; /* in the order of `to` */
    int n_arrows;
    struct route *routes; /* from drawing_layout() */
    int n_routes;
    int x, y, width, height; /* in the drawing; likewise */
};

struct drawing {
    const char *title;
    struct panel *panels;
    int n_panels;
    int width, height;
};

/* A panel for each network, or only for `network` (not NULL). */
struct drawing drawing_of_graph(struct arena *arena, const struct graph *graph,
                                const struct network *network);

/* Panels for what the schedule trains, and for its networks. A network that the
 * file does not have, or that is not named where there are several, is an
 * error in `diags`; the drawing is then without panels. */
struct drawing drawing_of_system(struct arena *arena, const struct graph *graph,
                                 const struct schedule *schedule,
                                 struct diags *diags);

/* The most places, of boxes and of arrows that pass by them, in a panel, and
 * the most stretches of arrows. */
enum { DRAWING_MOST_PLACES = 30000, DRAWING_MOST_ROUTES = 100000 };

/* Gives boxes, routes and panels their places: no box lies on another, and no
 * arrow runs through a box that it does not belong to. The same drawing always
 * comes out the same. STATUS_INPUT where a panel is too large to draw. */
enum status drawing_layout(struct arena *arena, struct drawing *drawing,
                           struct error *error);

/* Appends a drawing that was laid out, as SVG 1.1. Any text is escaped. */
void drawing_write_svg(const struct drawing *drawing, struct text *out);

#endif
