/* By what the values of samples are normalized, (v - mean) / stddev: part of what
 * a network has learnt. A file of weights keeps it in its metadata, under
 * NORMALIZATION_KEY, as the text of a JSON object:
 *
 *   {"input": [28, 28, 1], "mean": [0.13], "stddev": [0.31]} */
#ifndef TRAINER_NORMALIZATION_H
#define TRAINER_NORMALIZATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"
#include "guss/model.h"

#define NORMALIZATION_KEY "normalization"

struct normalization {
    int rank; /* of the inputs whose samples are normalized, a network's or
                 several's: those of this shape */
    int64_t shape[GUSS_MAX_RANK];
    int64_t n; /* numbers of each list; value i of a sample takes those at
                  i % n; 0: samples are not normalized */
    const double *mean, *stddev; /* above 0 */
};

/* The text for a file, in the arena; "" where samples are not normalized. */
const char *normalization_text(struct arena *arena,
                               const struct normalization *normalization);

/* Reads the text of the file at `path`; NULL and "" are none. STATUS_INPUT where
 * it is not such an object. */
enum status normalization_read(struct arena *arena, const char *path,
                               const char *text,
                               struct normalization *normalization,
                               struct error *error);

bool normalization_same(const struct normalization *a,
                        const struct normalization *b);

/* Whether the samples that fill this input are normalized. */
bool normalization_is_for(const struct normalization *normalization,
                          const struct guss_output *input);

/* As emitted code takes it, in the arena; NULL where nothing is normalized. */
const struct guss_normalization *
normalization_table(struct arena *arena,
                    const struct normalization *normalization);

/* "mean [0.13], stddev [0.31]"; of many the first and how many there are. */
const char *normalization_list(struct arena *arena,
                               const struct normalization *normalization);

#endif
