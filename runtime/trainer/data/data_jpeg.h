/* One JPEG file, decoded in two steps: its header, then its pixels. For
 * data_picture.c only. */
#ifndef TRAINER_DATA_JPEG_H
#define TRAINER_DATA_JPEG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct data_jpeg {
    const char *path;           /* borrowed, for messages */
    const unsigned char *bytes; /* borrowed: the whole file */
    size_t size;
    void *decoder;         /* owned: libturbojpeg's */
    int64_t width, height; /* of what is decoded */
    bool is_coloured;      /* has more than luma */
};

/* Reads the header of what jpeg->path, jpeg->bytes and jpeg->size were set to.
 * CMYK is STATUS_INPUT: what colours it means is for its profile to say. On
 * failure, too, the caller closes it. */
enum status data_jpeg_open(struct data_jpeg *jpeg, struct error *error);
/* Makes the pixels that are decoded fewer: the sides become a half, a quarter or
 * an eighth, 1 / `parts` of what they are, rounded up, by a smaller inverse DCT.
 * Each is at least 16 afterwards. */
void data_jpeg_shrink(struct data_jpeg *jpeg, int parts);
/* Decodes the pixels into [height][width][channels] bytes: 1 channel is the luma
 * of Rec. 601 as it lies in the file, 3 are RGB. Orientation and profiles are not
 * applied. Whatever libjpeg only warns of is STATUS_INPUT. */
enum status data_jpeg_decode(struct data_jpeg *jpeg, int channels,
                             unsigned char *pixels, struct error *error);
void data_jpeg_close(struct data_jpeg *jpeg);

#endif
