/* How a camera was held, as a JPEG file tells. */
#ifndef TRAINER_DATA_EXIF_H
#define TRAINER_DATA_EXIF_H

#include <stddef.h>

/* The orientation of EXIF (version 2.32, tag 274), 1 to 8; 1, upright, where the
 * file of `size` bytes does not tell, or not rightly. */
int data_exif_orientation(const unsigned char *bytes, size_t size);

#endif
