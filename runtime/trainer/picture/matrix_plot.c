/* A confusion matrix: counts in squares, the darker the larger the part of the
 * row that they are. Names of columns are written upwards where a square is too
 * narrow for them. */
#include "trainer/picture/picture.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "trainer/picture/plot_font.h"

enum {
    EDGE = 24, /* free at the picture's sides */
    GAP = 8,   /* between what is written and the matrix */
    CELL_HEIGHT = 28,
    LEAST_CELL = 34, /* its width */
    CELL_INSET = 7,  /* beside a count */
    MOST_NAME = 180, /* pixels of a name; longer ones are cut */
    MOST_WIDE = 10,  /* columns that are made wide for their names */
    WIDEST_HEAD = 100,
    MAX_TEXT = 256
};

static const double title_size = 13.0, label_size = 9.5; /* of capitals */
static const struct colour ink = {0x00, 0x00, 0x00}, rule = {0x9A, 0xA2, 0xAD};

struct table {
    const struct matrix_plot *plot;
    struct canvas canvas;
    int left, top; /* of the matrix */
    int cell;      /* width of a square */
    bool is_upwards;
};

/* ---- texts --------------------------------------------------------------- */

/* The name, or as much of it as there is room for and "...". */
static const char *cut_name(const char *name, char room[MAX_TEXT])
{
    size_t length = strlen(name);
    const char *text = name;
    while (length > 0 && (length > MAX_TEXT - 4 ||
                          ((unsigned char)name[length] & 0xC0) == 0x80 ||
                          text_width(text, label_size) > MOST_NAME)) {
        length = length > MAX_TEXT - 4 ? MAX_TEXT - 4 : length - 1;
        memcpy(room, name, length);
        memcpy(room + length, "...", 4);
        text = room;
    }
    return text;
}

static double name_width(const char *name)
{
    char room[MAX_TEXT];
    return text_width(cut_name(name, room), label_size);
}

static const char *count_text(int64_t count, char room[32])
{
    snprintf(room, 32, "%" PRId64, count);
    return room;
}

/* ---- layout -------------------------------------------------------------- */

static int side(const struct table *table, int size)
{
    return table->plot->count * size + 1;
}

static void assign_layouts(struct table *table, int *width, int *height)
{
    const struct matrix_plot *plot = table->plot;
    double widest = 0.0, count_width = 0.0;
    char room[32];
    for (int i = 0; i < plot->count; i++)
        widest = fmax(widest, name_width(plot->names[i]));
    for (int i = 0; i < plot->count * plot->count; i++)
        count_width =
            fmax(count_width,
                 text_width(count_text(plot->counts[i], room), label_size));
    int cell = (int)ceil(count_width) + 2 * CELL_INSET;
    table->cell = cell > LEAST_CELL ? cell : LEAST_CELL;
    bool is_wide = widest > table->cell - GAP;
    table->is_upwards =
        is_wide && (plot->count > MOST_WIDE || widest > WIDEST_HEAD);
    if (is_wide && !table->is_upwards)
        table->cell = (int)ceil(widest) + GAP;
    int heads = (int)ceil(table->is_upwards ? widest : label_size);
    int title = (int)title_size + 2 * GAP, axis = (int)label_size + 2 * GAP;
    table->left = EDGE + axis + (int)ceil(widest) + GAP;
    table->top = EDGE + title + axis + heads + GAP;
    int wide = (int)ceil(text_width(plot->title, title_size));
    *width = table->left + side(table, table->cell) + EDGE;
    *width = *width > wide + 2 * EDGE ? *width : wide + 2 * EDGE;
    *height = table->top + side(table, CELL_HEIGHT) + EDGE;
}

/* ---- drawing ------------------------------------------------------------- */

/* From white to a blue on which black is still easy to read. */
static struct colour shade(double part)
{
    const struct colour full = {0x6B, 0xAE, 0xE0};
    return (struct colour){
        (unsigned char)lround(255.0 - part * (255 - full.red)),
        (unsigned char)lround(255.0 - part * (255 - full.green)),
        (unsigned char)lround(255.0 - part * (255 - full.blue))};
}

static void draw_cell(struct table *table, int row, int column, int64_t all)
{
    const struct matrix_plot *plot = table->plot;
    int64_t count = plot->counts[row * plot->count + column];
    int x = table->left + column * table->cell;
    int y = table->top + row * CELL_HEIGHT;
    char room[32];
    struct colour colour = shade(all ? (double)count / (double)all : 0.0);
    for (int i = 1; i < CELL_HEIGHT; i++)
        canvas_rule(&table->canvas, x + 1, y + i, x + table->cell - 1, y + i,
                    colour);
    double width = text_width(count_text(count, room), label_size);
    text_draw(&table->canvas, room,
              (struct point){x + 0.5 * (table->cell - width) + 0.5,
                             y + 0.5 * (CELL_HEIGHT + label_size) + 0.5},
              label_size, ink);
}

static void draw_cells(struct table *table)
{
    const struct matrix_plot *plot = table->plot;
    for (int row = 0; row < plot->count; row++) {
        int64_t all = 0;
        for (int i = 0; i < plot->count; i++)
            all += plot->counts[row * plot->count + i];
        for (int column = 0; column < plot->count; column++)
            draw_cell(table, row, column, all);
    }
    int right = table->left + plot->count * table->cell;
    int bottom = table->top + plot->count * CELL_HEIGHT;
    for (int i = 0; i <= plot->count; i++) {
        int x = table->left + i * table->cell, y = table->top + i * CELL_HEIGHT;
        canvas_rule(&table->canvas, x, table->top, x, bottom, rule);
        canvas_rule(&table->canvas, table->left, y, right, y, rule);
    }
}

static void draw_names(struct table *table)
{
    const struct matrix_plot *plot = table->plot;
    for (int i = 0; i < plot->count; i++) {
        char room[MAX_TEXT];
        const char *name = cut_name(plot->names[i], room);
        double width = text_width(name, label_size);
        double middle = table->left + (i + 0.5) * table->cell;
        struct point row = {table->left - GAP - width,
                            table->top + i * CELL_HEIGHT +
                                0.5 * (CELL_HEIGHT + label_size)};
        struct point head = {middle - 0.5 * width, table->top - GAP};
        struct point foot = {middle + 0.5 * label_size, table->top - GAP};
        text_draw(&table->canvas, name, row, label_size, ink);
        if (table->is_upwards)
            text_draw_up(&table->canvas, name, foot, label_size, ink);
        else
            text_draw(&table->canvas, name, head, label_size, ink);
    }
}

static void draw_titles(struct table *table)
{
    const struct matrix_plot *plot = table->plot;
    struct canvas *canvas = &table->canvas;
    double across = table->left + 0.5 * plot->count * table->cell;
    double down = table->top + 0.5 * plot->count * CELL_HEIGHT;
    double columns = text_width(plot->column_name, label_size);
    double rows = text_width(plot->row_name, label_size);
    struct point title = {EDGE, EDGE + title_size};
    struct point head = {across - 0.5 * columns,
                         EDGE + title_size + 2 * GAP + label_size};
    struct point margin = {EDGE + label_size, down + 0.5 * rows};
    text_draw(canvas, plot->title, title, title_size, ink);
    text_draw(canvas, plot->column_name, head, label_size, ink);
    text_draw_up(canvas, plot->row_name, margin, label_size, ink);
}

enum status matrix_plot_write(const struct matrix_plot *plot, const char *path,
                              struct error *error)
{
    assert(plot->count > 0 && plot->count <= MATRIX_PLOT_MOST);
    struct table table = {.plot = plot};
    int width, height;
    assign_layouts(&table, &width, &height);
    enum status status = canvas_new(width, height, &table.canvas, error);
    if (status != STATUS_OK)
        return status;
    draw_cells(&table);
    draw_names(&table);
    draw_titles(&table);
    status = picture_write(&table.canvas.picture, path, error);
    canvas_free(&table.canvas);
    return status;
}
