/* The directory lies at the end of an archive, before a record of fixed size and
 * a comment; of an archive with large numbers, a second record before that has
 * them, and each entry a field of 64 bits for each number that is all ones. */
#include "trainer/data/data_zip.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

enum {
    END_BYTES = 22,
    LOCATOR_BYTES = 20,
    END64_BYTES = 56,
    ENTRY_BYTES = 46,
    LOCAL_BYTES = 30,
    MOST_COMMENT = 0xffff,
    MOST_ENTRIES = 1 << 16,
    MOST_DIRECTORY = 1 << 24
};

static const uint32_t end_sign = 0x06054b50, locator_sign = 0x07064b50,
                      end64_sign = 0x06064b50, entry_sign = 0x02014b50,
                      local_sign = 0x04034b50;

struct archive {
    struct arena *arena;
    int file;
    int64_t size;
    const char *path;
    struct error *error;
};

/* ---- bytes --------------------------------------------------------------- */

static uint64_t little(const unsigned char *bytes, int size)
{
    uint64_t value = 0;
    for (int i = size - 1; i >= 0; i--)
        value = value << 8 | bytes[i];
    return value;
}

static enum status fail_zip(const struct archive *archive, const char *why)
{
    return error_set(archive->error, STATUS_INPUT,
                     "%s: damaged zip archive (%s)", archive->path, why);
}

/* What lies outside of the archive is STATUS_INPUT. */
static enum status read_at(const struct archive *archive, int64_t at,
                           void *bytes, int64_t size)
{
    unsigned char *to = bytes;
    if (at < 0 || size > archive->size || at > archive->size - size)
        return fail_zip(archive, "a part of it lies beyond its end");
    while (size > 0) {
        ssize_t got = pread(archive->file, to, (size_t)size, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return error_set_errno(archive->error, STATUS_MACHINE,
                                   "cannot read '%s'", archive->path);
        if (got == 0)
            return fail_zip(archive, "it became shorter");
        to += got;
        at += got;
        size -= got;
    }
    return STATUS_OK;
}

/* ---- where the directory is ---------------------------------------------- */

struct directory {
    int64_t at, size, count;
};

/* Numbers of 64 bits that are no offsets, -1, lie nowhere. */
static int64_t number64(const unsigned char *bytes)
{
    uint64_t value = little(bytes, 8);
    return value > INT64_MAX ? -1 : (int64_t)value;
}

/* The record with large numbers, where a locator stands before the end. */
static enum status read_end64(const struct archive *archive, int64_t end,
                              struct directory *directory)
{
    unsigned char locator[LOCATOR_BYTES], record[END64_BYTES];
    if (end < LOCATOR_BYTES)
        return STATUS_OK;
    enum status status =
        read_at(archive, end - LOCATOR_BYTES, locator, LOCATOR_BYTES);
    if (status != STATUS_OK || little(locator, 4) != locator_sign)
        return status;
    status = read_at(archive, number64(locator + 8), record, END64_BYTES);
    if (status != STATUS_OK)
        return status;
    if (little(record, 4) != end64_sign)
        return fail_zip(archive, "its end is not where it says");
    directory->count = number64(record + 32);
    directory->size = number64(record + 40);
    directory->at = number64(record + 48);
    return STATUS_OK;
}

static enum status find_end(const struct archive *archive,
                            struct directory *directory)
{
    unsigned char *tail =
        arena_alloc(archive->arena, END_BYTES + MOST_COMMENT, sizeof *tail);
    int64_t size = archive->size < END_BYTES + MOST_COMMENT
                       ? archive->size
                       : END_BYTES + MOST_COMMENT;
    enum status status = read_at(archive, archive->size - size, tail, size);
    if (status != STATUS_OK)
        return status;
    int64_t at = size - END_BYTES;
    while (at >= 0 &&
           (little(tail + at, 4) != end_sign ||
            (int64_t)little(tail + at + 20, 2) != size - at - END_BYTES))
        at--;
    if (at < 0)
        return fail_zip(archive, "it has no directory");
    directory->count = (int64_t)little(tail + at + 10, 2);
    directory->size = (int64_t)little(tail + at + 12, 4);
    directory->at = (int64_t)little(tail + at + 16, 4);
    return read_end64(archive, archive->size - size + at, directory);
}

/* ---- its entries --------------------------------------------------------- */

/* What is left of the directory. */
struct cursor {
    const unsigned char *at, *end;
};

/* Takes the numbers that are all ones from the field of the entry that has them,
 * in their order. */
static void take_large(struct zip_entry *entry, const unsigned char *extra,
                       int64_t size)
{
    int64_t *const numbers[] = {&entry->size, &entry->packed, &entry->header};
    while (size >= 4) {
        int64_t kind = (int64_t)little(extra, 2);
        int64_t length = (int64_t)little(extra + 2, 2);
        extra += 4;
        size -= 4;
        if (length > size)
            return;
        for (int i = 0, used = 0; kind == 1 && i < 3; i++)
            if (*numbers[i] == UINT32_MAX && used + 8 <= length) {
                *numbers[i] = number64(extra + used);
                used += 8;
            }
        extra += length;
        size -= length;
    }
}

static enum status read_entry(const struct archive *archive,
                              struct cursor *cursor, struct zip_entry *entry)
{
    const unsigned char *at = cursor->at;
    if (cursor->end - at < ENTRY_BYTES || little(at, 4) != entry_sign)
        return fail_zip(archive, "its directory is cut off");
    int64_t name = (int64_t)little(at + 28, 2);
    int64_t extra = (int64_t)little(at + 30, 2);
    int64_t comment = (int64_t)little(at + 32, 2);
    if (cursor->end - at - ENTRY_BYTES < name + extra + comment)
        return fail_zip(archive, "its directory is cut off");
    *entry = (struct zip_entry){
        .name = arena_copy(archive->arena, (const char *)at + ENTRY_BYTES,
                           (size_t)name),
        .is_encrypted = at[8] & 1,
        .method = (int)little(at + 10, 2),
        .crc = (uint32_t)little(at + 16, 4),
        .packed = (int64_t)little(at + 20, 4),
        .size = (int64_t)little(at + 24, 4),
        .header = (int64_t)little(at + 42, 4)};
    take_large(entry, at + ENTRY_BYTES + name, extra);
    cursor->at = at + ENTRY_BYTES + name + extra + comment;
    if (entry->packed < 0 || entry->size < 0 || entry->header < 0 ||
        entry->packed > archive->size || entry->header > archive->size)
        return fail_zip(archive, "a part of it lies beyond its end");
    return STATUS_OK;
}

enum status zip_read(struct arena *arena, int file, int64_t size,
                     const char *path, struct zip *zip, struct error *error)
{
    struct archive archive = {arena, file, size, path, error};
    struct directory directory = {0};
    *zip = (struct zip){0};
    enum status status = find_end(&archive, &directory);
    if (status != STATUS_OK)
        return status;
    if (directory.count < 0 || directory.count > MOST_ENTRIES ||
        directory.size < 0 || directory.size > MOST_DIRECTORY)
        return fail_zip(&archive, "too large a directory");
    unsigned char *bytes =
        arena_alloc(arena, (size_t)directory.size + 1, sizeof *bytes);
    status = read_at(&archive, directory.at, bytes, directory.size);
    struct cursor cursor = {bytes, bytes + directory.size};
    if (directory.count > directory.size / ENTRY_BYTES)
        return fail_zip(&archive, "its directory is cut off");
    zip->entries =
        arena_alloc(arena, (size_t)directory.count + 1, sizeof *zip->entries);
    while (status == STATUS_OK && (int64_t)zip->count < directory.count)
        status = read_entry(&archive, &cursor, &zip->entries[zip->count++]);
    return status;
}

enum status zip_locate(int file, int64_t size, const char *path,
                       const struct zip_entry *entry, int64_t *at,
                       struct error *error)
{
    unsigned char local[LOCAL_BYTES];
    struct archive archive = {NULL, file, size, path, error};
    enum status status = read_at(&archive, entry->header, local, LOCAL_BYTES);
    if (status != STATUS_OK)
        return status;
    if (little(local, 4) != local_sign)
        return fail_zip(&archive, "an entry is not where it says");
    *at = entry->header + LOCAL_BYTES + (int64_t)little(local + 26, 2) +
          (int64_t)little(local + 28, 2);
    if (*at > size - entry->packed)
        return fail_zip(&archive, "a part of it lies beyond its end");
    return STATUS_OK;
}
