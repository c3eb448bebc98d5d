/* A file of its own: who names scores is not linked with what calculates them. */
#include "trainer/scores/scores.h"

const char *score_name(enum score score)
{
    static const char *const names[N_SCORES] = {
        [SCORE_FRECHET_DISTANCE] = "frechet_distance",
        [SCORE_KERNEL_DISTANCE] = "kernel_distance",
        [SCORE_PRECISION] = "precision",
        [SCORE_RECALL] = "recall",
        [SCORE_DENSITY] = "density",
        [SCORE_COVERAGE] = "coverage",
        [SCORE_CLASS_ENTROPY] = "class_entropy",
        [SCORE_COPIES] = "copies",
        [SCORE_ACCEPTED] = "accepted"};
    return names[score];
}
