/* Antialiased lines on an RGB picture. A shape is first collected as coverage,
 * stroke by stroke, then inked at once: where its strokes meet, nothing is
 * drawn twice. */
#ifndef TRAINER_PLOT_CANVAS_H
#define TRAINER_PLOT_CANVAS_H

#include "trainer/picture/picture.h"

struct point {
    double x, y; /* pixels from the top left corner; y grows downwards */
};

struct colour {
    unsigned char red, green, blue;
};

struct canvas {
    struct picture picture;
    unsigned char *coverage; /* [height][width] of the shape; all 0 between */
    int left, top, right, bottom; /* what of it is touched, [left, right) */
};

enum status canvas_new(int width, int height, struct canvas *canvas,
                       struct error *error);
void canvas_free(struct canvas *canvas);

/* Adds a line with round ends; a dot where both ends are one. Parts outside
 * the picture are left out. */
void canvas_stroke(struct canvas *canvas, struct point from, struct point to,
                   double width);

/* Draws the strokes collected and forgets them. */
void canvas_ink(struct canvas *canvas, struct colour colour);

/* A horizontal or vertical line of one pixel, both ends included; it lies in
 * the picture. */
void canvas_rule(struct canvas *canvas, int from_x, int from_y, int to_x,
                 int to_y, struct colour colour);

#endif
