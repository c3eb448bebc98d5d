/* The command line of an executable, from outside: usage, and the commands that
 * use weights. */
#include "tests/unit/tiny_model.h"

/* ---- commands ------------------------------------------------------------ */

static void test_help_and_version(void **state)
{
    (void)state;
    expect_run(0, "--version");
    expect_content("out", "tiny (guss) " GUSS_VERSION "\n");
    expect_run(0, "--help");
    expect_part("out", "usage: ./tiny COMMAND [OPTION...]\n");
    expect_part("out", "  evaluate     print the loss and the metrics");
    expect_run(0, "train --help");
    expect_content(
        "out",
        "usage: ./tiny train [OPTION...]\n"
        "\n"
        "Train as the schedule says.\n"
        "\n"
        "      --out DIR                folder of the run, new or empty\n"
        "      --resume DIR             go on with the run in DIR\n"
        "      --init W.safetensors     first weights\n"
        "      --only PATTERN           of --init, weights of such keys: "
        "'a/*'\n"
        "      --repeat DIR             train again as the run in DIR\n"
        "      --schedule FILE.yaml     schedule in place of the one compiled "
        "in\n"
        "      --data DIR               where data sets are looked for first\n"
        "      --set KEY=VALUE          change one value of the schedule\n"
        "      --threads N              number of threads; 0: all processors\n"
        "      --layout WHOSE           keras or pytorch; how the weights lie\n"
        "      --color WHEN             auto, always or never\n"
        "  -h, --help                   this text\n");
    expect_run(0, "evaluate -h");
    expect_part("out", "      --count N                so many mistakes on the "
                       "sheet; 25\n");
    expect_run(0, "-h");
    expect_part("out", "usage: ./tiny COMMAND [OPTION...]\n");
    expect_run(2, "");
    expect_content("out", "");
    expect_part("err", "usage: ./tiny COMMAND [OPTION...]\n");
    expect_run(0, "summary");
    expect_content("out", "Model: \"net\"\n");
}

static void test_wrong_usage_is_one_line_and_a_hint(void **state)
{
    (void)state;
    expect_failure(2, "trian",
                   "error: unknown command 'trian'; did you mean 'train'?\n"
                   "try: ./tiny --help\n");
    expect_failure(2, "evaluate --wieghts=w",
                   "error: unknown option '--wieghts'; did you mean "
                   "'--weights'?\n"
                   "try: ./tiny evaluate --help\n");
    expect_failure(2, "train --xyzzyx",
                   "error: unknown option '--xyzzyx'\n"
                   "try: ./tiny train --help\n");
    expect_failure(2, "train --s epochs=1",
                   "error: '--s' is the beginning of several options\n"
                   "try: ./tiny train --help\n");
    expect_failure(2, "bench --color=always --xyzzyx",
                   "\033[1;31merror:\033[0m unknown option '--xyzzyx'\n"
                   "try: ./tiny bench --help\n");
    expect_failure(2, "train --learning-rate 1e-3",
                   "error: unknown option '--learning-rate': write --set "
                   "optimizer.learning_rate=1e-3\n"
                   "try: ./tiny train --help\n");
    expect_failure(2, "train -o run",
                   "error: unknown option '-o'; did you mean '--out'?\n"
                   "try: ./tiny train --help\n");
    expect_failure(2, "generate --weights w -o y.npy",
                   "error: --output wants a file that ends in .png, not "
                   "'y.npy'\n"
                   "try: ./tiny generate --help\n");
    expect_failure(2, "generate --weights w -o",
                   "error: -o wants a value\n"
                   "try: ./tiny generate --help\n");
    expect_failure(2, "fit",
                   "error: unknown command 'fit'; did you mean 'train'?\n"
                   "try: ./tiny --help\n");
    expect_failure(2, "train -q",
                   "error: unknown option '-q'\n"
                   "try: ./tiny train --help\n");
    expect_failure(2, "train --help=x",
                   "error: --help takes no value\n"
                   "try: ./tiny train --help\n");
    expect_failure(2, "train --out",
                   "error: --out wants a value\n"
                   "try: ./tiny train --help\n");
    expect_failure(2, "train -- here",
                   "error: unexpected argument 'here'\n"
                   "try: ./tiny train --help\n");
    expect_failure(2, "evaluate",
                   "error: --weights W.safetensors is missing\n"
                   "try: ./tiny evaluate --help\n");
}

static void test_wrong_values_are_named(void **state)
{
    (void)state;
    expect_failure(2, "train --threads 1025",
                   "error: --threads wants a number from 0 to 1024, not "
                   "'1025'\n"
                   "try: ./tiny train --help\n");
    expect_failure(2, "reconstruct --count many",
                   "error: --count wants a number from 1 to 1000000, not "
                   "'many'\n"
                   "try: ./tiny reconstruct --help\n");
    expect_failure(
        2, "bench --seconds -1",
        "error: --seconds wants a time above 0 and up to 86400 seconds, "
        "not '-1'\n"
        "try: ./tiny bench --help\n");
    expect_failure(2, "bench --format=xml",
                   "error: --format wants text or json, not 'xml'\n"
                   "try: ./tiny bench --help\n");
    expect_failure(2, "--color=blue bench",
                   "error: --color wants auto, always or never, not 'blue'\n"
                   "try: ./tiny --help\n");
    expect_failure(2, "train --resume a --out b",
                   "error: --resume and --out exclude each other: a resumed "
                   "run has its folder\n"
                   "try: ./tiny train --help\n");
    expect_failure(2, "train --resume a --init b",
                   "error: --resume and --init exclude each other: a resumed "
                   "run has its weights\n"
                   "try: ./tiny train --help\n");
    expect_failure(2, "summary --network nett",
                   "error: there is no network 'nett'; did you mean 'net'?\n"
                   "try: ./tiny summary --help\n");
    expect_failure(
        2, "predict --layer dens --weights w --input x --output y",
        "error: network 'net' has no layer 'dens'; did you mean 'dense'?\n"
        "try: ./tiny predict --help\n");
    expect_failure(2, "--color=always trian",
                   "\033[1;31merror:\033[0m unknown command 'trian'; did you "
                   "mean 'train'?\n"
                   "try: ./tiny --help\n");
}

static void test_what_cannot_run_here_says_so(void **state)
{
    (void)state;
    struct guss_model other = model;
    other.target = "x86-64-v9";
    assert_int_equal(finish(start(&other, "train --out never", "out")), 3);
    expect_part("err", "error: this executable was built for x86-64-v9, which "
                       "this processor (");
    expect_part("err",
                ") does not have; rebuild it here: guss build models/tiny.nn");
    assert_false(folder_exists("never"));

    other = model;
    other.schedule_text = other.schedule_path = NULL;
    assert_int_equal(finish(start(&other, "train --out never", "out")), 2);
    expect_content("err",
                   "error: this executable was built without a schedule; "
                   "rebuild: guss build models/tiny.nn SCHEDULE.yaml\n"
                   "try: ./tiny train --help\n");
    assert_false(folder_exists("never"));
}

/* ---- using --------------------------------------------------------------- */

static const float identity[WIDTH * WIDTH] = {1, 0, 0, 0, 0, 1, 0, 0,
                                              0, 0, 1, 0, 0, 0, 0, 1};
static const float shift[WIDTH] = {0.5f, 0, 0, 0};

/* y = x, but for the first value, which is 0.5 more. */
static void write_known_weights(void)
{
    struct error error = {0};
    const struct tensor tensors[] = {
        {"net/dense/kernel", 2, {WIDTH, WIDTH}, identity, WIDTH * WIDTH, 0},
        {"net/dense/bias", 1, {WIDTH}, shift, WIDTH, 0}};
    assert_int_equal(
        tensor_file_write("known.safetensors", tensors, 2, NULL, 0, &error),
        STATUS_OK);
}

static void test_evaluate_prints_lines_or_json(void **state)
{
    (void)state;
    write_known_weights();
    expect_run(0, "evaluate --weights known.safetensors");
    expect_content("out", "loss 0.0625\nmean_squared_error 0.0625\n"
                          "mean_absolute_error 0.125\n");
    expect_run(0, "evaluate --weights known.safetensors --input train.npy "
                  "--format json");
    expect_content("out", "{\n  \"loss\": 0.0625,\n"
                          "  \"mean_squared_error\": 0.0625,\n"
                          "  \"mean_absolute_error\": 0.125\n}\n");
    if (access("/dev/full", W_OK) == 0) {
        assert_int_equal(
            finish(start(&model, "evaluate --weights known.safetensors",
                         "/dev/full")),
            3);
        expect_content("err", "error: cannot write to standard output: No "
                              "space left on device\n");
    }
}

static void test_predict_gives_a_layers_output(void **state)
{
    (void)state;
    write_known_weights();
    expect_run(0, "predict --weights known.safetensors --input train.npy "
                  "--output y.npy");
    struct data_set x, y;
    struct error error = {0};
    assert_int_equal(data_read_npy("train.npy", &x, &error), STATUS_OK);
    assert_int_equal(data_read_npy("y.npy", &y, &error), STATUS_OK);
    assert_int_equal(y.samples.count, 10);
    assert_int_equal(y.rank, 2);
    const float *from = x.samples.values, *to = y.samples.values;
    for (int i = 0; i < 10 * WIDTH; i++)
        assert_true(to[i] == from[i] + (i % WIDTH ? 0.0f : 0.5f));
    data_free(&y);
    expect_run(0, "predict --network net --layer input --weights "
                  "known.safetensors --input train.npy --output x.npy");
    assert_int_equal(data_read_npy("x.npy", &y, &error), STATUS_OK);
    assert_memory_equal(y.samples.values, from, 10 * WIDTH * sizeof(float));
    data_free(&y);
    data_free(&x);
}

/* As /dev/stdout does, the link leads to the descriptor of a regular file. */
static void test_an_output_by_way_of_links(void **state)
{
    (void)state;
    write_known_weights();
    expect_run(0, "predict --weights known.safetensors --input train.npy "
                  "--output y.npy");
    assert_int_equal(symlink("/proc/self/fd/1", "standard"), 0);
    expect_run(0, "predict --weights known.safetensors --input train.npy "
                  "--output standard");
    assert_int_equal(system("cmp y.npy out && test -h standard"), 0);
    assert_int_equal(symlink("later.npy", "link"), 0);
    expect_run(0, "predict --weights known.safetensors --input train.npy "
                  "--output link");
    assert_int_equal(system("cmp y.npy later.npy && test -h link"), 0);
    assert_int_equal(symlink("absent", "dangling"), 0);
    expect_failure(2,
                   "generate --weights known.safetensors --output absent "
                   "--npy dangling",
                   "error: --output and --npy name one file, 'dangling'\n"
                   "try: ./tiny generate --help\n");
}

static void test_what_makes_no_sense_for_an_autoencoder(void **state)
{
    (void)state;
    static const char said[] =
        "error: network 'net' is an autoencoder and makes its images of "
        "images, not of vectors: 'reconstruct' draws them, 'interpolate "
        "--from LAYER' walks between codes, and --network takes a decoder "
        "that it places\n";
    write_known_weights();
    expect_failure(1, "generate --weights known.safetensors --output g.png",
                   said);
    expect_failure(1, "nearest --weights known.safetensors --output g.png",
                   said);
    expect_failure(1, "interpolate --weights known.safetensors --output g.png",
                   said);
    expect_run(0, "--help");
    expect_part("out", "  interpolate  ");
    assert_int_equal(system("grep -Eq '^  (generate|nearest)' out"), 256);
}

static void test_endings_of_outputs(void **state)
{
    (void)state;
    write_known_weights();
    expect_failure(2,
                   "reconstruct --weights known.safetensors --input train.npy "
                   "--output s.jpg",
                   "error: --output wants a file that ends in .png, not "
                   "'s.jpg'\n"
                   "try: ./tiny reconstruct --help\n");
    expect_failure(2,
                   "interpolate --weights known.safetensors --from dense "
                   "--npy y.csv",
                   "error: --npy wants a file that ends in .npy, not 'y.csv'\n"
                   "try: ./tiny interpolate --help\n");
    expect_failure(2, "interpolate --weights known.safetensors --output -",
                   "error: --output wants a file that ends in .png, not '-'\n"
                   "try: ./tiny interpolate --help\n");
}

static void test_all_processors(void **state)
{
    (void)state;
    write_known_weights();
    expect_run(0, "evaluate --weights known.safetensors --threads 0 "
                  "--set threads=1");
    expect_content("out", "loss 0.0625\nmean_squared_error 0.0625\n"
                          "mean_absolute_error 0.125\n");
}

static void test_reconstruct_writes_a_sheet(void **state)
{
    (void)state;
    write_known_weights();
    expect_run(0, "reconstruct --weights known.safetensors --input train.npy "
                  "--count 7 --columns 3 --output sheet.png");
    assert_true(file_exists("sheet.png"));
    expect_failure(3,
                   "reconstruct --weights known.safetensors --input train.npy "
                   "--output no/such/folder/sheet.png",
                   "error: cannot write 'no/such/folder/sheet.png': No such "
                   "file or directory\n");
}

static void test_what_does_not_fit_is_shown(void **state)
{
    (void)state;
    struct error error = {0};
    const int64_t shape[] = {2, 3};
    const float values[6] = {0};
    write_known_weights();
    assert_int_equal(npy_write_f32("wide.npy", 2, shape, values, &error),
                     STATUS_OK);
    expect_failure(1, "evaluate --weights known.safetensors --input wide.npy",
                   "error: a sample of 'wide.npy' has 3 values (3), the input "
                   "of network 'net' takes 4 (4)\n");
    const struct tensor tensor = {"net/dense/kernel", 2, {2, 2},
                                  identity,           4, 0};
    assert_int_equal(
        tensor_file_write("small.safetensors", &tensor, 1, NULL, 0, &error),
        STATUS_OK);
    expect_failure(1, "evaluate --weights small.safetensors",
                   "error: 'small.safetensors': 'net/dense/kernel' has shape "
                   "(2, 2), 'tiny' needs (4, 4)\n");
    expect_failure(1, "train --out never --init small.safetensors",
                   "error: nothing of 'small.safetensors' fits: its "
                   "'net/dense/kernel' has shape (2, 2), 'tiny' needs (4, "
                   "4)\n");
    assert_false(folder_exists("never"));
    expect_run(1, "evaluate --weights none.safetensors");
    expect_part("err", "none.safetensors");
}

static void test_bench_says_what_it_measured(void **state)
{
    (void)state;
    expect_run(0, "bench --seconds 0.05 --threads 2");
    static const char *const keys[] = {"ms_per_step ",
                                       "\nsamples_per_s ",
                                       "\ngflop_per_step 2.56e-07\n",
                                       "\ngflop_executed 5.12e-07\n",
                                       "\ngflops ",
                                       "\npeak_gflops ",
                                       "\nthreads 2\n"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        expect_part("out", keys[i]);
    expect_run(0, "bench --seconds 0.05 --format json --threads 1");
    expect_part("out", "  \"threads\": 1\n");
}

/* However little time there is for them. */
static void test_bench_takes_the_median_of_three_steps_at_least(void **state)
{
    (void)state;
    expect_run(0, "bench --seconds 1e-9 --threads 1");
    expect_part("out", "\nsteps 3\n");
}

int main(void)
{
    unsetenv("NO_COLOR");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_help_and_version),
        cmocka_unit_test(test_wrong_usage_is_one_line_and_a_hint),
        cmocka_unit_test(test_wrong_values_are_named),
        cmocka_unit_test(test_what_cannot_run_here_says_so),
        cmocka_unit_test(test_evaluate_prints_lines_or_json),
        cmocka_unit_test(test_predict_gives_a_layers_output),
        cmocka_unit_test(test_an_output_by_way_of_links),
        cmocka_unit_test(test_what_makes_no_sense_for_an_autoencoder),
        cmocka_unit_test(test_endings_of_outputs),
        cmocka_unit_test(test_all_processors),
        cmocka_unit_test(test_reconstruct_writes_a_sheet),
        cmocka_unit_test(test_what_does_not_fit_is_shown),
        cmocka_unit_test(test_bench_says_what_it_measured),
        cmocka_unit_test(test_bench_takes_the_median_of_three_steps_at_least)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
