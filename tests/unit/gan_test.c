/* The train command with a GAN, from outside: its epochs, its log, two
 * optimizers, and that a resumed run is the run that was never stopped. */
#include "tests/unit/tiny_gan.h"

#include "tests/unit/run_training.h"
#include "trainer/weights/safetensors.h"

static void test_a_run_leaves_its_folder(void **state)
{
    (void)state;
    expect_run(0, "train --out whole");
    expect_content("out", "");
    expect_part("err", "maker, judge: train.npy, 10 samples; batch 4, 2 "
                       "threads; to whole\n"
                       "epoch 1/6  discriminator_loss ");
    expect_part("err", "\ndone in 0:0");
    expect_part("err", ": whole/weights.safetensors\nlast images: "
                       "whole/samples/00000012.png\n");
    expect_part("whole/log.csv",
                "epoch,iteration,discriminator_loss,generator_loss,"
                "real_accuracy,generated_accuracy,spread\n1,2,");
    expect_part("whole/log.csv", ",nan\n6,12,");
    expect_part("whole/schedule.yaml",
                "  generator: {name: sgd, learning_rate: 0.1, momentum: 0.9, "
                "nesterov: false}\n  discriminator: {name: adagrad, ");
    expect_part("whole/schedule.yaml",
                "latent: {distribution: normal, mean: 0, stddev: 1}\n");
    static const char *const files[] = {
        "whole/samples/00000003.png", "whole/samples/00000006.png",
        "whole/samples/00000012.png", "whole/loss.png",
        "whole/weights.safetensors",  "whole/checkpoints/8.guss",
        "whole/checkpoints/10.guss",  "whole/checkpoints/12.guss"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (!file_exists(files[i]))
            fail_msg("no %s", files[i]);
    assert_false(file_exists("whole/checkpoints/6.guss"));
    expect_run(0, "train --out threads --threads 7");
    expect_same("whole/weights.safetensors", "threads/weights.safetensors");
}

/* The iteration of the last row of a run of some epochs, and of a set. */
static void expect_last_row(const char *words, const char *row)
{
    static int number;
    char line[256], path[64];
    snprintf(path, sizeof path, "rows-%d", number++);
    snprintf(line, sizeof line, "train --out %s %s", path, words);
    expect_run(0, line);
    strcat(path, "/log.csv");
    expect_part(path, row);
}

static void test_an_epoch_is_as_many_whole_batches(void **state)
{
    (void)state;
    expect_last_row("--set epochs=3", "\n3,6,");
    expect_last_row("--set iterations=5", "\n2,4,");
    expect_last_row("--set iterations=5", "\n3,5,");
    /* three samples: fewer than a batch, more than half of one */
    expect_last_row("--set epochs=3 --set data.train=test.npy", "\n3,3,");
}

/* Both networks, and the state of both optimizers. */
static void test_what_is_kept(void **state)
{
    (void)state;
    static const char *const keys[] = {"maker/dense/kernel", "maker/dense/bias",
                                       "judge/dense/kernel",
                                       "judge/dense/bias"};
    struct arena *arena = arena_new();
    struct tensor_file file;
    struct error error = {0};
    expect_run(0, "train --out kept --set iterations=2");
    assert_int_equal(
        tensor_file_read(arena, "kept/weights.safetensors", &file, &error),
        STATUS_OK);
    assert_int_equal(file.n_tensors, 4);
    for (int i = 0; i < 4; i++)
        assert_string_equal(file.tensors[i].key, keys[i]);
    tensor_file_free(&file);

    assert_int_equal(
        tensor_file_read(arena, "kept/checkpoints/2.guss", &file, &error),
        STATUS_OK);
    assert_int_equal(file.n_tensors, 8);
    for (int i = 0; i < 4; i++) {
        char key[64];
        snprintf(key, sizeof key, "optimizer/0/%s", keys[i]);
        assert_string_equal(file.tensors[4 + i].key, key);
    }
    /* what Adagrad adds up starts at 0.5; the velocity at 0 */
    assert_true(file.tensors[7].values[0] >= 0.5f);
    assert_true(fabsf(file.tensors[5].values[0]) < 0.5f);
    assert_string_equal(tensor_file_metadata(&file, "position"), "4");
    tensor_file_free(&file);
    arena_free(arena);

    expect_run(0, "train --out again --init kept/weights.safetensors");
    expect_run(0, "train --out half --init half.safetensors");
    expect_part("err", "took 2 of 4 weights from 'half.safetensors':\n"
                       "  maker/dense/kernel, maker/dense/bias\n"
                       "warning: drawn, as the file has none of these names:\n"
                       "  judge/dense/kernel, judge/dense/bias\n");
}

static void test_a_resumed_run_is_the_run_never_stopped(void **state)
{
    (void)state;
    expect_run(0, "train --out unbroken --set iterations=13");
    for (int stop = 1; stop < 13; stop++) {
        char words[256], path[64];
        snprintf(path, sizeof path, "broken-%d", stop);
        snprintf(words, sizeof words,
                 "train --out %s --set iterations=%d --threads 1", path, stop);
        expect_run(0, words);
        snprintf(words, sizeof words,
                 "train --resume %s --set iterations=13 --threads 3", path);
        expect_run(0, words);
        snprintf(words, sizeof words, "resumed at iteration %d of 13\n", stop);
        expect_part("err", words);
        static const char *const files[] = {
            "weights.safetensors", "log.csv", "checkpoints/13.guss",
            "checkpoints/12.guss", "samples/00000012.png"};
        for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
            char a[128], b[128];
            snprintf(a, sizeof a, "unbroken/%s", files[i]);
            snprintf(b, sizeof b, "%s/%s", path, files[i]);
            expect_same(a, b);
        }
    }
}

/* Killed at no chosen place, until it is done. */
static void test_a_killed_run_goes_on(void **state)
{
    (void)state;
    expect_run(0, "train --out calm --set seed=77 --set epochs=60");
    const char *words = "train --out killed --set seed=77 --set epochs=60";
    for (int i = 0; i < 12; i++) {
        pid_t child = start(&model, words, "out");
        if (i == 0)
            wait_for("killed/checkpoints/2.guss");
        nanosleep(&(struct timespec){0, 11000000}, NULL);
        kill(child, SIGKILL);
        int status;
        assert_int_equal(waitpid(child, &status, 0), child);
        words = "train --resume killed";
    }
    expect_run(0, words);
    expect_same("calm/weights.safetensors", "killed/weights.safetensors");
    expect_same("calm/log.csv", "killed/log.csv");
    expect_same("calm/checkpoints/120.guss", "killed/checkpoints/120.guss");
}

static void test_a_signal_saves(void **state)
{
    (void)state;
    pid_t child = start(
        &model, "train --out caught --set seed=77 --set epochs=900", "out");
    wait_for("caught/checkpoints/20.guss");
    kill(child, SIGINT);
    assert_int_equal(finish(child), 130);
    expect_part("err", "\nstopped after ");
    expect_part("err", " of 1800 iterations, saved in caught; go on with: "
                       "./tiny train --resume caught\n");
    setenv("GUSS_TRAIN", "guss train models/tiny.nn tiny.yaml", 1);
    child = start(&model, "train --resume caught", "out");
    wait_for("caught/checkpoints/100.guss");
    kill(child, SIGTERM);
    assert_int_equal(finish(child), 143);
    unsetenv("GUSS_TRAIN");
    expect_part("err", "; go on with: guss train models/tiny.nn tiny.yaml "
                       "--resume caught\n");
    child = start(&model, "train --out a$run --set epochs=900", "out");
    wait_for("a$run/checkpoints/20.guss");
    kill(child, SIGINT);
    assert_int_equal(finish(child), 130);
    expect_part("err", ", saved in a$run; go on with: "
                       "./tiny train --resume 'a$run'\n");
}

static void test_what_may_not_change_in_a_run(void **state)
{
    (void)state;
    static const char *const changes[][2] = {
        {"latent.stddev=2", "latent"}, {"data.shuffle=false", "data.shuffle"}};
    expect_run(0, "train --out fixed --set iterations=4");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        char words[256], err[256];
        snprintf(words, sizeof words, "train --resume fixed --set %s",
                 changes[i][0]);
        snprintf(err, sizeof err,
                 "error: '%s' cannot change when a run is resumed; start "
                 "another one: --out DIR\n"
                 "try: ./tiny train --help\n",
                 changes[i][1]);
        expect_failure(2, words, err);
    }
}

static void test_each_network_has_its_own_optimizer(void **state)
{
    (void)state;
    expect_run(0, "train --out still --set iterations=9 --set "
                  "optimizer.generator.learning_rate=0");
    expect_run(0, "train --out still-1 --set iterations=1 --set "
                  "optimizer.generator.learning_rate=0");
    /* a generator that learns nothing makes the same images */
    expect_run(0, "generate --weights still/weights.safetensors --output a.png "
                  "--npy a.npy");
    expect_run(0, "generate --weights still-1/weights.safetensors --output "
                  "b.png --npy b.npy");
    expect_same("a.npy", "b.npy");
    expect_run(1, "train --out never --set optimizer.learning_rate=0.1");
    expect_part("err", "'learning_rate' stands beside 'generator' or "
                       "'discriminator'");
}

static void write_weights(const char *path, const float *maker_bias,
                          float judge_kernel)
{
    struct error error = {0};
    const float zero[LATENT * WIDTH] = {0.0f};
    const float judge[WIDTH] = {judge_kernel, judge_kernel, judge_kernel,
                                judge_kernel};
    const struct tensor tensors[] = {
        {"maker/dense/kernel", 2, {LATENT, WIDTH}, zero, LATENT * WIDTH, 0},
        {"maker/dense/bias", 1, {WIDTH}, maker_bias, WIDTH, 0},
        {"judge/dense/kernel", 2, {WIDTH, 1}, judge, WIDTH, 0},
        {"judge/dense/bias", 1, {1}, zero, 1, 0}};
    assert_int_equal(tensor_file_write(path, tensors, 4, NULL, 0, &error), 0);
    assert_int_equal(
        tensor_file_write("half.safetensors", tensors, 2, NULL, 0, &error), 0);
}

static void test_divergence_stops_the_run(void **state)
{
    (void)state;
    const float huge[WIDTH] = {3e38f, 3e38f, 3e38f, 3e38f};
    write_weights("huge.safetensors", huge, 3e38f);
    expect_run(4, "train --out wild --init huge.safetensors");
    expect_part("err", "error: training diverged: the discriminator's loss "
                       "became infinite in epoch 1, iteration 1; no checkpoint "
                       "was written before\n");
    assert_false(file_exists("wild/weights.safetensors"));
    const float one[WIDTH] = {1.0f, 1.0f, 1.0f, 1.0f};
    write_weights("one.safetensors", one, 0.25f);
    expect_run(4, "train --out wilder --init one.safetensors --set "
                  "optimizer.discriminator.learning_rate=3e38");
    expect_part("err",
                "error: training diverged: the generator's loss became ");
}

static void test_what_goes_wrong_is_told(void **state)
{
    (void)state;
    struct error error = {0};
    const float zero[WIDTH] = {0.0f};
    float ones[10 * WIDTH];
    const int64_t shape[] = {10, 2, 2};
    for (int i = 0; i < 10 * WIDTH; i++)
        ones[i] = 1.0f;
    assert_int_equal(npy_write_f32("ones.npy", 3, shape, ones, &error), 0);
    write_weights("zero.safetensors", zero, 0.25f);
    /* nothing is learned: real samples are 1 for ever, generated ones 0 */
    static const char words[] =
        "--init zero.safetensors --set epochs=600 --set data.train=%s --set "
        "optimizer.generator.learning_rate=0 --set "
        "optimizer.discriminator.learning_rate=0";
    char line[512];
    snprintf(line, sizeof line, words, "ones.npy --out won");
    memmove(line + 6, line, strlen(line) + 1);
    memcpy(line, "train ", 6);
    expect_run(0, line);
    expect_part("err",
                "\nwarning: the discriminator has won: up to iteration 1000 it "
                "was right about 100.0 % of the real and 100.0 % of the "
                "generated samples, and the generator's loss was 1; train the "
                "discriminator with a lower learning rate, or start with "
                "another seed\n");
    snprintf(line, sizeof line, words, "train.npy --out one");
    memmove(line + 6, line, strlen(line) + 1);
    memcpy(line, "train ", 6);
    expect_run(0, line);
    expect_part("err", "\nwarning: after 200 iterations all images of the "
                       "generator are nearly one: they differ by 0 of what the "
                       "data differs by; this may pass, and is told again if "
                       "it has not after 1000\n");
    expect_part("err", "\nwarning: the generator has collapsed: after 1000 "
                       "iterations its images differ by 0 of what the data "
                       "differs by; train the discriminator with a lower "
                       "learning rate, or start with another seed\n");
    snprintf(line, sizeof line, words,
             "train.npy --out aside --set latent.mean=5");
    memmove(line + 6, line, strlen(line) + 1);
    memcpy(line, "train ", 6);
    expect_run(0, line);
    expect_part("err", "differs by; centre its latent vectors (latent: "
                       "{distribution: uniform, low: -1, high: 1}) and train "
                       "the discriminator with a lower learning rate\n");
}

/* What a run says whose images differ, from its start to its 5,000th update, by
 * `part` of what the data differs by: as far as the latent vectors do. */
static void run_with_spread(double part)
{
    char words[512];
    snprintf(words, sizeof words,
             "train --out %s --init unit.safetensors --set epochs=2500 --set "
             "data.train=halves.npy --set optimizer.generator.learning_rate=0 "
             "--set optimizer.discriminator.learning_rate=0 --set "
             "latent.stddev=%g",
             part < 0.5 ? "narrow" : "wide", 0.5 * part);
    expect_run(0, words);
}

/* A few images over and over keep a fifth of the data's spread; healthy ones
 * have three quarters and more of it. */
static void test_few_images_are_told_from_many(void **state)
{
    (void)state;
    struct error error = {0};
    const float zero[WIDTH] = {0.0f};
    float halves[10 * WIDTH], kernel[LATENT * WIDTH] = {0.0f};
    const int64_t shape[] = {10, 2, 2};
    for (int i = 0; i < 10 * WIDTH; i++)
        halves[i] = i / WIDTH % 2 ? 1.0f : 0.0f;
    for (int i = 0; i < WIDTH; i++)
        kernel[i] = 1.0f; /* the first latent number to every pixel */
    assert_int_equal(npy_write_f32("halves.npy", 3, shape, halves, &error), 0);
    const float judge[WIDTH] = {0.0f};
    const struct tensor tensors[] = {
        {"maker/dense/kernel", 2, {LATENT, WIDTH}, kernel, LATENT * WIDTH, 0},
        {"maker/dense/bias", 1, {WIDTH}, zero, WIDTH, 0},
        {"judge/dense/kernel", 2, {WIDTH, 1}, judge, WIDTH, 0},
        {"judge/dense/bias", 1, {1}, zero, 1, 0}};
    assert_int_equal(
        tensor_file_write("unit.safetensors", tensors, 4, NULL, 0, &error), 0);
    run_with_spread(0.20);
    expect_part("err", "\nwarning: the generator has collapsed: after 5000 "
                       "iterations its images differ by 0.2");
    run_with_spread(0.78);
    char *said = content("err");
    assert_null(strstr(said, "warning: "));
    free(said);
}

/* Images of a weight of 0 and a bias: those of the vectors are as far apart as
 * the weight says. */
static void test_the_spread_of_images_is_logged(void **state)
{
    (void)state;
    expect_run(0, "train --out spread --set epochs=150 --set "
                  "data.train=train.npy --init zero.safetensors --set "
                  "optimizer.generator.learning_rate=0");
    struct error error = {0};
    char *log;
    size_t size;
    assert_int_equal(file_read("spread/log.csv", 1 << 20, &log, &size, &error),
                     0);
    int row = 0, measured = 0;
    for (char *end = strchr(strchr(log, '\n') + 1, '\n'); end;
         end = strchr(end + 1, '\n')) {
        bool is_due = row == 0 || (row + 1) % 50 == 0;
        assert_memory_equal(is_due ? end - 2 : end - 4, is_due ? ",0" : ",nan",
                            is_due ? 2 : 4);
        measured += is_due;
        row++;
    }
    free(log);
    assert_int_equal(row, 150);
    assert_int_equal(measured, 4);
}

static void test_latent_files(void **state)
{
    (void)state;
    struct error error = {0};
    const float values[6] = {0.5f, -1.0f, 2.0f, 0.0f, 1.0f, 1.0f};
    const int64_t rows[] = {3, 2}, wide[] = {2, 3};
    assert_int_equal(npy_write_f32("z.npy", 2, rows, values, &error), 0);
    assert_int_equal(npy_write_f32("wide.npy", 2, wide, values, &error), 0);
    expect_run(0, "train --out filed --set latent.file=z.npy");
    expect_run(0, "train --out filed-again --set latent.file=z.npy");
    expect_same("filed/weights.safetensors", "filed-again/weights.safetensors");
    expect_failure(1, "train --out never --set latent.file=wide.npy",
                   "error: a latent vector of 'wide.npy' has 3 values (3), the "
                   "input of network 'maker' takes 2 (2)\n");
    expect_failure(1, "train --out never --set latent.file=bytes.npy",
                   "error: 'bytes.npy' holds uint8 values; latent vectors are "
                   "float32\n");
    const float bad[] = {0.0f, NAN};
    const int64_t one[] = {1, 2};
    assert_int_equal(npy_write_f32("nan.npy", 2, one, bad, &error), 0);
    expect_failure(1, "train --out never --set latent.file=nan.npy",
                   "error: sample 0 of 'nan.npy' has NaN at (1), counted from "
                   "0\n");
    expect_failure(1,
                   "train --out never --set snapshots.at=[2] "
                   "--set snapshots.count=1000000",
                   "error: 'snapshots.count' is too large: 1000000 images make "
                   "a sheet of more than 1 GiB\n");
    assert_false(folder_exists("never"));
}

static void test_what_the_generator_cannot_make(void **state)
{
    (void)state;
    struct guss_network limited[] = {networks[0], networks[1]};
    struct guss_model other = model;
    limited[0].made_layer = "dense";
    limited[0].made_activation = "half";
    limited[0].made_high = 0.5;
    other.networks = limited;
    assert_int_equal(
        finish(start(&other, "train --out limited --set iterations=1", "out")),
        0);
    expect_part("err",
                "warning: 'train.npy' goes from 0 to 0.984375, but "
                "'dense' (half) gives 0 to 0.5; what is not 8-bit is taken as "
                "it is: scale it\n");
}

/* Bytes as numpy saves them: two rows of two. */
static int make_gan_folder(void **state)
{
    static const char header[] =
        "\x93NUMPY\x01\x00\x76\x00{'descr': '|u1', 'fortran_order': False, "
        "'shape': (2, 2), }";
    char bytes[128 + 4];
    struct error error = {0};
    memset(bytes, ' ', sizeof bytes);
    memcpy(bytes, header, sizeof header - 1);
    bytes[127] = '\n';
    return make_folder(state) ||
           file_write("bytes.npy", bytes, sizeof bytes, &error);
}

int main(void)
{
    unsetenv("NO_COLOR");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_run_leaves_its_folder),
        cmocka_unit_test(test_an_epoch_is_as_many_whole_batches),
        cmocka_unit_test(test_divergence_stops_the_run),
        cmocka_unit_test(test_what_is_kept),
        cmocka_unit_test(test_a_resumed_run_is_the_run_never_stopped),
        cmocka_unit_test(test_a_killed_run_goes_on),
        cmocka_unit_test(test_a_signal_saves),
        cmocka_unit_test(test_what_may_not_change_in_a_run),
        cmocka_unit_test(test_each_network_has_its_own_optimizer),
        cmocka_unit_test(test_what_goes_wrong_is_told),
        cmocka_unit_test(test_few_images_are_told_from_many),
        cmocka_unit_test(test_the_spread_of_images_is_logged),
        cmocka_unit_test(test_latent_files),
        cmocka_unit_test(test_what_the_generator_cannot_make)};
    return cmocka_run_group_tests(tests, make_gan_folder, remove_folder);
}
