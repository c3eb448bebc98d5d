/* A sheet of stacks: a row of images, each with what belongs to it in the rows
 * below. */
#ifndef TRAINER_STACKS_H
#define TRAINER_STACKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "guss/model.h"

struct image_extents {
    int height, width, channels;
};

struct stacks {
    int64_t count, columns;     /* at least 1; columns at most count */
    int height;                 /* images of a stack */
    struct image_extents image; /* of every one */
    enum guss_pixels pixels;
    bool is_inverted; /* the largest values are black */
};

/* Values of an image. */
int64_t image_values(const struct image_extents *image);

/* Whether they fit into a sheet. */
bool stacks_fit(const struct stacks *stacks);

/* Room for all images, grey so far; to be freed. NULL where there is no memory
 * or they are too many for a sheet. */
float *stacks_new(const struct stacks *stacks);

/* Image `level` of stack `index`; the uppermost is 0. */
float *stacks_image(const struct stacks *stacks, float *images, int64_t index,
                    int level);

enum status stacks_write(const struct stacks *stacks, const float *images,
                         const char *path, struct error *error);

#endif
