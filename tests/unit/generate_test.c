/* The commands that draw what a GAN makes, and what else can be asked of one. */
#include "tests/unit/tiny_gan.h"

#include <png.h>

#include "trainer/weights/safetensors.h"

/* The values of a .npy file; the caller frees them. */
static struct data_set read_values(const char *path, int64_t count)
{
    struct data_set set;
    struct error error = {0};
    if (data_load(path, &(struct data_options){.pixels = PIXELS_RAW}, &set,
                  &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(set.samples.count, count);
    assert_int_equal(set.samples.width, WIDTH);
    return set;
}

static void expect_picture(const char *path, unsigned width, unsigned height)
{
    png_image image = {.version = PNG_IMAGE_VERSION};
    assert_int_not_equal(png_image_begin_read_from_file(&image, path), 0);
    assert_int_equal(image.width, width);
    assert_int_equal(image.height, height);
    png_image_free(&image);
}

/* Of columns x rows images of 2 x 2, each drawn 32 times as large. */
static unsigned side(unsigned images)
{
    return images * (2 * 32 + 3) + 3;
}

static void test_any_count_begins_with_the_same_images(void **state)
{
    (void)state;
    expect_run(0, "generate --weights w --output g.png --npy g.npy");
    expect_content("out", "");
    expect_content("err", "");
    expect_picture("g.png", side(5), side(5));
    struct data_set usual = read_values("g.npy", 25);
    expect_run(0, "generate --weights w --count 7 --columns 4 --seed 7 "
                  "--threads 3 --output h.png --npy h.npy");
    expect_picture("h.png", side(4), side(2));
    struct data_set few = read_values("h.npy", 7);
    assert_memory_equal(usual.values, few.values, 7 * WIDTH * sizeof(float));
    expect_run(0, "generate --weights w --npy alone.npy");
    struct data_set alone = read_values("alone.npy", 25);
    assert_memory_equal(usual.values, alone.values, 25 * WIDTH * sizeof(float));
    data_free(&alone);
    expect_run(0, "generate --weights w --count 7 --seed 8 --output h.png "
                  "--npy i.npy");
    expect_picture("h.png", side(3), side(3));
    struct data_set other = read_values("i.npy", 7);
    assert_true(memcmp(other.values, few.values, sizeof(float)) != 0);
    data_free(&usual);
    data_free(&few);
    data_free(&other);
}

/* One row a vector: with the weights of w, y = (z0, z1, z0 + z1, 0.5). */
static void test_vectors_of_a_file_are_taken_in_order(void **state)
{
    (void)state;
    static const float made[4][WIDTH] = {{0.25f, -1.0f, -0.75f, 0.5f},
                                         {2.0f, 0.0f, 2.0f, 0.5f},
                                         {1.0f, 1.0f, 2.0f, 0.5f},
                                         {0.25f, -1.0f, -0.75f, 0.5f}};
    expect_run(0, "generate --weights w --set latent.file=z.npy --count 4 "
                  "--output g.png --npy g.npy");
    struct data_set set = read_values("g.npy", 4);
    assert_memory_equal(set.values, made, sizeof made);
    data_free(&set);
}

static void test_walks(void **state)
{
    (void)state;
    expect_run(0, "interpolate --weights w --input z.npy --steps 3 --output "
                  "i.png --npy i.npy");
    expect_picture("i.png", side(3), side(2));
    struct data_set set = read_values("i.npy", 6);
    static const float made[6][WIDTH] = {
        {0.25f, -1.0f, -0.75f, 0.5f}, {1.125f, -0.5f, 0.625f, 0.5f},
        {2.0f, 0.0f, 2.0f, 0.5f},     {2.0f, 0.0f, 2.0f, 0.5f},
        {1.5f, 0.5f, 2.0f, 0.5f},     {1.0f, 1.0f, 2.0f, 0.5f}};
    assert_memory_equal(set.values, made, sizeof made);
    data_free(&set);

    /* both ends are images that `generate` draws; between them the length of
     * a normal vector goes from the one's to the other's */
    expect_run(0, "generate --weights w --count 6 --output g.png --npy g.npy");
    expect_run(0, "interpolate --weights w --output i.png --npy i.npy");
    expect_picture("i.png", side(10), side(5));
    struct data_set walks = read_values("i.npy", 50);
    set = read_values("g.npy", 6);
    const float *ends = set.samples.values, *steps = walks.samples.values;
    for (int i = 0; i < 5; i++)
        for (int k = 0; k < WIDTH; k++) {
            assert_true(fabsf(steps[10 * i * WIDTH + k] - ends[i * WIDTH + k]) <
                        1e-6f);
            assert_true(fabsf(steps[(10 * i + 9) * WIDTH + k] -
                              ends[(i + 1) * WIDTH + k]) < 1e-6f);
        }
    for (int i = 0; i < 5; i++) {
        const float *first = steps + 10 * i * WIDTH;
        double least = fmin(hypot((double)first[0], (double)first[1]),
                            hypot((double)first[36], (double)first[37]));
        for (int k = 0; k < 10; k++)
            assert_true(hypot((double)first[4 * k], (double)first[4 * k + 1]) >
                        0.999 * least);
    }
    data_free(&set);
    data_free(&walks);
}

static void test_nearest_samples(void **state)
{
    (void)state;
    expect_run(0, "nearest --weights w --set latent.file=z.npy --count 3 "
                  "--input near.npy --output n.png");
    expect_content("out", "image 1 nearest 2 distance 0.559017\n"
                          "image 2 nearest 0 distance 0\n"
                          "image 3 nearest 0 distance 1.41421\n"
                          "mean_distance 0.657744\n"
                          "mean_distance_in_data 1.41667\n");
    expect_picture("n.png", side(3), side(2));
    expect_run(0, "nearest --weights w --set latent.file=z.npy --count 1 "
                  "--input near.npy --output n.png --format json --threads 3");
    expect_part("out", "{\n  \"images\": [\n"
                       "    {\"nearest\": 2, \"distance\": 0.559017}\n  ],\n"
                       "  \"mean_distance\": 0.559017,\n"
                       "  \"mean_distance_in_data\": ");
    expect_run(0, "nearest --weights w --output n.png");
    expect_picture("n.png", side(10), side(6));
}

/* One that is no number hides no other, wherever it stands. */
static void test_nearest_samples_with_nan(void **state)
{
    (void)state;
    struct error error = {0};
    float values[3 * WIDTH] = {0.0f};
    const int64_t shape[] = {3, WIDTH};
    values[WIDTH + 1] = NAN;
    assert_int_equal(npy_write_f32("nan.npy", 2, shape, values, &error), 0);
    expect_failure(1,
                   "nearest --weights w --set latent.file=z.npy --count 1 "
                   "--input nan.npy --output never.png",
                   "error: sample 1 of 'nan.npy' has NaN at (1), counted from "
                   "0\n");
    assert_false(file_exists("never.png"));
}

static void test_what_the_discriminator_says(void **state)
{
    (void)state;
    /* v is the last of the four values, less 0.25 */
    expect_run(0, "evaluate --weights w --input near.npy");
    expect_content("out", "real_accuracy 0.333333\n"
                          "generated_accuracy 1\n"
                          "real_output 0.25\n"
                          "generated_output 0.25\n");
    expect_run(0, "predict --network judge --weights w --input near.npy "
                  "--output v.npy");
    expect_run(0, "bench --seconds 0.01");
    expect_part("out", "gflop_per_step 6.4e-08\n");
}

static void test_mistakes(void **state)
{
    (void)state;
    expect_failure(2, "generate --weights w",
                   "error: --output S.png or --npy F.npy is missing\n"
                   "try: ./tiny generate --help\n");
    expect_failure(2, "generate --weights w --output ./w",
                   "error: --output would write over './w', which --weights "
                   "reads\ntry: ./tiny generate --help\n");
    expect_failure(2, "generate --weights w --output x.png --npy w",
                   "error: --npy would write over 'w', which --weights "
                   "reads\ntry: ./tiny generate --help\n");
    expect_failure(2, "generate --weights w --output x --npy ./x",
                   "error: --output and --npy name one file, './x'\n"
                   "try: ./tiny generate --help\n");
    expect_failure(2, "nearest --weights w --input near.npy --output near.npy",
                   "error: --output would write over 'near.npy', which --input "
                   "reads\ntry: ./tiny nearest --help\n");
    expect_failure(2, "generate --weights w --output x.png --seed -1",
                   "error: --seed wants a number from 0 to "
                   "18446744073709551615, not '-1'\n"
                   "try: ./tiny generate --help\n");
    expect_failure(2, "interpolate --weights w --output x.png --steps 1",
                   "error: --steps wants at least 2: both ends are drawn\n"
                   "try: ./tiny interpolate --help\n");
    expect_failure(1, "interpolate --weights w --output x.png --input one.npy",
                   "error: 'one.npy' has one vector; a walk needs two\n");
    expect_failure(1, "nearest --weights w --output x.png --input z.npy",
                   "error: a sample of 'z.npy' has 2 values (2), an image of "
                   "network 'maker' has 4 (2, 2)\n");
    expect_failure(
        1, "generate --weights half --output x.png",
        "error: 'half' lacks 'maker/dense/kernel' of shape (2, 4)\n");
    expect_failure(1, "reconstruct --weights w --input train.npy --output x",
                   "error: network 'maker' is a gan's generator and "
                   "reconstructs nothing; 'generate' draws what the generator "
                   "makes\n");
    expect_failure(1,
                   "reconstruct --network judge --weights w --input train.npy "
                   "--output x",
                   "error: network 'judge' is a gan's discriminator and "
                   "reconstructs nothing; 'generate' draws what the generator "
                   "makes\n");
    assert_false(file_exists("x.png"));

    struct guss_model other = model;
    other.schedule_text = other.schedule_path = NULL;
    assert_int_equal(
        finish(start(&other, "nearest --network maker --weights w --output x",
                     "out")),
        2);
    expect_content("err", "error: --input REF is missing: without a schedule "
                          "nothing says which samples\n"
                          "try: ./tiny nearest --help\n");
    assert_int_equal(
        finish(start(&other, "generate --network maker --weights w --output x",
                     "out")),
        0);
    expect_picture("x", side(5), side(5));
}

static int make_files(void **state)
{
    const float kernel[LATENT * WIDTH] = {1, 0, 1, 0, 0, 1, 1, 0};
    const float bias[WIDTH] = {0, 0, 0, 0.5f}, judged[WIDTH] = {0, 0, 0, 1};
    const float level = -0.25f;
    const struct tensor tensors[] = {
        {"judge/dense/kernel", 2, {WIDTH, 1}, judged, WIDTH, 0},
        {"judge/dense/bias", 1, {1}, &level, 1, 0},
        {"maker/dense/kernel", 2, {LATENT, WIDTH}, kernel, LATENT * WIDTH, 0},
        {"maker/dense/bias", 1, {WIDTH}, bias, WIDTH, 0}};
    const float vectors[] = {0.25f, -1, 2, 0, 1, 1};
    const float near[] = {2, 0, 2, 0.5f, 2, 0, 2, 0, 0.25f, -1, -0.5f, 1};
    const int64_t rows[] = {3, 2}, row[] = {1, 2}, images[] = {3, 2, 2};
    struct error error = {0};
    return make_folder(state) ||
           tensor_file_write("w", tensors, 4, NULL, 0, &error) ||
           tensor_file_write("half", tensors, 2, NULL, 0, &error) ||
           npy_write_f32("z.npy", 2, rows, vectors, &error) ||
           npy_write_f32("one.npy", 2, row, vectors, &error) ||
           npy_write_f32("near.npy", 3, images, near, &error);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_any_count_begins_with_the_same_images),
        cmocka_unit_test(test_vectors_of_a_file_are_taken_in_order),
        cmocka_unit_test(test_walks),
        cmocka_unit_test(test_nearest_samples),
        cmocka_unit_test(test_nearest_samples_with_nan),
        cmocka_unit_test(test_what_the_discriminator_says),
        cmocka_unit_test(test_mistakes)};
    return cmocka_run_group_tests(tests, make_files, remove_folder);
}
