/* The initializers: Keras's definitions
 * (keras/src/initializers/random_initializers.py). */
#include "compiler/graph/initializer.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

static const char *const modes[] = {"fan_in", "fan_out", "fan_avg", NULL};
static const int fans[] = {FAN_IN, FAN_OUT, FAN_AVERAGE};
static const char *const distributions[] = {
    "truncated_normal", "untruncated_normal", "uniform", NULL};
static const int kinds[] = {DRAW_TRUNCATED, DRAW_NORMAL, DRAW_UNIFORM};

/* Order: as the documentation lists them. */
const struct initializer_info initializer_table[] = {
    {"glorot_uniform", {DRAW_UNIFORM, FAN_AVERAGE, 1, 0}, {{0}}},
    {"glorot_normal", {DRAW_TRUNCATED, FAN_AVERAGE, 1, 0}, {{0}}},
    {"he_uniform", {DRAW_UNIFORM, FAN_IN, 2, 0}, {{0}}},
    {"he_normal", {DRAW_TRUNCATED, FAN_IN, 2, 0}, {{0}}},
    {"lecun_uniform", {DRAW_UNIFORM, FAN_IN, 1, 0}, {{0}}},
    {"lecun_normal", {DRAW_TRUNCATED, FAN_IN, 1, 0}, {{0}}},
    {"variance_scaling",
     {DRAW_TRUNCATED, FAN_IN, 1, 0},
     {{"scale", INITIALIZER_A, NULL, NULL},
      {"mode", INITIALIZER_FAN, modes, fans},
      {"distribution", INITIALIZER_KIND, distributions, kinds}}},
    {"random_normal",
     {DRAW_NORMAL, FAN_NONE, 0, 0.05},
     {{"mean", INITIALIZER_A, NULL, NULL},
      {"stddev", INITIALIZER_B, NULL, NULL}}},
    {"truncated_normal",
     {DRAW_TRUNCATED, FAN_NONE, 0, 0.05},
     {{"mean", INITIALIZER_A, NULL, NULL},
      {"stddev", INITIALIZER_B, NULL, NULL}}},
    {"random_uniform",
     {DRAW_UNIFORM, FAN_NONE, -0.05, 0.05},
     {{"minval", INITIALIZER_A, NULL, NULL},
      {"maxval", INITIALIZER_B, NULL, NULL}}},
    {"orthogonal",
     {DRAW_ORTHOGONAL, FAN_NONE, 1, 0},
     {{"gain", INITIALIZER_A, NULL, NULL}}},
    {"zeros", {DRAW_CONSTANT, FAN_NONE, 0, 0}, {{0}}},
    {"ones", {DRAW_CONSTANT, FAN_NONE, 1, 0}, {{0}}},
    {"constant",
     {DRAW_CONSTANT, FAN_NONE, 0, 0},
     {{"value", INITIALIZER_A, NULL, NULL}}},
};
const int n_initializers = sizeof initializer_table / sizeof *initializer_table;

const struct initializer_info *initializer_find(const char *name)
{
    for (int i = 0; i < n_initializers; i++)
        if (strcmp(initializer_table[i].name, name) == 0)
            return &initializer_table[i];
    return NULL;
}

/* Keras's VarianceScaling: uniform numbers are within sqrt(3 variance), the
 * normal ones are cut at two deviations, which are enlarged to make up for
 * it. */
struct initializer initializer_for(const struct initializer *initializer,
                                   int64_t fan_in, int64_t fan_out)
{
    static const double truncation = .87962566103423978;
    double in = (double)fan_in, out = (double)fan_out;
    double fan = initializer->fan == FAN_IN    ? in
                 : initializer->fan == FAN_OUT ? out
                                               : (in + out) / 2;
    double scale = initializer->a;
    if (initializer->fan == FAN_NONE)
        return *initializer;
    if (initializer->kind == DRAW_UNIFORM) {
        double limit = sqrt(3 * scale / fan);
        return (struct initializer){DRAW_UNIFORM, FAN_NONE, -limit, limit};
    }
    bool is_cut = initializer->kind == DRAW_TRUNCATED;
    double deviation = sqrt(scale / fan) / (is_cut ? truncation : 1);
    return (struct initializer){initializer->kind, FAN_NONE, 0, deviation};
}
