/* Fisher and Yates' shuffle (Knuth, The Art of Computer Programming 2, 3.4.2,
 * algorithm P), drawn from a stream of its own: two draws a block. */
#include "trainer/data/shuffle.h"

#include "guss/random.h"

void shuffle_none(uint32_t *order, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        order[i] = (uint32_t)i;
}

/* A number in [0, limit) from 64 random bits: their product's upper part. Some
 * results are likelier than others by less than limit / 2^64. */
static uint32_t pick(uint32_t high, uint32_t low, uint64_t limit)
{
    return (uint32_t)((high * limit + (low * limit >> 32)) >> 32);
}

static void swap(uint32_t *order, int64_t i, int64_t j)
{
    uint32_t kept = order[i];
    order[i] = order[j];
    order[j] = kept;
}

static void permute(uint32_t *order, int64_t count,
                    const struct guss_stream *stream)
{
    for (int64_t i = count - 1; i > 0; i -= 2) {
        struct guss_words words = guss_draw(stream, (uint32_t)i, 0);
        const uint32_t *word = words.word;
        swap(order, i, pick(word[0], word[1], (uint64_t)i + 1));
        if (i > 1)
            swap(order, i - 1, pick(word[2], word[3], (uint64_t)i));
    }
}

void shuffle_pass(uint32_t *order, int64_t count, uint64_t seed, uint64_t pass)
{
    struct guss_stream stream = guss_stream(seed, GUSS_RANDOM_SHUFFLE, 0, pass);
    shuffle_none(order, count);
    permute(order, count, &stream);
}

void shuffle_class(uint32_t *numbers, int64_t count, uint64_t seed,
                   uint64_t class)
{
    struct guss_stream stream = guss_stream(seed, GUSS_RANDOM_SPLIT, 0, class);
    permute(numbers, count, &stream);
}
