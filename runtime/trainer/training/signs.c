#include "trainer/training/signs.h"

/* Coverage of its most, where that was enough to lose; the distance, of its least;
 * copies, of which fresh samples have 0.01. What begins beyond one ends before the
 * other, so that no wobble is told again and again. */
static const double least_to_lose = 0.1;
static const double collapse_from = 1.0 / 3, collapse_to = 1.0 / 2;
static const double divergence_from = 3, divergence_to = 2;
static const double copying_from = 0.1, copying_to = 0.05;

/* Before there is form all of it wobbles. */
static void take_best(struct signs *signs, const struct signs_score *score)
{
    bool has_form = score->distance < score->one_image;
    if (signs->least_distance <= 0 && !has_form)
        return;
    if (signs->least_distance <= 0 || score->distance < signs->least_distance)
        signs->least_distance = score->distance;
    if (score->coverage > signs->most_coverage)
        signs->most_coverage = score->coverage;
}

bool signs_hold(const struct signs *signs, enum sign sign)
{
    return signs->holding & (uint64_t)1 << sign;
}

static void set(struct signs *signs, enum sign sign, bool begins, bool ends)
{
    uint64_t bit = (uint64_t)1 << sign;
    if (begins)
        signs->holding |= bit;
    else if (ends)
        signs->holding &= ~bit;
}

uint64_t signs_add(struct signs *signs, const struct signs_score *score)
{
    uint64_t before = signs->holding;
    take_best(signs, score);
    double most = signs->most_coverage, least = signs->least_distance;
    set(signs, SIGN_COLLAPSE,
        most >= least_to_lose && score->coverage < collapse_from * most,
        score->coverage >= collapse_to * most);
    set(signs, SIGN_DIVERGENCE,
        least > 0 && score->distance > divergence_from * least,
        score->distance <= divergence_to * least);
    set(signs, SIGN_COPYING, score->copies >= copying_from,
        score->copies < copying_to);
    return signs->holding & ~before;
}
