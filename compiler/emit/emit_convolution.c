/* Convolutions: a gather forward and a scatter backward, or the reverse
 * (graph/window.h). */
#include "compiler/emit/window.h"

/* True for a transposed convolution; one that takes in an upsampling is computed
 * like it, and is told as what the user wrote. */
static bool is_transposed(const struct node *node)
{
    return node->operation->convolution.scatters &&
           !node->operation->convolution.folded;
}

/* Opens the function of what goes from one image, with its margins, to another. */
static void open_function(const struct conv *conv, const char *equation,
                          const struct tensor *from, const struct tensor *to)
{
    struct emission *emission = conv->emission;
    const struct node *node = conv->node;
    const struct layer *folded = node->operation->convolution.folded;
    bool is_back = node->kind == NODE_BACKWARD;
    const char *const names[] = {is_back ? "dy" : "x", is_back ? "dx" : "y"};
    bool is_named = is_transposed(node);
    open_node(emission, node, "%s; %s[%s]%s%s[%s]%s%s", equation,
              is_named ? names[0] : "from ", tensor_extents(emission, from),
              is_named ? ", " : " to ", is_named ? names[1] : "",
              tensor_extents(emission, to),
              node->batch_innermost ? ", each of TILE samples" : "",
              folded
                  ? arena_printf(emission->arena,
                                 "; %s, which stands before it, is taken into "
                                 "the kernel",
                                 folded->name)
                  : "");
}

void emit_convolution(struct emission *emission, const struct node *node)
{
    struct conv conv = conv_of(emission, node);
    open_function(&conv,
                  arena_printf(emission->arena, "y = the kernel %s of x%s",
                               is_transposed(node) ? "times each pixel"
                                                   : "at each position",
                               node->operation->bias ? ", + bias" : ""),
                  node->x, node->y);
    (conv.reads_big ? emit_gather : emit_scatter)(&conv);
}

void emit_convolution_backward(struct emission *emission,
                               const struct node *node)
{
    struct conv conv = conv_of(emission, node);
    open_function(&conv,
                  is_transposed(node) ? "dx = the kernel at each position of dy"
                                      : "dx = the sum of what each position of "
                                        "the kernel gives back",
                  node->dy, node->dx);
    (conv.reads_big ? emit_gather : emit_scatter)(&conv);
}

void emit_convolution_gradient(struct emission *emission,
                               const struct node *node)
{
    struct conv conv = conv_of(emission, node);
    open_node(emission, node,
              "dkernel += %s over all positions, dbias += the sum of "
              "dy; a shard's first tile overwrites its sums",
              is_transposed(node) ? "dy x" : "x dy");
    emit_window_gradient(&conv);
}
