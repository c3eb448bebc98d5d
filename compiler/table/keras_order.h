/* How Keras lists the layers of a network. */
#ifndef COMPILER_KERAS_ORDER_H
#define COMPILER_KERAS_ORDER_H

#include "compiler/graph/graph.h"

struct keras_order {
    /* the layers of the table; of a network placed several times the first
     * place stands for all */
    const struct layer **layers;
    int n_layers;
    /* of each layer of the network, by index: which use of a placed network it
     * is, from 1, Keras's use 0 being the definition; of others 0 */
    const int *uses;
    bool is_graph; /* 98 columns with Connected to */
};

/* The order of the rows of a network's table; it lives in `arena`.
 * Source: TensorFlow 2.2, python/keras/engine/network.py, _map_graph_network,
 * and python/keras/utils/layer_utils.py, print_summary. */
struct keras_order keras_order(struct arena *arena,
                               const struct network *network);

#endif
