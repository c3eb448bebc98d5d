/* Drawing a share of a set, class by class. The labels of a set may be any
 * numbers, and as many as it has samples: they are sorted. */
#include "trainer/data/data_split.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/data/shuffle.h"

/* The samples of one label: a run of sorted ones. */
struct class_part {
    int64_t first, count, taken;
    int64_t remainder; /* of what it is to give; over all samples */
};

struct drawing {
    int64_t count;    /* samples */
    uint64_t *sorted; /* label above, number below */
    struct class_part *classes;
    int64_t n_classes;
    bool *is_taken; /* of each sample */
};

/* ---- classes ------------------------------------------------------------- */

static int compare_sorted(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;
    return one < other ? -1 : one > other;
}

static void sort_samples(struct drawing *drawing, const int32_t *labels)
{
    for (int64_t i = 0; i < drawing->count; i++) {
        /* negative labels before others */
        uint64_t label = labels ? (uint32_t)labels[i] ^ UINT32_C(1) << 31 : 0;
        drawing->sorted[i] = label << 32 | (uint64_t)i;
    }
    if (labels)
        qsort(drawing->sorted, (size_t)drawing->count, sizeof(uint64_t),
              compare_sorted);
}

static bool begins_class(const struct drawing *drawing, int64_t i)
{
    return i == 0 || drawing->sorted[i] >> 32 != drawing->sorted[i - 1] >> 32;
}

static bool find_classes(struct drawing *drawing)
{
    for (int64_t i = 0; i < drawing->count; i++)
        drawing->n_classes += begins_class(drawing, i);
    drawing->classes =
        calloc((size_t)drawing->n_classes, sizeof *drawing->classes);
    if (!drawing->classes)
        return false;
    struct class_part *class = drawing->classes - 1;
    for (int64_t i = 0; i < drawing->count; i++) {
        if (begins_class(drawing, i))
            (++class)->first = i;
        class->count++;
    }
    return true;
}

/* ---- how many ------------------------------------------------------------ */

/* A product with a decimal share that is a whole number and a half is so within
 * this. */
static const double exactness = 1e-6;

static int64_t count_wanted(const struct drawing *drawing, double share)
{
    return (int64_t)floor(share * (double)drawing->count + 0.5 + exactness);
}

/* Those that are to give one more come first. */
static int compare_remainders(const void *a, const void *b)
{
    const struct class_part *one = *(struct class_part *const *)a;
    const struct class_part *other = *(struct class_part *const *)b;
    if (one->remainder != other->remainder)
        return one->remainder > other->remainder ? -1 : 1;
    if (one->count != other->count)
        return one->count > other->count ? -1 : 1;
    return one < other ? -1 : one > other;
}

/* Whole samples of each class; how many that comes to. Both factors are below
 * 2^32. */
static int64_t take_parts(struct drawing *drawing, int64_t wanted)
{
    int64_t taken = 0;
    for (int64_t i = 0; i < drawing->n_classes; i++) {
        struct class_part *class = &drawing->classes[i];
        class->taken = class->count * wanted / drawing->count;
        class->remainder = class->count * wanted % drawing->count;
        taken += class->taken;
    }
    return taken;
}

/* Samples that are still to be taken, one a class at most. */
static bool take_remainders(struct drawing *drawing, int64_t left)
{
    size_t n = (size_t)drawing->n_classes;
    struct class_part **order = calloc(n, sizeof *order);
    if (!order)
        return false;
    for (size_t i = 0; i < n; i++)
        order[i] = &drawing->classes[i];
    qsort(order, n, sizeof *order, compare_remainders);
    for (size_t i = 0; i < n && left > 0; i++)
        if (order[i]->taken + 1 < order[i]->count) {
            order[i]->taken++;
            left--;
        }
    free(order);
    return true;
}

/* ---- which ones ---------------------------------------------------------- */

/* `numbers` is scratch, of all samples. */
static void mark_taken(struct drawing *drawing, uint64_t seed,
                       uint32_t *numbers)
{
    for (int64_t i = 0; i < drawing->count; i++)
        numbers[i] = (uint32_t)drawing->sorted[i];
    for (int64_t i = 0; i < drawing->n_classes; i++) {
        const struct class_part *class = &drawing->classes[i];
        uint32_t *members = numbers + class->first;
        shuffle_class(members, class->count, seed, (uint64_t)i);
        for (int64_t k = 0; k < class->taken; k++)
            drawing->is_taken[members[k]] = true;
    }
}

static void list_shares(const struct drawing *drawing, uint32_t *numbers,
                        struct data_split *split)
{
    int64_t taken = 0;
    for (int64_t i = 0; i < drawing->n_classes; i++)
        taken += drawing->classes[i].taken;
    *split = (struct data_split){
        .training = numbers, .validation = numbers + (drawing->count - taken)};
    uint32_t *validation = numbers + (drawing->count - taken);
    for (int64_t i = 0; i < drawing->count; i++)
        if (drawing->is_taken[i])
            validation[split->n_validation++] = (uint32_t)i;
        else
            numbers[split->n_training++] = (uint32_t)i;
}

/* ---- the whole ----------------------------------------------------------- */

static bool draw(struct drawing *drawing, const int32_t *labels, double share,
                 uint64_t seed, uint32_t *numbers)
{
    sort_samples(drawing, labels);
    if (!find_classes(drawing))
        return false;
    int64_t wanted = count_wanted(drawing, share);
    if (!take_remainders(drawing, wanted - take_parts(drawing, wanted)))
        return false;
    mark_taken(drawing, seed, numbers);
    return true;
}

enum status data_split_draw(const struct guss_samples *samples, double share,
                            uint64_t seed, struct data_split *split,
                            struct error *error)
{
    size_t count = (size_t)samples->count;
    struct drawing drawing = {.count = samples->count,
                              .sorted = calloc(count, sizeof(uint64_t)),
                              .is_taken = calloc(count, sizeof(bool))};
    uint32_t *numbers = calloc(count, sizeof *numbers);
    bool is_drawn = drawing.sorted && drawing.is_taken && numbers &&
                    draw(&drawing, samples->labels, share, seed, numbers);
    *split = (struct data_split){0};
    if (is_drawn)
        list_shares(&drawing, numbers, split);
    else
        free(numbers);
    free(drawing.sorted);
    free(drawing.classes);
    free(drawing.is_taken);
    return is_drawn
               ? STATUS_OK
               : error_set(error, STATUS_MACHINE,
                           "out of memory: %zu samples to be split", count);
}

void data_split_free(struct data_split *split)
{
    free(split->training);
    *split = (struct data_split){0};
}

void *data_copy_samples(const struct guss_samples *samples,
                        const uint32_t *numbers, int64_t count)
{
    size_t bytes = (size_t)samples->width *
                   (samples->element == GUSS_U8 ? 1 : sizeof(float));
    char *values = calloc((size_t)count, bytes);
    const char *from = samples->values;
    for (int64_t i = 0; values && i < count; i++)
        memcpy(values + (size_t)i * bytes, from + numbers[i] * bytes, bytes);
    return values;
}
