#include "compiler/command/scratch.h"

#include <assert.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"

enum status scratch_open(struct arena *arena, struct scratch *scratch,
                         struct error *error)
{
    const char *wanted = getenv("TMPDIR");
    bool is_wanted = wanted && *wanted;
    const char *parent = is_wanted ? wanted : "/tmp";
    char *path = path_join(arena, parent, "guss-XXXXXX");
    if (!mkdtemp(path))
        return error_set_errno(
            error, STATUS_MACHINE, "cannot make a folder in '%s'%s", parent,
            is_wanted ? ", which TMPDIR names" : " (TMPDIR may name another)");
    *scratch = (struct scratch){
        .path = path,
        .folder = {.folder = AT_FDCWD, .name = path, .is_folder = true}};
    unfinished_register(&scratch->folder);
    return STATUS_OK;
}

const char *scratch_file(struct arena *arena, struct scratch *scratch,
                         const char *name)
{
    assert(scratch->n_files < SCRATCH_MOST_FILES);
    const char *path = path_join(arena, scratch->path, name);
    struct unfinished *file = &scratch->files[scratch->n_files++];
    *file = (struct unfinished){.folder = AT_FDCWD, .name = path};
    unfinished_register(file);
    return path;
}

void scratch_close(struct scratch *scratch)
{
    while (scratch->n_files > 0) {
        struct unfinished *file = &scratch->files[--scratch->n_files];
        unlink(file->name);
        unfinished_forget(file);
    }
    rmdir(scratch->path);
    unfinished_forget(&scratch->folder);
}
