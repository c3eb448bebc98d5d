/* Images that a network makes of vectors, and sheets of them. */
#ifndef TRAINER_GENERATION_H
#define TRAINER_GENERATION_H

#include "base/arena.h"
#include "base/status.h"
#include "guss/model.h"
#include "trainer/inference/route.h"
#include "trainer/session/session.h"

/* Whether the network has one input and makes images that can be drawn, grey or
 * RGB. STATUS_INPUT where not. */
enum status generation_check(struct arena *arena,
                             const struct guss_network *network,
                             struct error *error);

/* What every command that draws a network's images begins with: the schedule,
 * the network, which is checked, threads and memory, the weights. Whether
 * --output names a sheet is for the caller to check, unless `is_sheet`. */
enum status generation_start(struct session *session, bool is_sheet,
                             const struct guss_network **network);

/* STATUS_INPUT for the autoencoder that the schedule trains: what it reads is no
 * vector that could be drawn. */
enum status generation_needs_vectors(struct session *session,
                                     const struct guss_network *network);

/* Zeroed memory for `count` images, to be freed; NULL, with session->error,
 * where there is none. */
float *generation_alloc(struct session *session,
                        const struct guss_network *network, int64_t count);

/* Takes `count` rows along a route of one source and one result; `images` has
 * room for as many outputs. */
void generation_run(const struct session *session, const struct route *route,
                    const float *rows, int64_t count, float *images);

/* generation_run() of the rows for pictures from the first-th on (latent_rows()) that the seed draws
 * from `source`, or that its file has. STATUS_MACHINE without memory. */
enum status generation_draw(struct session *session, const struct route *route,
                            const struct guss_latent *source, uint64_t seed,
                            int64_t first, int64_t count, float *images);

/* What the network's numbers mean as pixels: as the schedule says, or as its
 * data is likely to be read; raw where there is no schedule. */
enum guss_pixels generation_pixels(const struct session *session);

/* Whether a sheet of `count` images of the network fits. */
bool generation_fits(const struct guss_network *network, int64_t count,
                     int64_t columns);

/* A sheet of `count` images of the network. Raw ones are drawn by their values:
 * 1 is white and -1 black where all lie between, without negative ones 0 is
 * black; else 255 is white. `is_inverted` exchanges black and white. */
enum status generation_write_sheet(const struct guss_network *network,
                                   enum guss_pixels pixels, bool is_inverted,
                                   const float *images, int64_t count,
                                   int64_t columns, const char *path,
                                   struct error *error);

/* One image of the network by itself, as large as it is, its largest values
 * white. */
enum status generation_write_image(const struct guss_network *network,
                                   enum guss_pixels pixels, const float *image,
                                   const char *path, struct error *error);

/* `count` images of the network as numbers, float32 (count, ...). */
enum status generation_write_numbers(const struct guss_network *network,
                                     const float *images, int64_t count,
                                     const char *path, struct error *error);

/* `count` images of the network as a sheet where --output asks for one, and as
 * numbers, float32 (count, ...), where --npy does. */
enum status generation_write(struct session *session,
                             const struct guss_network *network,
                             const float *images, int64_t count,
                             int64_t columns);

/* The least whole number whose square is at least `count`. */
int64_t square_columns(int64_t count);

#endif
