/* Modules in the order of layers. What a file says of their order is not all:
 * "conv" and "bn" may stand either way round. So layers are given modules one
 * after the other, a module only when all that are sure to be in front of it are
 * taken, and where that leads nowhere, another is tried: a search in depth with
 * a limit. */
#include <limits.h>
#include <string.h>

#include "trainer/weights/torch_layers.h"

enum {
    MOST_MODULES = 2048, /* the square of it is memory */
    MOST_TRIES = 20000
};

struct search {
    const struct weights_file *file;
    const struct torch_modules *modules;
    struct torch_layers *layers;
    bool *is_before; /* [modules][modules] */
    int *waiting;    /* of each module: how many are in front, not yet taken */
    bool *is_taken;
    int *chosen, *best; /* modules of layers */
    int n_best, n_found, tries;
};

static const char *path_of(const struct search *search, int module)
{
    return search->modules->modules[module].path;
}

/* How well a module follows another: less is better, and no two are alike. */
struct rank {
    int distance, is_other, module;
};

static struct rank rank_of(const struct search *search, int layer, int module)
{
    if (layer == 0)
        return (struct rank){0, 0, module};
    const char *last = path_of(search, search->chosen[layer - 1]);
    const char *path = path_of(search, module);
    return (struct rank){torch_distance(last, path),
                         !torch_are_alike(last, path), module};
}

static bool is_better(struct rank a, struct rank b)
{
    if (a.distance != b.distance)
        return a.distance < b.distance;
    return a.is_other != b.is_other ? a.is_other < b.is_other
                                    : a.module < b.module;
}

/* The best that fits the layer, of those that are worse than the last one tried;
 * -1: there is none. */
static int next_choice(const struct search *search, int layer,
                       struct rank *last)
{
    struct rank best = {INT_MAX, INT_MAX, -1};
    for (int m = 0; m < search->modules->count; m++) {
        if (search->is_taken[m] || search->waiting[m] > 0)
            continue;
        struct rank rank = rank_of(search, layer, m);
        if (is_better(*last, rank) && is_better(rank, best) &&
            torch_module_fits(search->file, &search->modules->modules[m],
                              &search->layers->layers[layer]))
            best = rank;
    }
    *last = best;
    return best.module;
}

static void take(struct search *search, int module, bool is_taken)
{
    int n = search->modules->count;
    search->is_taken[module] = is_taken;
    for (int m = 0; m < n; m++)
        if (search->is_before[module * n + m])
            search->waiting[m] += is_taken ? -1 : 1;
}

static void note_best(struct search *search, int layer)
{
    if (search->n_found > 0 || layer <= search->n_best)
        return;
    search->n_best = layer;
    memcpy(search->best, search->chosen,
           (size_t)layer * sizeof *search->chosen);
}

/* Gives modules to that layer and those behind it; true to end the search. */
static bool place(struct search *search, int layer)
{
    note_best(search, layer);
    if (layer == search->layers->count)
        return ++search->n_found == 2;
    struct rank last = {-1, -1, -1};
    for (int m; (m = next_choice(search, layer, &last)) >= 0;) {
        if (++search->tries > MOST_TRIES)
            return true;
        search->chosen[layer] = m;
        take(search, m, true);
        bool ends = place(search, layer + 1);
        take(search, m, false);
        if (ends)
            return true;
    }
    return false;
}

static void find_order(struct search *search)
{
    int n = search->modules->count;
    for (int a = 0; a < n; a++)
        for (int b = 0; b < n; b++)
            if (torch_is_before(path_of(search, a), path_of(search, b))) {
                search->is_before[a * n + b] = true;
                search->waiting[b]++;
            }
}

int torch_match_order(const struct weights_file *file,
                      const struct torch_modules *modules,
                      struct torch_layers *layers, bool *is_ambiguous)
{
    struct arena *arena = file->arena;
    size_t n = (size_t)modules->count, n_layers = (size_t)layers->count;
    struct search search = {.file = file, .modules = modules, .layers = layers};
    *is_ambiguous = false;
    if (n > MOST_MODULES || n_layers > MOST_MODULES)
        return 0;
    search.is_before = arena_alloc(arena, n * n, sizeof *search.is_before);
    search.waiting = arena_alloc(arena, n, sizeof *search.waiting);
    search.is_taken = arena_alloc(arena, n, sizeof *search.is_taken);
    search.chosen = arena_alloc(arena, n_layers, sizeof *search.chosen);
    search.best = arena_alloc(arena, n_layers, sizeof *search.best);
    find_order(&search);
    place(&search, 0);
    for (int i = 0; i < search.n_best; i++)
        layers->layers[i].module = search.best[i];
    *is_ambiguous = search.n_found > 1;
    return search.n_best;
}
