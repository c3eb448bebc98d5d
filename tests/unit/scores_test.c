/* Scores of generated samples against real ones: held to what numpy and scipy
 * make of the papers' formulas (tests/scores/make_scores.py), and to what can be
 * said without calculating. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "trainer/scores/class_shares.h"
#include "trainer/scores/frechet_distance.h"
#include "trainer/scores/nearest.h"
#include "trainer/scores/scores.h"

enum { CLASSES = 10 };
/* Scores of features and classes: all but `accepted`, which somebody else says. */
enum { N_CALCULATED = SCORE_ACCEPTED };

/* A line of scores.txt: what is drawn, and what the scores are. */
struct scores_case {
    char name[32], kind[32];
    int seed, real, generated, training, width, dead, eighths, copies;
    double wanted[N_CALCULATED], trace;
};

struct drawn {
    float *real, *generated, *training;
    int32_t *classes;
    bool *accepted; /* every third */
};

/* ---- drawing, as make_scores.py does ------------------------------------- */

static uint32_t draw_bits(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 16;
}

static float *draw_features(uint32_t *state, int count,
                            const struct scores_case *is, int eighths)
{
    float *features =
        calloc((size_t)count * (size_t)is->width, sizeof *features);
    assert_non_null(features);
    for (int i = 0; i < count; i++) {
        double last = 0.0;
        for (int j = 0; j < is->width; j++) {
            double now = (double)draw_bits(state) / 65536 - 0.375;
            double sum = now + last / 2 + (double)eighths / 8;
            if (j >= is->dead && sum > 0)
                features[i * is->width + j] = (float)sum;
            last = now;
        }
    }
    return features;
}

static struct drawn draw(const struct scores_case *is)
{
    uint32_t state = (uint32_t)is->seed;
    struct drawn drawn;
    drawn.real = draw_features(&state, is->real, is, 0);
    drawn.generated = draw_features(&state, is->generated, is, is->eighths);
    drawn.training = draw_features(&state, is->training, is, 0);
    drawn.classes = calloc((size_t)is->generated, sizeof *drawn.classes);
    assert_non_null(drawn.classes);
    for (int i = 0; i < is->generated; i++)
        drawn.classes[i] = (int32_t)(draw_bits(&state) % CLASSES);
    drawn.accepted = calloc((size_t)is->generated, sizeof *drawn.accepted);
    assert_non_null(drawn.accepted);
    for (int i = 0; i < is->generated; i += 3)
        drawn.accepted[i] = true;
    size_t row = (size_t)is->width * sizeof(float);
    for (int i = 0; i < is->generated; i++)
        if (strcmp(is->kind, "one") == 0)
            memmove(drawn.generated + i * is->width, drawn.generated, row);
        else if (strcmp(is->kind, "real") == 0)
            memcpy(drawn.generated + i * is->width, drawn.real + i * is->width,
                   row);
    memcpy(drawn.generated, drawn.training, row * (size_t)is->copies);
    return drawn;
}

static void drawn_free(struct drawn *drawn)
{
    free(drawn->real);
    free(drawn->generated);
    free(drawn->training);
    free(drawn->classes);
    free(drawn->accepted);
}

/* ---- scoring ------------------------------------------------------------- */

static struct scores score(const struct drawn *drawn,
                           const struct scores_case *is, int threads)
{
    struct error error = {.text = ""};
    struct guss_team *team = guss_team_new(threads);
    assert_non_null(team);
    const struct judged real = {.features = drawn->real,
                                .width = is->width,
                                .n_classes = CLASSES,
                                .count = is->real};
    const struct judged training = {.features = drawn->training,
                                    .width = is->width,
                                    .n_classes = CLASSES,
                                    .count = is->training};
    const struct judged generated = {.features = drawn->generated,
                                     .width = is->width,
                                     .classes = drawn->classes,
                                     .n_classes = CLASSES,
                                     .count = is->generated,
                                     .accepted = drawn->accepted};
    struct reference *reference = NULL;
    struct scores scores;
    assert_int_equal(reference_new(team, &real, &training, &reference, &error),
                     0);
    assert_int_equal(
        reference_score(team, reference, &generated, &scores, &error), 0);
    reference_free(reference);
    guss_team_free(team);
    return scores;
}

static bool read_case(FILE *file, struct scores_case *is)
{
    int n = fscanf(file, "%31s %d %d %d %d %d %d %d %31s", is->name, &is->real,
                   &is->generated, &is->training, &is->width, &is->dead,
                   &is->eighths, &is->copies, is->kind);
    if (n != 9)
        return false;
    for (int i = 0; i < N_CALCULATED; i++)
        assert_int_equal(fscanf(file, "%lf", &is->wanted[i]), 1);
    assert_int_equal(fscanf(file, "%lf", &is->trace), 1);
    return true;
}

static void check_case(const struct scores_case *is)
{
    struct drawn drawn = draw(is);
    struct scores scores = score(&drawn, is, 2);
    for (int i = 0; i < N_CALCULATED; i++) {
        double beside = i == SCORE_FRECHET_DISTANCE ? 1e-7 * is->trace : 1e-9;
        if (!(fabs(scores.values[i] - is->wanted[i]) <=
              1e-6 * fabs(is->wanted[i]) + beside))
            fail_msg("%s: %s %.12g, not %.12g", is->name,
                     score_name((enum score)i), scores.values[i],
                     is->wanted[i]);
    }
    drawn_free(&drawn);
}

static void test_as_formulas(void **state)
{
    (void)state;
    FILE *file = fopen("tests/scores/scores.txt", "r");
    assert_non_null(file);
    int cases = 0;
    for (struct scores_case is; read_case(file, &is); cases++) {
        is.seed = cases + 1;
        check_case(&is);
    }
    fclose(file);
    assert_int_equal(cases, 9);
}

/* ---- what holds of any ---------------------------------------------------- */

static const struct scores_case some = {.seed = 5,
                                        .kind = "fresh",
                                        .real = 600,
                                        .generated = 530,
                                        .training = 1100,
                                        .width = 20,
                                        .dead = 2,
                                        .eighths = 1};

static void test_same_bits_of_any_threads(void **state)
{
    (void)state;
    struct drawn drawn = draw(&some);
    struct scores one = score(&drawn, &some, 1);
    for (int threads = 2; threads <= 7; threads += threads < 3 ? 1 : 4) {
        struct scores many = score(&drawn, &some, threads);
        assert_memory_equal(&many, &one, sizeof one);
    }
    drawn_free(&drawn);
}

/* The spread of a score is half of what its halves differ by. */
static void test_spread(void **state)
{
    (void)state;
    struct drawn drawn = draw(&some);
    struct scores whole = score(&drawn, &some, 1);
    struct scores_case half = some;
    half.generated = some.generated / 2;
    struct scores first = score(&drawn, &half, 1);
    size_t values = (size_t)half.generated * (size_t)some.width;
    memmove(drawn.generated, drawn.generated + values,
            values * sizeof *drawn.generated);
    memmove(drawn.classes, drawn.classes + half.generated,
            (size_t)half.generated * sizeof *drawn.classes);
    memmove(drawn.accepted, drawn.accepted + half.generated,
            (size_t)half.generated * sizeof *drawn.accepted);
    struct scores second = score(&drawn, &half, 1);
    for (int i = 0; i < N_SCORES; i++)
        assert_float_equal(whole.spreads[i],
                           fabs(first.values[i] - second.values[i]) / 2, 1e-15);
    drawn_free(&drawn);
}

/* No one image is nearer to real ones than their mean, again and again, is. */
static void test_distance_of_one_image(void **state)
{
    (void)state;
    struct drawn drawn = draw(&some);
    for (int j = 0; j < some.width; j++) {
        double sum = 0.0;
        for (int i = 0; i < some.real; i++)
            sum += (double)drawn.real[i * some.width + j];
        for (int i = 0; i < some.generated; i++)
            drawn.generated[i * some.width + j] = (float)(sum / some.real);
    }
    struct scores mean = score(&drawn, &some, 1);
    double distance = mean.values[SCORE_FRECHET_DISTANCE];
    assert_true(distance > 1);
    assert_true(fabs(mean.one_image - distance) <= 1e-6 * distance);
    for (int i = 0; i < some.generated * some.width; i++)
        drawn.generated[i] += 0.5F;
    struct scores other = score(&drawn, &some, 1);
    assert_true(other.one_image == mean.one_image);
    assert_true(other.values[SCORE_FRECHET_DISTANCE] > mean.one_image);
    drawn_free(&drawn);
}

static void test_accepted_share(void **state)
{
    (void)state;
    struct drawn drawn = draw(&some);
    double third = (double)((some.generated + 2) / 3) / some.generated;
    assert_float_equal(score(&drawn, &some, 1).values[SCORE_ACCEPTED], third,
                       1e-15);
    free(drawn.accepted);
    drawn.accepted = NULL;
    assert_true(isnan(score(&drawn, &some, 1).values[SCORE_ACCEPTED]));
    drawn_free(&drawn);
}

static void test_no_number_scores_nothing(void **state)
{
    (void)state;
    struct drawn drawn = draw(&some);
    drawn.generated[some.generated * some.width - 1] = NAN;
    struct scores scores = score(&drawn, &some, 1);
    for (int i = 0; i < N_SCORES; i++) {
        assert_true(isnan(scores.values[i]));
        assert_true(isnan(scores.spreads[i]));
    }
    drawn_free(&drawn);
}

static void test_no_number_is_no_reference(void **state)
{
    (void)state;
    struct drawn drawn = draw(&some);
    drawn.real[3] = INFINITY;
    struct guss_team *team = guss_team_new(1);
    struct error error = {.text = ""};
    const struct judged real = {
        .features = drawn.real, .width = some.width, .count = some.real};
    struct reference *reference = NULL;
    assert_int_equal(reference_new(team, &real, NULL, &reference, &error),
                     STATUS_INPUT);
    assert_string_equal(error.text, "the judge's features of real samples have "
                                    "NaN or infinite values");
    assert_null(reference);
    guss_team_free(team);
    drawn_free(&drawn);
}

/* Training samples that are scored themselves are no copies of themselves, and
 * without training data nothing is said. */
static void test_copies_of_training_samples(void **state)
{
    (void)state;
    struct drawn drawn = draw(&some);
    struct guss_team *team = guss_team_new(1);
    struct error error = {.text = ""};
    int64_t own[200];
    for (int i = 0; i < 200; i++)
        own[i] = 3 * i;
    float *features = calloc(200 * (size_t)some.width, sizeof *features);
    for (int i = 0; i < 200 * some.width; i++)
        features[i] =
            drawn.training[3 * (i / some.width) * some.width + i % some.width];
    const struct judged real = {
        .features = drawn.real, .width = some.width, .count = some.real};
    const struct judged training = {.features = drawn.training,
                                    .width = some.width,
                                    .count = some.training};
    struct judged samples = {.features = features,
                             .width = some.width,
                             .classes = drawn.classes,
                             .n_classes = CLASSES,
                             .count = 200};
    struct scores scores;
    struct reference *reference = NULL;
    reference_new(team, &real, &training, &reference, &error);
    reference_score(team, reference, &samples, &scores, &error);
    assert_true(scores.values[SCORE_COPIES] == 1.0);
    samples.training = own;
    reference_score(team, reference, &samples, &scores, &error);
    assert_true(scores.values[SCORE_COPIES] < 0.05);
    reference_free(reference);
    reference_new(team, &real, NULL, &reference, &error);
    reference_score(team, reference, &samples, &scores, &error);
    assert_true(isnan(scores.values[SCORE_COPIES]));
    assert_true(isfinite(scores.values[SCORE_COVERAGE]));
    reference_free(reference);
    guss_team_free(team);
    free(features);
    drawn_free(&drawn);
}

/* Large, nearly equal numbers: their products say nothing of distances. */
static void test_distances_of_far_points(void **state)
{
    (void)state;
    const float values[] = {1e6f,     1e6f, 1e6f + 1, 1e6f,
                            1e6f + 3, 1e6f, 1e6f + 7, 1e6f};
    const int64_t own[] = {0, 1, 2, 3};
    const double wanted[4][3] = {
        {1, 9, 49}, {1, 4, 36}, {4, 9, 16}, {16, 36, 49}};
    struct points points;
    struct nearest nearest;
    struct guss_team *team = guss_team_new(1);
    assert_true(points_take(&points, values, 4, 2));
    assert_true(nearest_begin(&nearest, 4, 3, own));
    const struct pair_visitor visitor = nearest_visitor(&nearest);
    assert_true(pairs_visit(team, &points, &points, &visitor, 1));
    nearest_finish(&nearest, &points, &points);
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < 3; k++)
            assert_true(nearest_square(&nearest, i, k + 1) == wanted[i][k]);
    nearest_free(&nearest);
    points_free(&points);
    guss_team_free(team);
}

static void test_shares(void **state)
{
    (void)state;
    const int32_t classes[] = {2, 0, 2, 1, 2, 0, 2, 1};
    double shares[4];
    class_shares(classes, 8, 4, shares);
    const double wanted[] = {0.25, 0.25, 0.5, 0.0};
    assert_memory_equal(shares, wanted, sizeof wanted);
    assert_true(class_entropy(shares, 4) == 1.5);
    const double one[] = {0.0, 1.0};
    assert_true(class_entropy(one, 2) == 0.0 &&
                !signbit(class_entropy(one, 2)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_as_formulas),
        cmocka_unit_test(test_same_bits_of_any_threads),
        cmocka_unit_test(test_spread),
        cmocka_unit_test(test_distance_of_one_image),
        cmocka_unit_test(test_accepted_share),
        cmocka_unit_test(test_no_number_scores_nothing),
        cmocka_unit_test(test_no_number_is_no_reference),
        cmocka_unit_test(test_copies_of_training_samples),
        cmocka_unit_test(test_distances_of_far_points),
        cmocka_unit_test(test_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
