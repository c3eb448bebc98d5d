/* Usage: random_network make SEED FOLDER
 *        random_network check FOLDER
 *
 * make writes into a folder that exists: model.nn, weights.safetensors, and a
 * .npy file for each input; schedule.yaml and labels where the network is
 * trained; outputs.txt, the layers whose outputs are compared.
 *
 * check holds <layer>.npy of each of these layers, and trained.safetensors,
 * which an executable made, against the naive interpreter's. It prints one line
 * and exits with 1 where something is outside its tolerance.
 *
 * Tolerances are the network's own. The interpreter runs again with every
 * number, input, weight and sum, changed by up to JITTER of itself, 32 times
 * what one rounding to float changes; the largest change of a tensor's elements
 * over RUNS of these is what float may differ by: enough for sums of hundreds
 * of terms, and large where the network itself is sensitive, as next to a kink
 * of relu. Such cases prove little and are counted: "loose" is how many tensors
 * may differ by more than a hundredth of what training changed them by. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "tests/naive/naive.h"
#include "tests/naive/random_network.h"
#include "trainer/data/data.h"

enum { RUNS = 4 };
static const double JITTER = 32 * 5.960464477539063e-8; /* 2^-24 */
/* Stored numbers are rounded in each of at most three updates: a moving
 * statistic's momentum, its product with what is stored, and the sum. */
static const double STORED = 9 * 5.960464477539063e-8;

static _Noreturn void fail(const char *message)
{
    fprintf(stderr, "random_network: %s\n", message);
    exit(2);
}

/* ---- make ------------------------------------------------------------ */

struct making {
    struct arena *arena;
    const char *folder;
    struct guss_stream stream;
    uint32_t drawn;
    const struct network *network;
    struct naive_model *model;
    int count, batch, updates;
};

static double unit(struct making *making)
{
    struct guss_words words = guss_draw(&making->stream, making->drawn++, 1);
    return guss_unit(words.word[0], words.word[1]);
}

static double normal(struct making *making)
{
    struct guss_words words = guss_draw(&making->stream, making->drawn++, 1);
    return guss_normal(&words);
}

static void write_text(const struct making *making, const char *name,
                       const char *text)
{
    struct error error = {0};
    const char *path = path_join(making->arena, making->folder, name);
    if (file_write(path, text, strlen(text), &error) != STATUS_OK)
        fail(error.text);
}

static void draw_weights(struct making *making)
{
    for (int i = 0; i < making->model->n_weights; i++) {
        struct naive_weight *weight = &making->model->weights[i];
        const char *name = weight->weight->name;
        bool is_kernel = strcmp(name, "kernel") == 0;
        bool is_scale =
            strcmp(name, "gamma") == 0 || strcmp(name, "moving_variance") == 0;
        double deviation =
            is_kernel ? 1.3 / sqrt((double)weight->weight->fan_in) : 0.3;
        for (int64_t k = 0; k < weight->count; k++) {
            double drawn =
                is_scale ? 0.5 + unit(making) : deviation * normal(making);
            weight->value[k] = (double)(float)drawn;
        }
    }
    naive_write_weights(making->model, path_join(making->arena, making->folder,
                                                 "weights.safetensors"));
}

/* Samples in [0, 1), one file for each input. */
static const double *draw_input(struct making *making, const char *name,
                                const struct shape *shape)
{
    struct error error = {0};
    int64_t sizes[MAX_RANK + 1] = {making->count};
    for (int i = 0; i < shape->rank; i++)
        sizes[i + 1] = shape->size[i];
    size_t n = (size_t)(shape_elements(shape) * making->count);
    float *values = arena_alloc(making->arena, n, sizeof *values);
    double *input = arena_alloc(making->arena, n, sizeof *input);
    for (size_t i = 0; i < n; i++) {
        values[i] = (float)unit(making);
        input[i] = (double)values[i];
    }
    const char *path = path_join(making->arena, making->folder,
                                 arena_printf(making->arena, "%s.npy", name));
    if (npy_write_f32(path, shape->rank + 1, sizes, values, &error) !=
        STATUS_OK)
        fail(error.text);
    return input;
}

/* A .npy file of 8-bit labels. */
static int32_t *draw_labels(struct making *making, int64_t classes)
{
    char header[128];
    unsigned char bytes[4096];
    struct error error = {0};
    int count = making->count;
    int32_t *labels = arena_alloc(making->arena, (size_t)count, sizeof *labels);
    int length = snprintf(header, sizeof header,
                          "{'descr': '|u1', 'fortran_order': False, "
                          "'shape': (%d,), }",
                          count);
    memcpy(bytes, "\x93NUMPY\1\0\x76\0", 10);
    memset(bytes + 10, ' ', 118);
    memcpy(bytes + 10, header, (size_t)length);
    bytes[127] = '\n';
    for (int i = 0; i < count; i++) {
        labels[i] = (int32_t)(unit(making) * (double)classes);
        bytes[128 + i] = (unsigned char)labels[i];
    }
    const char *path =
        path_join(making->arena, making->folder, "n0.labels.npy");
    if (file_write(path, bytes, (size_t)(128 + count), &error) != STATUS_OK)
        fail(error.text);
    return labels;
}

/* The largest gradient of a trained weight in the first batch. */
static double largest_gradient(struct making *making,
                               const struct schedule *schedule,
                               const struct naive_data *data)
{
    struct naive_pass pass = {
        .is_training = true,
        .count = making->batch < data->count ? making->batch : data->count,
        .seed = schedule->seed};
    struct naive_frame *frame =
        naive_forward(making->model, &data->inputs, &pass);
    naive_loss(frame, schedule->loss, data->targets, NULL, pass.count);
    naive_backward(making->model, frame, &pass);
    double largest = 0;
    for (int i = 0; i < making->model->n_weights; i++) {
        const struct naive_weight *weight = &making->model->weights[i];
        for (int64_t k = 0; weight->is_trained && k < weight->count; k++)
            if (fabs(weight->gradient[k]) > largest)
                largest = fabs(weight->gradient[k]);
    }
    return largest > 0 ? largest : 1;
}

/* Settings with which the largest first step is about 0.2, and with which no
 * optimizer divides by a gradient's size where that is almost 0: the rounding
 * of such a gradient would be the whole of the step. */
static const char *optimizer_text(struct making *making, double largest)
{
    static const char *const momenta[] = {"", ", momentum: 0.9",
                                          ", momentum: 0.8, nesterov: true"};
    static const char *const adaptive[] = {"rmsprop", "adagrad", "adam"};
    int which = (int)(unit(making) * 6);
    if (which < 3)
        return arena_printf(making->arena, "{name: sgd, learning_rate: %.6g%s}",
                            0.2 / largest, momenta[which]);
    double epsilon = which < 5 ? largest * largest : largest;
    return arena_printf(making->arena,
                        "{name: %s, learning_rate: 0.2, epsilon: %.6g}",
                        adaptive[which - 3], epsilon);
}

/* How a classifier's labels are taken. */
static const char *labels_text(struct making *making,
                               const struct random_network *made)
{
    if (!made->classes || unit(making) < 0.5)
        return "";
    bool is_smooth = strstr(made->loss, "crossentropy") && unit(making) < 0.7;
    return arena_printf(making->arena, "%sclass_weights: {0: %.6g, 1: %.6g}\n",
                        is_smooth ? "label_smoothing: 0.15\n" : "",
                        0.5 + unit(making), 0.5 + unit(making));
}

static void write_schedule(struct making *making,
                           const struct random_network *made, uint64_t seed,
                           const char *optimizer, const char *labels)
{
    write_text(making, "schedule.yaml",
               arena_printf(making->arena,
                            "objective: %s\nnetwork: main\nloss: %s\n"
                            "batch: %d\niterations: %d\nseed: %llu\n"
                            "optimizer: %s\nthreads: %d\n%s"
                            "data: {train: n0.npy, shuffle: false}\n",
                            made->objective, made->loss, making->batch,
                            making->updates, (unsigned long long)seed,
                            optimizer, 1 + (int)(seed % 3), labels));
}

/* Batches around the sizes of tiles, and a last one that is smaller. */
static void choose_sizes(struct making *making)
{
    static const int batches[] = {1, 3, 7, 16, 17, 23, 33, 40};
    double work = (double)making->network->macs + 1000;
    int which = (int)(unit(making) * 8);
    while (which > 0 && work * batches[which] > 8e5)
        which--;
    making->batch = batches[which];
    making->updates = 1 + (int)(unit(making) * 3);
    making->count = making->batch + (int)(unit(making) * making->batch);
}

static void make_schedule(struct making *making,
                          const struct random_network *made, uint64_t seed,
                          const double *input)
{
    struct arena *arena = making->arena;
    struct naive_data data = {
        .inputs = input,
        .targets = input,
        .width = shape_elements(&making->network->inputs[0]->shape),
        .target_width = shape_elements(&making->network->outputs[0]->shape),
        .count = making->count};
    if (made->classes)
        data.targets =
            naive_label_rows(arena, draw_labels(making, made->classes),
                             making->count, data.target_width, 0);
    write_schedule(making, made, seed, "{name: sgd}", "");
    const struct schedule *schedule = naive_read_schedule(
        arena, path_join(arena, making->folder, "schedule.yaml"));
    double largest = largest_gradient(making, schedule, &data);
    const char *optimizer = optimizer_text(making, largest);
    write_schedule(making, made, seed, optimizer, labels_text(making, made));
}

/* The outputs, and one layer on the way to them. */
static void write_outputs(struct making *making)
{
    const struct network *network = making->network;
    struct text text = text_new(making->arena);
    for (int i = 0; i < network->n_outputs; i++)
        text_printf(&text, "%s\n", network->outputs[i]->name);
    const struct layer *layer =
        network->layers[(int)(unit(making) * network->n_layers)];
    bool is_own = layer->n_inputs > 0 && !layer->placed;
    for (int i = 0; i < network->n_outputs; i++)
        is_own = is_own && network->outputs[i] != layer;
    if (is_own)
        text_printf(&text, "%s\n", layer->name);
    write_text(making, "outputs.txt", text_string(&text));
}

static void make(struct arena *arena, uint64_t seed, const char *folder)
{
    struct random_network made = random_network_make(arena, seed);
    struct making making = {.arena = arena,
                            .folder = folder,
                            .stream =
                                guss_stream(seed, GUSS_RANDOM_BENCH, 1, 0)};
    write_text(&making, "model.nn", made.text);
    making.network = naive_find_network(
        naive_read_graph(arena, path_join(arena, folder, "model.nn")), "main");
    making.model = naive_new(arena, making.network);
    choose_sizes(&making);
    draw_weights(&making);
    const double *input = NULL;
    for (int i = 0; i < making.network->n_inputs; i++)
        input = draw_input(&making, making.network->inputs[i]->name,
                           &making.network->inputs[i]->shape);
    write_outputs(&making);
    if (made.is_trained)
        make_schedule(&making, &made, seed, input);
}

/* ---- check ----------------------------------------------------------- */

struct check {
    struct arena *arena;
    const char *folder;
    const struct network *network;
    double worst; /* largest difference, as a share of its tolerance */
    int tensors, loose, wrong;
};

/* One tensor: found, exact, and under jitter. */
struct comparison {
    const char *name;
    int64_t n;
    const double *found, *exact, *start; /* start: before training, or NULL */
    const double *moved[RUNS];
};

static const char *file_of(const struct check *check, const char *name)
{
    return path_join(check->arena, check->folder, name);
}

static void compare(struct check *check, const struct comparison *tensor)
{
    double tolerance = 0, size = 0, change = 0, difference = 0;
    int64_t at = 0;
    for (int64_t i = 0; i < tensor->n; i++) {
        double exact = tensor->exact[i], away = fabs(tensor->found[i] - exact);
        for (int run = 0; run < RUNS; run++)
            tolerance = fmax(tolerance, fabs(tensor->moved[run][i] - exact));
        size = fmax(size, fabs(exact));
        change =
            fmax(change, fabs(exact - (tensor->start ? tensor->start[i] : 0)));
        if (!(away <= difference)) { /* NaN too */
            difference = away;
            at = i;
        }
    }
    tolerance += STORED * size + 1e-30;
    check->tensors++;
    check->loose += change > 0 && tolerance > 0.01 * change;
    check->worst = fmax(check->worst, difference / tolerance);
    if (difference <= tolerance)
        return;
    check->wrong++;
    printf("%s[%lld]: %.9g, naively %.9g; within %.3g\n", tensor->name,
           (long long)at, tensor->found[at], tensor->exact[at], tolerance);
}

static struct naive_frame *predict(const struct check *check,
                                   const double *const *inputs, int count,
                                   int run)
{
    struct naive_model *model = naive_new(check->arena, check->network);
    struct naive_pass pass = {
        .count = count,
        .jitter = run < 0 ? 0 : JITTER,
        .stream = guss_stream(1, GUSS_RANDOM_BENCH, (uint32_t)run, 0)};
    naive_read_weights(model, file_of(check, "weights.safetensors"));
    return naive_forward(model, inputs, &pass);
}

static void check_layer(struct check *check, const struct layer *layer,
                        struct naive_frame *const *frames)
{
    int count;
    struct comparison tensor = {.name = layer->name};
    int64_t width = shape_elements(&layer->shape);
    tensor.found = naive_read_samples(
        check->arena,
        file_of(check, arena_printf(check->arena, "%s.out.npy", layer->name)),
        PIXELS_RAW, width, &count);
    tensor.n = width * count;
    tensor.exact = frames[0]->results[layer->index].y;
    for (int run = 0; run < RUNS; run++)
        tensor.moved[run] = frames[run + 1]->results[layer->index].y;
    compare(check, &tensor);
}

static void check_outputs(struct check *check)
{
    const struct network *network = check->network;
    struct naive_frame *frames[RUNS + 1];
    const double **inputs =
        arena_alloc(check->arena, (size_t)network->n_inputs, sizeof *inputs);
    int count = 0;
    for (int i = 0; i < network->n_inputs; i++) {
        const struct layer *input = network->inputs[i];
        inputs[i] = naive_read_samples(
            check->arena,
            file_of(check, arena_printf(check->arena, "%s.npy", input->name)),
            PIXELS_RAW, shape_elements(&input->shape), &count);
    }
    for (int run = -1; run < RUNS; run++)
        frames[run + 1] = predict(check, inputs, count, run);
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = network->layers[i];
        if (file_exists(file_of(
                check, arena_printf(check->arena, "%s.out.npy", layer->name))))
            check_layer(check, layer, frames);
    }
}

static struct naive_model *train(const struct check *check,
                                 const struct schedule *schedule,
                                 const struct naive_data *data, int run)
{
    struct naive_model *model = naive_new(check->arena, check->network);
    naive_read_weights(model, file_of(check, "weights.safetensors"));
    naive_train(model, schedule, data, run < 0 ? 0 : JITTER,
                (uint64_t)(run + 2));
    return model;
}

static void check_training(struct check *check)
{
    const struct schedule *schedule =
        naive_read_schedule(check->arena, file_of(check, "schedule.yaml"));
    struct naive_data data =
        naive_read_data(check->arena, check->folder, schedule, check->network);
    struct naive_model *start = naive_new(check->arena, check->network);
    struct naive_model *found = naive_new(check->arena, check->network);
    struct naive_model *exact = train(check, schedule, &data, -1);
    struct naive_model *moved[RUNS];
    naive_read_weights(start, file_of(check, "weights.safetensors"));
    naive_read_weights(found, file_of(check, "trained.safetensors"));
    for (int run = 0; run < RUNS; run++)
        moved[run] = train(check, schedule, &data, run);
    for (int i = 0; i < start->n_weights; i++) {
        struct comparison tensor = {.name = start->weights[i].key,
                                    .n = start->weights[i].count,
                                    .found = found->weights[i].value,
                                    .exact = exact->weights[i].value,
                                    .start = start->weights[i].value};
        for (int run = 0; run < RUNS; run++)
            tensor.moved[run] = moved[run]->weights[i].value;
        compare(check, &tensor);
    }
}

static int check(struct arena *arena, const char *folder)
{
    struct check check = {.arena = arena, .folder = folder};
    check.network = naive_find_network(
        naive_read_graph(arena, path_join(arena, folder, "model.nn")), "main");
    check_outputs(&check);
    if (file_exists(file_of(&check, "schedule.yaml")))
        check_training(&check);
    printf("worst %.3f tensors %d loose %d wrong %d\n", check.worst,
           check.tensors, check.loose, check.wrong);
    return check.wrong > 0 || check.tensors == 0;
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_new();
    int status = 0;
    if (argc == 4 && strcmp(argv[1], "make") == 0)
        make(arena, strtoull(argv[2], NULL, 10), argv[3]);
    else if (argc == 3 && strcmp(argv[1], "check") == 0)
        status = check(arena, argv[2]);
    else
        fail("usage: random_network make SEED FOLDER, or check FOLDER");
    arena_free(arena);
    return status;
}
