/* A text that diagnostics point into: a file, or words of a command line. */
#ifndef BASE_SOURCE_H
#define BASE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

struct source {
    const char *path;    /* as the user wrote it */
    const char *text;    /* NUL-terminated; without a byte order mark */
    size_t length;       /* bytes */
    const size_t *lines; /* offset of the first byte of each line */
    size_t n_lines;
};

/* Bytes [first, last) of a source. A span with no source points nowhere: its
 * diagnostic is printed without a place. */
struct span {
    const struct source *source;
    size_t first, last;
};

/* Wraps `text`, which must outlive the source and be NUL-terminated. */
const struct source *source_from_text(struct arena *arena, const char *path,
                                      const char *text, size_t length);

/* Reads a file of at most `limit` bytes; NULL and *error when it cannot be
 * read (STATUS_INPUT where it is missing, a folder, or too large). */
const struct source *source_read(struct arena *arena, const char *path,
                                 size_t limit, struct error *error);

/* The same for what a user named: see file_read_given(). */
const struct source *source_read_given(struct arena *arena, const char *path,
                                       size_t limit, struct error *error);

/* Line, from 0, of a byte offset. */
size_t source_line(const struct source *source, size_t offset);

/* True for the last byte of a line: of "\n", "\r\n" or a '\r' alone. */
bool source_ends_line(const struct source *source, size_t offset);
/* Where the line that `offset` is in ends, its line end left out. */
size_t source_line_end(const struct source *source, size_t offset);

/* Bytes, 1 to 4, of the UTF-8 character that `text` starts with; 0 where
 * there is none: not UTF-8, a NUL, or nothing left. */
size_t source_character(const char *text, size_t length);

/* The code point of a character of so many bytes. */
uint32_t source_code(const char *text, size_t size);

/* True where all of a string is UTF-8. */
bool source_is_utf8(const char *string);

/* Offset of the first byte that is not UTF-8 or is NUL; `length` if none. */
size_t source_bad_byte(const struct source *source);

/* The least span that covers both; both are of one source. */
struct span span_join(struct span a, struct span b);

#endif
