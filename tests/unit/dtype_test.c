/* Types of numbers: a plan in double is the plan in float, of other types. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "planned.h"

static const char model[] = "network a(8, 8, 2) {\n"
                            "    Conv2D(16, kernel_size=3, activation=relu)\n"
                            "    BatchNormalization()\n"
                            "    Flatten()\n"
                            "    Dropout(0.5)\n"
                            "    Dense(128, activation=sigmoid)\n"
                            "}\n";
static const char training[] = "objective: autoencoder\n"
                               "loss: mean_squared_error\n"
                               "batch: 20\n"
                               "epochs: 1\n"
                               "optimizer: {name: adam}\n"
                               "data: {train: smileys/train}\n";

/* The same model in both types. */
struct pair {
    struct arena *arena;
    const struct plan *single, *twice;
};

static int set_up(void **state)
{
    static struct pair pair;
    pair.arena = arena_new();
    pair.single = planned(pair.arena, model, training, DTYPE_FLOAT32);
    pair.twice = planned(pair.arena, model, training, DTYPE_FLOAT64);
    *state = &pair;
    return 0;
}

static int tear_down(void **state)
{
    const struct pair *pair = *state;
    arena_free(pair->arena);
    return 0;
}

static void words_of_options(void **state)
{
    (void)state;
    assert_int_equal(dtype_find("float"), DTYPE_FLOAT32);
    assert_int_equal(dtype_find("double"), DTYPE_FLOAT64);
    assert_int_equal(dtype_find("char"), DTYPE_NONE);
    assert_int_equal(dtype_find("half"), DTYPE_NONE);
}

static void register_holds_half_as_many_doubles(void **state)
{
    const struct pair *pair = *state;
    assert_int_equal(pair->single->vector, 8);
    assert_int_equal(pair->twice->vector, 4);
}

/* Masks multiply values of any type. */
static void assert_twice(const struct tensor *single,
                         const struct tensor *twice, bool *has_mask)
{
    assert_string_equal(single->name, twice->name);
    assert_int_equal(single->batch_innermost, twice->batch_innermost);
    assert_int_equal(single->storage->index, twice->storage->index);
    if (single->dtype == DTYPE_MASK) {
        *has_mask = true;
        assert_int_equal(twice->dtype, DTYPE_MASK);
        return;
    }
    assert_int_equal(single->dtype, DTYPE_FLOAT32);
    assert_int_equal(twice->dtype, DTYPE_FLOAT64);
}

static void values_differ_in_their_type_alone(void **state)
{
    const struct pair *pair = *state;
    const struct program *single = pair->single->programs;
    const struct program *twice = pair->twice->programs;
    bool has_mask = false;
    for (; single && twice; single = single->next, twice = twice->next) {
        assert_int_equal(single->n_tensors, twice->n_tensors);
        for (int i = 0; i < single->n_tensors; i++)
            assert_twice(single->tensors[i], twice->tensors[i], &has_mask);
        const struct node *a = single->nodes, *b = twice->nodes;
        for (; a && b; a = a->next, b = b->next) {
            assert_int_equal(a->kind, b->kind);
            assert_int_equal(a->algorithm, b->algorithm);
        }
        assert_true(!a && !b);
    }
    assert_true(!single && !twice);
    assert_true(has_mask);
}

static void weights_differ_in_their_type_alone(void **state)
{
    const struct pair *pair = *state;
    assert_int_equal(pair->single->n_weights, 8);
    assert_int_equal(pair->twice->n_weights, 8);
    for (int i = 0; i < 8; i++) {
        const struct weight_plan *single = &pair->single->weights[i];
        const struct weight_plan *twice = &pair->twice->weights[i];
        assert_int_equal(single->dtype, DTYPE_FLOAT32);
        assert_int_equal(twice->dtype, DTYPE_FLOAT64);
        assert_int_equal(single->stride, twice->stride);
        assert_int_equal(single->gradient, twice->gradient);
    }
}

/* Every number of a value takes twice the memory, and one of a mask as much. */
static void assert_memory(const struct record *single,
                          const struct record *twice)
{
    const struct member *a = single->members, *b = twice->members;
    for (; a && b; a = a->next, b = b->next) {
        int64_t factor = a->dtype == DTYPE_FLOAT32 ? 2 : 1;
        if (!a->record)
            assert_int_equal(factor * a->bytes, b->bytes);
        if (member_is_inner(a))
            assert_memory(a->record, b->record);
    }
    assert_true(!a && !b);
}

static void memory_of_values_is_twice_as_large(void **state)
{
    const struct pair *pair = *state;
    const struct record *single = pair->single->records;
    const struct record *twice = pair->twice->records;
    for (; single && twice; single = single->next, twice = twice->next) {
        assert_string_equal(single->name, twice->name);
        assert_memory(single, twice);
    }
    assert_true(!single && !twice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_of_options),
        cmocka_unit_test_setup_teardown(register_holds_half_as_many_doubles,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(values_differ_in_their_type_alone,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(weights_differ_in_their_type_alone,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(memory_of_values_is_twice_as_large,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests_name("dtype", tests, NULL, NULL);
}
