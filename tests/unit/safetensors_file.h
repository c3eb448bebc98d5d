/* A safetensors file in a folder of its own, written byte by byte, and how it is
 * read. */
#ifndef TESTS_SAFETENSORS_FILE_H
#define TESTS_SAFETENSORS_FILE_H

#include "tests/unit/file_in_folder.h"

#include "trainer/weights/safetensors.h"

static inline int set_up(void **state)
{
    return set_up_file(state, "w.safetensors");
}

static inline size_t set_length(char *bytes, uint64_t length)
{
    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(unsigned char)(length >> 8 * i);
    return 8;
}

/* A file of that header and `data_size` bytes 0, 1, 2, ... behind it. */
static inline void write_raw(struct fixture *fixture, const char *header,
                             size_t data_size)
{
    struct error error = {0};
    size_t length = strlen(header);
    char *bytes = arena_alloc(fixture->arena, 8 + length + data_size, 1);
    set_length(bytes, length);
    memcpy(bytes + 8, header, length);
    for (size_t i = 0; i < data_size; i++)
        bytes[8 + length + i] = (char)(unsigned char)i;
    assert_int_equal(
        file_write(fixture->path, bytes, 8 + length + data_size, &error),
        STATUS_OK);
}

/* The whole of a message is "'<path>'" and `rest`. */
static inline void expect_refused(struct fixture *fixture, const char *rest)
{
    struct error error = {0};
    struct tensor_file file;
    assert_int_equal(
        tensor_file_read(fixture->arena, fixture->path, &file, &error),
        STATUS_INPUT);
    assert_string_equal(error.text, arena_printf(fixture->arena, "'%s'%s",
                                                 fixture->path, rest));
    assert_int_equal(error.status, STATUS_INPUT);
    assert_null(file.data);
    assert_int_equal(file.n_tensors, 0);
}

static inline void expect_read(struct fixture *fixture,
                               struct tensor_file *file)
{
    struct error error = {0};
    enum status status =
        tensor_file_read(fixture->arena, fixture->path, file, &error);
    if (status != STATUS_OK)
        fail_msg("%s", error.text);
}

#endif
