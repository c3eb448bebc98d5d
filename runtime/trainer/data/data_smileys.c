/* The faces that guss draws itself: a face's number comes in, a small drawing
 * as of a person's hand goes out.
 *
 * Every choice is a counter-based draw keyed by set and face, and everything
 * is whole numbers, so the set is the same bytes everywhere. A change here
 * changes the set: the unit test holds its checksum. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/data/data.h"
#include "trainer/data/data_pen.h"

enum { PIXELS = PAPER_SIZE * PAPER_SIZE };
enum label { LABEL_GRIN, LABEL_HEART, LABEL_LAUGH, LABEL_COUNT };

/* As in the Smile set of the paper, where 135 of 400 grin. */
static const int train_counts[LABEL_COUNT] = {135, 142, 123};
static const int test_counts[LABEL_COUNT] = {6, 6, 5};

/* ---- choices ------------------------------------------------------- */

/* Whoever draws: the key of its choices, and how many it has made. */
struct hand {
    uint64_t key, drawn;
};

/* The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t mix(uint64_t bits)
{
    bits = (bits ^ (bits >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    bits = (bits ^ (bits >> 27)) * UINT64_C(0x94d049bb133111eb);
    return bits ^ (bits >> 31);
}

static struct hand hand_of(bool test, int face)
{
    return (struct hand){.key = mix((uint64_t)face * 2 + (test ? 1 : 0) + 1)};
}

/* A whole number in [low, high]. */
static int32_t choose(struct hand *hand, int32_t low, int32_t high)
{
    hand->drawn++;
    uint64_t bits = mix(hand->key + hand->drawn * UINT64_C(0x9e3779b97f4a7c15));
    uint64_t span = (uint64_t)(high - low) + 1;
    return low + (int32_t)(((bits >> 32) * span) >> 32);
}

static bool chance(struct hand *hand, int percent)
{
    return choose(hand, 1, 100) <= percent;
}

/* About (x, y): nobody draws exactly. */
static struct point near(struct hand *hand, int32_t x, int32_t y, int32_t slip)
{
    int32_t across = choose(hand, -slip, slip);
    return (struct point){x + across, y + choose(hand, -slip, slip)};
}

/* Pressure changes from stroke to stroke. */
static void press(struct hand *hand, struct pen *pen, int32_t ink)
{
    ink += choose(hand, -30, 20);
    pen->ink = ink > 250 ? 250 : ink;
}

/* ---- strokes ------------------------------------------------------- */

/* C leaves the order of a call's arguments open: two choices never stand in
 * one list of arguments. Hence these, which slip in the order of the points. */

static void sketch_line(struct hand *hand, struct pen *pen, struct point from,
                        struct point to, int32_t slip)
{
    from = near(hand, from.x, from.y, slip);
    to = near(hand, to.x, to.y, slip);
    pen_line(pen, from, to);
}

/* Only the pulls slip: where a curve starts and ends was chosen before. */
static void sketch_curve(struct hand *hand, struct pen *pen, struct point from,
                         struct point pull_from, struct point pull_to,
                         struct point to, int32_t slip)
{
    pull_from = near(hand, pull_from.x, pull_from.y, slip);
    pull_to = near(hand, pull_to.x, pull_to.y, slip);
    pen_curve(pen, from, pull_from, pull_to, to);
}

/* A ring in one stroke that does not quite meet its own beginning. */
static void sketch_ring(struct hand *hand, struct pen *pen, struct point middle,
                        int32_t across, int32_t down, int32_t slip)
{
    /* 0.552 of the radius pulls a cubic curve into a quarter of a circle. */
    int32_t pull_x = across * 552 / 1000, pull_y = down * 552 / 1000;
    int32_t x = middle.x, y = middle.y;
    struct point top = near(hand, x, y - down, slip);
    struct point left = near(hand, x - across, y, slip);
    struct point bottom = near(hand, x, y + down, slip);
    struct point right = near(hand, x + across, y, slip);
    struct point end = near(hand, top.x, top.y, slip * 2);
    pen_curve(pen, top, (struct point){top.x - pull_x, top.y},
              (struct point){left.x, left.y - pull_y}, left);
    pen_curve(pen, left, (struct point){left.x, left.y + pull_y},
              (struct point){bottom.x - pull_x, bottom.y}, bottom);
    pen_curve(pen, bottom, (struct point){bottom.x + pull_x, bottom.y},
              (struct point){right.x, right.y + pull_y}, right);
    pen_curve(pen, right, (struct point){right.x, right.y - pull_y},
              (struct point){end.x + pull_x, end.y}, end);
}

/* From corner to corner, `deep` below them at its lowest. */
static void sketch_bow(struct hand *hand, struct pen *pen, struct point left,
                       struct point right, int32_t deep)
{
    int32_t pull = (right.x - left.x) * choose(hand, 12, 28) / 100;
    /* A cubic curve goes down to 3/4 of its pulls. */
    struct point a = {left.x + pull, left.y + deep * 4 / 3};
    struct point b = {right.x - pull, right.y + deep * 4 / 3};
    sketch_curve(hand, pen, left, a, b, right, 50);
}

/* ---- parts of a face ----------------------------------------------- */

enum eyes { EYES_DOTS, EYES_BARS, EYES_RINGS, EYES_COUNT };

static void draw_eye(struct hand *hand, struct pen *pen, enum eyes eyes,
                     struct point middle, int32_t size)
{
    struct pen eye = *pen;
    middle = near(hand, middle.x, middle.y, 50);
    if (eyes == EYES_RINGS) {
        sketch_ring(hand, pen, middle, size * 2 / 3, size, 20);
        return;
    }
    if (eyes == EYES_DOTS) { /* a dot is pressed into the paper */
        size = 20;
        eye.radius += PIXEL / 6;
    }
    sketch_line(hand, &eye, (struct point){middle.x, middle.y - size},
                (struct point){middle.x, middle.y + size}, 35);
}

static void draw_eyes(struct hand *hand, struct pen *pen, int32_t ink)
{
    enum eyes eyes = (enum eyes)choose(hand, 0, EYES_COUNT - 1);
    int32_t apart = choose(hand, 240, 460);
    int32_t y = choose(hand, -750, -550);
    int32_t size = choose(hand, 190, 330);
    press(hand, pen, ink);
    draw_eye(hand, pen, eyes, (struct point){-apart, y}, size);
    press(hand, pen, ink);
    draw_eye(hand, pen, eyes, (struct point){apart, y}, size);
}

static void draw_nose(struct hand *hand, struct pen *pen, int32_t ink)
{
    struct point top = near(hand, 0, -160, 50);
    int32_t down = choose(hand, -80, 120);
    struct point tip = near(hand, 0, down, 50);
    press(hand, pen, ink);
    pen_line(pen, top, tip);
    if (chance(hand, 30))
        pen_line(pen, tip, near(hand, 140, tip.y, 40));
}

/* Short strokes across the corners of the mouth. */
static void draw_dimples(struct hand *hand, struct pen *pen, struct point left,
                         struct point right)
{
    sketch_line(hand, pen, (struct point){left.x - 120, left.y + 20},
                (struct point){left.x + 110, left.y - 70}, 40);
    sketch_line(hand, pen, (struct point){right.x - 110, right.y - 70},
                (struct point){right.x + 120, right.y + 20}, 40);
}

static void draw_grin(struct hand *hand, struct pen *pen, int32_t ink)
{
    int32_t half = choose(hand, 480, 850);
    int32_t y = choose(hand, 180, 380);
    int32_t deep = choose(hand, 320, 620);
    struct point left = near(hand, -half, y, 60);
    struct point right = near(hand, half, y, 60);
    press(hand, pen, ink);
    sketch_bow(hand, pen, left, right, deep);
    if (chance(hand, 30))
        draw_dimples(hand, pen, left, right);
}

/* An open mouth: a lip, and a bow that hangs from it. */
static void draw_laugh(struct hand *hand, struct pen *pen, int32_t ink)
{
    int32_t half = choose(hand, 430, 780);
    int32_t y = choose(hand, 130, 280);
    int32_t deep = choose(hand, 520, 800);
    int32_t sag = choose(hand, 0, 180);
    struct point left = near(hand, -half, y, 60);
    struct point right = near(hand, half, y, 60);
    press(hand, pen, ink);
    sketch_bow(hand, pen, left, right, sag);
    press(hand, pen, ink);
    left = near(hand, left.x, left.y, 40);
    right = near(hand, right.x, right.y, 40);
    sketch_bow(hand, pen, left, right, deep);
    if (chance(hand, 15)) { /* a tongue */
        left = near(hand, -half / 2, y + deep * 3 / 4, 30);
        right = near(hand, half / 2, y + deep * 3 / 4, 30);
        sketch_bow(hand, pen, left, right, -deep / 4);
    }
}

/* ---- the heart ----------------------------------------------------- */

/* From the notch over the crown and down to the tip, `side` -1 is left. */
static void draw_half_heart(struct hand *hand, struct pen *pen,
                            struct point notch, struct point tip, int32_t side)
{
    int32_t crown = choose(hand, -1150, -850);
    int32_t wide = side * choose(hand, 800, 1000);
    struct point flank = near(hand, wide, -250, 120);
    sketch_curve(hand, pen, notch, (struct point){notch.x + side * 150, crown},
                 (struct point){flank.x, crown}, flank, 100);
    sketch_curve(hand, pen, flank, (struct point){flank.x, flank.y + 420},
                 (struct point){tip.x + side * 280, tip.y - 420}, tip, 90);
}

static void draw_heart(struct hand *hand, struct pen *pen, int32_t ink)
{
    int32_t dip = choose(hand, -560, -200);
    struct point notch = near(hand, 0, dip, 110);
    struct point tip = near(hand, 0, 980, 160);
    press(hand, pen, ink);
    draw_half_heart(hand, pen, notch, tip, -1);
    if (chance(hand, 20)) /* the pen runs on */
        pen_line(pen, tip, near(hand, tip.x + 60, tip.y + 260, 90));
    press(hand, pen, ink);
    notch = near(hand, notch.x, notch.y, 100);
    tip = near(hand, tip.x, tip.y, 110);
    draw_half_heart(hand, pen, notch, tip, 1);
}

/* ---- whole drawings ------------------------------------------------ */

/* Lays the drawing somewhere on the paper, small or large, and turns it. */
static void place_drawing(struct hand *hand, struct pen *pen, int32_t smallest,
                          int32_t largest, int32_t tilt)
{
    int32_t half = choose(hand, smallest, largest);
    int32_t width = half * choose(hand, 82, 112) / 100;
    int32_t middle = PAPER_SIZE * PIXEL / 2, roam = middle - half * 6 / 5;
    if (roam > 3 * PIXEL)
        roam = 3 * PIXEL;
    int32_t x = middle + choose(hand, -roam, roam);
    int32_t y = middle + choose(hand, -roam, roam);
    pen_place(pen, x, y, width, half, tilt);
}

/* The outline of a head; what is drawn next lies inside it. */
static void draw_head(struct hand *hand, struct pen *pen, int32_t ink)
{
    press(hand, pen, ink);
    sketch_ring(hand, pen, (struct point){0, 0}, 1020, 1100, 60);
    pen->xx = pen->xx * 7 / 10;
    pen->xy = pen->xy * 7 / 10;
    pen->yx = pen->yx * 7 / 10;
    pen->yy = pen->yy * 7 / 10;
}

static void draw_face(struct hand *hand, struct pen *pen, enum label label,
                      int32_t ink)
{
    /* One in ten lies on its side, as typed faces do. */
    bool typed = chance(hand, 10);
    int32_t tilt = choose(hand, -500, 500) - (typed ? TURN_ONE : 0);
    if (!typed && chance(hand, 22)) {
        place_drawing(hand, pen, 8 * PIXEL, 11 * PIXEL, tilt);
        draw_head(hand, pen, ink);
    } else {
        place_drawing(hand, pen, 5 * PIXEL, 9 * PIXEL, tilt);
    }
    draw_eyes(hand, pen, ink);
    if (chance(hand, 40))
        draw_nose(hand, pen, ink);
    if (label == LABEL_GRIN)
        draw_grin(hand, pen, ink);
    else
        draw_laugh(hand, pen, ink);
}

static void draw_one(struct hand hand, enum label label, uint8_t *paper)
{
    struct pen pen = {.paper = paper, .radius = choose(&hand, 105, 180)};
    int32_t ink = choose(&hand, 170, 245);
    memset(paper, PAPER_WHITE, PIXELS);
    if (label == LABEL_HEART) {
        int32_t tilt = choose(&hand, -700, 700);
        place_drawing(&hand, &pen, 4 * PIXEL, 10 * PIXEL, tilt);
        draw_heart(&hand, &pen, ink);
    } else {
        draw_face(&hand, &pen, label, ink);
    }
}

/* The labels in an order that mixes the classes (Fisher and Yates). */
static void deal_labels(bool test, int count, int32_t *labels)
{
    const int *counts = test ? test_counts : train_counts;
    struct hand dealer = hand_of(test, count);
    int filled = 0;
    for (int label = 0; label < LABEL_COUNT; label++)
        for (int i = 0; i < counts[label]; i++)
            labels[filled++] = label;
    assert(filled == count);
    for (int i = count - 1; i > 0; i--) {
        int other = choose(&dealer, 0, i);
        int32_t label = labels[i];
        labels[i] = labels[other];
        labels[other] = label;
    }
}

enum status data_draw_smileys(bool test, struct data_set *set,
                              struct error *error)
{
    int count = test ? 17 : 400;
    *set = (struct data_set){0};
    uint8_t *values = malloc((size_t)count * PIXELS);
    int32_t *labels = malloc((size_t)count * sizeof *labels);
    if (!values || !labels) {
        free(values);
        free(labels);
        return error_set(error, STATUS_MACHINE,
                         "no memory for the %d drawn faces", count);
    }
    deal_labels(test, count, labels);
    for (int i = 0; i < count; i++)
        draw_one(hand_of(test, i), (enum label)labels[i], values + i * PIXELS);
    *set = (struct data_set){.samples = {.values = values,
                                         .element = GUSS_U8,
                                         .pixels = GUSS_PIXELS_UNIT,
                                         .count = count,
                                         .width = PIXELS,
                                         .labels = labels},
                             .type = "uint8",
                             .rank = 2,
                             .shape = {PAPER_SIZE, PAPER_SIZE},
                             .values = values,
                             .labels = labels};
    return STATUS_OK;
}
