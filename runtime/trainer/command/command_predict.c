/* predict: samples in, outputs of a network out, each as a .npy file. */
#include "trainer/command/commands.h"

#include <stdlib.h>

#include "trainer/command/forward.h"
#include "trainer/command/named_files.h"

/* One output that is wanted. */
struct wanted {
    const struct guss_output *output;
    const char *path;
    float *values; /* owned */
};

struct prediction {
    struct session *session;
    const struct guss_network *network;
    struct named_files inputs;
    struct data_set *sets;        /* owned, one an input */
    struct guss_samples *samples; /* theirs */
    struct wanted *wanted;
    int n_wanted;
};

/* ---- what is wanted ------------------------------------------------------ */

static enum status choose_layer(struct prediction *prediction)
{
    struct session *session = prediction->session;
    const struct options *options = session->options;
    const struct guss_output *output =
        session_output(session, prediction->network);
    if (!output)
        return session->error.status;
    if (options->n_outputs > 1)
        return error_set(&session->error, STATUS_USAGE,
                         "--output is given %zu times, --layer gives one",
                         options->n_outputs);
    prediction->wanted[prediction->n_wanted++] =
        (struct wanted){.output = output, .path = options->outputs[0]};
    return STATUS_OK;
}

static enum status choose_outputs(struct prediction *prediction)
{
    struct session *session = prediction->session;
    const struct options *options = session->options;
    const struct guss_network *network = prediction->network;
    struct named_files named = named_outputs(session->arena, network);
    prediction->wanted = arena_alloc(session->arena, (size_t)named.count,
                                     sizeof *prediction->wanted);
    if (options->texts[OPTION_LAYER])
        return choose_layer(prediction);
    enum status status =
        named_files_read(session->arena, &named, options->outputs,
                         options->n_outputs, &session->error);
    for (int i = 0; status == STATUS_OK && i < named.count; i++)
        if (named.files[i])
            prediction->wanted[prediction->n_wanted++] = (struct wanted){
                .output = &network->outputs[network->results[i]],
                .path = named.files[i]};
    return status;
}

static enum status choose_inputs(struct prediction *prediction)
{
    struct session *session = prediction->session;
    const struct options *options = session->options;
    prediction->inputs = named_inputs(session->arena, prediction->network);
    enum status status =
        named_files_read(session->arena, &prediction->inputs, options->inputs,
                         options->n_inputs, &session->error);
    if (status == STATUS_OK)
        status = named_files_complete(&prediction->inputs, &session->error);
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
                "'%s' has %lld samples for input '%s', '%s' has %lld for "
                "input '%s'",
                inputs->files[0], (long long)prediction->samples[0].count,
                inputs->names[0], inputs->files[i],
                (long long)prediction->samples[i].count, inputs->names[i]);
    return STATUS_OK;
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
        enum status status = session_load_input(
            session, prediction->inputs.files[i], prediction->network, (int)i,
            &prediction->sets[i]);
        if (status != STATUS_OK)
            return status;
        prediction->samples[i] = prediction->sets[i].samples;
    }
    return check_counts(prediction);
}

/* ---- running ------------------------------------------------------------- */

static enum status make_room(struct prediction *prediction)
{
    int64_t count = prediction->samples[0].count;
    for (int i = 0; i < prediction->n_wanted; i++) {
        struct wanted *wanted = &prediction->wanted[i];
        int64_t elements = output_elements(wanted->output);
        wanted->values =
            calloc((size_t)count, (size_t)elements * sizeof *wanted->values);
        if (!wanted->values)
            return error_set(&prediction->session->error, STATUS_MACHINE,
                             "out of memory: %lld outputs of %lld values",
                             (long long)count, (long long)elements);
    }
    return STATUS_OK;
}

static void run(struct prediction *prediction)
{
    struct session *session = prediction->session;
    int64_t count = prediction->samples[0].count;
    int batch = session->model->batch;
    for (int64_t first = 0; first < count; first += batch) {
        int rows = count - first < batch ? (int)(count - first) : batch;
        forward_run(session->memory, session->team, prediction->network,
                    prediction->samples, first, rows);
        for (int i = 0; i < prediction->n_wanted; i++) {
            struct wanted *wanted = &prediction->wanted[i];
            forward_copy(session->memory, wanted->output, rows,
                         wanted->values +
                             first * output_elements(wanted->output));
        }
    }
}

static enum status write_outputs(struct prediction *prediction)
{
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < prediction->n_wanted; i++) {
        const struct wanted *wanted = &prediction->wanted[i];
        const struct guss_output *output = wanted->output;
        int64_t shape[GUSS_MAX_RANK + 1] = {prediction->samples[0].count};
        for (int k = 0; k < output->rank; k++)
            shape[k + 1] = output->shape[k];
        status = npy_write_f32(wanted->path, output->rank + 1, shape,
                               wanted->values, &prediction->session->error);
    }
    return status;
}

static void free_prediction(struct prediction *prediction)
{
    for (int i = 0; prediction->sets && i < prediction->inputs.count; i++)
        data_free(&prediction->sets[i]);
    for (int i = 0; i < prediction->n_wanted; i++)
        free(prediction->wanted[i].values);
}

enum status command_predict(struct session *session)
{
    enum status status = session_read_schedule(session, NULL, false);
    if (status != STATUS_OK)
        return status;
    struct prediction prediction = {.session = session,
                                    .network = session_network(session)};
    if (!prediction.network)
        return session->error.status;
    status = choose_outputs(&prediction);
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
        run(&prediction);
        status = write_outputs(&prediction);
    }
    free_prediction(&prediction);
    return status;
}
