/* Bytes come in pieces; one that was looked at is still there. */
#include "trainer/data/csv_cells.h"

#include <inttypes.h>
#include <string.h>

enum { END = -1 };

/* ---- bytes --------------------------------------------------------------- */

static enum status fill(struct csv_cells *cells, struct error *error)
{
    int64_t got = 0;
    if (cells->at < cells->filled)
        return STATUS_OK;
    enum status status =
        data_stream_some(cells->stream, cells->piece, CSV_PIECE, &got, error);
    cells->at = 0;
    cells->filled = (int)got;
    return status;
}

/* The next byte, or END, which stays where it is. */
static enum status peek(struct csv_cells *cells, int *byte, struct error *error)
{
    enum status status = fill(cells, error);
    *byte = cells->at < cells->filled ? cells->piece[cells->at] : END;
    return status;
}

static void skip(struct csv_cells *cells)
{
    cells->at++;
}

static bool ends_line(int byte)
{
    return byte == '\n' || byte == '\r';
}

/* Behind CR LF, LF or CR. */
static enum status skip_line_end(struct csv_cells *cells, struct error *error)
{
    int byte;
    enum status status = peek(cells, &byte, error);
    if (status != STATUS_OK || !ends_line(byte))
        return status;
    bool is_return = byte == '\r';
    skip(cells);
    cells->next_line++;
    status = peek(cells, &byte, error);
    if (status == STATUS_OK && is_return && byte == '\n')
        skip(cells);
    return status;
}

/* ---- cells --------------------------------------------------------------- */

static enum status fail_cell(const struct csv_cells *cells, const char *what,
                             struct error *error)
{
    return error_set(error, STATUS_INPUT,
                     "%s: line %" PRId64 ", column %" PRId64 ": %s",
                     cells->stream->path, cells->line, cells->column, what);
}

static enum status put(struct csv_cells *cells, int byte, struct error *error)
{
    if (cells->length == CSV_CELL_BYTES - 1 || byte == '\0')
        return fail_cell(
            cells, byte ? "more than 4095 bytes" : "a byte that is 0", error);
    cells->text[cells->length++] = (char)byte;
    return STATUS_OK;
}

/* Behind the quote that closes it. */
static enum status read_quoted(struct csv_cells *cells, struct error *error)
{
    int byte;
    skip(cells);
    for (;;) {
        enum status status = peek(cells, &byte, error);
        if (status != STATUS_OK)
            return status;
        if (byte == END)
            return fail_cell(cells, "the quote is not closed", error);
        skip(cells);
        cells->next_line += byte == '\n';
        if (byte == '"') {
            status = peek(cells, &byte, error);
            if (status != STATUS_OK || byte != '"')
                return status;
            skip(cells);
        }
        status = put(cells, byte, error);
        if (status != STATUS_OK)
            return status;
    }
}

static enum status read_plain(struct csv_cells *cells, struct error *error)
{
    int byte;
    enum status status = peek(cells, &byte, error);
    while (status == STATUS_OK && byte != END && byte != ',' &&
           !ends_line(byte)) {
        status = put(cells, byte, error);
        if (status != STATUS_OK)
            return status;
        skip(cells);
        status = peek(cells, &byte, error);
    }
    while (cells->length > 0 && strchr(" \t", cells->text[cells->length - 1]))
        cells->length--;
    return status;
}

static enum status skip_blanks(struct csv_cells *cells, int *byte,
                               struct error *error)
{
    enum status status;
    while ((status = peek(cells, byte, error)) == STATUS_OK &&
           (*byte == ' ' || *byte == '\t'))
        skip(cells);
    return status;
}

/* The comma behind a cell, or the end of its line. */
static enum status finish_cell(struct csv_cells *cells, struct error *error)
{
    int byte;
    enum status status = skip_blanks(cells, &byte, error);
    if (status != STATUS_OK)
        return status;
    cells->text[cells->length] = '\0';
    cells->is_last = byte != ',';
    if (byte == ',')
        skip(cells);
    else if (byte != END && !ends_line(byte))
        return fail_cell(cells, "text behind the quote that closes it", error);
    return STATUS_OK;
}

/* The end of the last record's line, and empty lines. */
static enum status start_record(struct csv_cells *cells, int *byte,
                                struct error *error)
{
    enum status status = skip_blanks(cells, byte, error);
    while (status == STATUS_OK && ends_line(*byte)) {
        status = skip_line_end(cells, error);
        if (status == STATUS_OK)
            status = skip_blanks(cells, byte, error);
    }
    return status;
}

enum status csv_next(struct csv_cells *cells, bool *is_end, struct error *error)
{
    int byte = END;
    bool is_first = cells->is_last;
    enum status status = is_first ? start_record(cells, &byte, error)
                                  : skip_blanks(cells, &byte, error);
    *is_end = is_first && byte == END;
    if (status != STATUS_OK || *is_end)
        return status;
    cells->column = is_first ? 1 : cells->column + 1;
    cells->line = cells->next_line;
    cells->length = 0;
    status = byte == '"' ? read_quoted(cells, error) : read_plain(cells, error);
    return status == STATUS_OK ? finish_cell(cells, error) : status;
}

enum status csv_start(struct csv_cells *cells, struct data_stream *stream,
                      struct error *error)
{
    static const char mark[] = "\xef\xbb\xbf";
    cells->stream = stream;
    cells->at = cells->filled = 0;
    cells->next_line = 1;
    cells->is_last = true;
    enum status status = fill(cells, error);
    if (status == STATUS_OK && cells->filled >= 3 &&
        memcmp(cells->piece, mark, 3) == 0)
        cells->at = 3;
    return status;
}
