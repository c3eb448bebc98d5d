/* The types of values in a safetensors file that are read: all become float32. */
#ifndef TRAINER_TENSOR_TYPE_H
#define TRAINER_TENSOR_TYPE_H

#include <stddef.h>
#include <stdint.h>

enum tensor_type {
    TENSOR_F32,
    TENSOR_F16,  /* of IEEE 754: 5 bits of exponent, 10 of fraction */
    TENSOR_BF16, /* the upper half of an F32 */
    TENSOR_F64,
    N_TENSOR_TYPES
};

/* The type of a name, "F32"; N_TENSOR_TYPES of another. */
enum tensor_type tensor_type_find(const char *name);

/* Of a value. */
int64_t tensor_type_bytes(enum tensor_type type);

/* Converts `count` little-endian values of a type: exactly, or, of F64, to the
 * nearest. The index of the first that is finite, and beyond all of float32;
 * `count` where there is none. `bytes` need not be aligned. */
int64_t tensor_convert(enum tensor_type type, const char *bytes, int64_t count,
                       float *values);

#endif
