/* evaluate for a classifier: beside the loss, what each class is measured by,
 * which classes are taken for which, and the worst mistakes as a sheet. */
#include "trainer/command/commands.h"

#include <stdlib.h>

#include "trainer/inference/confusion.h"
#include "trainer/inference/forward.h"
#include "trainer/inference/generation.h"
#include "trainer/picture/picture.h"
#include "trainer/session/labels.h"
#include "trainer/session/network.h"

enum { DEFAULT_MISTAKES = 25 };

/* ---- the sheet of mistakes ----------------------------------------------- */

static bool find_sheet(const struct data_set *set, int64_t count,
                       struct sheet *sheet)
{
    *sheet = (struct sheet){.columns = (int)square_columns(count),
                            .count = (int)count,
                            .pixels = set->samples.pixels};
    return data_image_extents(set, &sheet->height, &sheet->width,
                              &sheet->channels);
}

/* Whatever can be wrong with it is found before the set is measured. */
static enum status check_sheet(struct session *session, const char *reference,
                               const struct data_set *set, int64_t count)
{
    struct sheet sheet;
    if (!session->options->texts[OPTION_MISTAKES])
        return STATUS_OK;
    if (!find_sheet(set, count, &sheet))
        return error_set(&session->error, STATUS_INPUT,
                         "cannot draw the samples of '%s': %s is no image of 1 "
                         "or 3 channels",
                         reference,
                         extents_text(session->arena, set->rank, set->shape));
    if (sheet_fits(&sheet))
        return STATUS_OK;
    return error_set(&session->error, STATUS_INPUT,
                     "--count is too large: %lld images make a sheet of more "
                     "than 1 GiB",
                     (long long)count);
}

static enum status draw_mistakes(struct session *session,
                                 const struct data_set *set,
                                 const struct evaluation *evaluation)
{
    const char *path = session->options->texts[OPTION_MISTAKES];
    int64_t count = evaluation->n_mistakes, width = set->samples.width;
    struct sheet sheet;
    if (!path)
        return STATUS_OK;
    if (count == 0) {
        fprintf(stderr, "no mistakes: there is nothing to draw in '%s'\n",
                text_shown(session->arena, path));
        return STATUS_OK;
    }
    float *values = calloc((size_t)count, (size_t)width * sizeof *values);
    if (!values)
        return error_set(&session->error, STATUS_MACHINE,
                         "out of memory: the sheet '%s' has %lld images", path,
                         (long long)count);
    for (int64_t i = 0; i < count; i++)
        forward_convert(&set->samples, evaluation->mistakes[i],
                        values + i * width);
    find_sheet(set, count, &sheet);
    sheet.values = values;
    enum status status = sheet_write(&sheet, path, &session->error);
    free(values);
    return status;
}

/* ---- the matrix ---------------------------------------------------------- */

static enum status check_matrix(struct session *session)
{
    int64_t classes = labels_classes(session);
    if (!session->options->texts[OPTION_CONFUSION] ||
        classes <= MATRIX_PLOT_MOST)
        return STATUS_OK;
    return error_set(&session->error, STATUS_INPUT,
                     "--confusion draws up to %d classes, network '%s' has "
                     "%lld; --format json has the numbers",
                     MATRIX_PLOT_MOST, trained_network(session->model)->name,
                     (long long)classes);
}

static enum status draw_matrix(struct session *session, const char *reference,
                               const struct confusion *confusion)
{
    const char *path = session->options->texts[OPTION_CONFUSION];
    if (!path)
        return STATUS_OK;
    struct matrix_plot plot = {
        .title = arena_printf(session->arena, "%s: %lld samples, accuracy %.4g",
                              reference, (long long)confusion->samples,
                              confusion_accuracy(confusion)),
        .row_name = "true",
        .column_name = "predicted",
        .names = confusion->classes.names,
        .count = confusion->classes.count,
        .counts = confusion->counts};
    return matrix_plot_write(&plot, path, &session->error);
}

/* ---- all of it ----------------------------------------------------------- */

static enum status write_all(struct session *session, const char *reference,
                             const struct data_set *set,
                             const struct evaluation *evaluation)
{
    struct text text = text_new(session->arena);
    enum status status = draw_matrix(session, reference, evaluation->confusion);
    if (status == STATUS_OK)
        status = draw_mistakes(session, set, evaluation);
    if (status != STATUS_OK)
        return status;
    if (session->options->is_json)
        evaluation_write_json(&text, evaluation);
    else
        evaluation_write(&text, evaluation);
    fwrite(text.bytes, 1, text.length, stdout);
    return session_flush(session);
}

static int64_t count_mistakes(const struct options *options, int64_t samples)
{
    int64_t most = options->count ? options->count : DEFAULT_MISTAKES;
    return most < samples ? most : samples;
}

enum status evaluate_classifier(struct session *session, const char *reference,
                                const struct data_set *set,
                                const struct measures *measures)
{
    const struct guss_model *model = session->model;
    const struct route route =
        route_whole(session->arena, trained_network(model));
    int64_t most = count_mistakes(session->options, set->samples.count);
    struct answers answers = {0};
    enum status status = check_matrix(session);
    if (status == STATUS_OK)
        status = check_sheet(session, reference, set, most);
    if (status == STATUS_OK)
        status = answers_add(session, &route, reference, set, &answers);
    if (status == STATUS_OK) {
        struct confusion confusion =
            confusion_of(session->arena, &answers, set->labels);
        int64_t *mistakes;
        int64_t count = confusion_mistakes(session->arena, &answers,
                                           set->labels, most, &mistakes);
        bool lists = session->options->texts[OPTION_MISTAKES];
        const struct evaluation evaluation = {
            *measures, &confusion,        &answers, set->labels,
            mistakes,  lists ? count : 0, lists};
        status = write_all(session, reference, set, &evaluation);
    }
    answers_free(&answers);
    return status;
}
