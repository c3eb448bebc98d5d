/* Words of layers, their arguments, activations, initializers and regularizers
 * that people bring from Keras, PyTorch and darknet and that guss does not have,
 * or calls something else: foreign_words.txt. */
#ifndef COMPILER_FOREIGN_WORDS_H
#define COMPILER_FOREIGN_WORDS_H

#include "base/hint.h"

struct hints foreign_layers(void);
struct hints foreign_activations(void);
struct hints foreign_initializers(void);
struct hints foreign_regularizers(void);

/* For hint_fitting(): several rows of a word are for layers of different
 * arguments. */
struct hints foreign_arguments(void);

/* Arguments that Keras has and guss does not: lacking are those that every layer
 * of Keras takes, the others only some. */
struct hints refused_arguments(void);
/* Those of them of which layers that read rows say something else. */
struct hints refused_arguments_of_rows(void);

#endif
