/* FNV-1a: exclusive or, then multiply, byte by byte. */
#include "base/fingerprint.h"

#include <string.h>

uint64_t fingerprint_bytes(uint64_t start, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    for (size_t i = 0; i < size; i++)
        start = (start ^ at[i]) * UINT64_C(0x100000001b3);
    return start;
}

uint64_t fingerprint_string(uint64_t start, const char *string)
{
    return fingerprint_bytes(start, string, strlen(string) + 1);
}
