/* base/text.h and base/status.h: what a message quotes cannot speak to the
 * terminal, and texts as a shell and JSON have them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include <errno.h>
#include <string.h>

#include "base/status.h"
#include "base/text.h"

static void test_control_characters(void **state)
{
    (void)state;
    assert_int_equal(text_control(""), 0);
    assert_int_equal(text_control("a"), 0);
    assert_int_equal(text_control("\n"), 1);
    assert_int_equal(text_control("\033[2J"), 1);
    assert_int_equal(text_control("\x7F"), 1);
    assert_int_equal(text_control("\xC2\x9B"), 2);
    assert_int_equal(text_control("\xC2\xA0"), 0); /* a blank */
    assert_int_equal(text_control("\xC2"), 0);
    assert_int_equal(text_control("\xC3\x9F"), 0);
}

static void test_masked_strings(void **state)
{
    (void)state;
    static const char *const strings[][2] = {
        {"", ""},
        {"a\033[2J\r\n\xC2\x9B gr\xC3\xBC\xC3\x9F\x07",
         "a?[2J?\?? gr\xC3\xBC\xC3\x9F?"},
        {"a\xE2\x80\xAE"
         "b\xE2\x80\xA8\t",
         "a?b?\?"},
        {"\xFF"
         "a\xC3",
         "?a?"}, /* not UTF-8 */
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        const char *shown = text_shown(arena, strings[i][0]);
        assert_string_equal(shown, strings[i][1]);
        struct text text = text_new(arena);
        text_put_shown(&text, strings[i][0]);
        assert_string_equal(text_string(&text), strings[i][1]);
        assert_int_equal(text_columns(strings[i][0]), text_columns(shown));
    }
    arena_free(arena);
}

static void test_messages_are_masked(void **state)
{
    (void)state;
    struct error error = {0};
    assert_int_equal(error_set(&error, STATUS_INPUT, "version %s", "2\033[31m"),
                     STATUS_INPUT);
    assert_string_equal(error.text, "version 2?[31m");
    error_set(&error, STATUS_INPUT, "'%s' is missing", "a\nerror: b");
    assert_string_equal(error.text, "'a?error: b' is missing");
    error_set_lines(&error, STATUS_INPUT, "none in\n  a\n  b");
    assert_string_equal(error.text, "none in\n  a\n  b");
    errno = ENOENT;
    assert_int_equal(
        error_set_errno(&error, STATUS_MACHINE, "cannot read '%s'", "\033]0;"),
        STATUS_MACHINE);
    assert_string_equal(error.text,
                        "cannot read '?]0;': No such file or directory");
}

static void test_growing(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct text text = text_new(arena);
    assert_string_equal(text_string(&text), "");
    text_append(&text, "", 0);
    for (int i = 0; i < 1000; i++)
        text_printf(&text, "%d ", i % 10);
    text_puts(&text, "end");
    assert_int_equal(text.length, 2003);
    assert_memory_equal(text.bytes + 1996, "8 9 end", 8);
    arena_free(arena);
}

static void test_words_of_a_shell(void **state)
{
    (void)state;
    static const char *const words[][2] = {
        {"", "''"},
        {"runs/model-1", "runs/model-1"},
        {"size=3,gr\xC3\xBC\xC3\x9F", "size=3,gr\xC3\xBC\xC3\x9F"},
        {"my run", "'my run'"},
        {"~x", "'~x'"},
        {"size=(28, 28)", "'size=(28, 28)'"},
        {"it's $x", "'it'\\''s $x'"},
        {"it's\n\\", "$'it\\'s\\012\\\\'"},
        {"gr\xC3\xBC\xFF"
         "1",
         "$'gr\xC3\xBC\\3771'"},
        {"\xE2\x80\xAE", "$'\\342\\200\\256'"},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct text text = text_new(arena);
        text_put_word(&text, words[i][0]);
        assert_string_equal(text_string(&text), words[i][1]);
    }
    arena_free(arena);
}

static void test_strings_of_json(void **state)
{
    (void)state;
    static const char *const strings[][2] = {
        {"", "\"\""},
        {"gr\xC3\xBC\xC3\x9F", "\"gr\xC3\xBC\xC3\x9F\""},
        {"a \"b\" \\", "\"a \\\"b\\\" \\\\\""},
        {"\n\033", "\"\\u000a\\u001b\""},
        {"\x7F\xC2\x9B\xE2\x80\xAE", "\"\\u007f\\u009b\\u202e\""},
        {"\xC3x\xFF", "\"\xEF\xBF\xBDx\xEF\xBF\xBD\""},
    };
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        struct text text = text_new(arena);
        text_put_json(&text, strings[i][0]);
        assert_string_equal(text_string(&text), strings[i][1]);
    }
    arena_free(arena);
}

static void test_strings_of_utf8(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    assert_string_equal(text_utf8(arena, ""), "");
    assert_string_equal(text_utf8(arena, "gr\xC3\xBC\n"), "gr\xC3\xBC\n");
    assert_string_equal(text_utf8(arena, "\xFF"
                                         "a\xC3"),
                        "\xEF\xBF\xBD"
                        "a\xEF\xBF\xBD");
    struct text text = text_new(arena);
    text_put_hexadecimal(&text, "a\xFF\x01");
    assert_string_equal(text_string(&text), "61ff01");
    arena_free(arena);
}

static void test_beginnings(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    const char *word = "a\xC3\xBC\xE6\x97\xA5";
    static const size_t lengths[] = {0, 1, 1, 3, 3, 3, 6, 6};
    for (size_t most = 0; most < sizeof lengths / sizeof *lengths; most++) {
        const char *cut = text_beginning(arena, word, most);
        assert_int_equal(strlen(cut), lengths[most]);
        assert_memory_equal(cut, word, lengths[most]);
    }
    assert_string_equal(text_beginning(arena, "\x80\x80", 1), "");
    arena_free(arena);
}

static void test_lists(void **state)
{
    (void)state;
    static const char *const words[] = {"a", "b", "c"};
    static const char *const lists[] = {"", "a", "a or b", "a, b or c"};
    struct arena *arena = arena_new();
    for (size_t n = 0; n <= 3; n++) {
        struct text text = text_new(arena);
        text_put_list(&text, words, n, "", "or");
        assert_string_equal(text_string(&text), lists[n]);
    }
    struct text text = text_new(arena);
    text_put_list(&text, words, 3, "'", "and");
    assert_string_equal(text_string(&text), "'a', 'b' and 'c'");
    arena_free(arena);
}

static void test_real_numbers(void **state)
{
    (void)state;
    static const double numbers[] = {0.1, 2, 1e-7, 1.0 / 3, -0.0, 1e300};
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct text text = text_new(arena);
        text_put_real(&text, numbers[i]);
        assert_true(strtod(text_string(&text), NULL) == numbers[i]);
    }
    struct text text = text_new(arena);
    text_put_real(&text, 0.1);
    assert_string_equal(text_string(&text), "0.1");
    arena_free(arena);
}

static void test_widths(void **state)
{
    (void)state;
    assert_int_equal(text_columns(""), 0);
    assert_int_equal(text_columns("gr\xC3\xBC\xC3\x9F"), 4);
    assert_int_equal(text_columns("\xE6\x97\xA5"), 2);
    assert_int_equal(text_columns("e\xCC\x81"), 1); /* an accent by itself */
    assert_int_equal(text_columns("\033\xC2\x9B\xFF"), 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_control_characters),
        cmocka_unit_test(test_masked_strings),
        cmocka_unit_test(test_messages_are_masked),
        cmocka_unit_test(test_growing),
        cmocka_unit_test(test_words_of_a_shell),
        cmocka_unit_test(test_strings_of_json),
        cmocka_unit_test(test_strings_of_utf8),
        cmocka_unit_test(test_beginnings),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_real_numbers),
        cmocka_unit_test(test_widths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
