/* Numbers that cannot meet: what data holds, what a network can give, what a
 * loss is defined for. The compiler asks with what a schedule promises of data,
 * an executable with what the data holds. */
#ifndef TRAINER_RANGES_H
#define TRAINER_RANGES_H

#include <stdbool.h>

#include "base/arena.h"
#include "trainer/schedule/schedule.h"

/* From and to; an end that is not known is infinite. */
struct range {
    double low, high;
};

/* What a network gives, the layer that makes it, and the word of its activation;
 * NULL where nothing is known of it. */
struct made_range {
    const char *layer, *activation;
    struct range range;
};

/* "0 to 1", "0 and more", "any number" */
const char *range_text(struct arena *arena, struct range range);

/* False where the loss is of outputs from 0 to 1, and others are made. */
bool ranges_suit_loss(enum loss_kind loss, const struct made_range *made);

/* What data is not within, as the end of a sentence: "'dense' (sigmoid) gives 0
 * to 1" or "binary_crossentropy wants targets from 0 to 1". */
struct misfit {
    const char *text; /* NULL: nothing that is known */
    bool is_of_loss;
};

/* `made` is of the network that imitates data, or is held to it: an autoencoder, a
 * generator, a regression, whose data are its targets; a classifier has none. That its outputs do not suit the loss is another
 * mistake: it has no misfit then. */
struct misfit ranges_misfit(struct arena *arena,
                            const struct schedule *schedule,
                            const struct made_range *made, struct range data);

#endif
