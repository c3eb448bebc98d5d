/* What a set came from: each file's SHA-256, and the one that tells sets apart,
 * held against the program sha256sum. */
#include "tests/unit/data_files.h"

static const char image[] = "\0\0\10\3\0\0\0\1\0\0\0\2\0\0\0\3\1\2\3\4\5\6";
static const char label[] = "\0\0\10\1\0\0\0\1\7";

/* The first word that a shell command prints. */
static void first_word(const char *command, char word[CHECKSUM_TEXT])
{
    FILE *pipe = popen(command, "r");
    assert_non_null(pipe);
    assert_int_equal(fscanf(pipe, "%64s", word), 1);
    assert_int_equal(pclose(pipe), 0);
}

static void expect_word(const char *command, const char *word)
{
    char found[CHECKSUM_TEXT];
    first_word(command, found);
    assert_string_equal(found, word);
}

static void test_idx_files_and_labels(void **state)
{
    (void)state;
    struct data_set set;
    make_folder("data");
    make_folder("data/s");
    write_file("data/s/train-images-idx3-ubyte", BYTES(image));
    write_file("data/s/train-labels-idx1-ubyte", BYTES(label));
    load("s/train", &set);
    assert_int_equal(set.n_files, 2);
    assert_string_equal(set.files[0].path, "./data/s/train-images-idx3-ubyte");
    assert_string_equal(set.files[0].name, "train-images-idx3-ubyte");
    assert_int_equal(set.files[0].size, 22);
    expect_word("sha256sum data/s/train-images-idx3-ubyte",
                set.files[0].sha256);
    assert_string_equal(set.files[1].name, "train-labels-idx1-ubyte");
    expect_word("sha256sum data/s/train-labels-idx1-ubyte",
                set.files[1].sha256);
    expect_word("cd data/s && sha256sum train-images* train-labels* | "
                "sha256sum",
                set.sha256);
    data_free(&set);
    assert_null(set.files);
}

/* A gzip file's sum is that of the file, not of what it holds. */
static void test_gzip(void **state)
{
    (void)state;
    struct data_set set;
    write_file("x", BYTES(image));
    assert_int_equal(system("gzip -k x"), 0);
    load("x.gz", &set);
    assert_int_equal(set.n_files, 1);
    expect_word("sha256sum x.gz", set.files[0].sha256);
    expect_word("sha256sum x.gz | sha256sum", set.sha256);
    data_free(&set);
}

static void test_folders(void **state)
{
    (void)state;
    static const char png[] =
        "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\10\0\0\0\0:~\x9bU"
        "\0\0\0\nIDATx\x9c"
        "c`\0\0\0\2\0\1H\xaf\xa4q\0\0\0\0IEND\xae"
        "B`\x82";
    struct data_set set;
    make_folder("faces");
    make_folder("faces/b");
    make_folder("faces/a");
    write_file("faces/b/1.png", BYTES(png));
    write_file("faces/a/2.png", BYTES(png));
    load("faces/", &set);
    assert_int_equal(set.n_files, 2);
    assert_string_equal(set.files[0].name, "a/2.png");
    assert_string_equal(set.files[1].name, "b/1.png");
    assert_int_equal(set.files[1].size, sizeof png - 1);
    expect_word("cd faces && sha256sum a/2.png b/1.png | sha256sum",
                set.sha256);
    data_free(&set);
}

/* The same on every machine. */
static void test_drawn_faces(void **state)
{
    (void)state;
    struct data_set train, test;
    load("smileys/train", &train);
    load("smileys/test", &test);
    assert_int_equal(train.n_files, 0);
    assert_string_equal(
        train.sha256,
        "0bf9f95587eeb08b8b82571934290961f61f51ee37ee1514abc99ab5e74ef78c");
    assert_string_equal(
        test.sha256,
        "c9781ce33795eefb4b0c75a1eb73c575f8a1fdaf28b703a5583bf9f571b55a94");
    data_free(&train);
    data_free(&test);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(test_idx_files_and_labels),
        in_folder(test_gzip),
        in_folder(test_folders),
        in_folder(test_drawn_faces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
