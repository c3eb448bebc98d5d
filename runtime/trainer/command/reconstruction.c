/* Samples above what a network makes of them. */
#include "trainer/command/reconstruction.h"

#include <stdlib.h>
#include <string.h>

#include "trainer/command/forward.h"
#include "trainer/command/pairs.h"
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

static void fill_sheet(const struct guss_model *model, void *memory,
                       struct guss_team *team,
                       const struct guss_network *network,
                       const struct data_set *set, const struct pairs *pairs,
                       float *images)
{
    const struct guss_output *output = &network->outputs[network->results[0]];
    for (int64_t first = 0; first < pairs->count; first += model->batch) {
        int64_t rest = pairs->count - first;
        int rows = rest < model->batch ? (int)rest : model->batch;
        forward_run(memory, team, network, &set->samples, first, rows);
        for (int row = 0; row < rows; row++) {
            int64_t i = first + row;
            forward_convert(&set->samples, i, pairs_upper(pairs, images, i));
            memcpy(pairs_lower(pairs, images, i),
                   forward_row(memory, output, row),
                   (size_t)pairs->width * sizeof *images);
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
    struct pairs pairs = {.count = count,
                          .columns = columns < count ? columns : count,
                          .width = set->samples.width,
                          .pixels = set->samples.pixels};
    float *images = pairs_new(&pairs);
    if (!images)
        return error_set(error, STATUS_MACHINE,
                         "out of memory: the sheet '%s' has %lld images", path,
                         2 * (long long)count);
    fill_sheet(model, memory, team, network, set, &pairs, images);
    enum status status = pairs_write(&pairs, images, set, path, error);
    free(images);
    return status;
}
