/* Random numbers that are drawn by the thousand: dropout's masks, uniform and
 * normal numbers. Draws are made a block at a time; masks and words are
 * integers, so that every instruction set gives the same bits. */
#include "guss/random.h"

#include <math.h>
#include <string.h>

#include "best_clone.h"
#include "philox_block.h"

enum { DRAWS = PHILOX_DRAWS, BLOCK = 4 * DRAWS }; /* of a block, their words */

static const double two_pi = 6.283185307179586476925287;

double guss_normal(const struct guss_words *words)
{
    /* 1 - u lies in (0, 1]: its logarithm is finite. */
    double u = guss_unit(words->word[0], words->word[1]);
    double v = guss_unit(words->word[2], words->word[3]);
    return sqrt(-2.0 * log(1.0 - u)) * cos(two_pi * v);
}

/* The elements of draws first .. first + DRAWS - 1. */
static inline void fill_block(float *mask, uint32_t first, uint32_t sample,
                              const struct guss_stream *stream,
                              uint32_t threshold, float scale)
{
    uint32_t words[4][DRAWS];
    philox_block(words, first, sample, stream);
    for (int i = 0; i < DRAWS; i++)
        for (int k = 0; k < 4; k++)
            mask[4 * i + k] = words[k][i] < threshold ? 0.0f : scale;
}

BEST_CLONE
void guss_dropout_mask(float *mask, int count, double rate, uint64_t seed,
                       uint64_t update, uint32_t use, uint32_t sample)
{
    struct guss_stream stream =
        guss_stream(seed, GUSS_RANDOM_DROPOUT, use, update);
    uint32_t threshold = (uint32_t)(rate * 4294967296.0);
    float scale = (float)(1.0 / (1.0 - rate));
    int element = 0;
    for (; element + BLOCK <= count; element += BLOCK)
        fill_block(mask + element, (uint32_t)element / 4, sample, &stream,
                   threshold, scale);
    if (element == count)
        return;
    float last[BLOCK];
    fill_block(last, (uint32_t)element / 4, sample, &stream, threshold, scale);
    for (int i = 0; element + i < count; i++)
        mask[element + i] = last[i];
}

BEST_CLONE
void guss_words(uint32_t *words, int first, int count, uint32_t second,
                const struct guss_stream *stream)
{
    for (int done = 0; done < count; done += BLOCK) {
        uint32_t block[4][DRAWS];
        philox_block(block, (uint32_t)(first + done) / 4, second, stream);
        size_t rest = (size_t)(count - done) * sizeof *words;
        memcpy(words + done, block, rest < sizeof block ? rest : sizeof block);
    }
}

static inline void uniform_block(float *to, uint32_t words[4][DRAWS], float low,
                                 float extent)
{
    for (int k = 0; k < 4; k++)
        for (int i = 0; i < DRAWS; i++)
            to[k * DRAWS + i] =
                low + extent * ((float)(int32_t)(words[k][i] >> 8) * 0x1p-24f);
}

BEST_CLONE
void guss_uniform(float *to, int first, int count, uint32_t second,
                  const struct guss_stream *stream, float low, float extent)
{
    uint32_t words[4][DRAWS];
    int done = 0;
    for (; done + BLOCK <= count; done += BLOCK) {
        philox_block(words, (uint32_t)(first + done) / 4, second, stream);
        uniform_block(to + done, words, low, extent);
    }
    if (done == count)
        return;
    float last[BLOCK];
    philox_block(words, (uint32_t)(first + done) / 4, second, stream);
    uniform_block(last, words, low, extent);
    memcpy(to + done, last, (size_t)(count - done) * sizeof *to);
}
