/* Boxes get their sizes, panels are laid out one by one, then set in columns. */
#include <math.h>

#include "compiler/drawing/layout.h"

#include "compiler/drawing/lettering.h"

enum {
    LEAST_WIDTH = 150,
    MOST_WIDTH = 380,
    SIDES = 30,   /* of a box's width, what is not text */
    BETWEEN = 16, /* its left and its right text */
    LINE_1 = 28,  /* the height of a box of one line, of two, of three */
    LINES_2 = 46,
    LINES_3 = 64,
    PADDING = 20,    /* around what is in a panel */
    HEADER = 54,     /* of a panel, with the title */
    PANEL_GAP = 20,  /* between panels and around them */
    MOST_TITLE = 750 /* what a title may widen its panel to */
};

static int larger(int a, int b)
{
    return a > b ? a : b;
}

static int line_width(const char *left, const char *right, int left_size,
                      bool bold)
{
    int gap = *left && *right ? BETWEEN : 0;
    return lettering_width(left, left_size, bold) + gap +
           lettering_width(right, SIZE_TEXT, false);
}

static int wanted_width(const struct box *box)
{
    int first = line_width(box->name, box->type, SIZE_NAME, true);
    int second = line_width(box->shape, box->size, SIZE_TEXT, false);
    int third = box->note ? lettering_width(box->note, SIZE_TEXT, false) : 0;
    return larger(larger(first, second), third) + SIDES;
}

/* Boxes of a panel are equally wide; what does not fit is cut. */
static void measure_boxes(struct panel *panel)
{
    int width = LEAST_WIDTH;
    for (int i = 0; i < panel->n_boxes; i++)
        width = larger(width, wanted_width(&panel->boxes[i]));
    width = width < MOST_WIDTH ? width + width % 2 : MOST_WIDTH;
    for (int i = 0; i < panel->n_boxes; i++) {
        struct box *box = &panel->boxes[i];
        box->width = width;
        box->height = box->note                   ? LINES_3
                      : *box->shape || *box->size ? LINES_2
                                                  : LINE_1;
    }
}

/* Puts the frame around what is in a panel. */
static void frame_panel(struct panel *panel)
{
    int inner = panel->width;
    int title = lettering_width(panel->title, SIZE_TITLE, true);
    if (panel->subtitle)
        title =
            larger(title, lettering_width(panel->subtitle, SIZE_TEXT, false));
    inner = larger(inner, title < MOST_TITLE ? title : MOST_TITLE);
    int right = PADDING + (inner - panel->width) / 2;
    for (int i = 0; i < panel->n_boxes; i++) {
        panel->boxes[i].x += right;
        panel->boxes[i].y += HEADER;
    }
    for (int i = 0; i < panel->n_routes; i++) {
        struct route *route = &panel->routes[i];
        route->x1 += right;
        route->x2 += right;
        route->gutter += right;
        route->y1 += HEADER;
        route->low += HEADER;
        route->high += HEADER;
        route->y2 += HEADER;
    }
    panel->width = inner + 2 * PADDING;
    panel->height += HEADER + PADDING;
}

static enum status layout_panel(struct arena *arena, struct panel *panel,
                                struct error *error)
{
    struct layout layout = {.arena = arena, .panel = panel};
    measure_boxes(panel);
    if (panel->n_boxes > 0) {
        if (layout_ranks(&layout, error))
            return error->status;
        layout_order(&layout);
        layout_place(&layout);
        layout_columns(&layout);
    }
    frame_panel(panel);
    return STATUS_OK;
}

/* The height of the page's columns: of the highest panel, or what makes the
 * page a little wider than high. */
static int page_height(const struct drawing *drawing)
{
    int tallest = 0;
    double area = 0;
    for (int i = 0; i < drawing->n_panels; i++) {
        const struct panel *panel = &drawing->panels[i];
        tallest = larger(tallest, panel->height);
        area += (double)(panel->width + PANEL_GAP) *
                (double)(panel->height + PANEL_GAP);
    }
    return larger(tallest, (int)sqrt(area / 1.2));
}

/* In columns: a panel stands below the one before it where it fits. */
static void arrange_panels(struct drawing *drawing)
{
    int x = PANEL_GAP, y = PANEL_GAP, column_width = 0;
    int limit = page_height(drawing) + PANEL_GAP;
    for (int i = 0; i < drawing->n_panels; i++) {
        struct panel *panel = &drawing->panels[i];
        if (y > PANEL_GAP && y + panel->height > limit) {
            x += column_width + PANEL_GAP;
            y = PANEL_GAP;
            column_width = 0;
        }
        panel->x = x;
        panel->y = y;
        y += panel->height + PANEL_GAP;
        column_width = larger(column_width, panel->width);
        drawing->width = larger(drawing->width, x + column_width + PANEL_GAP);
        drawing->height = larger(drawing->height, y);
    }
}

enum status drawing_layout(struct arena *arena, struct drawing *drawing,
                           struct error *error)
{
    for (int i = 0; i < drawing->n_panels; i++)
        if (layout_panel(arena, &drawing->panels[i], error))
            return error->status;
    arrange_panels(drawing);
    return STATUS_OK;
}
