/* The sheets of a run, samples/<iteration>.png: of an autoencoder samples above
 * their reconstructions, of a regression above its results and their targets, of a
 * GAN images of the same latent vectors. The last
 * state is always drawn; where the schedule names no others, the first one is,
 * too. */
#include "trainer/training/training.h"

#include "base/file.h"
#include "trainer/inference/generation.h"
#include "trainer/inference/reconstruction.h"

enum {
    GAN_COUNT = 25, /* what the schedule says where nobody says anything */
    GAN_COLUMNS = 5,
    STACKS = 10 /* of the first and last sheet of samples, in a row */
};

static bool has_snapshots(const struct training *training)
{
    const struct schedule *schedule = &training->session->schedule;
    return schedule->snapshots.every || schedule->snapshots.at.n;
}

/* The first samples of what is validated with, or else of what is trained on. */
static struct reconstruction drawn_samples(const struct training *training)
{
    const struct schedule *schedule = &training->session->schedule;
    bool has_test = training->has_test;
    struct reconstruction drawn = {
        .reference = has_test ? schedule->data.test : schedule->data.train,
        .set = has_test ? &training->test : &training->train,
        .route = &training->route,
        .count = schedule->snapshots.count,
        .columns = schedule->snapshots.columns};
    if (!training->has_split)
        return drawn;
    drawn.numbers = training->split.validation;
    if (drawn.count > training->split.n_validation)
        drawn.count = training->split.n_validation;
    return drawn;
}

/* ---- before the run ------------------------------------------------------ */

static enum status check_images(struct training *training)
{
    struct session *session = training->session;
    const struct reconstruction drawn = drawn_samples(training);
    return training->is_gan
               ? generation_check(session->arena, training->network,
                                  &session->error)
               : reconstruction_check(session, &drawn);
}

static enum status check_size(struct training *training)
{
    const struct schedule *schedule = &training->session->schedule;
    int64_t count = schedule->snapshots.count;
    int64_t columns = schedule->snapshots.columns;
    const struct reconstruction drawn = drawn_samples(training);
    bool fits = training->is_gan
                    ? generation_fits(training->network, count, columns)
                    : reconstruction_fits(training->session, &drawn);
    if (fits)
        return STATUS_OK;
    return error_set(&training->session->error, STATUS_INPUT,
                     "'snapshots.count' is too large: %lld images make a sheet "
                     "of more than 1 GiB",
                     (long long)count);
}

/* Written down, so that a resumed run draws the same. */
static void resolve_stacks(struct training *training)
{
    struct schedule *schedule = &training->session->schedule;
    if (training->is_gan || schedule->snapshots.count != GAN_COUNT ||
        schedule->snapshots.columns != GAN_COLUMNS)
        return;
    schedule->snapshots.count = schedule->snapshots.columns = STACKS;
}

enum status sheets_prepare(struct training *training)
{
    struct session *session = training->session;
    if (training->model->objective == GUSS_CLASSIFIER)
        return STATUS_OK;
    enum status status = check_images(training);
    if (status == STATUS_INPUT && !has_snapshots(training)) {
        session->error = (struct error){0}; /* data that are no images */
        return STATUS_OK;
    }
    if (!has_snapshots(training))
        resolve_stacks(training);
    if (status == STATUS_OK)
        status = check_size(training);
    training->draws_sheets = status == STATUS_OK;
    return status;
}

/* ---- drawing ------------------------------------------------------------- */

static enum status draw(struct training *training, const char *path)
{
    const struct reconstruction drawn = drawn_samples(training);
    return training->is_gan
               ? gan_write_sheet(training, path)
               : reconstruction_write(training->session, &drawn, path);
}

static enum status save(struct training *training)
{
    const struct checkpoint_note *note = &training->note;
    struct run_folder folder = training->folder;
    folder.arena = arena_new();
    enum status status = folder_make(run_folder_file(&folder, RUN_SAMPLES),
                                     &training->session->error);
    if (status == STATUS_OK)
        status = draw(training, run_folder_sample(&folder, note->iteration));
    arena_free(folder.arena);
    training->has_sheet = status == STATUS_OK;
    training->sheet = note->iteration;
    return status;
}

static bool is_due(const struct training *training)
{
    uint64_t iteration = training->note.iteration;
    return iteration == 0
               ? !has_snapshots(training)
               : schedule_has_snapshot(&training->session->schedule, iteration);
}

enum status sheets_save_due(struct training *training)
{
    return training->draws_sheets && is_due(training) ? save(training)
                                                      : STATUS_OK;
}

enum status sheets_save_last(struct training *training)
{
    bool is_there =
        training->has_sheet && training->sheet == training->note.iteration;
    return training->draws_sheets && !is_there ? save(training) : STATUS_OK;
}
