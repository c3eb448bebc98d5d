/* SIGHUP, SIGINT, SIGQUIT and SIGTERM held back, while there is something to
 * remove first. */
#ifndef COMPILER_HOLD_H
#define COMPILER_HOLD_H

#include <signal.h>

#include "base/status.h"

struct hold {
    sigset_t held;   /* blocked: those of the four that are not ignored, and
                        SIGCHLD, to be waited for with them */
    sigset_t before; /* the mask that was, for children too */
};

/* From here on they wait. SIGCHLD gets its default action: ignored, it would
 * hide how a child ended. */
void hold_begin(struct hold *hold);

/* Waits for one of the signals in `held`; its number, or 0 where none came in
 * that many seconds (0: it waits for ever). */
int hold_wait(const struct hold *hold, int seconds);

/* Takes one of the four that came, without waiting; 0: none did. */
int hold_take(const struct hold *hold);

/* "stopped by SIGINT", with its exit status. */
enum status hold_stopped(int signal_number, struct error *error);

/* All is removed. What still waits acts now, unless `status` says that guss
 * ends for such a signal anyway: timeout, and a terminal's Ctrl-C through a
 * wrapper, send two. */
void hold_end(const struct hold *hold, enum status status);

#endif
