/* Images that a generator makes, and its judge sorts: which are kept, of which
 * class each is, and how many it took. */
#ifndef TRAINER_SORTING_H
#define TRAINER_SORTING_H

#include "guss/latent.h"
#include "trainer/inference/judge.h"
#include "trainer/inference/opinion.h"
#include "trainer/inference/route.h"

/* What is wanted. */
struct sorting {
    const struct route *route; /* of the generator */
    const struct guss_latent *source;
    uint64_t seed;
    int64_t count;     /* images to try, where per_class is 0 */
    int64_t per_class; /* or to keep of each class; 0: all that is accepted */
    double least_confidence; /* 0: any */
    struct opinion *opinion; /* that is asked too; NULL: none is */
};

/* Tries for one image that is wanted, in the mean. */
enum { SORTING_TRIES = 1000 };

struct sorted_image {
    int64_t number; /* that image of generate's, from 0 */
    int32_t class;
    float confidence; /* finite */
};

struct sorted {
    struct class_names classes;  /* in the session's arena */
    struct sorted_image *images; /* [count]; owned: sorted_free() */
    float *values;               /* [count][size] of the images; owned */
    int64_t count, capacity, size;
    int64_t tried;
    int64_t *tried_of, *kept_of; /* of each class; in the session's arena */
    bool has_opinion;
    int64_t unsure,
        unusual; /* turned away by the judge; else by the autoencoder */
};

/* What becomes of an image. */
enum acceptance {
    ACCEPTED,
    TURNED_AWAY_UNSURE,  /* the judge gives its class too little, or a NaN */
    TURNED_AWAY_UNUSUAL, /* the autoencoder's error is that of no real image */
};

/* Of one of which they say this; without an opinion the error is not read. */
enum acceptance sorting_accepts(const struct sorting *sorting, float confidence,
                                float error);

/* Draws and judges, the same images whatever the number of threads, in the order
 * in which they are drawn; what is tried ends with the last that is kept, where
 * per_class says so. STATUS_INPUT, naming a class, where that is not reached, and
 * where nothing is kept; STATUS_MACHINE without memory. */
enum status sorting_run(struct session *session, struct judge *judge,
                        const struct sorting *sorting, struct sorted *sorted);

/* By class, and within each as they were drawn. */
enum status sorted_by_class(struct sorted *sorted, struct error *error);

/* "kept 250 of 1,371; tries by class: grin 600, heart 771", and with an opinion
 * "; turned away: 900 by the judge, 221 more by the autoencoder"; in the arena. */
const char *sorted_text(struct arena *arena, const struct sorted *sorted);

void sorted_free(struct sorted *sorted);

#endif
