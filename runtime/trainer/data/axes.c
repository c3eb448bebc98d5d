/* The axes of samples. Values fill a network's input in their order, so that
 * axes in another order would mix them up without a word. */
#include "trainer/data/axes.h"

#include "base/text.h"

/* The axes whose size is not 1, by index. */
struct kept {
    int count, axis[AXES_MAX];
};

static struct kept keep(struct axes axes)
{
    struct kept kept = {.count = 0};
    for (int i = 0; i < axes.rank; i++)
        if (axes.sizes[i] != 1)
            kept.axis[kept.count++] = i;
    return kept;
}

static int64_t count_values(struct axes axes)
{
    int64_t count = 1;
    for (int i = 0; i < axes.rank; i++)
        count *= axes.sizes[i];
    return count;
}

static bool is_same(struct axes a, const struct kept *kept_a, struct axes b,
                    const struct kept *kept_b)
{
    if (kept_a->count != kept_b->count)
        return false;
    for (int i = 0; i < kept_a->count; i++)
        if (a.sizes[kept_a->axis[i]] != b.sizes[kept_b->axis[i]])
            return false;
    return true;
}

/* For each wanted axis the first of its size that is not taken yet. */
static bool find_order(struct axes given, const struct kept *from,
                       struct axes wanted, const struct kept *to,
                       int order[AXES_MAX])
{
    bool taken[AXES_MAX] = {false};
    int count = 0;
    if (from->count != to->count)
        return false;
    for (int i = 0; i < to->count; i++) {
        int at = 0;
        while (at < from->count && (taken[at] || given.sizes[from->axis[at]] !=
                                                     wanted.sizes[to->axis[i]]))
            at++;
        if (at == from->count)
            return false;
        taken[at] = true;
        order[count++] = from->axis[at];
    }
    for (int i = 0; i < given.rank; i++)
        if (given.sizes[i] == 1)
            order[count++] = i;
    return true;
}

enum axes_fit axes_compare(struct axes given, struct axes wanted,
                           int order[AXES_MAX])
{
    struct kept from = keep(given), to = keep(wanted);
    if (count_values(given) != count_values(wanted))
        return AXES_OTHER_COUNT;
    if (from.count <= 1 || to.count <= 1 || is_same(given, &from, wanted, &to))
        return AXES_AGREE;
    return find_order(given, &from, wanted, &to, order) ? AXES_TURNED
                                                        : AXES_DIFFER;
}

/* ---- what can be done ---------------------------------------------------- */

/* The order of the axes that count, each counted among those. */
static bool is_order(struct axes given, const int *order, int count,
                     const int *wanted)
{
    struct kept kept = keep(given);
    if (kept.count != count)
        return false;
    for (int i = 0; i < count; i++)
        if (order[i] != kept.axis[wanted[i]])
            return false;
    return true;
}

static const char *turned_text(struct axes given, const int *order)
{
    if (is_order(given, order, 3, (int[]){1, 2, 0}))
        return "channels come first in it, but last in a network";
    if (is_order(given, order, 2, (int[]){1, 0}) ||
        is_order(given, order, 3, (int[]){1, 0, 2}))
        return "height and width are swapped";
    return "these are the axes in another order";
}

static void put_transpose(struct text *text, struct axes given,
                          const int *order)
{
    text_puts(text, "; save numpy.transpose(x, (0");
    for (int i = 0; i < given.rank; i++)
        text_printf(text, ", %d", order[i] + 1);
    text_puts(text, "))");
}

static void put_reshape(struct text *text, struct axes wanted)
{
    text_puts(text, "; if their order is right, save x.reshape(len(x)");
    for (int i = 0; i < wanted.rank; i++)
        text_printf(text, ", %lld", (long long)wanted.sizes[i]);
    text_puts(text, ")");
}

const char *axes_advice(struct arena *arena, struct axes given,
                        struct axes wanted, bool is_array)
{
    int order[AXES_MAX] = {0};
    struct text text = text_new(arena);
    bool is_turned = axes_compare(given, wanted, order) == AXES_TURNED;
    text_puts(&text, is_turned ? turned_text(given, order)
                               : "as many values, but on other axes");
    if (is_array && is_turned)
        put_transpose(&text, given, order);
    else if (is_array)
        put_reshape(&text, wanted);
    return text_string(&text);
}
