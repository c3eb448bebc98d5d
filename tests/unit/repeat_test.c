/* What lies in a run's folder is enough: to begin again where it was killed, to
 * go on with other settings, to train once more as it did. */
#include "base/checksum.h"
#include "tests/unit/tiny_model.h"

#include "tests/unit/same_files.h"
#include "tests/unit/write_text.h"

/* The file with the first `old` in it replaced. */
static void change_text(const char *path, const char *old, const char *new)
{
    struct arena *arena = arena_new();
    char *text = content(path);
    const char *at = strstr(text, old);
    assert_non_null(at);
    write_text(path, arena_printf(arena, "%.*s%s%s", (int)(at - text), text,
                                  new, at + strlen(old)));
    free(text);
    arena_free(arena);
}

/* Of the first thousand updates. */
static void remove_checkpoints(const char *run)
{
    char path[128];
    for (int i = 0; i < 1000; i++) {
        snprintf(path, sizeof path, "%s/checkpoints/%d.guss", run, i);
        unlink(path);
    }
}

static void test_a_run_without_checkpoints_begins_again(void **state)
{
    (void)state;
    expect_run(0, "train --out straight --set iterations=14");
    expect_run(0, "train --out bare/ --set iterations=1");
    expect_part("err", ": bare/weights.safetensors\n");
    write_text("bare/checkpoints/1.guss", "half");
    expect_run(1, "train --resume bare --set iterations=2");
    expect_part("err", "\nerror: cannot resume 'bare': it has no good "
                       "checkpoint; start another run: --out DIR\n");
    assert_int_equal(unlink("bare/checkpoints/1.guss"), 0);
    expect_run(0, "train --resume bare --set iterations=14");
    expect_same("straight/weights.safetensors", "bare/weights.safetensors");
    expect_same("straight/log.csv", "bare/log.csv");
    /* of before there were records: with what it began nobody knows */
    assert_int_equal(unlink("bare/run.json"), 0);
    expect_run(0, "train --resume bare --set iterations=15");
    remove_checkpoints("bare");
    assert_int_equal(unlink("bare/run.json"), 0);
    expect_failure(1, "train --resume bare --set iterations=16",
                   "error: cannot resume 'bare': it has no checkpoint; start "
                   "another run: --out DIR\n");
}

/* Killed while its folder was being filled, a run is not in the way of another
 * of that name. */
static void test_a_run_that_never_began_is_no_obstacle(void **state)
{
    (void)state;
    expect_run(0, "train --out early --set iterations=3");
    change_text("early/run.json", "\"state\": \"finished\"",
                "\"state\": \"starting\"");
    expect_failure(1, "train --resume early",
                   "error: cannot resume 'early': the run was killed before it "
                   "began; start it anew: --out early\n");
    expect_run(0, "train --out early --set iterations=14");
    expect_same("straight/log.csv", "early/log.csv");
    expect_run(2, "train --out early");
}

static void test_a_record_that_is_wrong_is_refused(void **state)
{
    (void)state;
    static const char *const changes[][3] = {
        {"\"version\": 1", "\"version\": 2",
         "error: 'noted/run.json' has version 2 of the format, this guss reads "
         "version 1\n"},
        {"guss run", "guss rum",
         "error: 'noted/run.json' is not the record of a run\n"},
        {"\"model\": \"tiny\"", "\"model\": \"../y\"",
         "error: 'noted/run.json' is damaged: its values do not fit\n"},
        {"\"iteration\": 0", "\"iteration\": 1",
         "error: 'noted/run.json' is damaged: its values do not fit\n"},
        {"\"step_seconds\": ", "\"step_seconds\": -",
         "error: 'noted/run.json' is damaged: its values do not fit\n"},
        {"\"segments\": [", "\"segments\": [1, ",
         "error: 'noted/run.json' is damaged: its values do not fit\n"},
        {"{", "[",
         "error: 'noted/run.json' is damaged: line 2: ']' expected near "
         "':'\n"}};
    expect_run(0, "train --out noted --set iterations=3");
    char *good = content("noted/run.json");
    for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
        write_text("noted/run.json", good);
        change_text("noted/run.json", changes[i][0], changes[i][1]);
        expect_failure(1, "train --resume noted --set iterations=9",
                       changes[i][2]);
        expect_failure(1, "train --repeat noted --out again", changes[i][2]);
    }
    free(good);
    assert_false(folder_exists("again"));
}

/* From the checkpoint on another rate holds; who repeats the run gets it at the
 * same update, and the same bits. */
static void test_a_resumed_run_may_have_another_rate(void **state)
{
    (void)state;
    expect_run(0, "train --out slower --set iterations=5");
    expect_failure(2, "train --resume slower --set optimizer.momentum=0.5",
                   "error: slower has all of its 5 iterations: other settings "
                   "want more of them, --set iterations=N or --set epochs=N\n"
                   "try: ./tiny train --help\n");
    expect_failure(2,
                   "train --resume slower --set optimizer.momentum=0.5 "
                   "--set iterations=3",
                   "error: slower has 5 iterations, more than the 3 that are "
                   "wanted: other settings want more of them, "
                   "--set iterations=N or --set epochs=N\n"
                   "try: ./tiny train --help\n");
    expect_run(0, "train --resume slower --set iterations=14 "
                  "--set optimizer.learning_rate=0.01 "
                  "--set optimizer.momentum=0.5");
    expect_part("slower/schedule.yaml", "learning_rate: 0.01");
    expect_run(0, "train --resume slower --set iterations=20");
    expect_run(0, "train --repeat slower --out once");
    expect_same("slower/weights.safetensors", "once/weights.safetensors");
    expect_same("slower/log.csv", "once/log.csv");
    expect_run(0, "train --repeat once --out restarted --set iterations=4");
    expect_run(0, "train --resume restarted --set iterations=20");
    expect_same("slower/weights.safetensors", "restarted/weights.safetensors");
}

static void test_a_repeated_run_has_the_same_beginning(void **state)
{
    (void)state;
    expect_run(0, "train --out origin --set iterations=3 --set seed=5");
    expect_run(0, "train --out child --init origin/weights.safetensors "
                  "--set iterations=9");
    assert_true(file_exists("child/initial_weights.safetensors"));
    assert_false(file_exists("origin/initial_weights.safetensors"));
    assert_int_equal(unlink("origin/weights.safetensors"), 0);
    expect_run(0, "train --repeat child --out grandchild --threads 3");
    expect_same("child/weights.safetensors", "grandchild/weights.safetensors");
    expect_same("child/log.csv", "grandchild/log.csv");
    remove_checkpoints("child");
    expect_run(0, "train --resume child");
    expect_same("child/weights.safetensors", "grandchild/weights.safetensors");
    expect_failure(2, "train --repeat child --init x",
                   "error: --repeat and --init exclude each other: a repeated "
                   "run begins as the first one did\n"
                   "try: ./tiny train --help\n");
    struct guss_model other = model;
    other.nn_text = "network net(4) { Dense(4) } # another\n";
    assert_int_equal(finish(start(&other, "train --repeat child", "out")), 1);
    expect_content("err", "error: 'child' is a run of another model than "
                          "'models/tiny.nn'; its own executable is in it: "
                          "child/model\n");
}

/* What can be known of a run without asking anybody. */
static void test_a_run_is_written_down(void **state)
{
    (void)state;
    expect_run(0, "train --out recorded --set iterations=14");
    static const char *const parts[] = {
        "{\n  \"format\": \"guss run\",\n  \"version\": 1,\n",
        "\"state\": \"finished\"",
        "\"iteration\": 14",
        "\"measures\": {\n    \"loss\": 0.",
        "\"val_loss\": 0.",
        "\"seed\": 1",
        "\"compiler\": \"" __VERSION__ "\"",
        "\"weights.safetensors\": \"",
        "\"executable\": \"",
        "\"schedule\": \"objective: autoencoder\\n"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        expect_part("recorded/run.json", parts[i]);
    char ours[CHECKSUM_TEXT];
    struct error error = {0};
    assert_int_equal(checksum_of_file("/proc/self/exe", ours, &error), 0);
    assert_true(file_has_checksum("recorded/model", ours));
    assert_int_equal(access("recorded/model", X_OK), 0);
}

/* A number of run.json. */
static double number(const char *path, const char *key)
{
    char *text = content(path);
    const char *at = strstr(text, key);
    assert_non_null(at);
    char *end;
    double value = strtod(at + strlen(key) + strlen("\": "), &end);
    assert_int_equal(*end, ',');
    free(text);
    return value;
}

/* The updates are a part of the run, also of one that went on; an older record
 * does not say which. */
static void test_the_time_of_updates_is_written_down(void **state)
{
    (void)state;
    const char *record = "timed/run.json";
    expect_run(0, "train --out timed --set iterations=14");
    double steps = number(record, "step_seconds");
    assert_true(steps > 0.0 && steps < number(record, "\"seconds"));
    assert_true(number(record, "processor_seconds") > 0.0);
    expect_run(0, "train --resume timed --set iterations=28");
    assert_true(number(record, "step_seconds") > steps);
    assert_true(number(record, "step_seconds") < number(record, "\"seconds"));
    change_text(record, "\"step_seconds\":", "\"step_secondz\":");
    expect_run(0, "train --resume timed --set iterations=42");
    expect_part(record, "\"step_seconds\": null");
    expect_run(0, "train --resume timed --set iterations=56");
    expect_part(record, "\"step_seconds\": null");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_run_without_checkpoints_begins_again),
        cmocka_unit_test(test_a_run_that_never_began_is_no_obstacle),
        cmocka_unit_test(test_a_record_that_is_wrong_is_refused),
        cmocka_unit_test(test_a_resumed_run_may_have_another_rate),
        cmocka_unit_test(test_a_repeated_run_has_the_same_beginning),
        cmocka_unit_test(test_a_run_is_written_down),
        cmocka_unit_test(test_the_time_of_updates_is_written_down)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
