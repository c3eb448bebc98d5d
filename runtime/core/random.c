/* Random numbers that are drawn by the thousand: dropout's masks, and the
 * normal distribution. The mask's loop draws LANES blocks at once, in arrays
 * that the compiler turns into vectors; integers only, so that every
 * instruction set gives the same bits. */
#include "guss/random.h"

#include <math.h>
#include <string.h>

enum { LANES = 32, BLOCK = 128 }; /* draws made together, their elements */

/* The best instruction set is chosen when the program is loaded: that needs
 * GNU indirect functions, and a compiler that shares them between files. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__)
#define BEST_CLONE                                                             \
    __attribute__((optimize("O3"), target_clones("avx512f", "avx2", "default")))
#else
#define BEST_CLONE
#endif

static const double two_pi = 6.283185307179586476925287;

double guss_normal(const struct guss_words *words)
{
    /* 1 - u lies in (0, 1]: its logarithm is finite. */
    double u = guss_unit(words->word[0], words->word[1]);
    double v = guss_unit(words->word[2], words->word[3]);
    return sqrt(-2.0 * log(1.0 - u)) * cos(two_pi * v);
}

/* guss_philox() on LANES counters, round by round. */
static inline void draw_lanes(uint32_t a[LANES], uint32_t b[LANES],
                              uint32_t c[LANES], uint32_t d[LANES],
                              uint32_t key0, uint32_t key1)
{
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < LANES; i++) {
            uint64_t left = (uint64_t)0xD2511F53u * a[i];
            uint64_t right = (uint64_t)0xCD9E8D57u * c[i];
            a[i] = (uint32_t)(right >> 32) ^ b[i] ^ key0;
            b[i] = (uint32_t)right;
            c[i] = (uint32_t)(left >> 32) ^ d[i] ^ key1;
            d[i] = (uint32_t)left;
        }
        key0 += 0x9E3779B9u;
        key1 += 0xBB67AE85u;
    }
}

/* The words of draws first .. first + LANES - 1. */
static inline void draw_block(uint32_t words[4][LANES], uint32_t first,
                              uint32_t second, const struct guss_stream *stream)
{
    for (uint32_t i = 0; i < LANES; i++) {
        words[0][i] = first + i;
        words[1][i] = second;
        words[2][i] = stream->salt[0];
        words[3][i] = stream->salt[1];
    }
    draw_lanes(words[0], words[1], words[2], words[3], stream->key[0],
               stream->key[1]);
}

/* The elements of draws first .. first + LANES - 1. */
static inline void fill_block(float *mask, uint32_t first, uint32_t sample,
                              const struct guss_stream *stream,
                              uint32_t threshold, float scale)
{
    uint32_t words[4][LANES];
    draw_block(words, first, sample, stream);
    for (int i = 0; i < LANES; i++)
        for (int k = 0; k < 4; k++)
            mask[4 * i + k] = words[k][i] < threshold ? 0.0f : scale;
}

BEST_CLONE
void guss_dropout_mask(float *mask, int count, float rate, uint64_t seed,
                       uint64_t update, uint32_t use, uint32_t sample)
{
    struct guss_stream stream =
        guss_stream(seed, GUSS_RANDOM_DROPOUT, use, update);
    uint32_t threshold = (uint32_t)((double)rate * 4294967296.0);
    float scale = 1.0f / (1.0f - rate);
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
        uint32_t block[4][LANES];
        draw_block(block, (uint32_t)(first + done) / 4, second, stream);
        size_t rest = (size_t)(count - done) * sizeof *words;
        memcpy(words + done, block, rest < sizeof block ? rest : sizeof block);
    }
}

BEST_CLONE
void guss_uniform(float *to, int first, int count, uint32_t second,
                  const struct guss_stream *stream, float low, float extent)
{
    for (int done = 0; done < count; done += BLOCK) {
        uint32_t block[4][LANES];
        float numbers[BLOCK];
        draw_block(block, (uint32_t)(first + done) / 4, second, stream);
        for (int k = 0; k < 4; k++)
            for (int i = 0; i < LANES; i++)
                numbers[k * LANES + i] =
                    low +
                    extent * ((float)(int32_t)(block[k][i] >> 8) * 0x1p-24f);
        size_t rest = (size_t)(count - done) * sizeof *to;
        memcpy(to + done, numbers,
               rest < sizeof numbers ? rest : sizeof numbers);
    }
}
