/* What a run watches, below `stop` and `reduce_on_plateau`: what holds where no
 * measure is named, and what a measure wants of the rest of the schedule. Which
 * measures a judge gives is known to the run alone. */
#ifndef TRAINER_SCHEDULE_MONITOR_H
#define TRAINER_SCHEDULE_MONITOR_H

#include "trainer/schedule/schedule_reader.h"

/* Rules of the top section, for when those keys and all before them are read. */
void check_stop(struct reader *reader, struct section top,
                struct schedule *schedule);
void check_plateau(struct reader *reader, struct section top,
                   struct schedule *schedule);

#endif
