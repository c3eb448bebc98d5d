/* Command lines read by a table: what each type of option sets, and what is said
 * of words that do not fit it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/command_line.h"

enum {
    A_FLAG,
    A_TEXT,
    A_WORD,
    A_CHOICE,
    A_NUMBER,
    A_SEED,
    A_TIME,
    A_SIZE,
    AN_INPUT
};
enum fruit { APPLE, PEAR, PLUM };

struct values {
    bool flag;
    const char *text, *word;
    enum fruit fruit;
    int64_t number, size;
    uint64_t seed;
    double seconds;
};

#define AT(member) .offset = offsetof(struct values, member)
static const struct option_info table[] = {
    {A_FLAG, "flag", 'f', NULL, "a flag", .type = SETS_FLAG, AT(flag)},
    {A_TEXT, "text", 't', "TEXT", "a text", .type = SETS_TEXT, AT(text)},
    {A_WORD, "word", 0, "WORD", NULL, "red or blue", SETS_WORD, AT(word)},
    {A_CHOICE, "fruit", 0, "WORD", NULL, "apple, pear or plum", SETS_CHOICE,
     AT(fruit)},
    {A_NUMBER, "number", 0, "N", "a number", .type = SETS_NUMBER, AT(number), 2,
     9},
    {A_SEED, "seed", 0, "N", "a seed", .type = SETS_SEED, AT(seed)},
    {A_TIME, "time", 0, "S", "a time", .type = SETS_SECONDS, AT(seconds)},
    {A_SIZE, "size", 0, "SIZE", "a size", .type = SETS_BYTES, AT(size)},
    {AN_INPUT, "input", 'i', "FILE", "several", .type = SETS_NOTHING},
    {0},
};

static const char *advise(struct arena *arena, const char *word,
                          const char *value, const char *const *names, size_t n)
{
    assert_int_equal(n, 9);
    assert_string_equal(names[8], "input");
    return value ? arena_printf(arena, ": %s is %s", word, value) : "";
}

static enum status parse(struct arena *arena, const char *owner,
                         bool stops_at_operand, const char *words,
                         struct values *values, struct command_line *line,
                         struct error *error)
{
    enum { MOST_WORDS = 32 };
    char **argv = arena_alloc(arena, MOST_WORDS, sizeof *argv);
    int argc = 1;
    argv[0] = arena_strdup(arena, "program");
    for (char *word = strtok(arena_strdup(arena, words), " ");
         word && argc < MOST_WORDS - 1; word = strtok(NULL, " "))
        argv[argc++] = word;
    const struct command_line_rules rules = {table, owner, stops_at_operand,
                                             advise};
    *values = (struct values){0};
    *error = (struct error){0};
    return command_line_read(arena, &rules, argc, argv, values, line, error);
}

static void test_what_options_set(void **state)
{
    struct values values;
    struct command_line line;
    struct error error;
    assert_int_equal(
        parse(*state, NULL, false,
              "-f one --text=a=b --wo blue --fruit plum --number 9 "
              "two --seed 18446744073709551615 --time .5 --size "
              "4MiB -- --flag",
              &values, &line, &error),
        STATUS_OK);
    assert_string_equal(error.text, "");
    assert_true(values.flag);
    assert_string_equal(values.text, "a=b");
    assert_string_equal(values.word, "blue");
    assert_int_equal(values.fruit, PLUM);
    assert_int_equal(values.number, 9);
    assert_true(values.seed == UINT64_MAX);
    assert_true(values.seconds == 0.5);
    assert_int_equal(values.size, 4 << 20);
    assert_int_equal(line.n_operands, 3);
    assert_string_equal(line.operands[2], "--flag");
}

static void test_what_is_given_several_times(void **state)
{
    struct values values;
    struct command_line line;
    struct error error;
    const char **texts;
    parse(*state, NULL, false, "-ia --input b -fi c --text x --text y", &values,
          &line, &error);
    assert_int_equal(given_texts(*state, &line, AN_INPUT, &texts), 3);
    assert_string_equal(texts[0], "a");
    assert_string_equal(texts[2], "c");
    assert_string_equal(values.text, "y");
    assert_int_equal(line.n_given, 6);
    assert_null(line.given[2].text);
}

static void test_a_line_that_ends_at_an_operand(void **state)
{
    struct values values;
    struct command_line line;
    struct error error;
    parse(*state, NULL, true, "--flag command --text x", &values, &line,
          &error);
    assert_int_equal(line.n_words, 2);
    assert_string_equal(line.operands[0], "command");
    assert_null(values.text);
}

static void test_mistakes(void **state)
{
    static const struct {
        const char *owner, *words, *said;
    } rows[] = {
        {NULL, "--flog", "unknown option '--flog'"},
        {NULL, "--flog 3", "unknown option '--flog': flog is 3"},
        {"show", "--flog=3", "show has no option '--flog': flog is 3"},
        {NULL, "-x", "unknown option '-x'"},
        {"show", "-fx", "show has no option '-x'"},
        {NULL, "--f", "'--f' is the beginning of several options"},
        {NULL, "--flag=1", "--flag takes no value"},
        {"show", "--flag=1", "'--flag' takes no value"},
        {NULL, "--text", "--text wants a value"},
        {"show", "-t", "'-t' wants a value"},
        {NULL, "--word green", "--word wants red or blue, not 'green'"},
        {"show", "--fruit fig", "--fruit is apple, pear or plum, not 'fig'"},
        {NULL, "--number 1", "--number wants a number from 2 to 9, not '1'"},
        {NULL, "--number 10", "--number wants a number from 2 to 9, not '10'"},
        {NULL, "--number 3x", "--number wants a number from 2 to 9, not '3x'"},
        {NULL, "--seed -1",
         "--seed wants a number from 0 to 18446744073709551615, not '-1'"},
        {NULL, "--time 0",
         "--time wants a time above 0 and up to 86400 seconds, not '0'"},
        {NULL, "--size 9999999999GiB",
         "--size is a size such as 4MiB, 512KiB, 1GiB or 1048576, not "
         "'9999999999GiB'"},
        {NULL, "--size 4mb",
         "--size is a size such as 4MiB, 512KiB, 1GiB or 1048576, not '4mb'"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct values values;
        struct command_line line;
        struct error error;
        const char *words = arena_printf(*state, "-t kept %s", rows[i].words);
        assert_int_equal(
            parse(*state, rows[i].owner, false, words, &values, &line, &error),
            STATUS_USAGE);
        assert_string_equal(error.text, rows[i].said);
        assert_string_equal(values.text, "kept");
    }
}

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
        TEST(test_what_options_set),
        TEST(test_what_is_given_several_times),
        TEST(test_a_line_that_ends_at_an_operand),
        TEST(test_mistakes),
    };
    return cmocka_run_group_tests_name("command line", tests, NULL, NULL);
}
