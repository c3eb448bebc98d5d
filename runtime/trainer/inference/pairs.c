/* Pair i has its upper image in row 2 (i / columns), its lower one in the row
 * below. Where the last pairs do not fill their row, it is filled up with the
 * grey of the sheet. */
#include "trainer/inference/pairs.h"

#include <stdlib.h>

#include "trainer/picture/picture.h"

/* What the sheet's own grey, half of white, is to the network. */
static float grey(enum guss_pixels pixels)
{
    return pixels == GUSS_PIXELS_SIGNED ? 0.0f : 0.5f;
}

static int64_t count_cells(const struct pairs *pairs)
{
    return (pairs->count + pairs->columns - 1) / pairs->columns * 2 *
           pairs->columns;
}

float *pairs_new(const struct pairs *pairs)
{
    int64_t cells = count_cells(pairs);
    if (cells > INT32_MAX)
        return NULL;
    float *images =
        calloc((size_t)cells, (size_t)pairs->width * sizeof *images);
    for (int64_t i = 0; images && i < cells * pairs->width; i++)
        images[i] = grey(pairs->pixels);
    return images;
}

float *pairs_upper(const struct pairs *pairs, float *images, int64_t index)
{
    int64_t columns = pairs->columns;
    int64_t cell = index / columns * 2 * columns + index % columns;
    return images + cell * pairs->width;
}

float *pairs_lower(const struct pairs *pairs, float *images, int64_t index)
{
    return pairs_upper(pairs, images, index) + pairs->columns * pairs->width;
}

/* Without the cells of the last row that nothing is drawn in. */
static struct sheet sheet_of(const struct pairs *pairs,
                             const struct data_set *set)
{
    int64_t cells = count_cells(pairs);
    int64_t unused = cells / 2 - pairs->count;
    struct sheet sheet = {.columns = (int)pairs->columns,
                          .count = (int)(cells - unused),
                          .pixels = pairs->pixels,
                          .is_inverted = pairs->is_inverted};
    data_image_extents(set, &sheet.height, &sheet.width, &sheet.channels);
    return sheet;
}

bool pairs_fit(const struct pairs *pairs, const struct data_set *set)
{
    struct sheet sheet = sheet_of(pairs, set);
    return count_cells(pairs) <= INT32_MAX && sheet_fits(&sheet);
}

enum status pairs_write(const struct pairs *pairs, const float *images,
                        const struct data_set *set, const char *path,
                        struct error *error)
{
    struct sheet sheet = sheet_of(pairs, set);
    sheet.values = images;
    return sheet_write(&sheet, path, error);
}
