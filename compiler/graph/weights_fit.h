/* Whether a file of weights, read into memory, is of a network. */
#ifndef COMPILER_WEIGHTS_FIT_H
#define COMPILER_WEIGHTS_FIT_H

#include <stddef.h>

#include "base/arena.h"
#include "base/status.h"

struct network;

struct weights_fit {
    /* What the file lacks of the network, placed ones included, each weight in its
     * shape: "'x.safetensors' has no 'a/b/kernel' of shape (3, 4)"; or NULL. */
    const char *misfit;
    /* Else a weight that is no number: "'x.safetensors' holds nan in 'a/b/kernel'";
     * or NULL. */
    const char *nonfinite;
};

/* Texts live in the arena. STATUS_INPUT where it is no such file, STATUS_MACHINE
 * without memory. */
enum status weights_fit(struct arena *arena, const struct network *network,
                        const char *name, const char *bytes, size_t size,
                        struct weights_fit *fit, struct error *error);

#endif
