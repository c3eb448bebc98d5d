/* A 64-bit number that stands for some bytes: FNV-1a. It tells different
 * things apart; it does not keep an attacker out. */
#ifndef BASE_FINGERPRINT_H
#define BASE_FINGERPRINT_H

#include <stddef.h>
#include <stdint.h>

/* The fingerprint of nothing: the first `start`. */
#define FINGERPRINT_EMPTY UINT64_C(0xcbf29ce484222325)

/* `start` continued by `size` bytes, or by a string and its NUL.
 * http://www.isthe.com/chongo/tech/comp/fnv/ */
uint64_t fingerprint_bytes(uint64_t start, const void *bytes, size_t size);
uint64_t fingerprint_string(uint64_t start, const char *string);

#endif
