#include "trainer/inference/opinion.h"

#include <math.h>
#include <stdlib.h>

#include "trainer/data/shuffle.h"
#include "trainer/inference/forward.h"
#include "trainer/session/network.h"

/* Samples that are run at once. */
enum { PIECE = 512 };

/* The same samples for every run, so that two of them are held to one measure. */
enum { CHOICE_SEED = 0 };

/* ---- errors -------------------------------------------------------------- */

/* In double and in order: the same bits whatever made the values. */
static float mean_square(const float *a, const float *b, int64_t width)
{
    double sum = 0;
    for (int64_t i = 0; i < width; i++) {
        double difference = (double)a[i] - (double)b[i];
        sum += difference * difference;
    }
    return (float)(sum / (double)width);
}

/* A piece of samples, chosen by index where there are indexes. */
struct piece {
    const struct guss_samples *samples;
    const uint32_t *indexes; /* NULL: as they are */
    int64_t first, count;
};

static void find_errors(struct opinion *opinion, const struct piece *piece,
                        float *given, float *made, float *errors)
{
    int64_t width = piece->samples->width;
    for (int64_t i = 0; i < piece->count; i++) {
        int64_t index = piece->first + i;
        forward_convert(piece->samples,
                        piece->indexes ? piece->indexes[index] : index,
                        given + i * width);
    }
    const struct guss_samples samples = {.values = given,
                                         .element = GUSS_F32,
                                         .pixels = GUSS_PIXELS_RAW,
                                         .count = piece->count,
                                         .width = width,
                                         .normalization =
                                             opinion->session.normalizing};
    forward_run(&opinion->session, &opinion->route, &samples, &made);
    for (int64_t i = 0; i < piece->count; i++)
        errors[piece->first + i] =
            mean_square(given + i * width, made + i * width, width);
}

enum status opinion_errors(struct opinion *opinion,
                           const struct guss_samples *samples,
                           const uint32_t *indexes, int64_t count,
                           float *errors)
{
    float *room = calloc(2 * PIECE, (size_t)samples->width * sizeof *room);
    if (!room)
        return error_set(&opinion->session.error, STATUS_MACHINE,
                         "out of memory: the autoencoder's images");
    struct piece piece = {samples, indexes, 0, 0};
    for (; piece.first < count; piece.first += piece.count) {
        int64_t left = count - piece.first;
        piece.count = left < PIECE ? left : PIECE;
        find_errors(opinion, &piece, room, room + PIECE * samples->width,
                    errors);
    }
    free(room);
    return STATUS_OK;
}

/* ---- what is usual ------------------------------------------------------- */

static int compare(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

bool opinion_is_usual(const struct opinion *opinion, float error)
{
    return (double)error <= opinion->usual;
}

/* The 99th percentile: the least of the errors that 99 of 100 do not exceed. */
static enum status take_usual(struct opinion *opinion, float *errors)
{
    int64_t count = opinion->samples;
    for (int64_t i = 0; i < count; i++)
        if (!isfinite(errors[i]))
            return error_set(&opinion->session.error, STATUS_INPUT,
                             "the autoencoder makes NaN or infinite values of "
                             "real samples");
    qsort(errors, (size_t)count, sizeof *errors, compare);
    opinion->usual = (double)errors[(99 * count + 99) / 100 - 1];
    return STATUS_OK;
}

static enum status find_usual(struct opinion *opinion,
                              const struct guss_samples *samples)
{
    struct error *error = &opinion->session.error;
    int64_t count = samples->count;
    uint32_t *order = calloc((size_t)count + 1, sizeof *order);
    opinion->samples = count < OPINION_SAMPLES ? count : OPINION_SAMPLES;
    float *errors = calloc((size_t)opinion->samples + 1, sizeof *errors);
    enum status status = STATUS_OK;
    if (!order || !errors) {
        status = error_set(error, STATUS_MACHINE, "out of memory");
    } else {
        shuffle_pass(order, count, CHOICE_SEED, 0);
        status =
            opinion_errors(opinion, samples, order, opinion->samples, errors);
    }
    if (status == STATUS_OK)
        status = take_usual(opinion, errors);
    free(order);
    free(errors);
    return status;
}

/* ---- opening ------------------------------------------------------------- */

bool opinion_is_asked(const struct session *session)
{
    const struct guss_judge *judge = session->model->judge;
    return judge && judge->autoencoder &&
           session->schedule.judge.autoencoder.model;
}

struct companion opinion_companion(const struct guss_autoencoder *autoencoder)
{
    return (struct companion){autoencoder->model, autoencoder->weights,
                              autoencoder->weights_bytes, AUTOENCODER_WEIGHTS};
}

enum status opinion_open(struct session *session,
                         const struct data_set *training,
                         struct opinion *opinion)
{
    const struct companion companion =
        opinion_companion(session->model->judge->autoencoder);
    *opinion = (struct opinion){.sums = companion_sums(&companion)};
    enum status status = companion_open(session, &companion, &opinion->session);
    if (status != STATUS_OK)
        return status;
    opinion->route = route_whole(session->arena, &companion.model->networks[0]);
    status = find_usual(opinion, &training->samples);
    if (status != STATUS_OK) {
        session->error = opinion->session.error;
        opinion_close(opinion);
    }
    return status;
}

enum status opinion_open_alone(struct session *session, struct opinion *opinion)
{
    struct data_set training;
    *opinion = (struct opinion){0};
    enum status status =
        session_load_data(session, session->schedule.data.train,
                          sampled_network(session->model), &training);
    if (status != STATUS_OK)
        return status;
    status = opinion_open(session, &training, opinion);
    data_free(&training);
    return status;
}

void opinion_close(struct opinion *opinion)
{
    companion_close(&opinion->session);
}
