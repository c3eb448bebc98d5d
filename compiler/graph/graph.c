/* Shapes, counts and the printer of the graph. */
#include "compiler/graph/graph.h"

#include <string.h>

#include "compiler/graph/activation.h"
#include "compiler/graph/layer_kind.h"

int64_t shape_elements(const struct shape *shape)
{
    int64_t product = 1;
    for (int i = 0; i < shape->rank; i++)
        product *= shape->size[i];
    return product;
}

bool shape_fits(const struct shape *shape)
{
    int64_t elements = 1;
    for (int i = 0; i < shape->rank; i++)
        if (__builtin_mul_overflow(elements, shape->size[i], &elements) ||
            elements > MAX_ELEMENTS)
            return false;
    return true;
}

struct shape shape_image(const struct shape *shape)
{
    if (shape->rank != 2)
        return *shape;
    return (struct shape){.rank = 3,
                          .size = {1, shape->size[0], shape->size[1]}};
}

bool shape_equal(const struct shape *a, const struct shape *b)
{
    return a->rank == b->rank &&
           memcmp(a->size, b->size, (size_t)a->rank * sizeof a->size[0]) == 0;
}

static const char *sizes_text(struct arena *arena, const struct shape *shape,
                              const char *first)
{
    struct text text = text_new(arena);
    text_puts(&text, "(");
    text_puts(&text, first);
    for (int i = 0; i < shape->rank; i++)
        text_printf(&text, "%s%lld", i || *first ? ", " : "",
                    (long long)shape->size[i]);
    text_puts(&text, ")");
    return text_string(&text);
}

const char *shape_text(struct arena *arena, const struct shape *shape)
{
    return sizes_text(arena, shape, "");
}

const char *shape_batch_text(struct arena *arena, const struct shape *shape)
{
    return sizes_text(arena, shape, "None");
}

struct network *graph_find(const struct graph *graph, const char *name)
{
    for (struct network *network = graph->networks; network;
         network = network->next)
        if (strcmp(network->name, name) == 0)
            return network;
    return NULL;
}

int graph_index(const struct graph *graph, const struct network *network)
{
    int index = 0;
    for (const struct network *before = graph->networks; before != network;
         before = before->next)
        index++;
    return index;
}

struct parameter_count layer_parameters(const struct layer *layer)
{
    if (layer->placed) {
        struct parameter_count count = network_parameters(layer->placed);
        if (!layer->trainable)
            count.trainable = 0;
        return count;
    }
    struct parameter_count count = {0};
    for (int i = 0; i < layer->n_weights; i++) {
        int64_t elements = shape_elements(&layer->weights[i].shape);
        count.total += elements;
        if (layer->weights[i].trainable && layer->trainable)
            count.trainable += elements;
    }
    return count;
}

/* Adds the weights of a network, and of those placed in it, to the counts of
 * `whole`, once. */
static void add_parameters(struct network *whole, struct network *part)
{
    if (part->counted_in == whole)
        return;
    part->counted_in = whole;
    for (int i = 0; i < part->n_layers; i++) {
        const struct layer *layer = part->layers[i];
        if (layer->placed) {
            add_parameters(whole, layer->placed);
            continue;
        }
        struct parameter_count count = layer_parameters(layer);
        whole->parameters.total += count.total;
        whole->parameters.trainable += count.trainable;
    }
}

bool network_count(struct network *network)
{
    network->parameters = (struct parameter_count){0};
    add_parameters(network, network);
    network->macs = 0;
    for (int i = 0; i < network->n_layers; i++)
        if (__builtin_add_overflow(network->macs, network->layers[i]->macs,
                                   &network->macs))
            return false;
    return true;
}

struct parameter_count network_parameters(const struct network *network)
{
    return network->parameters;
}

int64_t network_macs(const struct network *network)
{
    return network->macs;
}

static void print_tuple(const struct value *tuple, struct text *out)
{
    text_puts(out, "(");
    for (int i = 0; i < tuple->n; i++)
        text_printf(out, "%s%lld", i ? ", " : "",
                    (long long)tuple->items[i].integer);
    text_puts(out, tuple->n == 1 ? ",)" : ")");
}

/* False of values that change nothing of what is computed from given weights:
 * initializers, regularizers, and what a layer has no value for. */
static bool print_value(const struct value *value, struct text *out)
{
    switch (value->kind) {
    case VALUE_INTEGER:
        text_printf(out, "%lld", (long long)value->integer);
        return true;
    case VALUE_REAL:
        text_put_real(out, value->real);
        return true;
    case VALUE_BOOLEAN:
        text_puts(out, value->integer ? "true" : "false");
        return true;
    case VALUE_WORD:
        text_puts(out, value->word);
        return true;
    case VALUE_ACTIVATION:
        text_puts(out, activation_info((enum activation)value->integer)->word);
        return true;
    case VALUE_TUPLE:
        print_tuple(value, out);
        return true;
    default:
        return false;
    }
}

/* "(filters=8, padding=same)": those that were not written too. Of an implicit
 * input there are none. */
static void print_arguments(const struct layer *layer, struct arena *arena,
                            struct text *out)
{
    const struct parameter *const *parameters = layer->kind->parameters;
    const char *separator = "(";
    for (int i = 0; parameters[i] && layer->arguments; i++) {
        struct text value = text_new(arena);
        if (!print_value(&layer->arguments[i], &value))
            continue;
        text_printf(out, "%s%s=%s", separator, parameters[i]->name,
                    text_string(&value));
        separator = ", ";
    }
    text_puts(out, *separator == '(' ? "()" : ")");
}

static void print_layer(const struct layer *layer, struct arena *arena,
                        struct text *out)
{
    const char *kind = layer->kind ? layer->kind->name : layer->placed->name;
    text_printf(out, "  %s = %s", layer->name, kind);
    if (layer->kind)
        print_arguments(layer, arena, out);
    else
        text_puts(out, "()");
    for (int i = 0; i < layer->n_inputs; i++)
        text_printf(out, "%s%s", i ? ", " : " from ", layer->inputs[i]->name);
    text_printf(out, " -> %s", shape_text(arena, &layer->shape));
    for (int i = 0; i < layer->n_weights; i++)
        text_printf(out, " %s%s", layer->weights[i].name,
                    shape_text(arena, &layer->weights[i].shape));
    text_printf(out, " macs %lld\n", (long long)layer->macs);
}

void graph_print(const struct graph *graph, struct arena *arena,
                 struct text *out)
{
    for (const struct network *network = graph->networks; network;
         network = network->next) {
        text_printf(out, "network %s\n", network->name);
        for (int i = 0; i < network->n_layers; i++)
            print_layer(network->layers[i], arena, out);
        text_puts(out, "  output");
        for (int i = 0; i < network->n_outputs; i++)
            text_printf(out, " %s", network->outputs[i]->name);
        text_puts(out, "\n");
    }
}
