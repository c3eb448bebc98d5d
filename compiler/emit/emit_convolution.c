/* Convolutions: a gather forward and a scatter backward, or the reverse
 * (graph/window.h). */
#include "compiler/emit/operations.h"
#include "compiler/emit/window.h"

/* True for a transposed convolution; one that takes in an upsampling is computed
 * like it. */
static bool is_transposed(const struct convolution *convolution)
{
    return convolution->scatters && !convolution->folded;
}

static void open_plain(struct emission *emission, const struct node *node,
                       const char *equation, const struct tensor *from,
                       const struct tensor *to)
{
    const struct layer *folded = node->operation->convolution.folded;
    open_node(emission, node, "%s; from [%s] to [%s]%s%s", equation,
              tensor_extents(emission, from), tensor_extents(emission, to),
              node->by_sample ? ", each of TILE samples" : "",
              folded ? arena_printf(emission->arena,
                                    "; %s, which stands before it, is "
                                    "taken into the kernel",
                                    folded->name)
                     : "");
}

static void open_transposed(struct emission *emission, const struct node *node,
                            const char *equation, const char *from_name,
                            const struct tensor *from, const char *to_name,
                            const struct tensor *to)
{
    open_node(emission, node, "%s; %s[%s], %s[%s]%s", equation, from_name,
              tensor_extents(emission, from), to_name,
              tensor_extents(emission, to),
              node->by_sample ? ", each of TILE samples" : "");
}

void emit_convolution(struct emission *emission, const struct node *node)
{
    const struct convolution *convolution = &node->operation->convolution;
    const struct weight *bias = node->operation->bias;
    if (is_transposed(convolution))
        open_transposed(emission, node,
                        "y = the kernel times each pixel of x, + bias", "x",
                        node->x, "y", node->y);
    else
        open_plain(emission, node,
                   "y = the kernel at each position of x, + bias", node->x,
                   node->y);
    (convolution->scatters ? emit_scatter : emit_gather)(
        emission, node, "x", "y",
        bias ? weight_identifier(emission, node->layer, bias) : NULL);
}

void emit_convolution_backward(struct emission *emission,
                               const struct node *node)
{
    const struct convolution *convolution = &node->operation->convolution;
    if (is_transposed(convolution))
        open_transposed(emission, node,
                        "dx = the kernel at each position of dy", "dy",
                        node->dy, "dx", node->dx);
    else
        open_plain(emission, node,
                   "dx = the sum of what each position of the kernel gives "
                   "back",
                   node->dy, node->dx);
    (convolution->scatters ? emit_gather : emit_scatter)(emission, node, "dy",
                                                         "dx", NULL);
}

void emit_convolution_gradient(struct emission *emission,
                               const struct node *node)
{
    const struct convolution *convolution = &node->operation->convolution;
    open_node(emission, node,
              "dkernel += %s over all positions, dbias += the sum of "
              "dy; a lane that starts has nothing to add to",
              is_transposed(convolution) ? "dy x" : "x dy");
    emit_meeting_gradient(emission, node);
}
