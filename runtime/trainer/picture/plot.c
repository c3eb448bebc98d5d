/* Charts: values in, a PNG file out. From the outside in: title and legend, the
 * axes with their ticks and grid, the curves. However many points there are, a
 * column of pixels gets at most four of them. Panels lie below one another and
 * share the axis of x. */
#include "trainer/picture/picture.h"

#include <math.h>
#include <string.h>

#include "trainer/picture/plot_axis.h"
#include "trainer/picture/plot_font.h"

enum {
    WIDTH = 900,
    ONE_HEIGHT = 426,   /* of the frame of a panel that is alone */
    FIRST_HEIGHT = 340, /* of the first of several */
    NEXT_HEIGHT = 200,
    EDGE = 28,    /* free at the picture's sides */
    HEAD = 66,    /* above the first frame: title and legend */
    BETWEEN = 52, /* above the next: its legend */
    FOOT = 68,    /* below the last: numbers and name of the axis of x */
    INSET = 14,   /* from the frame to the first and last x */
    TICK = 5,     /* length, outwards */
    SWATCH = 26,  /* a line of the legend */
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
    struct axis x;
    int left, right; /* of the frames; their first and last column */

    const struct panel *panel; /* that is drawn */
    struct axis y;             /* of it */
    int top, bottom;           /* of its frame */
};

/* ---- layout -------------------------------------------------------------- */

static int frame_height(const struct plot *plot, int panel)
{
    return plot->n_panels == 1 ? ONE_HEIGHT
           : panel == 0        ? FIRST_HEIGHT
                               : NEXT_HEIGHT;
}

/* The first row of a panel's frame; of the panel behind the last one, with what
 * is below that in place of what would be above it, the picture's height. */
static int frame_top(const struct plot *plot, int panel)
{
    int top = HEAD;
    for (int i = 0; i < panel; i++)
        top +=
            frame_height(plot, i) + (i + 1 < plot->n_panels ? BETWEEN : FOOT);
    return top;
}

static struct point place(const struct chart *chart, double x, double y)
{
    double width = chart->right - chart->left - 2 * INSET;
    double height = chart->bottom - chart->top;
    return (struct point){
        chart->left + INSET + 0.5 + axis_place(&chart->x, x) * width,
        chart->bottom + 0.5 - axis_place(&chart->y, y) * height};
}

static void fit_y(const struct plot *plot, const struct panel *panel,
                  struct axis *y)
{
    struct extent extent = extent_empty;
    for (int k = 0; k < panel->n_series; k++)
        for (int i = 0; i < plot->count; i++)
            extent_add(&extent, panel->series[k].y[i]);
    if (panel->is_share)
        axis_fit_share(y, extent);
    else
        axis_fit_round(y, extent);
}

/* As far to the left as the widest number of any panel lets them begin. */
static void fit_x(struct chart *chart)
{
    const struct plot *plot = chart->plot;
    struct extent x = extent_empty;
    for (int i = 0; i < plot->count; i++)
        extent_add(&x, plot->x[i]);
    axis_fit(&chart->x, x);
    double widest = 0.0;
    for (int k = 0; k < plot->n_panels; k++) {
        struct axis y;
        fit_y(plot, &plot->panels[k], &y);
        for (int i = 0; i < y.n_ticks; i++)
            widest = fmax(widest, text_width(y.ticks[i].label, label_size));
    }
    chart->left = EDGE + (int)ceil(widest) + 2 * TICK;
    chart->right = WIDTH - 1 - EDGE;
}

static void begin_panel(struct chart *chart, int index)
{
    chart->panel = &chart->plot->panels[index];
    chart->top = frame_top(chart->plot, index);
    chart->bottom = chart->top + frame_height(chart->plot, index);
    fit_y(chart->plot, chart->panel, &chart->y);
}

static bool is_last_panel(const struct chart *chart)
{
    return chart->panel + 1 == chart->plot->panels + chart->plot->n_panels;
}

/* ---- axes ---------------------------------------------------------------- */

static void draw_x_axis(struct chart *chart)
{
    int top = chart->top, bottom = chart->bottom;
    for (int i = 0; i < chart->x.n_ticks; i++) {
        const struct tick *tick = &chart->x.ticks[i];
        int x = (int)place(chart, tick->value, 1.0).x;
        canvas_rule(&chart->canvas, x, top, x, bottom, grid);
        canvas_rule(&chart->canvas, x, bottom, x, bottom + TICK, frame);
        if (!is_last_panel(chart))
            continue;
        double width = text_width(tick->label, label_size);
        text_draw(&chart->canvas, tick->label,
                  (struct point){x + 0.5 - 0.5 * width,
                                 bottom + 2 * TICK + label_size},
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

/* A dotted line where the best x is, behind the curves. */
static void draw_best(struct chart *chart)
{
    const struct plot *plot = chart->plot;
    if (plot->best < 0)
        return;
    int x = (int)place(chart, plot->x[plot->best], 1.0).x;
    for (int y = chart->top; y + 3 <= chart->bottom; y += 7)
        canvas_rule(&chart->canvas, x, y, x, y + 3, pale);
}

static void draw_axes(struct chart *chart)
{
    struct canvas *canvas = &chart->canvas;
    int left = chart->left, right = chart->right;
    draw_x_axis(chart);
    draw_y_axis(chart);
    draw_best(chart);
    canvas_rule(canvas, left, chart->top, left, chart->bottom, frame);
    canvas_rule(canvas, left, chart->bottom, right, chart->bottom, frame);
    if (!is_last_panel(chart))
        return;
    double width = text_width(chart->plot->x_name, label_size);
    text_draw(canvas, chart->plot->x_name,
              (struct point){0.5 * (left + right - width),
                             chart->bottom + FOOT - EDGE + 6},
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
    const struct plot *plot = chart->plot;
    for (int k = 0; k < chart->panel->n_series; k++) {
        const double *y = chart->panel->series[k].y;
        for (int i = 0; i < plot->count; i++)
            i = draw_stretch(chart, y, i);
        if (plot->best >= 0 && isfinite(y[plot->best])) {
            struct point at = place(chart, plot->x[plot->best], y[plot->best]);
            canvas_stroke(&chart->canvas, at, at, dot_size);
        }
        canvas_ink(&chart->canvas, curve_colours[k % N_COLOURS]);
    }
}

/* ---- title and legend ---------------------------------------------------- */

/* Ends at *x, which moves to where it begins, and says where a sample of what
 * it is about goes, as wide as a swatch. */
static struct point draw_name(struct chart *chart, const char *name, double *x)
{
    const double y = chart->top - 22;
    *x -= text_width(name, label_size);
    text_draw(&chart->canvas, name, (struct point){*x, y}, label_size, ink);
    struct point end = {*x - 8.0, y - 0.5 * label_size};
    *x = end.x - SWATCH - 24.0;
    return end;
}

/* Draws from the right to the left and returns where it ends. */
static double draw_legend(struct chart *chart)
{
    const struct plot *plot = chart->plot;
    double x = chart->right;
    if (plot->best >= 0 && chart->panel == plot->panels) {
        struct point end = draw_name(chart, plot->best_name, &x);
        int at = (int)(end.x - 0.5 * dot_size), y = (int)end.y;
        for (int part = -1; part <= 1; part++)
            canvas_rule(&chart->canvas, at, y + 7 * part - 1, at,
                        y + 7 * part + 2, pale);
        x += SWATCH - dot_size;
    }
    for (int k = chart->panel->n_series - 1; k >= 0; k--) {
        struct point end = draw_name(chart, chart->panel->series[k].name, &x);
        struct point start = {end.x - SWATCH, end.y};
        canvas_stroke(&chart->canvas, start, end, curve_width + 1.0);
        canvas_ink(&chart->canvas, curve_colours[k % N_COLOURS]);
    }
    return x;
}

/* Where it does not fit beside the legend, it ends in "...". */
static void draw_title(struct chart *chart, double right)
{
    char title[MAX_TEXT];
    struct point at = {chart->left, chart->top - 22};
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
    enum status status = canvas_new(WIDTH, frame_top(plot, plot->n_panels),
                                    &chart.canvas, error);
    if (status != STATUS_OK)
        return status;
    fit_x(&chart);
    for (int i = 0; i < plot->n_panels; i++) {
        begin_panel(&chart, i);
        draw_axes(&chart);
        draw_curves(&chart);
        double free_to = draw_legend(&chart);
        if (i == 0)
            draw_title(&chart, free_to);
    }
    status = picture_write(&chart.canvas.picture, path, error);
    canvas_free(&chart.canvas);
    return status;
}
