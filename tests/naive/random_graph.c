/* What makes a graph of a chain: branches that are merged, networks that are
 * placed, blocks and repeats. */
#include <string.h>

#include "tests/naive/random_network.h"

/* ---- merges ------------------------------------------------------------ */

static struct spot merge_equal(struct maker *maker, const struct spot *branches,
                               int n)
{
    static const char *const calls[] = {"Add()",     "Multiply()",
                                        "Average()", "Maximum()",
                                        "Minimum()", "Subtract()"};
    return maker_add(maker, maker_word(maker, calls, n == 2 ? 6 : 5), branches,
                     n, branches[0].shape);
}

/* Behind each other along an axis in which they may differ. */
static struct spot concatenate(struct maker *maker, const struct spot *branches,
                               int n, int axis)
{
    struct shape shape = branches[0].shape;
    for (int i = 1; i < n; i++)
        shape.size[axis] += branches[i].shape.size[axis];
    bool from_end = maker_chance(maker, 2);
    const char *call = arena_printf(maker->arena, "Concatenate(axis=%d)",
                                    from_end ? axis - shape.rank : axis + 1);
    if (axis == shape.rank - 1 && maker_chance(maker, 2))
        call = "Concatenate()";
    return maker_add(maker, call, branches, n, shape);
}

/* Branches of one shape, or of different channels; `from` itself may be one. */
static struct spot add_branches(struct maker *maker, struct spot from)
{
    struct spot branches[3];
    int n = maker_chance(maker, 3) ? 3 : 2;
    int last = from.shape.rank - 1;
    bool differs = maker_chance(maker, 3);
    struct shape joined = from.shape;
    joined.size[last] *= 5;
    if (!maker_affords(maker, &joined, 0))
        return random_same_shape(maker, from);
    for (int i = 0; i < n; i++) {
        branches[i] = from;
        int64_t channels = 1 + maker_pick(maker, 5);
        if (differs)
            branches[i] = random_channels(maker, from, channels,
                                          random_activation(maker, channels));
        else if (i > 0 || maker_chance(maker, 2))
            branches[i] = random_same_shape(maker, from);
    }
    if (differs)
        return concatenate(maker, branches, n, last);
    if (maker_chance(maker, 4))
        return concatenate(maker, branches, n,
                           (int)maker_pick(maker, last + 1));
    return merge_equal(maker, branches, n);
}

/* ---- placed networks ----------------------------------------------------- */

/* Leaves the network at hand for a new one, and comes back to it. */
struct pause {
    struct text body;
    const char *last;
};

static struct pause pause_body(struct maker *maker)
{
    struct pause pause = {maker->body, maker->last};
    maker->body = text_new(maker->arena);
    maker->last = NULL;
    return pause;
}

static const char *finish_part(struct maker *maker, const char *head,
                               struct pause pause)
{
    const char *name = arena_printf(maker->arena, "part%d", maker->n_parts++);
    text_printf(&maker->parts, "network %s%s {\n%s}\n\n", name, head,
                text_string(&maker->body));
    maker->body = pause.body;
    maker->last = pause.last;
    return name;
}

/* A network from one input, as a chain or with an Input layer. */
static const char *make_part(struct maker *maker, struct shape shape,
                             struct shape *output)
{
    struct pause pause = pause_body(maker);
    struct spot at = {.name = NULL, .shape = shape};
    const char *head = shape_text(maker->arena, &shape);
    bool is_chain = maker_chance(maker, 2);
    if (!is_chain) {
        at = maker_add(maker, arena_printf(maker->arena, "Input%s", head), NULL,
                       0, shape);
        head = "";
    }
    int64_t layers = 1 + maker_pick(maker, 3);
    int64_t channels = 1 + maker_pick(maker, 5);
    at = random_channels(maker, at, channels,
                         random_activation(maker, channels));
    for (int64_t i = 0; i < layers; i++)
        at = !is_chain && maker_chance(maker, 4) ? add_branches(maker, at)
                                                 : random_layer(maker, at);
    *output = at.shape;
    return finish_part(maker, head, pause);
}

/* A network of two inputs that it merges. */
static const char *make_pair(struct maker *maker, struct shape shape)
{
    struct pause pause = pause_body(maker);
    const char *call =
        arena_printf(maker->arena, "Input%s", shape_text(maker->arena, &shape));
    struct spot ends[2];
    for (int i = 0; i < 2; i++)
        ends[i] = maker_add(maker, call, NULL, 0, shape);
    int64_t channels = shape.size[shape.rank - 1];
    ends[1] = random_channels(maker, ends[1], channels, "tanh");
    merge_equal(maker, ends, 2);
    return finish_part(maker, "", pause);
}

/* Placed once, or on two branches and merged. */
static struct spot add_placed(struct maker *maker, struct spot from)
{
    struct shape output;
    int64_t before = maker->macs;
    struct spot other = random_same_shape(maker, from), placed[2];
    if (maker_chance(maker, 4)) {
        const char *pair = make_pair(maker, from.shape);
        const struct spot both[2] = {from, other};
        return maker_add(maker, arena_printf(maker->arena, "%s()", pair), both,
                         2, from.shape);
    }
    const char *part = make_part(maker, from.shape, &output);
    const char *call = arena_printf(maker->arena, "%s()", part);
    maker->macs += maker->macs - before;
    placed[0] = maker_add(maker, call, &other, 1, output);
    if (maker_chance(maker, 3))
        return placed[0];
    placed[1] = maker_add(maker, call, &from, 1, output);
    return merge_equal(maker, placed, 2);
}

/* ---- blocks and repeats ----------------------------------------------------- */

static struct spot add_block(struct maker *maker, struct spot from)
{
    const char *name = arena_printf(maker->arena, "block%d", maker->n_parts++);
    int64_t channels = from.shape.size[from.shape.rank - 1];
    const char *inner =
        from.shape.rank == 3
            ? "Conv2D(filters, 3, padding=same, activation=tanh)"
            : "Dense(filters, activation=tanh)";
    const char *middle =
        maker_chance(maker, 2) ? "BatchNormalization()" : "LeakyReLU(0.2)";
    int64_t macs = shape_elements(&from.shape) * channels * 18;
    if (!maker_affords(maker, &from.shape, macs))
        return random_same_shape(maker, from);
    text_printf(&maker->parts,
                "block %s(filters) {\n    %s\n    %s\n    turned = %s\n"
                "    Add() from input, turned\n}\n\n",
                name, inner, middle, inner);
    const char *call =
        arena_printf(maker->arena, "%s(%lld)", name, (long long)channels);
    return maker_add(maker, call, &from, 1, from.shape);
}

static struct spot add_repeat(struct maker *maker, struct spot from)
{
    int64_t channels = from.shape.size[from.shape.rank - 1];
    int64_t macs = 3 * shape_elements(&from.shape) * channels;
    if (!maker_affords(maker, &from.shape, macs))
        return random_same_shape(maker, from);
    text_printf(&maker->body,
                "    again%d = Activation(tanh) from %s\n"
                "    repeat 3 as i {\n"
                "        Dense(%lld, activation=elu, use_bias=false)\n"
                "        LeakyReLU(0.1 * (i + 1))\n    }\n",
                maker->n_names, from.name, (long long)channels);
    struct spot last = {.name = "of the repeat", .shape = from.shape};
    maker->last = NULL;
    maker->n_names++;
    return maker_add(maker, "Activation(swish)", &last, 0, from.shape);
}

struct spot random_graph(struct maker *maker, struct spot from)
{
    switch (maker_pick(maker, 6)) {
    case 0:
    case 1:
        return add_placed(maker, from);
    case 2:
        return add_block(maker, from);
    case 3:
        return add_repeat(maker, from);
    default:
        return add_branches(maker, from);
    }
}
