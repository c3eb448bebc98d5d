/* One PNG file, decoded in two steps: its header, then its pixels. */
#ifndef TRAINER_DATA_PNG_H
#define TRAINER_DATA_PNG_H

#include <png.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct data_png {
    const char *path; /* borrowed, for messages */
    char *bytes;      /* owned: the whole file */
    size_t size, used;
    png_structp png;
    png_infop info;
    int64_t width, height;
    bool is_coloured;     /* neither grey nor a palette of greys */
    unsigned char *image; /* owned while decoding: [height][width][4] */
    unsigned char **rows; /* owned while decoding: into image */
    char problem[128];    /* why libpng gave up */
    bool lacks_memory;    /* it was for want of memory, not for the file */
};

/* Reads `path`, which is borrowed, and its header. Fewer than 2^24 pixels, and
 * no more than the file's length could inflate to. On failure there is
 * nothing to close. */
enum status data_png_open(struct data_png *png, const char *path,
                          struct error *error);
/* Decodes the pixels, once, into [height][width][channels] bytes. Channels 1
 * is grey: the luma of Rec. 601; 3 is RGB. What is transparent is laid on
 * white; 16 bits are rounded to 8; gamma and profiles are not applied. */
enum status data_png_decode(struct data_png *png, int channels,
                            unsigned char *pixels, struct error *error);
void data_png_close(struct data_png *png);

#endif
