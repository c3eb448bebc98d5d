/* Weights that PyTorch wrote, for the layers of a model: which module is which
 * layer, and what becomes of its tensors. */
#ifndef TRAINER_TORCH_H
#define TRAINER_TORCH_H

#include "trainer/weights/weights_file.h"

/* Gives the file's tensors the keys and shapes that they have in the model, as
 * far as modules are layers of the list; what is no layer keeps its own.
 * torch_arrange() then gives their values. `mapping` lives in the arena.
 *
 * Without `reuse` every layer of the list has to have a module or, where there are
 * more modules than that, every layer of the model.
 *
 * Modules are layers by name, where all layers have one of theirs: a layer's name,
 * or network_layer, with '_' for dots. Else they are taken in order, so that
 * all shapes fit. With `reuse` the last layers may be without a module.
 * STATUS_INPUT where there is no such order, or the order of an image's values
 * in a weight cannot be told. */
enum status torch_translate(struct weights_file *file, struct weight_list list,
                            const struct weights_reuse *reuse,
                            struct arena *arena,
                            struct weights_mapping *mapping,
                            struct error *error);

#endif
