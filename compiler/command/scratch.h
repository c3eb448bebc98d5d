/* A folder of one's own for files that nobody needs afterwards. */
#ifndef COMPILER_SCRATCH_H
#define COMPILER_SCRATCH_H

#include "base/arena.h"
#include "base/status.h"
#include "base/unfinished.h"

enum { SCRATCH_MOST_FILES = 4 };

struct scratch {
    const char *path;
    struct unfinished folder, files[SCRATCH_MOST_FILES];
    int n_files;
};

/* Makes it in $TMPDIR, else in /tmp; STATUS_MACHINE where that is not
 * possible. Signals that would end guss are to be held. */
enum status scratch_open(struct arena *arena, struct scratch *scratch,
                         struct error *error);

/* The path of a file in it, which need not be there: it is removed with the
 * folder. */
const char *scratch_file(struct arena *arena, struct scratch *scratch,
                         const char *name);

/* Removes the files and the folder, as the end of guss would. */
void scratch_close(struct scratch *scratch);

#endif
