/* Which row of a published table is which row of ours. */
#ifndef COMPILER_TABLE_ALIGN_H
#define COMPILER_TABLE_ALIGN_H

#include "compiler/table/summary.h"

/* What two rows have in common; case, brackets and what was cut off to fit a
 * column do not count. */
struct agreement {
    bool name, type, shape, params;
};
struct agreement row_agree(const struct table_row *ours,
                           const struct table_row *published);
bool names_agree(const struct table_row *ours,
                 const struct table_row *published);

/* For each published row the row of ours that it stands for, or -1. The rows
 * that have a partner are in the same order in both tables, and the differences
 * left to report are as few as possible. The array lives in `arena`. */
int *tables_align(struct arena *arena, const struct table *ours,
                  const struct table *published);

#endif
