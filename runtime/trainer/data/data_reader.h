/* What the readers of data files share; for data*.c only.
 *
 *   data_stream.c   a file's bytes, plain or inflated, in exact portions
 *   data_set.c      a checked shape, and the samples' memory
 *   data_array.c    a file that is a header and one array
 *   data_idx_names.c  which IDX files belong together
 *   data_number.c   types of numbers
 *   read_team.c     many files, read by several threads
 *   data_labels.c   labels, whatever file they are in
 *   data_files.c    which files a set came from, and their sums */
#ifndef TRAINER_DATA_READER_H
#define TRAINER_DATA_READER_H

#include <sys/stat.h>
#include <zlib.h>

#include "base/status.h"
#include "trainer/data/data.h"
#include "trainer/data/data_number.h"
#include "trainer/data/data_zip.h"
#include "trainer/data/read_progress.h"

/* The bytes of a regular file; of a gzip file, the bytes that it holds; of a file
 * in a zip archive, its bytes. */
struct data_stream {
    const char *path; /* borrowed, for messages */
    int file;
    int64_t size, left;    /* of the file, or of the entry as it is packed: all
                           bytes, and those not yet read */
    bool is_packed, ended; /* ended: the deflate stream is complete */
    z_stream inflater;
    unsigned char *pieces; /* packed: what was read and not yet inflated */
    const struct zip_entry *entry; /* of an archive, borrowed; or NULL */
    int64_t unpacked_left;         /* of it: bytes that were not yet given */
    uint32_t crc;                  /* of those that were */
    struct stat about;             /* the file when it was opened */
    struct checksum checksum;      /* of its bytes read so far, */
    bool is_known;                 /* unless that of all is known before */
    char sum[CHECKSUM_TEXT];       /* from data_stream_finish() on */
    struct read_progress progress;
};

/* Opens `path`, which the stream borrows. A file that starts as gzip does is
 * inflated, whatever its name. On failure there is nothing to close. */
enum status data_stream_open(struct data_stream *stream, const char *path,
                             struct error *error);
/* Opens a file in the archive at `path`; `shown` is for messages. */
enum status data_stream_open_entry(struct data_stream *stream, const char *path,
                                   const char *shown,
                                   const struct zip_entry *entry,
                                   struct error *error);
/* Up to `size` bytes, of no entry; *got is less only at the end. */
enum status data_stream_some(struct data_stream *stream, void *bytes,
                             int64_t size, int64_t *got, struct error *error);
/* Passes over the rest of a plain file, which is summed unless it is known. */
enum status data_stream_pass(struct data_stream *stream, struct error *error);
/* Fills `bytes`; a file that ends before is STATUS_INPUT. */
enum status data_stream_read(struct data_stream *stream, void *bytes,
                             int64_t size, struct error *error);
/* Before memory is taken for them: can `size` more bytes be there, and be
 * all? Exact for a plain file; for a gzip file, the most that deflate can
 * make of its length. `what` describes the promise. */
enum status data_stream_expect(const struct data_stream *stream, int64_t size,
                               const char *what, struct error *error);
/* Everything was read: the file must end here, its checksum right. It gets its
 * `sum`. STATUS_INPUT too where it is not the file that its sum was known of. */
enum status data_stream_finish(struct data_stream *stream, struct error *error);
void data_stream_close(struct data_stream *stream);

enum {
    DATA_MAX_EXTENTS =
        DATA_MAX_RANK + 1, /* of a file, the count of samples included */
    DATA_TEXT = 1024       /* holds any shape that data_shape_text() writes */
};

/* The shape that a file's header promises, the count of samples first. */
struct data_shape {
    int rank; /* 1 .. DATA_MAX_EXTENTS */
    int64_t extents[DATA_MAX_EXTENTS];
    bool is_fortran; /* the first index is the fastest, not the last */
};

/* "60000 x 28 x 28" */
const char *data_shape_text(const struct data_shape *shape,
                            char text[DATA_TEXT]);

/* Sets count, width, rank and shape of the empty *set; refuses zero extents,
 * more than 2^31 - 1 samples and 2^40 values or more. One extent is of samples
 * of one value. */
enum status data_set_shape(struct data_set *set, const char *path,
                           const struct data_shape *shape, struct error *error);
/* Reads the values that `set` was shaped for, which end the file. On failure the
 * caller frees the set. */
enum status data_set_values(struct data_set *set, struct data_stream *stream,
                            struct number_type type,
                            const struct data_shape *shape,
                            struct error *error);
/* Reads the labels of a set that has samples, which end the file. On failure the
 * set is as before. */
enum status data_labels_read(struct data_set *set, struct data_stream *stream,
                             struct number_type type,
                             const struct data_shape *shape,
                             struct error *error);

/* Reads the header of a format: what the numbers behind it are. */
typedef enum status data_header_reader(struct data_stream *stream,
                                       struct number_type *type,
                                       struct data_shape *shape,
                                       struct error *error);
/* Reads a stream that is a header and one array, and closes it: samples into *set,
 * which is empty where that fails, or labels for the samples that it has. */
enum status data_array_samples(struct data_stream *stream,
                               data_header_reader *read_header,
                               struct data_set *set, struct error *error);
enum status data_array_labels(struct data_stream *stream,
                              data_header_reader *read_header,
                              struct data_set *set, struct error *error);
/* The same of a file. */
enum status data_file_samples(const char *path, data_header_reader *read_header,
                              struct data_set *set, struct error *error);
enum status data_file_labels(const char *path, data_header_reader *read_header,
                             struct data_set *set, struct error *error);
/* That of numpy's .npy. */
data_header_reader data_npy_header;

/* Makes room for `count` files, each of which is put in its place, in any order
 * and by any thread: `folder` bytes of `path` and a '/' stand before its name;
 * `bytes` are all `size` of it. STATUS_MACHINE without memory. */
enum status data_files_reserve(struct data_set *set, size_t count,
                               struct error *error);
enum status data_files_put(struct data_set *set, size_t i, const char *path,
                           size_t folder, const void *bytes, size_t size,
                           struct error *error);
/* Adds a file, whose name has no folder, by reading all of it. */
enum status data_files_add_whole(struct data_set *set, const char *path,
                                 struct error *error);
/* Adds the file of a stream that is finished; an archive is added as a whole. */
enum status data_files_add_stream(struct data_set *set,
                                  struct data_stream *stream,
                                  struct error *error);
/* The images of a folder of IDX files, its training part or its test part; NULL
 * where it has none. STATUS_INPUT where it has several; STATUS_MACHINE where it
 * cannot be read. */
enum status data_idx_find(struct arena *arena, const char *folder, bool test,
                          const char **path, struct error *error);
/* The labels beside images; NULL where there are none: *sought then says what was
 * looked for. */
const char *data_idx_labels(struct arena *arena, const char *path,
                            const char **sought);

/* Finds set->low and set->high; STATUS_INPUT where a value is NaN or infinite. */
enum status data_scan(struct data_set *set, const char *reference,
                      struct error *error);
/* STATUS_INPUT, saying what the file is and what can be read, where it is
 * plainly of a kind that is no data: a .npz archive, a table. */
enum status data_refuse_kind(const char *path, struct error *error);

/* Takes set->sha256. */
void data_files_sum(struct data_set *set);

#endif
