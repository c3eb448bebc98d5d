/* trainer/checkpoint.h: every bit comes back, every damage is found. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <stdio.h>
#include <unistd.h>

#include "base/file.h"
#include "tests/unit/older_checkpoint.h"
#include "trainer/training/checkpoint.h"
#include "trainer/weights/weights.h"

static const struct guss_weight weights[] = {
    {"net", "a", "kernel", 2, {3, 5}, 0, 8, GUSS_UNIFORM, -1.0, 1.0, true, {0}},
    {"net", "a", "moving", 1, {5}, 24, 8, GUSS_CONSTANT, 0.5, 0.0, false, {0}}};
static const int indexes[] = {0, 1};
static const struct guss_network network = {
    .name = "net", .summary = "table\n", .weights = indexes, .n_weights = 2};
enum { FLOATS = 32 };
static const size_t slots[] = {1 * FLOATS * sizeof(float),
                               2 * FLOATS * sizeof(float)};
static const struct guss_trained trained = {.optimizer = "adam"};
static const struct guss_loss losses[] = {
    {.name = "loss", .function = "mean_squared_error", .terms = 5}};
static const struct guss_phase phase = {
    .share = 1.0, .losses = losses, .n_losses = 1};
static const struct guss_model model = {.name = "tiny",
                                        .nn_path = "tiny.nn",
                                        .nn_text = "network net {}",
                                        .networks = &network,
                                        .n_networks = 1,
                                        .weights = weights,
                                        .n_weights = 2,
                                        .weights_count = FLOATS,
                                        .slot_offsets = slots,
                                        .n_slots = 2,
                                        .batch = 4,
                                        .trained = &trained,
                                        .n_trained = 1,
                                        .phases = &phase,
                                        .n_phases = 1};

struct memory {
    float floats[3 * FLOATS];
};

static struct checkpoint_note make_note(void)
{
    return (struct checkpoint_note){.iteration = 1234567890123,
                                    .pass = 7,
                                    .position = 40,
                                    .sums = {0.1, 1e-300, -0.0, 3.0},
                                    .seed = UINT64_MAX,
                                    .samples = 100,
                                    .model =
                                        checkpoint_model_fingerprint(&model),
                                    .schedule = 99,
                                    .target = "x86-64-v3",
                                    .compiler = "12.2.0",
                                    .processor = "Some \"Processor\" (tm)",
                                    .version = "0.1.0",
                                    .train_sha256 = "12ab",
                                    .test_sha256 = "34cd",
                                    .latent_sha256 = "",
                                    .target_sha256 = "56ef",
                                    .test_target_sha256 = "",
                                    .class_names = "[\"ant\", \"bee\"]",
                                    .normalization = "{\"input\": [4]}"};
}

static const char *scratch(void)
{
    static char path[64];
    snprintf(path, sizeof path, "checkpoint_test.%ld.tmp", (long)getpid());
    return path;
}

static void save(struct memory *memory)
{
    struct error error = {0};
    struct checkpoint_note note = make_note();
    weights_initialise(&model, memory, 1);
    for (int i = FLOATS; i < 3 * FLOATS; i++)
        memory->floats[i] = i % 8 < 5 ? (float)i * 0.37f : 0.0f;
    assert_int_equal(
        checkpoint_write(scratch(), &model,
                         &(struct checkpoint_state){.memory = memory}, &note,
                         &error),
        STATUS_OK);
}

static void test_every_bit_comes_back(void **state)
{
    struct arena *arena = *state;
    struct memory memory = {{0}}, back = {{0}};
    struct checkpoint checkpoint;
    struct error error = {0};
    bool damaged;
    save(&memory);
    assert_int_equal(checkpoint_open(arena, scratch(), &model, &checkpoint,
                                     &damaged, &error),
                     STATUS_OK);
    assert_int_equal(
        checkpoint_restore(&checkpoint, scratch(), &model,
                           &(struct checkpoint_state){.memory = &back}, &error),
        STATUS_OK);
    /* The state of what is not trained is nobody's. */
    for (int i = 0; i < 3 * FLOATS; i++)
        if (i % FLOATS < 24 || i < FLOATS)
            assert_true(back.floats[i] == memory.floats[i]);

    struct checkpoint_note note = make_note();
    const struct checkpoint_note *read = &checkpoint.note;
    assert_true(read->iteration == note.iteration && read->pass == note.pass);
    assert_true(read->position == note.position && read->seed == note.seed);
    assert_memory_equal(&read->sums, &note.sums, sizeof note.sums);
    assert_true(read->model == note.model && read->schedule == note.schedule);
    assert_true(read->samples == note.samples);
    assert_string_equal(read->target, note.target);
    assert_string_equal(read->normalization, note.normalization);
    assert_string_equal(read->compiler, note.compiler);
    assert_string_equal(read->processor, note.processor);
    assert_string_equal(read->version, note.version);
    assert_string_equal(read->train_sha256, note.train_sha256);
    assert_string_equal(read->test_sha256, note.test_sha256);
    assert_string_equal(read->target_sha256, note.target_sha256);
    assert_string_equal(read->test_target_sha256, "");
    assert_string_equal(read->latent_sha256, "");
    assert_string_equal(read->class_names, note.class_names);
    checkpoint_close(&checkpoint);
}

/* What a run watches, the weights of an earlier best epoch, and averages. */
static void test_what_was_watched_comes_back(void **state)
{
    struct arena *arena = *state;
    struct memory memory = {{0}}, back = {{0}};
    struct checkpoint checkpoint;
    struct error error = {0};
    bool damaged;
    float best[FLOATS], best_back[FLOATS] = {0};
    float average[FLOATS], average_back[FLOATS] = {0};
    struct checkpoint_note note = make_note();
    note.stop = (struct monitor){"max val_accuracy", 9, 0.1, 4};
    note.plateau = (struct plateau){.monitor = {"min loss", 8, 1e-300, 2},
                                    .cooldown = 3,
                                    .factors = {0.1, 0.3}};
    note.best = (struct best){"max val_accuracy", 77, 1.0 / 3.0};
    note.best_weights = 77;
    note.evaluated = 66;
    note.averaged = 1;
    for (int i = 0; i < FLOATS; i++) {
        best[i] = i % 8 < 5 ? (float)i * 0.73f : 0.0f;
        average[i] = best[i] / 2;
    }
    save(&memory);
    assert_int_equal(
        checkpoint_write(scratch(), &model,
                         &(struct checkpoint_state){&memory, best, average},
                         &note, &error),
        STATUS_OK);
    assert_int_equal(checkpoint_open(arena, scratch(), &model, &checkpoint,
                                     &damaged, &error),
                     STATUS_OK);
    assert_int_equal(
        checkpoint_restore(
            &checkpoint, scratch(), &model,
            &(struct checkpoint_state){&back, best_back, average_back}, &error),
        STATUS_OK);
    for (int i = 0; i < FLOATS; i++) {
        assert_true(back.floats[i] == memory.floats[i]);
        assert_true(i >= 24 || best_back[i] == best[i]);
        assert_true(i >= 24 || average_back[i] == average[i]);
    }
    const struct checkpoint_note *read = &checkpoint.note;
    assert_string_equal(read->stop.rule, note.stop.rule);
    assert_true(read->stop.evaluations == 9 && read->stop.best == 0.1 &&
                read->stop.wait == 4);
    assert_string_equal(read->plateau.monitor.rule, "min loss");
    assert_true(read->plateau.monitor.evaluations == 8 &&
                read->plateau.monitor.best == 1e-300 &&
                read->plateau.monitor.wait == 2);
    assert_true(read->plateau.cooldown == 3 &&
                read->plateau.factors[0] == 0.1 &&
                read->plateau.factors[1] == 0.3);
    assert_string_equal(read->best.rule, note.best.rule);
    assert_true(read->best.iteration == 77 && read->best.value == 1.0 / 3.0);
    assert_true(read->best_weights == 77 && read->evaluated == 66);
    assert_true(read->averaged == 1);
    checkpoint_close(&checkpoint);
}

/* What a note that was written and read again says of quality. */
static struct quality read_back(struct arena *arena, struct quality quality)
{
    struct memory memory = {{0}};
    struct checkpoint checkpoint;
    struct error error = {0};
    bool damaged;
    struct checkpoint_note note = make_note();
    note.stop = (struct monitor){"min quality", 9, 0.1, 4};
    note.best = (struct best){"min quality", 77, 1.0 / 3.0};
    note.scored = 88;
    note.quality = quality;
    const struct checkpoint_state state = {&memory, NULL, NULL};
    assert_int_equal(checkpoint_write(scratch(), &model, &state, &note, &error),
                     STATUS_OK);
    assert_int_equal(checkpoint_open(arena, scratch(), &model, &checkpoint,
                                     &damaged, &error),
                     STATUS_OK);
    struct quality read = checkpoint.note.quality;
    checkpoint_close(&checkpoint);
    return read;
}

/* An older file does not say when it improved: that was when it was best. */
static void test_quality_comes_back(void **state)
{
    struct quality read =
        read_back(*state, (struct quality){1.0 / 3.0, 55, 66});
    assert_true(read.one_image == 1.0 / 3.0);
    assert_int_equal(read.armed, 55);
    assert_int_equal(read.improved, 66);
    read = read_back(*state, (struct quality){1, 55, 0});
    assert_int_equal(read.improved, 77);
    read = read_back(*state, (struct quality){1, 0, 0});
    assert_int_equal(read.improved, 0);
}

static void test_older_files_are_read(void **state)
{
    struct arena *arena = *state;
    struct memory memory = {{0}};
    struct checkpoint checkpoint;
    struct error error = {0};
    bool damaged;
    save(&memory);
    make_older(arena, scratch());
    assert_int_equal(checkpoint_open(arena, scratch(), &model, &checkpoint,
                                     &damaged, &error),
                     STATUS_OK);
    assert_string_equal(checkpoint.note.train_sha256, "");
    assert_string_equal(checkpoint.note.test_sha256, "");
    assert_string_equal(checkpoint.note.version, "0.1.0");
    checkpoint_close(&checkpoint);
}

static bool opens(void)
{
    struct arena *arena = arena_new();
    struct checkpoint checkpoint;
    struct error error = {0};
    bool damaged;
    enum status status = checkpoint_open(arena, scratch(), &model, &checkpoint,
                                         &damaged, &error);
    if (status == STATUS_OK)
        checkpoint_close(&checkpoint);
    else
        assert_true(error.text[0] != '\0');
    arena_free(arena);
    return status == STATUS_OK;
}

/* Written without fsync: there are thousands of them. */
static void write_bytes(const char *bytes, size_t size)
{
    FILE *file = fopen(scratch(), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static void test_every_flipped_bit_is_found(void **state)
{
    (void)state;
    struct memory memory = {{0}};
    struct error error = {0};
    char *bytes;
    size_t size;
    save(&memory);
    assert_int_equal(file_read(scratch(), 1 << 20, &bytes, &size, &error),
                     STATUS_OK);
    assert_true(opens());
    for (size_t i = 0; i < size; i++) {
        for (int bit = 0; bit < 8; bit++) {
            bytes[i] = (char)(bytes[i] ^ 1 << bit);
            write_bytes(bytes, size);
            if (opens())
                fail_msg("bit %d of byte %zu of %zu", bit, i, size);
            bytes[i] = (char)(bytes[i] ^ 1 << bit);
        }
    }
    for (size_t length = 0; length < size; length++) {
        write_bytes(bytes, length);
        assert_false(opens());
    }
    free(bytes);
}

static void expect_refused(const char *rest, bool expected_damaged)
{
    struct arena *arena = arena_new();
    struct checkpoint checkpoint;
    struct error error = {0};
    bool damaged;
    char expected[512];
    snprintf(expected, sizeof expected, "'%s'%s", scratch(), rest);
    assert_int_equal(checkpoint_open(arena, scratch(), &model, &checkpoint,
                                     &damaged, &error),
                     STATUS_INPUT);
    assert_string_equal(error.text, expected);
    assert_int_equal(damaged, expected_damaged);
    arena_free(arena);
}

static void test_other_files_are_refused_by_name(void **state)
{
    (void)state;
    struct error error = {0};
    const float values[] = {1.0f};
    const struct tensor tensor = {"a", 1, {1}, values, 1, 0};
    struct metadata metadata[] = {{"guss_format", "checkpoint"},
                                  {"guss_format_version", "3"}};
    assert_int_equal(
        tensor_file_write(scratch(), &tensor, 1, metadata, 2, &error),
        STATUS_OK);
    expect_refused(" has version 3 of the checkpoint format, this "
                   "executable reads version 2",
                   false);
    metadata[1].value = "1";
    assert_int_equal(
        tensor_file_write(scratch(), &tensor, 1, metadata, 2, &error),
        STATUS_OK);
    expect_refused(" is damaged: its checksum does not fit", true);
    metadata[0].value = "weights";
    assert_int_equal(
        tensor_file_write(scratch(), &tensor, 1, metadata, 2, &error),
        STATUS_OK);
    expect_refused(" is not a checkpoint", true);
}

static void test_another_model_is_refused(void **state)
{
    struct arena *arena = *state;
    struct memory memory = {{0}}, back = {{0}}, untouched = {{0}};
    struct checkpoint checkpoint;
    struct error error = {0};
    struct guss_model other = model;
    bool damaged;
    char expected[512];
    save(&memory);
    assert_int_equal(checkpoint_open(arena, scratch(), &model, &checkpoint,
                                     &damaged, &error),
                     STATUS_OK);
    other.nn_text = "network net { }";
    other.nn_path = "other.nn";
    assert_int_equal(
        checkpoint_restore(&checkpoint, scratch(), &other,
                           &(struct checkpoint_state){.memory = &back}, &error),
        STATUS_INPUT);
    snprintf(expected, sizeof expected,
             "'%s' was made by another model than 'other.nn'; resume with the "
             "executable that made it",
             scratch());
    assert_string_equal(error.text, expected);
    assert_memory_equal(&back, &untouched, sizeof back);
    checkpoint_close(&checkpoint);
}

/* Of a hole of a TiB, which the model has no use for. */
static void test_a_larger_file_is_not_read(void **state)
{
    (void)state;
    static const char header[] =
        "{\"__metadata__\":{\"guss_format\":\"checkpoint\","
        "\"guss_format_version\":\"1\"},"
        "\"a\":{\"dtype\":\"F32\",\"shape\":[274877906944],"
        "\"data_offsets\":[0,1099511627776]}}";
    char bytes[8 + sizeof header - 1] = {(char)(sizeof header - 1)};
    memcpy(bytes + 8, header, sizeof header - 1);
    write_bytes(bytes, sizeof bytes);
    if (truncate(scratch(), sizeof bytes + (INT64_C(1) << 40)) != 0)
        skip();
    expect_refused(" was made by another model than 'tiny.nn'; resume with "
                   "the executable that made it",
                   false);
}

/* A checkpoint has two more tensors for each that is trained, and may have its
 * best and its average. */
static void test_a_model_of_too_many_weights(void **state)
{
    struct arena *arena = *state;
    struct error error = {0};
    enum { MOST = TENSOR_FILE_MAX_TENSORS / 5 };
    int *all = arena_alloc(arena, MOST + 1, sizeof *all);
    struct guss_weight *many = arena_alloc(arena, MOST + 1, sizeof *many);
    for (int i = 0; i <= MOST; i++) {
        all[i] = i;
        many[i] = weights[0];
        many[i].layer = arena_printf(arena, "layer_%d", i);
    }
    struct guss_network large = network;
    struct guss_model other = model;
    struct checkpoint_note note = make_note();
    large.weights = all;
    large.n_weights = MOST;
    other.networks = &large;
    other.weights = many;
    other.n_weights = MOST + 1;
    assert_int_equal(checkpoint_check(&other, &note, &error), STATUS_OK);
    large.n_weights = MOST + 1;
    assert_int_equal(checkpoint_check(&other, &note, &error), STATUS_INPUT);
    assert_string_equal(error.text,
                        "cannot write 'a checkpoint of tiny': it would have "
                        "131075 tensors, at most 131072 can be read");
}

static int make_arena(void **state)
{
    *state = arena_new();
    return 0;
}

static int clean(void **state)
{
    arena_free(*state);
    unlink(scratch());
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_bit_comes_back),
        cmocka_unit_test(test_what_was_watched_comes_back),
        cmocka_unit_test(test_quality_comes_back),
        cmocka_unit_test(test_older_files_are_read),
        cmocka_unit_test(test_every_flipped_bit_is_found),
        cmocka_unit_test(test_other_files_are_refused_by_name),
        cmocka_unit_test(test_another_model_is_refused),
        cmocka_unit_test(test_a_larger_file_is_not_read),
        cmocka_unit_test(test_a_model_of_too_many_weights)};
    return cmocka_run_group_tests(tests, make_arena, clean);
}
