/* SHA-256 of bytes and files (nettle). */
#include "compiler/fetch/checksum.h"

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

bool file_has_checksum(const char *path, const char *text)
{
    struct checksum checksum;
    char found[CHECKSUM_TEXT], bytes[16384];
    size_t got;
    FILE *file = file_exists(path) ? fopen(path, "rb") : NULL;
    if (!file)
        return false;
    checksum_start(&checksum);
    while ((got = fread(bytes, 1, sizeof bytes, file)) > 0)
        checksum_add(&checksum, bytes, got);
    bool is_whole = !ferror(file);
    fclose(file);
    checksum_finish(&checksum, found);
    return is_whole && strcmp(found, text) == 0;
}
