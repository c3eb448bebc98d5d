/* loss.png: the losses of the log, and its accuracies in a panel of their own,
 * with the best epoch marked. scores.png: the scores of a GAN's snapshots. */
#include "trainer/training/training.h"

#include <math.h>

#include "trainer/picture/picture.h"

enum { N_PANELS = 2 };

/* The columns of the log, each by itself. */
static double **list_values(struct arena *arena, const struct log *log,
                            int columns)
{
    int rows = log_rows(log);
    double **values = arena_alloc(arena, (size_t)columns, sizeof *values);
    for (int column = 0; column < columns; column++) {
        values[column] = arena_alloc(arena, (size_t)rows, sizeof **values);
        for (int row = 0; row < rows; row++)
            values[column][row] = log_values(log)[row * columns + column];
    }
    return values;
}

/* The measures of a kind that the log has. */
static struct panel make_panel(const struct training *training,
                               struct arena *arena, enum measure_kind kind,
                               double *const *values)
{
    struct measure measures[MAX_MEASURES];
    int count = training_measures(training, measures);
    struct series *series = arena_alloc(arena, (size_t)count, sizeof *series);
    struct panel panel = {.series = series,
                          .is_share = kind == MEASURE_ACCURACY};
    for (int i = 0; i < count; i++)
        if (measures[i].kind == kind &&
            log_has(training->log, LOG_MEASURES + i))
            series[panel.n_series++] =
                (struct series){measures[i].name, values[LOG_MEASURES + i]};
    return panel;
}

static void mark_best(const struct training *training, struct arena *arena,
                      struct plot *plot)
{
    struct training_best best;
    plot->best = -1;
    if (!training_find_best(training, &best) || training->is_gan)
        return;
    plot->best = best.row;
    plot->best_name = arena_printf(arena, "best %s", best.name);
}

enum status training_save_plot(struct training *training)
{
    static const enum measure_kind kinds[N_PANELS] = {MEASURE_LOSS,
                                                      MEASURE_ACCURACY};
    struct log_column list[MAX_LOG_COLUMNS];
    int columns = training_columns(training, list);
    if (log_rows(training->log) == 0)
        return STATUS_OK;
    struct arena *arena = arena_new();
    double **values = list_values(arena, training->log, columns);
    struct panel panels[N_PANELS];
    struct plot plot = {.title = training->model->name,
                        .x_name = list[LOG_EPOCH].name,
                        .x = values[LOG_EPOCH],
                        .count = log_rows(training->log),
                        .panels = panels};
    for (int i = 0; i < N_PANELS; i++) {
        panels[plot.n_panels] = make_panel(training, arena, kinds[i], values);
        plot.n_panels += panels[plot.n_panels].n_series > 0;
    }
    mark_best(training, arena, &plot);
    enum status status =
        plot_write(&plot, run_folder_file(&training->folder, "loss.png"),
                   &training->session->error);
    arena_free(arena);
    return status;
}

/* ---- scores -------------------------------------------------------------- */

/* The curves of some columns. */
static double **list_curves(struct arena *arena, const struct log *log,
                            int columns)
{
    size_t rows = (size_t)log_rows(log), n = (size_t)columns;
    double **values = arena_alloc(arena, n, sizeof *values);
    for (size_t column = 0; column < n; column++) {
        values[column] = arena_alloc(arena, rows, sizeof **values);
        for (size_t row = 0; row < rows; row++)
            values[column][row] =
                log_values(log)[row * log_width(log) + column];
    }
    return values;
}

enum status training_save_scores_plot(struct training *training)
{
    enum { N_SCORE_PANELS = 4 };
    static const enum score order[N_SCORES] = {
        SCORE_FRECHET_DISTANCE, SCORE_KERNEL_DISTANCE, SCORE_PRECISION,
        SCORE_RECALL,           SCORE_COVERAGE,        SCORE_COPIES,
        SCORE_ACCEPTED,         SCORE_DENSITY,         SCORE_CLASS_ENTROPY};
    static const int sizes[N_SCORE_PANELS] = {1, 1, 5, 2};
    if (!training->scores_log)
        return STATUS_OK;
    struct arena *arena = arena_new();
    double **values =
        list_curves(arena, training->scores_log, LOG_MEASURES + N_SCORES);
    int count = log_rows(training->scores_log);
    struct series series[N_SCORES];
    for (int i = 0; i < N_SCORES; i++)
        series[i] = (struct series){score_name(order[i]),
                                    values[LOG_MEASURES + (int)order[i]]};
    struct panel panels[N_SCORE_PANELS];
    for (int i = 0, at = 0; i < N_SCORE_PANELS; at += sizes[i++])
        panels[i] = (struct panel){series + at, sizes[i], i == 2};
    const struct plot plot = {.title = training->model->name,
                              .x_name = "iteration",
                              .x = values[LOG_ITERATION],
                              .count = count,
                              .panels = panels,
                              .n_panels = N_SCORE_PANELS,
                              .best = -1};
    enum status status =
        count ? plot_write(&plot,
                           run_folder_file(&training->folder, "scores.png"),
                           &training->session->error)
              : STATUS_OK;
    arena_free(arena);
    return status;
}
