/* Data sets that guss knows where to get. */
#ifndef COMPILER_KNOWN_SET_H
#define COMPILER_KNOWN_SET_H

#include <stddef.h>
#include <stdint.h>

enum { MAX_KNOWN_FILES = 4, MAX_KNOWN_MIRRORS = 2 };

struct known_file {
    const char *name;
    int64_t size;       /* bytes */
    const char *sha256; /* in small hexadecimal digits */
};

struct known_set {
    const char *name;
    struct known_file files[MAX_KNOWN_FILES]; /* ended by a NULL name, or all */
    const char *mirrors[MAX_KNOWN_MIRRORS];   /* folders, tried in turn */
};

/* The set of that name, or NULL. */
const struct known_set *known_set_find(const char *name);

/* Names of all sets, at most `most`; how many. */
size_t known_set_names(const char **names, size_t most);

#endif
