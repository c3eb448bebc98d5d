/* Plans by themselves: the work of a node. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "planned.h"

static const struct phase whole = {.share = WHOLE_BATCH},
                          half = {.share = HALF_BATCH};

/* The work of a step of an operation of 12 multiply-adds a sample, on vectors of
 * 16 in batches of 5, a tile each. */
static struct work work_of(const struct operation *operation,
                           enum node_kind step, const struct phase *phase)
{
    const struct plan plan = {.batch = 5, .tile = 5, .tiles = 1, .vector = 16};
    const struct program program = {.phase = phase};
    const struct layer layer = {.name = "dense"};
    const struct node node = {
        .kind = step, .layer = &layer, .operation = operation};
    return node_work(&plan, &program, &node);
}

static void product_executes_whole_vectors(void **state)
{
    (void)state;
    const struct operation product = {
        .primitive = PRIMITIVE_PRODUCT, .macs = 12, .product = {1, 3, 4}};
    struct work work = work_of(&product, NODE_FORWARD, &whole);
    assert_float_equal(work.nominal, 60, 0);
    assert_float_equal(work.executed, 240, 0);
    assert_float_equal(work.forward, 60, 0);
    work = work_of(&product, NODE_BACKWARD, &whole);
    assert_float_equal(work.executed, 320, 0);
    assert_float_equal(work.forward, 0, 0);
}

static void other_operations_execute_what_they_count(void **state)
{
    (void)state;
    const struct operation mean = {.primitive = PRIMITIVE_MEAN, .macs = 12};
    struct work work = work_of(&mean, NODE_FORWARD, &whole);
    assert_float_equal(work.forward, 60, 0);
    assert_float_equal(work.executed, 60, 0);
    work = work_of(&mean, NODE_FORWARD, &half);
    assert_float_equal(work.executed, 30, 0);
    work = work_of(&mean, NODE_LOSS, &whole);
    assert_float_equal(work.executed, 0, 0);
}

static void what_is_not_counted_is_no_work(void **state)
{
    (void)state;
    const struct operation mean = {.primitive = PRIMITIVE_MEAN};
    struct work work = work_of(&mean, NODE_FORWARD, &whole);
    assert_float_equal(work.nominal, 0, 0);
    assert_float_equal(work.executed, 0, 0);
}

static const char classifier[] = "objective: classifier\n"
                                 "loss: categorical_crossentropy\n"
                                 "batch: 32\n"
                                 "iterations: 1\n"
                                 "optimizer: {name: sgd}\n"
                                 "data: {train: smileys/train}\n";

/* What trains a network of these layers over pictures of 12 x 12. */
static const struct plan *plan_of(struct arena *arena, const char *layers)
{
    const char *model =
        arena_printf(arena, "network a(12, 12, 1) {\n%s\n}\n", layers);
    return planned(arena, model, classifier, DTYPE_FLOAT32);
}

/* The step of that kind of a layer of the network. */
static const struct node *find(const struct plan *plan, const char *layer,
                               enum node_kind kind, enum primitive primitive)
{
    for (const struct node *node = plan->programs->nodes; node;
         node = node->next)
        if (node->kind == kind && node->operation &&
            node->operation->primitive == primitive &&
            strcmp(node->layer->name, layer) == 0)
            return node;
    return NULL;
}

static void window_over_the_whole_image_is_a_product(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    const struct plan *plan =
        plan_of(arena, "Conv2D(4, 3)\nwhole = Conv2D(5, (10, 10))\n"
                       "Flatten()\nDense(2, activation=softmax)");
    const struct node *node =
        find(plan, "whole", NODE_FORWARD, PRIMITIVE_PRODUCT);
    assert_non_null(node);
    assert_int_equal(node->operation->product.in, 10 * 10 * 4);
    assert_int_equal(node->operation->product.out, 5);
    assert_non_null(find(plan, "whole", NODE_BACKWARD, PRIMITIVE_PRODUCT));
    assert_null(find(plan, "whole", NODE_FORWARD, PRIMITIVE_CONVOLUTION));
    arena_free(arena);
}

/* One filter's sums run along its channels; a margin makes several windows. */
static void other_windows_are_no_product(void **state)
{
    (void)state;
    static const char *const layers[] = {
        "Conv2D(16, 3)\nother = Conv2D(1, 10)",
        "Conv2D(4, 3)\nother = Conv2D(5, 10, padding=same)",
        "Conv2D(4, 3)\nother = Conv2D(5, 9)",
        "Conv2D(4, 4)\nother = Conv2D(5, 5, dilation_rate=2)",
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        const struct plan *plan = plan_of(
            arena,
            arena_printf(arena, "%s\nFlatten()\nDense(2, activation=softmax)",
                         layers[i]));
        assert_non_null(
            find(plan, "other", NODE_FORWARD, PRIMITIVE_CONVOLUTION));
        assert_null(find(plan, "other", NODE_FORWARD, PRIMITIVE_PRODUCT));
    }
    arena_free(arena);
}

/* Nobody wants the gradient of the pictures, of one channel: it is no reason to
 * have samples as the vector. Of few filters there is one. */
static void first_input_has_no_gradient_to_pad(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    static const char many[] = "c = Conv2D(32, 3)\nFlatten()\n"
                               "Dense(2, activation=softmax)";
    static const char few[] = "c = Conv2D(6, 3)\nFlatten()\n"
                              "Dense(2, activation=softmax)";
    assert_false(
        find(plan_of(arena, many), "c", NODE_FORWARD, PRIMITIVE_CONVOLUTION)
            ->batch_innermost);
    assert_true(
        find(plan_of(arena, few), "c", NODE_FORWARD, PRIMITIVE_CONVOLUTION)
            ->batch_innermost);
    arena_free(arena);
}

/* What a pooling made is smaller than what it read: that is transposed. */
static void gradient_of_a_pooling_has_its_layout(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    const struct plan *plan =
        plan_of(arena, "Conv2D(6, 3)\np = MaxPooling2D()\nFlatten()\n"
                       "Dense(2, activation=softmax)");
    assert_true(find(plan, "p", NODE_FORWARD, PRIMITIVE_POOL)->batch_innermost);
    assert_true(
        find(plan, "p", NODE_BACKWARD, PRIMITIVE_POOL)->batch_innermost);
    arena_free(arena);
}

/* Of 16 registers: 14 pixels of 4 vectors are 5, 5 and 4 of 2, and not 7 times 2
 * of 4, whose columns would be loaded twice. */
static void blocks_divide_a_row_evenly(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    const struct plan *plan =
        planned(arena,
                "network a(14, 14, 32) {\nc = Conv2D(32, 3, padding=same)\n"
                "Flatten()\nDense(2, activation=softmax)\n}\n",
                classifier, DTYPE_FLOAT32);
    const struct node *node =
        find(plan, "c", NODE_FORWARD, PRIMITIVE_CONVOLUTION);
    assert_int_equal(node->block.rows, 5);
    assert_int_equal(node->block.vectors, 2);
    arena_free(arena);
}

/* Rows of zeros are passed over where they are many, and a row of taps is long. */
static void margins_are_skipped_where_it_pays(void **state)
{
    (void)state;
    static const struct {
        const char *input;
        bool skips;
    } cases[] = {
        {"14, 14, 32", true}, {"14, 14, 1", false}, {"112, 14, 32", false}};
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const char *model =
            arena_printf(arena,
                         "network a(%s) {\nc = Conv2D(32, 3, padding=same)\n"
                         "Flatten()\nDense(2, activation=softmax)\n}\n",
                         cases[i].input);
        const struct plan *plan =
            planned(arena, model, classifier, DTYPE_FLOAT32);
        assert_int_equal(
            find(plan, "c", NODE_FORWARD, PRIMITIVE_CONVOLUTION)->skips_margins,
            cases[i].skips);
    }
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(product_executes_whole_vectors),
        cmocka_unit_test(other_operations_execute_what_they_count),
        cmocka_unit_test(what_is_not_counted_is_no_work),
        cmocka_unit_test(window_over_the_whole_image_is_a_product),
        cmocka_unit_test(other_windows_are_no_product),
        cmocka_unit_test(first_input_has_no_gradient_to_pad),
        cmocka_unit_test(gradient_of_a_pooling_has_its_layout),
        cmocka_unit_test(blocks_divide_a_row_evenly),
        cmocka_unit_test(margins_are_skipped_where_it_pays),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
