/* SHA-256 of bytes and files (nettle). */
#include "base/checksum.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"

void checksum_start(struct checksum *checksum)
{
    sha256_init(&checksum->context);
}

void checksum_add(struct checksum *checksum, const void *bytes, size_t size)
{
    sha256_update(&checksum->context, size, bytes);
}

void checksum_finish(struct checksum *checksum, char text[CHECKSUM_TEXT])
{
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_digest(&checksum->context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(text + 2 * i, 3, "%02x", digest[i]);
}

enum status checksum_of_file(const char *path, char text[CHECKSUM_TEXT],
                             struct error *error)
{
    struct checksum checksum;
    char bytes[1 << 14];
    int fd;
    uint64_t left;
    enum status status = file_open(path, &fd, &left, error);
    if (status != STATUS_OK)
        return status;
    checksum_start(&checksum);
    while (status == STATUS_OK && left > 0) {
        size_t piece = left < sizeof bytes ? (size_t)left : sizeof bytes;
        status = file_read_exactly(fd, path, bytes, piece, error);
        checksum_add(&checksum, bytes, piece);
        left -= piece;
    }
    close(fd);
    checksum_finish(&checksum, text);
    return status;
}

bool file_has_checksum(const char *path, const char *text)
{
    struct error unread = {0};
    char found[CHECKSUM_TEXT];
    return file_exists(path) &&
           checksum_of_file(path, found, &unread) == STATUS_OK &&
           strcmp(found, text) == 0;
}
