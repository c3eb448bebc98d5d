/* How long something takes. */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

/* Seconds of a clock that only goes forward, from some moment on. */
double clock_seconds(void);

/* Seconds that processors have worked for this process, all threads together. */
double clock_processor_seconds(void);

#endif
