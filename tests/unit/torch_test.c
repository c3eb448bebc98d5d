/* trainer/weights: names of PyTorch's modules, and the order that they tell. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "trainer/weights/torch_modules.h"
#include "trainer/weights/weights.h"

/* ---- names --------------------------------------------------------------- */

static void test_what_is_sure_to_be_in_front(void **state)
{
    (void)state;
    assert_true(torch_is_before("0", "1"));
    assert_true(torch_is_before("9", "10"));
    assert_true(torch_is_before("a.9.x", "a.10.b"));
    assert_true(torch_is_before("conv2", "conv10"));
    assert_true(torch_is_before("conv", "conv1"));
    assert_true(torch_is_before("layer1.7.conv2", "layer2.0.conv1"));
    assert_true(torch_is_before("block", "block.0"));
    assert_true(torch_is_before("", "x"));
    assert_false(torch_is_before("10", "9"));
    assert_false(torch_is_before("bn1", "conv2"));
    assert_false(torch_is_before("conv2", "bn1"));
    assert_false(torch_is_before("a.2", "b.3"));
    assert_false(torch_is_before("x", "x"));
    /* too long for a number */
    assert_false(torch_is_before("a1234567890", "a1234567891"));
}

static void test_how_near_paths_are(void **state)
{
    (void)state;
    assert_int_equal(torch_distance("conv1", "bn1"), 2);
    assert_int_equal(torch_distance("layer1.0.conv1", "layer1.0.bn1"), 2);
    assert_int_equal(torch_distance("layer1.0.conv1", "layer1.1.bn1"), 4);
    assert_int_equal(torch_distance("", "a.b"), 2);
    assert_true(torch_are_alike("conv1", "bn1"));
    assert_false(torch_are_alike("conv1", "bn2"));
}

/* ---- modules of a network ------------------------------------------------ */

/* A kernel and a bias of each layer, (2, 2) and (2), in rows of 4. */
enum { N_LAYERS = 3, FLOATS = 12, N_FLOATS = FLOATS * N_LAYERS };
#define LAYER(name, at)                                                        \
    {"net", name, "kernel", 2, {2, 2}, at, 4, GUSS_CONSTANT, 0, 0, true, {0}}, \
    {                                                                          \
        "net", name, "bias", 1, {2}, at + 8, 4, GUSS_CONSTANT, 0, 0, true,     \
        {                                                                      \
            0                                                                  \
        }                                                                      \
    }
static const struct guss_weight weights[] = {LAYER("a", 0), LAYER("b", FLOATS),
                                             LAYER("c", 2 * FLOATS)};
static const int listed[] = {0, 1, 2, 3, 4, 5};
static const struct guss_model model = {.name = "tiny",
                                        .weights = weights,
                                        .n_weights = 2 * N_LAYERS,
                                        .weights_count = N_FLOATS};

static const char *scratch(void)
{
    static char path[64];
    snprintf(path, sizeof path, "torch_test.%ld.tmp", (long)getpid());
    return path;
}

/* Which module each layer got, of a file of modules whose values are 1, 2, ...
 * in the order in which they are given: "2 1 3"; or why none did. */
static const char *matched(struct arena *arena, const char *const *paths,
                           int n_paths, bool *is_ambiguous)
{
    enum { MOST = 8 };
    static float values[MOST][4];
    struct tensor tensors[2 * MOST];
    struct weights_about about;
    struct error error = {0};
    float floats[N_FLOATS] = {0};
    for (int i = 0; i < n_paths; i++) {
        for (int k = 0; k < 4; k++)
            values[i][k] = (float)(i + 1);
        const char *dot = *paths[i] ? "." : "";
        tensors[2 * i] =
            (struct tensor){arena_printf(arena, "%s%sweight", paths[i], dot),
                            2,
                            {2, 2},
                            values[i],
                            4,
                            0};
        tensors[2 * i + 1] =
            (struct tensor){arena_printf(arena, "%s%sbias", paths[i], dot),
                            1,
                            {2},
                            values[i],
                            2,
                            0};
    }
    const struct weights_wanted wanted = {.model = &model,
                                          .memory = floats,
                                          .list = {listed, 2 * N_LAYERS},
                                          .path = scratch(),
                                          .layout = LAYOUT_PYTORCH};
    assert_int_equal(
        tensor_file_write(scratch(), tensors, 2 * n_paths, NULL, 0, &error),
        STATUS_OK);
    enum status status = weights_load(arena, &wanted, &about, &error);
    unlink(scratch());
    *is_ambiguous = about.mapping.is_ambiguous;
    return status == STATUS_OK
               ? arena_printf(arena, "%.0f %.0f %.0f", (double)floats[0],
                              (double)floats[FLOATS],
                              (double)floats[2 * FLOATS])
               : arena_strdup(arena, error.text + strlen(scratch()) + 2);
}

static void test_modules_are_taken_in_order(void **state)
{
    (void)state;
    static const struct {
        const char *paths[4], *order;
        bool is_ambiguous;
    } cases[] = {
        {{"10", "9", "2"}, "3 2 1", false},
        {{"f.2", "f.10.x", "f.10.y"}, "1 2 3", true},
        {{"c", "a", "b"}, "2 3 1", false},             /* by name */
        {{"net.c", "net.a", "net.b"}, "2 3 1", false}, /* with the network's */
        {{"bn1", "conv1", "conv2"}, "1 2 3", true},
        {{"0", "1"},
         ": no module for layer 'net/c', which wants weight (2, 2), bias (2); "
         "the file has no more",
         false},
        {{"0", "1", "2", "3"},
         " holds '3.weight', which 'tiny' does not have",
         false},
        {{""},
         ": no module for layer 'net/b', which wants weight (2, 2), bias (2); "
         "the file has no more",
         false},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int n = 0;
        bool is_ambiguous;
        while (n < 4 && cases[i].paths[n])
            n++;
        assert_string_equal(matched(arena, cases[i].paths, n, &is_ambiguous),
                            cases[i].order);
        assert_int_equal(is_ambiguous, cases[i].is_ambiguous);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_sure_to_be_in_front),
        cmocka_unit_test(test_how_near_paths_are),
        cmocka_unit_test(test_modules_are_taken_in_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
