/* What a judge makes of a GAN: scores of its images against real ones, beside
 * those of other real ones. */
#ifndef TRAINER_EVALUATE_SCORES_H
#define TRAINER_EVALUATE_SCORES_H

#include <stdbool.h>

#include "base/text.h"
#include "trainer/inference/scoring.h"

/* Images are scored against this many real ones at most. */
enum { SCORED_MOST = 10000 };

struct scored_gan {
    int64_t samples; /* generated, and as many real ones twice; 0: too few */
    struct scores generated, real;
    struct class_names classes;
    double *generated_shares, *real_shares; /* [classes.count], in the arena */
    double accuracy;            /* of the judge, on the real samples; or NaN */
    struct companion_sums sums; /* of the judge */

    /* Where the judge has an autoencoder. */
    bool has_opinion;
    struct second_say generated_say, real_say;
    double usual; /* struct opinion's */
    struct companion_sums opinion_sums;
};

/* Scores images, in the values that the networks have, against samples of a set,
 * which `reference` names; the judge is the session's model's. Of `count` images
 * as many are taken as there are real ones for. STATUS_INPUT, STATUS_MACHINE as
 * judge_open() and data_load(). */
enum status score_gan(struct session *session, const char *reference,
                      const struct data_set *set, const float *images,
                      int64_t count, struct scored_gan *scored);

/* As lines, "recall 0.23" and "class_share 7 0.1"; or as what stands behind other
 * keys of a JSON object. What is not defined is "-", or null. */
void scored_gan_write(const struct scored_gan *scored, bool is_json,
                      struct text *text);

#endif
