/* Objectives as phases, and what is emitted of several losses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "compiler/emit/emit.h"
#include "planned.h"

static const char model[] = "network coder(8) {\n"
                            "    Dense(6, activation=tanh)\n"
                            "    Dense(8, activation=sigmoid)\n"
                            "}\n";
static const char training[] = "objective: autoencoder\n"
                               "loss: binary_crossentropy\n"
                               "batch: 20\n"
                               "epochs: 1\n"
                               "optimizer: {name: adam}\n"
                               "data: {train: smileys/train}\n";
static const char two_networks[] =
    "network maker(2) { Dense(4) }\n"
    "network judge(4) { Dense(1, activation=sigmoid) }\n";
static const char adversarial[] = "objective: gan\n"
                                  "generator: maker\n"
                                  "discriminator: judge\n"
                                  "latent: {distribution: normal}\n"
                                  "loss: binary_crossentropy\n"
                                  "batch: 8\n"
                                  "epochs: 1\n"
                                  "optimizer: {name: adam}\n"
                                  "data: {train: x.npy}\n";

static int count_nodes(const struct program *program, enum node_kind kind)
{
    int count = 0;
    for (const struct node *node = program->nodes; node; node = node->next)
        count += node->kind == kind;
    return count;
}

static void a_gan_is_three_phases(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct graph *graph;
    const struct objective_plan *objective =
        planned_objective(arena, two_networks, adversarial, &graph);
    assert_int_equal(objective->n_trained, 2);
    assert_int_equal(objective_update_phases(objective), 3);
    assert_int_equal(objective_latent_rows(objective),
                     HALF_BATCH + WHOLE_BATCH);
    assert_int_equal(objective_least_share(objective), HALF_BATCH);
    const struct phase *last = objective_last(objective);
    assert_string_equal(last->name, "train_generator");
    assert_string_equal(phase_judged(last)->name, "judge");
    assert_ptr_equal(objective->phases[1].input.made_by, objective->phases);
    arena_free(arena);
}

/* The emitted text of an autoencoder with a second loss. */
static const char *emit_two_losses(struct arena *arena,
                                   const struct plan **plan)
{
    const struct emit_sources sources = {.model_name = "coder",
                                         .nn_path = "coder.nn",
                                         .nn_text = model,
                                         .schedule_path = "coder.yaml",
                                         .schedule_text = training};
    struct text code = text_new(arena);
    struct graph *graph;
    struct objective_plan *objective =
        planned_objective(arena, model, training, &graph);
    for (int i = 0; i < objective->n_phases; i++) {
        objective->phases[i].losses[1] =
            (struct phase_loss){.name = "distance",
                                .brief = "distance",
                                .title = "the distance",
                                .sums = "distance_sums",
                                .kind = LOSS_MEAN_ABSOLUTE_ERROR};
        objective->phases[i].n_losses = 2;
    }
    *plan = plan_model(arena, graph, objective, target_find("x86-64-v3"),
                       DTYPE_FLOAT32);
    emit_model(arena, *plan, &sources, &code);
    return text_string(&code);
}

static void several_losses_add_up_and_keep_sums_of_their_own(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    const struct plan *plan;
    const char *code = emit_two_losses(arena, &plan);
    assert_int_equal(count_nodes(plan->programs, NODE_LOSS), 2);
    assert_int_equal(count_nodes(plan->programs, NODE_SUM), 1);
    assert_non_null(strstr(code, "static void train_loss("));
    assert_non_null(strstr(code, "static void train_loss_2("));
    assert_non_null(strstr(code, "&a->sums[first / TILE]);"));
    assert_non_null(strstr(code, "&a->distance_sums[first / TILE]);"));
    assert_non_null(
        strstr(code, ".sums_offset = offsetof(struct arena, distance_sums),"));
    assert_non_null(strstr(code, ".n_losses = 2,"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gan_is_three_phases),
        cmocka_unit_test(several_losses_add_up_and_keep_sums_of_their_own),
    };
    return cmocka_run_group_tests_name("objective", tests, NULL, NULL);
}
