/* The second opinion on an image: an autoencoder that was trained on real samples,
 * and is compiled in beside the judge, draws it again. A classifier answers for
 * whatever it is shown; what an autoencoder makes of an image that is none of its
 * kind differs from it by more than real samples do. */
#ifndef TRAINER_OPINION_H
#define TRAINER_OPINION_H

#include "trainer/data/data.h"
#include "trainer/inference/companion.h"
#include "trainer/inference/route.h"

/* Real samples that say what is usual, chosen by a seed of their own; all, where
 * there are fewer. */
enum { OPINION_SAMPLES = 10000 };

struct opinion {
    struct session session; /* of its own model; the threads are the caller's */
    struct route route;
    struct companion_sums sums;
    int64_t samples; /* that it looked at */
    double usual;    /* the error that 99 of 100 of them do not exceed */
};

/* Whether the session's schedule names an autoencoder, which is compiled in. */
bool opinion_is_asked(const struct session *session);

/* As it is compiled in. */
struct companion opinion_companion(const struct guss_autoencoder *autoencoder);

/* Of a started session whose opinion is asked. `training` is what the GAN was
 * trained on. STATUS_INPUT where its weights are not right, STATUS_MACHINE without memory, in session->error. */
enum status opinion_open(struct session *session,
                         const struct data_set *training,
                         struct opinion *opinion);

/* The same, and reads the training set for it; STATUS_INPUT as data_load(). */
enum status opinion_open_alone(struct session *session,
                               struct opinion *opinion);
void opinion_close(struct opinion *opinion);

/* By how much each of `count` samples differs from what is made of it: the mean, over
 * its values, of the squares. NaN where a value is. `indexes` says which samples;
 * NULL: the first. STATUS_MACHINE without memory, in opinion->session.error. */
enum status opinion_errors(struct opinion *opinion,
                           const struct guss_samples *samples,
                           const uint32_t *indexes, int64_t count,
                           float *errors);

/* Whether real samples have such an error. A NaN is unusual. */
bool opinion_is_usual(const struct opinion *opinion, float error);

#endif
