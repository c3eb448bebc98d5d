/* Which IDX files belong together, by their names; what is said where labels are
 * missing; what lies in a folder. Each test runs in a folder of its own. */
#include "tests/unit/data_files.h"

#include "base/folder.h"

static const char images[] = "\0\0\10\3\0\0\0\1\0\0\0\1\0\0\0\2\1\2";
static const char labels[] = "\0\0\10\1\0\0\0\1\7";

static void write_images(const char *path)
{
    write_file(path, BYTES(images));
}

static void write_labels(const char *path)
{
    write_file(path, BYTES(labels));
}

/* Of one sample, with the label 7. */
static void expect_set(const char *reference, const char *name)
{
    struct data_set set;
    load(reference, &set);
    assert_string_equal(set.files[0].name, name);
    assert_int_equal(set.n_files, 2);
    assert_int_equal(set.labels[0], 7);
    assert_null(set.sought);
    data_free(&set);
}

static void test_dots(void **state)
{
    (void)state;
    make_folder("set");
    write_images("set/train-images.idx3-ubyte");
    write_labels("set/train-labels.idx1-ubyte");
    write_images("set/t10k-images.idx3-ubyte");
    write_labels("set/t10k-labels-idx1-ubyte");
    expect_set("./set/train", "train-images.idx3-ubyte");
    expect_set("./set/test", "t10k-images.idx3-ubyte");
    expect_set("./set/train-images.idx3-ubyte", "train-images.idx3-ubyte");
    /* what is published comes first */
    write_images("set/train-images-idx3-ubyte");
    expect_set("./set/train", "train-images-idx3-ubyte");
}

static void test_a_name_before(void **state)
{
    (void)state;
    make_folder("data");
    make_folder("data/emnist");
    write_images("data/emnist/emnist-letters-train-images-idx3-ubyte");
    write_images("data/emnist/emnist-letters-train-images-idx3-ubyte.gz");
    write_labels("data/emnist/emnist-letters-train-labels-idx1-ubyte");
    write_images("data/emnist/emnist-letters-test-images-idx3-ubyte");
    write_labels("data/emnist/emnist-letters-test-labels-idx1-ubyte");
    write_images("data/emnist/untrain-images-idx3-ubyte");
    expect_set("emnist/train", "emnist-letters-train-images-idx3-ubyte");
    expect_set("emnist/test", "emnist-letters-test-images-idx3-ubyte");
    write_images("data/emnist/emnist-digits-train-images-idx3-ubyte");
    expect_failure(
        "emnist/train", STATUS_INPUT,
        "the folder './data/emnist' holds several such sets; name one by its "
        "file:\n"
        "  ./data/emnist/emnist-digits-train-images-idx3-ubyte\n"
        "  ./data/emnist/emnist-letters-train-images-idx3-ubyte");
    expect_set("emnist/emnist-letters-train-images-idx3-ubyte",
               "emnist-letters-train-images-idx3-ubyte");
    expect_failure("emnist", STATUS_INPUT,
                   "the folder './data/emnist' holds several such sets; name "
                   "one by its file:\n"
                   "  ./data/emnist/emnist-digits-train-images-idx3-ubyte\n"
                   "  ./data/emnist/emnist-letters-train-images-idx3-ubyte");
}

static void expect_sought(const char *reference, const char *sought)
{
    struct data_set set;
    load(reference, &set);
    assert_null(set.labels);
    assert_string_equal(set.sought, sought);
    data_free(&set);
}

static void test_missing_labels(void **state)
{
    (void)state;
    struct error error;
    const float value = 1.0f;
    make_folder("set");
    write_images("set/train-images.idx3-ubyte");
    expect_sought("./set/train",
                  "there is none of ./set/train-labels-idx1-ubyte, "
                  "./set/train-labels.idx1-ubyte, plain or .gz");
    write_images("x");
    expect_sought("x", "labels are looked for beside a file that is named "
                       "...-images-idx3-ubyte");
    assert_int_equal(
        npy_write_f32("x.npy", 1, &(const int64_t){1}, &value, &error),
        STATUS_OK);
    expect_sought("x.npy", "there is no x.labels.npy");
}

static void test_folders_are_listed(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct folder_names names;
    struct error error;
    make_folder("f");
    make_folder("f/c");
    write_file("f/b", "", 0);
    write_file("f/.a", "", 0);
    assert_int_equal(folder_list(arena, "f", &names, &error), STATUS_OK);
    assert_int_equal(names.count, 3);
    assert_string_equal(names.items[0], ".a");
    assert_string_equal(names.items[1], "b");
    assert_string_equal(names.items[2], "c");
    assert_int_equal(folder_list(arena, "f/b", &names, &error), STATUS_MACHINE);
    assert_string_equal(error.text,
                        "cannot read the folder 'f/b': Not a directory");
    assert_int_equal(names.count, 0);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(test_dots),
        in_folder(test_a_name_before),
        in_folder(test_missing_labels),
        in_folder(test_folders_are_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
