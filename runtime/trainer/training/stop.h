/* Being asked to stop: SIGINT and SIGTERM. */
#ifndef TRAINER_STOP_H
#define TRAINER_STOP_H

#include "base/status.h"

/* From now on the first signal is only noted; a second one ends the process at
 * once, with the status it would have had. */
void stop_catch_signals(void);

/* STATUS_OK, or STATUS_INTERRUPTED or STATUS_TERMINATED once asked to stop. */
enum status stop_requested(void);

#endif
