/* The sheets of a run, samples/<iteration>.png: of an autoencoder samples above
 * their reconstructions, of a GAN images of the same latent vectors. The last
 * state is always drawn; where the schedule names no others, the first one is,
 * too. */
#include "trainer/training/training.h"

#include "base/file.h"
#include "trainer/inference/generation.h"
#include "trainer/inference/reconstruction.h"

enum {
    GAN_COUNT = 25, /* what the schedule says where nobody says anything */
    GAN_COLUMNS = 5,
    PAIRS = 10 /* of an autoencoder's first and last sheet, in a row */
};

static bool has_snapshots(const struct training *training)
{
    const struct schedule *schedule = &training->session->schedule;
    return schedule->snapshots.every || schedule->snapshots.at.n;
}

/* The first samples of what is validated with, or else of what is trained on;
 * of a share that was set aside, copies. */
static struct data_set drawn_set(const struct training *training)
{
    if (training->has_test)
        return training->test;
    struct data_set set = training->train;
    if (training->has_split)
        set.samples.count = training->split.n_validation;
    if (training->drawn)
        set.samples.values = training->drawn;
    return set;
}

/* ---- before the run ------------------------------------------------------ */

static enum status check_images(struct training *training)
{
    struct session *session = training->session;
    const struct schedule *schedule = &session->schedule;
    if (training->is_gan)
        return generation_check(session->arena, training->network,
                                &session->error);
    const char *reference =
        training->has_test ? schedule->data.test : schedule->data.train;
    struct data_set set = drawn_set(training);
    return reconstruction_check(session->arena, reference, &set,
                                training->network, &session->error);
}

static enum status check_size(struct training *training)
{
    const struct schedule *schedule = &training->session->schedule;
    int64_t count = schedule->snapshots.count;
    int64_t columns = schedule->snapshots.columns;
    struct data_set set = drawn_set(training);
    bool fits = training->is_gan
                    ? generation_fits(training->network, count, columns)
                    : reconstruction_fits(&set, count, columns);
    if (fits)
        return STATUS_OK;
    return error_set(&training->session->error, STATUS_INPUT,
                     "'snapshots.count' is too large: %lld images make a sheet "
                     "of more than 1 GiB",
                     (long long)count);
}

/* Written down, so that a resumed run draws the same. */
static void resolve_pairs(struct training *training)
{
    struct schedule *schedule = &training->session->schedule;
    if (training->is_gan || schedule->snapshots.count != GAN_COUNT ||
        schedule->snapshots.columns != GAN_COLUMNS)
        return;
    schedule->snapshots.count = schedule->snapshots.columns = PAIRS;
}

static enum status copy_drawn(struct training *training)
{
    const struct data_split *split = &training->split;
    int64_t count = training->session->schedule.snapshots.count;
    if (!training->has_split)
        return STATUS_OK;
    if (count > split->n_validation)
        count = split->n_validation;
    training->drawn =
        data_copy_samples(&training->train.samples, split->validation, count);
    return training->drawn ? STATUS_OK
                           : error_set(&training->session->error,
                                       STATUS_MACHINE, "out of memory");
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
        resolve_pairs(training);
    if (status == STATUS_OK)
        status = check_size(training);
    if (status == STATUS_OK)
        status = copy_drawn(training);
    training->draws_sheets = status == STATUS_OK;
    return status;
}

/* ---- drawing ------------------------------------------------------------- */

static enum status draw(struct training *training, const char *path)
{
    struct session *session = training->session;
    if (training->is_gan)
        return gan_write_sheet(training, path);
    struct data_set set = drawn_set(training);
    return reconstruction_write(session, &training->route, &set,
                                session->schedule.snapshots.count,
                                session->schedule.snapshots.columns, path);
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
    const struct schedule *schedule = &training->session->schedule;
    int64_t iteration = (int64_t)training->note.iteration;
    if (iteration == 0)
        return !has_snapshots(training);
    if (schedule->snapshots.every && iteration % schedule->snapshots.every == 0)
        return true;
    for (int64_t i = 0; i < schedule->snapshots.at.n; i++)
        if (schedule->snapshots.at.values[i] == iteration)
            return true;
    return false;
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
