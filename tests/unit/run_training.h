/* For tests of training runs, behind run_executable.h. */
#ifndef TESTS_RUN_TRAINING_H
#define TESTS_RUN_TRAINING_H

#include <time.h>

/* Until a file exists; half a minute at most. */
static void wait_for(const char *path)
{
    for (int i = 0; i < 30000 && !file_exists(path); i++)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    assert_true(file_exists(path));
}

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
