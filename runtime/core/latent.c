/* Latent vectors, counter-based: no draw depends on another. */
#include "guss/latent.h"

#include <math.h>
#include <string.h>

#include "guss/random.h"

static void copy_row(const struct guss_latent *latent, uint64_t at, int width,
                     float *to)
{
    uint64_t row = at % (uint64_t)latent->count;
    memcpy(to, latent->rows + row * (uint64_t)width,
           (size_t)width * sizeof *to);
}

/* The two words of number i: each draw serves two numbers. */
static double latent_unit(const struct guss_words *words, int i)
{
    int half = i % 2 * 2;
    return guss_unit(words->word[half], words->word[half + 1]);
}

/* Box and Muller 1958: the two normal numbers of a draw. */
static double latent_normal(const struct guss_words *words, int i)
{
    const double two_pi = 6.283185307179586476925286766559;
    double radius = sqrt(-2 * log(1 - latent_unit(words, 0)));
    double angle = two_pi * latent_unit(words, 1);
    return radius * (i % 2 ? sin(angle) : cos(angle));
}

void guss_latent_row(const struct guss_latent *latent, uint64_t seed,
                     uint64_t update, int rows, int row, int width, float *to)
{
    if (latent->distribution == GUSS_LATENT_FILE) {
        copy_row(latent, update * (uint64_t)rows + (uint64_t)row, width, to);
        return;
    }
    struct guss_stream stream =
        guss_stream(seed, GUSS_RANDOM_LATENT, 0, update);
    for (int i = 0; i < width; i++) {
        struct guss_words words =
            guss_draw(&stream, (uint32_t)i / 2, (uint32_t)row);
        to[i] = latent->distribution == GUSS_LATENT_NORMAL
                    ? (float)(latent->a + latent->b * latent_normal(&words, i))
                    : (float)(latent->a +
                              (latent->b - latent->a) * latent_unit(&words, i));
    }
}
