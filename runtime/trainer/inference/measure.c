/* Sums in double, always added in the order of the tiles and of the batches:
 * the result does not depend on who computed them. */
#include "trainer/inference/measure.h"

#include "trainer/session/network.h"

void sums_add(struct guss_sums *total, const struct guss_sums *sums)
{
    total->loss += sums->loss;
    total->squared += sums->squared;
    total->absolute += sums->absolute;
    total->correct += sums->correct;
    total->correct_generated += sums->correct_generated;
}

int update_losses(const struct guss_model *model,
                  struct update_loss losses[GUSS_MAX_LOSSES])
{
    int n = 0;
    for (int i = 0; i < model->n_phases; i++)
        for (int k = 0; k < model->phases[i].n_losses; k++)
            losses[n++] = (struct update_loss){&model->phases[i],
                                               &model->phases[i].losses[k]};
    return n;
}

void sums_add_loss(const struct guss_model *model, const void *memory,
                   const struct update_loss *loss, int count,
                   struct guss_sums *total)
{
    const char *at = (const char *)memory + loss->loss->sums_offset;
    const struct guss_sums *sums = (const struct guss_sums *)(const void *)at;
    int rows = (int)(count * loss->phase->share);
    int tiles = (rows + model->tile - 1) / model->tile;
    for (int i = 0; i < tiles; i++)
        sums_add(total, &sums[i]);
}

void update_penalties(const struct guss_model *model, const void *memory,
                      const struct guss_worker *worker,
                      struct penalty_sums penalties[GUSS_MAX_LOSSES])
{
    static const struct guss_phase none;
    struct update_loss losses[GUSS_MAX_LOSSES];
    int n = update_losses(model, losses);
    for (int i = 0; i < n; i++) {
        const struct guss_phase *phase = losses[i].phase;
        bool is_first = losses[i].loss == phase->losses;
        penalty_add_up(model, memory, is_first ? phase : &none, worker,
                       &penalties[i]);
    }
}

void sums_add_penalty(const struct update_loss *loss, int count, double penalty,
                      struct guss_sums *total)
{
    int rows = (int)(count * loss->phase->share);
    total->loss += penalty * ((double)rows * (double)loss->loss->terms);
}

/* The means over `samples` samples: the sum of all losses and the weights'
 * penalty, and metrics. */
static struct measures means_of(const struct guss_model *model,
                                const struct guss_sums *sums, int64_t samples,
                                double penalty)
{
    const struct guss_phase *phase = model->evaluation;
    const struct guss_network *network = &model->networks[phase->network];
    double loss = penalty, count = (double)samples;
    for (int i = 0; i < phase->n_losses; i++)
        loss += sums[i].loss / (count * (double)phase->losses[i].terms);
    double elements = (double)output_elements(network_result(network));
    return (struct measures){
        .loss = loss,
        .mean_squared_error = sums->squared / (count * elements),
        .mean_absolute_error = sums->absolute / (count * elements),
        .accuracy = sums->correct / count};
}

struct evaluation {
    const struct guss_model *model;
    void *memory;
    struct guss_batch batch;
    struct penalty_sums penalties;
};

static void work(void *argument, const struct guss_worker *worker)
{
    const struct evaluation *evaluation = argument;
    evaluation->model->evaluate(evaluation->memory, &evaluation->batch, worker);
}

static void add_up_penalties(void *argument, const struct guss_worker *worker)
{
    struct evaluation *evaluation = argument;
    penalty_add_up(evaluation->model, evaluation->memory,
                   evaluation->model->evaluation, worker,
                   &evaluation->penalties);
}

struct measures measure_samples(const struct guss_model *model, void *memory,
                                struct guss_team *team,
                                const struct sample_list *list)
{
    const struct guss_phase *phase = model->evaluation;
    struct guss_sums totals[GUSS_MAX_LOSSES] = {{0}};
    struct evaluation evaluation = {.model = model, .memory = memory};
    guss_team_run(team, add_up_penalties, &evaluation);
    for (int64_t first = 0; first < list->count; first += model->batch) {
        int64_t rest = list->count - first;
        int count = rest < model->batch ? (int)rest : model->batch;
        evaluation.batch =
            (struct guss_batch){.samples = list->samples,
                                .order = list->numbers + first,
                                .count = count,
                                .label_smoothing = list->label_smoothing};
        guss_team_run(team, work, &evaluation);
        for (int i = 0; i < phase->n_losses; i++)
            sums_add_loss(model, memory,
                          &(struct update_loss){phase, &phase->losses[i]},
                          count, &totals[i]);
    }
    return means_of(model, totals, list->count,
                    penalty_total(&evaluation.penalties));
}
