/* Halves and doubles to float32. Every F16 and BF16 is a float32, too. */
#include "trainer/weights/tensor_type.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *name;
    int64_t bytes;
} types[N_TENSOR_TYPES] = {[TENSOR_F32] = {"F32", 4},
                           [TENSOR_F16] = {"F16", 2},
                           [TENSOR_BF16] = {"BF16", 2},
                           [TENSOR_F64] = {"F64", 8}};

enum tensor_type tensor_type_find(const char *name)
{
    int type = 0;
    while (type < N_TENSOR_TYPES && strcmp(types[type].name, name) != 0)
        type++;
    return (enum tensor_type)type;
}

int64_t tensor_type_bytes(enum tensor_type type)
{
    return types[type].bytes;
}

static float of_bits(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* Exponents of F16 are 15 too large, those of float32 127; the largest stands
 * for infinity and NaN, 0 for numbers below 2^-14, in steps of 2^-24. */
static float of_f16(uint16_t half)
{
    uint32_t sign = (uint32_t)(half >> 15) << 31;
    uint32_t exponent = half >> 10 & 31, fraction = half & 1023;
    if (exponent == 31)
        return of_bits(sign | 255u << 23 | fraction << 13);
    if (exponent == 0) {
        float size = (float)fraction / (float)(1 << 24);
        return sign ? -size : size;
    }
    return of_bits(sign | (exponent + 127 - 15) << 23 | fraction << 13);
}

static void convert_halves(enum tensor_type type, const char *bytes,
                           int64_t count, float *values)
{
    for (int64_t i = 0; i < count; i++) {
        uint16_t half;
        memcpy(&half, bytes + 2 * i, sizeof half);
        values[i] =
            type == TENSOR_F16 ? of_f16(half) : of_bits((uint32_t)half << 16);
    }
}

static int64_t convert_doubles(const char *bytes, int64_t count, float *values)
{
    int64_t beyond = count;
    for (int64_t i = 0; i < count; i++) {
        double value;
        memcpy(&value, bytes + 8 * i, sizeof value);
        values[i] = (float)value;
        if (isinf(values[i]) && !isinf(value) && beyond == count)
            beyond = i;
    }
    return beyond;
}

int64_t tensor_convert(enum tensor_type type, const char *bytes, int64_t count,
                       float *values)
{
    if (type == TENSOR_F64)
        return convert_doubles(bytes, count, values);
    if (type == TENSOR_F32)
        memcpy(values, bytes, (size_t)count * sizeof *values);
    else
        convert_halves(type, bytes, count, values);
    return count;
}
