/* What lies in a folder, and the user's own folders. */
#ifndef BASE_FOLDER_H
#define BASE_FOLDER_H

#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"

struct folder_names {
    const char **items;
    size_t count, capacity;
};

/* The names of all that lies in the folder but "." and "..", in the order of
 * their bytes; they live in `arena`. STATUS_MACHINE where it cannot be opened, or
 * not be read to its end. */
enum status folder_list(struct arena *arena, const char *path,
                        struct folder_names *names, struct error *error);

/* guss's folder in the one that the environment's `variable` names, else in
 * `below_home` of the user's home, ".cache" (XDG Base Directory Specification: a
 * relative path does not count). NULL where neither is named. It need not be
 * there. */
const char *folder_of_user(struct arena *arena, const char *variable,
                           const char *below_home);

/* Adds a copy of a name, at the end. */
void folder_names_add(struct arena *arena, struct folder_names *names,
                      const char *name);

#endif
