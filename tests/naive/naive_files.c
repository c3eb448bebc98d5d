/* What the interpreter reads and writes: .nn files through the compiler's own
 * front end, .npy and safetensors through the runtime's. Whatever is wrong
 * ends the process: these are files of tests. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "compiler/elaborate/elaborate.h"
#include "compiler/syntax/parse.h"
#include "tests/naive/naive.h"
#include "trainer/data/data.h"
#include "trainer/weights/safetensors.h"

static _Noreturn void fail(const char *path, const char *message)
{
    fprintf(stderr, "naive: %s: %s\n", path, message);
    exit(2);
}

struct graph *naive_read_graph(struct arena *arena, const char *path)
{
    struct error error = {0};
    struct diags *diags = diags_new(arena);
    struct graph *graph = NULL;
    struct ast *ast = parse_file(arena, path, diags, &error);
    if (!ast)
        fail(path, error.text);
    if (!diags_failed(diags))
        graph = elaborate(arena, ast, path, NULL, 0, diags);
    diags_print(diags, stderr, false);
    if (diags_failed(diags))
        fail(path, "it has mistakes");
    return graph;
}

const struct network *naive_find_network(const struct graph *graph,
                                         const char *name)
{
    const struct network *network = graph_find(graph, name);
    if (!network)
        fail(name, "no such network");
    return network;
}

static const struct tensor *find_tensor(const struct tensor_file *file,
                                        const char *key)
{
    for (int i = 0; i < file->n_tensors; i++)
        if (strcmp(file->tensors[i].key, key) == 0)
            return &file->tensors[i];
    return NULL;
}

void naive_read_weights(struct naive_model *model, const char *path)
{
    struct tensor_file file;
    struct error error = {0};
    if (tensor_file_read(model->arena, path, &file, &error) != STATUS_OK)
        fail(path, error.text);
    for (int i = 0; i < model->n_weights; i++) {
        struct naive_weight *weight = &model->weights[i];
        const struct tensor *tensor = find_tensor(&file, weight->key);
        if (!tensor || tensor->count != weight->count)
            fail(weight->key, "not in the file, or of another size");
        for (int64_t k = 0; k < weight->count; k++)
            weight->value[k] = (double)tensor->values[k];
    }
    tensor_file_free(&file);
}

void naive_write_weights(const struct naive_model *model, const char *path)
{
    struct error error = {0};
    struct tensor *tensors =
        arena_alloc(model->arena, (size_t)model->n_weights, sizeof *tensors);
    for (int i = 0; i < model->n_weights; i++) {
        const struct naive_weight *weight = &model->weights[i];
        const struct shape *shape = &weight->weight->shape;
        float *values =
            arena_alloc(model->arena, (size_t)weight->count, sizeof *values);
        for (int64_t k = 0; k < weight->count; k++)
            values[k] = (float)weight->value[k];
        tensors[i] = (struct tensor){.key = weight->key,
                                     .rank = shape->rank,
                                     .values = values,
                                     .count = weight->count};
        memcpy(tensors[i].shape, shape->size, sizeof shape->size);
    }
    if (tensor_file_write(path, tensors, model->n_weights, NULL, 0, &error) !=
        STATUS_OK)
        fail(path, error.text);
}

/* A stored value as the network reads it. */
static double pixel(enum pixels_choice pixels, bool is_byte, double value)
{
    if (!is_byte)
        return value;
    if (pixels == PIXELS_UNIT || pixels == PIXELS_DEFAULT)
        return value / 255;
    if (pixels == PIXELS_SIGNED)
        return value / 127.5 - 1;
    if (pixels == PIXELS_BINARY)
        return value < 255 || value > 255 ? 1 : 0;
    return value;
}

double *naive_read_samples(struct arena *arena, const char *path,
                           enum pixels_choice pixels, int64_t width, int *count)
{
    struct data_set set;
    struct error error = {0};
    if (data_read_npy(path, &set, &error) != STATUS_OK)
        fail(path, error.text);
    if (set.samples.width != width)
        fail(path, "its samples are not of the network's size");
    *count = (int)set.samples.count;
    int64_t n = set.samples.count * width;
    double *values = arena_alloc(arena, (size_t)n, sizeof *values);
    bool is_byte = set.samples.element == GUSS_U8;
    const void *stored = set.samples.values;
    for (int64_t i = 0; i < n; i++)
        values[i] = pixel(pixels, is_byte,
                          is_byte ? (double)((const uint8_t *)stored)[i]
                                  : (double)((const float *)stored)[i]);
    data_free(&set);
    return values;
}

int32_t *naive_read_labels(struct arena *arena, const char *path, int count)
{
    struct error error = {0};
    struct data_set set = {.samples = {.count = count}};
    if (data_read_npy_labels(path, &set, &error) != STATUS_OK)
        fail(path, error.text);
    int32_t *labels = arena_alloc(arena, (size_t)count, sizeof *labels);
    memcpy(labels, set.labels, (size_t)count * sizeof *labels);
    data_free(&set);
    return labels;
}

double *naive_label_rows(struct arena *arena, const int32_t *labels, int count,
                         int64_t outputs, double smoothing)
{
    int64_t classes = outputs == 1 ? 2 : outputs;
    double *rows = arena_alloc(arena, (size_t)(count * outputs), sizeof *rows);
    for (int n = 0; n < count; n++)
        if (outputs == 1)
            rows[n] = labels[n];
        else
            rows[n * outputs + labels[n]] = 1;
    for (int64_t i = 0; i < count * outputs; i++)
        rows[i] = rows[i] * (1 - smoothing) + smoothing / (double)classes;
    return rows;
}

/* How many samples have a label, and how many labels there are. */
static int count_label(const int32_t *labels, int count, int32_t label)
{
    int n = 0;
    for (int i = 0; i < count; i++)
        n += labels[i] == label;
    return n;
}

static int count_labels(const int32_t *labels, int count)
{
    int n = 0;
    for (int i = 0; i < count; i++)
        n += count_label(labels, i, labels[i]) == 0;
    return n;
}

/* Of a schedule whose classes go by their numbers; NULL where it has none. */
static double *weights_of(struct arena *arena,
                          const struct class_weights *weights,
                          const int32_t *labels, int count)
{
    if (weights->kind == WEIGHTS_ALIKE)
        return NULL;
    int classes = count_labels(labels, count);
    double *of_samples = arena_alloc(arena, (size_t)count, sizeof *of_samples);
    for (int i = 0; i < count; i++) {
        of_samples[i] = 1;
        if (weights->kind == WEIGHTS_BALANCED)
            of_samples[i] = count / ((double)classes *
                                     count_label(labels, count, labels[i]));
        for (int64_t k = 0; k < weights->n; k++)
            if (atoi(weights->classes[k].name) == labels[i])
                of_samples[i] = weights->classes[k].weight;
    }
    return of_samples;
}

struct schedule *naive_read_schedule(struct arena *arena, const char *path)
{
    struct error error = {0};
    struct diags *diags = diags_new(arena);
    struct schedule *schedule = arena_alloc(arena, 1, sizeof *schedule);
    const struct source *source =
        source_read(arena, path, SCHEDULE_MAX_BYTES, &error);
    if (!source)
        fail(path, error.text);
    schedule_read(arena, source, NULL, 0, NULL, schedule, diags);
    diags_print(diags, stderr, false);
    if (diags_failed(diags))
        fail(path, "it has mistakes");
    return schedule;
}

struct naive_data naive_read_data(struct arena *arena, const char *folder,
                                  const struct schedule *schedule,
                                  const struct network *network)
{
    const char *path = path_join(arena, folder, schedule->data.train);
    struct naive_data data = {
        .width = shape_elements(&network->inputs[0]->shape),
        .target_width = shape_elements(&network->outputs[0]->shape)};
    data.inputs = naive_read_samples(arena, path, schedule->data.pixels,
                                     data.width, &data.count);
    data.targets = data.inputs;
    if (schedule->objective == OBJECTIVE_CLASSIFIER) {
        size_t stem = strlen(path) - strlen(".npy");
        const int32_t *labels = naive_read_labels(
            arena, arena_printf(arena, "%.*s.labels.npy", (int)stem, path),
            data.count);
        data.targets =
            naive_label_rows(arena, labels, data.count, data.target_width,
                             schedule->label_smoothing);
        data.weights =
            weights_of(arena, &schedule->class_weights, labels, data.count);
    }
    return data;
}
