/* Whole networks: an input of prime-like extents, layers and graphs by chance,
 * and an end that a schedule can train: classes, or the input again. */
#include "tests/naive/random_network.h"

enum { MOST_VALUES = 900, MOST_MACS = 60000 };

/* ---- the maker ------------------------------------------------------------ */

int64_t maker_pick(struct maker *maker, int64_t n)
{
    struct guss_words words = guss_draw(&maker->stream, maker->drawn++, 0);
    return (int64_t)(words.word[0] % (uint64_t)n);
}

bool maker_chance(struct maker *maker, int64_t n)
{
    return maker_pick(maker, n) == 0;
}

const char *maker_word(struct maker *maker, const char *const *words, int n)
{
    return words[maker_pick(maker, n)];
}

const char *maker_pair(struct maker *maker, const int64_t pair[2])
{
    if (pair[0] == pair[1] && maker_chance(maker, 2))
        return arena_printf(maker->arena, "%lld", (long long)pair[0]);
    return arena_printf(maker->arena, "(%lld, %lld)", (long long)pair[0],
                        (long long)pair[1]);
}

bool maker_affords(struct maker *maker, const struct shape *shape, int64_t macs)
{
    if (shape_elements(shape) > MOST_VALUES || maker->macs + macs > MOST_MACS)
        return false;
    maker->macs += macs;
    return true;
}

struct spot maker_add(struct maker *maker, const char *call,
                      const struct spot *inputs, int n_inputs,
                      struct shape shape)
{
    struct text *body = &maker->body;
    const char *name = arena_printf(maker->arena, "n%d", maker->n_names++);
    bool is_last = n_inputs == 1 && inputs[0].name == maker->last;
    text_printf(body, "    %s = %s", name, call);
    /* A chain begins without a layer to name. */
    bool names = n_inputs > 1 || (n_inputs == 1 && inputs[0].name &&
                                  (!is_last || maker_chance(maker, 4)));
    for (int i = 0; names && i < n_inputs; i++)
        text_printf(body, "%s%s", i ? ", " : " from ", inputs[i].name);
    if (maker_chance(maker, 2))
        text_printf(body, "  @ %s", shape_text(maker->arena, &shape));
    text_puts(body, "\n");
    maker->last = name;
    return (struct spot){name, shape};
}

/* ---- ends ----------------------------------------------------------------- */

static struct spot flatten(struct maker *maker, struct spot from)
{
    if (from.shape.rank == 1)
        return from;
    struct shape flat = {.rank = 1, .size = {shape_elements(&from.shape)}};
    return maker_add(maker, "Flatten()", &from, 1, flat);
}

/* A loss, and an activation whose outputs it can take. */
static const char *random_loss(struct maker *maker, struct random_network *made,
                               bool has_classes)
{
    static const char *const shares[] = {"softmax", "softmax", "softplus",
                                         "sigmoid"};
    static const char *const chances[] = {"sigmoid", "sigmoid", "softmax"};
    switch (maker_pick(maker, 4)) {
    case 0:
        made->loss =
            has_classes ? "categorical_crossentropy" : "mean_squared_error";
        return has_classes ? maker_word(maker, shares, 4) : "linear";
    case 1:
        made->loss = "binary_crossentropy";
        return maker_word(maker, chances, has_classes ? 3 : 2);
    case 2:
        made->loss = maker_pick(maker, 2) ? "huber" : "mean_absolute_error";
        return random_activation(maker, 1);
    default:
        made->loss = "mean_squared_error";
        return random_activation(maker, 1);
    }
}

static void end_with_classes(struct maker *maker, struct spot at,
                             struct random_network *made)
{
    made->objective = "classifier";
    made->classes = maker_chance(maker, 4) ? 1 : 2 + maker_pick(maker, 9);
    const char *activation = random_loss(maker, made, made->classes > 1);
    at = flatten(maker, at);
    random_channels(maker, at, made->classes, activation);
    made->classes += made->classes == 1; /* one output: labels 0 and 1 */
}

/* Cuts or pads an image to the height and width that are wanted. */
static struct spot fit(struct maker *maker, struct spot at, struct shape wanted)
{
    for (int sign = -1; sign <= 1; sign += 2) {
        int64_t margin[2];
        struct shape shape = at.shape;
        for (int axis = 0; axis < 2; axis++) {
            int64_t missing = wanted.size[axis] - at.shape.size[axis];
            margin[axis] = missing * sign > 0 ? missing * sign : 0;
            shape.size[axis] += sign * margin[axis];
        }
        if (margin[0] == 0 && margin[1] == 0)
            continue;
        const char *call = arena_printf(
            maker->arena, "%s(((%lld, %lld), (%lld, %lld)))",
            sign > 0 ? "ZeroPadding2D" : "Cropping2D",
            (long long)(margin[0] / 2), (long long)(margin[0] - margin[0] / 2),
            (long long)(margin[1] / 2), (long long)(margin[1] - margin[1] / 2));
        at = maker_add(maker, call, &at, 1, shape);
    }
    return at;
}

static void end_with_input(struct maker *maker, struct spot at,
                           struct shape input, struct random_network *made)
{
    int64_t last = input.size[input.rank - 1];
    made->objective = "autoencoder";
    const char *activation = random_loss(maker, made, last > 1);
    if (input.rank == 3 && at.shape.rank == 3 && !maker->is_plain) {
        at = fit(maker, at, input);
        random_channels(maker, at, last, activation);
        return;
    }
    at = flatten(maker, at);
    struct shape flat = {.rank = 1, .size = {shape_elements(&input)}};
    bool reshapes = maker_chance(maker, 2);
    at = random_channels(maker, at, flat.size[0], activation);
    if (reshapes)
        maker_add(maker,
                  arena_printf(maker->arena, "Reshape%s",
                               shape_text(maker->arena, &input)),
                  &at, 1, input);
}

/* ---- networks --------------------------------------------------------------- */

static struct shape random_input(struct maker *maker)
{
    static const int64_t sides[] = {5, 7, 4, 6, 11, 3, 13, 2};
    static const int64_t channels[] = {1, 2, 3, 4, 5, 7};
    int64_t side = maker_pick(maker, 8);
    struct shape shape = {
        .rank = maker->is_plain ? 1 + (int)maker_pick(maker, 2) : 3,
        .size = {sides[side], sides[(side + 1 + maker_pick(maker, 7)) % 8],
                 channels[maker_pick(maker, 6)]}};
    if (!maker->is_plain && maker_chance(maker, 4))
        shape.rank = 1 + (int)maker_pick(maker, 2);
    if (shape_elements(&shape) > 300)
        shape.size[2] = 2;
    return shape;
}

static struct spot add_input(struct maker *maker, struct shape shape)
{
    const char *call =
        arena_printf(maker->arena, "Input%s", shape_text(maker->arena, &shape));
    return maker_add(maker, call, NULL, 0, shape);
}

static struct spot add_layers(struct maker *maker, struct spot at)
{
    int64_t layers = 2 + maker_pick(maker, 5);
    at = random_layer(maker, at);
    for (int64_t i = 0; i < layers; i++)
        at = !maker->is_plain && maker_chance(maker, 3)
                 ? random_graph(maker, at)
                 : random_layer(maker, at);
    return at;
}

/* Two inputs and two outputs: for prediction. */
static void make_several(struct maker *maker)
{
    struct spot first = add_input(maker, random_input(maker));
    struct spot second = add_input(maker, random_input(maker));
    first = flatten(maker, add_layers(maker, first));
    second = flatten(maker, add_layers(maker, second));
    const struct spot both[2] = {random_channels(maker, first, 5, "tanh"),
                                 random_channels(maker, second, 5, "relu")};
    struct spot met = maker_add(maker, "Multiply()", both, 2, both[0].shape);
    struct spot end = random_channels(maker, met, 3, "softmax");
    text_printf(&maker->body, "    output %s, %s\n", both[1].name, end.name);
}

struct random_network random_network_make(struct arena *arena, uint64_t seed)
{
    struct maker maker = {
        .arena = arena,
        .stream = guss_stream(seed, GUSS_RANDOM_BENCH, 0, 0),
        .parts = text_new(arena),
        .body = text_new(arena),
        .is_plain = seed % 10 == 0,
    };
    struct random_network made = {.is_trained = seed % 10 != 1};
    if (made.is_trained) {
        struct shape input = random_input(&maker);
        struct spot at = add_layers(&maker, add_input(&maker, input));
        if (maker_chance(&maker, 2))
            end_with_classes(&maker, at, &made);
        else
            end_with_input(&maker, at, input, &made);
    } else {
        make_several(&maker);
    }
    made.text =
        arena_printf(arena, "# Random network %llu.\n%snetwork main {\n%s}\n",
                     (unsigned long long)seed, text_string(&maker.parts),
                     text_string(&maker.body));
    return made;
}
