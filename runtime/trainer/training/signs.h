/* What scores show of a GAN that goes wrong: collapse, divergence, copying. Each is
 * told when it begins; one that ended may begin again. Nothing here knows where
 * scores come from. docs/quality.md says why the thresholds are what they are. */
#ifndef TRAINER_SIGNS_H
#define TRAINER_SIGNS_H

#include <stdbool.h>
#include <stdint.h>

enum sign { SIGN_COLLAPSE, SIGN_DIVERGENCE, SIGN_COPYING, N_SIGNS };

/* What the scored snapshots so far came to. All zero: there was none. */
struct signs {
    double least_distance; /* since there was form; 0: there was none yet */
    double most_coverage;  /* likewise */
    uint64_t holding;      /* bits 1 << enum sign: those that hold now */
};

struct signs_score {
    double distance, coverage, copies;
    double
        one_image; /* the least distance that one image, repeated, can have */
};

/* Takes the next snapshot; the bits of what begins with it. What is NaN shows
 * nothing. */
uint64_t signs_add(struct signs *signs, const struct signs_score *score);

bool signs_hold(const struct signs *signs, enum sign sign);

#endif
