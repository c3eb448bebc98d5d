/* Counter-based random numbers: Philox 4x32-10.
 *
 * A number is a pure function of the seed, of what it is for and of its
 * indexes. There is no state to save, and neither the number of threads nor
 * the order of the work can change what is drawn. A stream is a key derived
 * from seed, purpose and two indexes; its numbers are then counted. */
#ifndef GUSS_RANDOM_H
#define GUSS_RANDOM_H

#include <stdint.h>

/* The values are written into no file, but they key every draw: a new one is
 * added at the end. */
enum guss_purpose {
    GUSS_RANDOM_INITIAL_WEIGHTS = 1,
    GUSS_RANDOM_SHUFFLE,
    GUSS_RANDOM_DROPOUT,
    GUSS_RANDOM_NOISE,
    GUSS_RANDOM_LATENT,
    GUSS_RANDOM_BENCH,
    GUSS_RANDOM_SPLIT,
    GUSS_RANDOM_AUGMENT
};

struct guss_words {
    uint32_t word[4];
};

struct guss_stream {
    uint32_t key[2];
    uint32_t salt[2]; /* the counter's upper half */
};

/* Of Philox 4x32-10: the factors of a round, and what is added to the key after
 * it. */
#define GUSS_PHILOX_LEFT UINT32_C(0xD2511F53)
#define GUSS_PHILOX_RIGHT UINT32_C(0xCD9E8D57)
#define GUSS_PHILOX_KEY_0 UINT32_C(0x9E3779B9)
#define GUSS_PHILOX_KEY_1 UINT32_C(0xBB67AE85)
enum { GUSS_PHILOX_ROUNDS = 10 };

/* Ten rounds of Philox 4x32. Salmon, Moraes, Dror, Shaw 2011: "Parallel Random
 * Numbers: As Easy as 1, 2, 3", SC11, section 3.3; the constants are those of
 * its reference implementation, Random123. */
static inline struct guss_words guss_philox(struct guss_words counter,
                                            uint32_t key0, uint32_t key1)
{
    uint32_t a = counter.word[0], b = counter.word[1];
    uint32_t c = counter.word[2], d = counter.word[3];
    for (int round = 0; round < GUSS_PHILOX_ROUNDS; round++) {
        uint64_t left = (uint64_t)GUSS_PHILOX_LEFT * a;
        uint64_t right = (uint64_t)GUSS_PHILOX_RIGHT * c;
        a = (uint32_t)(right >> 32) ^ b ^ key0;
        b = (uint32_t)right;
        c = (uint32_t)(left >> 32) ^ d ^ key1;
        d = (uint32_t)left;
        key0 += GUSS_PHILOX_KEY_0;
        key1 += GUSS_PHILOX_KEY_1;
    }
    return (struct guss_words){{a, b, c, d}};
}

/* The stream of (seed, purpose, which, index). */
static inline struct guss_stream guss_stream(uint64_t seed,
                                             enum guss_purpose purpose,
                                             uint32_t which, uint64_t index)
{
    struct guss_words counter = {
        {(uint32_t)purpose, which, (uint32_t)index, (uint32_t)(index >> 32)}};
    struct guss_words words =
        guss_philox(counter, (uint32_t)seed, (uint32_t)(seed >> 32));
    return (struct guss_stream){{words.word[0], words.word[1]},
                                {words.word[2], words.word[3]}};
}

/* Four words of a stream, by two indexes. */
static inline struct guss_words guss_draw(const struct guss_stream *stream,
                                          uint32_t first, uint32_t second)
{
    struct guss_words counter = {
        {first, second, stream->salt[0], stream->salt[1]}};
    return guss_philox(counter, stream->key[0], stream->key[1]);
}

/* A double of 53 random bits in [0, 1). */
static inline double guss_unit(uint32_t high, uint32_t low)
{
    return ((double)(high >> 5) * 67108864.0 + (double)(low >> 6)) *
           (1.0 / 9007199254740992.0);
}

/* A standard normal number from four words (Box and Muller 1958). */
double guss_normal(const struct guss_words *words);

/* Standard normal numbers, a pair of each pair of words (Box and Muller 1958),
 * to[i], to[i + 1] = r cos(a), r sin(a) with r = sqrt(-2 log((word[i] + 1) /
 * 2^32)) and a = 2 pi word[i + 1] / 2^32, within 5e-7 of their size. `count` is
 * even. Every instruction set gives the same bits. */
void guss_normal_pairs(float *to, const uint32_t *words, int count);

/* Standard normal numbers for elements first .. first + count - 1 of one
 * sample: as guss_normal() makes of draw (e, sample) of the stream, from the
 * first 32 bits of each of its numbers. `first` is a multiple of 32. */
void guss_noise(float *to, int first, int count, uint32_t sample,
                const struct guss_stream *stream);

/* Dropout's factors for one sample of an update: mask[e] is 0 with probability
 * `rate`, else 1 / (1 - rate), for the elements 0 .. count - 1 in Keras's
 * order. Element e uses word e % 4 of draw (e / 4, sample) of the stream
 * (seed, GUSS_RANDOM_DROPOUT, use, update).
 *
 * rate    in [0, 1)
 * update  updates done before this one
 * use     number of the layer's place in the update: its index in a network
 *         that stands alone
 * sample  index of the sample in the batch */
void guss_dropout_mask(float *mask, int count, double rate, uint64_t seed,
                       uint64_t update, uint32_t use, uint32_t sample);

/* Words number first .. first + count - 1, of draws (0, second), (1, second),
 * ... in blocks of 128: word e is word e % 128 / 32 of draw (e / 128 * 32 + e %
 * 32, second). `first` is a multiple of 128. */
void guss_words(uint32_t *words, int first, int count, uint32_t second,
                const struct guss_stream *stream);

/* The same words as numbers from `low` to below low + extent, of 24 random
 * bits. */
void guss_uniform(float *to, int first, int count, uint32_t second,
                  const struct guss_stream *stream, float low, float extent);

#endif
