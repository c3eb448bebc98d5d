/* base/source.h and base/diag.h: what people see of their mistakes, to the
 * byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/diag.h"

static const struct source *text(struct arena *arena, const char *path,
                                 const char *bytes)
{
    return source_from_text(arena, path, bytes, strlen(bytes));
}

/* The span of the first `part` in the source. */
static struct span find(const struct source *source, const char *part)
{
    const char *at = strstr(source->text, part);
    assert_non_null(at);
    size_t first = (size_t)(at - source->text);
    return (struct span){source, first, first + strlen(part)};
}

static void expect_printed(struct diags *diags, bool colour,
                           const char *expected)
{
    char *printed = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&printed, &size);
    diags_print(diags, out, colour);
    fclose(out);
    assert_string_equal(printed, expected);
    free(printed);
}

static void test_an_error_shows_its_line(void **state)
{
    struct arena *arena = *state;
    const struct source *source =
        text(arena, "models/x.nn", "network a {\n    hidden = Dens(32)\n}\n");
    struct diags *diags = diags_new(arena);
    static const char *const names[] = {"Input", "Dense", "Dropout"};
    diag_error(diags, find(source, "Dens"), "unknown layer '%s'%s", "Dens",
               did_you_mean(arena, "Dens", names, 3));
    diag_note(diags, find(source, "a {"), "in this network");
    assert_true(diags_failed(diags));
    expect_printed(diags, false,
                   "models/x.nn:2:14: error: unknown layer 'Dens'; did you "
                   "mean 'Dense'?\n"
                   "    2 |     hidden = Dens(32)\n"
                   "      |              ^~~~\n"
                   "models/x.nn:1:9: note: in this network\n"
                   "    1 | network a {\n"
                   "      |         ^~~\n");
    expect_printed(diags, false, "");
    assert_true(diags_failed(diags));
    assert_int_equal(diags_count_errors(diags), 1);
}

static void test_colours(void **state)
{
    struct arena *arena = *state;
    const struct source *source = text(arena, "x.nn", "a b\n");
    struct diags *diags = diags_new(arena);
    diag_error(diags, find(source, "a"), "wrong");
    diag_note(diags, find(source, "b"), "because");
    diag_warning(diags, (struct span){0}, "careful");
    expect_printed(diags, true,
                   "\033[1mx.nn:1:1:\033[0m \033[1;31merror:\033[0m wrong\n"
                   "    1 | a b\n"
                   "      | \033[1;32m^\033[0m\n"
                   "\033[1mx.nn:1:3:\033[0m \033[1;36mnote:\033[0m because\n"
                   "    1 | a b\n"
                   "      |   \033[1;32m^\033[0m\n"
                   "\033[1;35mwarning:\033[0m careful\n");
}

static void test_characters_tabs_and_line_ends(void **state)
{
    struct arena *arena = *state;
    const struct source *source =
        text(arena, "x.nn", "\xEF\xBB\xBF\t\xC3\xA9\xE2\x82\xAC\tbad\r\nend");
    struct diags *diags = diags_new(arena);
    diag_error(diags, find(source, "bad\r\nend"), "over two lines");
    diag_error(diags, (struct span){source, source->length, source->length},
               "nothing here");
    expect_printed(diags, false,
                   "x.nn:1:5: error: over two lines\n"
                   "    1 | \t\xC3\xA9\xE2\x82\xAC\tbad\n"
                   "      | \t  \t^~~\n"
                   "x.nn:2:4: error: nothing here\n"
                   "    2 | end\n"
                   "      |    ^\n");
}

static void test_an_empty_text(void **state)
{
    struct arena *arena = *state;
    const struct source *source = text(arena, "empty.nn", "");
    struct diags *diags = diags_new(arena);
    diag_error(diags, (struct span){source, 0, 0}, "nothing to read");
    expect_printed(diags, false,
                   "empty.nn:1:1: error: nothing to read\n"
                   "    1 |\n"
                   "      | ^\n");
}

static void test_no_file_speaks_to_the_terminal(void **state)
{
    struct arena *arena = *state;
    const struct source *source =
        text(arena, "x.nn", "a \033[31m \xC2\x9B \xFFz\n");
    struct diags *diags = diags_new(arena);
    diag_error(diags, find(source, "z"), "bad name '%s'", "\033]0;\x07");
    assert_int_equal(source_bad_byte(source), 11);
    expect_printed(diags, false,
                   "x.nn:1:12: error: bad name '?]0;?'\n"
                   "    1 | a ?[31m ? ?z\n"
                   "      |            ^\n");
}

static void test_long_lines_are_cut_round_the_place(void **state)
{
    struct arena *arena = *state;
    char line[1001];
    memset(line, '-', 1000);
    line[1000] = '\0';
    memcpy(line + 500, "bad", 3);
    const struct source *source = text(arena, "x.nn", line);
    struct diags *diags = diags_new(arena);
    diag_error(diags, find(source, "bad"), "here");
    diag_error(diags, (struct span){source, 950, 1000}, "at the end");
    char expected[2048];
    snprintf(expected, sizeof expected,
             "x.nn:1:501: error: here\n"
             "    1 | ...%.49s-bad%.67s...\n"
             "      |    %50s^~~\n"
             "x.nn:1:951: error: at the end\n"
             "    1 | ...%.120s\n"
             "      |    %70s^%.49s\n",
             line, line, "", line, "",
             "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~");
    expect_printed(diags, false, expected);
}

static void test_order_is_that_of_the_text(void **state)
{
    struct arena *arena = *state;
    const struct source *first = text(arena, "b.nn", "one two");
    const struct source *second = text(arena, "a.nn", "three");
    struct diags *diags = diags_new(arena);
    diag_error(diags, find(first, "two"), "second");
    diag_error(diags, find(second, "three"), "fourth");
    diag_error(diags, find(first, "two"), "third");
    diag_error(diags, find(first, "one"), "first");
    diag_error(diags, find(first, "two"), "third");
    diag_note(diags, find(first, "one"), "lost with the repeated error");
    assert_int_equal(diags_count_errors(diags), 4);
    expect_printed(diags, false,
                   "b.nn:1:1: error: first\n"
                   "    1 | one two\n"
                   "      | ^~~\n"
                   "b.nn:1:5: error: second\n"
                   "    1 | one two\n"
                   "      |     ^~~\n"
                   "b.nn:1:5: error: third\n"
                   "    1 | one two\n"
                   "      |     ^~~\n"
                   "a.nn:1:1: error: fourth\n"
                   "    1 | three\n"
                   "      | ^~~~~\n");
}

static void test_twenty_errors_are_shown(void **state)
{
    struct arena *arena = *state;
    struct diags *diags = diags_new(arena);
    for (int i = 0; i < 23; i++)
        diag_error(diags, (struct span){0}, "number %d", i);
    for (int i = 0; i < 21; i++)
        diag_warning(diags, (struct span){0}, "number %d", i);
    char *printed = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&printed, &size);
    diags_print(diags, out, false);
    fclose(out);
    assert_non_null(strstr(printed, "error: number 19\n"));
    assert_null(strstr(printed, "error: number 20\n"));
    assert_non_null(strstr(printed, "\n3 more errors not shown\n"
                                    "1 more warning not shown\n"));
    free(printed);
    assert_int_equal(diags_count_errors(diags), 23);
}

static void test_warnings_do_not_fail(void **state)
{
    struct arena *arena = *state;
    struct diags *diags = diags_new(arena);
    diag_note(diags, (struct span){0}, "a note to nothing is dropped");
    diag_warning(diags, (struct span){0}, "odd");
    assert_false(diags_failed(diags));
    expect_printed(diags, false, "warning: odd\n");
}

static void test_nearest_names(void **state)
{
    (void)state;
    static const char *const names[] = {"adam", "sgd", "rmsprop", "adadelta",
                                        "adagrad"};
    assert_string_equal(nearest_name("adma", names, 5), "adam");
    assert_string_equal(nearest_name("sdg", names, 5), "sgd");
    assert_string_equal(nearest_name("rmspop", names, 5), "rmsprop");
    assert_string_equal(nearest_name("adargad", names, 5), "adagrad");
    assert_string_equal(nearest_name("addelt", names, 5), "adadelta");
    assert_null(nearest_name("ad", names, 5));
    assert_null(nearest_name("momentum", names, 5));
    assert_null(nearest_name("", names, 5));
    static const char *const ties[] = {"xa", "xb"};
    assert_string_equal(nearest_name("xc", ties, 2), "xa");
    static const char *const swapped[] = {"abc"};
    assert_null(nearest_name("ca", swapped, 1)); /* restricted: 3, not 2 */
}

static void expect_bad_byte(struct arena *arena, const char *bytes,
                            size_t expected)
{
    assert_int_equal(source_bad_byte(text(arena, "x", bytes)), expected);
}

static void test_utf8_is_checked(void **state)
{
    struct arena *arena = *state;
    expect_bad_byte(arena, "a\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80", 10);
    expect_bad_byte(arena, "a\x80", 1);
    expect_bad_byte(arena, "\xC0\xAF", 0);
    expect_bad_byte(arena, "\xE0\x9F\xBF", 0);
    expect_bad_byte(arena, "\xED\xA0\x80", 0);
    expect_bad_byte(arena, "\xF0\x8F\xBF\xBF", 0);
    expect_bad_byte(arena, "\xF4\x90\x80\x80", 0);
    expect_bad_byte(arena, "ab\xE2\x82", 2);
    assert_int_equal(source_bad_byte(source_from_text(arena, "x", "ab\0c", 4)),
                     2);
}

static void test_lines_are_found(void **state)
{
    struct arena *arena = *state;
    const struct source *source = text(arena, "x", "ab\n\ncd\n");
    assert_int_equal(source->n_lines, 4);
    static const size_t lines[] = {0, 0, 0, 1, 2, 2, 2, 3};
    for (size_t i = 0; i < 8; i++)
        assert_int_equal(source_line(source, i), lines[i]);
    struct span joined =
        span_join((struct span){source, 4, 6}, (struct span){source, 1, 2});
    assert_int_equal(joined.first, 1);
    assert_int_equal(joined.last, 6);
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
        TEST(test_an_error_shows_its_line),
        TEST(test_colours),
        TEST(test_characters_tabs_and_line_ends),
        TEST(test_an_empty_text),
        TEST(test_no_file_speaks_to_the_terminal),
        TEST(test_long_lines_are_cut_round_the_place),
        TEST(test_order_is_that_of_the_text),
        TEST(test_twenty_errors_are_shown),
        TEST(test_warnings_do_not_fail),
        TEST(test_nearest_names),
        TEST(test_utf8_is_checked),
        TEST(test_lines_are_found),
    };
    return cmocka_run_group_tests_name("diag", tests, NULL, NULL);
}
