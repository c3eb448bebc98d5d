/* trainer/weights.h: padded rows, initial values, and files that do and do not
 * fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "trainer/weights/checkpoint_file.h"
#include "trainer/weights/weights.h"

/* net/a/kernel (3, 5) in rows of 8, net/a/bias (5), other/b/kernel (2, 2, 3)
 * in rows of 4. */
static const struct guss_weight weights[] = {
    {"net", "a", "kernel", 2, {3, 5}, 0, 8, GUSS_UNIFORM, -2.0, 3.0, true, {0}},
    {"net", "a", "bias", 1, {5}, 24, 8, GUSS_CONSTANT, 0.5, 0.0, true, {0}},
    {"other",
     "b",
     "kernel",
     3,
     {2, 2, 3},
     32,
     4,
     GUSS_NORMAL,
     1.0,
     2.0,
     true,
     {0}}};
static const int net_weights[] = {0, 1}, other_weights[] = {2};
static const struct guss_network networks[] = {
    {.name = "net", .weights = net_weights, .n_weights = 2},
    {.name = "other", .weights = other_weights, .n_weights = 1}};
enum { N_FLOATS = 48, HEAD = 16 };
static const struct guss_model model = {.name = "tiny",
                                        .networks = networks,
                                        .n_networks = 2,
                                        .weights = weights,
                                        .n_weights = 3,
                                        .weights_offset = HEAD * sizeof(float),
                                        .weights_count = N_FLOATS};

struct memory {
    float floats[HEAD + N_FLOATS];
};

static const char *scratch(void)
{
    static char path[64];
    snprintf(path, sizeof path, "weights_test.%ld.tmp", (long)getpid());
    return path;
}

static void write_tensors(const struct tensor *tensors, int count,
                          const struct metadata *metadata, int n_metadata)
{
    struct error error = {0};
    assert_int_equal(tensor_file_write(scratch(), tensors, count, metadata,
                                       n_metadata, &error),
                     STATUS_OK);
}

static enum status load(struct arena *arena, const char *path,
                        struct memory *memory, struct weights_about *about,
                        struct error *error)
{
    const struct weights_wanted wanted = {.model = &model,
                                          .memory = memory,
                                          .list = weights_of(&networks[0]),
                                          .path = path};
    return weights_load(arena, &wanted, about, error);
}

static void expect_refused(struct arena *arena, const char *rest)
{
    struct weights_about about;
    struct memory memory = {{0}}, before = {{0}};
    struct error error = {0};
    char expected[512];
    snprintf(expected, sizeof expected, "'%s'%s", scratch(), rest);
    assert_int_equal(load(arena, scratch(), &memory, &about, &error),
                     STATUS_INPUT);
    assert_string_equal(error.text, expected);
    assert_memory_equal(&memory, &before, sizeof memory);
}

/* ---- memory -------------------------------------------------------------- */

static void test_padding_is_left_alone(void **state)
{
    (void)state;
    float laid_out[N_FLOATS], dense[15];
    for (int i = 0; i < N_FLOATS; i++)
        laid_out[i] = -1.0f;
    for (int i = 0; i < 15; i++)
        dense[i] = (float)i;
    weight_unpack(&weights[0], dense, laid_out);
    assert_true(laid_out[4] == 4.0f && laid_out[5] == -1.0f);
    assert_true(laid_out[8] == 5.0f && laid_out[20] == 14.0f);
    assert_true(laid_out[21] == -1.0f && laid_out[24] == -1.0f);
    struct arena *arena = arena_new();
    struct tensor tensor = weight_describe(arena, &weights[0]);
    weight_take(&tensor, &weights[0], laid_out);
    float room[TENSOR_ROOM];
    for (int64_t first = 0; first < 15; first++) {
        int64_t count;
        const float *some = tensor_some(&tensor, first, room, &count);
        assert_int_equal(count, 15 - first);
        assert_memory_equal(dense + first, some, (size_t)count * sizeof *some);
    }
    arena_free(arena);
}

static void test_initial_values_follow_their_kind(void **state)
{
    (void)state;
    struct memory memory = {{0}};
    weights_initialise(&model, &memory, 1);
    const float *kernel = memory.floats + HEAD;
    for (int i = 0; i < 24; i++) {
        if (i % 8 >= 5)
            assert_true(kernel[i] == 0.0f);
        else
            assert_true(kernel[i] >= -2.0f && kernel[i] < 3.0f);
    }
    for (int i = 0; i < 5; i++)
        assert_true(memory.floats[HEAD + 24 + i] == 0.5f);
}

static void test_truncated_values_stay_within_two_deviations(void **state)
{
    (void)state;
    enum { COUNT = 100000 };
    static float values[COUNT];
    const struct guss_weight weight = {"net",   "a", "kernel", 1,
                                       {COUNT}, 0,   COUNT,    GUSS_TRUNCATED,
                                       10.0,    2.0, true,     {0}};
    const struct guss_model large = {
        .weights = &weight, .n_weights = 1, .weights_count = COUNT};
    weights_initialise(&large, values, 4);
    double sum = 0.0, squares = 0.0;
    for (int i = 0; i < COUNT; i++) {
        double z = ((double)values[i] - 10.0) / 2.0;
        assert_true(fabs(z) <= 2.0 + 1e-6);
        sum += z;
        squares += z * z;
    }
    /* The deviation of a normal number cut at 2 is 0.87962566. */
    assert_true(fabs(sum / COUNT) < 0.012);
    assert_true(fabs(sqrt(squares / COUNT) - 0.8796) < 0.008);
}

/* Its rows or columns, the fewer, are of length `gain` at right angles. */
static void assert_orthogonal(int64_t rows, int64_t columns, double gain)
{
    const struct guss_weight weight = {"net",
                                       "a",
                                       "kernel",
                                       2,
                                       {rows, columns},
                                       0,
                                       (size_t)columns,
                                       GUSS_ORTHOGONAL,
                                       gain,
                                       0.0,
                                       true,
                                       {0}};
    size_t count = (size_t)(rows * columns);
    const struct guss_model one = {
        .weights = &weight, .n_weights = 1, .weights_count = count};
    float *values = test_malloc(count * sizeof *values);
    weights_initialise(&one, values, 5);
    bool by_rows = rows < columns;
    int64_t n = by_rows ? rows : columns, length = by_rows ? columns : rows;
    for (int64_t a = 0; a < n; a++)
        for (int64_t b = 0; b <= a; b++) {
            double sum = 0;
            for (int64_t i = 0; i < length; i++)
                sum += by_rows ? (double)values[a * columns + i] *
                                     (double)values[b * columns + i]
                               : (double)values[i * columns + a] *
                                     (double)values[i * columns + b];
            assert_true(fabs(sum - (a == b ? gain * gain : 0)) < 1e-6);
        }
    test_free(values);
}

static void test_orthogonal_rows_or_columns_are(void **state)
{
    (void)state;
    assert_orthogonal(40, 17, 1.0);
    assert_orthogonal(17, 40, 1.4);
    assert_orthogonal(33, 33, 0.5);
    assert_orthogonal(1, 5, 1.0);
    assert_orthogonal(5, 1, 1.0);
    assert_orthogonal(1, 1, 1.0);
}

/* Drawn evenly from all orthogonal matrices: no element has a side that it
 * prefers, the diagonal neither, and all are of one size. */
static void test_orthogonal_matrices_are_even(void **state)
{
    (void)state;
    enum { N = 4, DRAWN = 2000 };
    const struct guss_weight weight = {
        "net", "a", "k", 2, {N, N}, 0, N, GUSS_ORTHOGONAL, 1.0, 0.0, true, {0}};
    const struct guss_model one = {
        .weights = &weight, .n_weights = 1, .weights_count = N * N};
    double sum[N * N] = {0}, squares[N * N] = {0};
    for (uint64_t seed = 0; seed < DRAWN; seed++) {
        float values[N * N];
        weights_initialise(&one, values, seed);
        for (int i = 0; i < N * N; i++) {
            sum[i] += (double)values[i];
            squares[i] += (double)values[i] * (double)values[i];
        }
    }
    for (int i = 0; i < N * N; i++) {
        assert_true(fabs(sum[i] / DRAWN) < 0.045); /* 4 deviations of 0.5 */
        assert_true(fabs(squares[i] / DRAWN - 1.0 / N) < 0.02);
    }
}

static void test_a_weight_is_drawn_by_seed_and_key(void **state)
{
    (void)state;
    struct memory a = {{0}}, b = {{0}};
    weights_initialise(&model, &a, 1);
    weights_initialise(&model, &b, 1);
    assert_memory_equal(&a, &b, sizeof a);
    weights_initialise(&model, &b, 2);
    assert_memory_not_equal(&a, &b, sizeof a);

    /* What else the model has changes nothing. */
    const struct guss_model fewer = {.weights = weights,
                                     .n_weights = 1,
                                     .weights_offset = HEAD * sizeof(float)};
    struct memory c = {{0}};
    weights_initialise(&fewer, &c, 1);
    assert_memory_equal(a.floats, c.floats, (HEAD + 24) * sizeof(float));
}

static void test_nan_is_found(void **state)
{
    struct arena *arena = *state;
    struct memory memory = {{0}};
    double value;
    memory.floats[HEAD + 24 + 6] = NAN; /* padding */
    assert_null(weights_find_nonfinite(arena, &model, &memory,
                                       weights_of(&networks[0]), &value));
    memory.floats[HEAD + 24 + 4] = INFINITY;
    assert_string_equal(weights_find_nonfinite(arena, &model, &memory,
                                               weights_of(&networks[0]),
                                               &value),
                        "net/a/bias");
    assert_true(isinf(value));
    assert_null(weights_find_nonfinite(arena, &model, &memory,
                                       weights_of(&networks[1]), &value));
}

/* ---- files --------------------------------------------------------------- */

static void test_a_file_brings_the_bits_back(void **state)
{
    struct arena *arena = *state;
    struct error error = {0};
    struct memory memory = {{0}}, back = {{0}};
    weights_initialise(&model, &memory, 3);
    struct weights_about about;
    const char *const names[] = {"an ant", "b\"ee"};
    const struct class_names classes = {names, 2};
    const double mean[] = {0.1, -2.0}, stddev[] = {0.3, 1e-7};
    const struct normalization normalization = {
        .rank = 2, .shape = {3, 4}, .n = 2, .mean = mean, .stddev = stddev};
    assert_int_equal(weights_save(&model, &memory, weights_of(&networks[0]),
                                  &classes, &normalization, scratch(), &error),
                     STATUS_OK);
    assert_int_equal(load(arena, scratch(), &back, &about, &error), STATUS_OK);
    assert_string_equal(about.path, scratch());
    assert_true(class_names_same(&about.classes, &classes));
    assert_true(normalization_same(&about.normalization, &normalization));
    assert_int_equal(about.normalization.rank, 2);
    assert_int_equal(about.normalization.shape[1], 4);
    assert_false(about.is_checkpoint);
    assert_memory_equal(memory.floats, back.floats,
                        (HEAD + 32) * sizeof(float));

    struct tensor_file file;
    assert_int_equal(tensor_file_read(arena, scratch(), &file, &error),
                     STATUS_OK);
    assert_int_equal(file.n_tensors, 2);
    assert_string_equal(file.tensors[0].key, "net/a/kernel");
    assert_string_equal(tensor_file_metadata(&file, "guss_format_version"),
                        "1");
    assert_string_equal(tensor_file_metadata(&file, "class_names"),
                        "[\"an ant\", \"b\\\"ee\"]");
    tensor_file_free(&file);
}

static const float zeros[32];
static const struct tensor kernel = {"net/a/kernel", 2, {3, 5}, zeros, 15, 0};
static const struct tensor bias = {"net/a/bias", 1, {5}, zeros, 5, 0};

static void test_a_missing_tensor_is_named(void **state)
{
    write_tensors(&kernel, 1, NULL, 0);
    expect_refused(*state, " lacks 'net/a/bias' of shape (5)");
}

static void test_an_extra_tensor_is_named(void **state)
{
    const struct tensor tensors[] = {
        kernel, bias, {"net/a/biaz", 1, {5}, zeros, 5, 0}};
    write_tensors(tensors, 3, NULL, 0);
    expect_refused(*state,
                   " holds 'net/a/biaz', which 'tiny' does not have; did "
                   "you mean 'net/a/bias'?");
}

static void test_another_shape_is_shown_beside_ours(void **state)
{
    const struct tensor tensors[] = {{"net/a/kernel", 2, {5, 3}, zeros, 15, 0},
                                     bias};
    write_tensors(tensors, 2, NULL, 0);
    expect_refused(*state,
                   ": 'net/a/kernel' has shape (5, 3), 'tiny' needs (3, 5)");
    const struct tensor flat[] = {{"net/a/kernel", 1, {15}, zeros, 15, 0},
                                  bias};
    write_tensors(flat, 2, NULL, 0);
    expect_refused(*state,
                   ": 'net/a/kernel' has shape (15), 'tiny' needs (3, 5)");
}

static void test_a_newer_version_is_refused(void **state)
{
    const struct tensor tensors[] = {kernel, bias};
    const struct metadata metadata[] = {{"guss_format_version", "2"}};
    write_tensors(tensors, 2, metadata, 1);
    expect_refused(*state,
                   " has version 2 of the weights format, this executable "
                   "reads version 1");
}

static void test_class_names_are_checked(void **state)
{
    const struct tensor tensors[] = {kernel, bias};
    const char *const wrong[] = {
        "ant", "{}", "[]", "[1]", "[\"a\", \"a\"]", "[\"a\", null]"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const struct metadata metadata[] = {{"class_names", wrong[i]}};
        write_tensors(tensors, 2, metadata, 1);
        expect_refused(*state,
                       " is damaged: its 'class_names' are not an array "
                       "of different names");
    }
}

static void test_another_network_may_be_in_the_file(void **state)
{
    struct error error = {0};
    struct memory memory = {{0}};
    struct weights_about about;
    const struct tensor tensors[] = {
        kernel, bias, {"other/b/kernel", 3, {2, 2, 3}, zeros, 12, 0}};
    write_tensors(tensors, 3, NULL, 0);
    assert_int_equal(load(*state, scratch(), &memory, &about, &error),
                     STATUS_OK);
    assert_int_equal(about.classes.count, 0);
}

/* ---- checkpoints and the folders of runs --------------------------------- */

static const float ones[15] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
static const struct tensor state_of = {
    "optimizer/0/net/a/bias", 1, {5}, zeros, 5, 0};

static const struct tensor best_of = {"best/0/net/a/bias", 1, {5}, zeros, 5, 0};

/* A checkpoint of a kernel of ones; with a checksum that does not fit where it
 * is damaged. */
static void write_checkpoint(struct arena *arena, const char *path,
                             const char *version, bool is_damaged)
{
    const struct tensor tensors[] = {
        {"net/a/kernel", 2, {3, 5}, ones, 15, 0}, bias, state_of, best_of};
    struct metadata metadata[] = {{"guss_format", "checkpoint"},
                                  {"guss_format_version", version},
                                  {"checksum", "0"}};
    struct error error = {0};
    if (!is_damaged)
        metadata[2].value = checkpoint_checksum(arena, tensors, 4, metadata, 2);
    assert_int_equal(tensor_file_write(path, tensors, 4, metadata, 3, &error),
                     STATUS_OK);
}

static void test_a_checkpoint_gives_its_weights(void **state)
{
    struct error error = {0};
    struct memory memory = {{0}};
    struct weights_about about;
    write_checkpoint(*state, scratch(), "1", false);
    assert_int_equal(load(*state, scratch(), &memory, &about, &error),
                     STATUS_OK);
    assert_true(about.is_checkpoint);
    assert_true(memory.floats[HEAD] == 1.0f);
    write_checkpoint(*state, scratch(), "1", true);
    expect_refused(*state, " is damaged: its checksum does not fit");
    write_checkpoint(*state, scratch(), "3", true);
    expect_refused(*state, " has version 3 of the checkpoint format, this "
                           "executable reads version 2");
    const struct tensor tensors[] = {kernel, bias, state_of};
    write_tensors(tensors, 3, NULL, 0);
    expect_refused(*state, " holds 'optimizer/0/net/a/bias', which 'tiny' does "
                           "not have");
    const struct tensor with_best[] = {kernel, bias, best_of};
    write_tensors(with_best, 3, NULL, 0);
    expect_refused(*state,
                   " holds 'best/0/net/a/bias', which 'tiny' does not have");
}

/* A run in the scratch folder; its checkpoint `iteration`. */
static const char *in_run(struct arena *arena, uint64_t iteration)
{
    struct error error = {0};
    const char *run = arena_printf(arena, "%s.run", scratch());
    assert_int_equal(folder_make(path_join(arena, run, "checkpoints"), &error),
                     STATUS_OK);
    return iteration ? checkpoint_path(arena, run, iteration) : run;
}

static void test_a_run_gives_its_newest_sound_checkpoint(void **state)
{
    struct arena *arena = *state;
    struct error error = {0};
    struct memory memory = {{0}};
    struct weights_about about;
    const char *run = in_run(arena, 0);
    assert_int_equal(load(arena, run, &memory, &about, &error), STATUS_INPUT);
    assert_string_equal(error.text,
                        arena_printf(arena,
                                     "the folder '%s' has no "
                                     "weights.safetensors and no checkpoint",
                                     run));
    write_checkpoint(arena, in_run(arena, 9), "1", false);
    write_checkpoint(arena, in_run(arena, 10), "1", false);
    write_checkpoint(arena, in_run(arena, 11), "1", true);
    assert_int_equal(load(arena, run, &memory, &about, &error), STATUS_OK);
    assert_string_equal(about.path, in_run(arena, 10));
    assert_int_equal(about.n_damaged, 1);
    write_checkpoint(arena, in_run(arena, 12), "3", true);
    assert_int_equal(load(arena, run, &memory, &about, &error), STATUS_INPUT);
    assert_non_null(strstr(error.text, "/12.guss' has version 3"));

    const struct tensor tensors[] = {kernel, bias};
    const char *end = path_join(arena, run, "weights.safetensors");
    assert_int_equal(tensor_file_write(end, tensors, 2, NULL, 0, &error),
                     STATUS_OK);
    assert_int_equal(load(arena, run, &memory, &about, &error), STATUS_OK);
    assert_string_equal(about.path, end);
    assert_false(about.is_checkpoint);
    for (uint64_t i = 9; i <= 12; i++)
        unlink(in_run(arena, i));
    unlink(end);
    rmdir(path_join(arena, run, "checkpoints"));
    rmdir(run);
}

static int make_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int clean(void **state)
{
    arena_free(*state);
    unlink(scratch());
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_padding_is_left_alone),
        cmocka_unit_test(test_initial_values_follow_their_kind),
        cmocka_unit_test(test_truncated_values_stay_within_two_deviations),
        cmocka_unit_test(test_orthogonal_rows_or_columns_are),
        cmocka_unit_test(test_orthogonal_matrices_are_even),
        cmocka_unit_test(test_a_weight_is_drawn_by_seed_and_key),
        cmocka_unit_test(test_nan_is_found),
        cmocka_unit_test(test_a_file_brings_the_bits_back),
        cmocka_unit_test(test_a_missing_tensor_is_named),
        cmocka_unit_test(test_an_extra_tensor_is_named),
        cmocka_unit_test(test_another_shape_is_shown_beside_ours),
        cmocka_unit_test(test_a_newer_version_is_refused),
        cmocka_unit_test(test_class_names_are_checked),
        cmocka_unit_test(test_a_checkpoint_gives_its_weights),
        cmocka_unit_test(test_a_run_gives_its_newest_sound_checkpoint),
        cmocka_unit_test(test_another_network_may_be_in_the_file)};
    return cmocka_run_group_tests(tests, make_arena, clean);
}
