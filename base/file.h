/* Files read whole and written whole: never half. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

/* To be called first of all: standard files that whoever started the program has
 * closed are held. Else the next file opened would be in their place, and get
 * what is meant for them. */
void file_hold_standard(void);

/* Reads a whole regular file of at most `limit` bytes into *bytes (from
 * malloc, the caller frees it; one NUL behind the end) and *size.
 * STATUS_INPUT where it is missing, not a file, or larger than the limit;
 * STATUS_MACHINE where reading fails. */
enum status file_read(const char *path, size_t limit, char **bytes,
                      size_t *size, struct error *error);

/* The same of what is open and may be a pipe, from where it stands to its end;
 * `name` is for messages. */
enum status file_read_open(int fd, const char *name, size_t limit, char **bytes,
                           size_t *size, struct error *error);

/* file_read() of what a user named: "-" is standard input, and a pipe, which has
 * no size, is read until its writer is done. */
enum status file_read_given(const char *path, size_t limit, char **bytes,
                            size_t *size, struct error *error);
/* True where that reads no file: its folder and its name say nothing. */
bool path_is_stream(const char *path);
/* `path` in messages: "<stdin>" for "-". */
const char *path_given_name(const char *path);

/* Opens a regular file to read it piece by piece: *fd, which the caller closes,
 * and how many bytes it has. Statuses as above. */
enum status file_open(const char *path, int *fd, uint64_t *size,
                      struct error *error);
/* The next `size` bytes of it. STATUS_INPUT where fewer follow; `path` is for
 * messages. */
enum status file_read_exactly(int fd, const char *path, void *bytes,
                              size_t size, struct error *error);

/* A file written under a temporary name in its folder, then synced and renamed:
 * whoever looks finds the old file or the new one, complete. What a link leads
 * to is written, and the link stays. A device, a pipe, or a descriptor by its
 * link (/dev/stdout, /proc/self/fd/3), is written as it is. Where the process
 * ends before, nothing is left (see unfinished.h). */
struct file_writer;
enum status file_writer_open(struct file_writer **writer, const char *path,
                             struct error *error);
/* The same for a file that may be run. */
enum status file_writer_open_executable(struct file_writer **writer,
                                        const char *path, struct error *error);
/* A short write is tried again; what cannot be written fails the writer. */
enum status file_writer_put(struct file_writer *writer, const void *bytes,
                            size_t size, struct error *error);
/* fsync, rename, fsync of the folder; frees the writer, on failure too
 * (the temporary file is then removed). */
enum status file_writer_commit(struct file_writer *writer, struct error *error);
/* Removes the temporary file and frees the writer; NULL is allowed. */
void file_writer_abandon(struct file_writer *writer);

/* Open, put and commit in one. */
enum status file_write(const char *path, const void *bytes, size_t size,
                       struct error *error);
enum status file_write_executable(const char *path, const void *bytes,
                                  size_t size, struct error *error);

/* file_write() for a file that is there and may be written: the new one has its
 * permissions and, where that is allowed, its owner; what a symbolic link leads
 * to is replaced, not the link. */
enum status file_replace(const char *path, const void *bytes, size_t size,
                         struct error *error);

/* Removes from a folder the temporary files of writers that are dead: killed,
 * or their machine without power. Those of the living stay, whoever they are. */
void file_remove_unfinished(const char *folder);

/* Makes a folder and its parents; an existing folder is success. */
enum status folder_make(const char *path, struct error *error);
bool folder_exists(const char *path);
bool file_exists(const char *path);
/* True for a device, a pipe: what no other file may take the place of. */
bool file_is_special(const char *path);
/* True where two paths lead to one file that is there. */
bool file_is_same(const char *a, const char *b);

/* What `path` leads to by way of symbolic links: a path that is no link, or the
 * link of a descriptor (/proc/self/fd/1). Nothing need be there. NULL and errno
 * where the system would follow no further. */
const char *path_behind_links(struct arena *arena, const char *path);
/* True where a path ends in ".png", whatever the case of the letters, and has
 * more before that. */
bool path_has_ending(const char *path, const char *ending);
/* True where what a file of the ending ".png" holds may be written to `path`: it
 * ends so, has no ending or is a device; "-" is no file. */
bool path_suits(const char *path, const char *ending);
/* dir and name with one '/' between; `name` alone where it is absolute or
 * `dir` is empty. */
char *path_join(struct arena *arena, const char *dir, const char *name);
/* Where the file of the running program lies; STATUS_MACHINE where the system
 * does not say. */
enum status path_of_program(struct arena *arena, const char **path,
                            struct error *error);
/* Of "a/b.nn": the folder "a" ("." where there is none), the name "b.nn",
 * the stem "b". */
char *path_folder(struct arena *arena, const char *path);
const char *path_name(const char *path);
char *path_stem(struct arena *arena, const char *path);

#endif
