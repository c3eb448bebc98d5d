/* First weights against those that real Keras draws, a line of
 * tests/keras/initializers.txt each:
 *
 *     call | shape | mean | deviation | least | greatest */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <math.h>

#include "base/file.h"
#include "compiler/elaborate/elaborate.h"
#include "compiler/syntax/parse.h"
#include "trainer/weights/weights.h"

enum { SEEDS = 4 };

struct numbers {
    double mean, deviation, least, greatest;
};

/* The kernel of a layer that has the initializer and a kernel of that shape. */
static const struct weight *kernel_of(struct arena *arena, const char *call,
                                      const int shape[4])
{
    struct diags *diags = diags_new(arena);
    const char *text =
        shape[2] ? arena_printf(arena,
                                "network n(8, 8, %d) { Conv2D(%d, (%d, %d), "
                                "kernel_initializer=%s) }",
                                shape[2], shape[3], shape[0], shape[1], call)
                 : arena_printf(arena,
                                "network n(%d) { Dense(%d, "
                                "kernel_initializer=%s) }",
                                shape[0], shape[1], call);
    const struct source *source =
        source_from_text(arena, "x.nn", text, strlen(text));
    const struct ast ast = {.items = parse_source(arena, source, diags),
                            .text = text};
    struct graph *graph = elaborate(arena, &ast, "x.nn", NULL, 0, diags);
    assert_false(diags_failed(diags));
    return &graph->networks->layers[1]->weights[0];
}

static struct numbers draw(const struct initializer *initializer,
                           const int shape[4])
{
    static const enum guss_initializer_kind kinds[] = {
        [DRAW_CONSTANT] = GUSS_CONSTANT,
        [DRAW_NORMAL] = GUSS_NORMAL,
        [DRAW_UNIFORM] = GUSS_UNIFORM,
        [DRAW_TRUNCATED] = GUSS_TRUNCATED,
        [DRAW_ORTHOGONAL] = GUSS_ORTHOGONAL};
    struct guss_weight weight = {.network = "n",
                                 .layer = "l",
                                 .name = "kernel",
                                 .rank = shape[2] ? 4 : 2,
                                 .initializer = kinds[initializer->kind],
                                 .a = initializer->a,
                                 .b = initializer->b};
    size_t count = 1;
    for (int i = 0; i < weight.rank; i++)
        count *= (size_t)(weight.shape[i] = shape[i]);
    weight.stride = (size_t)shape[weight.rank - 1];
    const struct guss_model model = {
        .weights = &weight, .n_weights = 1, .weights_count = count};
    float *values = test_malloc(count * sizeof *values);
    struct numbers drawn = {.least = INFINITY, .greatest = -INFINITY};
    double squares = 0, all = (double)count * SEEDS;
    for (uint64_t seed = 0; seed < SEEDS; seed++) {
        weights_initialise(&model, values, seed);
        for (size_t i = 0; i < count; i++) {
            double value = (double)values[i];
            drawn.mean += value / all;
            squares += value * value / all;
            drawn.least = fmin(drawn.least, value);
            drawn.greatest = fmax(drawn.greatest, value);
        }
    }
    drawn.deviation = sqrt(squares - drawn.mean * drawn.mean);
    test_free(values);
    return drawn;
}

/* The ends of 240,000 numbers that have no bounds are chance; those of others
 * are next to the bounds. */
static void assert_alike(const struct numbers *drawn,
                         const struct numbers *keras, bool has_bounds)
{
    double range = keras->greatest - keras->least;
    double loose = has_bounds ? 0.001 : 0.15;
    assert_true(fabs(drawn->mean - keras->mean) < 0.012 * keras->deviation);
    assert_true(fabs(drawn->deviation / keras->deviation - 1) < 0.006);
    assert_true(fabs(drawn->least - keras->least) < loose * range);
    assert_true(fabs(drawn->greatest - keras->greatest) < loose * range);
}

static void check_line(const char *line)
{
    struct arena *arena = arena_new();
    const char *end = strstr(line, " | ");
    const char *call = arena_copy(arena, line, (size_t)(end - line));
    int shape[4] = {0};
    struct numbers keras;
    int n = sscanf(end, " | %d, %d, %d, %d | %lf | %lf | %lf | %lf", &shape[0],
                   &shape[1], &shape[2], &shape[3], &keras.mean,
                   &keras.deviation, &keras.least, &keras.greatest);
    if (n < 8)
        n = sscanf(end, " | %d, %d | %lf | %lf | %lf | %lf", &shape[0],
                   &shape[1], &keras.mean, &keras.deviation, &keras.least,
                   &keras.greatest) +
            2;
    assert_int_equal(n, 8);
    const struct weight *kernel = kernel_of(arena, call, shape);
    struct initializer initializer =
        initializer_for(&kernel->initializer, kernel->fan_in, kernel->fan_out);
    struct numbers drawn = draw(&initializer, shape);
    assert_alike(&drawn, &keras,
                 initializer.kind == DRAW_UNIFORM ||
                     initializer.kind == DRAW_TRUNCATED);
    arena_free(arena);
}

static void test_first_weights_are_distributed_as_keras_s(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct error error = {0};
    const struct source *source =
        source_read(arena, "tests/keras/initializers.txt", 1 << 20, &error);
    assert_non_null(source);
    int n = 0;
    for (const char *line = source->text; *line; n++) {
        size_t length = strcspn(line, "\n");
        print_message("%.*s\n", (int)length, line);
        check_line(arena_copy(arena, line, length));
        line += length + (line[length] == '\n');
    }
    assert_int_equal(n, 44);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_first_weights_are_distributed_as_keras_s),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
