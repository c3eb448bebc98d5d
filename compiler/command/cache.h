/* Executables of `guss train`, kept by what they were made from. */
#ifndef COMPILER_CACHE_H
#define COMPILER_CACHE_H

#include "compiler/command/toolchain.h"
#include "compiler/compile.h"

struct cache {
    struct arena *arena;
    const char *folder;  /* NULL: nothing can be kept */
    const char *key;     /* the beginning of a file's name: model, what the C
                            compiler is given, and how it is called */
    const char *version; /* the part behind that: of the C compiler; NULL: it
                            does not say */
    const struct request *request; /* whoever is told what went wrong */
};

/* The cache in $XDG_CACHE_HOME/guss (default ~/.cache/guss), made if it is not
 * there, of the user alone. Where that is not possible, it says so on standard
 * error and keeps nothing. STATUS_MACHINE where the runtime cannot be read; a
 * signal in `hold` that came is STATUS_INTERRUPTED and its like. */
enum status cache_open(const struct compilation *compilation,
                       const struct request *request,
                       const struct c_compiler *compiler,
                       const struct hold *hold, struct cache *cache,
                       struct error *error);

/* The path of the executable that was kept of the same; NULL where there is
 * none. One that is damaged, or not the user's alone, is removed, and that is
 * said on standard error. */
const char *cache_find(const struct cache *cache);

/* Keeps an executable; its path, or NULL where that is not possible: then that
 * is said on standard error. */
const char *cache_keep(const struct cache *cache,
                       const struct executable *executable);

#endif
