/* CIFAR-10's archive: its batches in their order, pixels with their channels last,
 * and archives that are something else. Each test runs in a folder of its own. */
#include <zlib.h>

#include "tests/unit/data_files.h"

enum { PLANE = 32 * 32, VALUES = 3 * PLANE, RECORD = 1 + VALUES, BLOCK = 512 };

/* ---- building archives ----------------------------------------------- */

static const char path[] = "data/cifar10/cifar-10-binary.tar.gz";

static void put_block(gzFile out, const void *bytes, size_t size)
{
    unsigned char zeros[BLOCK] = {0};
    assert_int_equal(gzwrite(out, bytes, (unsigned)size), (int)size);
    if (size % BLOCK > 0)
        gzwrite(out, zeros, (unsigned)(BLOCK - size % BLOCK));
}

static void put_file(gzFile out, const char *name, const void *bytes,
                     size_t size)
{
    char header[BLOCK] = {0};
    unsigned sum = 8 * ' ';
    snprintf(header, 100, "cifar-10-batches-bin/%s", name);
    snprintf(header + 124, 12, "%011o", (unsigned)size);
    memcpy(header + 257, "ustar", 5);
    for (int i = 0; i < BLOCK; i++)
        sum += (unsigned char)header[i];
    snprintf(header + 148, 8, "%06o", sum);
    put_block(out, header, BLOCK);
    if (size > 0)
        put_block(out, bytes, size);
}

/* Records whose red, green and blue are tone, tone + 1 and tone + 2. */
static void put_batch(gzFile out, const char *name, int count, int label,
                      int tone)
{
    unsigned char *records = malloc((size_t)count * RECORD);
    assert_non_null(records);
    for (int i = 0; i < count; i++) {
        unsigned char *record = records + i * RECORD;
        record[0] = (unsigned char)(label + i);
        for (int c = 0; c < 3; c++)
            memset(record + 1 + c * PLANE, tone + 10 * i + c, PLANE);
    }
    put_file(out, name, records, (size_t)count * RECORD);
    free(records);
}

static const char names[] = "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\n"
                            "horse\nship\ntruck\n\n";

static gzFile start_archive(void)
{
    make_folder("data/cifar10");
    gzFile out = gzopen(path, "wb1");
    assert_non_null(out);
    put_file(out, "", "", 0); /* the folder */
    return out;
}

static void finish_archive(gzFile out)
{
    char zeros[4 * BLOCK] = {0};
    put_block(out, zeros, sizeof zeros);
    assert_int_equal(gzclose(out), Z_OK);
}

/* Batches in another order, as they are published; the third has two records. */
static void write_good(void)
{
    gzFile out = start_archive();
    put_batch(out, "data_batch_3.bin", 2, 2, 60);
    put_file(out, "batches.meta.txt", names, sizeof names - 1);
    put_batch(out, "data_batch_1.bin", 1, 0, 20);
    put_batch(out, "test_batch.bin", 1, 9, 200);
    put_file(out, "readme.html", "<html>", 6);
    put_batch(out, "data_batch_5.bin", 1, 5, 100);
    put_batch(out, "data_batch_2.bin", 1, 1, 40);
    put_batch(out, "data_batch_4.bin", 1, 4, 80);
    finish_archive(out);
}

/* ---- tests ------------------------------------------------------------ */

static void test_both_parts(void **state)
{
    static const unsigned char reds[6] = {20, 40, 60, 70, 80, 100};
    struct data_set set;
    (void)state;
    write_good();
    load("cifar10/train", &set);
    assert_int_equal(set.samples.count, 6);
    assert_int_equal(set.rank, 3);
    assert_int_equal(set.shape[0], 32);
    assert_int_equal(set.shape[2], 3);
    assert_int_equal(set.samples.element, GUSS_U8);
    assert_memory_equal(set.labels, ((int32_t[]){0, 1, 2, 3, 4, 5}),
                        6 * sizeof(int32_t));
    for (int i = 0; i < 6 * VALUES; i++)
        assert_int_equal(((unsigned char *)set.values)[i],
                         reds[i / VALUES] + i % 3);
    assert_int_equal(set.n_classes, 10);
    assert_string_equal(set.classes[9], "truck");
    assert_string_equal(set.files[0].name, "cifar-10-binary.tar.gz");
    data_free(&set);
    load("cifar10/test", &set);
    assert_int_equal(set.samples.count, 1);
    assert_int_equal(set.labels[0], 9);
    assert_int_equal(((unsigned char *)set.values)[1], 201);
    data_free(&set);
}

static void expect_bad(const char *message)
{
    expect_failure("cifar10/train", STATUS_INPUT, message);
}

static void test_others_refused(void **state)
{
    (void)state;
    gzFile out = start_archive();
    put_batch(out, "data_batch_1.bin", 1, 0, 20);
    finish_archive(out);
    expect_bad("./data/cifar10/cifar-10-binary.tar.gz: the archive lacks "
               "batches of CIFAR-10");
    out = start_archive();
    put_batch(out, "data_batch_1.bin", 1, 0, 20);
    put_batch(out, "data_batch_1.bin", 1, 0, 20);
    finish_archive(out);
    expect_bad("./data/cifar10/cifar-10-binary.tar.gz: "
               "'cifar-10-batches-bin/data_batch_1.bin' is not a batch of "
               "CIFAR-10");
    out = start_archive();
    for (int i = 1; i <= 5; i++) {
        char name[32];
        snprintf(name, sizeof name, "data_batch_%d.bin", i);
        put_batch(out, name, 1, i == 5 ? 10 : 0, 20);
    }
    finish_archive(out);
    expect_bad("./data/cifar10/cifar-10-binary.tar.gz: sample 4 has the label "
               "10; CIFAR-10's are 0 to 9");
    out = start_archive();
    put_file(out, "data_batch_2.bin", names, sizeof names - 1);
    finish_archive(out);
    expect_bad("./data/cifar10/cifar-10-binary.tar.gz: "
               "'cifar-10-batches-bin/data_batch_2.bin' is not a batch of "
               "CIFAR-10");
    char junk[BLOCK];
    memset(junk, 'x', sizeof junk);
    write_file(path, junk, sizeof junk);
    expect_bad("./data/cifar10/cifar-10-binary.tar.gz: not a tar archive");
    write_file(path, junk, 3);
    expect_bad("./data/cifar10/cifar-10-binary.tar.gz: the file ends too "
               "early");
}

/* Cut off anywhere: a message, never a set. */
static void test_cut_archives_refused(void **state)
{
    (void)state;
    struct data_set set;
    struct error error;
    struct data_options options = {0};
    write_good();
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    static unsigned char bytes[1 << 16];
    size_t size = fread(bytes, 1, sizeof bytes, file);
    assert_int_equal(fclose(file), 0);
    for (size_t cut = 0; cut < size; cut++) {
        write_file(path, bytes, cut);
        assert_int_equal(data_load("cifar10/train", &options, &set, &error),
                         STATUS_INPUT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(test_both_parts),
        in_folder(test_others_refused),
        in_folder(test_cut_archives_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
