/* The checks between a plan's passes: each promise broken, and found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/plan/verify.h"
#include "planned.h"

static const char model[] = "network a(8) {\n"
                            "    Dense(6, activation=tanh)\n"
                            "    Dense(8, activation=sigmoid)\n"
                            "}\n";
static const char training[] = "objective: autoencoder\n"
                               "loss: binary_crossentropy\n"
                               "batch: 20\n"
                               "epochs: 1\n"
                               "optimizer: {name: adam}\n"
                               "data: {train: smileys/train}\n";

/* A plan, and its program that trains. */
struct fixture {
    struct arena *arena;
    struct plan *plan;
    struct program *train;
};

static int set_up(void **state)
{
    static struct fixture fixture;
    fixture.arena = arena_new();
    fixture.plan = planned(fixture.arena, model, training, DTYPE_FLOAT32);
    fixture.train = fixture.plan->programs;
    *state = &fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    arena_free(fixture->arena);
    return 0;
}

/* The node of that kind, number `index` of them. */
static struct node *find(const struct fixture *fixture, enum node_kind kind,
                         int index)
{
    struct node *node = fixture->train->nodes;
    while (node->kind != kind || index-- > 0)
        node = node->next;
    return node;
}

static void assert_broken(const struct fixture *fixture, const char *wanted)
{
    const char *broken =
        verify_program(fixture->arena, fixture->train, STAGE_PLACED);
    assert_non_null(broken);
    assert_string_equal(broken, wanted);
}

static void nothing_is_wrong_with_a_plan(void **state)
{
    const struct fixture *fixture = *state;
    for (const struct program *program = fixture->plan->programs; program;
         program = program->next)
        assert_null(verify_program(fixture->arena, program, STAGE_PLACED));
    assert_null(verify_updates(fixture->arena, fixture->plan));
}

static void shapes_that_disagree(void **state)
{
    const struct fixture *fixture = *state;
    find(fixture, NODE_FORWARD, 0)->y->shape.size[0]++;
    assert_broken(fixture, "forward of 'dense' in train a: the sizes of its "
                           "tensors do not agree");
}

static void layouts_that_disagree(void **state)
{
    const struct fixture *fixture = *state;
    find(fixture, NODE_BACKWARD, 0)->dy->batch_innermost = true;
    assert_broken(fixture, "loss of 'dense_1' in train a: the layouts of its "
                           "tensors do not agree");
}

static void value_without_a_type(void **state)
{
    const struct fixture *fixture = *state;
    find(fixture, NODE_FORWARD, 0)->y->dtype = DTYPE_NONE;
    assert_broken(fixture, "forward of 'dense' in train a: the types of its "
                           "tensors do not agree");
}

static void value_that_nobody_wrote(void **state)
{
    const struct fixture *fixture = *state;
    fixture->train->nodes = fixture->train->nodes->next;
    assert_broken(fixture, "activate of 'dense' in train a: 'dense_z' is read "
                           "before it is written");
}

/* Images whose concatenation is a place. */
static const char grown[] = "network a {\n"
                            "    Input(4, 4, 16)\n"
                            "    b = Conv2D(16, 3, padding=same)\n"
                            "    c = BatchNormalization()\n"
                            "    d = Concatenate() from b, c\n"
                            "    e = BatchNormalization() from d\n"
                            "    Concatenate() from d, e\n"
                            "    BatchNormalization()\n"
                            "    Conv2D(16, 1)\n"
                            "}\n";

static void part_that_nobody_wrote(void **state)
{
    struct fixture fixture = *(const struct fixture *)*state;
    fixture.plan = planned(fixture.arena, grown, training, DTYPE_FLOAT32);
    fixture.train = fixture.plan->programs;
    assert_null(verify_program(fixture.arena, fixture.train, STAGE_PLACED));
    struct node *made = find(&fixture, NODE_FORWARD, 1), *joined = made->next;
    assert_non_null(made->y->whole);
    assert_string_equal(joined->layer->name, "d");
    made->next = joined->next;
    assert_broken(&fixture,
                  "moments of 'e' in train a: 'd_y' is read before it "
                  "is written");
}

static void value_that_is_overwritten(void **state)
{
    const struct fixture *fixture = *state;
    struct tensor *kept = find(fixture, NODE_ACTIVATE, 0)->y;
    find(fixture, NODE_LOSS, 0)->dx->storage = kept->storage;
    assert_broken(fixture, "gradient of 'dense_1' in train a: 'dense_y' is "
                           "read, and its memory holds 'dense_1_dz'");
}

static void value_that_overwrites_what_it_is_made_of(void **state)
{
    const struct fixture *fixture = *state;
    struct node *forward = find(fixture, NODE_FORWARD, 1);
    forward->y->storage = forward->x->storage;
    assert_broken(fixture, "forward of 'dense_1' in train a: 'dense_1_z' is "
                           "written where another of its values lies");
}

static void tile_that_the_batch_waits_for(void **state)
{
    const struct fixture *fixture = *state;
    find(fixture, NODE_GRADIENT, 0)->by_shard = false;
    assert_broken(fixture, "gradient of 'dense_1' in train a: 'dense_y' is "
                           "read over the batch, and kept for a tile");
}

static void tile_that_is_read_behind_a_cut(void **state)
{
    const struct fixture *fixture = *state;
    find(fixture, NODE_FORWARD, 0)->cut = true;
    assert_broken(fixture, "activate of 'dense' in train a: 'dense_z' is read "
                           "behind a cut, and kept for a tile");
}

static void weight_that_is_not_stepped(void **state)
{
    const struct fixture *fixture = *state;
    struct weight_plan *weights = fixture->plan->weights;
    weights[1].leader = &weights[2];
    assert_string_equal(verify_updates(fixture->arena, fixture->plan),
                        "bias of 'dense': stepped 0 times in an update, not 1");
}

static void weight_that_is_stepped_and_should_not_be(void **state)
{
    const struct fixture *fixture = *state;
    struct layer *dense = fixture->plan->graph->networks->layers[1];
    dense->weights[0].trainable = false;
    assert_string_equal(
        verify_updates(fixture->arena, fixture->plan),
        "kernel of 'dense': stepped 1 times in an update, not 0");
}

#define BREAKS(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        BREAKS(nothing_is_wrong_with_a_plan),
        BREAKS(shapes_that_disagree),
        BREAKS(layouts_that_disagree),
        BREAKS(value_without_a_type),
        BREAKS(value_that_nobody_wrote),
        BREAKS(part_that_nobody_wrote),
        BREAKS(value_that_is_overwritten),
        BREAKS(value_that_overwrites_what_it_is_made_of),
        BREAKS(tile_that_the_batch_waits_for),
        BREAKS(tile_that_is_read_behind_a_cut),
        BREAKS(weight_that_is_not_stepped),
        BREAKS(weight_that_is_stepped_and_should_not_be),
    };
    return cmocka_run_group_tests_name("verify", tests, NULL, NULL);
}
