/* compiler/emit/ctext.h: what closes what, and where those that are too long break. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/emit/ctext.h"

static struct arena *arena;

static int set_up(void **state)
{
    (void)state;
    arena = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void test_a_statement_ends_the_heads_before_it(void **state)
{
    (void)state;
    struct text out = text_new(arena);
    struct ctext c = {.out = &out};
    ctext_function(&c, "static void f(int n)");
    ctext_head(&c, "for (int i = 0; i < n; i++)");
    ctext_head(&c, "if (i)");
    ctext_line(&c, "g(i);");
    ctext_head(&c, "for (;;)");
    ctext_head(&c, "if (n)");
    ctext_body(&c);
    ctext_line(&c, "a();\nif (n)\n    b();");
    ctext_close(&c, "");
    ctext_line(&c, "h();");
    ctext_close(&c, "");
    ctext_open(&c, "struct s");
    ctext_close(&c, ";");
    assert_string_equal(text_string(&out), "GUSS_APART\n"
                                           "static void f(int n)\n"
                                           "{\n"
                                           "    for (int i = 0; i < n; i++)\n"
                                           "        if (i)\n"
                                           "            g(i);\n"
                                           "    for (;;)\n"
                                           "        if (n) {\n"
                                           "            a();\n"
                                           "            if (n)\n"
                                           "                b();\n"
                                           "        }\n"
                                           "    h();\n"
                                           "}\n"
                                           "\n"
                                           "struct s {\n"
                                           "};\n");
}

/* What one line becomes, a step deep. */
static void assert_line(const char *line, const char *expected)
{
    struct text out = text_new(arena);
    struct ctext c = {.out = &out};
    ctext_open(&c, "%s", "");
    ctext_line(&c, "%s", line);
    assert_string_equal(text_string(&out) + strlen("{\n"), expected);
}

#define LONG "a_name_that_takes_thirty_columns"

static void test_long_lines_break_as_clang_format_breaks_them(void **state)
{
    (void)state;
    assert_line("f(" LONG ", g(a, b), (struct s){1, 2});",
                "    f(" LONG ", g(a, b), (struct s){1, 2});\n");
    assert_line("function(" LONG ", " LONG ", g(a, b));",
                "    function(" LONG ", " LONG ",\n"
                "             g(a, b));\n");
    assert_line("a_function_of_a_long_name_" LONG "(" LONG ", 1);",
                "    a_function_of_a_long_name_" LONG "(\n"
                "        " LONG ", 1);\n");
    assert_line(
        "sums->loss += guss_binary_crossentropy_logits(784, z[n], t[n], "
        "scale, dz[n]);",
        "    sums->loss +=\n"
        "        guss_binary_crossentropy_logits(784, z[n], t[n], scale, "
        "dz[n]);\n");
    assert_line("int x = a_function(" LONG ", " LONG ", 1, 2, 3);",
                "    int x = a_function(" LONG ",\n"
                "                       " LONG ", 1, 2, 3);\n");
    assert_line("for (int i = 0; i < 1234; i = block_next(i, " LONG ", 1234))",
                "    for (int i = 0; i < 1234;\n"
                "         i = block_next(i, " LONG ", 1234))\n");
}

static void test_comments_are_wrapped(void **state)
{
    (void)state;
    struct text out = text_new(arena);
    struct ctext c = {.out = &out};
    ctext_comment(&c, "%s", LONG " " LONG " and so on\nits second line");
    assert_string_equal(text_string(&out), "/* " LONG " " LONG " and so\n"
                                           " * on\n"
                                           " * its second line */\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_statement_ends_the_heads_before_it),
        cmocka_unit_test(test_long_lines_break_as_clang_format_breaks_them),
        cmocka_unit_test(test_comments_are_wrapped),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
