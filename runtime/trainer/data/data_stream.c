/* Exact portions of a file, plain or gzip, or of one in a zip archive, for readers
 * that know beforehand how much must be there.
 *
 * Inflated bytes go straight to where the caller wants them; nothing is taken
 * on trust, so a small file can never make guss take much memory. */
#include "trainer/data/data_reader.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trainer/data/sum_cache.h"

enum {
    PIECE = 256 * 1024, /* at a time: what was read is summed from the cache */
    GZIP_WINDOW = 15 + 16, /* zlib: the largest window, a gzip wrapper */
    RAW_WINDOW = -15,      /* the largest window, no wrapper, as in zip */
    DEFLATE_MOST = 1032    /* bytes out of one byte of deflate, at most */
};

static const char *packing(const struct data_stream *stream)
{
    return stream->entry ? "zip" : "gzip";
}

/* Reads up to `size` bytes; *got is 0 only at the end of the file. */
static enum status read_some(struct data_stream *stream, void *bytes,
                             int64_t size, int64_t *got, struct error *error)
{
    ssize_t count;
    if (stream->entry && size > stream->left)
        size = stream->left;
    do {
        count =
            read(stream->file, bytes, (size_t)(size < PIECE ? size : PIECE));
    } while (count < 0 && errno == EINTR);
    if (count < 0)
        return error_set_errno(error, STATUS_MACHINE, "cannot read '%s'",
                               stream->path);
    *got = count;
    if (!stream->is_known)
        checksum_add(&stream->checksum, bytes, (size_t)count);
    stream->left -= count < stream->left ? count : stream->left;
    read_progress_at(&stream->progress, stream->size - stream->left);
    return STATUS_OK;
}

static enum status read_plain(struct data_stream *stream, void *bytes,
                              int64_t size, struct error *error)
{
    unsigned char *to = bytes;
    while (size > 0) {
        int64_t got = 0;
        enum status status = read_some(stream, to, size, &got, error);
        if (status != STATUS_OK)
            return status;
        if (got == 0)
            return error_set(error, STATUS_INPUT, "%s: the file ends too early",
                             stream->path);
        to += got;
        size -= got;
    }
    return STATUS_OK;
}

/* One call of inflate() into the inflater's room, reading when it is dry. */
static enum status inflate_some(struct data_stream *stream, struct error *error)
{
    z_stream *inflater = &stream->inflater;
    if (inflater->avail_in == 0) {
        int64_t got = 0;
        enum status status =
            read_some(stream, stream->pieces, PIECE, &got, error);
        if (status != STATUS_OK)
            return status;
        if (got == 0)
            return error_set(error, STATUS_INPUT,
                             "%s: the %s data ends too early", stream->path,
                             packing(stream));
        inflater->next_in = stream->pieces;
        inflater->avail_in = (uInt)got;
    }
    switch (inflate(inflater, Z_NO_FLUSH)) {
    case Z_STREAM_END:
        stream->ended = true;
        return STATUS_OK;
    case Z_OK:
    case Z_BUF_ERROR: /* no progress was possible: more input is wanted */
        return STATUS_OK;
    case Z_MEM_ERROR:
        return error_set(error, STATUS_MACHINE, "%s: no memory to inflate it",
                         stream->path);
    default:
        return error_set(error, STATUS_INPUT, "%s: damaged %s data (%s)",
                         stream->path, packing(stream),
                         inflater->msg ? inflater->msg : "not deflate");
    }
}

/* Up to `size` bytes; *got is less only where the stream ended. */
static enum status inflate_up_to(struct data_stream *stream, void *bytes,
                                 int64_t size, int64_t *got,
                                 struct error *error)
{
    const int64_t most = 1 << 30;
    unsigned char *to = bytes;
    *got = 0;
    while (size > 0 && !stream->ended) {
        uInt room = (uInt)(size < most ? size : most);
        stream->inflater.next_out = to + *got;
        stream->inflater.avail_out = room;
        enum status status = inflate_some(stream, error);
        if (status != STATUS_OK)
            return status;
        *got += room - stream->inflater.avail_out;
        size -= room - stream->inflater.avail_out;
    }
    return STATUS_OK;
}

static enum status read_packed(struct data_stream *stream, void *bytes,
                               int64_t size, struct error *error)
{
    int64_t got;
    enum status status = inflate_up_to(stream, bytes, size, &got, error);
    if (status == STATUS_OK && got < size)
        return error_set(error, STATUS_INPUT,
                         "%s: the %s data holds too little", stream->path,
                         packing(stream));
    return status;
}

static enum status start_inflater(struct data_stream *stream, int window,
                                  struct error *error)
{
    stream->pieces = malloc(PIECE);
    if (!stream->pieces || inflateInit2(&stream->inflater, window) != Z_OK) {
        free(stream->pieces);
        return error_set(error, STATUS_MACHINE, "%s: no memory to inflate it",
                         stream->path);
    }
    stream->is_packed = true;
    return STATUS_OK;
}

static enum status look_at(struct data_stream *stream, struct error *error)
{
    if (fstat(stream->file, &stream->about) != 0)
        return error_set_errno(error, STATUS_MACHINE, "cannot read '%s'",
                               stream->path);
    if (!S_ISREG(stream->about.st_mode))
        return error_set(error, STATUS_INPUT,
                         "cannot read '%s': it is not a file", stream->path);
    stream->size = stream->left = stream->about.st_size;
    return STATUS_OK;
}

static enum status start(struct data_stream *stream, struct error *error)
{
    enum status status = look_at(stream, error);
    if (status != STATUS_OK)
        return status;
    checksum_start(&stream->checksum);
    stream->is_known = stream->size >= SUM_CACHE_LEAST_BYTES &&
                       sum_cache_find(&stream->about, stream->sum);
    read_progress_start(&stream->progress, stream->path, stream->size);
    unsigned char magic[2] = {0, 0};
    if (pread(stream->file, magic, sizeof magic, 0) < 0)
        return error_set_errno(error, STATUS_MACHINE, "cannot read '%s'",
                               stream->path);
    if (magic[0] == 0x1f && magic[1] == 0x8b)
        return start_inflater(stream, GZIP_WINDOW, error);
    return STATUS_OK;
}

static enum status open_file(struct data_stream *stream, const char *path,
                             struct error *error)
{
    /* O_NONBLOCK: a named pipe is refused, not waited for. */
    stream->file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (stream->file < 0)
        return error_set_errno(error,
                               errno == ENOENT ? STATUS_INPUT : STATUS_MACHINE,
                               "cannot read '%s'", path);
    return STATUS_OK;
}

enum status data_stream_open(struct data_stream *stream, const char *path,
                             struct error *error)
{
    *stream = (struct data_stream){.path = path};
    enum status status = open_file(stream, path, error);
    if (status != STATUS_OK)
        return status;
    status = start(stream, error);
    if (status != STATUS_OK)
        close(stream->file);
    return status;
}

/* ---- of an archive ------------------------------------------------------- */

static enum status check_entry(const struct data_stream *stream,
                               struct error *error)
{
    const struct zip_entry *entry = stream->entry;
    if (entry->is_encrypted)
        return error_set(error, STATUS_INPUT, "%s: it is encrypted",
                         stream->path);
    if (entry->method != 0 && entry->method != 8)
        return error_set(error, STATUS_INPUT,
                         "%s: packed by method %d of zip; only 0, stored, and "
                         "8, deflate, can be read",
                         stream->path, entry->method);
    if (entry->method == 0 && entry->packed != entry->size)
        return error_set(error, STATUS_INPUT,
                         "%s: damaged zip archive (stored, but of two sizes)",
                         stream->path);
    return STATUS_OK;
}

static enum status start_entry(struct data_stream *stream, const char *path,
                               struct error *error)
{
    int64_t at;
    enum status status = look_at(stream, error);
    if (status == STATUS_OK)
        status = check_entry(stream, error);
    if (status == STATUS_OK)
        status = zip_locate(stream->file, stream->size, path, stream->entry,
                            &at, error);
    if (status != STATUS_OK)
        return status;
    if (lseek(stream->file, (off_t)at, SEEK_SET) < 0)
        return error_set_errno(error, STATUS_MACHINE, "cannot read '%s'", path);
    stream->size = stream->left = stream->entry->packed;
    stream->unpacked_left = stream->entry->size;
    stream->is_known = true; /* the archive is summed as a whole */
    read_progress_start(&stream->progress, stream->path, stream->size);
    return stream->entry->method == 8
               ? start_inflater(stream, RAW_WINDOW, error)
               : STATUS_OK;
}

enum status data_stream_open_entry(struct data_stream *stream, const char *path,
                                   const char *shown,
                                   const struct zip_entry *entry,
                                   struct error *error)
{
    *stream = (struct data_stream){.path = shown, .entry = entry};
    enum status status = open_file(stream, path, error);
    if (status != STATUS_OK)
        return status;
    status = start_entry(stream, path, error);
    if (status != STATUS_OK)
        close(stream->file);
    return status;
}

static enum status read_entry(struct data_stream *stream, void *bytes,
                              int64_t size, struct error *error)
{
    if (size > stream->unpacked_left)
        return error_set(error, STATUS_INPUT, "%s: the file ends too early",
                         stream->path);
    enum status status = stream->is_packed
                             ? read_packed(stream, bytes, size, error)
                             : read_plain(stream, bytes, size, error);
    stream->unpacked_left -= size;
    if (status == STATUS_OK)
        stream->crc = (uint32_t)crc32_z(stream->crc, bytes, (z_size_t)size);
    return status;
}

static enum status check_crc(const struct data_stream *stream,
                             struct error *error)
{
    if (stream->crc == stream->entry->crc)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "%s: damaged zip archive (its CRC-32 is %08" PRIx32
                     ", not %08" PRIx32 ")",
                     stream->path, stream->crc, stream->entry->crc);
}

/* ---- reading ------------------------------------------------------------- */

enum status data_stream_read(struct data_stream *stream, void *bytes,
                             int64_t size, struct error *error)
{
    if (stream->entry)
        return read_entry(stream, bytes, size, error);
    if (stream->is_packed)
        return read_packed(stream, bytes, size, error);
    return read_plain(stream, bytes, size, error);
}

enum status data_stream_pass(struct data_stream *stream, struct error *error)
{
    assert(!stream->is_packed && !stream->entry);
    if (stream->is_known) {
        stream->left = 0;
        return STATUS_OK;
    }
    unsigned char *piece = malloc(PIECE);
    enum status status =
        piece ? STATUS_OK
              : error_set(error, STATUS_MACHINE, "%s: no memory to read it",
                          stream->path);
    while (status == STATUS_OK && stream->left > 0)
        status = read_plain(stream, piece,
                            stream->left < PIECE ? stream->left : PIECE, error);
    free(piece);
    return status;
}

enum status data_stream_some(struct data_stream *stream, void *bytes,
                             int64_t size, int64_t *got, struct error *error)
{
    assert(!stream->entry);
    if (stream->is_packed)
        return inflate_up_to(stream, bytes, size, got, error);
    *got = size < stream->left ? size : stream->left;
    return read_plain(stream, bytes, *got, error);
}

enum status data_stream_expect(const struct data_stream *stream, int64_t size,
                               const char *what, struct error *error)
{
    int64_t follow = stream->entry ? stream->unpacked_left : stream->left;
    if (stream->is_packed && size / DEFLATE_MOST > stream->size)
        return error_set(error, STATUS_INPUT,
                         "%s: the header promises %s, but %" PRId64
                         " bytes of %s data cannot hold that",
                         stream->path, what, stream->size, packing(stream));
    if ((!stream->is_packed || stream->entry) && size != follow)
        return error_set(error, STATUS_INPUT,
                         "%s: the header promises %s, %" PRId64
                         " bytes in all, but %" PRId64 " follow it",
                         stream->path, what, size, follow);
    return STATUS_OK;
}

/* Of a file that is known, or has been read to its end. */
static enum status take_sum(struct data_stream *stream, struct error *error)
{
    struct stat now;
    bool is_same = fstat(stream->file, &now) == 0 &&
                   sum_cache_is_same(&stream->about, &now);
    if (stream->is_known)
        return is_same ? STATUS_OK
                       : error_set(error, STATUS_INPUT,
                                   "%s: it changed while it was read",
                                   stream->path);
    checksum_finish(&stream->checksum, stream->sum);
    if (is_same && stream->size >= SUM_CACHE_LEAST_BYTES)
        sum_cache_keep(&stream->about, stream->sum);
    return STATUS_OK;
}

enum status data_stream_finish(struct data_stream *stream, struct error *error)
{
    while (stream->is_packed && !stream->ended) {
        unsigned char extra;
        stream->inflater.next_out = &extra;
        stream->inflater.avail_out = 1;
        enum status status = inflate_some(stream, error);
        if (status != STATUS_OK)
            return status;
        if (stream->inflater.avail_out == 0)
            return error_set(error, STATUS_INPUT,
                             "%s: the %s data holds more than its header "
                             "promises",
                             stream->path, packing(stream));
    }
    int64_t behind = stream->left + (int64_t)stream->inflater.avail_in;
    if (behind > 0)
        return error_set(error, STATUS_INPUT,
                         "%s: %" PRId64 " bytes follow the end of the data",
                         stream->path, behind);
    return stream->entry ? check_crc(stream, error) : take_sum(stream, error);
}

void data_stream_close(struct data_stream *stream)
{
    if (stream->is_packed)
        inflateEnd(&stream->inflater);
    free(stream->pieces);
    close(stream->file);
    read_progress_end(&stream->progress);
}
