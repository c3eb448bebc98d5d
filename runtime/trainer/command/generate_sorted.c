/* generate where a judge sorts: what --accept keeps, as many of each class as
 * --per-class says, as a sheet or as a folder of classes. */
#include "trainer/command/generate_sorted.h"

#include "base/new_folder.h"
#include "trainer/command/commands.h"
#include "trainer/inference/generation.h"
#include "trainer/inference/latent.h"
#include "trainer/inference/sorted_folder.h"
#include "trainer/inference/sorting.h"
#include "trainer/session/network.h"

/* ---- the command line ---------------------------------------------------- */

bool generate_writes_folder(const struct options *options)
{
    const char *output = options->texts[OPTION_OUTPUT];
    return output && path_is_of_folder(output);
}

bool generate_is_sorted(const struct options *options)
{
    return options->texts[OPTION_ACCEPT] || options->texts[OPTION_PER_CLASS] ||
           generate_writes_folder(options);
}

/* What asks for a judge, as it is called in messages. */
static const char *asking_option(const struct options *options)
{
    if (options->texts[OPTION_ACCEPT])
        return "--accept";
    return options->texts[OPTION_PER_CLASS] ? "--per-class"
                                            : "a folder of classes";
}

static enum status check_judge(struct session *session)
{
    const struct guss_model *model = session->model;
    const char *option = asking_option(session->options);
    if (model->objective != GUSS_GAN)
        return error_set(
            &session->error, STATUS_USAGE,
            "%s is for the generator of a gan whose schedule names "
            "a judge, and '%s' is no gan",
            option, model->name);
    if (!model->judge)
        return error_set(
            &session->error, STATUS_USAGE,
            "%s wants a judge; name one in the schedule, judge: {model: M.nn, "
            "weights: W.safetensors, features: LAYER}, and rebuild: guss build "
            "MODEL.nn SCHEDULE.yaml",
            option);
    if (!session->schedule.judge.model)
        return error_set(&session->error, STATUS_USAGE,
                         "%s wants the judge, which this schedule leaves out",
                         option);
    return STATUS_OK;
}

enum status generate_sorted_check(struct session *session,
                                  const struct guss_network *network)
{
    const struct options *options = session->options;
    enum status status = check_judge(session);
    if (status != STATUS_OK)
        return status;
    if (network != trained_network(session->model))
        return error_set(&session->error, STATUS_USAGE,
                         "%s is for the generator, and the judge does not know "
                         "network '%s'; leave --network out",
                         asking_option(options), network->name);
    if (options->per_class && options->count)
        return error_set(&session->error, STATUS_USAGE,
                         "--count and --per-class both say how many images; "
                         "leave one out");
    if (!generate_writes_folder(options))
        return STATUS_OK;
    if (options->columns)
        return error_set(&session->error, STATUS_USAGE,
                         "--columns is for a sheet, and '%s' is a folder",
                         options->texts[OPTION_OUTPUT]);
    return new_folder_check(session->arena, options->texts[OPTION_OUTPUT],
                            &session->error);
}

/* ---- what is written ----------------------------------------------------- */

/* A row for each class, unless that is a long one. */
static int64_t choose_columns(const struct options *options,
                              const struct sorted *sorted)
{
    enum { LONG_ROW = 100 };
    if (options->columns)
        return options->columns;
    return options->per_class > 0 && options->per_class <= LONG_ROW
               ? options->per_class
               : square_columns(sorted->count);
}

static enum status write_folder(struct session *session,
                                const struct guss_network *network,
                                const struct sorted *sorted)
{
    const char *const *texts = session->options->texts;
    enum status status =
        sorted_folder_write(session->arena, network, generation_pixels(session),
                            sorted, texts[OPTION_OUTPUT], &session->error);
    if (status != STATUS_OK || !texts[OPTION_NPY])
        return status;
    return generation_write_numbers(network, sorted->values, sorted->count,
                                    texts[OPTION_NPY], &session->error);
}

static enum status write_sorted(struct session *session,
                                const struct guss_network *network,
                                struct sorted *sorted)
{
    const struct options *options = session->options;
    bool is_folder = generate_writes_folder(options);
    enum status status = STATUS_OK;
    if (is_folder || options->per_class)
        status = sorted_by_class(sorted, &session->error);
    if (status == STATUS_OK && is_folder)
        status = write_folder(session, network, sorted);
    else if (status == STATUS_OK)
        status =
            generation_write(session, network, sorted->values, sorted->count,
                             choose_columns(options, sorted));
    if (status != STATUS_OK)
        return status;
    puts(sorted_text(session->arena, sorted));
    return session_flush(session);
}

/* ---- running ------------------------------------------------------------- */

/* --accept and --per-class ask the autoencoder too, where there is one. */
static enum status open_opinion(struct session *session,
                                struct opinion *opinion,
                                struct sorting *sorting)
{
    const struct options *options = session->options;
    *opinion = (struct opinion){0};
    if (!opinion_is_asked(session) ||
        (!options->texts[OPTION_ACCEPT] && !options->texts[OPTION_PER_CLASS]))
        return STATUS_OK;
    sorting->opinion = opinion;
    enum status status = opinion_open_alone(session, opinion);
    if (status == STATUS_INPUT && session->error.text[0])
        return error_set(&session->error, status,
                         "%s; %s holds images against real ones by the "
                         "autoencoder, --set judge.autoencoder=null by the "
                         "judge alone",
                         arena_strdup(session->arena, session->error.text),
                         asking_option(options));
    return status;
}

static enum status sort(struct session *session, struct sorting *sorting,
                        struct sorted *sorted)
{
    struct judge judge;
    struct opinion opinion;
    enum status status = judge_open(session, &judge);
    if (status != STATUS_OK)
        return status;
    status = open_opinion(session, &opinion, sorting);
    if (status == STATUS_OK)
        status = sorting_run(session, &judge, sorting, sorted);
    opinion_close(&opinion);
    judge_close(&judge);
    return status;
}

enum status generate_sorted(struct session *session,
                            const struct guss_network *network,
                            const struct guss_latent *source, int64_t count)
{
    const struct options *options = session->options;
    const struct route route = route_whole(session->arena, network);
    struct sorting sorting = {.route = &route,
                              .source = source,
                              .seed = latent_seed(options),
                              .count = count,
                              .per_class = options->per_class,
                              .least_confidence = options->accept};
    struct sorted sorted;
    enum status status = sort(session, &sorting, &sorted);
    if (status != STATUS_OK)
        return status;
    status = write_sorted(session, network, &sorted);
    sorted_free(&sorted);
    return status;
}
