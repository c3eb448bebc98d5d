#include "trainer/inference/judge.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/inference/forward.h"
#include "trainer/session/network.h"

/* ---- opening ------------------------------------------------------------- */

struct companion judge_companion(const struct guss_judge *compiled)
{
    return (struct companion){compiled->model, compiled->weights,
                              compiled->weights_bytes, JUDGE_WEIGHTS};
}

/* Weights that name no classes number them. */
static enum status name_classes(struct judge *judge)
{
    struct session *session = &judge->session;
    const struct guss_network *network = judge->to_features.network;
    int64_t outputs = output_elements(network_result(network));
    int64_t classes = outputs == 1 ? 2 : outputs;
    if (judge->classes.count == 0)
        judge->classes = class_names_numbered(session->arena, (int)classes);
    if (judge->classes.count == classes)
        return STATUS_OK;
    return error_set(&session->error, STATUS_INPUT,
                     "the judge's weights name %d classes, network '%s' has "
                     "outputs for %lld",
                     judge->classes.count, network->name, (long long)classes);
}

static void find_routes(struct judge *judge)
{
    struct arena *arena = judge->session.arena;
    const struct guss_network *network = &judge->compiled->model->networks[0];
    const int *features = &judge->compiled->features;
    struct error error = {0};
    judge->to_features = route_to(arena, network, features, 1);
    judge->features = (int)output_elements(&network->outputs[*features]);
    judge->is_from_features =
        route_between(arena, network, features, network->results, 1,
                      &judge->to_classes, &error) == STATUS_OK;
    if (!judge->is_from_features)
        judge->to_classes = route_whole(arena, network);
}

enum status judge_open(struct session *session, struct judge *judge)
{
    const struct guss_judge *compiled = session->model->judge;
    const struct companion companion = judge_companion(compiled);
    *judge = (struct judge){.compiled = compiled,
                            .sums = companion_sums(&companion)};
    enum status status = companion_open(session, &companion, &judge->session);
    if (status != STATUS_OK)
        return status;
    judge->classes = judge->session.classes;
    find_routes(judge);
    status = name_classes(judge);
    if (status != STATUS_OK) {
        session->error = judge->session.error;
        judge_close(judge);
    }
    return status;
}

void judge_close(struct judge *judge)
{
    companion_close(&judge->session);
}

/* ---- what it says -------------------------------------------------------- */

/* The greatest value, the first of equals; one output alone is the second class's
 * value. */
static int32_t find_class(const float *values, int64_t outputs)
{
    if (outputs == 1)
        return values[0] > 0.5f;
    int32_t best = 0;
    for (int32_t i = 1; i < outputs; i++)
        best = values[i] > values[best] ? i : best;
    return best;
}

/* How sure it is of that class. */
static float find_confidence(const float *values, int64_t outputs,
                             int32_t class)
{
    if (outputs == 1)
        return class == 1 ? values[0] : 1.0f - values[0];
    return values[class];
}

static enum status make_room(struct judgement *judgement, int64_t count,
                             int width, int n_classes, struct error *error)
{
    *judgement = (struct judgement){
        .features = calloc((size_t)count + 1, (size_t)width * sizeof(float)),
        .classes = calloc((size_t)count + 1, sizeof(int32_t)),
        .confidences = calloc((size_t)count + 1, sizeof(float)),
        .accepted = calloc((size_t)count + 1, sizeof(bool))};
    judgement->judged = (struct judged){.features = judgement->features,
                                        .width = width,
                                        .classes = judgement->classes,
                                        .n_classes = n_classes,
                                        .count = count,
                                        .accepted = judgement->accepted};
    if (judgement->features && judgement->classes && judgement->confidences &&
        judgement->accepted)
        return STATUS_OK;
    judgement_free(judgement);
    return error_set(error, STATUS_MACHINE,
                     "out of memory: the judge's features of %lld samples",
                     (long long)count);
}

void judgement_free(struct judgement *judgement)
{
    free(judgement->features);
    free(judgement->classes);
    free(judgement->confidences);
    free(judgement->accepted);
    *judgement = (struct judgement){0};
}

enum status judge_samples(struct judge *judge, const struct guss_samples *given,
                          struct judgement *judgement)
{
    struct session *session = &judge->session;
    struct guss_samples normalized = *given, *samples = &normalized;
    samples->normalization = session->normalizing;
    int64_t outputs = output_elements(route_result(&judge->to_classes));
    enum status status = make_room(judgement, samples->count, judge->features,
                                   judge->classes.count, &session->error);
    if (status != STATUS_OK)
        return status;
    float *values =
        calloc((size_t)samples->count + 1, (size_t)outputs * sizeof *values);
    if (!values) {
        judgement_free(judgement);
        return error_set(&session->error, STATUS_MACHINE, "out of memory");
    }
    forward_run(session, &judge->to_features, samples, &judgement->features);
    const struct guss_samples features = {.values = judgement->features,
                                          .element = GUSS_F32,
                                          .pixels = GUSS_PIXELS_RAW,
                                          .count = samples->count,
                                          .width = judge->features};
    forward_run(session, &judge->to_classes,
                judge->is_from_features ? &features : samples, &values);
    for (int64_t i = 0; i < samples->count; i++) {
        const float *own = values + i * outputs;
        judgement->classes[i] = find_class(own, outputs);
        judgement->confidences[i] =
            find_confidence(own, outputs, judgement->classes[i]);
        judgement->accepted[i] =
            (double)judgement->confidences[i] >= JUDGE_ACCEPTS;
    }
    free(values);
    return STATUS_OK;
}

enum status judgement_choose(const struct judgement *all,
                             const uint32_t *indexes, int64_t count,
                             struct judgement *some, struct error *error)
{
    size_t width = (size_t)all->judged.width;
    enum status status =
        make_room(some, count, all->judged.width, all->judged.n_classes, error);
    if (status != STATUS_OK)
        return status;
    for (int64_t i = 0; i < count; i++) {
        memcpy(some->features + (size_t)i * width,
               all->features + indexes[i] * width, width * sizeof(float));
        some->classes[i] = all->classes[indexes[i]];
        some->confidences[i] = all->confidences[indexes[i]];
        some->accepted[i] = all->accepted[indexes[i]];
    }
    return STATUS_OK;
}

/* ---- whether it is right ------------------------------------------------- */

/* classes[label] is the judge's class of that label of the set; false where there
 * is none. */
static bool map_labels(const struct judge *judge, const struct data_set *set,
                       int32_t *classes, int32_t count)
{
    struct arena *arena = judge->session.arena;
    for (int32_t i = 0; i < count; i++) {
        const char *name =
            set->n_classes > 0 ? set->classes[i] : arena_printf(arena, "%d", i);
        classes[i] = class_names_find(&judge->classes, name);
        if (classes[i] < 0)
            return false;
    }
    return true;
}

static int32_t count_labels(const struct data_set *set)
{
    int32_t most = -1;
    for (int64_t i = 0; i < set->samples.count; i++) {
        if (set->labels[i] < 0)
            return 0;
        most = set->labels[i] > most ? set->labels[i] : most;
    }
    return most + 1;
}

double judge_accuracy(const struct judge *judge, const struct data_set *set,
                      const struct judgement *judgement)
{
    int32_t count = set->labels ? count_labels(set) : 0;
    if (count == 0 || count > judge->classes.count)
        return NAN;
    int32_t *classes =
        arena_alloc(judge->session.arena, (size_t)count, sizeof *classes);
    if (!map_labels(judge, set, classes, count))
        return NAN;
    int64_t right = 0;
    for (int64_t i = 0; i < set->samples.count; i++)
        right += judgement->classes[i] == classes[set->labels[i]];
    return (double)right / (double)set->samples.count;
}
