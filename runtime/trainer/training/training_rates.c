/* The length of a decay that is not given: fixed when the run begins, and written
 * into its schedule and its record, from which a resumed run takes it. Since when
 * rates change. */
#include "trainer/training/training.h"

#include <string.h>

#include "base/text.h"

static bool lacks_steps(const struct schedule *schedule)
{
    return rates_lack_steps(&schedule->optimizer.rates) ||
           rates_lack_steps(&schedule->discriminator_optimizer.rates);
}

static enum status fix_one(const struct training *training,
                           struct rate_schedule *rates)
{
    if (!rates_lack_steps(rates))
        return STATUS_OK;
    if (training->total <= (uint64_t)rates->warmup_steps)
        return error_set(
            &training->session->error, STATUS_INPUT,
            "the run has %llu updates and 'learning_rate.warmup_steps' is "
            "%lld, which leaves none for the decay; set "
            "'learning_rate.decay_steps' or train longer",
            (unsigned long long)training->total,
            (long long)rates->warmup_steps);
    rates->decay_steps = (int64_t)training->total - rates->warmup_steps;
    return STATUS_OK;
}

static enum status fix_schedule(const struct training *training,
                                struct schedule *schedule)
{
    enum status status = fix_one(training, &schedule->optimizer.rates);
    return status == STATUS_OK
               ? fix_one(training, &schedule->discriminator_optimizer.rates)
               : status;
}

static void find_change(struct training *training,
                        const struct schedule *schedule, uint64_t iteration)
{
    if (iteration < training->rates_from &&
        control_moves_rates(training, schedule))
        training->rates_from = iteration;
}

static enum status fix_segment(struct training *training,
                               struct run_segment *segment)
{
    struct session *session = training->session;
    struct schedule schedule;
    enum status status = session_parse_schedule(
        session,
        source_from_text(session->arena, RUN_RECORD, segment->schedule,
                         strlen(segment->schedule)),
        &schedule);
    if (status != STATUS_OK)
        return status;
    find_change(training, &schedule, segment->iteration);
    if (!lacks_steps(&schedule))
        return STATUS_OK;
    status = fix_schedule(training, &schedule);
    struct text text = text_new(session->arena);
    schedule_write(&schedule, &text);
    segment->schedule = text_string(&text);
    return status;
}

enum status training_fix_rates(struct training *training)
{
    struct run_record *record = &training->record;
    struct schedule *schedule = &training->session->schedule;
    training->rates_from = UINT64_MAX;
    if (record->n_segments == 0)
        find_change(training, schedule, 0);
    enum status status = fix_schedule(training, schedule);
    for (int i = 0; status == STATUS_OK && i < record->n_segments; i++)
        status = fix_segment(training, &record->segments[i]);
    return status;
}
