/* A data set as `data show` reads and changes it. */
#ifndef COMPILER_SHOWN_SET_H
#define COMPILER_SHOWN_SET_H

#include "compiler/request/request.h"
#include "trainer/data/data.h"
#include "trainer/picture/picture.h"
#include "trainer/schedule/schedule.h"

struct shown_set {
    struct data_set set; /* owned: data_free() */
    struct schedule
        schedule;      /* what is asked for of it: data.size and data.augment,
                                 the seed */
    bool is_augmented; /* as the schedule's data.augment says */
};

/* Reads what --augment says, and then the set that `reference` names; not
 * STATUS_OK after saying what is wrong. */
enum status shown_set_load(struct arena *arena, const struct request *request,
                           const char *reference, struct shown_set *shown);

/* Draws cells of a sheet: samples in their order; or, of augmented ones, in each of
 * its rows a sample, first as it is, unless there is one column, and then as it is
 * trained on in the updates 0, 1, ... `values` has room for all cells.
 * STATUS_MACHINE where there is no memory. */
enum status shown_set_draw(const struct shown_set *shown,
                           const struct sheet *sheet, float *values,
                           struct error *error);

/* How many cells a sheet of so many columns can have. */
int64_t shown_set_cells(const struct shown_set *shown, int64_t columns);

#endif
