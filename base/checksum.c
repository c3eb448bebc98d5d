/* SHA-256 of bytes and files (nettle). */
#include "base/checksum.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

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
    size_t got;
    FILE *file = fopen(path, "rb");
    if (!file)
        return error_set_errno(error, STATUS_INPUT, "cannot read '%s'", path);
    checksum_start(&checksum);
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
        checksum_add(&checksum, bytes, got);
    bool is_whole = !ferror(file);
    enum status status = STATUS_OK;
    if (!is_whole)
        status =
            error_set_errno(error, STATUS_MACHINE, "cannot read '%s'", path);
    fclose(file);
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
