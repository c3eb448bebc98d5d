/* How a picture is laid onto another size. */
#ifndef TRAINER_DATA_FIT_H
#define TRAINER_DATA_FIT_H

#include <stdint.h>

#include "trainer/picture/resample.h"
#include "trainer/schedule/schedule.h"

/* What of a picture is brought to which part of the wanted one. */
struct data_fitting {
    struct resample_box from;
    struct {
        int64_t top, left, height, width;
    } to;
};

/* Sides are above 0 and below 2^24. The middle is Keras's, of
 * `crop_to_aspect_ratio` and `pad_to_aspect_ratio`: where it is none, what is left
 * over is at the bottom and at the right. */
struct data_fitting data_fitting(enum fit_choice fit, int64_t height,
                                 int64_t width, int64_t wanted_height,
                                 int64_t wanted_width);

#endif
