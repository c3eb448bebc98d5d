/* Latent vectors, counter-based: no draw depends on another. */
#include "guss/latent.h"

#include <string.h>

#include "guss/random.h"

enum { CHUNK = 256 }; /* numbers drawn together, a multiple of 128 */

static void draw(const struct guss_latent *latent,
                 const struct guss_stream *stream, int row, int first,
                 int count, float *to)
{
    uint32_t words[CHUNK];
    if (latent->distribution == GUSS_LATENT_UNIFORM) {
        guss_uniform(to, first, count, (uint32_t)row, stream, (float)latent->a,
                     (float)(latent->b - latent->a));
        return;
    }
    float mean = (float)latent->a, deviation = (float)latent->b;
    for (int done = 0; done < count; done += CHUNK) {
        int n = count - done < CHUNK ? count - done : CHUNK, even = n + n % 2;
        float drawn[CHUNK];
        guss_words(words, first + done, even, (uint32_t)row, stream);
        guss_normal_pairs(drawn, words, even);
        for (int i = 0; i < n; i++)
            to[done + i] = mean + deviation * drawn[i];
    }
}

void guss_latent_part(const struct guss_latent *latent, uint64_t seed,
                      uint64_t update, int rows, int row, int width, int first,
                      int count, float *to)
{
    if (latent->distribution == GUSS_LATENT_FILE) {
        uint64_t at =
            (update * (uint64_t)rows + (uint64_t)row) % (uint64_t)latent->count;
        memcpy(to, latent->rows + at * (uint64_t)width + (uint64_t)first,
               (size_t)count * sizeof *to);
        return;
    }
    struct guss_stream stream =
        guss_stream(seed, GUSS_RANDOM_LATENT, 0, update);
    draw(latent, &stream, row, first, count, to);
}

void guss_latent_row(const struct guss_latent *latent, uint64_t seed,
                     uint64_t update, int rows, int row, int width, float *to)
{
    guss_latent_part(latent, seed, update, rows, row, width, 0, width, to);
}
