/* Whether a file of weights, read into memory, is of a network. */
#ifndef COMPILER_WEIGHTS_FIT_H
#define COMPILER_WEIGHTS_FIT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"

struct network;

/* *misfit is NULL where it has each weight of the network, placed ones included,
 * in its shape; else what it lacks, "'x.safetensors' has no 'a/b/kernel' of
 * shape (3, 4)", in the arena. STATUS_INPUT where it is no such file. */
enum status weights_misfit(struct arena *arena, const struct network *network,
                           const char *name, const char *bytes, size_t size,
                           const char **misfit, struct error *error);

#endif
