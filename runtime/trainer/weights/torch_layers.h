/* The layers of a model as PyTorch has them, a module each. */
#ifndef TRAINER_TORCH_LAYERS_H
#define TRAINER_TORCH_LAYERS_H

#include "trainer/weights/torch_modules.h"
#include "trainer/weights/weights_file.h"

/* Weights that one module has: of a separable convolution, which is two there,
 * one of the two. */
struct torch_layer {
    const int *weights; /* indexes of the model's, in the list */
    int n_weights;
    const char *name;  /* "net/conv2d" */
    const char *word;  /* "conv2d", as a module may be called, */
    const char *words; /* or "net_conv2d" */
    int module;        /* -1: none */
};

struct torch_layers {
    struct torch_layer *layers;
    int count;
};

/* Of those of the list that `reuse` takes; all, where it is NULL. */
void torch_list_layers(const struct weights_file *file, struct weight_list list,
                       const struct weights_reuse *reuse,
                       struct torch_layers *layers);

/* The tensor of the file that is a weight of the model, in a module; NULL: it
 * has none of that name. */
const struct tensor *torch_find(const struct weights_file *file,
                                const struct torch_module *module, int weight);

/* Whether a module has a layer's weights, of their shapes, and no others. */
bool torch_module_fits(const struct weights_file *file,
                       const struct torch_module *module,
                       const struct torch_layer *layer);

/* Gives layers the modules that have their names; how many got one. */
int torch_match_names(struct arena *arena, const struct torch_modules *modules,
                      struct torch_layers *layers);

/* Gives the layers, one after the other, modules that fit, so that none stands
 * before one that is sure to be in front of it; of several the nearest to the
 * last. How many layers got one: of the orders that were tried, the most; where
 * all did and another order gives all one, too, *is_ambiguous. */
int torch_match_order(const struct weights_file *file,
                      const struct torch_modules *modules,
                      struct torch_layers *layers, bool *is_ambiguous);

#endif
