/* Boxes and arrows to ranks, trunks and links. A box stands one rank below the
 * lowest box that it reads; one that nothing holds up there, just above the
 * highest that reads it. */
#include <assert.h>
#include <limits.h>

#include "compiler/drawing/layout.h"

static int larger(int a, int b)
{
    return a > b ? a : b;
}

/* Boxes that only one arrow leaves, and of which the same is true of all that
 * they read: nothing else depends on how low they stand. */
static bool *find_private(struct arena *arena, const struct panel *panel)
{
    size_t n = (size_t)panel->n_boxes;
    bool *is_private = arena_alloc(arena, n, sizeof *is_private);
    int *readers = arena_alloc(arena, n, sizeof *readers);
    for (int i = 0; i < panel->n_arrows; i++)
        readers[panel->arrows[i].from]++;
    for (int i = 0; i < panel->n_boxes; i++)
        is_private[i] = true;
    for (int i = 0; i < panel->n_arrows; i++) {
        struct arrow arrow = panel->arrows[i];
        is_private[arrow.to] &=
            is_private[arrow.from] && readers[arrow.from] == 1;
    }
    return is_private;
}

/* Arrows stand in the order of their heads, so each box is done before what
 * reads it, or, from the end, after. */
static int *find_ranks(struct arena *arena, const struct panel *panel)
{
    size_t n = (size_t)panel->n_boxes;
    int *ranks = arena_alloc(arena, n, sizeof *ranks);
    int *limits = arena_alloc(arena, n, sizeof *limits);
    const bool *is_private = find_private(arena, panel);
    for (int i = 0; i < panel->n_arrows; i++) {
        struct arrow arrow = panel->arrows[i];
        assert(arrow.from < arrow.to);
        ranks[arrow.to] = larger(ranks[arrow.to], ranks[arrow.from] + 1);
    }
    for (int i = 0; i < panel->n_boxes; i++)
        limits[i] = INT_MAX;
    for (int box = panel->n_boxes - 1, i = panel->n_arrows - 1; box >= 0;
         box--) {
        if (is_private[box] && limits[box] < INT_MAX)
            ranks[box] = limits[box];
        for (; i >= 0 && panel->arrows[i].to == box; i--) {
            int *limit = &limits[panel->arrows[i].from];
            *limit = *limit < ranks[box] - 1 ? *limit : ranks[box] - 1;
        }
    }
    return ranks;
}

/* The lowest rank that reads each box; its own, where none does. */
static int *find_ends(struct arena *arena, const struct panel *panel,
                      const int *ranks)
{
    int *ends = arena_alloc(arena, (size_t)panel->n_boxes, sizeof *ends);
    for (int i = 0; i < panel->n_boxes; i++)
        ends[i] = ranks[i];
    for (int i = 0; i < panel->n_arrows; i++) {
        struct arrow arrow = panel->arrows[i];
        ends[arrow.from] = larger(ends[arrow.from], ranks[arrow.to]);
    }
    return ends;
}

static enum status check_size(const struct panel *panel, const int *ranks,
                              const int *ends, struct layout *layout,
                              struct error *error)
{
    int64_t places = panel->n_boxes, trunks = 0;
    for (int i = 0; i < panel->n_boxes; i++)
        trunks += ends[i] - ranks[i] > 1 ? ends[i] - ranks[i] - 1 : 0;
    places += trunks;
    int64_t links = trunks + panel->n_arrows;
    if (places > DRAWING_MOST_PLACES || links > DRAWING_MOST_ROUTES)
        return error_set(error, STATUS_INPUT,
                         "'%s' is too large to draw: its %d boxes and %d "
                         "arrows take %lld places and %lld lines, and a "
                         "drawing has at most %d and %d",
                         panel->title, panel->n_boxes, panel->n_arrows,
                         (long long)places, (long long)links,
                         DRAWING_MOST_PLACES, DRAWING_MOST_ROUTES);
    layout->vertices =
        arena_alloc(layout->arena, (size_t)places, sizeof *layout->vertices);
    layout->links =
        arena_alloc(layout->arena, (size_t)links, sizeof *layout->links);
    return STATUS_OK;
}

static void add_link(struct layout *layout, int from, int to)
{
    bool trunks = layout->vertices[from].is_trunk;
    bool trunk = layout->vertices[to].is_trunk;
    /* what bends are worst: along a trunk, then from box to box */
    double weight = trunks && trunk ? 8 : trunks || trunk ? 0.001 : 1;
    layout->links[layout->n_links++] = (struct link){from, to, weight};
}

/* Vertices of the trunks: those of box b begin at first[b], one a rank. */
static int *add_vertices(struct layout *layout, const int *ranks,
                         const int *ends)
{
    const struct panel *panel = layout->panel;
    int *first =
        arena_alloc(layout->arena, (size_t)panel->n_boxes, sizeof *first);
    for (int i = 0; i < panel->n_boxes; i++)
        layout->vertices[layout->n_vertices++] = (struct vertex){
            .box = i, .rank = ranks[i], .width = panel->boxes[i].width};
    for (int i = 0; i < panel->n_boxes; i++) {
        first[i] = layout->n_vertices;
        for (int rank = ranks[i] + 1; rank < ends[i]; rank++)
            layout->vertices[layout->n_vertices++] = (struct vertex){
                .box = i, .is_trunk = true, .rank = rank, .width = TRUNK_WIDTH};
        for (int rank = ranks[i] + 1; rank < ends[i]; rank++) {
            int at = first[i] + rank - ranks[i] - 1;
            add_link(layout, rank == ranks[i] + 1 ? i : at - 1, at);
        }
    }
    return first;
}

static struct incidence find_incidence(const struct layout *layout, bool up)
{
    size_t n = (size_t)layout->n_vertices;
    struct incidence found = {
        arena_alloc(layout->arena, n + 2, sizeof *found.start),
        arena_alloc(layout->arena, (size_t)layout->n_links,
                    sizeof *found.list)};
    for (int i = 0; i < layout->n_links; i++)
        found.start[(up ? layout->links[i].to : layout->links[i].from) + 2]++;
    for (size_t v = 2; v < n + 2; v++)
        found.start[v] += found.start[v - 1];
    for (int i = 0; i < layout->n_links; i++) {
        int v = up ? layout->links[i].to : layout->links[i].from;
        found.list[found.start[v + 1]++] = i;
    }
    return found;
}

/* Fills `order` with each rank's vertices as they come. */
static void fill_ranks(struct layout *layout)
{
    for (int v = 0; v < layout->n_vertices; v++)
        layout->n_ranks = larger(layout->n_ranks, layout->vertices[v].rank + 1);
    layout->rank_start =
        arena_alloc(layout->arena, (size_t)layout->n_ranks + 2, sizeof(int));
    layout->order =
        arena_alloc(layout->arena, (size_t)layout->n_vertices, sizeof(int));
    int *start = layout->rank_start;
    for (int v = 0; v < layout->n_vertices; v++)
        start[layout->vertices[v].rank + 2]++;
    for (int r = 2; r < layout->n_ranks + 2; r++)
        start[r] += start[r - 1];
    for (int v = 0; v < layout->n_vertices; v++)
        layout->order[start[layout->vertices[v].rank + 1]++] = v;
    for (int r = 0; r < layout->n_ranks; r++)
        for (int i = start[r]; i < start[r + 1]; i++)
            layout->vertices[layout->order[i]].position = i - start[r];
}

enum status layout_ranks(struct layout *layout, struct error *error)
{
    const struct panel *panel = layout->panel;
    int *ranks = find_ranks(layout->arena, panel);
    int *ends = find_ends(layout->arena, panel, ranks);
    if (check_size(panel, ranks, ends, layout, error))
        return error->status;
    int *first = add_vertices(layout, ranks, ends);
    for (int i = 0; i < panel->n_arrows; i++) {
        struct arrow arrow = panel->arrows[i];
        int passed = ranks[arrow.to] - ranks[arrow.from] - 1;
        add_link(layout,
                 passed > 0 ? first[arrow.from] + passed - 1 : arrow.from,
                 arrow.to);
    }
    layout->up = find_incidence(layout, true);
    layout->down = find_incidence(layout, false);
    fill_ranks(layout);
    return STATUS_OK;
}
