/* The activations: Keras's formulas. */
#include "compiler/graph/activation.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const struct activation_info activations[N_ACTIVATIONS] = {
#define ACTIVATION(kind, ...) [ACTIVATION_##kind] = {__VA_ARGS__},
#include "compiler/graph/activations.def"
#undef ACTIVATION
};

const struct activation_info *activation_info(enum activation kind)
{
    return &activations[kind];
}

int activation_arguments(enum activation kind)
{
    int n = 0;
    while (n < MAX_ACTIVATION_ARGUMENTS && activations[kind].arguments[n].name)
        n++;
    return n;
}

enum activation activation_find(const char *word)
{
    for (int i = 0; i < N_ACTIVATIONS; i++) {
        const struct activation_info *info = &activations[i];
        bool is_it = strcmp(info->word, word) == 0 ||
                     (info->also && strcmp(info->also, word) == 0);
        if (is_it && !info->only_layer)
            return (enum activation)i;
    }
    return N_ACTIVATIONS;
}

struct activation_use activation_plain(enum activation kind)
{
    struct activation_use use = {.kind = kind};
    for (int i = 0; i < MAX_ACTIVATION_ARGUMENTS; i++)
        use.arguments[i] = activations[kind].arguments[i].preset;
    return use;
}
