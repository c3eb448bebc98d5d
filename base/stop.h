/* Being asked to stop: SIGINT, SIGTERM and SIGHUP. */
#ifndef BASE_STOP_H
#define BASE_STOP_H

#include <stdbool.h>

#include "base/status.h"

/* From now on the first signal is only noted; a second SIGINT or SIGTERM ends
 * the process at once, with the status it would have had. A pipe that nobody
 * reads any more does not end it: writing to it fails, and work goes on. */
void stop_catch_signals(void);

/* True for a signal that the process was started to ignore, as by nohup. */
bool stop_is_ignored(int number);

/* STATUS_OK, or STATUS_INTERRUPTED, STATUS_TERMINATED or STATUS_HUNG_UP once
 * asked to stop. */
enum status stop_requested(void);

#endif
