/* Pictures brought to another size. */
#ifndef TRAINER_RESAMPLE_H
#define TRAINER_RESAMPLE_H

#include <stdint.h>

#include "base/status.h"

enum { RESAMPLE_MOST = 1 << 24 }; /* of a side, in pixels */

/* 8-bit pixels, [height][width][channels]; channels 1 to 4. */
struct resample_source {
    int64_t height, width;
    int channels;
    const unsigned char *pixels; /* borrowed */
};

/* A part of a source, in its pixels, whose edges may lie within some. It has a
 * height and a width above 0, and lies inside. */
struct resample_box {
    double top, left, height, width;
};

/* Writes the part of the source that `box` is, in height x width pixels, rows
 * `stride` bytes apart. Each is the mean of those that it covers, weighted by a
 * triangle as wide as two of its own, or two of the source's where these are larger:
 * bilinear interpolation that does not alias where a picture becomes smaller. What
 * lies outside of the box does not count. Of a box of whole pixels it is what Pillow's
 * image.crop(box).resize((width, height), Image.BILINEAR) gives: to the byte where no
 * side grows, and else within one level.
 * STATUS_MACHINE without memory. */
enum status resample(const struct resample_source *source,
                     const struct resample_box *box, int64_t height,
                     int64_t width, unsigned char *pixels, int64_t stride,
                     struct error *error);

#endif
