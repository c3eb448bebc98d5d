/* Plans by themselves: the work of a node. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/layers/layer.h"
#include "compiler/plan/plan.h"

static double twice(const struct plan *plan, const struct node *node)
{
    return 2.0 * (double)node->layer->macs * plan->batch;
}

/* The work of a step of a layer of 12 multiply-adds a sample, in batches of 5. */
static struct work work_of(const struct layer_kind *kind, enum node_kind step,
                           enum program_kind program_kind)
{
    const struct plan plan = {.batch = 5};
    const struct program program = {.kind = program_kind};
    const struct layer layer = {.kind = kind, .macs = 12};
    const struct node node = {.kind = step, .layer = &layer};
    return node_work(&plan, &program, &node);
}

static void layer_that_counts_what_is_executed(void **state)
{
    (void)state;
    const struct layer_kind kind = {.executed = twice};
    struct work work = work_of(&kind, NODE_BACKWARD, PROGRAM_TRAIN);
    assert_float_equal(work.nominal, 60, 0);
    assert_float_equal(work.executed, 120, 0);
    assert_float_equal(work.forward, 0, 0);
}

static void layer_that_does_not_executes_what_it_says(void **state)
{
    (void)state;
    const struct layer_kind kind = {0};
    struct work work = work_of(&kind, NODE_FORWARD, PROGRAM_TRAIN);
    assert_float_equal(work.forward, 60, 0);
    assert_float_equal(work.executed, 60, 0);
    work = work_of(&kind, NODE_FORWARD, PROGRAM_IMITATE);
    assert_float_equal(work.executed, 30, 0);
    work = work_of(&kind, NODE_LOSS, PROGRAM_TRAIN);
    assert_float_equal(work.executed, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(layer_that_counts_what_is_executed),
        cmocka_unit_test(layer_that_does_not_executes_what_it_says),
    };
    return cmocka_run_group_tests_name("plan", tests, NULL, NULL);
}
