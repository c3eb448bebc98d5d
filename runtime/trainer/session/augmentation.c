#include "trainer/session/augmentation.h"

#include <stdlib.h>

#include "trainer/session/network.h"

/* Two axes are a picture's where they are flattened, or reshaped to an image, at
 * once; else they are steps and their channels. */
static bool reads_steps(const struct guss_network *network,
                        const struct guss_output *input)
{
    int index = (int)(input - network->outputs);
    bool reads = false;
    for (int i = 0; input->rank == 2 && i < network->n_outputs; i++) {
        const struct guss_output *output = &network->outputs[i];
        bool is_flat = output->rank != 2 &&
                       output_elements(output) == output_elements(input);
        for (int k = 0; k < output->n_reads; k++)
            reads |= output->reads[k] == index && !is_flat;
    }
    return reads;
}

/* A row of numbers, which nothing moves, is no picture unless it has as many
 * values or pixels as the sample; two axes are none unless they are its own. */
static bool has_pictures(const struct data_set *targets,
                         const struct guss_picture *sample)
{
    int64_t pixels = (int64_t)sample->height * sample->width;
    int64_t width = targets->samples.width;
    if (targets->rank == 2)
        return targets->shape[0] == sample->height &&
               targets->shape[1] == sample->width;
    return targets->rank > 2 || width == pixels ||
           width == pixels * sample->channels;
}

/* Two axes of others could be a smaller picture, or points in the sample. */
static enum status refuse_target(struct session *session,
                                 const struct data_set *targets,
                                 const struct guss_picture *sample)
{
    return session_report(
        session, session->schedule.where.augment,
        "'data.augment' cannot tell whether a target of %s is a picture: "
        "it has the %d x %d of its sample, or three axes, where it is one, and "
        "one axis where it is none",
        extents_text(session->arena, targets->rank, targets->shape),
        sample->height, sample->width);
}

static enum status find_target(struct session *session,
                               const struct data_set *set,
                               struct guss_augment *how)
{
    const struct guss_output *result =
        network_result(sampled_network(session->model));
    const struct data_set *targets = set->targets;
    struct guss_picture picture;
    if (!targets)
        return STATUS_OK;
    if ((result->rank == 3 || has_pictures(targets, &how->sample)) &&
        data_augment_picture(result, targets, &picture))
        how->target = picture;
    else if (targets->rank == 2)
        return refuse_target(session, targets, &how->sample);
    return STATUS_OK;
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
    const struct guss_network *network = sampled_network(session->model);
    const struct guss_output *input = network_input(network);
    struct guss_picture picture = {1, 1, 1};
    *augmentation = (struct augmentation){0};
    bool is_picture = !reads_steps(network, input) &&
                      data_augment_picture(input, set, &picture);
    augmentation->is_asked = data_augment(&session->schedule.data.augment,
                                          picture, set, &augmentation->how);
    if (!augmentation->is_asked)
        return STATUS_OK;
    if (!is_picture)
        return refuse_rows(session, reference, set);
    enum status status = find_target(session, set, &augmentation->how);
    if (status == STATUS_OK)
        status = check_shift(session, &augmentation->how);
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
