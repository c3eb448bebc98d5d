/* The chart of the losses: values in, a PNG file out. From the outside in:
 * title and legend, the axes with their ticks and grid, the curves. However
 * many points there are, a column of pixels gets at most four of them. */
#include "trainer/picture/picture.h"

#include <math.h>
#include <string.h>

#include "trainer/picture/plot_axis.h"
#include "trainer/picture/plot_font.h"

enum {
    WIDTH = 900,
    HEIGHT = 560,
    EDGE = 28, /* free at the picture's sides */
    TOP = 66,  /* of the frame */
    BOTTOM = 492,
    INSET = 14,  /* from the frame to the first and last x */
    TICK = 5,    /* length, outwards */
    SWATCH = 26, /* a line of the legend */
    MAX_TEXT = 256
};

static const double title_size = 13.0, label_size = 9.5; /* of capitals */
static const double curve_width = 2.0, dot_size = 7.0;

static const struct colour ink = {0x26, 0x2B, 0x33}, pale = {0x5A, 0x62, 0x6E},
                           grid = {0xE4, 0xE7, 0xEB},
                           frame = {0x9A, 0xA2, 0xAD};

/* Told apart by those who do not see all colours, too: Okabe and Ito 2008. */
static const struct colour curve_colours[] = {
    {0x00, 0x72, 0xB2}, {0xD5, 0x5E, 0x00}, {0x00, 0x9E, 0x73},
    {0xCC, 0x79, 0xA7}, {0xE6, 0x9F, 0x00}, {0x56, 0xB4, 0xE9}};
enum { N_COLOURS = sizeof curve_colours / sizeof *curve_colours };

struct chart {
    const struct plot *plot;
    struct canvas canvas;
    struct axis x, y;
    int left, right; /* of the frame; its first and last column */
};

/* ---- layout -------------------------------------------------------------- */

static struct point place(const struct chart *chart, double x, double y)
{
    double width = chart->right - chart->left - 2 * INSET;
    return (struct point){
        chart->left + INSET + 0.5 + axis_place(&chart->x, x) * width,
        BOTTOM + 0.5 - axis_place(&chart->y, y) * (BOTTOM - TOP)};
}

static void fit_axes(struct chart *chart)
{
    const struct plot *plot = chart->plot;
    struct extent x = extent_empty, y = extent_empty;
    for (int i = 0; i < plot->count; i++) {
        extent_add(&x, plot->x[i]);
        for (int k = 0; k < plot->n_series; k++)
            extent_add(&y, plot->series[k].y[i]);
    }
    axis_fit(&chart->x, x);
    axis_fit_round(&chart->y, y);
    double widest = 0.0;
    for (int i = 0; i < chart->y.n_ticks; i++)
        widest = fmax(widest, text_width(chart->y.ticks[i].label, label_size));
    chart->left = EDGE + (int)ceil(widest) + 2 * TICK;
    chart->right = WIDTH - 1 - EDGE;
}

/* ---- axes ---------------------------------------------------------------- */

static void draw_x_axis(struct chart *chart)
{
    for (int i = 0; i < chart->x.n_ticks; i++) {
        const struct tick *tick = &chart->x.ticks[i];
        int x = (int)place(chart, tick->value, 1.0).x;
        canvas_rule(&chart->canvas, x, TOP, x, BOTTOM, grid);
        canvas_rule(&chart->canvas, x, BOTTOM, x, BOTTOM + TICK, frame);
        double width = text_width(tick->label, label_size);
        text_draw(&chart->canvas, tick->label,
                  (struct point){x + 0.5 - 0.5 * width,
                                 BOTTOM + 2 * TICK + label_size},
                  label_size, pale);
    }
}

static void draw_y_axis(struct chart *chart)
{
    for (int i = 0; i < chart->y.n_ticks; i++) {
        const struct tick *tick = &chart->y.ticks[i];
        int y = (int)place(chart, 0.0, tick->value).y;
        canvas_rule(&chart->canvas, chart->left, y, chart->right, y, grid);
        canvas_rule(&chart->canvas, chart->left - TICK, y, chart->left, y,
                    frame);
        double width = text_width(tick->label, label_size);
        text_draw(&chart->canvas, tick->label,
                  (struct point){chart->left - 2 * TICK - width,
                                 y + 0.5 + 0.5 * label_size},
                  label_size, pale);
    }
}

static void draw_axes(struct chart *chart)
{
    struct canvas *canvas = &chart->canvas;
    int left = chart->left, right = chart->right;
    draw_x_axis(chart);
    draw_y_axis(chart);
    canvas_rule(canvas, left, TOP, left, BOTTOM, frame);
    canvas_rule(canvas, left, BOTTOM, right, BOTTOM, frame);
    double width = text_width(chart->plot->x_name, label_size);
    text_draw(canvas, chart->plot->x_name,
              (struct point){0.5 * (left + right - width), HEIGHT - EDGE + 6},
              label_size, ink);
}

/* ---- curves -------------------------------------------------------------- */

/* The points of one column of pixels: enough of them to draw all. */
struct column {
    int x;     /* of the pixels */
    int count; /* points; 0: no column was begun */
    struct point first, highest, lowest, last;
};

static void draw_column(struct canvas *canvas, const struct column *column,
                        struct point *pen, bool joined)
{
    if (column->count == 0)
        return;
    if (joined)
        canvas_stroke(canvas, *pen, column->first, curve_width);
    canvas_stroke(canvas, column->first, column->highest, curve_width);
    canvas_stroke(canvas, column->highest, column->lowest, curve_width);
    canvas_stroke(canvas, column->lowest, column->last, curve_width);
    *pen = column->last;
}

static void extend_column(struct column *column, struct point point)
{
    if (column->count++ == 0) {
        *column = (struct column){(int)point.x, 1, point, point, point, point};
        return;
    }
    if (point.y < column->highest.y)
        column->highest = point;
    if (point.y > column->lowest.y)
        column->lowest = point;
    column->last = point;
}

/* Draws the points from `first` up to the next gap and returns its index. A
 * point between two gaps is a dot. */
static int draw_stretch(struct chart *chart, const double *y, int first)
{
    const struct plot *plot = chart->plot;
    struct column column = {0};
    struct point pen = {0.0, 0.0};
    bool joined = false;
    int i = first;
    for (; i < plot->count && isfinite(y[i]) && isfinite(plot->x[i]); i++) {
        struct point point = place(chart, plot->x[i], y[i]);
        if (column.count > 0 && (int)point.x != column.x) {
            draw_column(&chart->canvas, &column, &pen, joined);
            joined = true;
            column.count = 0;
        }
        extend_column(&column, point);
    }
    draw_column(&chart->canvas, &column, &pen, joined);
    if (i == first + 1)
        canvas_stroke(&chart->canvas, pen, pen, dot_size);
    return i;
}

static void draw_curves(struct chart *chart)
{
    for (int k = 0; k < chart->plot->n_series; k++) {
        for (int i = 0; i < chart->plot->count; i++)
            i = draw_stretch(chart, chart->plot->series[k].y, i);
        canvas_ink(&chart->canvas, curve_colours[k % N_COLOURS]);
    }
}

/* ---- title and legend ---------------------------------------------------- */

/* Draws from the right to the left and returns where it ends. */
static double draw_legend(struct chart *chart)
{
    const double y = TOP - 22;
    double x = chart->right;
    for (int k = chart->plot->n_series - 1; k >= 0; k--) {
        const char *name = chart->plot->series[k].name;
        x -= text_width(name, label_size);
        text_draw(&chart->canvas, name, (struct point){x, y}, label_size, ink);
        struct point end = {x - 8.0, y - 0.5 * label_size};
        struct point start = {end.x - SWATCH, end.y};
        canvas_stroke(&chart->canvas, start, end, curve_width + 1.0);
        canvas_ink(&chart->canvas, curve_colours[k % N_COLOURS]);
        x = start.x - 24.0;
    }
    return x;
}

/* Where it does not fit beside the legend, it ends in "...". */
static void draw_title(struct chart *chart, double right)
{
    char title[MAX_TEXT];
    struct point at = {chart->left, TOP - 22};
    size_t length = strlen(chart->plot->title);
    const char *text = chart->plot->title;
    while (length > 0 &&
           (length > MAX_TEXT - 4 ||
            ((unsigned char)chart->plot->title[length] & 0xC0) == 0x80 ||
            text_width(text, title_size) > right - at.x)) {
        length = length > MAX_TEXT - 4 ? MAX_TEXT - 4 : length - 1;
        memcpy(title, chart->plot->title, length);
        memcpy(title + length, "...", 4);
        text = title;
    }
    text_draw(&chart->canvas, text, at, title_size, ink);
}

enum status plot_write(const struct plot *plot, const char *path,
                       struct error *error)
{
    struct chart chart = {.plot = plot};
    enum status status = canvas_new(WIDTH, HEIGHT, &chart.canvas, error);
    if (status != STATUS_OK)
        return status;
    fit_axes(&chart);
    draw_axes(&chart);
    draw_curves(&chart);
    draw_title(&chart, draw_legend(&chart));
    status = picture_write(&chart.canvas.picture, path, error);
    canvas_free(&chart.canvas);
    return status;
}
