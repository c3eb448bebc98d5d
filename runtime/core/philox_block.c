/* Philox on a block of counters at once: plain loops that the compiler turns
 * into vectors, and, for AVX-512, intrinsics. A round needs the whole product
 * of two 32-bit words, which is one instruction (vpmuludq) where a word lies in
 * the low half of a 64-bit lane, whatever the high half holds; GCC 12 makes
 * three products of it, and draws a third as fast. */
#include "philox_block.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/* The best instruction set is chosen when the program is loaded: that needs
 * GNU indirect functions, and a compiler that shares them between files. */
#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__)
#define BEST_CLONE                                                             \
    __attribute__((optimize("O3"), target_clones("avx2", "default")))
#else
#define BEST_CLONE
#endif

enum { DRAWS = PHILOX_DRAWS };

BEST_CLONE
static void draw_plain(uint32_t words[4][DRAWS], uint32_t first,
                       uint32_t second, const struct guss_stream *stream)
{
    uint32_t *a = words[0], *b = words[1], *c = words[2], *d = words[3];
    uint32_t key[2] = {stream->key[0], stream->key[1]};
    for (uint32_t i = 0; i < DRAWS; i++) {
        a[i] = first + i;
        b[i] = second;
        c[i] = stream->salt[0];
        d[i] = stream->salt[1];
    }
    for (int round = 0; round < GUSS_PHILOX_ROUNDS; round++) {
        for (int i = 0; i < DRAWS; i++) {
            uint64_t left = (uint64_t)GUSS_PHILOX_LEFT * a[i];
            uint64_t right = (uint64_t)GUSS_PHILOX_RIGHT * c[i];
            a[i] = (uint32_t)(right >> 32) ^ b[i] ^ key[0];
            b[i] = (uint32_t)right;
            c[i] = (uint32_t)(left >> 32) ^ d[i] ^ key[1];
            d[i] = (uint32_t)left;
        }
        key[0] += GUSS_PHILOX_KEY_0;
        key[1] += GUSS_PHILOX_KEY_1;
    }
}

#if defined(__x86_64__)
enum { WIDE = 8, GROUPS = DRAWS / WIDE }; /* 64-bit lanes of a vector */

__attribute__((target("avx512f"))) static void
draw_avx512(uint32_t words[4][DRAWS], uint32_t first, uint32_t second,
            const struct guss_stream *stream)
{
    const __m512i left_factor = _mm512_set1_epi64(GUSS_PHILOX_LEFT);
    const __m512i right_factor = _mm512_set1_epi64(GUSS_PHILOX_RIGHT);
    uint32_t key[2] = {stream->key[0], stream->key[1]};
    __m512i word[4][GROUPS];
#pragma GCC unroll 4
    for (int g = 0; g < GROUPS; g++) {
        word[0][g] =
            _mm512_add_epi64(_mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0),
                             _mm512_set1_epi64(first + (uint32_t)(WIDE * g)));
        word[1][g] = _mm512_set1_epi64(second);
        word[2][g] = _mm512_set1_epi64(stream->salt[0]);
        word[3][g] = _mm512_set1_epi64(stream->salt[1]);
    }
    for (int round = 0; round < GUSS_PHILOX_ROUNDS; round++) {
        const __m512i key0 = _mm512_set1_epi64(key[0]);
        const __m512i key1 = _mm512_set1_epi64(key[1]);
#pragma GCC unroll 4
        for (int g = 0; g < GROUPS; g++) {
            __m512i left = _mm512_mul_epu32(word[0][g], left_factor);
            __m512i right = _mm512_mul_epu32(word[2][g], right_factor);
            __m512i left_high = _mm512_srli_epi64(left, 32);
            __m512i right_high = _mm512_shuffle_epi32(right, _MM_PERM_DDBB);
            word[0][g] = _mm512_xor_si512(
                _mm512_xor_si512(right_high, word[1][g]), key0);
            word[2][g] =
                _mm512_xor_si512(_mm512_xor_si512(left_high, word[3][g]), key1);
            word[1][g] = right;
            word[3][g] = left;
        }
        key[0] += GUSS_PHILOX_KEY_0;
        key[1] += GUSS_PHILOX_KEY_1;
    }
#pragma GCC unroll 4
    for (int k = 0; k < 4; k++)
#pragma GCC unroll 4
        for (int g = 0; g < GROUPS; g++)
            _mm256_storeu_si256((__m256i *)&words[k][WIDE * g],
                                _mm512_cvtepi64_epi32(word[k][g]));
}
#endif

void philox_block(uint32_t words[4][DRAWS], uint32_t first, uint32_t second,
                  const struct guss_stream *stream)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f")) {
        draw_avx512(words, first, second, stream);
        return;
    }
#endif
    draw_plain(words, first, second, stream);
}
