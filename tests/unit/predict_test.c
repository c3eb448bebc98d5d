/* Predictions of a network with two inputs and two outputs, and from layers of
 * it: which file goes where, and what is wrong with those that do not. */
#include <stddef.h>
#include <string.h>

#include "guss/model.h"

enum { BATCH = 2, STRIDE = 8 };
enum { LEFT, RIGHT, SUM, ALL, TWICE, BOTH, N_LAYERS };

struct layout {
    float scale[STRIDE]; /* the weight */
    float a[BATCH][STRIDE], b[BATCH][STRIDE], sum[BATCH][STRIDE],
        all[BATCH][STRIDE];
    float twice[2][BATCH]; /* by sample */
    float both[BATCH][STRIDE];
};

/* sum = (a + b) * scale, two values; all = b, a, of three and two; twice = 2
 * sum; both = the first value of twice times the first of all. */
static void predict(void *arena, int shard, const bool *computed)
{
    struct layout *l = arena;
    for (int n = 0; shard == 0 && n < BATCH; n++) {
        for (int i = 0; computed[SUM] && i < 2; i++)
            l->sum[n][i] = (l->a[n][i] + l->b[n][i]) * l->scale[0];
        for (int i = 0; computed[ALL] && i < 5; i++)
            l->all[n][i] = i < 3 ? l->b[n][i] : l->a[n][i - 3];
        for (int i = 0; computed[TWICE] && i < 2; i++)
            l->twice[i][n] = 2.0f * l->sum[n][i];
        if (computed[BOTH])
            l->both[n][0] = l->twice[0][n] * l->all[n][0];
    }
}

static const struct guss_weight weights[] = {{.network = "two",
                                              .layer = "scale",
                                              .name = "by",
                                              .rank = 1,
                                              .shape = {1},
                                              .stride = STRIDE}};
#define PLACE(member) offsetof(struct layout, member), STRIDE, 1
static const int reads[] = {LEFT, RIGHT, RIGHT, LEFT, SUM, TWICE, ALL};
static const struct guss_output layers[N_LAYERS] = {
    [LEFT] = {"left", 1, {2}, PLACE(a), NULL, 0},
    [RIGHT] = {"right", 1, {3}, PLACE(b), NULL, 0},
    [SUM] = {"sum", 1, {2}, PLACE(sum), reads, 2},
    [ALL] = {"all", 1, {5}, PLACE(all), reads + 2, 2},
    [TWICE] = {"twice",
               1,
               {2},
               offsetof(struct layout, twice),
               1,
               BATCH,
               reads + 4,
               1},
    [BOTH] = {"both", 1, {1}, PLACE(both), reads + 5, 2}};
static const int indexes[] = {0}, inputs[] = {LEFT, RIGHT};
static const int results[] = {SUM, ALL};
static const struct guss_network network = {.name = "two",
                                            .summary = "Model: \"two\"\n",
                                            .outputs = layers,
                                            .n_outputs = N_LAYERS,
                                            .inputs = inputs,
                                            .results = results,
                                            .n_inputs = 2,
                                            .n_results = 2,
                                            .weights = indexes,
                                            .n_weights = 1,
                                            .predict = predict};
static const struct guss_model model = {.name = "tiny",
                                        .nn_path = "tiny.nn",
                                        .nn_text = "",
                                        .target = "generic",
                                        .networks = &network,
                                        .n_networks = 1,
                                        .weights = weights,
                                        .n_weights = 1,
                                        .arena_bytes = sizeof(struct layout),
                                        .weights_count = STRIDE,
                                        .batch = BATCH,
                                        .tile = BATCH,
                                        .shards = 1};

#include "tests/unit/run_executable.h"
#include "trainer/weights/safetensors.h"

static void expect_values(const char *path, int64_t width, const float *values)
{
    struct data_set set;
    struct error error = {0};
    assert_int_equal(data_load(path,
                               &(struct data_options){.pixels = PIXELS_RAW},
                               &set, &error),
                     0);
    assert_int_equal(set.samples.count, 3);
    assert_int_equal(set.samples.width, width);
    assert_memory_equal(set.samples.values, values,
                        (size_t)(3 * width) * sizeof *values);
    data_free(&set);
}

static void test_every_input_has_its_file(void **state)
{
    (void)state;
    static const float sums[] = {22, 44, 66, 88, 110, 132};
    static const float all[] = {10, 20, 30, 1,  2,  30, 40, 50,
                                3,  4,  50, 60, 70, 5,  6};
    expect_run(0, "predict --weights w --input left=l.npy --input "
                  "right=r.npy --output sum=s.npy --output all=a.npy");
    expect_values("s.npy", 2, sums);
    expect_values("a.npy", 5, all);
    expect_run(0, "predict --weights w --input right=r.npy --input left=l.npy "
                  "--output all=b.npy");
    expect_values("b.npy", 5, all);
    expect_run(0, "predict --weights w --input right=r.npy --input left=l.npy "
                  "--layer sum --output c=.npy");
    expect_values("c=.npy", 2, sums);
    expect_run(0, "predict --weights w --input right=r.npy --input left=l.npy "
                  "--layer both --output d.npy");
    static const float both[] = {440, 3960, 11000};
    expect_values("d.npy", 1, both);
}

static void test_from_a_layer(void **state)
{
    (void)state;
    static const float twice[] = {44, 88, 132, 176, 220, 264};
    expect_run(0, "predict --weights w --input right=r.npy --input left=l.npy "
                  "--output sum=s.npy");
    expect_run(0, "predict --weights w --from sum --input s.npy --layer twice "
                  "--output t.npy");
    expect_values("t.npy", 2, twice);
    expect_run(0, "predict --weights w --from twice --input twice=t.npy "
                  "--layer twice --output u.npy");
    expect_values("u.npy", 2, twice);
}

static void expect_wrong(int status, const char *words, const char *message)
{
    char line[256], err[512];
    snprintf(line, sizeof line, "predict --weights w %s", words);
    snprintf(err, sizeof err, "error: %s\n%s", message,
             status == 2 ? "try: ./tiny predict --help\n" : "");
    expect_failure(status, line, err);
}

static void test_mistakes(void **state)
{
    (void)state;
    expect_wrong(2, "--input l.npy --output all=x",
                 "network 'two' has the inputs 'left' and 'right': write "
                 "--input NAME=REF instead of 'l.npy'");
    expect_wrong(2, "--input left=l.npy --output all=x",
                 "input 'right' of network 'two' is missing: --input "
                 "right=REF");
    expect_wrong(2, "--input lefft=l.npy --output all=x",
                 "network 'two' has no input 'lefft'; did you mean 'left'?");
    expect_wrong(2, "--input middle=l.npy --output all=x",
                 "network 'two' has no input 'middle'; it has 'left' and "
                 "'right'");
    expect_wrong(2, "--input left=a --input left=b --output all=x",
                 "--input left=... is given twice: 'a' and 'b'");
    expect_wrong(2, "--input left=l.npy --input right=r.npy --output x",
                 "network 'two' has the outputs 'sum' and 'all': choose one "
                 "with --layer, or write --output NAME=FILE instead of 'x'");
    expect_wrong(2,
                 "--input left=l.npy --input right=r.npy --output sum=x "
                 "--output all=x",
                 "--output names the file 'x' twice");
    expect_wrong(2,
                 "--input left=l.npy --input right=r.npy --output sum=x "
                 "--output all=./x",
                 "--output names the file './x' twice");
    expect_wrong(2,
                 "--input left=l.npy --input right=r.npy --output sum=./l.npy",
                 "--output would write over './l.npy', which --input reads");
    expect_wrong(2, "--input left=l.npy --input right=r.npy --output sum=w",
                 "--output would write over 'w', which --weights reads");
    expect_run(0, "predict --weights w --input right=r.npy --input left=l.npy "
                  "--output sum=/dev/null --output all=/dev/null");
    expect_wrong(2, "--input left=a --output a --output b --layer sum",
                 "--output is given 2 times, --layer gives one");
    expect_wrong(2, "--from sun --input l.npy --layer twice --output x",
                 "network 'two' has no layer 'sun'; did you mean 'sum'?");
    expect_wrong(2, "--from sum --input a --input b --layer twice --output x",
                 "--input is given 2 times, --from takes one");
    expect_wrong(2, "--from sum --input a --output all=x",
                 "layer 'all' of network 'two' is not computed from 'sum'");
    expect_wrong(2, "--from left --input a --output sum=x",
                 "not all passes through layer 'left': 'sum' also reads input "
                 "'right'");
    expect_wrong(2, "--from sum --input a --layer both --output x",
                 "not all passes through layer 'sum': 'both' also reads 'all', "
                 "which is computed from input 'right'");
    expect_wrong(1, "--from sum --input r.npy --layer twice --output x",
                 "a sample of 'r.npy' has 3 values (3), the output of layer "
                 "'sum' has 2 (2)");
    expect_wrong(1, "--input left=l.npy --input right=l.npy --output all=x",
                 "a sample of 'l.npy' has 2 values (2), the input 'right' of "
                 "network 'two' takes 3 (3)");
    expect_wrong(1, "--input left=l.npy --input right=few.npy --output all=x",
                 "'l.npy' has 3 samples for input 'left', 'few.npy' has 2 for "
                 "input 'right'");
    expect_failure(1, "reconstruct --weights w --input l.npy --output x.png",
                   "error: network 'two' has 2 inputs and 2 outputs; only "
                   "predict can run it\n");
    expect_failure(1, "generate --weights w --output x.png",
                   "error: network 'two' has 2 inputs and 2 outputs; images "
                   "are made by one of each\n");
    assert_false(file_exists("x"));
    expect_run(0, "predict --help");
    expect_part("out",
                "\nA network with several inputs takes --input NAME=REF for "
                "each of them,\n"
                "one with several outputs --output NAME=Y.npy for those that "
                "are wanted.\n"
                "With --from the file of --input has what that layer gave.\n");
}

static int make_files(void **state)
{
    const float by = 2.0f, left[] = {1, 2, 3, 4, 5, 6};
    const float right[] = {10, 20, 30, 30, 40, 50, 50, 60, 70};
    const int64_t two[] = {3, 2}, three[] = {3, 3}, few[] = {2, 3};
    const struct tensor tensor = {"two/scale/by", 1, {1}, &by, 1, 0};
    struct error error = {0};
    return make_folder(state) || npy_write_f32("l.npy", 2, two, left, &error) ||
           npy_write_f32("r.npy", 2, three, right, &error) ||
           npy_write_f32("few.npy", 2, few, right, &error) ||
           tensor_file_write("w", &tensor, 1, NULL, 0, &error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_input_has_its_file),
        cmocka_unit_test(test_from_a_layer), cmocka_unit_test(test_mistakes)};
    return cmocka_run_group_tests(tests, make_files, remove_folder);
}
