/* What the emission of layers over images shares: calls that go image by
 * image, and the shape of a pooling. */
#include "compiler/emit/emit.h"
#include "compiler/layers/image.h"

void emit_image_call(struct emission *emission, const struct node *node,
                     const char *function, const char *arguments,
                     const char *const *images, int n_images)
{
    struct nest nest;
    const char *list[6] = {arguments};
    const char *at = open_images(emission, &nest, node->by_sample);
    for (int i = 0; i < n_images; i++)
        list[i + 1] = arena_printf(emission->arena, "%s%s", images[i], at);
    nest_statement(&nest);
    ctext_call(&emission->c, function, list, n_images + 1);
    nest_end(&nest);
}

void emit_pool_shape(struct emission *emission, const struct node *node)
{
    const struct layer *layer = node->layer;
    const int64_t *in = layer->inputs[0]->shape.size;
    const int64_t *out = layer->shape.size;
    struct window window = layer_window(layer, "pool_size");
    const int64_t pairs[][2] = {{in[0], in[1]},
                                {out[0], out[1]},
                                {window.size[0], window.size[1]},
                                {window.stride[0], window.stride[1]},
                                {window_before(&window, in[0], out[0], 0),
                                 window_before(&window, in[1], out[1], 1)}};
    static const char *const names[] = {"image", "out", "window", "stride",
                                        "before"};
    struct ctext *c = &emission->c;
    ctext_open(c, "static const struct guss_pool p =");
    for (int i = 0; i < 5; i++)
        ctext_line(c, ".%s = {%lld, %lld},", names[i], (long long)pairs[i][0],
                   (long long)pairs[i][1]);
    ctext_line(c, ".run = %s,",
               numbers_text(emission, node->by_sample, out[2]));
    ctext_close(c, ";");
}

void layer_margins(const struct layer *layer, const char *name,
                   int64_t margins[N_SIDES])
{
    const struct value *items = layer_argument(layer, name)->items;
    margins[TOP] = items[0].integer;
    margins[BOTTOM] = items[1].integer;
    margins[LEFT] = items[2].integer;
    margins[RIGHT] = items[3].integer;
}

const char *max_backward_arguments(const struct node *node)
{
    return node->activation.kind == ACTIVATION_RELU ? "&p, true" : "&p, false";
}
