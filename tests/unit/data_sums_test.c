/* What a set came from: each file's SHA-256, and the one that tells sets apart,
 * held against the program sha256sum. */
#include <fcntl.h>
#include <time.h>

#include "tests/unit/data_files.h"
#include "trainer/data/sum_cache.h"

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

/* ---- sums that are remembered -------------------------------------- */

static void use_cache(void)
{
    char here[512], path[600];
    assert_non_null(getcwd(here, sizeof here));
    snprintf(path, sizeof path, "%s/cache", here);
    assert_int_equal(setenv("XDG_CACHE_HOME", path, 1), 0);
}

static const char some_sum[] =
    "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

static void test_sums_are_remembered(void **state)
{
    (void)state;
    char sum[CHECKSUM_TEXT] = "";
    struct stat about = {.st_dev = 5, .st_ino = 0x2a, .st_size = 1 << 30};
    about.st_mtim = (struct timespec){1700000000, 123456789};
    about.st_ctim = (struct timespec){1700000001, 5};
    use_cache();
    assert_false(sum_cache_find(&about, sum));
    sum_cache_keep(&about, some_sum);
    assert_true(sum_cache_find(&about, sum));
    assert_string_equal(sum, some_sum);
    for (int i = 0; i < 5; i++) {
        struct stat other = about;
        other.st_ino += i == 0;
        other.st_size += i == 1;
        other.st_mtim.tv_nsec += i == 2;
        other.st_ctim.tv_sec += i == 3;
        other.st_dev += i == 4;
        assert_false(sum_cache_is_same(&about, &other));
        assert_false(sum_cache_find(&other, sum));
    }
    assert_true(sum_cache_find(&about, sum));
    write_file("cache/guss/sums/5-2a", BYTES("guss-sum 1 half"));
    assert_false(sum_cache_find(&about, sum));
    /* what changed just now, and what nothing can be written for */
    about.st_mtim.tv_sec = time(NULL);
    sum_cache_keep(&about, some_sum);
    assert_false(sum_cache_find(&about, sum));
    about.st_mtim.tv_sec = 1700000000;
    setenv("XDG_CACHE_HOME", "/proc/none", 1);
    sum_cache_keep(&about, some_sum);
    assert_false(sum_cache_find(&about, sum));
}

/* A file of zeros, which takes no room on the disk, and a line that gives it
 * another sum. */
static void write_zeros(const char *path, off_t size)
{
    char name[128], line[256];
    struct stat about;
    write_file(path, BYTES("\0\0\10\1\4\0\0\0"));
    assert_int_equal(truncate(path, 8 + size), 0);
    assert_int_equal(stat(path, &about), 0);
    make_folder("cache/guss/sums");
    snprintf(name, sizeof name, "cache/guss/sums/%jx-%jx",
             (uintmax_t)about.st_dev, (uintmax_t)about.st_ino);
    snprintf(line, sizeof line, "guss-sum 1 %jd %jd %ld %jd %ld %s\n",
             (intmax_t)about.st_size, (intmax_t)about.st_mtim.tv_sec,
             about.st_mtim.tv_nsec, (intmax_t)about.st_ctim.tv_sec,
             about.st_ctim.tv_nsec, some_sum);
    write_file(name, line, strlen(line));
}

static void test_large_files_are_known_again(void **state)
{
    (void)state;
    struct data_set set;
    use_cache();
    write_zeros("large", 1 << 26);
    load("large", &set);
    assert_string_equal(set.files[0].sha256, some_sum);
    data_free(&set);
    /* changed since */
    assert_int_equal(utimensat(AT_FDCWD, "large", NULL, 0), 0);
    load("large", &set);
    expect_word("sha256sum large", set.files[0].sha256);
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
        in_folder(test_sums_are_remembered),
        in_folder(test_large_files_are_known_again),
        in_folder(test_drawn_faces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
