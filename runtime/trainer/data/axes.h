/* The axes of samples, held against those of what their values are to fill. */
#ifndef TRAINER_AXES_H
#define TRAINER_AXES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"

enum axes_fit {
    AXES_AGREE,       /* sizes of 1 do not count; a plain row fits all */
    AXES_OTHER_COUNT, /* another number of values */
    AXES_TURNED,      /* the wanted axes in another order */
    AXES_DIFFER       /* as many values, but on other axes */
};

/* The shape of one sample. */
struct axes {
    int rank; /* at most AXES_MAX */
    const int64_t *sizes;
};
enum { AXES_MAX = 32 };

/* Where the axes are turned, order[i] is the axis of `given` that is to become
 * axis i: those of size 1 come last. */
enum axes_fit axes_compare(struct axes given, struct axes wanted,
                           int order[AXES_MAX]);

/* "channels come first in it; ..." in `arena`: what may be done about axes that
 * do not agree. `is_array`: numpy can be asked. */
const char *axes_advice(struct arena *arena, struct axes given,
                        struct axes wanted, bool is_array);

#endif
