/* compiler/graph/image_order.h: which weights read or make the row of an image. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/text.h"
#include "compiler/elaborate/elaborate.h"
#include "compiler/graph/image_order.h"
#include "compiler/syntax/parse.h"

/* "layer.weight reads>makes", of weights that do; -1: it is not known. */
static const struct {
    const char *model, *orders;
} cases[] = {
    {"network a(4, 4, 3) { Flatten() Dense(5) Dense(2) }",
     "dense.kernel 3>0\n"},
    /* one channel, or one pixel, has the same order in both */
    {"network a(4, 4, 1) { Flatten() Dense(5) }", ""},
    {"network a(4, 4, 3) { GlobalAveragePooling2D() Dense(5) }", ""},
    {"network a(4, 4, 3) { GlobalMaxPooling2D() Dense(5) }", ""},
    {"network a(4, 4, 3) { MaxPooling2D(4) Flatten() Dense(5) }", ""},
    /* what works value by value keeps it */
    {"network a(4, 4, 3) { Flatten() BatchNormalization(scale=false) ReLU() "
     "Dropout(0.5) PReLU() Dense(5) }",
     "batch_normalization.beta 0>3\nbatch_normalization.moving_mean 0>3\n"
     "batch_normalization.moving_variance 0>3\np_re_lu.alpha 0>3\n"
     "dense.kernel 3>0\n"},
    {"network a(8) { Dense(48) LeakyReLU() Reshape(4, 4, 3) Conv2D(2, 3) }",
     "dense.kernel 0>3\ndense.bias 0>3\n"},
    {"network a(4, 4, 3) { Flatten() Dense(32) Reshape(4, 4, 2) }",
     "dense.kernel 3>2\ndense.bias 0>2\n"},
    {"network a(4, 4, 3) { Flatten() Reshape(-1, 3) Flatten() Dense(2) }",
     "dense.kernel 3>0\n"},
    /* steps of channels, and pictures without any */
    {"network a(9, 4) { Conv1D(6, 3) Flatten() Dense(2) }",
     "dense.kernel 6>0\n"},
    {"network a(9, 4) { MaxPooling1D() Flatten() Dense(2) }",
     "dense.kernel 4>0\n"},
    {"network a(9, 4) { Flatten() Dense(2) }", ""},
    {"network a(9, 4) { Reshape(9, 4, 1) Conv2D(2, 3) Flatten() Dense(2) }",
     "dense.kernel 2>0\n"},
    {"network a(9, 4) { Dense(5) Flatten() Dense(2) }", ""},
    /* no order fits both */
    {"network a(4, 4, 3) { Reshape(4, 3, 4) Conv2D(2, 3) }",
     "conv2d.kernel -1>0\n"},
    {"network a(4, 4, 3) { Dense(5) Flatten() Dense(2) }",
     "dense_1.kernel -1>0\n"},
    {"network a { x = Input(4, 4, 3) f = Flatten() from x\n"
     "c = Concatenate() from f, f Dense(2) }",
     "dense.kernel -1>0\n"},
    {"network a { x = Input(8) u = Dense(3) from x v = Dense(4) from x\n"
     "Concatenate() from u, v Dense(2) }",
     ""},
    {"network a { x = Input(8) u = Dense(24) from x v = Dense(24) from x\n"
     "Concatenate() from u, v Reshape(4, 4, 3) Conv2D(2, 3) }",
     "u.kernel 0>-1\nu.bias 0>-1\nv.kernel 0>-1\nv.bias 0>-1\n"
     "conv2d.kernel -1>0\n"},
    {"network a { x = Input(4, 4, 3) y = Input(4, 4, 3)\n"
     "f = Flatten() from x g = Flatten() from y Add() from f, g Dense(2) }",
     "dense.kernel 3>0\n"},
    {"network a { x = Input(4, 4, 3) y = Input(4, 6, 2)\n"
     "f = Flatten() from x g = Flatten() from y Add() from f, g Dense(2) }",
     "dense.kernel -1>0\n"},
    {"network a(4, 4, 3) { Flatten() GroupNormalization(2) Dense(2) }",
     "group_normalization.gamma 0>-1\ngroup_normalization.beta 0>-1\n"
     "dense.kernel -1>0\n"},
    /* across the border of a placed network, to both sides */
    {"network e(4, 4, 3) { Flatten() } network a(4, 4, 3) { e() Dense(2) }",
     "dense.kernel 3>0\n"},
    {"network e(48) { Dense(48) } network a(4, 4, 3) { Flatten() e()\n"
     "Reshape(8, 3, 2) Conv2D(2, 1) }",
     "dense.kernel 3>2\ndense.bias 0>2\n"},
    {"network e(48) { Dense(2) } network a { x = Input(4, 4, 3)\n"
     "y = Input(4, 6, 2) f = Flatten() from x g = Flatten() from y\n"
     "u = e() from f v = e() from g Add() from u, v }",
     "dense.kernel -1>0\n"},
};

static const char *orders_of(struct arena *arena, const char *model)
{
    struct diags *diags = diags_new(arena);
    const struct source *source =
        source_from_text(arena, "a.nn", model, strlen(model));
    const struct ast ast = {.items = parse_source(arena, source, diags),
                            .text = model};
    struct graph *graph = elaborate(arena, &ast, "a.nn", NULL, 0, diags);
    if (diags_failed(diags))
        fail_msg("%s", model);
    find_image_orders(arena, graph);
    struct text text = text_new(arena);
    for (const struct network *network = graph->networks; network;
         network = network->next)
        for (int i = 0; i < network->n_layers; i++)
            for (int k = 0; k < network->layers[i]->n_weights; k++) {
                const struct weight *weight = &network->layers[i]->weights[k];
                if (weight->reads_image || weight->makes_image)
                    text_printf(&text, "%s.%s %d>%d\n",
                                network->layers[i]->name, weight->name,
                                (int)weight->reads_image,
                                (int)weight->makes_image);
            }
    return text_string(&text);
}

static void test_orders(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *got = orders_of(arena, cases[i].model);
        if (strcmp(got, cases[i].orders) != 0)
            fail_msg("%s\ngives\n%snot\n%s", cases[i].model, got,
                     cases[i].orders);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_orders)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
