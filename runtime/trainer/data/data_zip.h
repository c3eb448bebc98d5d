/* What a zip archive holds (PKWARE's APPNOTE 6.3.10, zip64 included): for .npz
 * files. */
#ifndef TRAINER_DATA_ZIP_H
#define TRAINER_DATA_ZIP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/status.h"

/* A file in an archive, as the archive's directory tells. */
struct zip_entry {
    const char *name;     /* in the arena */
    int64_t packed, size; /* bytes in the archive, and unpacked */
    int64_t header;       /* where its own header lies */
    uint32_t crc;         /* CRC-32 of the unpacked bytes */
    int method;           /* 0: stored, 8: deflate */
    bool is_encrypted;
};

struct zip {
    struct zip_entry *entries; /* in the arena, as many as the archive has */
    size_t count;
};

/* Reads the directory of the archive that is open as `file`, of `size` bytes;
 * `path` is for messages. What it promises lies within the archive. STATUS_INPUT
 * where it does not, or there are more than 2^16 entries. */
enum status zip_read(struct arena *arena, int file, int64_t size,
                     const char *path, struct zip *zip, struct error *error);

/* Where the packed bytes of an entry begin: its own header says. They lie within
 * the archive. */
enum status zip_locate(int file, int64_t size, const char *path,
                       const struct zip_entry *entry, int64_t *at,
                       struct error *error);

#endif
