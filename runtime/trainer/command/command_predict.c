/* predict: samples in, outputs of a network out, each as a .npy file; or a
 * classifier's answers (predict_answers.c). */
#include "trainer/command/commands.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "trainer/command/named_files.h"
#include "trainer/inference/forward.h"
#include "trainer/session/network.h"
#include "trainer/session/written_files.h"

struct prediction {
    struct session *session;
    const struct guss_network *network;
    int from; /* the layer that is given, by index; -1: the inputs are */
    struct route route;
    struct named_files inputs;
    struct data_set *sets;        /* owned, one an input */
    struct guss_samples *samples; /* theirs */
    int *wanted;                  /* layers, by index */
    const char **paths;           /* where their outputs go */
    float **values;               /* owned: their outputs */
    int n_wanted;
};

/* ---- what is wanted ------------------------------------------------------ */

static void want(struct prediction *prediction, int layer, const char *path)
{
    int at = prediction->n_wanted++;
    prediction->wanted[at] = layer;
    prediction->paths[at] = path;
    prediction->values[at] = NULL;
}

static enum status check_ending(struct session *session, const char *path)
{
    if (path_suits(path, ".npy"))
        return STATUS_OK;
    return error_set(&session->error, STATUS_USAGE,
                     "--output wants a file that ends in .npy, not '%s'%s",
                     path,
                     strcmp(path, "-") == 0
                         ? "; a classifier's answers are printed without it"
                         : "");
}

/* Two outputs in one file would leave the last. */
static enum status check_paths(const struct prediction *prediction)
{
    struct arena *arena = prediction->session->arena;
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < prediction->n_wanted; i++)
        status = check_ending(prediction->session, prediction->paths[i]);
    if (status != STATUS_OK)
        return status;
    for (int i = 1; i < prediction->n_wanted; i++)
        for (int j = 0; j < i; j++)
            if (written_is_same(arena, prediction->paths[i],
                                prediction->paths[j]))
                return error_set(&prediction->session->error, STATUS_USAGE,
                                 "--output names the file '%s' twice",
                                 prediction->paths[i]);
    return STATUS_OK;
}

static enum status choose_layer(struct prediction *prediction)
{
    struct session *session = prediction->session;
    const struct options *options = session->options;
    int layer = session_layer(session, prediction->network, OPTION_LAYER);
    if (layer < 0)
        return session->error.status;
    if (options->n_outputs > 1)
        return error_set(&session->error, STATUS_USAGE,
                         "--output is given %zu times, --layer gives one",
                         options->n_outputs);
    want(prediction, layer, options->outputs[0]);
    return check_paths(prediction);
}

static enum status choose_outputs(struct prediction *prediction)
{
    struct session *session = prediction->session;
    struct arena *arena = session->arena;
    const struct options *options = session->options;
    const struct guss_network *network = prediction->network;
    struct named_files named = named_outputs(arena, network);
    size_t most = (size_t)named.count;
    prediction->wanted = arena_alloc(arena, most, sizeof *prediction->wanted);
    prediction->paths = arena_alloc(arena, most, sizeof *prediction->paths);
    prediction->values = arena_alloc(arena, most, sizeof *prediction->values);
    if (options->texts[OPTION_LAYER])
        return choose_layer(prediction);
    enum status status = named_files_read(arena, &named, options->outputs,
                                          options->n_outputs, &session->error);
    for (int i = 0; status == STATUS_OK && i < named.count; i++)
        if (named.files[i])
            want(prediction, network->results[i], named.files[i]);
    return status == STATUS_OK ? check_paths(prediction) : status;
}

/* ---- what is given ------------------------------------------------------- */

static enum status choose_route(struct prediction *prediction)
{
    struct session *session = prediction->session;
    const struct guss_network *network = prediction->network;
    prediction->from = -1;
    prediction->route = route_to(session->arena, network, prediction->wanted,
                                 prediction->n_wanted);
    if (!session->options->texts[OPTION_FROM])
        return STATUS_OK;
    prediction->from = session_layer(session, network, OPTION_FROM);
    if (prediction->from < 0)
        return session->error.status;
    return route_between(session->arena, network, &prediction->from,
                         prediction->wanted, prediction->n_wanted,
                         &prediction->route, &session->error);
}

static enum status choose_inputs(struct prediction *prediction)
{
    struct session *session = prediction->session;
    const struct options *options = session->options;
    const struct guss_network *network = prediction->network;
    bool is_inside = prediction->from >= 0;
    if (is_inside && options->n_inputs > 1)
        return error_set(&session->error, STATUS_USAGE,
                         "--input is given %zu times, --from takes one",
                         options->n_inputs);
    prediction->inputs = is_inside
                             ? named_layer(session->arena, network,
                                           route_source(&prediction->route))
                             : named_inputs(session->arena, network);
    enum status status =
        named_files_read(session->arena, &prediction->inputs, options->inputs,
                         options->n_inputs, &session->error);
    if (status == STATUS_OK)
        status = named_files_complete(&prediction->inputs, &session->error);
    for (int i = 0; status == STATUS_OK && i < prediction->n_wanted; i++)
        status = written_check(session, "output", prediction->paths[i],
                               prediction->inputs.files,
                               (size_t)prediction->inputs.count);
    return status;
}

/* ---- data ---------------------------------------------------------------- */

static enum status check_counts(const struct prediction *prediction)
{
    const struct named_files *inputs = &prediction->inputs;
    for (int i = 1; i < inputs->count; i++)
        if (prediction->samples[i].count != prediction->samples[0].count)
            return error_set(
                &prediction->session->error, STATUS_INPUT,
                "'%s' has %lld sample%s for input '%s', '%s' has %lld for "
                "input '%s'",
                inputs->files[0], (long long)prediction->samples[0].count,
                prediction->samples[0].count == 1 ? "" : "s", inputs->names[0],
                inputs->files[i], (long long)prediction->samples[i].count,
                inputs->names[i]);
    return STATUS_OK;
}

static enum status load_input(const struct prediction *prediction, int i)
{
    struct session *session = prediction->session;
    const char *file = prediction->inputs.files[i];
    if (prediction->from >= 0)
        return session_load_outputs(session, file,
                                    route_source(&prediction->route),
                                    &prediction->sets[i]);
    return session_load_input(session, file, prediction->network, i,
                              &prediction->sets[i]);
}

static enum status load_inputs(struct prediction *prediction)
{
    struct session *session = prediction->session;
    size_t count = (size_t)prediction->inputs.count;
    prediction->sets =
        arena_alloc(session->arena, count, sizeof *prediction->sets);
    prediction->samples =
        arena_alloc(session->arena, count, sizeof *prediction->samples);
    for (size_t i = 0; i < count; i++)
        prediction->sets[i] = (struct data_set){0};
    for (size_t i = 0; i < count; i++) {
        enum status status = load_input(prediction, (int)i);
        if (status != STATUS_OK)
            return status;
        prediction->samples[i] = prediction->sets[i].samples;
    }
    return check_counts(prediction);
}

/* ---- running ------------------------------------------------------------- */

static const struct guss_output *
wanted_output(const struct prediction *prediction, int i)
{
    return &prediction->network->outputs[prediction->wanted[i]];
}

static enum status make_room(struct prediction *prediction)
{
    int64_t count = prediction->samples[0].count;
    for (int i = 0; i < prediction->n_wanted; i++) {
        int64_t elements = output_elements(wanted_output(prediction, i));
        prediction->values[i] =
            calloc((size_t)count, (size_t)elements * sizeof(float));
        if (!prediction->values[i])
            return error_set(&prediction->session->error, STATUS_MACHINE,
                             "out of memory: %lld outputs of %lld values",
                             (long long)count, (long long)elements);
    }
    return STATUS_OK;
}

static enum status write_outputs(const struct prediction *prediction)
{
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < prediction->n_wanted; i++) {
        const struct guss_output *output = wanted_output(prediction, i);
        int64_t shape[GUSS_MAX_RANK + 1] = {prediction->samples[0].count};
        for (int k = 0; k < output->rank; k++)
            shape[k + 1] = output->shape[k];
        status =
            npy_write_f32(prediction->paths[i], output->rank + 1, shape,
                          prediction->values[i], &prediction->session->error);
    }
    return status;
}

static void free_prediction(struct prediction *prediction)
{
    for (int i = 0; prediction->sets && i < prediction->inputs.count; i++)
        data_free(&prediction->sets[i]);
    for (int i = 0; i < prediction->n_wanted; i++)
        free(prediction->values[i]);
}

static enum status check_given(struct session *session, bool is_answering)
{
    const struct options *options = session->options;
    const char *operand = options->n_operands ? options->operands[0] : NULL;
    if (options->n_inputs == 0 && !operand)
        return error_set(&session->error, STATUS_USAGE,
                         "--input REF is missing%s",
                         is_answering ? ", or a picture" : "");
    if (operand && options->n_inputs > 0)
        return error_set(&session->error, STATUS_USAGE,
                         "'%s' is given beside --input %s; write both as "
                         "operands",
                         operand, options->inputs[0]);
    static const enum option_id of_answers[] = {OPTION_TOP,
                                                OPTION_ANSWER_FORMAT};
    for (int i = 0; i < 2 && !is_answering; i++)
        if (options->texts[of_answers[i]])
            return error_set(&session->error, STATUS_USAGE,
                             "--%s is for a classifier's answers, not for the "
                             "array '%s'",
                             i ? "format" : "top", options->outputs[0]);
    if (operand && !is_answering)
        return error_set(&session->error, STATUS_USAGE,
                         "--output %s is made of --input REF, not of operands "
                         "such as '%s'",
                         options->outputs[0], operand);
    return STATUS_OK;
}

static enum status predict_outputs(struct session *session,
                                   const struct guss_network *network)
{
    struct prediction prediction = {.session = session, .network = network};
    enum status status = choose_outputs(&prediction);
    if (status == STATUS_OK)
        status = choose_route(&prediction);
    if (status == STATUS_OK)
        status = choose_inputs(&prediction);
    if (status == STATUS_OK)
        status = session_start(session);
    if (status == STATUS_OK)
        status = session_load_weights(session, weights_of(prediction.network),
                                      session->options->texts[OPTION_WEIGHTS]);
    if (status == STATUS_OK)
        status = load_inputs(&prediction);
    if (status == STATUS_OK)
        status = make_room(&prediction);
    if (status == STATUS_OK) {
        forward_run(session, &prediction.route, prediction.samples,
                    prediction.values);
        status = write_outputs(&prediction);
    }
    free_prediction(&prediction);
    return status;
}

enum status command_predict(struct session *session)
{
    const struct options *options = session->options;
    bool is_answering = options->n_outputs == 0 ||
                        (options->n_outputs == 1 &&
                         predict_writes_answers(options->outputs[0]));
    enum status status = session_read_schedule(session, NULL, false);
    if (status == STATUS_OK)
        status = check_given(session, is_answering);
    if (status != STATUS_OK)
        return status;
    const struct guss_network *network = session_network(session);
    if (!network)
        return session->error.status;
    return is_answering ? predict_answers(session, network)
                        : predict_outputs(session, network);
}
