/* Plans by themselves: the work of a node. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/plan/plan.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(product_executes_whole_vectors),
        cmocka_unit_test(other_operations_execute_what_they_count),
        cmocka_unit_test(what_is_not_counted_is_no_work),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
