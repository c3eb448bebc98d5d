/* What a generator reads: as the schedule says, else standard normal. */
#ifndef TRAINER_LATENT_H
#define TRAINER_LATENT_H

#include "guss/latent.h"
#include "trainer/session/session.h"

struct latent {
    struct guss_latent source; /* what emitted code draws from */
    struct data_set file;      /* owned: its rows, where they are of a file */
    /* Of the rows, whatever the file is called: a run goes on with a copy. "" where
     * there are none. */
    char sha256[CHECKSUM_TEXT];
};

/* For a network: its input's width is checked against that of a file. */
enum status latent_open(struct session *session,
                        const struct guss_network *network,
                        struct latent *latent);

/* Of a float32 file, whatever the schedule says. */
enum status latent_open_file(struct session *session, const char *path,
                             const struct guss_network *network,
                             struct latent *latent);

void latent_close(struct latent *latent);

/* What vectors for pictures are drawn from: --seed, or 7. */
uint64_t latent_seed(const struct options *options);

/* `count` rows for pictures from the first-th on, `width` numbers each: those of a file in
 * its order, else drawn from the seed, none of which training ever draws. Row i
 * is the same however many there are. */
void latent_rows(const struct guss_latent *source, uint64_t seed, int64_t first,
                 int64_t count, int64_t width, float *rows);

#endif
