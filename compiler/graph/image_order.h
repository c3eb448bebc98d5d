/* Which weights stand beside the values of an image that was made a row, or of a
 * row that is made an image. Here the channels of a pixel follow each other; where
 * the pixels of a channel do, as in PyTorch, such a row has another order, and
 * with it the weights that read or make it. */
#ifndef COMPILER_GRAPH_IMAGE_ORDER_H
#define COMPILER_GRAPH_IMAGE_ORDER_H

#include "compiler/graph/graph.h"

/* Sets reads_image and makes_image of all weights of a graph whose layers are
 * lowered. */
void find_image_orders(struct arena *arena, struct graph *graph);

#endif
