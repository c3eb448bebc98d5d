/* The train command with a file that is read where it lies, and that somebody
 * changes under the run. */
#include "tests/unit/tiny_model.h"

#include "tests/unit/run_training.h"

enum { COUNT = (256 << 20) / (WIDTH * 4), HEADER = 128 };

/* Zeros, which take no room on a disk. */
static void write_zeros(const char *path)
{
    const uint16_t one = 1;
    char text[HEADER];
    memset(text, ' ', HEADER);
    memcpy(text, "\x93NUMPY\1\0\x76\0", 10);
    int length = snprintf(text + 10, HEADER - 10,
                          "{'descr': '%cf4', 'fortran_order': False, 'shape': "
                          "(%d, 2, 2)}",
                          *(const char *)&one ? '<' : '>', COUNT);
    text[10 + length] = ' ';
    text[HEADER - 1] = '\n';
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, HEADER, file), HEADER);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(truncate(path, HEADER + (off_t)COUNT * WIDTH * 4), 0);
}

static void write_over(const char *path, int byte)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, HEADER + 100, SEEK_SET), 0);
    assert_int_equal(fputc(byte, file), byte);
    assert_int_equal(fclose(file), 0);
}

/* An update takes a millisecond. */
static pid_t start_large(const char *words)
{
    char line[256];
    snprintf(line, sizeof line,
             "train %s --set data.train=large.npy --set data.shuffle=false "
             "--set seed=77 --set iterations=600",
             words);
    return start(&model, line, "out");
}

static void test_a_file_cut_off_under_a_run(void **state)
{
    (void)state;
    write_zeros("large.npy");
    pid_t child = start_large("--out cut --set checkpoint.every=500");
    wait_for("cut/run.json");
    assert_int_equal(truncate("large.npy", 0), 0);
    assert_int_equal(finish(child), STATUS_MACHINE);
    expect_part("err", "\nerror: large.npy was cut off while it was read, or "
                       "its disk failed\n");
    assert_false(file_exists("cut/weights.safetensors"));
    expect_failure(1, "train --resume cut",
                   "error: large.npy: the file ends too early\n");
}

/* The last checkpoint is good: the run goes on once the file is what it was. */
static void test_a_file_written_over_under_a_run(void **state)
{
    (void)state;
    write_zeros("large.npy");
    assert_int_equal(finish(start_large("--out calm")), 0);
    pid_t child = start_large("--out over --set checkpoint.every=10");
    wait_for("over/checkpoints/10.guss");
    write_over("large.npy", 1);
    assert_int_equal(finish(child), STATUS_MACHINE);
    expect_part("err", "\nerror: large.npy: it changed while it was read\n");
    assert_false(file_exists("over/weights.safetensors"));
    expect_run(1, "train --resume over");
    expect_part("err", "error: 'large.npy' (data.train) is not what it was ");
    write_over("large.npy", 0);
    expect_run(0, "train --resume over");
    expect_same("calm/weights.safetensors", "over/weights.safetensors");
}

/* What is to be made of samples is data as they are. */
static void test_targets_written_over_under_a_run(void **state)
{
    (void)state;
    struct guss_model regression = model;
    regression.objective = GUSS_REGRESSION;
    regression.schedule_text =
        "{objective: regression, loss: mean_squared_error, batch: 4, seed: 77,"
        " iterations: 600, optimizer: {name: sgd}, checkpoint: {every: 10},"
        " data: {train: large.npy, target: targets.npy, shuffle: false}}";
    write_zeros("large.npy");
    write_zeros("targets.npy");
    pid_t child = start(&regression, "train --out held", "out");
    wait_for("held/checkpoints/10.guss");
    write_over("targets.npy", 1);
    assert_int_equal(finish(child), STATUS_MACHINE);
    expect_part("err", "\nerror: targets.npy: it changed while it was read\n");
    assert_false(file_exists("held/weights.safetensors"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_cut_off_under_a_run),
        cmocka_unit_test(test_a_file_written_over_under_a_run),
        cmocka_unit_test(test_targets_written_over_under_a_run),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
