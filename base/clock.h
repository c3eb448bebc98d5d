/* How long something takes. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/* Seconds of a clock that only goes forward, from some moment on. */
double clock_seconds(void);

#endif
