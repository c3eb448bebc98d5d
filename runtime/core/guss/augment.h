/* Pictures changed by chance while they are trained on. What a sample looks like
 * in an update is a function of the seed, the update and the sample's number in its
 * set, whichever row of the batch it is, whoever computes it.
 *
 * A picture is flipped, then turned and zoomed about its middle, then shifted by
 * whole pixels. The pixel at (x, y) of what comes out is that of the picture at
 *
 *   (xs, ys) = (cx, cy) + F R(angle) (x - cx - dx, y - cy - dy) / zoom
 *
 * with (cx, cy) the middle, R a rotation that turns the picture against the
 * clock, F the flips. Between pixels it is interpolated bilinearly; beyond its
 * edges the picture goes on as `fill` says. Where neither turning nor zooming is
 * asked for, pixels are copied as they are. In the end what is drawn of
 * `brightness` is added, the same to all values, and these are held between `low`
 * and `high`.
 *
 * Words of the draws (0, sample) and (1, sample) of the stream (seed,
 * GUSS_RANDOM_AUGMENT, 0, update), where u(w) is 2 (w + 1/2) / 2^32 - 1:
 *
 *   0: bit 31, flipped across; bit 30, flipped down
 *   1, 2: dx, dy = word (2 shift + 1) / 2^32 rounded down, - shift
 *   3: angle = rotate u      4: zoom = 1 + zoom u     5: brightness u
 *
 * A target has the same draws but for brightness, dx and dy in proportion to its
 * size. */
#ifndef GUSS_AUGMENT_H
#define GUSS_AUGMENT_H

#include "guss/model.h"

/* A picture zoomed out by more would be lost in its surroundings. */
#define GUSS_MOST_ZOOM 0.9

/* Of a worker's scratch memory. */
size_t guss_augment_numbers(const struct guss_augment *augment);

/* Row n of the batch, below its count, behind `pixels`: numbers in the batch's
 * scratch memory, until the next call. */
const float *guss_augment_sample(const struct guss_batch *batch, int n);

/* Likewise the target of that row, of `targets`; batch->augment has a picture for
 * it. */
const float *guss_augment_target(const struct guss_batch *batch,
                                 const struct guss_samples *targets, int n);

#endif
