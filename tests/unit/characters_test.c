/* base/odd_character.h and base/character_width.h. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/character_width.h"
#include "base/odd_character.h"

static void test_widths(void **state)
{
    (void)state;
    static const struct {
        uint32_t code;
        int width;
    } characters[] = {{'a', 1},     {0xE9, 1},    {0xAD, 1},    {0x300, 0},
                      {0x301, 0},   {0x370, 1},   {0x430, 1},   {0x5D0, 1},
                      {0x1100, 2},  {0x1160, 0},  {0x200B, 0},  {0x2013, 1},
                      {0x2014, 1},  {0x231A, 2},  {0x3042, 2},  {0x4E2D, 2},
                      {0xAC00, 2},  {0xD7A3, 2},  {0xFE0F, 0},  {0xFEFF, 0},
                      {0xFF08, 2},  {0xFF61, 1},  {0xFFE0, 2},  {0x1F600, 2},
                      {0x20000, 2}, {0xE0100, 0}, {0x10FFFF, 1}};
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++)
        assert_int_equal(character_width(characters[i].code),
                         characters[i].width);
}

static void expect_name(const char *text, size_t size, bool hidden,
                        const char *name, const char *instead)
{
    struct arena *arena = arena_new();
    const char *found;
    assert_int_equal(odd_character(text), size);
    assert_int_equal(odd_character_is_hidden(text), hidden);
    assert_string_equal(odd_character_name(arena, text, &found), name);
    if (instead)
        assert_string_equal(found, instead);
    else
        assert_null(found);
    arena_free(arena);
}

static void test_odd_characters(void **state)
{
    (void)state;
    expect_name("\xC2\xA0x", 2, true, "no-break space (U+00A0)",
                "a plain blank");
    expect_name("\xE2\x80\x8B", 3, true, "zero-width space (U+200B)", NULL);
    expect_name("\xE2\x80\x9C", 3, false, "left double quotation mark (U+201C)",
                "plain quotes, \"");
    expect_name("\xEF\xBC\xA1", 3, false, "full-width 'A' (U+FF21)", "'A'");
    expect_name("\xEF\xBD\x9E", 3, false, "full-width '~' (U+FF5E)", "'~'");
    static const char *const plain[] = {
        "", "a", " ", "\xC3\xA9", "\xC2", "\xE2\x80", "\xE6\x97\xA5"};
    for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
        assert_int_equal(odd_character(plain[i]), 0);
        assert_false(odd_character_is_hidden(plain[i]));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_widths),
        cmocka_unit_test(test_odd_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
