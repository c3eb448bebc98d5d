/* Stack i has its uppermost image in row height (i / columns) of the sheet, the
 * others in the rows below. Where the last stacks do not fill their rows, these
 * are filled up with the grey of the sheet. */
#include "trainer/inference/stacks.h"

#include <stdlib.h>

#include "trainer/picture/picture.h"

int64_t image_values(const struct image_extents *image)
{
    return (int64_t)image->height * image->width * image->channels;
}

/* What the sheet's own grey, half of white, is to the network. */
static float grey(enum guss_pixels pixels)
{
    return pixels == GUSS_PIXELS_SIGNED ? 0.0f : 0.5f;
}

static int64_t count_cells(const struct stacks *stacks)
{
    return (stacks->count + stacks->columns - 1) / stacks->columns *
           stacks->height * stacks->columns;
}

float *stacks_new(const struct stacks *stacks)
{
    int64_t cells = count_cells(stacks), size = image_values(&stacks->image);
    if (cells > INT32_MAX)
        return NULL;
    float *images = calloc((size_t)cells, (size_t)size * sizeof *images);
    for (int64_t i = 0; images && i < cells * size; i++)
        images[i] = grey(stacks->pixels);
    return images;
}

float *stacks_image(const struct stacks *stacks, float *images, int64_t index,
                    int level)
{
    int64_t columns = stacks->columns;
    int64_t row = index / columns * stacks->height + level;
    int64_t cell = row * columns + index % columns;
    return images + cell * image_values(&stacks->image);
}

/* Without the cells of the last row that nothing is drawn in. */
static struct sheet sheet_of(const struct stacks *stacks)
{
    int64_t cells = count_cells(stacks);
    int64_t unused = cells / stacks->height - stacks->count;
    return (struct sheet){.columns = (int)stacks->columns,
                          .count = (int)(cells - unused),
                          .height = stacks->image.height,
                          .width = stacks->image.width,
                          .channels = stacks->image.channels,
                          .pixels = stacks->pixels,
                          .is_inverted = stacks->is_inverted};
}

bool stacks_fit(const struct stacks *stacks)
{
    struct sheet sheet = sheet_of(stacks);
    return count_cells(stacks) <= INT32_MAX && sheet_fits(&sheet);
}

enum status stacks_write(const struct stacks *stacks, const float *images,
                         const char *path, struct error *error)
{
    struct sheet sheet = sheet_of(stacks);
    sheet.values = images;
    return sheet_write(&sheet, path, error);
}
