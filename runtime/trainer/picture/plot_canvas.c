/* Strokes as coverage, coverage as colour. A pixel is covered as far as the
 * edge of a stroke, its distance measured from the pixel's centre, reaches into
 * it: half a pixel on either side of the edge fades. */
#include "trainer/picture/plot_canvas.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum status canvas_new(int width, int height, struct canvas *canvas,
                       struct error *error)
{
    *canvas = (struct canvas){.left = width, .top = height};
    canvas->coverage = calloc((size_t)width * (size_t)height, 1);
    if (!canvas->coverage)
        return error_set(error, STATUS_MACHINE,
                         "no memory for a picture of %d x %d pixels", width,
                         height);
    enum status status = picture_new(width, height, 3, &canvas->picture, error);
    if (status != STATUS_OK)
        canvas_free(canvas);
    return status;
}

void canvas_free(struct canvas *canvas)
{
    free(canvas->coverage);
    picture_free(&canvas->picture);
    *canvas = (struct canvas){0};
}

static double limit(double value, double least, double most)
{
    return value < least ? least : value > most ? most : value;
}

static double distance_to_segment(struct point p, struct point from,
                                  struct point to)
{
    double dx = to.x - from.x, dy = to.y - from.y;
    double length_squared = dx * dx + dy * dy;
    double along = 0.0;
    if (length_squared > 0.0)
        along =
            limit(((p.x - from.x) * dx + (p.y - from.y) * dy) / length_squared,
                  0.0, 1.0);
    double away_x = from.x + along * dx - p.x;
    double away_y = from.y + along * dy - p.y;
    return sqrt(away_x * away_x + away_y * away_y);
}

/* The pixels [*first, *end) that a stroke between a and b may touch. */
static void find_span(double a, double b, double reach, int size, int *first,
                      int *end)
{
    double low = a < b ? a : b, high = a < b ? b : a;
    *first = (int)limit(floor(low - reach), 0.0, size);
    *end = (int)limit(ceil(high + reach), 0.0, size);
}

static void touch(struct canvas *canvas, int left, int top, int right,
                  int bottom)
{
    canvas->left = left < canvas->left ? left : canvas->left;
    canvas->top = top < canvas->top ? top : canvas->top;
    canvas->right = right > canvas->right ? right : canvas->right;
    canvas->bottom = bottom > canvas->bottom ? bottom : canvas->bottom;
}

void canvas_stroke(struct canvas *canvas, struct point from, struct point to,
                   double width)
{
    int left, right, top, bottom;
    double reach = 0.5 * width + 0.5;
    find_span(from.x, to.x, reach, canvas->picture.width, &left, &right);
    find_span(from.y, to.y, reach, canvas->picture.height, &top, &bottom);
    if (left >= right || top >= bottom)
        return;
    touch(canvas, left, top, right, bottom);
    for (int y = top; y < bottom; y++) {
        unsigned char *row =
            canvas->coverage + (size_t)y * (size_t)canvas->picture.width;
        for (int x = left; x < right; x++) {
            struct point centre = {x + 0.5, y + 0.5};
            double covered =
                limit(reach - distance_to_segment(centre, from, to), 0.0, 1.0);
            unsigned char level = (unsigned char)(covered * 255.0 + 0.5);
            if (level > row[x])
                row[x] = level;
        }
    }
}

static unsigned char blend(unsigned char below, unsigned char above, int level)
{
    return (unsigned char)((below * (255 - level) + above * level + 127) / 255);
}

static void ink_pixel(struct canvas *canvas, int x, int y, int level,
                      struct colour colour)
{
    unsigned char *pixel =
        canvas->picture.pixels +
        3 * ((size_t)y * (size_t)canvas->picture.width + (size_t)x);
    pixel[0] = blend(pixel[0], colour.red, level);
    pixel[1] = blend(pixel[1], colour.green, level);
    pixel[2] = blend(pixel[2], colour.blue, level);
}

void canvas_ink(struct canvas *canvas, struct colour colour)
{
    for (int y = canvas->top; y < canvas->bottom; y++) {
        unsigned char *row =
            canvas->coverage + (size_t)y * (size_t)canvas->picture.width;
        for (int x = canvas->left; x < canvas->right; x++) {
            ink_pixel(canvas, x, y, row[x], colour);
            row[x] = 0;
        }
    }
    canvas->left = canvas->picture.width;
    canvas->top = canvas->picture.height;
    canvas->right = canvas->bottom = 0;
}

void canvas_rule(struct canvas *canvas, int from_x, int from_y, int to_x,
                 int to_y, struct colour colour)
{
    assert(from_x >= 0 && from_y >= 0);
    assert(to_x < canvas->picture.width && to_y < canvas->picture.height);
    for (int y = from_y; y <= to_y; y++)
        for (int x = from_x; x <= to_x; x++)
            ink_pixel(canvas, x, y, 255, colour);
}
