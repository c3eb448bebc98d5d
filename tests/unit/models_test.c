/* The models that come with guss: each file is right, its expectations hold,
 * and each of its schedules is read without a mistake and names its networks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "compiler/elaborate/elaborate.h"
#include "compiler/syntax/parse.h"
#include "trainer/schedule/schedule.h"

static const struct {
    const char *name;
    bool is_gan;
} models[] = {{"simple_autoencoder", false},
              {"deep_autoencoder", false},
              {"convolutional_autoencoder", false},
              {"vanilla_gan", true},
              {"dcgan", true}};
enum { N_MODELS = sizeof models / sizeof models[0] };

/* Fails after printing what was found, if it was anything. */
static void assert_no_mistakes(struct diags *diags)
{
    if (diags_failed(diags))
        diags_print(diags, stdout, false);
    assert_false(diags_failed(diags));
}

static struct graph *read_model(struct arena *arena, const char *name)
{
    struct diags *diags = diags_new(arena);
    struct error error = {0};
    const char *path = arena_printf(arena, "models/%s.nn", name);
    struct ast *ast = parse_file(arena, path, diags, &error);
    assert_non_null(ast);
    struct graph *graph = elaborate(arena, ast, path, NULL, 0, diags);
    assert_no_mistakes(diags);
    return graph;
}

/* "mnist", or "mnist_author" for settings of the author's own. */
static void read_schedule(struct arena *arena, const char *name,
                          const char *data, struct schedule *schedule)
{
    int length = (int)strcspn(data, "_");
    struct diags *diags = diags_new(arena);
    struct error error = {0};
    const char *path = arena_printf(arena, "models/%s.%s.yaml", name, data);
    const struct source *source =
        source_read(arena, path, SCHEDULE_MAX_BYTES, &error);
    assert_non_null(source);
    schedule_read(arena, source, NULL, 0, NULL, schedule, diags);
    assert_no_mistakes(diags);
    assert_string_equal(schedule->data.train,
                        arena_printf(arena, "%.*s/train", length, data));
}

static void check_model(struct arena *arena, int i)
{
    static const char *const data[] = {"mnist", "smile2", "smileys", "smile"};
    const struct graph *graph = read_model(arena, models[i].name);
    for (int d = 0; d < (models[i].is_gan ? 3 : 4); d++) {
        struct schedule schedule;
        read_schedule(arena, models[i].name, data[d], &schedule);
        if (models[i].is_gan) {
            assert_int_equal(schedule.objective, OBJECTIVE_GAN);
            assert_non_null(graph_find(graph, schedule.generator));
            assert_non_null(graph_find(graph, schedule.discriminator));
        } else {
            assert_int_equal(schedule.objective, OBJECTIVE_AUTOENCODER);
            assert_non_null(graph_find(graph, schedule.network));
        }
    }
}

static void test_models_and_schedules_are_right(void **state)
{
    (void)state;
    for (int i = 0; i < N_MODELS; i++) {
        struct arena *arena = arena_new();
        check_model(arena, i);
        arena_free(arena);
    }
}

/* The settings of the paper that no table shows. */
static void test_schedules_have_the_papers_settings(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct schedule schedule;
    read_schedule(arena, "simple_autoencoder", "mnist", &schedule);
    assert_int_equal(schedule.batch, 256);
    assert_int_equal(schedule.epochs, 100);
    assert_true(schedule.optimizer.learning_rate == 1e-3);
    read_schedule(arena, "simple_autoencoder", "smile", &schedule);
    assert_int_equal(schedule.epochs, 4000);
    read_schedule(arena, "simple_autoencoder", "smile2", &schedule);
    assert_int_equal(schedule.epochs, 700);
    read_schedule(arena, "vanilla_gan", "smile2_author", &schedule);
    assert_int_equal(schedule.latent.kind, LATENT_UNIFORM);
    assert_true(schedule.latent.low == 0.0 && schedule.latent.high == 1.0);
    assert_true(schedule.optimizer.learning_rate == 2e-4);
    assert_true(schedule.optimizer.beta_1 == 0.5);
    assert_true(schedule.discriminator_optimizer.learning_rate == 1e-3);
    assert_true(schedule.discriminator_optimizer.beta_1 == 0.9);
    /* with which it collapses; what works differs in two things */
    read_schedule(arena, "vanilla_gan", "smile2", &schedule);
    assert_true(schedule.latent.low == -1.0 && schedule.latent.high == 1.0);
    assert_true(schedule.optimizer.learning_rate == 2e-4);
    assert_true(schedule.discriminator_optimizer.learning_rate == 1e-4);
    read_schedule(arena, "dcgan", "smile2", &schedule);
    assert_int_equal(schedule.latent.kind, LATENT_NORMAL);
    assert_int_equal(schedule.batch, 50);
    assert_true(schedule.discriminator_optimizer.learning_rate == 1e-4);
    assert_true(schedule.discriminator_optimizer.beta_1 == 0.5);
    read_schedule(arena, "dcgan", "mnist", &schedule);
    assert_int_equal(schedule.batch, 256);
    assert_true(schedule.optimizer.learning_rate == 1e-4);
    assert_true(schedule.discriminator_optimizer.learning_rate == 2e-4);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_models_and_schedules_are_right),
        cmocka_unit_test(test_schedules_have_the_papers_settings),
    };
    return cmocka_run_group_tests_name("models", tests, NULL, NULL);
}
