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
    char string[] = "a\033[2J\r\n\xC2\x9B gr\xC3\xBC\xC3\x9F\x07";
    text_mask(string);
    assert_string_equal(string, "a?[2J?\n\?\? gr\xC3\xBC\xC3\x9F?");
}

static void test_messages_are_masked(void **state)
{
    (void)state;
    struct error error = {0};
    assert_int_equal(error_set(&error, STATUS_INPUT, "version %s", "2\033[31m"),
                     STATUS_INPUT);
    assert_string_equal(error.text, "version 2?[31m");
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
        cmocka_unit_test(test_beginnings),
        cmocka_unit_test(test_widths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
