/* The numbers of data files, of every type that numpy and IDX have a plain one
 * for, and what becomes of them: values are float32 (bytes stay bytes), labels are
 * int32. */
#ifndef TRAINER_DATA_NUMBER_H
#define TRAINER_DATA_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

struct number_type {
    enum { NUMBER_NONE, NUMBER_UNSIGNED, NUMBER_SIGNED, NUMBER_FLOAT } kind;
    int bytes;        /* 1, 2, 4 or 8 */
    bool is_big;      /* the first byte is the highest */
    const char *name; /* numpy's: "uint8" */
};

/* numpy's word for a type: "<f4", "|u1", "|b1". NUMBER_NONE where it is no plain
 * number. */
struct number_type number_of_numpy(const char *word);
/* IDX's code; its bytes are in big order. */
struct number_type number_of_idx(int code);

/* True for bytes as pixels are: uint8. */
bool number_is_byte(struct number_type type);

/* The nearest float32, infinite beyond its range. */
float number_to_float(struct number_type type, const unsigned char *bytes);
/* A float's value. */
double number_of_float(struct number_type type, const unsigned char *bytes);
/* False where it is no whole number of 32 bits. */
bool number_to_label(struct number_type type, const unsigned char *bytes,
                     int32_t *label);

#endif
