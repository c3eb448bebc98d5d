/* Usage: naive predict MODEL.nn NETWORK LAYER WEIGHTS OUTPUT.npy INPUT.npy...
 *        naive train MODEL.nn SCHEDULE.yaml FOLDER WEIGHTS OUTPUT.safetensors
 *
 * The interpreter as a program: a layer's output in prediction, or the weights
 * after a schedule's updates, whose data.train is a .npy file in FOLDER. Inputs
 * stand in the order of the network's. Exit status: 0 done; 2 anything else. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/naive/naive.h"
#include "trainer/data/data.h"

static _Noreturn void fail(const char *message)
{
    fprintf(stderr, "naive: %s\n", message);
    exit(2);
}

static const struct layer *find_layer(const struct network *network,
                                      const char *name)
{
    for (int i = 0; i < network->n_layers; i++)
        if (strcmp(network->layers[i]->name, name) == 0)
            return network->layers[i];
    fail("no such layer");
}

static void write_output(struct arena *arena, const char *path,
                         const struct shape *shape, int count, const double *y)
{
    struct error error = {0};
    int64_t sizes[MAX_RANK + 1] = {count};
    size_t n = (size_t)(shape_elements(shape) * count);
    float *values = arena_alloc(arena, n, sizeof *values);
    for (int i = 0; i < shape->rank; i++)
        sizes[i + 1] = shape->size[i];
    for (size_t i = 0; i < n; i++)
        values[i] = (float)y[i];
    if (npy_write_f32(path, shape->rank + 1, sizes, values, &error) !=
        STATUS_OK)
        fail(error.text);
}

static void predict(struct arena *arena, char **arguments, int n_inputs)
{
    const struct network *network =
        naive_find_network(naive_read_graph(arena, arguments[0]), arguments[1]);
    const struct layer *layer = find_layer(network, arguments[2]);
    struct naive_model *model = naive_new(arena, network);
    struct naive_pass pass = {0};
    if (n_inputs != network->n_inputs)
        fail("as many inputs are needed as the network has");
    const double **inputs =
        arena_alloc(arena, (size_t)n_inputs, sizeof *inputs);
    naive_read_weights(model, arguments[3]);
    for (int i = 0; i < n_inputs; i++)
        inputs[i] = naive_read_samples(
            arena, arguments[5 + i], PIXELS_DEFAULT,
            shape_elements(&network->inputs[i]->shape), &pass.count);
    struct naive_frame *frame = naive_forward(model, inputs, &pass);
    write_output(arena, arguments[4], &layer->shape, pass.count,
                 frame->results[layer->index].y);
}

static void train(struct arena *arena, char **arguments)
{
    const struct graph *graph = naive_read_graph(arena, arguments[0]);
    const struct schedule *schedule = naive_read_schedule(arena, arguments[1]);
    const struct network *network =
        schedule->network ? naive_find_network(graph, schedule->network)
                          : graph->networks;
    struct naive_model *model = naive_new(arena, network);
    struct naive_data data =
        naive_read_data(arena, arguments[2], schedule, network);
    naive_read_weights(model, arguments[3]);
    naive_train(model, schedule, &data, 0, 0);
    naive_write_weights(model, arguments[4]);
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_new();
    if (argc >= 8 && strcmp(argv[1], "predict") == 0)
        predict(arena, argv + 2, argc - 7);
    else if (argc == 7 && strcmp(argv[1], "train") == 0)
        train(arena, argv + 2);
    else
        fail("usage: naive predict|train ..., see the file's head");
    arena_free(arena);
    return 0;
}
