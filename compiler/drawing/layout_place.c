/* The x of each vertex. Rank by rank, each wants to stand where its links are
 * straight; those of a rank that want the same place share it as least squares
 * have it (isotonic regression, by pooling adjacent violators). */
#include "compiler/drawing/layout.h"

enum { SWEEPS = 24, UP = 1, DOWN = 2 };

/* Neighbours in a rank that touch: they move as one. */
struct pool {
    double place, weight; /* of the first, its gaps to the others taken off */
    int n;
};

static double distance(const struct vertex *left, const struct vertex *right)
{
    double gap = left->is_trunk || right->is_trunk ? 0 : BOX_GAP;
    return (left->width + right->width) / 2.0 + gap;
}

static void add_wish(const struct layout *layout, const struct incidence *links,
                     int v, bool up, double *sum, double *weight)
{
    for (int i = links->start[v]; i < links->start[v + 1]; i++) {
        const struct link *link = &layout->links[links->list[i]];
        int other = up ? link->from : link->to;
        *sum += link->weight * layout->vertices[other].x;
        *weight += link->weight;
    }
}

/* Where v wants to be, and how much. */
static struct pool find_wish(const struct layout *layout, int v, int sides)
{
    double sum = 0, weight = 0;
    if (sides & UP)
        add_wish(layout, &layout->up, v, true, &sum, &weight);
    if (sides & DOWN)
        add_wish(layout, &layout->down, v, false, &sum, &weight);
    if (weight > 0)
        return (struct pool){sum / weight, weight, 1};
    return (struct pool){layout->vertices[v].x, 1e-6, 1};
}

static struct pool join(struct pool a, struct pool b)
{
    double weight = a.weight + b.weight;
    return (struct pool){(a.place * a.weight + b.place * b.weight) / weight,
                         weight, a.n + b.n};
}

static void place_rank(struct layout *layout, int rank, int sides,
                       struct pool *pools)
{
    const int *order = layout->order + layout->rank_start[rank];
    int n = layout->rank_start[rank + 1] - layout->rank_start[rank];
    double offset = 0;
    int n_pools = 0;
    for (int i = 0; i < n; i++) {
        if (i > 0)
            offset += distance(&layout->vertices[order[i - 1]],
                               &layout->vertices[order[i]]);
        struct pool pool = find_wish(layout, order[i], sides);
        pool.place -= offset;
        while (n_pools > 0 && pools[n_pools - 1].place >= pool.place)
            pool = join(pools[--n_pools], pool);
        pools[n_pools++] = pool;
    }
    offset = 0;
    for (int p = 0, i = 0; p < n_pools; p++)
        for (int k = 0; k < pools[p].n; k++, i++) {
            struct vertex *vertex = &layout->vertices[order[i]];
            if (i > 0)
                offset += distance(&layout->vertices[order[i - 1]], vertex);
            vertex->x = pools[p].place + offset;
        }
}

/* Side by side, each rank around 0. */
static void place_first(struct layout *layout, int rank)
{
    const int *order = layout->order + layout->rank_start[rank];
    int n = layout->rank_start[rank + 1] - layout->rank_start[rank];
    double x = 0;
    for (int i = 0; i < n; i++) {
        struct vertex *vertex = &layout->vertices[order[i]];
        if (i > 0)
            x += distance(&layout->vertices[order[i - 1]], vertex);
        vertex->x = x;
    }
    for (int i = 0; i < n; i++)
        layout->vertices[order[i]].x -= x / 2;
}

void layout_place(struct layout *layout)
{
    struct pool *pools =
        arena_alloc(layout->arena, (size_t)layout->n_vertices, sizeof *pools);
    for (int r = 0; r < layout->n_ranks; r++)
        place_first(layout, r);
    for (int i = 0; i < SWEEPS; i++) {
        bool downwards = i % 2 == 0;
        int sides = i >= SWEEPS / 2 ? UP | DOWN : downwards ? UP : DOWN;
        for (int r = 0; r < layout->n_ranks; r++)
            place_rank(layout, downwards ? r : layout->n_ranks - 1 - r, sides,
                       pools);
    }
}
