#include "trainer/inference/answers.h"

#include <stdlib.h>

#include "trainer/inference/forward.h"
#include "trainer/session/labels.h"
#include "trainer/session/network.h"

bool answers_are_of(const struct session *session,
                    const struct guss_network *network)
{
    const struct guss_model *model = session->model;
    if (network->n_inputs != 1 || network->n_results != 1)
        return false;
    if (model->objective == GUSS_CLASSIFIER && model->schedule_text)
        return network == trained_network(model);
    int64_t outputs = output_elements(network_result(network));
    return session->classes.count > 0 &&
           session->classes.count == (outputs == 1 ? 2 : outputs);
}

/* ---- room ---------------------------------------------------------------- */

static bool grow(struct answers *answers, int64_t capacity)
{
    size_t width = (size_t)answers->classes.count;
    struct answered *samples =
        realloc(answers->samples, (size_t)capacity * sizeof *answers->samples);
    if (samples)
        answers->samples = samples;
    float *values =
        realloc(answers->values, (size_t)capacity * width * sizeof *values);
    if (values)
        answers->values = values;
    if (samples && values)
        answers->capacity = capacity;
    return samples && values;
}

/* Pictures come one by one. */
static enum status make_room(struct session *session, struct answers *answers,
                             int64_t more)
{
    int64_t needed = answers->count + more;
    int64_t twice = 2 * answers->capacity;
    if (needed <= answers->capacity ||
        grow(answers, needed > twice ? needed : twice))
        return STATUS_OK;
    return error_set(&session->error, STATUS_MACHINE,
                     "out of memory: %lld answers of %d classes",
                     (long long)needed, answers->classes.count);
}

void answers_free(struct answers *answers)
{
    free(answers->samples);
    free(answers->values);
    *answers = (struct answers){0};
}

/* ---- answering ----------------------------------------------------------- */

/* From one value a sample to two, from the last to the first. */
static void split(float *values, int64_t count)
{
    for (int64_t i = count - 1; i >= 0; i--) {
        float second = values[i];
        values[2 * i + 1] = second;
        values[2 * i] = 1.0f - second;
    }
}

static void name_samples(struct session *session, const char *reference,
                         const struct data_set *set, struct answered *samples)
{
    for (int64_t i = 0; i < set->samples.count; i++)
        samples[i] = set->are_pictures
                         ? (struct answered){arena_strdup(session->arena,
                                                          set->files[i].path),
                                             -1}
                         : (struct answered){reference, i};
}

enum status answers_add(struct session *session, const struct route *route,
                        const char *reference, const struct data_set *set,
                        struct answers *answers)
{
    int64_t outputs = output_elements(route_result(route));
    int64_t count = set->samples.count;
    if (answers->classes.count == 0)
        answers->classes =
            labels_names(session, (int)(outputs == 1 ? 2 : outputs));
    enum status status = make_room(session, answers, count);
    if (status != STATUS_OK)
        return status;
    float *values = answers->values + answers->count * answers->classes.count;
    forward_run(session, route, &set->samples, &values);
    if (outputs == 1)
        split(values, count);
    name_samples(session, reference, set, answers->samples + answers->count);
    answers->count += count;
    return STATUS_OK;
}

const float *answers_values(const struct answers *answers, int64_t index)
{
    return answers->values + index * answers->classes.count;
}

int answers_class(const struct answers *answers, int64_t index)
{
    const float *values = answers_values(answers, index);
    int best = 0;
    for (int i = 1; i < answers->classes.count; i++)
        best = values[i] > values[best] ? i : best;
    return best;
}
