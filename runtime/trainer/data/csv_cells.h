/* The cells of a table of text, one after the other (RFC 4180): between commas,
 * in quotes where they hold commas, quotes or line ends. Lines end in CR LF, LF or
 * CR; empty ones do not count. */
#ifndef TRAINER_CSV_CELLS_H
#define TRAINER_CSV_CELLS_H

#include <stdbool.h>
#include <stdint.h>

#include "trainer/data/data_reader.h"

enum { CSV_CELL_BYTES = 4096, CSV_PIECE = 1 << 16 };

struct csv_cells {
    struct data_stream *stream; /* borrowed */
    unsigned char piece[CSV_PIECE];
    int at, filled; /* in the piece */
    int64_t next_line;

    /* Of the cell that was read: */
    char text[CSV_CELL_BYTES]; /* without the blanks around it and quotes */
    int length;
    int64_t line, column; /* where it begins, counted from 1 */
    bool is_last;         /* of its record */
};

/* Begins at the start of the stream; a byte order mark is passed over. */
enum status csv_start(struct csv_cells *cells, struct data_stream *stream,
                      struct error *error);
/* Reads the next cell; *is_end where there is none. STATUS_INPUT, at its line and
 * column, where a quote is not closed or a cell is too long. */
enum status csv_next(struct csv_cells *cells, bool *is_end,
                     struct error *error);

#endif
