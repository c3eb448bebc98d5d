/* SHA-256, as it is printed. */
#ifndef BASE_CHECKSUM_H
#define BASE_CHECKSUM_H

#include <nettle/sha2.h>
#include <stdbool.h>

#include "base/status.h"

enum { CHECKSUM_TEXT = 2 * SHA256_DIGEST_SIZE + 1 };

struct checksum {
    struct sha256_ctx context;
};

void checksum_start(struct checksum *checksum);
void checksum_add(struct checksum *checksum, const void *bytes, size_t size);
/* The sum of all that was added, in small hexadecimal digits. */
void checksum_finish(struct checksum *checksum, char text[CHECKSUM_TEXT]);

/* The sum of a whole file. Statuses are those of file_open(). */
enum status checksum_of_file(const char *path, char text[CHECKSUM_TEXT],
                             struct error *error);

/* True where the file at `path` can be read and has this sum. */
bool file_has_checksum(const char *path, const char *text);

#endif
