/* Scores of generated images against real samples: the judge is opened and the
 * real side prepared once, for as many sets of images as are wanted. */
#ifndef TRAINER_SCORING_H
#define TRAINER_SCORING_H

#include "trainer/inference/judge.h"
#include "trainer/inference/opinion.h"

struct scoring {
    struct session *session;
    struct judge judge;
    bool is_open;
    const struct guss_scoring *functions;
    const struct data_set *set;
    int64_t samples; /* generated, and as many real ones; 0: too few, and
                        nothing is open */
    uint32_t *order; /* owned: the set's samples; the first are compared with */
    struct judgement all;      /* of the set */
    struct judgement training; /* of what the GAN was trained on, where that is
                                  another set */
    bool is_training;          /* the set is that */
    struct reference *reference; /* owned */
    struct opinion opinion;      /* open where has_opinion */
    bool has_opinion;
};

/* What the autoencoder says of some samples. */
struct second_say {
    double error; /* the mean of theirs; NaN where there is none */
    double usual; /* the share of those whose error is usual */
};

/* For at most `most` samples of each side; of a set half is for either side of real
 * against real. The judge is the session's model's; `reference` names the set,
 * which outlives the scoring. STATUS_INPUT, STATUS_MACHINE as judge_open() and
 * data_load(), in the session's error. To be closed whatever comes of it. */
enum status scoring_open(struct scoring *scoring, struct session *session,
                         const char *reference, const struct data_set *set,
                         int64_t most);

/* The first `samples` images, in the values that the networks have; `made` is what
 * the judge says of them, to be freed where it went well. */
enum status scoring_score(struct scoring *scoring, const float *images,
                          struct judgement *made, struct second_say *say,
                          struct scores *scores);

/* Asks the autoencoder, where there is one, of samples that were judged, chosen by
 * index, or, where that is NULL, the first: those that it finds unusual are not
 * accepted. */
enum status scoring_ask(struct scoring *scoring,
                        const struct guss_samples *samples,
                        const uint32_t *indexes, struct judgement *judgement,
                        struct second_say *say);

/* Of zeroed memory nothing happens. */
void scoring_close(struct scoring *scoring);

#endif
