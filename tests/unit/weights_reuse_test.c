/* trainer/weights.h: what a file that is not of this model gives it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "trainer/weights/weights.h"

static const struct guss_weight weights[] = {
    {"body", "a", "kernel", 2, {2, 3}, 0, 4, GUSS_CONSTANT, 0, 0, true, {0}},
    {"body", "a", "bias", 1, {3}, 8, 4, GUSS_CONSTANT, 0, 0, true, {0}},
    {"head", "b", "kernel", 2, {3, 2}, 12, 4, GUSS_CONSTANT, 0, 0, true, {0}},
    {"spare", "c", "bias", 1, {2}, 24, 4, GUSS_CONSTANT, 0, 0, true, {0}}};
enum { N_WEIGHTS = 4, N_LISTED = 3, N_FLOATS = 28 };
static const int listed[] = {0, 1, 2};
static const struct guss_model model = {.name = "tiny",
                                        .weights = weights,
                                        .n_weights = N_WEIGHTS,
                                        .weights_count = N_FLOATS};

static const float sevens[] = {7, 7, 7, 7, 7, 7, 7, 7, 7};
#define TENSOR(key, ...)                                                       \
    {                                                                          \
        key, 2, {__VA_ARGS__}, sevens, 0, 0                                    \
    }
static const struct tensor body_kernel = TENSOR("body/a/kernel", 2, 3);
static const struct tensor body_bias = {"body/a/bias", 1, {3}, sevens, 3, 0};
static const struct tensor other_head = TENSOR("head/b/kernel", 3, 3);

struct taking {
    struct arena *arena;
    struct weights_reuse reuse;
    float floats[N_FLOATS];
    struct error error;
};

static const char *scratch(void)
{
    static char path[64];
    snprintf(path, sizeof path, "weights_reuse_test.%ld.tmp", (long)getpid());
    return path;
}

/* Takes from a file of these tensors; the text of an error names it W. */
static enum status take(struct taking *taking, const struct tensor *tensors,
                        int count)
{
    struct weights_about about;
    const struct weights_wanted wanted = {.model = &model,
                                          .memory = taking->floats,
                                          .list = {listed, N_LISTED},
                                          .path = scratch(),
                                          .reuse = &taking->reuse};
    assert_int_equal(
        tensor_file_write(scratch(), tensors, count, NULL, 0, &taking->error),
        STATUS_OK);
    memset(taking->floats, 0, sizeof taking->floats);
    enum status status =
        weights_load(taking->arena, &wanted, &about, &taking->error);
    unlink(scratch());
    return status;
}

static void expect_refused(struct taking *taking, const struct tensor *tensors,
                           int count, enum status wanted, const char *text)
{
    static const float zeros[N_FLOATS];
    char expected[512];
    assert_int_equal(take(taking, tensors, count), wanted);
    if (wanted == STATUS_INPUT) {
        snprintf(expected, sizeof expected, "nothing of '%s' fits: %s",
                 scratch(), text);
        text = expected;
    }
    assert_string_equal(taking->error.text, text);
    assert_memory_equal(taking->floats, zeros, sizeof zeros);
}

static void test_what_fits_is_taken(void **state)
{
    struct taking *taking = *state;
    const struct tensor tensors[] = {body_kernel,
                                     other_head,
                                     {"spare/c/bias", 1, {2}, sevens, 2, 0},
                                     TENSOR("old/z/kernel", 1, 1)};
    assert_int_equal(take(taking, tensors, 4), STATUS_OK);
    assert_int_equal(taking->reuse.n_taken, 1);
    assert_int_equal(taking->reuse.fates[0], WEIGHT_TAKEN);
    assert_int_equal(taking->reuse.fates[1], WEIGHT_MISSING);
    assert_int_equal(taking->reuse.fates[2], WEIGHT_OTHER_SHAPE);
    assert_string_equal(taking->reuse.shapes[2], "(3, 3)");
    /* what is not trained is not taken */
    assert_int_equal(taking->reuse.n_left, 2);
    assert_string_equal(taking->reuse.left[0], "spare/c/bias");
    assert_string_equal(taking->reuse.left[1], "old/z/kernel");
    for (int i = 0; i < N_FLOATS; i++)
        assert_true(taking->floats[i] == (i < 8 && i % 4 < 3 ? 7.0f : 0.0f));
}

static void test_patterns_choose(void **state)
{
    struct taking *taking = *state;
    const struct tensor tensors[] = {body_kernel, body_bias};
    static const char *const names[] = {"*/bias", "head/?/*"};
    taking->reuse.patterns = names;
    taking->reuse.n_patterns = 2;
    assert_int_equal(take(taking, tensors, 2), STATUS_OK);
    assert_int_equal(taking->reuse.n_taken, 1);
    assert_int_equal(taking->reuse.fates[0], WEIGHT_LEFT_OUT);
    assert_int_equal(taking->reuse.fates[1], WEIGHT_TAKEN);
    assert_int_equal(taking->reuse.fates[2], WEIGHT_MISSING);
    /* a weight that was not asked for has its place, too */
    assert_int_equal(taking->reuse.n_left, 0);
    assert_true(taking->floats[0] == 0.0f && taking->floats[8] == 7.0f);
}

static void test_patterns_that_fit_nothing(void **state)
{
    struct taking *taking = *state;
    static const struct {
        const char *pattern, *text;
    } cases[] = {
        {"body", "; did you mean 'body/*'?"},
        {"body/a/", "; did you mean 'body/a/*'?"},
        {"body/a/biaz", "; did you mean 'body/a/bias'?"},
        {"x*", ", whose keys are such as 'body/a/kernel'"},
        {"spare/*", ", whose keys are such as 'body/a/kernel'"},
        {"", ", whose keys are such as 'body/a/kernel'"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[256];
        const char *const patterns[] = {"body/*", cases[i].pattern};
        taking->reuse.patterns = patterns;
        taking->reuse.n_patterns = 2;
        snprintf(text, sizeof text, "--only '%s' fits no weight of 'tiny'%s",
                 cases[i].pattern, cases[i].text);
        expect_refused(taking, &body_kernel, 1, STATUS_USAGE, text);
    }
}

static void test_where_nothing_fits_it_says_why(void **state)
{
    struct taking *taking = *state;
    const struct tensor named = TENSOR("encoder/a/kernel", 2, 3);
    const struct tensor foreign = TENSOR("z", 2, 3);
    expect_refused(taking, &other_head, 1, STATUS_INPUT,
                   "its 'head/b/kernel' has shape (3, 3), 'tiny' needs (3, 2)");
    expect_refused(taking, &named, 1, STATUS_INPUT,
                   "it has 'encoder/a/kernel', 'tiny' wants 'body/a/kernel'; "
                   "name the networks alike, or place one network in both "
                   "models");
    expect_refused(taking, &foreign, 1, STATUS_INPUT,
                   "it has keys such as 'z', 'tiny' wants 'body/a/kernel'");
    expect_refused(taking, NULL, 0, STATUS_INPUT, "it holds no weights");
    static const char *const heads[] = {"head/*"};
    taking->reuse.patterns = heads;
    taking->reuse.n_patterns = 1;
    expect_refused(taking, &body_kernel, 1, STATUS_INPUT,
                   "it has no 'head/b/kernel'");
}

static int begin(void **state)
{
    struct taking *taking = calloc(1, sizeof *taking);
    taking->arena = arena_new();
    *state = taking;
    return 0;
}

static int end(void **state)
{
    struct taking *taking = *state;
    arena_free(taking->arena);
    free(taking);
    return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_fits_is_taken), TEST(test_patterns_choose),
        TEST(test_patterns_that_fit_nothing),
        TEST(test_where_nothing_fits_it_says_why)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
