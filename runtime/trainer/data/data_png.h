/* One PNG file, decoded in two steps: its header, then its pixels. For
 * data_picture.c only. */
#ifndef TRAINER_DATA_PNG_H
#define TRAINER_DATA_PNG_H

#include <png.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"

struct data_png {
    const char *path;  /* borrowed, for messages */
    const char *bytes; /* borrowed: the whole file */
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

/* Reads the header of what png->path, png->bytes and png->size were set to. A
 * picture has fewer than 2^28 pixels, and no more than the file's length could
 * inflate to. On failure, too, the caller closes it. */
enum status data_png_open(struct data_png *png, struct error *error);
/* Decodes the pixels, once, into [height][width][channels] bytes. Channels 1
 * is grey: the luma of Rec. 601; 3 is RGB. What is transparent is laid on
 * white; 16 bits are rounded to 8; gamma and profiles are not applied. */
enum status data_png_decode(struct data_png *png, int channels,
                            unsigned char *pixels, struct error *error);
void data_png_close(struct data_png *png);

#endif
