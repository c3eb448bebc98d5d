#include "trainer/weights/normalization.h"

#include <float.h>
#include <jansson.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

enum { MOST_NUMBERS = 1 << 20, MOST_LISTED = 4 };

/* ---- texts --------------------------------------------------------------- */

static void put_numbers(struct text *text, const double *numbers, int64_t n)
{
    text_puts(text, "[");
    for (int64_t i = 0; i < n; i++) {
        text_puts(text, i ? ", " : "");
        text_put_real(text, numbers[i]);
    }
    text_puts(text, "]");
}

const char *normalization_text(struct arena *arena,
                               const struct normalization *normalization)
{
    struct text text = text_new(arena);
    if (normalization->n == 0)
        return "";
    text_puts(&text, "{\"input\": [");
    for (int i = 0; i < normalization->rank; i++)
        text_printf(&text, "%s%lld", i ? ", " : "",
                    (long long)normalization->shape[i]);
    text_puts(&text, "], \"mean\": ");
    put_numbers(&text, normalization->mean, normalization->n);
    text_puts(&text, ", \"stddev\": ");
    put_numbers(&text, normalization->stddev, normalization->n);
    text_puts(&text, "}");
    return text_string(&text);
}

static void put_some(struct text *text, const double *numbers, int64_t n)
{
    bool is_cut = n > MOST_LISTED;
    for (int64_t i = 0; i < (is_cut ? MOST_LISTED - 1 : n); i++)
        text_printf(text, "%s%.6g", i ? ", " : "[", numbers[i]);
    if (is_cut)
        text_printf(text, ", ... (%lld)", (long long)n);
    text_puts(text, "]");
}

const char *normalization_list(struct arena *arena,
                               const struct normalization *normalization)
{
    struct text text = text_new(arena);
    text_puts(&text, "mean ");
    put_some(&text, normalization->mean, normalization->n);
    text_puts(&text, ", stddev ");
    put_some(&text, normalization->stddev, normalization->n);
    return text_string(&text);
}

/* ---- reading ------------------------------------------------------------- */

static bool read_shape(json_t *array, struct normalization *normalization)
{
    size_t rank = json_array_size(array);
    if (rank == 0 || rank > GUSS_MAX_RANK)
        return false;
    normalization->rank = (int)rank;
    for (size_t i = 0; i < rank; i++) {
        json_t *extent = json_array_get(array, i);
        normalization->shape[i] = json_integer_value(extent);
        if (!json_is_integer(extent) || normalization->shape[i] < 1)
            return false;
    }
    return true;
}

/* Numbers that float32 can hold, from `least` on; NULL where they are none. */
static const double *read_numbers(struct arena *arena, json_t *array,
                                  double least, size_t *n)
{
    *n = json_array_size(array);
    if (*n == 0 || *n > MOST_NUMBERS)
        return NULL;
    double *numbers = arena_alloc(arena, *n, sizeof *numbers);
    for (size_t i = 0; i < *n; i++) {
        json_t *number = json_array_get(array, i);
        numbers[i] = json_number_value(number);
        if (!json_is_number(number) || numbers[i] < least ||
            fabs(numbers[i]) > (double)FLT_MAX)
            return NULL;
    }
    return numbers;
}

/* The values of a sample by the numbers that they take. */
static bool is_divided(const struct normalization *normalization)
{
    int64_t left = 1;
    for (int i = 0; i < normalization->rank; i++)
        left = left * (normalization->shape[i] % normalization->n) %
               normalization->n;
    return left % normalization->n == 0;
}

static bool read_object(struct arena *arena, json_t *object,
                        struct normalization *normalization)
{
    size_t n_means, n_deviations;
    normalization->mean = read_numbers(arena, json_object_get(object, "mean"),
                                       -(double)FLT_MAX, &n_means);
    normalization->stddev =
        read_numbers(arena, json_object_get(object, "stddev"), (double)FLT_MIN,
                     &n_deviations);
    normalization->n = (int64_t)n_means;
    return normalization->mean && normalization->stddev &&
           n_means == n_deviations &&
           read_shape(json_object_get(object, "input"), normalization) &&
           is_divided(normalization);
}

enum status normalization_read(struct arena *arena, const char *path,
                               const char *text,
                               struct normalization *normalization,
                               struct error *error)
{
    *normalization = (struct normalization){0};
    if (!text || !*text)
        return STATUS_OK;
    json_t *object = json_loads(text, 0, NULL);
    bool is_good = read_object(arena, object, normalization);
    json_decref(object);
    if (is_good)
        return STATUS_OK;
    *normalization = (struct normalization){0};
    return error_set(error, STATUS_INPUT,
                     "'%s' is damaged: its '" NORMALIZATION_KEY
                     "' is not an object of 'input', 'mean' and 'stddev'",
                     path);
}

/* ---- comparing ----------------------------------------------------------- */

static bool are_same(const double *a, const double *b, int64_t n)
{
    for (int64_t i = 0; i < n; i++)
        if ((float)a[i] != (float)b[i])
            return false;
    return true;
}

bool normalization_same(const struct normalization *a,
                        const struct normalization *b)
{
    return a->n == b->n && are_same(a->mean, b->mean, a->n) &&
           are_same(a->stddev, b->stddev, a->n);
}

bool normalization_is_for(const struct normalization *normalization,
                          const struct guss_output *input)
{
    bool is_it = normalization->n > 0 && normalization->rank == input->rank;
    for (int i = 0; is_it && i < input->rank; i++)
        is_it = normalization->shape[i] == input->shape[i];
    return is_it;
}

/* ---- tables -------------------------------------------------------------- */

const struct guss_normalization *
normalization_table(struct arena *arena,
                    const struct normalization *normalization)
{
    enum { LEAST = 64 }; /* numbers: whole vectors of any processor */
    int64_t n = normalization->n;
    if (n == 0)
        return NULL;
    int64_t period = (LEAST + n - 1) / n * n;
    float *mean = arena_alloc(arena, (size_t)period, sizeof *mean);
    float *stddev = arena_alloc(arena, (size_t)period, sizeof *stddev);
    for (int64_t i = 0; i < period; i++) {
        mean[i] = (float)normalization->mean[i % n];
        stddev[i] = (float)normalization->stddev[i % n];
    }
    struct guss_normalization *table = arena_alloc(arena, 1, sizeof *table);
    *table = (struct guss_normalization){mean, stddev, (int)period};
    return table;
}
