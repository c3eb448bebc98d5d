/* Files held against each other, behind run_executable.h. */
#ifndef TESTS_SAME_FILES_H
#define TESTS_SAME_FILES_H

static void expect_same(const char *a, const char *b)
{
    struct error error = {0};
    char *first, *second;
    size_t first_size, second_size;
    assert_int_equal(file_read(a, 1 << 24, &first, &first_size, &error), 0);
    assert_int_equal(file_read(b, 1 << 24, &second, &second_size, &error), 0);
    if (first_size != second_size || memcmp(first, second, first_size) != 0)
        fail_msg("%s and %s differ", a, b);
    free(first);
    free(second);
}

#endif
