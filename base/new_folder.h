/* A folder that is there whole or not at all: it is filled under a temporary
 * name beside its place, and renamed in the end. Where the process ends before,
 * nothing is left (see unfinished.h). */
#ifndef BASE_NEW_FOLDER_H
#define BASE_NEW_FOLDER_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"

struct new_folder;

/* True where `path` is meant for a folder: it ends in '/', or is one. */
bool path_is_of_folder(const char *path);

/* STATUS_USAGE where something stands at `path` that is no empty folder. */
enum status new_folder_check(struct arena *arena, const char *path,
                             struct error *error);

/* Makes the folders above it, which stay, and the temporary one; memory is of the
 * arena, which has to last. STATUS_MACHINE where that fails. */
enum status new_folder_open(struct arena *arena, const char *path,
                            struct new_folder **folder, struct error *error);

/* Makes a folder in it. */
enum status new_folder_add(struct new_folder *folder, const char *name,
                           struct error *error);

/* Where a file of it, "a.png" or "class/a.png", has to be written by now. */
const char *new_folder_file(struct new_folder *folder, const char *name);

/* Puts it in its place. On failure nothing of it is left: STATUS_USAGE where its
 * place is taken meanwhile. */
enum status new_folder_commit(struct new_folder *folder, struct error *error);

/* Removes it. */
void new_folder_abandon(struct new_folder *folder);

#endif
