/* The judge of a GAN: a classifier that is compiled in beside the networks, and
 * says of samples what scores compare. */
#ifndef TRAINER_JUDGE_H
#define TRAINER_JUDGE_H

#include "trainer/data/data.h"
#include "trainer/inference/companion.h"
#include "trainer/inference/route.h"
#include "trainer/scores/scores.h"
#include "trainer/session/session.h"

struct judge {
    const struct guss_judge *compiled;
    struct session session; /* of its own model; the threads are the caller's */
    struct route to_features;
    struct route to_classes; /* from the features on, or the whole way */
    bool is_from_features;   /* the former */
    struct class_names classes;
    int features; /* values of a sample */
    struct companion_sums sums;
};

/* As it is compiled in. */
struct companion judge_companion(const struct guss_judge *compiled);

/* Of a started session's model, which has one. STATUS_INPUT where its weights are
 * not right, STATUS_MACHINE without memory, in session->error. */
enum status judge_open(struct session *session, struct judge *judge);
void judge_close(struct judge *judge);

/* Room for what it says of samples. */
struct judgement {
    struct judged judged; /* of the arrays below */
    float *features;      /* owned: judgement_free() */
    int32_t *classes;
    float *confidences; /* what it gives the class of each; its own scale where
                           its last layer gives no probabilities */
    bool *accepted;     /* whether that is JUDGE_ACCEPTS at least */
};

/* The confidence of images that the score `accepted` counts. */
#define JUDGE_ACCEPTS 0.9

/* Of all samples, which are normalized as those were that it was trained on.
 * STATUS_MACHINE without memory, in the judge's own
 * session.error. */
enum status judge_samples(struct judge *judge,
                          const struct guss_samples *samples,
                          struct judgement *judgement);

/* Some of them, by index. */
enum status judgement_choose(const struct judgement *all,
                             const uint32_t *indexes, int64_t count,
                             struct judgement *some, struct error *error);
void judgement_free(struct judgement *judgement);

/* The part of a set's samples that it takes for what they are labelled; NaN where
 * they have no labels, or others. */
double judge_accuracy(const struct judge *judge, const struct data_set *set,
                      const struct judgement *judgement);

#endif
