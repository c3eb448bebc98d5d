/* A file under test in a folder of its own, which goes with it. */
#ifndef TESTS_FILE_IN_FOLDER_H
#define TESTS_FILE_IN_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "base/file.h"

struct fixture {
    struct arena *arena;
    char folder[64];
    const char *path; /* of the file under test */
};

/* A fixture whose file is called `name`; nothing is there yet. */
static inline int set_up_file(void **state, const char *name)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    assert_non_null(fixture);
    fixture->arena = arena_new();
    strcpy(fixture->folder, "/tmp/unit_test.XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    fixture->path = path_join(fixture->arena, fixture->folder, name);
    *state = fixture;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *fixture = *state;
    unlink(fixture->path);
    rmdir(fixture->folder);
    arena_free(fixture->arena);
    free(fixture);
    return 0;
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

#endif
