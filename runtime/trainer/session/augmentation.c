#include "trainer/session/augmentation.h"

#include <stdlib.h>

#include "trainer/session/network.h"

/* A row of numbers, which nothing moves, is no picture unless it has as many
 * values or pixels as the sample. */
static bool has_pictures(const struct data_set *targets,
                         const struct guss_picture *sample)
{
    int64_t pixels = (int64_t)sample->height * sample->width;
    int64_t width = targets->samples.width;
    return targets->rank > 1 || width == pixels ||
           width == pixels * sample->channels;
}

static void find_target(const struct guss_model *model,
                        const struct data_set *set, struct guss_augment *how)
{
    const struct guss_output *result = network_result(sampled_network(model));
    struct guss_picture picture;
    if (set->targets &&
        (result->rank == 3 || has_pictures(set->targets, &how->sample)) &&
        data_augment_picture(result, set->targets, &picture))
        how->target = picture;
}

/* ---- beginning ----------------------------------------------------------- */

static enum status refuse_rows(struct session *session, const char *reference,
                               const struct data_set *set)
{
    return session_report(session, session->schedule.where.augment,
                          "'data.augment' is for pictures, and a sample of "
                          "'%s' is %s",
                          reference,
                          extents_text(session->arena, set->rank, set->shape));
}

static enum status check_shift(struct session *session,
                               const struct guss_augment *how)
{
    int height = how->sample.height, width = how->sample.width;
    int least = height < width ? height : width;
    if (how->shift < least)
        return STATUS_OK;
    return session_report(session, session->schedule.where.shift,
                          "'data.augment.shift' must be less than a side of "
                          "the pictures, which are %d x %d, not %d",
                          height, width, how->shift);
}

static enum status make_room(struct session *session,
                             struct augmentation *augmentation)
{
    size_t workers = (size_t)guss_team_count(session->team);
    augmentation->numbers = guss_augment_numbers(&augmentation->how);
    augmentation->scratch =
        calloc(workers, augmentation->numbers * sizeof(float));
    if (augmentation->scratch)
        return STATUS_OK;
    return error_set(&session->error, STATUS_MACHINE,
                     "out of memory: %zu pictures of %zu numbers", workers,
                     augmentation->numbers);
}

enum status augmentation_begin(struct session *session, const char *reference,
                               const struct data_set *set,
                               struct augmentation *augmentation)
{
    const struct guss_output *input =
        network_input(sampled_network(session->model));
    struct guss_picture picture = {1, 1, 1};
    *augmentation = (struct augmentation){0};
    bool is_picture = data_augment_picture(input, set, &picture);
    augmentation->is_asked = data_augment(&session->schedule.data.augment,
                                          picture, set, &augmentation->how);
    if (!augmentation->is_asked)
        return STATUS_OK;
    if (!is_picture)
        return refuse_rows(session, reference, set);
    find_target(session->model, set, &augmentation->how);
    enum status status = check_shift(session, &augmentation->how);
    return status == STATUS_OK ? make_room(session, augmentation) : status;
}

void augmentation_end(struct augmentation *augmentation)
{
    free(augmentation->scratch);
    augmentation->scratch = NULL;
}

struct guss_batch augmentation_batch(const struct augmentation *augmentation,
                                     const struct guss_batch *batch,
                                     const struct guss_worker *worker)
{
    struct guss_batch own = *batch;
    if (augmentation->is_asked) {
        own.augment = &augmentation->how;
        own.scratch = augmentation->scratch +
                      (size_t)worker->index * augmentation->numbers;
    }
    return own;
}
