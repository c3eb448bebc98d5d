/* Words from elsewhere: every row of every table, used in a real input, and all
 * that is said about it, held to foreign_words.txt. GOLDEN=1 rewrites that file;
 * read the difference. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "compiler/elaborate/elaborate.h"
#include "compiler/elaborate/foreign_words.h"
#include "compiler/graph/activation.h"
#include "compiler/layers/layer.h"
#include "compiler/request/foreign_commands.h"
#include "compiler/syntax/parse.h"
#include "trainer/command/foreign_commands.h"
#include "trainer/schedule/schedule.h"
#include "trainer/schedule/schedule_foreign.h"
#include "trainer/session/foreign_options.h"

static const char golden[] = "tests/unit/foreign_words.txt";

/* The one message, without its place, that is printed about `diags`: more than
 * one error fails the test. */
static const char *only_message(struct arena *arena, struct diags *diags)
{
    char *printed = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&printed, &size);
    size_t errors = diags_count_errors(diags);
    diags_print(diags, out, false);
    fclose(out);
    if (errors != 1)
        print_error("%s", printed);
    assert_int_equal(errors, 1);
    const char *message = strstr(printed, "error: ") + strlen("error: ");
    const char *text = arena_copy(arena, message, strcspn(message, "\n"));
    free(printed);
    return text;
}

static const char *check(struct arena *arena, const char *text)
{
    const struct source *source =
        source_from_text(arena, "x.nn", text, strlen(text));
    struct diags *diags = diags_new(arena);
    const struct ast ast = {.items = parse_source(arena, source, diags),
                            .text = text};
    elaborate(arena, &ast, "x.nn", NULL, 0, diags);
    return only_message(arena, diags);
}

/* The kind of layer that an argument's row is for. */
static const struct layer_kind *kind_with(const char *argument)
{
    for (int k = 0; argument && k < n_layer_kinds; k++)
        if (layer_kind_parameter(layer_kinds[k], argument) >= 0)
            return layer_kinds[k];
    return layer_kind_find("Conv2D");
}

static void write_line(struct text *lines, const char *vocabulary,
                       const char *word, const char *message)
{
    text_printf(lines, "%s %s: %s\n", vocabulary, word, message);
}

static void say_layers(struct arena *arena, struct text *lines)
{
    struct hints hints = foreign_layers();
    for (size_t i = 0; i < hints.n; i++) {
        const struct hint *hint = &hints.rows[i];
        assert_null(layer_kind_find(hint->word));
        assert_true(!hint->own || layer_kind_find(hint->own));
        write_line(lines, "layer", hint->word,
                   check(arena, arena_printf(arena, "network n(8) { %s(3) }",
                                             hint->word)));
    }
}

static void say_arguments(struct arena *arena, struct text *lines)
{
    struct hints hints = foreign_arguments();
    for (size_t i = 0; i < hints.n; i++) {
        const struct hint *hint = &hints.rows[i];
        const struct layer_kind *kind = kind_with(hint->own);
        write_line(
            lines, kind->name, hint->word,
            check(arena, arena_printf(arena, "network n(8, 8, 1) { %s(%s=1) }",
                                      kind->name, hint->word)));
    }
}

static void say_values(struct arena *arena, struct text *lines,
                       struct hints hints, const char *argument)
{
    for (size_t i = 0; i < hints.n; i++)
        write_line(
            lines, argument, hints.rows[i].word,
            check(arena, arena_printf(arena, "network n(8) { Dense(3, %s=%s) }",
                                      argument, hints.rows[i].word)));
}

/* One error, and never another function that is spelt alike. */
static const struct {
    const char *vocabulary, *text;
} misspelt[] = {
    {"misspelt layer", "network n(8) { LayerNormalisation() }"},
    {"misspelt layer", "network n(8) { Conv1d(3) }"},
    {"misspelt layer", "network n(8) { lstm(3) }"},
    {"misspelt layer", "network n(8) { Conv2d(3) }"},
    {"misspelt layer", "network n(8) { LSMT(3) }"},
    {"argument of another layer",
     "network n(8, 8, 1) { DepthwiseConv2D(3, kernel_initializer=zeros) }"},
    {"argument of another layer",
     "network n(8, 8, 1) { SeparableConv2D(3, 3, kernel_init=zeros) }"},
    {"misspelt layer", "network n(8) { Dens(3) }"},
    {"misspelt activation", "network n(8) { Dense(3, activation=ReLU) }"},
    {"misspelt activation", "network n(8) { Dense(3, activation=Softmax) }"},
    {"misspelt activation", "network n(8) { Dense(3, activation=LEAKYRELU) }"},
    {"misspelt activation", "network n(8) { Dense(3, activation=soft_sign) }"},
    {"refused argument", "network n(8) { Dense(3, input_shape=8) }"},
    {"refused argument", "network n(8) { Dense(3, dtype=float16) }"},
    {"refused argument", "network n(8) { Dropout(0.5, seed=1) }"},
    {"refused argument", "network n(8) { Dense(3, batch_size=8) }"},
    {"refused argument",
     "network n(8, 8, 1) { Conv2D(3, 3, data_format=channels_first) }"},
    {"refused argument",
     "network n(8, 1) { Conv1D(3, 3, data_format=channels_first) }"},
    {"refused argument",
     "network n(8, 1) { MaxPooling1D(data_format=channels_first) }"},
    {"refused argument",
     "network n(8, 1) { GlobalMaxPooling1D(keepdims=true) }"},
    {"refused argument",
     "network n(8, 8, 1) { GlobalMaxPooling2D(keepdims=true) }"},
    {"refused argument",
     "network n(8) { LayerNormalization(rms_scaling=true) }"},
    {"refused argument",
     "network n(8, 8, 1) { Conv2DTranspose(3, 3, output_padding=1) }"},
    {"refused argument",
     "network n(8) { Dense(3, kernel_constraint=max_norm(2)) }"},
    {"refused argument",
     "network n(8) { Dropout(0.5, activity_regularizer=l2) }"},
};

static void say_misspelt(struct arena *arena, struct text *lines)
{
    for (size_t i = 0; i < sizeof misspelt / sizeof *misspelt; i++)
        write_line(lines, misspelt[i].vocabulary, misspelt[i].text,
                   check(arena, misspelt[i].text));
}

/* ---- schedules ----------------------------------------------------------- */

/* A schedule in which one line, or one key below a section, is put in the place
 * of another one. */
static const char *schedule_with(struct arena *arena, const char *key,
                                 const char *line)
{
    static const struct {
        const char *key, *line;
    } lines[] = {
        {"objective", "objective: gan"},
        {"generator", "generator: g"},
        {"discriminator", "discriminator: d"},
        {"latent", "latent: {stddev: 1}"},
        {"loss", "loss: mean_squared_error"},
        {"precision", "precision: float32"},
        {"batch", "batch: 4"},
        {"epochs", "epochs: 1"},
        {"optimizer", "optimizer: {name: sgd}"},
        {"data", "data: {train: a/b}"},
        {"snapshots", "snapshots: {every: 1}"},
        {"checkpoint", "checkpoint: {every: 1}"},
    };
    struct text text = text_new(arena);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        if (strcmp(lines[i].key, key) != 0)
            text_printf(&text, "%s\n", lines[i].line);
    text_printf(&text, "%s\n", line);
    return text_string(&text);
}

static const char *check_schedule(struct arena *arena, const char *text)
{
    const struct source *source =
        source_from_text(arena, "x.yaml", text, strlen(text));
    struct diags *diags = diags_new(arena);
    struct schedule schedule;
    schedule_read(arena, source, NULL, 0, NULL, &schedule, diags);
    return only_message(arena, diags);
}

/* The line that a key stands in the place of: what it means is not missed. */
static const char *line_meant(const char *own)
{
    if (!own || (strchr(own, '.') && strcmp(own, "data.train") != 0))
        return "";
    if (strcmp(own, "data.train") == 0)
        return "data";
    return strcmp(own, "iterations") == 0 ? "epochs" : own;
}

static void say_top_keys(struct arena *arena, struct text *lines)
{
    struct hints hints = foreign_keys("");
    for (size_t i = 0; i < hints.n; i++) {
        const struct hint *hint = &hints.rows[i];
        const char *line = arena_printf(arena, "%s: 1", hint->word);
        write_line(
            lines, "key", hint->word,
            check_schedule(arena,
                           schedule_with(arena, line_meant(hint->own), line)));
    }
}

static void say_keys_below(struct arena *arena, struct text *lines,
                           const char *section, const char *rest)
{
    struct hints hints = foreign_keys(section);
    for (size_t i = 0; i < hints.n; i++) {
        const struct hint *hint = &hints.rows[i];
        bool is_name = hint->own && strcmp(hint->own, "name") == 0;
        bool is_train = hint->own && strcmp(hint->own, "train") == 0;
        const char *line =
            arena_printf(arena, "%s: {%s%s: 1}", section,
                         is_name || is_train ? "" : rest, hint->word);
        write_line(lines, section, hint->word,
                   check_schedule(arena, schedule_with(arena, section, line)));
    }
}

static void say_words(struct arena *arena, struct text *lines, const char *key,
                      struct hints hints, const char *form)
{
    for (size_t i = 0; i < hints.n; i++) {
        struct text line = text_new(arena);
        const char *hole = strchr(form, '*');
        text_append(&line, form, (size_t)(hole - form));
        text_printf(&line, "%s%s", hints.rows[i].word, hole + 1);
        write_line(lines, key, hints.rows[i].word,
                   check_schedule(
                       arena, schedule_with(arena, key, text_string(&line))));
    }
}

static void say_schedules(struct arena *arena, struct text *lines)
{
    say_top_keys(arena, lines);
    say_keys_below(arena, lines, "data", "train: a/b, ");
    say_keys_below(arena, lines, "optimizer", "name: sgd, ");
    say_keys_below(arena, lines, "snapshots", "");
    say_keys_below(arena, lines, "checkpoint", "");
    say_keys_below(arena, lines, "latent", "");
    say_words(arena, lines, "objective", foreign_objectives(), "objective: *");
    say_words(arena, lines, "loss", foreign_losses(), "loss: *");
    say_words(arena, lines, "precision", foreign_precisions(), "precision: *");
    say_words(arena, lines, "optimizer", foreign_rates(),
              "optimizer: {name: sgd, learning_rate: {schedule: *, "
              "initial_learning_rate: 1, decay_rate: 1, boundaries: [1], "
              "values: [1, 2]}}");
    say_words(arena, lines, "optimizer", foreign_optimizers(),
              "optimizer: {name: *}");
    say_words(arena, lines, "data", foreign_pixels(),
              "data: {train: a/b, pixels: *}");
    say_words(arena, lines, "data", foreign_flips(),
              "data: {train: a/b, augment: {flip: *}}");
    say_words(arena, lines, "data", foreign_fills(),
              "data: {train: a/b, augment: {fill: *}}");
    say_words(arena, lines, "data", foreign_keys("data.augment"),
              "data: {train: a/b, augment: {*: 1}}");
    say_words(arena, lines, "latent", foreign_distributions(),
              "latent: {distribution: *}");
}

/* ---- command lines ------------------------------------------------------- */

static void say_options(struct arena *arena, struct text *lines)
{
    static const char *const keys[] = {"epochs",    "batch-size", "lr",
                                       "optimizer", "loss",       "seed",
                                       "momentum",  "data-set",   "nonsense"};
    struct hints hints = foreign_options();
    for (size_t i = 0; i < hints.n; i++) {
        const char *names[] = {hints.rows[i].own};
        write_line(lines, "option", hints.rows[i].word,
                   option_advice(arena, hints.rows[i].word, NULL, names,
                                 hints.rows[i].own != NULL));
    }
    static const char *const set[] = {"set"};
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        write_line(lines, "option", keys[i],
                   option_advice(arena, keys[i], "3", set, 1));
}

static void say_commands(struct arena *arena, struct text *lines,
                         const char *program, struct hints hints)
{
    for (size_t i = 0; i < hints.n; i++)
        write_line(lines, program, hints.rows[i].word,
                   hint_text(arena, &hints.rows[i]));
}

static void hold(const char *text)
{
    struct arena *arena = arena_new();
    struct error error = {0};
    if (getenv("GOLDEN")) {
        FILE *out = fopen(golden, "w");
        fputs(text, out);
        fclose(out);
    }
    const struct source *source = source_read(arena, golden, 1 << 20, &error);
    assert_non_null(source);
    assert_string_equal(text, source->text);
    arena_free(arena);
}

static void test_every_word_is_answered(void **state)
{
    struct arena *arena = *state;
    struct text lines = text_new(arena);
    say_layers(arena, &lines);
    say_arguments(arena, &lines);
    say_values(arena, &lines, foreign_activations(), "activation");
    say_values(arena, &lines, foreign_initializers(), "kernel_initializer");
    say_values(arena, &lines, foreign_regularizers(), "kernel_regularizer");
    say_misspelt(arena, &lines);
    say_schedules(arena, &lines);
    say_options(arena, &lines);
    say_commands(arena, &lines, "guss", foreign_commands());
    say_commands(arena, &lines, "executable", executable_foreign_commands());
    hold(text_string(&lines));
}

static void test_silu_is_swish(void **state)
{
    (void)state;
    assert_int_equal(activation_find("silu"), ACTIVATION_SWISH);
    assert_int_equal(activation_find("selu"), ACTIVATION_SELU);
}

static int new_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int free_arena(void **state)
{
    arena_free(*state);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_every_word_is_answered, new_arena,
                                        free_arena),
        cmocka_unit_test(test_silu_is_swish),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
