/* The rate of an update, in double, by Keras's formulas: a function of the
 * update's number, so there is no state to keep. */
#include <math.h>

#include "trainer/schedule/schedule.h"

static double cosine_decay(const struct rate_schedule *rates, double step)
{
    static const double pi = 3.14159265358979323846;
    double from = rates->initial_learning_rate;
    double warmup = (double)rates->warmup_steps;
    if (rates->warmup_target >= 0) {
        if (step < warmup)
            return from + (rates->warmup_target - from) * (step / warmup);
        step -= warmup;
        from = rates->warmup_target;
    }
    double part = fmin(step / (double)rates->decay_steps, 1);
    double left = 0.5 * (1 + cos(pi * part));
    return from * ((1 - rates->alpha) * left + rates->alpha);
}

static double polynomial_decay(const struct rate_schedule *rates, double step)
{
    double steps = (double)rates->decay_steps;
    if (!rates->cycle)
        step = fmin(step, steps);
    else if (step > 0)
        steps *= ceil(step / steps);
    double end = rates->end_learning_rate;
    return end + (rates->initial_learning_rate - end) *
                     pow(1 - step / steps, rates->power);
}

/* A boundary is the last step of its value. */
static double piecewise_constant_decay(const struct rate_schedule *rates,
                                       double step)
{
    int64_t piece = 0;
    while (piece < rates->boundaries.n &&
           step > (double)rates->boundaries.values[piece])
        piece++;
    return rates->values.values[piece];
}

static double count_decays(const struct rate_schedule *rates, double step)
{
    double decays = step / (double)rates->decay_steps;
    return rates->staircase ? floor(decays) : decays;
}

double optimizer_rate(const struct optimizer_settings *settings,
                      uint64_t update)
{
    const struct rate_schedule *rates = &settings->rates;
    double step = (double)update;
    switch (rates->kind) {
    case RATES_COSINE_DECAY:
        return cosine_decay(rates, step);
    case RATES_EXPONENTIAL_DECAY:
        return rates->initial_learning_rate *
               pow(rates->decay_rate, count_decays(rates, step));
    case RATES_POLYNOMIAL_DECAY:
        return polynomial_decay(rates, step);
    case RATES_PIECEWISE_CONSTANT_DECAY:
        return piecewise_constant_decay(rates, step);
    case RATES_INVERSE_TIME_DECAY:
        return rates->initial_learning_rate /
               (1 + rates->decay_rate * count_decays(rates, step));
    case RATES_CONSTANT:
        break;
    }
    return settings->learning_rate;
}

bool rates_lack_steps(const struct rate_schedule *rates)
{
    return rates->kind != RATES_CONSTANT &&
           rates->kind != RATES_PIECEWISE_CONSTANT_DECAY &&
           rates->decay_steps == 0;
}

void rates_keep_steps(struct rate_schedule *rates,
                      const struct rate_schedule *before)
{
    if (rates_lack_steps(rates) && rates->kind == before->kind)
        rates->decay_steps = before->decay_steps;
}
