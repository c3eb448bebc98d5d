/* From ranks to pixels. A panel much higher than wide is cut into columns where
 * one arrow leads from box to box and nothing passes; that arrow then turns
 * through the gutter between them. Within a rank arrows run straight down in
 * places of their own, and bend only between ranks, where no box is: so none
 * runs through a box. */
#include <math.h>
#include <stdlib.h>

#include "compiler/drawing/layout.h"

enum {
    GAP_HEIGHT = 26,      /* between ranks; more where arrows go far aside */
    MOST_GAP_HEIGHT = 90, /* the most of it */
    GUTTER = 44,
    TURN = 14,            /* above and below the columns, where arrows turn */
    COLUMN_HEIGHT = 1100, /* that a panel of one column has at most */
    PORT_GAP = 18,        /* between arrow heads on one box */
    STRAIGHT = 4,         /* pixels aside that an arrow does not bend for */
    PORT_MARGIN = 15      /* from them to its sides, at least */
};

struct band {
    int top, height; /* of a rank */
    int column;
};

struct column {
    int right, bottom;
    double shift; /* from a vertex's x to pixels */
};

struct grid {
    struct band *bands;
    struct column *columns;
    int n_columns;
    int *port; /* of each link, from the middle of its box */
};

static bool is_cut(const struct layout *layout, int rank)
{
    const int *order = layout->order;
    int first = layout->rank_start[rank], end = layout->rank_start[rank + 1];
    const struct link *only = NULL;
    for (int i = first; i < end; i++) {
        int v = order[i];
        for (int k = layout->down.start[v]; k < layout->down.start[v + 1];
             k++) {
            if (only)
                return false;
            only = &layout->links[layout->down.list[k]];
        }
    }
    return only && !layout->vertices[only->from].is_trunk &&
           !layout->vertices[only->to].is_trunk;
}

static int rank_height(const struct layout *layout, int rank)
{
    int height = 0;
    for (int i = layout->rank_start[rank]; i < layout->rank_start[rank + 1];
         i++) {
        const struct vertex *vertex = &layout->vertices[layout->order[i]];
        int own = layout->panel->boxes[vertex->box].height;
        if (!vertex->is_trunk && own > height)
            height = own;
    }
    return height;
}

/* Arrows that go far aside get more height, so that none lies flat. */
static int gap_height(const struct layout *layout, int rank)
{
    double most = 0;
    for (int i = layout->rank_start[rank]; i < layout->rank_start[rank + 1];
         i++) {
        int v = layout->order[i];
        for (int k = layout->down.start[v]; k < layout->down.start[v + 1];
             k++) {
            const struct link *link = &layout->links[layout->down.list[k]];
            double aside =
                fabs(layout->vertices[link->to].x - layout->vertices[v].x);
            most = aside > most ? aside : most;
        }
    }
    double height = GAP_HEIGHT + most / 8;
    return height < MOST_GAP_HEIGHT ? (int)height : MOST_GAP_HEIGHT;
}

/* The sides of what stands in a rank, in x; how far they reach so far is in
 * *left and *right. */
static void widen(const struct layout *layout, int rank, double *left,
                  double *right)
{
    for (int i = layout->rank_start[rank]; i < layout->rank_start[rank + 1];
         i++) {
        const struct vertex *vertex = &layout->vertices[layout->order[i]];
        *left = fmin(*left, vertex->x - vertex->width / 2.0);
        *right = fmax(*right, vertex->x + vertex->width / 2.0);
    }
}

/* So many columns make a panel of this height and width half as wide again as
 * high; a panel that can be seen at once has one. */
static int count_columns(int height, double width)
{
    if (height <= COLUMN_HEIGHT)
        return 1;
    double columns = sqrt(1.5 * height / (width + GUTTER));
    return columns > 1 ? (int)lround(columns) : 1;
}

static void find_bands(const struct layout *layout, struct grid *grid)
{
    int n = layout->n_ranks, height = 0, y = 0;
    double left = HUGE_VAL, right = -HUGE_VAL;
    for (int r = 0; r < n; r++) {
        widen(layout, r, &left, &right);
        grid->bands[r].height = rank_height(layout, r);
        height += grid->bands[r].height + gap_height(layout, r);
    }
    int most = count_columns(height, right - left), passed = 0;
    for (int r = 0; r < n; r++) {
        struct band *band = &grid->bands[r];
        int step = band->height + gap_height(layout, r);
        band->top = y;
        band->column = grid->n_columns;
        y += step;
        passed += step;
        double wanted = (double)height * (grid->n_columns + 1) / most;
        if (r + 1 < n && grid->n_columns + 1 < most && passed > wanted - step &&
            is_cut(layout, r)) {
            grid->n_columns++;
            y = 0;
        }
    }
    grid->n_columns++;
}

/* Columns stand side by side; all begin at the top. */
static void find_columns(const struct layout *layout, struct grid *grid)
{
    int x = 0, rank = 0;
    for (int c = 0; c < grid->n_columns; c++) {
        struct column *column = &grid->columns[c];
        double left = HUGE_VAL, right = -HUGE_VAL;
        for (; rank < layout->n_ranks && grid->bands[rank].column == c;
             rank++) {
            widen(layout, rank, &left, &right);
            column->bottom = grid->bands[rank].top + grid->bands[rank].height;
        }
        column->shift = x - left;
        column->right = x + (int)ceil(right - left);
        x = column->right + GUTTER;
    }
}

static int pixel_x(const struct layout *layout, const struct grid *grid, int v)
{
    const struct vertex *vertex = &layout->vertices[v];
    const struct band *band = &grid->bands[vertex->rank];
    return (int)lround(vertex->x + grid->columns[band->column].shift);
}

static void place_boxes(const struct layout *layout, const struct grid *grid)
{
    for (int v = 0; v < layout->panel->n_boxes; v++) {
        struct box *box = &layout->panel->boxes[v];
        const struct band *band = &grid->bands[layout->vertices[v].rank];
        box->x = pixel_x(layout, grid, v) - box->width / 2;
        box->y = band->top + (band->height - box->height) / 2;
    }
}

struct head {
    int link;
    double x; /* where the arrow comes from, from the middle of the box */
};

static int compare_heads(const void *left, const void *right)
{
    const struct head *a = left, *b = right;
    if (a->x != b->x)
        return a->x < b->x ? -1 : 1;
    return a->link - b->link;
}

/* The heads on a box, in the order they come from; how many. */
static int find_heads(const struct layout *layout, int v, struct head *heads)
{
    int first = layout->up.start[v], n = layout->up.start[v + 1] - first;
    for (int i = 0; i < n; i++) {
        int link = layout->up.list[first + i];
        double x = layout->vertices[layout->links[link].from].x;
        heads[i] = (struct head){link, x - layout->vertices[v].x};
    }
    qsort(heads, (size_t)n, sizeof *heads, compare_heads);
    return n;
}

/* Heads on one box stand side by side: about the one that comes straight from
 * above, or about the middle. */
static void find_ports(const struct layout *layout, struct grid *grid)
{
    struct head *heads =
        arena_alloc(layout->arena, (size_t)layout->n_links, sizeof *heads);
    for (int v = 0; v < layout->panel->n_boxes; v++) {
        int n = find_heads(layout, v, heads);
        double room = (layout->vertices[v].width / 2.0 - PORT_MARGIN) /
                      (n > 1 ? n - 1 : 1);
        double gap = room < PORT_GAP ? room : PORT_GAP;
        double middle = (n - 1) / 2.0;
        for (int i = 0; i < n; i++)
            if (fabs(heads[i].x) < 1)
                middle = i;
        for (int i = 0; i < n; i++)
            grid->port[heads[i].link] = (int)lround((i - middle) * gap);
    }
}

static struct route make_route(const struct layout *layout,
                               const struct grid *grid, int index)
{
    const struct link *link = &layout->links[index];
    const struct vertex *from = &layout->vertices[link->from];
    const struct vertex *to = &layout->vertices[link->to];
    const struct box *boxes = layout->panel->boxes;
    const struct band *above = &grid->bands[from->rank];
    const struct band *below = &grid->bands[to->rank];
    const struct column *column = &grid->columns[above->column];
    const struct box *tail = &boxes[from->box], *head = &boxes[to->box];
    int end = above->top + above->height;
    struct route route = {
        .x1 = pixel_x(layout, grid, link->from),
        .y1 = from->is_trunk ? end : tail->y + tail->height,
        .low = end,
        .high = below->top,
        .x2 = pixel_x(layout, grid, link->to) + grid->port[index],
        .y2 = to->is_trunk ? below->top + below->height : head->y,
        .turns = above->column != below->column,
        .from = from->box,
        .to = to->is_trunk ? -1 : to->box,
    };
    if (!to->is_trunk && abs(route.x1 - route.x2) < STRAIGHT)
        route.x2 = route.x1;
    if (route.turns) {
        route.low = column->bottom + TURN;
        route.high = -TURN;
        route.gutter = column->right + GUTTER / 2;
    }
    return route;
}

/* The panel's size is here that of what is in it. */
static void measure(struct panel *panel, const struct grid *grid)
{
    int turn = grid->n_columns > 1 ? TURN : 0, height = 0;
    for (int c = 0; c < grid->n_columns; c++)
        height =
            grid->columns[c].bottom > height ? grid->columns[c].bottom : height;
    panel->width = grid->columns[grid->n_columns - 1].right;
    panel->height = height + 2 * turn;
    for (int i = 0; i < panel->n_boxes; i++)
        panel->boxes[i].y += turn;
    for (int i = 0; i < panel->n_routes; i++) {
        struct route *route = &panel->routes[i];
        route->y1 += turn;
        route->low += turn;
        route->high += turn;
        route->y2 += turn;
    }
}

void layout_columns(struct layout *layout)
{
    struct arena *arena = layout->arena;
    struct panel *panel = layout->panel;
    size_t n = (size_t)layout->n_ranks, n_links = (size_t)layout->n_links;
    struct grid grid = {
        .bands = arena_alloc(arena, n, sizeof *grid.bands),
        .columns = arena_alloc(arena, n, sizeof *grid.columns),
        .port = arena_alloc(arena, n_links, sizeof *grid.port),
    };
    find_bands(layout, &grid);
    find_columns(layout, &grid);
    place_boxes(layout, &grid);
    find_ports(layout, &grid);
    panel->routes = arena_alloc(arena, n_links, sizeof *panel->routes);
    for (int i = 0; i < layout->n_links; i++)
        panel->routes[panel->n_routes++] = make_route(layout, &grid, i);
    measure(panel, &grid);
}
