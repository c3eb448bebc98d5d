/* Mistakes in schedules: all that is printed about each, to the byte. Most are
 * cases of schedule_mistakes.txt. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "trainer/schedule/schedule.h"

enum { MAX_EDITS = 8, MAX_CASES = 256 };

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

/* Reads a schedule; *printed (to free) is what is said about it. */
static bool read_schedule(struct arena *arena, const char *text,
                          const struct schedule_edit *edits, int n_edits,
                          struct schedule *schedule, char **printed)
{
    const struct source *source =
        source_from_text(arena, "x.yaml", text, strlen(text));
    struct diags *diags = diags_new(arena);
    schedule_read(arena, source, edits, n_edits, NULL, schedule, diags);
    size_t size = 0;
    FILE *out = open_memstream(printed, &size);
    diags_print(diags, out, false);
    fclose(out);
    return !diags_failed(diags);
}

static void bad(struct arena *arena, const char *text, const char *edit,
                const char *expected)
{
    struct schedule schedule;
    struct schedule_edit edits[] = {{edit}};
    char *printed = NULL;
    bool right =
        read_schedule(arena, text, edits, edit != NULL, &schedule, &printed);
    assert_string_equal(printed, expected);
    assert_false(right);
    free(printed);
}

static const char *joined(struct arena *arena, const char *a, const char *b)
{
    return arena_printf(arena, "%s%s", a, b);
}

/* ---- mistakes ------------------------------------------------------------ */

struct mistake {
    char *name, *text, *expected;
    struct schedule_edit edits[MAX_EDITS];
    int n_edits;
};

static bool starts(const char *line, const char *with)
{
    return strncmp(line, with, strlen(with)) == 0;
}

/* The next line, NUL-terminated in place of its '\n'; NULL at the end. */
static char *next_line(char **rest)
{
    char *line = *rest;
    char *end = strchr(line, '\n');
    if (!end)
        return NULL;
    *end = '\0';
    *rest = end + 1;
    return line;
}

/* Takes one case that starts behind "=== ". */
static struct mistake read_mistake(struct arena *arena, char *name, char **rest)
{
    struct mistake mistake = {.name = name, .text = "", .expected = ""};
    if (strstr(name, ", after PLAIN"))
        mistake.text = arena_strdup(arena, plain);
    if (strstr(name, ", after GAN"))
        mistake.text = arena_strdup(arena, gan);
    bool behind = false;
    while (!starts(*rest, "=== ")) {
        char *line = next_line(rest);
        if (!line)
            break;
        if (behind && line[0])
            mistake.expected =
                arena_printf(arena, "%s%s\n", mistake.expected, line);
        else if (starts(line, "--set "))
            mistake.edits[mistake.n_edits++].text = line + 6;
        else if (starts(line, ">>>"))
            behind = true;
        else if (!behind)
            mistake.text = arena_printf(arena, "%s%s\n", mistake.text, line);
    }
    return mistake;
}

static int read_mistakes(struct arena *arena, struct mistake *mistakes)
{
    struct error error = {0};
    const struct source *source =
        source_read(arena, "tests/unit/schedule_mistakes.txt", 1 << 20, &error);
    if (!source)
        return 0;
    char *rest = arena_copy(arena, source->text, source->length);
    int count = 0;
    for (char *line; (line = next_line(&rest)) && count < MAX_CASES;)
        if (starts(line, "=== "))
            mistakes[count++] = read_mistake(arena, line + 4, &rest);
    return count;
}

static void test_mistake(void **state)
{
    const struct mistake *mistake = *state;
    struct arena *arena = arena_new();
    struct schedule schedule;
    char *printed = NULL;
    bool right = read_schedule(arena, mistake->text, mistake->edits,
                               mistake->n_edits, &schedule, &printed);
    assert_string_equal(printed, mistake->expected);
    assert_false(right);
    free(printed);
    arena_free(arena);
}

static void test_bytes_that_are_no_text(void **state)
{
    struct arena *arena = *state;
    bad(arena, "batch: \x01\n", NULL,
        "x.yaml:1:8: error: this is not YAML: control characters are not "
        "allowed\n"
        "    1 | batch: ?\n"
        "      |        ^\n");
    bad(arena, "batch: \xFF\n", NULL,
        "x.yaml:1:8: error: this byte is not UTF-8\n"
        "    1 | batch: ?\n"
        "      |        ^\n");
    bad(arena, plain, "batch=\xFF",
        "--set:1:7: error: this byte is not UTF-8\n"
        "    1 | batch=?\n"
        "      |       ^\n");
    bad(arena, plain, "",
        "--set:1:1: error: '' is not of the form "
        "KEY.PATH=VALUE\n"
        "    1 |\n"
        "      | ^\n");
    bad(arena, plain, "batch=3\n---\n4",
        "--set:2:1: error: a schedule is one document, and a second one starts "
        "here\n"
        "    2 | ---\n"
        "      | ^~~\n");
}

static void test_places_are_bytes_and_columns_characters(void **state)
{
    struct arena *arena = *state;
    bad(arena,
        joined(arena, plain,
               "# \xC3\xA9\xE2\x82\xAC\r\n"
               "snapshots: {\"\xC3\xA9\": 1, every: x} # \xC3\xA9"
               "\r\n"),
        "data.test=[\xC3\xA9]",
        "--set:1:11: error: 'data.test' must be a data reference such as "
        "mnist/train, not a list\n"
        "    1 | data.test=[\xC3\xA9]\n"
        "      |           ^~~\n"
        "x.yaml:8:13: error: unknown key '\xC3\xA9' below 'snapshots'\n"
        "    8 | snapshots: {\"\xC3\xA9\": 1, every: x} # \xC3\xA9\n"
        "      |             ^~~\n"
        "x.yaml:8:28: error: 'snapshots.every' must be a whole number of at "
        "least 0, not 'x'\n"
        "    8 | snapshots: {\"\xC3\xA9\": 1, every: x} # \xC3\xA9\n"
        "      |                            ^\n");
}

/* A text of `count` times `part`. */
static char *repeated(struct arena *arena, const char *part, size_t count)
{
    size_t size = strlen(part);
    char *text = arena_alloc(arena, count * size + 1, 1);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * size, part, size);
    return text;
}

static void test_large_texts_are_refused(void **state)
{
    struct arena *arena = *state;
    struct schedule schedule;
    char *printed = NULL;
    assert_false(read_schedule(arena,
                               repeated(arena, "#", SCHEDULE_MAX_BYTES + 1),
                               NULL, 0, &schedule, &printed));
    assert_non_null(strstr(printed,
                           "x.yaml:1:1: error: a schedule has at most 1048576 "
                           "bytes, and this has 1048577\n"));
    free(printed);
    const char *at = arena_printf(arena, "%ssnapshots: {at: [%s]}\n", plain,
                                  repeated(arena, "1,", 10001));
    assert_false(read_schedule(arena, at, NULL, 0, &schedule, &printed));
    assert_non_null(strstr(printed,
                           "x.yaml:7:17: error: 'snapshots.at' has 10001 "
                           "numbers, and at most 10000 are read\n"));
    free(printed);
}

static void test_hostile_texts_end_soon(void **state)
{
    struct arena *arena = *state;
    static const char *const parts[] = {
        "[",      "{",      "- ",       "? ",        "&a x: 1\n", "x: 1\n",
        "\"\\\n", "x: [\n", "*a : 1\n", "!a x: 1\n", "|\n",       "\xC2\x85: "};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        struct schedule schedule;
        char *printed = NULL;
        assert_false(read_schedule(arena, repeated(arena, parts[i], 20000),
                                   NULL, 0, &schedule, &printed));
        free(printed);
    }
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
        TEST(test_bytes_that_are_no_text),
        TEST(test_places_are_bytes_and_columns_characters),
        TEST(test_large_texts_are_refused),
        TEST(test_hostile_texts_end_soon),
    };
    int failed =
        cmocka_run_group_tests_name("schedule bytes", tests, NULL, NULL);
    struct arena *arena = arena_new();
    struct mistake *mistakes = arena_alloc(arena, MAX_CASES, sizeof *mistakes);
    struct CMUnitTest *cases = arena_alloc(arena, MAX_CASES, sizeof *cases);
    int count = read_mistakes(arena, mistakes);
    for (int i = 0; i < count; i++)
        cases[i] = (struct CMUnitTest){.name = mistakes[i].name,
                                       .test_func = test_mistake,
                                       .initial_state = &mistakes[i]};
    failed += _cmocka_run_group_tests("schedule mistakes", cases, (size_t)count,
                                      NULL, NULL);
    arena_free(arena);
    return failed || count < 100;
}
