/* One picture file of a kind that is read: PNG or JPEG, decoded in two steps, its
 * header, then its pixels. */
#ifndef TRAINER_DATA_PICTURE_H
#define TRAINER_DATA_PICTURE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "trainer/data/data_fit.h"
#include "trainer/data/data_jpeg.h"
#include "trainer/data/data_png.h"

/* In a file there are fewer pixels, and on a side of it. */
enum { DATA_PICTURE_PIXELS = 1 << 28, DATA_PICTURE_SIDE = 1 << 24 };

struct data_picture {
    const char *path; /* borrowed, for messages */
    char *bytes;      /* owned: the whole file */
    size_t size;
    int64_t height, width;
    bool is_coloured; /* neither grey nor a palette of greys */
    bool is_turned;   /* it says that it is to be turned, which is not done */
    enum { PICTURE_PNG, PICTURE_JPEG } kind;
    union {
        struct data_png png;
        struct data_jpeg jpeg;
    } as;
};

/* True where a name ends as those of files that are read do: .png, .jpg, ... */
bool data_picture_is_named(const char *name);
/* True where a name ends as those of pictures of another kind do: .gif, .svg,
 * ... */
bool data_picture_is_foreign(const char *name);

/* Reads `path`, which is borrowed, and its header. The first bytes say which
 * kind it is, whatever its name. It has fewer than DATA_PICTURE_PIXELS, and
 * than DATA_PICTURE_SIDE on a side. On
 * failure there is nothing to close. */
enum status data_picture_open(struct data_picture *picture, const char *path,
                              struct error *error);
/* Decodes the pixels, once, into [height][width][channels] bytes. Channels 1
 * is grey: the luma of Rec. 601; 3 is RGB. What is transparent is laid on
 * white; 16 bits are rounded to 8; gamma, profiles and orientation are not
 * applied. */
enum status data_picture_decode(struct data_picture *picture, int channels,
                                unsigned char *pixels, struct error *error);
/* Decodes them, once, into [height][width][channels] bytes of any size. A JPEG
 * file is decoded at a half, a quarter or an eighth of its size where that leaves
 * three times the pixels that are wanted on each side: on photographs the result is
 * within 0.7 levels of that from all pixels in the mean, and 11 anywhere. */
enum status data_picture_decode_to(struct data_picture *picture,
                                   enum fit_choice fit, int64_t height,
                                   int64_t width, int channels,
                                   unsigned char *pixels, struct error *error);
void data_picture_close(struct data_picture *picture);

/* For the decoders: STATUS_INPUT where a header promises too many pixels. */
enum status data_picture_check_extents(const char *path, int64_t height,
                                       int64_t width, struct error *error);

#endif
