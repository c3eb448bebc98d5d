/* A folder for each test of a reader, files put together in it byte by byte,
 * and what a reader says of them. */
#ifndef TESTS_UNIT_DATA_FILES_H
#define TESTS_UNIT_DATA_FILES_H

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "trainer/data/data.h"

/* A string literal with NULs in it, and its size. */
#define BYTES(literal) literal, sizeof literal - 1

/* A test that runs in a fresh folder. */
#define in_folder(test)                                                        \
    cmocka_unit_test_setup_teardown(test, enter_folder, leave_folder)

enum { BUFFER = 4096 };

/* A file being put together. */
struct buffer {
    unsigned char bytes[BUFFER];
    size_t size;
};

/* ---- the folder of a test ------------------------------------------ */

static inline int enter_folder(void **state)
{
    char *folder = strdup("/tmp/guss-data-XXXXXX");
    *state = folder;
    if (!folder || !mkdtemp(folder) || chdir(folder) != 0)
        return -1;
    unsetenv("GUSS_DATA");
    return setenv("XDG_DATA_HOME", "/nowhere", 1);
}

static inline int remove_entry(const char *path, const struct stat *about,
                               int kind, struct FTW *walk)
{
    (void)about;
    (void)kind;
    (void)walk;
    return remove(path);
}

static inline int leave_folder(void **state)
{
    if (chdir("/") != 0)
        return -1;
    int failed = nftw(*state, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    free(*state);
    return failed;
}

static inline void write_file(const char *path, const void *bytes, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline void make_folder(const char *path)
{
    struct error error;
    assert_int_equal(folder_make(path, &error), STATUS_OK);
}

/* ---- building files ------------------------------------------------ */

static inline void put(struct buffer *buffer, const void *bytes, size_t size)
{
    assert_true(buffer->size + size <= BUFFER);
    memcpy(buffer->bytes + buffer->size, bytes, size);
    buffer->size += size;
}

static inline void put_little(struct buffer *buffer, unsigned long value,
                              int bytes)
{
    for (int i = 0; i < bytes; i++)
        put(buffer, &(unsigned char){(unsigned char)(value >> 8 * i)}, 1);
}

/* ---- checks -------------------------------------------------------- */

static inline void expect_failure(const char *reference, enum status status,
                                  const char *message)
{
    struct data_set set;
    struct error error = {.status = STATUS_OK};
    assert_int_equal(
        data_load(reference, &(struct data_options){0}, &set, &error), status);
    assert_string_equal(error.text, message);
    assert_int_equal(error.status, status);
    assert_null(set.values);
    assert_null(set.labels);
}

static inline void expect_bad_file(const char *path, const void *bytes,
                                   size_t size, const char *message)
{
    write_file(path, bytes, size);
    expect_failure(path, STATUS_INPUT, message);
}

static inline void expect_bad_buffer(const char *path, struct buffer buffer,
                                     const char *message)
{
    expect_bad_file(path, buffer.bytes, buffer.size, message);
}

static inline void load(const char *reference, struct data_set *set)
{
    struct error error = {.text = ""};
    data_load(reference, &(struct data_options){0}, set, &error);
    assert_string_equal(error.text, "");
}

/* ---- damage -------------------------------------------------------- */

/* Reads the file cut at every length, and with every byte changed: a message
 * or a set, never a crash. `name` stands beside `beside`, which is loaded. */
static inline void damage(const char *name, const char *beside,
                          struct buffer good)
{
    struct data_set set;
    struct error error;
    for (size_t size = 0; size < good.size; size++) {
        write_file(name, good.bytes, size);
        assert_int_equal(data_load(beside,
                                   &(struct data_options){.pixels = PIXELS_RAW},
                                   &set, &error),
                         STATUS_INPUT);
        assert_null(set.values);
    }
    for (size_t i = 0; i < good.size; i++) {
        for (int flip = 1; flip < 256; flip = flip * 2 + 1) {
            struct buffer bad = good;
            bad.bytes[i] ^= (unsigned char)flip;
            write_file(name, bad.bytes, bad.size);
            if (data_load(beside, &(struct data_options){.pixels = PIXELS_RAW},
                          &set, &error) == STATUS_OK)
                data_free(&set);
        }
    }
    write_file(name, good.bytes, good.size);
}

#endif
