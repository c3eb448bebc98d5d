/* The log on disk and in memory: the rows are kept for the curve of the losses,
 * and for a file that gets lost. Reopening reads the rows back, and truncates
 * the file behind the last one that is kept, byte for byte as it was. */
#include "trainer/training/log.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

enum { LOG_BYTES_LIMIT = 1 << 30 };

struct log {
    struct arena *arena;
    const char *path;
    int file;
    off_t size; /* of the file: the header and the rows */
    const struct log_column *columns;
    const bool *is_in_file; /* [n_columns] */
    int n_columns, n_rows;
    double *values;
    size_t capacity; /* of `values`, in rows */
};

static struct log *make_log(const char *path, const struct log_column *columns,
                            int n_columns)
{
    struct arena *arena = arena_new();
    struct log *log = arena_alloc(arena, 1, sizeof *log);
    size_t count = (size_t)n_columns;
    struct log_column *kept = arena_alloc(arena, count, sizeof *kept);
    bool *is_in_file = arena_alloc(arena, count, sizeof *is_in_file);
    for (int i = 0; i < n_columns; i++) {
        kept[i] = columns[i];
        is_in_file[i] = !columns[i].is_left_out;
    }
    *log = (struct log){.arena = arena,
                        .path = arena_strdup(arena, path),
                        .file = -1,
                        .columns = kept,
                        .is_in_file = is_in_file,
                        .n_columns = n_columns};
    return log;
}

bool log_has(const struct log *log, int column)
{
    return log->is_in_file[column];
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
        log->size += put;
    }
    return STATUS_OK;
}

static void put_header(const struct log *log, struct text *line)
{
    for (int i = 0; i < log->n_columns; i++)
        if (log->is_in_file[i])
            text_printf(line, "%s%s", i ? "," : "", log->columns[i].name);
    text_puts(line, "\n");
}

static void put_row(const struct log *log, const double *values,
                    struct text *line)
{
    for (int i = 0; i < log->n_columns; i++) {
        if (!log->is_in_file[i])
            continue;
        text_puts(line, i ? "," : "");
        if (isnan(values[i])) /* printf() may write "-nan" */
            text_puts(line, "nan");
        else
            text_printf(line, i < 2 ? "%.0f" : "%.9g", values[i]);
    }
    text_puts(line, "\n");
}

enum status log_create(struct log **created, const char *path,
                       const struct log_column *columns, int n_columns,
                       struct error *error)
{
    *created = NULL;
    struct log *log = make_log(path, columns, n_columns);
    struct text header = text_new(log->arena);
    put_header(log, &header);
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
static const char *read_row(const struct log *log, const char *line,
                            double *values)
{
    bool is_first = true;
    for (int i = 0; i < log->n_columns; i++) {
        char *end;
        values[i] = (double)NAN;
        if (!log->is_in_file[i])
            continue;
        if (!is_first && *line++ != ',')
            return NULL;
        values[i] = strtod(line, &end);
        if (end == line)
            return NULL;
        line = end;
        is_first = false;
    }
    return *line == '\n' ? line + 1 : NULL;
}

/* Finds which columns the file has: all, but perhaps for later ones. Returns
 * what follows the header, or NULL. */
static const char *read_header(struct log *log, const char *text)
{
    bool *is_in_file =
        arena_alloc(log->arena, (size_t)log->n_columns, sizeof *is_in_file);
    for (int i = 0; i < log->n_columns; i++) {
        size_t length = strlen(log->columns[i].name);
        const char *name = text + (i > 0 && *text == ',' ? 1 : 0);
        is_in_file[i] = strncmp(name, log->columns[i].name, length) == 0 &&
                        (name[length] == ',' || name[length] == '\n');
        if (is_in_file[i])
            text = name + length;
        else if (!log->columns[i].is_later)
            return NULL;
    }
    if (*text != '\n')
        return NULL;
    log->is_in_file = is_in_file;
    return text + 1;
}

static enum status refuse_header(const struct log *log, struct error *error)
{
    struct text header = text_new(log->arena);
    put_header(log, &header);
    return error_set(error, STATUS_INPUT,
                     "'%s' is not the log of this run: its columns are not "
                     "%.*s",
                     log->path, (int)header.length - 1, text_string(&header));
}

/* Keeps the first `rows` rows of the file's text and finds their end. */
static enum status read_rows(struct log *log, const char *text, int rows,
                             struct error *error)
{
    double *values =
        arena_alloc(log->arena, (size_t)log->n_columns, sizeof *values);
    const char *at = read_header(log, text);
    if (!at)
        return refuse_header(log, error);
    for (int i = 0; i < rows; i++) {
        at = read_row(log, at, values);
        if (!at)
            return error_set(error, STATUS_INPUT,
                             "'%s' has %d of the %d good rows that were there "
                             "when the checkpoint was made",
                             log->path, i, rows);
        keep_row(log, values);
    }
    log->size = (off_t)(at - text);
    return STATUS_OK;
}

static enum status cut_file(struct log *log, struct error *error)
{
    log->file = open(log->path, O_WRONLY | O_APPEND);
    if (log->file >= 0 && ftruncate(log->file, log->size) == 0)
        return STATUS_OK;
    return error_set_errno(error, STATUS_MACHINE, "cannot write '%s'",
                           log->path);
}

static enum status write_anew(struct log *log, struct error *error)
{
    struct arena *arena = arena_new();
    struct text text = text_new(arena);
    put_header(log, &text);
    for (int row = 0; row < log->n_rows; row++)
        put_row(log, log->values + (size_t)row * (size_t)log->n_columns, &text);
    enum status status =
        file_write(log->path, text_string(&text), text.length, error);
    if (status == STATUS_OK) {
        close(log->file);
        log->size = (off_t)text.length;
        log->file = open(log->path, O_WRONLY | O_APPEND);
        if (log->file < 0)
            status = error_set_errno(error, STATUS_MACHINE, "cannot write '%s'",
                                     log->path);
    }
    arena_free(arena);
    return status;
}

/* Columns that the run has had since it was resumed with other settings. */
static enum status add_columns(struct log *log, struct error *error)
{
    bool *is_in_file =
        arena_alloc(log->arena, (size_t)log->n_columns, sizeof *is_in_file);
    bool is_changed = false;
    for (int i = 0; i < log->n_columns; i++) {
        is_in_file[i] = log->is_in_file[i] || log->columns[i].is_added;
        is_changed = is_changed || is_in_file[i] != log->is_in_file[i];
    }
    log->is_in_file = is_in_file;
    return is_changed ? write_anew(log, error) : STATUS_OK;
}

enum status log_reopen(struct log **reopened, const char *path,
                       const struct log_column *columns, int n_columns,
                       int rows, struct error *error)
{
    *reopened = NULL;
    char *bytes;
    size_t size;
    enum status status = file_read(path, LOG_BYTES_LIMIT, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    struct log *log = make_log(path, columns, n_columns);
    status = read_rows(log, bytes, rows, error);
    free(bytes);
    if (status == STATUS_OK)
        status = cut_file(log, error);
    if (status == STATUS_OK)
        status = add_columns(log, error);
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
    put_row(log, values, &line);
    enum status status = write_line(log, &line, error);
    if (read_row(log, text_string(&line), written))
        keep_row(log, written);
    arena_free(arena);
    return status;
}

/* Whether what has the log's name is still what is written to, and nobody else
 * wrote to it. */
static bool is_in_place(const struct log *log)
{
    struct stat written, named;
    return fstat(log->file, &written) == 0 && stat(log->path, &named) == 0 &&
           written.st_dev == named.st_dev && written.st_ino == named.st_ino &&
           written.st_size == log->size;
}

enum status log_sync(struct log *log, bool *restored, struct error *error)
{
    *restored = !is_in_place(log);
    if (*restored)
        return write_anew(log, error);
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

size_t log_width(const struct log *log)
{
    return (size_t)log->n_columns;
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
