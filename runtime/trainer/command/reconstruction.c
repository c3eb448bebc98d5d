/* A sheet of pairs: sample i stands in row 2 (i / columns), what the network
 * makes of it in the row below. Where the last originals do not fill their
 * row, it is filled up with the grey of the sheet. */
#include "trainer/command/reconstruction.h"

#include <stdlib.h>
#include <string.h>

#include "trainer/command/forward.h"
#include "trainer/picture/picture.h"
#include "trainer/weights/weights.h"

/* ---- shapes -------------------------------------------------------------- */

enum status reconstruction_check(struct arena *arena, const char *reference,
                                 const struct data_set *set,
                                 const struct guss_network *network,
                                 struct error *error)
{
    int height, width, channels;
    const struct guss_output *output = &network->outputs[network->results[0]];
    if (!data_image_extents(set, &height, &width, &channels))
        return error_set(error, STATUS_INPUT,
                         "cannot draw the samples of '%s': %s is no image of "
                         "1 or 3 channels",
                         reference, extents_text(arena, set->rank, set->shape));
    if (output_elements(output) == output_elements(&network->inputs[0]))
        return STATUS_OK;
    return error_set(
        error, STATUS_INPUT,
        "network '%s' does not reconstruct: its output %s has "
        "other values than its input %s",
        network->name, extents_text(arena, output->rank, output->shape),
        extents_text(arena, network->inputs[0].rank, network->inputs[0].shape));
}

/* ---- drawing ------------------------------------------------------------- */

/* What the sheet's own grey, half of white, is to the network. */
static float grey(enum guss_pixels pixels)
{
    return pixels == GUSS_PIXELS_SIGNED ? 0.0f : 0.5f;
}

static void fill_sheet(const struct guss_model *model, void *memory,
                       struct guss_team *team,
                       const struct guss_network *network,
                       const struct data_set *set, int64_t count,
                       int64_t columns, float *values)
{
    const struct guss_output *output = &network->outputs[network->results[0]];
    int64_t size = set->samples.width;
    for (int64_t first = 0; first < count; first += model->batch) {
        int64_t rest = count - first;
        int rows = rest < model->batch ? (int)rest : model->batch;
        forward_run(memory, team, network, &set->samples, first, rows);
        for (int row = 0; row < rows; row++) {
            int64_t i = first + row;
            int64_t cell = i / columns * 2 * columns + i % columns;
            forward_convert(&set->samples, i, values + cell * size);
            memcpy(values + (cell + columns) * size,
                   forward_row(memory, output, row),
                   (size_t)size * sizeof *values);
        }
    }
}

enum status reconstruction_write(const struct guss_model *model, void *memory,
                                 struct guss_team *team,
                                 const struct guss_network *network,
                                 const struct data_set *set, int64_t count,
                                 int64_t columns, const char *path,
                                 struct error *error)
{
    if (count > set->samples.count)
        count = set->samples.count;
    if (columns > count)
        columns = count;
    int64_t pairs = (count + columns - 1) / columns;
    int64_t cells = pairs * 2 * columns;
    bool fits = cells <= INT32_MAX;
    float *values = calloc(fits ? (size_t)cells : SIZE_MAX,
                           (size_t)set->samples.width * sizeof *values);
    if (!values)
        return error_set(error, STATUS_MACHINE,
                         "out of memory: the sheet '%s' has %lld images", path,
                         (long long)cells);
    for (int64_t i = 0; i < cells * set->samples.width; i++)
        values[i] = grey(set->samples.pixels);
    fill_sheet(model, memory, team, network, set, count, columns, values);
    struct sheet sheet = {.columns = (int)columns,
                          .count = (int)(cells - (pairs * columns - count)),
                          .pixels = set->samples.pixels,
                          .values = values};
    data_image_extents(set, &sheet.height, &sheet.width, &sheet.channels);
    enum status status = sheet_write(&sheet, path, error);
    free(values);
    return status;
}
