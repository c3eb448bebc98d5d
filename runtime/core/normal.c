/* Normal numbers from words, many at a time: plain loops without branches that
 * the compiler turns into vectors. Each step is an integer's or is rounded once,
 * so that every instruction set gives the same bits. */
#include <math.h>
#include <string.h>

#include "best_clone.h"
#include "guss/logarithm.h"
#include "guss/random.h"
#include "philox_block.h"

static inline uint32_t bits_of(float x)
{
    uint32_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline float from_bits(uint32_t bits)
{
    float x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Where the mask is set the bits of `yes`, else those of `no`. */
static inline uint32_t select(uint32_t mask, uint32_t yes, uint32_t no)
{
    return (yes & mask) | (no & ~mask);
}

/* word + more, rounded once: both halves of the word are floats, and vectors
 * convert signed integers alone. */
static inline float to_float(uint32_t word, int more)
{
    return (float)(int32_t)(word >> 16) * 65536.0f +
           (float)((int32_t)(word & 0xffff) + more);
}

/* sqrt(-2 log u) for u = (word + 1) / 2^32 in (0, 1]. With u = 2^n (1 + f), 1 + f
 * in [sqrt(1/2), sqrt(2)]. From sqrt(1/2) on n is 0, and f = u - 1 is taken from
 * the word, since u has lost what tells it from 1. */
static inline float radius_of(uint32_t word)
{
    const uint32_t root = 0xb504f334u; /* sqrt(1/2) 2^32 */
    uint32_t bits = bits_of(to_float(word, 1) * 0x1p-32f);
    uint32_t offset = bits - 0x3f3504f3u; /* sqrt(1/2) */
    uint32_t near_one = 0u - (uint32_t)(word >= root);
    float below_one = to_float(~word, 0) * -0x1p-32f;
    float f = from_bits((offset & 0x007fffffu) + 0x3f3504f3u) - 1.0f;
    f = from_bits(select(near_one, bits_of(below_one), bits_of(f)));
    float n = (float)((int32_t)offset >> 23 & (int32_t)~near_one);
    return sqrtf(-2.0f * guss_log_reduced(n, f));
}

/* The cosine and sine of 2 pi word / 2^32: the nearest quarter of a turn is
 * taken off, exactly, and the rest, up to pi / 4 either way, goes into the
 * polynomials of Cephes' sinf. */
static inline void turn_by(uint32_t word, float *cosine, float *sine)
{
    uint32_t quarter = (word + 0x20000000u) >> 30;
    float x = (float)(int32_t)(word - (quarter << 30)) * 1.46291808e-9f;
    float square = x * x;
    float s = -1.9515295891e-4f * square + 8.3321608736e-3f;
    s = s * square - 1.6666654611e-1f;
    s = s * square * x + x;
    float c = 2.443315711809948e-5f * square - 1.388731625493765e-3f;
    c = c * square + 4.166664568298827e-2f;
    c = c * square * square - 0.5f * square + 1.0f;
    uint32_t is_odd = 0u - (quarter & 1u);
    *cosine = from_bits(select(is_odd, bits_of(s), bits_of(c)) ^
                        ((quarter + 1u) & 2u) << 30);
    *sine = from_bits(select(is_odd, bits_of(c), bits_of(s)) ^ (quarter & 2u)
                                                                   << 30);
}

BEST_CLONE
void guss_normal_pairs(float *to, const uint32_t *words, int count)
{
    for (int i = 0; i < count / 2; i++) {
        float cosine, sine;
        float radius = radius_of(words[2 * i]);
        turn_by(words[2 * i + 1], &cosine, &sine);
        to[2 * i] = radius * cosine;
        to[2 * i + 1] = radius * sine;
    }
}

static inline void noise_block(float *to, uint32_t words[4][PHILOX_DRAWS])
{
    for (int i = 0; i < PHILOX_DRAWS; i++) {
        float cosine, sine;
        turn_by(words[2][i], &cosine, &sine);
        to[i] = radius_of(~words[0][i]) * cosine;
    }
}

BEST_CLONE
void guss_noise(float *to, int first, int count, uint32_t sample,
                const struct guss_stream *stream)
{
    for (int done = 0; done < count; done += PHILOX_DRAWS) {
        uint32_t words[4][PHILOX_DRAWS];
        float block[PHILOX_DRAWS];
        philox_block(words, (uint32_t)(first + done), sample, stream);
        noise_block(block, words);
        size_t rest = (size_t)(count - done) * sizeof *to;
        memcpy(to + done, block, rest < sizeof block ? rest : sizeof block);
    }
}
