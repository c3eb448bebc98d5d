/* A pen on a small sheet of paper: what data_smileys.c draws with.
 *
 * Whole numbers only, so that a drawing is the same bytes on every machine
 * and with every compiler. */
#ifndef TRAINER_DATA_PEN_H
#define TRAINER_DATA_PEN_H

#include <stdint.h>

enum {
    PAPER_SIZE = 28, /* pixels, each way */
    PAPER_WHITE = 255,
    PIXEL = 256,    /* the pen's own unit is 1/256 of a pixel */
    DRAWING = 1000, /* a drawing reaches from -1000 to 1000, y downwards */
    TURN_ONE = 4096 /* a tilt of one: see pen_place() */
};

/* In the units of the drawing. */
struct point {
    int32_t x, y;
};

struct pen {
    uint8_t *paper;         /* [PAPER_SIZE][PAPER_SIZE] */
    int32_t xx, xy, yx, yy; /* drawing to paper, times DRAWING */
    int32_t x, y;           /* where the drawing's middle lies, 1/256 pixel */
    int32_t radius;         /* of the stroke, 1/256 pixel */
    int32_t ink;            /* 255 is black */
};

/* Places the drawing: its middle at (x, y), half its width and height, all in
 * 1/256 pixel, turned clockwise by an angle whose half has the tangent
 * tilt / TURN_ONE (TURN_ONE itself is a quarter turn). */
void pen_place(struct pen *pen, int32_t x, int32_t y, int32_t half_width,
               int32_t half_height, int32_t tilt);

/* Both leave the darker of pen and paper; what would be nearly white stays
 * white, so that paper and strokes can be told apart. */
void pen_line(struct pen *pen, struct point from, struct point to);
/* A cubic Bezier curve. */
void pen_curve(struct pen *pen, struct point from, struct point pull_from,
               struct point pull_to, struct point to);

#endif
