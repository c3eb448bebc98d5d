/* The rules of ranges. */
#include "trainer/schedule/ranges.h"

#include <math.h>
#include <stddef.h>

static const struct range unit = {0.0, 1.0};

/* What a float32 loses of a number is no misfit. */
static bool is_within(struct range inner, struct range outer)
{
    const double slack = 1e-5;
    return inner.low >= outer.low - slack && inner.high <= outer.high + slack;
}

const char *range_text(struct arena *arena, struct range range)
{
    if (isinf(range.low))
        return "any number";
    if (isinf(range.high))
        return arena_printf(arena, "%g and more", range.low);
    return arena_printf(arena, "%g to %g", range.low, range.high);
}

static bool is_of_unit(enum loss_kind loss)
{
    return loss == LOSS_BINARY_CROSSENTROPY ||
           loss == LOSS_CATEGORICAL_CROSSENTROPY;
}

bool ranges_suit_loss(enum loss_kind loss, const struct made_range *made)
{
    return !is_of_unit(loss) || !made->layer || is_within(made->range, unit);
}

struct misfit ranges_misfit(struct arena *arena,
                            const struct schedule *schedule,
                            const struct made_range *made, struct range data)
{
    struct misfit misfit = {NULL, false};
    bool is_held = schedule->objective == OBJECTIVE_AUTOENCODER ||
                   schedule->objective == OBJECTIVE_REGRESSION;
    if (!is_held && schedule->objective != OBJECTIVE_GAN)
        return misfit;
    if (is_held && !ranges_suit_loss(schedule->loss, made))
        return misfit;
    if (made->layer && !is_within(data, made->range)) {
        misfit.text =
            arena_printf(arena, "'%s' (%s) gives %s", made->layer,
                         made->activation, range_text(arena, made->range));
    } else if (is_held && is_of_unit(schedule->loss) &&
               !is_within(data, unit)) {
        misfit.text = arena_printf(arena, "%s wants targets from 0 to 1",
                                   loss_word(schedule->loss));
        misfit.is_of_loss = true;
    }
    return misfit;
}
