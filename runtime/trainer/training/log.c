/* The log on disk and in memory: the rows are kept for the curve of the
 * losses. Reopening reads the rows back, and truncates the file behind the
 * last one that is kept, byte for byte as it was. */
#include "trainer/training/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

enum { LOG_BYTES_LIMIT = 1 << 30 };

struct log {
    struct arena *arena;
    const char *path;
    int file;
    int n_columns, n_rows;
    double *values;
    size_t capacity; /* of `values`, in rows */
};

static struct log *make_log(const char *path, int n_columns)
{
    struct arena *arena = arena_new();
    struct log *log = arena_alloc(arena, 1, sizeof *log);
    log->arena = arena;
    log->path = arena_strdup(arena, path);
    log->file = -1;
    log->n_columns = n_columns;
    return log;
}

static void keep_row(struct log *log, const double *values)
{
    size_t width = (size_t)log->n_columns;
    log->values = arena_grow(log->arena, log->values, (size_t)log->n_rows,
                             &log->capacity, width * sizeof *log->values);
    memcpy(log->values + (size_t)log->n_rows * width, values,
           width * sizeof *values);
    log->n_rows++;
}

static enum status write_line(struct log *log, const struct text *line,
                              struct error *error)
{
    const char *at = text_string(line);
    size_t left = line->length;
    while (left > 0) {
        ssize_t put = write(log->file, at, left);
        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return error_set_errno(error, STATUS_MACHINE, "cannot write '%s'",
                                   log->path);
        at += put;
        left -= (size_t)put;
    }
    return STATUS_OK;
}

static void put_header(struct text *line, const char *const *columns, int count)
{
    for (int i = 0; i < count; i++)
        text_printf(line, "%s%s", i ? "," : "", columns[i]);
    text_puts(line, "\n");
}

enum status log_create(struct log **created, const char *path,
                       const char *const *columns, int n_columns,
                       struct error *error)
{
    *created = NULL;
    struct log *log = make_log(path, n_columns);
    struct text header = text_new(log->arena);
    put_header(&header, columns, n_columns);
    log->file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND, 0666);
    enum status status =
        log->file >= 0
            ? write_line(log, &header, error)
            : error_set_errno(error, STATUS_MACHINE, "cannot write '%s'", path);
    if (status == STATUS_OK)
        *created = log;
    else
        log_close(log);
    return status;
}

/* ---- reopening ----------------------------------------------------------- */

/* One line "1,2,0.5\n"; NULL where it is none, else what follows it. */
static const char *read_row(const char *line, int n_columns, double *values)
{
    for (int i = 0; i < n_columns; i++) {
        char *end;
        values[i] = strtod(line, &end);
        if (end == line || *end != (i + 1 < n_columns ? ',' : '\n'))
            return NULL;
        line = end + 1;
    }
    return line;
}

/* Keeps the first `rows` rows of the file's text and finds their end. */
static enum status read_rows(struct log *log, const char *text,
                             const struct text *header, int rows, size_t *end,
                             struct error *error)
{
    double *values =
        arena_alloc(log->arena, (size_t)log->n_columns, sizeof *values);
    if (strncmp(text, text_string(header), header->length) != 0)
        return error_set(error, STATUS_INPUT,
                         "'%s' is not the log of this run: its columns are not "
                         "%.*s",
                         log->path, (int)header->length - 1,
                         text_string(header));
    const char *at = text + header->length;
    for (int i = 0; i < rows; i++) {
        at = read_row(at, log->n_columns, values);
        if (!at)
            return error_set(error, STATUS_INPUT,
                             "'%s' has %d of the %d good rows that were there "
                             "when the checkpoint was made",
                             log->path, i, rows);
        keep_row(log, values);
    }
    *end = (size_t)(at - text);
    return STATUS_OK;
}

static enum status cut_file(struct log *log, size_t end, struct error *error)
{
    log->file = open(log->path, O_WRONLY | O_APPEND);
    if (log->file >= 0 && ftruncate(log->file, (off_t)end) == 0)
        return STATUS_OK;
    return error_set_errno(error, STATUS_MACHINE, "cannot write '%s'",
                           log->path);
}

enum status log_reopen(struct log **reopened, const char *path,
                       const char *const *columns, int n_columns, int rows,
                       struct error *error)
{
    *reopened = NULL;
    char *bytes;
    size_t size, end = 0;
    enum status status = file_read(path, LOG_BYTES_LIMIT, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    struct log *log = make_log(path, n_columns);
    struct text header = text_new(log->arena);
    put_header(&header, columns, n_columns);
    status = read_rows(log, bytes, &header, rows, &end, error);
    free(bytes);
    if (status == STATUS_OK)
        status = cut_file(log, end, error);
    if (status == STATUS_OK)
        *reopened = log;
    else
        log_close(log);
    return status;
}

/* ---- use ----------------------------------------------------------------- */

/* Kept as they stand in the file, where a resumed run finds them: its curve is
 * the curve of a run that was never stopped. */
enum status log_append(struct log *log, const double *values,
                       struct error *error)
{
    struct arena *arena = arena_new();
    double *written =
        arena_alloc(arena, (size_t)log->n_columns, sizeof *written);
    struct text line = text_new(arena);
    for (int i = 0; i < log->n_columns; i++)
        text_printf(&line, i < 2 ? "%s%.0f" : "%s%.9g", i ? "," : "",
                    values[i]);
    text_puts(&line, "\n");
    enum status status = write_line(log, &line, error);
    if (read_row(text_string(&line), log->n_columns, written))
        keep_row(log, written);
    arena_free(arena);
    return status;
}

enum status log_sync(struct log *log, struct error *error)
{
    int result;
    do
        result = fsync(log->file);
    while (result != 0 && errno == EINTR);
    if (result == 0 || errno == EINVAL)
        return STATUS_OK;
    return error_set_errno(error, STATUS_MACHINE, "cannot write '%s'",
                           log->path);
}

int log_rows(const struct log *log)
{
    return log->n_rows;
}

const double *log_values(const struct log *log)
{
    return log->values;
}

void log_close(struct log *log)
{
    if (!log)
        return;
    if (log->file >= 0)
        close(log->file);
    arena_free(log->arena);
}
