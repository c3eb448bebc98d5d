/* Kernels of convolutions, as emitted code keeps them. */
#include "compiler/emit/window.h"

struct meeting meeting_of(const struct layer *layer)
{
    const struct convolution *convolution =
        &layer_operation(layer, PRIMITIVE_CONVOLUTION)->convolution;
    if (!layer->folded)
        return convolution->meeting;
    const struct operation *repeat =
        layer_operation(layer->folded, PRIMITIVE_REPEAT);
    return meeting_folded(&convolution->meeting, &repeat->input, repeat->times);
}
