/* A known data set, downloaded into a folder. */
#ifndef COMPILER_FETCH_H
#define COMPILER_FETCH_H

#include <stdio.h>

#include "base/arena.h"
#include "base/status.h"
#include "compiler/fetch/known_set.h"

/* Sees to it that `folder`, which is made, holds the files of the set, each
 * with its SHA-256: those that are there stay, the others are downloaded from
 * the mirrors, tried in turn. What comes from where is told to `out`.
 * *n_fetched counts the files downloaded. */
enum status fetch_set(struct arena *arena, const struct known_set *set,
                      const char *const *mirrors, int n_mirrors,
                      const char *folder, FILE *out, int *n_fetched,
                      struct error *error);

#endif
