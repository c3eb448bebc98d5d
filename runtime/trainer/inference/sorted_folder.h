/* Sorted images as a folder that holds one for each class: what a classifier can
 * be trained on. */
#ifndef TRAINER_SORTED_FOLDER_H
#define TRAINER_SORTED_FOLDER_H

#include "guss/model.h"
#include "trainer/inference/sorting.h"

/* For each class a name that a folder can have, each another: without slashes,
 * control characters and a dot in front, and of 100 bytes at most; in the
 * arena. */
const char **sorted_folder_names(struct arena *arena,
                                 const struct class_names *classes);

/* Writes <path>/<class>/<number>.png, as large as the images are, and
 * <path>/labels.csv with the columns file, class and confidence; all of it or
 * nothing. Classes without an image have no folder. `pixels` as for a sheet. */
enum status sorted_folder_write(struct arena *arena,
                                const struct guss_network *network,
                                enum guss_pixels pixels,
                                const struct sorted *sorted, const char *path,
                                struct error *error);

#endif
