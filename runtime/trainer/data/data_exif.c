/* A JPEG file begins with segments: 255, a kind, a length in two bytes that counts
 * them too. EXIF is in one of kind 225, a TIFF file: its byte order, and a directory
 * of entries of 12 bytes, each a tag, a type, a count and a value. */
#include "trainer/data/data_exif.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum {
    SEGMENT = 0xff,
    START_OF_SCAN = 0xda,
    APPLICATION_1 = 0xe1,
    ENTRY = 12,
    ORIENTATION = 274,
    SHORT = 3,
    UPRIGHT = 1
};

static uint32_t number(const unsigned char *bytes, int size, bool is_big)
{
    uint32_t value = 0;
    for (int i = 0; i < size; i++)
        value = value << 8 | bytes[is_big ? i : size - 1 - i];
    return value;
}

static int read_tiff(const unsigned char *tiff, size_t size)
{
    if (size < 8)
        return UPRIGHT;
    bool is_big = memcmp(tiff, "MM", 2) == 0;
    if (!is_big && memcmp(tiff, "II", 2) != 0)
        return UPRIGHT;
    size_t at = number(tiff + 4, 4, is_big);
    if (at > size - 2)
        return UPRIGHT;
    uint32_t count = number(tiff + at, 2, is_big);
    for (at += 2; count > 0 && size - at >= ENTRY; count--, at += ENTRY) {
        const unsigned char *entry = tiff + at;
        uint32_t value = number(entry + 8, 2, is_big);
        if (number(entry, 2, is_big) == ORIENTATION &&
            number(entry + 2, 2, is_big) == SHORT)
            return value >= 1 && value <= 8 ? (int)value : UPRIGHT;
    }
    return UPRIGHT;
}

int data_exif_orientation(const unsigned char *bytes, size_t size)
{
    static const char sign[6] = "Exif\0";
    size_t at = 2;
    while (at + 4 <= size && bytes[at] == SEGMENT &&
           bytes[at + 1] != START_OF_SCAN) {
        size_t length = number(bytes + at + 2, 2, true);
        const unsigned char *body = bytes + at + 4;
        if (length < 2 || length > size - at - 2)
            return UPRIGHT;
        if (bytes[at + 1] == APPLICATION_1 && length >= 2 + sizeof sign &&
            memcmp(body, sign, sizeof sign) == 0)
            return read_tiff(body + sizeof sign, length - 2 - sizeof sign);
        at += 2 + length;
    }
    return UPRIGHT;
}
