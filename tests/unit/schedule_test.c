/* Schedules: every value read, --set, writing and reading back, and what is
 * compiled in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "trainer/schedule/schedule.h"

static const char plain[] = "objective: autoencoder\n"
                            "loss: mean_squared_error\n"
                            "batch: 4\n"
                            "epochs: 1\n"
                            "optimizer: {name: sgd}\n"
                            "data: {train: a/b}\n";
static const char gan[] = "objective: gan\n"
                          "generator: g\n"
                          "discriminator: d\n"
                          "loss: mean_squared_error\n"
                          "batch: 4\n"
                          "epochs: 1\n"
                          "optimizer: {name: sgd}\n"
                          "data: {train: a/b}\n";

/* Reads a schedule for an executable of `compiled`, or none; *printed (to free)
 * is what is said about it. */
static bool read_schedule(struct arena *arena, const char *text,
                          const struct schedule_edit *edits, int n_edits,
                          const struct schedule *compiled,
                          struct schedule *schedule, char **printed)
{
    const struct source *source =
        source_from_text(arena, "x.yaml", text, strlen(text));
    struct diags *diags = diags_new(arena);
    schedule_read(arena, source, edits, n_edits, compiled, schedule, diags);
    size_t size = 0;
    FILE *out = open_memstream(printed, &size);
    diags_print(diags, out, false);
    fclose(out);
    return !diags_failed(diags);
}

/* Reads `text`, with up to two edits, which has no mistakes. */
static struct schedule good(struct arena *arena, const char *text,
                            const char *first, const char *second)
{
    struct schedule schedule;
    struct schedule_edit edits[] = {{first}, {second}};
    char *printed = NULL;
    if (!read_schedule(arena, text, edits, (first != NULL) + (second != NULL),
                       NULL, &schedule, &printed))
        fail_msg("%s", printed);
    free(printed);
    return schedule;
}

static const char *joined(struct arena *arena, const char *a, const char *b)
{
    return arena_printf(arena, "%s%s", a, b);
}

/* ---- values -------------------------------------------------------------- */

static void test_an_autoencoders_schedule(void **state)
{
    struct schedule s = good(
        *state,
        "objective: autoencoder # target = input\n"
        "network: Simple_Autoencoder\n"
        "loss: binary_crossentropy\n"
        "precision: bf16\n"
        "batch: 256\n"
        "epochs: 100\n"
        "seed: 7\n"
        "optimizer: {name: adam, learning_rate: 1.0e-2, epsilon: 1e-5}\n"
        "data:\n"
        "  train: mnist/train\n"
        "  test: mnist/test\n"
        "  pixels: signed\n"
        "  shuffle: false\n"
        "snapshots: {at: [1000, 20_000], every: 500, count: 16, columns: 4, "
        "ink: black}\n"
        "checkpoint: {at: [7, 300], every: 250, keep: 2}\n"
        "threads: 2\n",
        NULL, NULL);
    assert_int_equal(s.objective, OBJECTIVE_AUTOENCODER);
    assert_string_equal(s.network, "Simple_Autoencoder");
    assert_int_equal(s.loss, LOSS_BINARY_CROSSENTROPY);
    assert_int_equal(s.precision, PRECISION_BF16);
    assert_int_equal(s.batch, 256);
    assert_int_equal(s.epochs, 100);
    assert_int_equal(s.iterations, 0);
    assert_int_equal(s.seed, 7);
    assert_int_equal(s.optimizer.kind, OPTIMIZER_ADAM);
    assert_true(s.optimizer.learning_rate == 0.01);
    assert_true(s.optimizer.epsilon == 1e-5);
    assert_string_equal(s.data.train, "mnist/train");
    assert_string_equal(s.data.test, "mnist/test");
    assert_int_equal(s.data.pixels, PIXELS_SIGNED);
    assert_false(s.data.shuffle);
    assert_int_equal(s.snapshots.at.n, 2);
    assert_int_equal(s.snapshots.at.values[0], 1000);
    assert_int_equal(s.snapshots.at.values[1], 20000);
    assert_int_equal(s.snapshots.every, 500);
    assert_int_equal(s.snapshots.count, 16);
    assert_int_equal(s.snapshots.columns, 4);
    assert_int_equal(s.snapshots.ink, INK_BLACK);
    assert_int_equal(s.checkpoint.at.n, 2);
    assert_int_equal(s.checkpoint.at.values[1], 300);
    assert_true(schedule_keeps_checkpoint(&s, 7));
    assert_false(schedule_keeps_checkpoint(&s, 250));
    assert_int_equal(s.checkpoint.every, 250);
    assert_int_equal(s.checkpoint.keep, 2);
    assert_int_equal(s.threads, 2);
    assert_int_equal(source_line(s.where.batch.source, s.where.batch.first), 4);
    assert_int_equal(s.where.train.last - s.where.train.first, 11);
    assert_int_equal(s.where.optimizer.last - s.where.optimizer.first, 4);
}

static void test_defaults(void **state)
{
    struct schedule s = good(*state, plain, NULL, NULL);
    assert_null(s.network);
    assert_int_equal(s.precision, PRECISION_FLOAT32);
    assert_int_equal(s.seed, 1);
    assert_null(s.data.test);
    assert_int_equal(s.data.pixels, PIXELS_DEFAULT);
    assert_null(pixels_word(s.data.pixels));
    assert_true(s.data.shuffle);
    assert_int_equal(s.snapshots.at.n, 0);
    assert_int_equal(s.snapshots.every, 0);
    assert_int_equal(s.snapshots.count, 25);
    assert_int_equal(s.snapshots.columns, 5);
    assert_int_equal(s.snapshots.ink, INK_WHITE);
    assert_int_equal(s.checkpoint.at.n, 0);
    assert_int_equal(s.checkpoint.every, 0);
    assert_int_equal(s.checkpoint.keep, 3);
    assert_int_equal(s.threads, 0);
    assert_int_equal(s.where.network.first, 0);
    s = good(*state, gan, NULL, NULL);
    assert_int_equal(s.latent.kind, LATENT_NORMAL);
    assert_true(s.latent.mean == 0 && s.latent.stddev == 1);
    assert_int_equal(s.discriminator_optimizer.kind, OPTIMIZER_SGD);
}

static void test_a_gans_schedule(void **state)
{
    struct schedule s =
        good(*state, gan, "latent={distribution: uniform, low: -1}",
             "optimizer={generator: {name: adam, beta_1: 0.5},"
             " discriminator: {name: rmsprop}}");
    assert_string_equal(s.generator, "g");
    assert_string_equal(s.discriminator, "d");
    assert_int_equal(s.latent.kind, LATENT_UNIFORM);
    assert_true(s.latent.low == -1 && s.latent.high == 1);
    assert_true(s.optimizer.beta_1 == 0.5);
    assert_int_equal(s.discriminator_optimizer.kind, OPTIMIZER_RMSPROP);
    assert_true(s.discriminator_optimizer.rho == 0.9);
    s = good(*state, gan, "latent.file=z.npy", NULL);
    assert_int_equal(s.latent.kind, LATENT_FILE);
    assert_string_equal(s.latent.file, "z.npy");
}

static void test_kerass_defaults(void **state)
{
    static const struct {
        const char *edit;
        struct optimizer_settings expected;
    } rows[] = {
        {"optimizer.name=adam",
         {.kind = OPTIMIZER_ADAM,
          .learning_rate = 0.001,
          .beta_1 = 0.9,
          .beta_2 = 0.999,
          .epsilon = 1e-7}},
        {"optimizer.name=adamw",
         {.kind = OPTIMIZER_ADAMW,
          .learning_rate = 0.001,
          .beta_1 = 0.9,
          .beta_2 = 0.999,
          .epsilon = 1e-7,
          .weight_decay = 0.004}},
        {"optimizer.name=sgd", {.kind = OPTIMIZER_SGD, .learning_rate = 0.01}},
        {"optimizer.name=rmsprop",
         {.kind = OPTIMIZER_RMSPROP,
          .learning_rate = 0.001,
          .rho = 0.9,
          .epsilon = 1e-7}},
        {"optimizer.name=adadelta",
         {.kind = OPTIMIZER_ADADELTA,
          .learning_rate = 0.001,
          .rho = 0.95,
          .epsilon = 1e-7}},
        {"optimizer.name=adagrad",
         {.kind = OPTIMIZER_ADAGRAD,
          .learning_rate = 0.001,
          .initial_accumulator_value = 0.1,
          .epsilon = 1e-7}},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct optimizer_settings got =
            good(*state, plain, rows[i].edit, NULL).optimizer;
        const struct optimizer_settings *wanted = &rows[i].expected;
        assert_int_equal(got.kind, wanted->kind);
        assert_true(got.learning_rate == wanted->learning_rate);
        assert_true(got.momentum == wanted->momentum);
        assert_true(got.rho == wanted->rho);
        assert_true(got.beta_1 == wanted->beta_1);
        assert_true(got.beta_2 == wanted->beta_2);
        assert_true(got.epsilon == wanted->epsilon);
        assert_true(got.initial_accumulator_value ==
                    wanted->initial_accumulator_value);
        assert_true(got.nesterov == wanted->nesterov);
        assert_true(got.weight_decay == wanted->weight_decay);
        assert_true(got.clipvalue == 0);
        assert_true(got.clipnorm == 0);
        assert_true(got.global_clipnorm == 0);
    }
}

static void test_ways_to_write_a_value(void **state)
{
    struct arena *arena = *state;
    static const char *const truths[] = {"true", "True", "TRUE", "yes", "Yes",
                                         "YES",  "on",   "On",   "ON"};
    static const char *const lies[] = {"false", "False", "FALSE", "no", "No",
                                       "NO",    "off",   "Off",   "OFF"};
    for (size_t i = 0; i < 9; i++) {
        const char *edit = arena_printf(arena, "data.shuffle=%s", truths[i]);
        assert_true(good(arena, plain, edit, NULL).data.shuffle);
        edit = arena_printf(arena, "data.shuffle=%s", lies[i]);
        assert_false(good(arena, plain, edit, NULL).data.shuffle);
    }
    static const char *const thousandths[] = {"0.001",  "1e-3",  "1.0e-3",
                                              "1E-3",   ".001",  "+0.001",
                                              "10.e-4", "0.0_01"};
    for (size_t i = 0; i < sizeof thousandths / sizeof *thousandths; i++) {
        const char *edit =
            arena_printf(arena, "optimizer.learning_rate=%s", thousandths[i]);
        assert_true(good(arena, plain, edit, NULL).optimizer.learning_rate ==
                    0.001);
    }
    assert_int_equal(good(arena, plain, "batch=+1_0", NULL).batch, 10);
    assert_true(good(arena, plain, "seed=18446744073709551615", NULL).seed ==
                UINT64_MAX);
    assert_string_equal(good(arena, plain, "network='5'", NULL).network, "5");
    assert_int_equal(
        good(arena, plain, "loss=\"mean_absolute_error\"", NULL).loss,
        LOSS_MEAN_ABSOLUTE_ERROR);
}

static void test_a_byte_order_mark_and_directives(void **state)
{
    struct arena *arena = *state;
    const char *text =
        arena_printf(arena, "\xEF\xBB\xBF%%YAML 1.1\n---\n%s...", plain);
    assert_int_equal(good(arena, text, NULL, NULL).batch, 4);
}

/* ---- edits --------------------------------------------------------------- */

static void test_edits(void **state)
{
    struct arena *arena = *state;
    assert_int_equal(good(arena, plain, "batch=5", "batch=6").batch, 6);
    struct schedule s = good(arena, plain, "iterations=9", NULL);
    assert_int_equal(s.epochs, 0);
    assert_int_equal(s.iterations, 9);
    s = good(arena, plain, "iterations=9", "epochs=2");
    assert_int_equal(s.epochs, 2);
    assert_int_equal(s.iterations, 0);
    s = good(arena, plain, "iterations=null", NULL);
    assert_int_equal(s.epochs, 1);
    s = good(arena, plain, "data.test=c/d", "data.test=null");
    assert_null(s.data.test);
    assert_string_equal(s.data.train, "a/b");
    s = good(arena, plain, "data={train: x, shuffle: no}", "data.test=a=b");
    assert_string_equal(s.data.train, "x");
    assert_string_equal(s.data.test, "a=b");
    s = good(arena, plain, "snapshots.at=[3, 4]", "snapshots.every=2");
    assert_int_equal(s.snapshots.at.n, 2);
    assert_int_equal(s.snapshots.every, 2);
}

static void test_nulls_drop_nothing_where_nothing_is_set(void **state)
{
    struct arena *arena = *state;
    good(arena, plain, "latent=null", "latent.mean=null");
    good(arena, plain, "network=~", "snapshots.every=");
    good(arena, plain, "optimizer.beta_1=null", "optimizer.amsgrad=null");
    good(arena, plain, "batch.size=null", "generator=null");
    struct schedule s = good(arena, gan, "optimizer.generator.name=null", NULL);
    assert_int_equal(s.optimizer.kind, OPTIMIZER_SGD);
}

static void test_an_edit_can_mend_a_schedule(void **state)
{
    struct arena *arena = *state;
    good(arena, joined(arena, plain, "seed: x\n"), "seed=3", NULL);
    good(arena, joined(arena, plain, "checkpoint: 3\n"), "checkpoint.keep=3",
         NULL);
}

/* ---- writing ------------------------------------------------------------- */

static const char *written(struct arena *arena, const struct schedule *schedule)
{
    struct text out = text_new(arena);
    schedule_write(schedule, &out);
    return text_string(&out);
}

static void test_writing(void **state)
{
    struct schedule s =
        good(*state, plain, "network=n", "snapshots.at=[5, 70]");
    assert_string_equal(
        written(*state, &s),
        "objective: autoencoder\n"
        "network: n\n"
        "loss: mean_squared_error\n"
        "precision: float32\n"
        "batch: 4\n"
        "epochs: 1\n"
        "seed: 1\n"
        "optimizer: {name: sgd, learning_rate: 0.01, momentum: 0, nesterov: "
        "false}\n"
        "data:\n"
        "  train: a/b\n"
        "  shuffle: true\n"
        "snapshots:\n"
        "  at: [5, 70]\n"
        "  every: 0\n"
        "  count: 25\n"
        "  columns: 5\n"
        "checkpoint:\n"
        "  every: 0\n"
        "  keep: 3\n"
        "threads: 0\n");
    s = good(*state, gan, "latent={distribution: uniform, high: 0.1}",
             "optimizer={generator: {name: adam}, discriminator: {name: "
             "adagrad}}");
    assert_non_null(
        strstr(written(*state, &s),
               "discriminator: d\n"
               "latent: {distribution: uniform, low: 0, high: 0.1}\n"
               "loss: mean_squared_error\n"));
    assert_non_null(
        strstr(written(*state, &s),
               "optimizer:\n"
               "  generator: {name: adam, learning_rate: 0.001, beta_1: 0.9, "
               "beta_2: 0.999, epsilon: 1e-07}\n"
               "  discriminator: {name: adagrad, learning_rate: 0.001, "
               "initial_accumulator_value: 0.1, epsilon: 1e-07}\n"));
}

/* What is written is read back to what writes the same, and has every value
 * that was edited: the texts and numbers are awkward on purpose. */
static void test_what_is_written_is_read_back(void **state)
{
    struct arena *arena = *state;
    static const char *const edits[] = {
        "network=\"a \\\"b\\\" \\\\ c\"",
        "network='5'",
        "network='null'",
        "network='on'",
        "network='1e5'",
        "network=\"\\u2028\\uFEFF\\u0085\"",
        "network='a: b # c'",
        "network='- x'",
        "network=\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80",
        "data.train='*x'",
        "data.train=./a b/c.npy",
        "data.test='~'",
        "data.test=/x/y",
        "data.pixels=raw",
        "data.pixels=unit",
        "data.pixels=binary",
        "data.shuffle=off",
        "objective=classifier",
        "loss=categorical_crossentropy",
        "precision=bf16",
        "iterations=1000000000000",
        "epochs=2147483647",
        "batch=2147483647",
        "seed=18446744073709551615",
        "threads=1024",
        "snapshots={at: [1, 2, 1], every: 7, count: 3, columns: 1}",
        "snapshots={ink: black}",
        "checkpoint={at: [1000000000000, 3]}",
        "checkpoint={every: 1000000000000, keep: 9}",
        "optimizer={name: adam, learning_rate: 0.1, beta_2: 0.333333333333333}",
        "optimizer={name: sgd, momentum: 0.30000000000000004, nesterov: yes}",
        "optimizer={name: rmsprop, rho: 1e-37, epsilon: 3e38}",
        "optimizer={name: adadelta, learning_rate: 0}",
        "optimizer={name: adagrad, initial_accumulator_value: 1.2e-38}",
        "latent={mean: -1e-5, stddev: 2.5}",
        "latent={distribution: uniform, low: -3, high: -2.99}",
        "latent={file: 'my z.npy'}",
        "generator='true'",
        ("optimizer={generator: {name: adam, beta_1: 0.5}, discriminator: "
         "{name: adam}}"),
    };
    for (size_t i = 0; i < sizeof edits / sizeof *edits; i++) {
        const char *key = edits[i];
        bool of_gan = strncmp(key, "latent", 6) == 0 ||
                      strncmp(key, "generator", 9) == 0 ||
                      strstr(key, "discriminator");
        struct schedule s = good(arena, of_gan ? gan : plain, key, NULL);
        const char *text = written(arena, &s);
        struct schedule again = good(arena, text, NULL, NULL);
        assert_string_equal(written(arena, &again), text);
        assert_int_equal(again.objective, s.objective);
        assert_int_equal(again.epochs, s.epochs);
        assert_int_equal(again.iterations, s.iterations);
        assert_true(again.seed == s.seed);
        assert_string_equal(again.data.train, s.data.train);
        assert_string_equal(s.network ? s.network : "",
                            again.network ? again.network : "");
        assert_int_equal(again.optimizer.kind, s.optimizer.kind);
        assert_true(again.optimizer.learning_rate == s.optimizer.learning_rate);
        assert_true(s.latent.low == again.latent.low || !of_gan);
        struct schedule base = good(arena, of_gan ? gan : plain, NULL, NULL);
        assert_string_not_equal(written(arena, &base), text);
    }
}

/* ---- what is compiled in ------------------------------------------------- */

/* `expected` is all that is printed of an edit of `text`, places left out. */
static void expect_compiled_in(struct arena *arena, const char *text,
                               const char *edit, const char *expected)
{
    struct schedule compiled = good(arena, text, NULL, NULL), wanted;
    struct schedule_edit edits[] = {{edit}};
    char *printed = NULL;
    bool right =
        read_schedule(arena, text, edits, 1, &compiled, &wanted, &printed);
    assert_int_equal(right, expected[0] == '\0');
    const char *first_line = strtok(printed, "\n");
    assert_string_equal(first_line ? first_line : "", expected);
    strtok(NULL, "\n"); /* the words, and the caret below them */
    strtok(NULL, "\n");
    assert_null(strtok(NULL, "\n"));
    free(printed);
}

/* Names are those of folders and of a table's cells. */
static void test_class_weights_are_read_back(void **state)
{
    struct arena *arena = *state;
    const char *classifier =
        joined(arena, plain,
               "class_weights: {0: 0.25, 'a, b': 1e-3, '}': 2, yes: 3, "
               "-x: 4, \"\\u2028\": 5, ' ': 6, '#': 7, '? y : z': 0}\n");
    struct schedule s =
        good(arena, classifier, "objective=classifier", "data.validation=0.1");
    assert_int_equal(s.class_weights.n, 9);
    char *name = arena_alloc(arena, 3001, 1);
    memset(name, 'n', 3000);
    s.class_weights.classes[8].name = name;
    struct schedule back = good(arena, written(arena, &s), NULL, NULL);
    assert_int_equal(back.class_weights.n, 9);
    for (int i = 0; i < 9; i++) {
        assert_string_equal(back.class_weights.classes[i].name,
                            s.class_weights.classes[i].name);
        assert_true(back.class_weights.classes[i].weight ==
                    s.class_weights.classes[i].weight);
    }
    s = good(arena, plain, "objective=classifier", "class_weights=balanced");
    back = good(arena, written(arena, &s), NULL, NULL);
    assert_int_equal(back.class_weights.kind, WEIGHTS_BALANCED);
}

static void test_what_is_compiled_in(void **state)
{
    struct arena *arena = *state;
#define REBUILD "; rebuild: guss build MODEL.nn SCHEDULE.yaml"
    const char *named = joined(arena, plain, "network: n\n");
    expect_compiled_in(arena, plain, "batch=64",
                       "--set:1:7: error: 'batch' is compiled in (4, not "
                       "64)" REBUILD);
    expect_compiled_in(arena, named, "network=m",
                       "--set:1:9: error: 'network' is compiled in (n, not "
                       "m)" REBUILD);
    expect_compiled_in(arena, named, "network=null", "");
    expect_compiled_in(arena, plain, "objective=classifier",
                       "--set:1:11: error: 'objective' is compiled in "
                       "(autoencoder, not classifier)" REBUILD);
    expect_compiled_in(arena, plain, "loss=mean_absolute_error",
                       "--set:1:6: error: 'loss' is compiled in "
                       "(mean_squared_error, not mean_absolute_error)" REBUILD);
    expect_compiled_in(arena, plain, "precision=bf16",
                       "--set:1:11: error: the precision bf16 cannot be built "
                       "yet");
    expect_compiled_in(arena, plain, "optimizer={name: adam}",
                       "--set:1:18: error: 'optimizer.name' is compiled in "
                       "(sgd, not adam)" REBUILD);
    expect_compiled_in(arena, gan, "generator=x",
                       "--set:1:11: error: 'generator' is compiled in (g, not "
                       "x)" REBUILD);
    expect_compiled_in(arena, gan, "discriminator=x",
                       "--set:1:15: error: 'discriminator' is compiled in (d, "
                       "not x)" REBUILD);
    expect_compiled_in(arena, gan,
                       "optimizer={generator: {name: sgd}, discriminator: "
                       "{name: adam}}",
                       "--set:1:58: error: 'optimizer.discriminator.name' is "
                       "compiled in (sgd, not adam)" REBUILD);
    expect_compiled_in(arena, gan, "optimizer={name: rmsprop}",
                       "--set:1:18: error: 'optimizer.name' is compiled in "
                       "(sgd, not rmsprop)" REBUILD);
    /* What would be a mistake for another reason as well is said once. */
    expect_compiled_in(arena, plain, "objective=gan",
                       "--set:1:11: error: 'objective' is compiled in "
                       "(autoencoder, not gan)" REBUILD);
    expect_compiled_in(arena, gan, "objective=autoencoder",
                       "--set:1:11: error: 'objective' is compiled in (gan, "
                       "not autoencoder)" REBUILD);
    expect_compiled_in(arena, gan, "batch=3",
                       "--set:1:7: error: 'batch' is compiled in (4, not "
                       "3)" REBUILD);
    expect_compiled_in(arena, gan, "loss=categorical_crossentropy",
                       "--set:1:6: error: 'loss' is compiled in "
                       "(mean_squared_error, not "
                       "categorical_crossentropy)" REBUILD);
    const char *moving = "objective: autoencoder\nloss: mean_squared_error\n"
                         "batch: 4\nepochs: 1\ndata: {train: a/b}\n"
                         "optimizer: {name: sgd, momentum: 0.9}\n";
    expect_compiled_in(arena, moving, "optimizer.name=adam",
                       "--set:1:16: error: 'optimizer.name' is compiled in "
                       "(sgd, not adam)" REBUILD);
    expect_compiled_in(arena, plain, "optimizer={name: adam, beta_1: 0.5}",
                       "--set:1:18: error: 'optimizer.name' is compiled in "
                       "(sgd, not adam)" REBUILD);
    expect_compiled_in(arena, plain, "batch=many",
                       "--set:1:7: error: 'batch' must be a whole number of at "
                       "least 1, not 'many'");
    expect_compiled_in(arena, plain, "precision=float16",
                       "--set:1:11: error: 'float16' is a precision of Keras "
                       "that guss does not have; 'precision' must be float32 "
                       "or bf16");
    expect_compiled_in(arena, plain, "optimizer.learning_rate=1", "");
    expect_compiled_in(arena, plain, "threads=2", "");
#undef REBUILD
}

/* Not the value of a norm, but that there is one. */
static void test_that_norms_are_compiled_in(void **state)
{
    struct arena *arena = *state;
    const char *clipped = "objective: autoencoder\nloss: mean_squared_error\n"
                          "batch: 4\nepochs: 1\ndata: {train: a/b}\n"
                          "optimizer: {name: sgd, clipnorm: 1}\n";
#define NO_NORMS                                                               \
    " is not compiled in: this executable does not find the norms of "         \
    "gradients; write it in the schedule and rebuild: guss build MODEL.nn "    \
    "SCHEDULE.yaml"
    expect_compiled_in(arena, clipped, "optimizer.clipnorm=2", "");
    expect_compiled_in(arena, clipped, "optimizer.clipnorm=null", "");
    expect_compiled_in(arena, clipped,
                       "optimizer={name: sgd, global_clipnorm: 2}", "");
    expect_compiled_in(arena, plain, "optimizer.clipvalue=2", "");
    expect_compiled_in(arena, plain, "optimizer.clipnorm=0", "");
    expect_compiled_in(arena, plain, "optimizer.clipnorm=2",
                       "--set:1:11: error: 'optimizer.clipnorm'" NO_NORMS);
    expect_compiled_in(
        arena, gan, "optimizer.global_clipnorm=2",
        "--set:1:11: error: 'optimizer.global_clipnorm'" NO_NORMS);
#undef NO_NORMS
}

/* ---- running ------------------------------------------------------------- */

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_an_autoencoders_schedule),
        TEST(test_defaults),
        TEST(test_a_gans_schedule),
        TEST(test_kerass_defaults),
        TEST(test_ways_to_write_a_value),
        TEST(test_a_byte_order_mark_and_directives),
        TEST(test_edits),
        TEST(test_nulls_drop_nothing_where_nothing_is_set),
        TEST(test_an_edit_can_mend_a_schedule),
        TEST(test_writing),
        TEST(test_what_is_written_is_read_back),
        TEST(test_class_weights_are_read_back),
        TEST(test_what_is_compiled_in),
        TEST(test_that_norms_are_compiled_in),
    };
    return cmocka_run_group_tests_name("schedule", tests, NULL, NULL);
}
