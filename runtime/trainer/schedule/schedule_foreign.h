/* Keys and words of schedules that people bring from Keras, PyTorch and
 * darknet. */
#ifndef TRAINER_SCHEDULE_FOREIGN_H
#define TRAINER_SCHEDULE_FOREIGN_H

#include "base/hint.h"

/* The keys of a section, by its path: "", "data", "optimizer.generator"; of no
 * rows where nobody brings any. An `own` with a dot is a path from the top. */
struct hints foreign_keys(const char *section);
/* Those of the mappings in `data`: "data.augment". */
struct hints foreign_keys_below_data(const char *section);

struct hints foreign_objectives(void);
struct hints foreign_losses(void);
struct hints foreign_precisions(void);
struct hints foreign_optimizers(void);
struct hints foreign_rates(void);
struct hints foreign_pixels(void);
struct hints foreign_fits(void);
struct hints foreign_flips(void);
struct hints foreign_fills(void);
struct hints foreign_inks(void);
struct hints foreign_distributions(void);
struct hints foreign_modes(void);
struct hints foreign_measures(void);

#endif
