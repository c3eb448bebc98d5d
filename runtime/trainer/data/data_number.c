/* Types of numbers, read byte by byte, so that this machine's order is of no
 * matter. IEEE 754; integers are two's complement. */
#include "trainer/data/data_number.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* numpy's kinds of one character and size. */
static const struct {
    const char *word; /* behind the byte order */
    struct number_type type;
} numpy_types[] = {
    {"u1", {NUMBER_UNSIGNED, 1, false, "uint8"}},
    {"u2", {NUMBER_UNSIGNED, 2, false, "uint16"}},
    {"u4", {NUMBER_UNSIGNED, 4, false, "uint32"}},
    {"u8", {NUMBER_UNSIGNED, 8, false, "uint64"}},
    {"i1", {NUMBER_SIGNED, 1, false, "int8"}},
    {"i2", {NUMBER_SIGNED, 2, false, "int16"}},
    {"i4", {NUMBER_SIGNED, 4, false, "int32"}},
    {"i8", {NUMBER_SIGNED, 8, false, "int64"}},
    {"f2", {NUMBER_FLOAT, 2, false, "float16"}},
    {"f4", {NUMBER_FLOAT, 4, false, "float32"}},
    {"f8", {NUMBER_FLOAT, 8, false, "float64"}},
    {"b1", {NUMBER_UNSIGNED, 1, false, "bool"}},
};

static const struct number_type none = {NUMBER_NONE, 0, false, ""};

struct number_type number_of_numpy(const char *word)
{
    if (word[0] != '<' && word[0] != '>' && word[0] != '|')
        return none;
    for (size_t i = 0; i < sizeof numpy_types / sizeof *numpy_types; i++) {
        struct number_type type = numpy_types[i].type;
        if (strcmp(numpy_types[i].word, word + 1) != 0)
            continue;
        type.is_big = word[0] == '>';
        return type;
    }
    return none;
}

struct number_type number_of_idx(int code)
{
    switch (code) {
    case 0x08:
        return number_of_numpy(">u1");
    case 0x09:
        return number_of_numpy(">i1");
    case 0x0b:
        return number_of_numpy(">i2");
    case 0x0c:
        return number_of_numpy(">i4");
    case 0x0d:
        return number_of_numpy(">f4");
    case 0x0e:
        return number_of_numpy(">f8");
    default:
        return none;
    }
}

bool number_is_byte(struct number_type type)
{
    return strcmp(type.name, "uint8") == 0;
}

static uint64_t read_bits(struct number_type type, const unsigned char *bytes)
{
    uint64_t bits = 0;
    for (int i = 0; i < type.bytes; i++)
        bits = bits << 8 | bytes[type.is_big ? i : type.bytes - 1 - i];
    return bits;
}

/* -1 - ~bits is the value of a negative number's bits. */
static int64_t signed_value(struct number_type type, uint64_t bits)
{
    uint64_t sign = UINT64_C(1) << (8 * type.bytes - 1);
    if (!(bits & sign))
        return (int64_t)bits;
    return -1 - (int64_t)(~bits & (sign - 1));
}

static double half_value(uint64_t bits)
{
    int exponent = (int)(bits >> 10 & 31), fraction = (int)(bits & 1023);
    double size = exponent == 31  ? fraction ? (double)NAN : HUGE_VAL
                  : exponent == 0 ? ldexp(fraction, -24)
                                  : ldexp(1024 + fraction, exponent - 25);
    return bits >> 15 ? -size : size;
}

static double float_value(struct number_type type, uint64_t bits)
{
    double value;
    float single;
    uint32_t half = (uint32_t)bits;
    switch (type.bytes) {
    case 2:
        return half_value(bits);
    case 4:
        memcpy(&single, &half, sizeof single);
        return (double)single;
    default:
        memcpy(&value, &bits, sizeof value);
        return value;
    }
}

double number_of_float(struct number_type type, const unsigned char *bytes)
{
    return float_value(type, read_bits(type, bytes));
}

float number_to_float(struct number_type type, const unsigned char *bytes)
{
    uint64_t bits = read_bits(type, bytes);
    switch (type.kind) {
    case NUMBER_UNSIGNED:
        return (float)bits;
    case NUMBER_SIGNED:
        return (float)signed_value(type, bits);
    default:
        return (float)float_value(type, bits);
    }
}

static bool label_of_float(double value, int32_t *label)
{
    if (!(value >= INT32_MIN && value <= INT32_MAX) || value != floor(value))
        return false;
    *label = (int32_t)value;
    return true;
}

bool number_to_label(struct number_type type, const unsigned char *bytes,
                     int32_t *label)
{
    uint64_t bits = read_bits(type, bytes);
    if (type.kind == NUMBER_FLOAT)
        return label_of_float(float_value(type, bits), label);
    if (type.kind == NUMBER_UNSIGNED) {
        *label = (int32_t)(bits & INT32_MAX);
        return bits <= INT32_MAX;
    }
    int64_t value = signed_value(type, bits);
    *label = (int32_t)value;
    return value >= INT32_MIN && value <= INT32_MAX;
}
