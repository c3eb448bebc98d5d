/* A sheet of pairs: rows of images, each above the row of what belongs to
 * them. */
#ifndef TRAINER_PAIRS_H
#define TRAINER_PAIRS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "guss/model.h"
#include "trainer/data/data.h"

struct pairs {
    int64_t count, columns; /* at least 1; columns at most count */
    int64_t width;          /* values of an image */
    enum guss_pixels pixels;
    bool is_inverted; /* the largest values are black */
};

/* Whether they fit into a sheet, drawn as pairs_write() does. */
bool pairs_fit(const struct pairs *pairs, const struct data_set *set);

/* Room for all images, grey so far; to be freed. NULL where there is no memory
 * or they are too many for a sheet. */
float *pairs_new(const struct pairs *pairs);

/* The images of pair `index`. */
float *pairs_upper(const struct pairs *pairs, float *images, int64_t index);
float *pairs_lower(const struct pairs *pairs, float *images, int64_t index);

/* Writes them as pictures of the height, width and channels of a set's
 * samples, which are known to be some. */
enum status pairs_write(const struct pairs *pairs, const float *images,
                        const struct data_set *set, const char *path,
                        struct error *error);

#endif
