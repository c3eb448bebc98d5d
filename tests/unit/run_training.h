/* For tests of training runs, behind run_executable.h. */
#ifndef TESTS_RUN_TRAINING_H
#define TESTS_RUN_TRAINING_H

#include <time.h>

#include "tests/unit/same_files.h"

/* Until a file exists; half a minute at most. */
static void wait_for(const char *path)
{
    for (int i = 0; i < 30000 && !file_exists(path); i++)
        nanosleep(&(struct timespec){0, 1000000}, NULL);
    assert_true(file_exists(path));
}

#endif
