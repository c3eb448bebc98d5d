/* predict: samples in, one output of a network out, as a .npy file. */
#include "trainer/command/commands.h"

#include <stdlib.h>

#include "trainer/command/forward.h"

static enum status write_output(struct session *session,
                                const struct guss_output *output, int64_t count,
                                const float *values)
{
    int64_t shape[GUSS_MAX_RANK + 1] = {count};
    for (int i = 0; i < output->rank; i++)
        shape[i + 1] = output->shape[i];
    return npy_write_f32(session->options->texts[OPTION_OUTPUT],
                         output->rank + 1, shape, values, &session->error);
}

static enum status predict_set(struct session *session,
                               const struct guss_network *network,
                               const struct guss_output *output,
                               const struct guss_samples *samples)
{
    int64_t elements = output_elements(output);
    int batch = session->model->batch;
    float *values =
        calloc((size_t)samples->count, (size_t)elements * sizeof *values);
    if (!values)
        return error_set(&session->error, STATUS_MACHINE,
                         "out of memory: %lld outputs of %lld values",
                         (long long)samples->count, (long long)elements);
    for (int64_t first = 0; first < samples->count; first += batch) {
        int64_t rest = samples->count - first;
        int rows = rest < batch ? (int)rest : batch;
        forward_run(session->memory, session->team, network, samples, first,
                    rows);
        forward_copy(session->memory, output, rows, values + first * elements);
    }
    enum status status = write_output(session, output, samples->count, values);
    free(values);
    return status;
}

enum status command_predict(struct session *session)
{
    const char *const *texts = session->options->texts;
    enum status status = session_read_schedule(session, NULL, false);
    if (status != STATUS_OK)
        return status;
    const struct guss_network *network = session_network(session);
    const struct guss_output *output =
        network ? session_output(session, network) : NULL;
    if (!output)
        return session->error.status;
    status = session_start(session);
    if (status == STATUS_OK)
        status = session_load_weights(session, weights_of(network),
                                      texts[OPTION_WEIGHTS]);
    struct data_set set;
    if (status == STATUS_OK)
        status = session_load_data(session, texts[OPTION_INPUT], network, &set);
    if (status != STATUS_OK)
        return status;
    status = predict_set(session, network, output, &set.samples);
    data_free(&set);
    return status;
}
