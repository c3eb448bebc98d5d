/* First weights: from the seed and each weight's initializer, in double. */
#include <math.h>
#include <stddef.h>
#include <stdlib.h>

#include "base/fingerprint.h"
#include "base/memory.h"
#include "guss/orthogonal.h"
#include "guss/random.h"
#include "trainer/weights/weights.h"

enum {
    ATTEMPTS = 64
}; /* at a normal number within 2 deviations: all fail
                           with probability 0.0455^64 */

/* The stream is of the weight: `index` and `attempt` choose the draw. */
static struct guss_words draw(const struct guss_stream *stream, uint64_t index,
                              uint32_t attempt)
{
    uint32_t upper = (uint32_t)(index >> 32) * ATTEMPTS + attempt;
    return guss_draw(stream, (uint32_t)index, upper);
}

static double draw_truncated(const struct guss_stream *stream, uint64_t index)
{
    for (uint32_t attempt = 0; attempt < ATTEMPTS; attempt++) {
        struct guss_words words = draw(stream, index, attempt);
        double normal = guss_normal(&words);
        if (fabs(normal) <= 2.0)
            return normal;
    }
    return 0.0;
}

static double draw_element(const struct guss_weight *weight,
                           const struct guss_stream *stream, uint64_t index)
{
    struct guss_words words;
    switch (weight->initializer) {
    case GUSS_CONSTANT:
        return weight->a;
    case GUSS_NORMAL:
        words = draw(stream, index, 0);
        return weight->a + weight->b * guss_normal(&words);
    case GUSS_UNIFORM:
        words = draw(stream, index, 0);
        return weight->a + (weight->b - weight->a) *
                               guss_unit(words.word[0], words.word[1]);
    case GUSS_TRUNCATED:
        return weight->a + weight->b * draw_truncated(stream, index);
    case GUSS_ORTHOGONAL:
        break; /* all elements at once */
    }
    return 0.0;
}

static struct guss_stream stream_of(const struct guss_weight *weight,
                                    uint64_t seed)
{
    uint64_t key = fingerprint_string(FINGERPRINT_EMPTY, weight->network);
    key = fingerprint_string(key, weight->layer);
    key = fingerprint_string(key, weight->name);
    return guss_stream(seed, GUSS_RANDOM_INITIAL_WEIGHTS, 0, key);
}

/* Normal numbers, the same bits on every machine. */
static void draw_vector(const struct guss_stream *stream, uint32_t index,
                        int64_t length, double *vector)
{
    enum { SOME = 256 };
    float normals[SOME];
    for (int64_t first = 0; first < length; first += SOME) {
        int64_t left = length - first;
        int count = left < SOME ? (int)left : SOME;
        guss_noise(normals, (int)first, count, index, stream);
        for (int i = 0; i < count; i++)
            vector[first + i] = (double)normals[i];
    }
}

/* The fewer of rows and columns are vectors of normal numbers that are made
 * orthonormal. */
static void initialise_orthogonal(const struct guss_weight *weight,
                                  const struct guss_stream *stream,
                                  float *laid_out)
{
    int64_t columns = weight->shape[weight->rank - 1];
    int64_t rows = weight_count(weight) / columns;
    int64_t n = rows < columns ? rows : columns;
    int64_t length = rows < columns ? columns : rows;
    size_t numbers = (size_t)(n * length);
    double *vectors = memory_alloc((2 * numbers + (size_t)n) * sizeof *vectors);
    for (int64_t i = 0; i < n; i++)
        draw_vector(stream, (uint32_t)i, length, vectors + i * length);
    guss_orthonormalise(vectors, n, length, vectors + numbers);
    for (int64_t i = 0; i < rows; i++)
        for (int64_t j = 0; j < columns; j++) {
            int64_t at = rows < columns ? i * length + j : j * length + i;
            laid_out[weight->offset + (size_t)i * weight->stride + (size_t)j] =
                (float)(weight->a * vectors[at]);
        }
    free(vectors);
}

static void initialise(const struct guss_weight *weight, float *laid_out,
                       uint64_t seed)
{
    struct guss_stream stream = stream_of(weight, seed);
    int64_t width = weight->rank ? weight->shape[weight->rank - 1] : 1;
    int64_t count = weight_count(weight);
    if (weight->initializer == GUSS_ORTHOGONAL) {
        initialise_orthogonal(weight, &stream, laid_out);
        return;
    }
    for (int64_t i = 0; i < count; i++) {
        size_t row = (size_t)(i / width), column = (size_t)(i % width);
        laid_out[weight->offset + row * weight->stride + column] =
            (float)draw_element(weight, &stream, (uint64_t)i);
    }
}

void weights_initialise(const struct guss_model *model, void *memory,
                        uint64_t seed)
{
    for (int i = 0; i < model->n_weights; i++)
        initialise(&model->weights[i], model_weights(model, memory), seed);
}
