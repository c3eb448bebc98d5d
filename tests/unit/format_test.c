/* The layout of .nn files, over every file of the tree and over random ones
 * with random white space and comments: the tree and the comments stay, a
 * second time changes nothing, lines are clean, and the white space of a file
 * says nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <glob.h>
#include <string.h>

#include "compiler/format/format.h"
#include "compiler/syntax/parse.h"

/* ---- what holds of every file -------------------------------------------- */

static const struct source *to_source(struct arena *arena,
                                      const struct text *text)
{
    return source_from_text(arena, "test.nn", text_string(text), text->length);
}

/* The tree, or NULL where the text has mistakes. */
static const char *tree_of(struct arena *arena, const struct source *source)
{
    struct diags *diags = diags_new(arena);
    struct ast ast = {.items = parse_source(arena, source, diags)};
    struct text tree = text_new(arena);
    ast_print(&ast, &tree);
    return diags_failed(diags) ? NULL : text_string(&tree);
}

/* The comments, one a line, without the white space behind them. */
static const char *comments_of(struct arena *arena, const struct source *source)
{
    struct text comments = text_new(arena);
    const char *at = source->text, *end = at + source->length;
    for (; at < end; at++) {
        if (*at == '"')
            at = strchr(at + 1, '"');
        if (*at != '#')
            continue;
        size_t length = strcspn(at, "\r\n"), kept = length;
        while (strchr(" \t\r\f", at[kept - 1]))
            kept--;
        text_append(&comments, at, kept);
        text_puts(&comments, "\n");
        at += length;
    }
    return text_string(&comments);
}

static void assert_clean_lines(const char *text)
{
    size_t length = strlen(text);
    assert_true(length == 0 || text[length - 1] == '\n');
    assert_true(text[0] != '\n');
    assert_null(strstr(text, " \n"));
    assert_null(strstr(text, "\n\n\n"));
    assert_null(strstr(text, "\n\n}"));
    assert_null(strstr(text, "\r\n"));
}

static struct text format(struct arena *arena, const struct source *source)
{
    struct text text = text_new(arena);
    format_source(source, &text);
    return text;
}

static void assert_holds(struct arena *arena, const struct source *source)
{
    struct text once = format(arena, source);
    const struct source *written = to_source(arena, &once);
    struct text twice = format(arena, written);
    assert_string_equal(text_string(&twice), text_string(&once));
    const char *tree = tree_of(arena, written);
    assert_non_null(tree);
    assert_string_equal(tree, tree_of(arena, source));
    assert_string_equal(comments_of(arena, written),
                        comments_of(arena, source));
    assert_clean_lines(text_string(&once));
}

/* ---- the files of the tree ----------------------------------------------- */

/* How many files of the pattern could be parsed, all of which hold. */
static int check_files(const char *pattern, bool is_in_layout)
{
    glob_t found;
    int checked = 0;
    assert_int_equal(glob(pattern, 0, NULL, &found), 0);
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct arena *arena = arena_new();
        struct error error = {0};
        const struct source *source =
            source_read(arena, found.gl_pathv[i], NN_MAX_BYTES, &error);
        assert_non_null(source);
        if (tree_of(arena, source)) {
            checked++;
            assert_holds(arena, source);
        }
        if (is_in_layout) {
            struct text text = format(arena, source);
            assert_string_equal(text_string(&text), source->text);
        }
        arena_free(arena);
    }
    globfree(&found);
    return checked;
}

static void test_files_of_the_tree(void **state)
{
    (void)state;
    assert_true(check_files("models/*.nn", true) >= 5);
    assert_true(check_files("tests/accept/*.nn", false) >= 25);
    assert_true(check_files("tests/accept/*/*.inc", false) >= 2);
    assert_true(check_files("tests/reject/*.nn", false) >= 50);
}

/* ---- random files -------------------------------------------------------- */

/* A file being made: words by one source of chance, what is between them by
 * another. */
struct maker {
    struct text text;
    uint64_t words, gaps;
    bool has_comments; /* and empty lines */
};

/* Below `n`: SplitMix64, Steele, Lea, Flood 2014. */
static unsigned draw(uint64_t *state, unsigned n)
{
    uint64_t z = *state += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return (unsigned)((z ^ (z >> 31)) % n);
}

static unsigned choose(struct maker *maker, unsigned n)
{
    return draw(&maker->words, n);
}

static bool is_wordy(char byte)
{
    return byte && strchr("abcdefghijklmnopqrstuvwxyz_.0123456789"
                          "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
                          byte);
}

static void put_gap(struct maker *maker, const char *next)
{
    static const char *const blanks[] = {"",   " ",  " ",    "  ",
                                         "\t", "\n", "\r\n", "\n     "};
    static const char *const more[] = {
        "\n\n",
        "\n\n\n\n",
        " # a comment\n",
        "# \"quoted\n",
        "\n  # its own \n",
        "\n\n#\n# two\n\n",
        "   # as wide as \xC3\xA9\xE6\x97\xA5, and with a tab\t\t\n",
        "  # a\n   # b\r\n",
        "# a comment that goes on and on and on, up to the end of the line and "
        "beyond it, where no layout can help\n"};
    struct text *text = &maker->text;
    if (maker->has_comments && draw(&maker->gaps, 12) == 0)
        text_puts(text, more[draw(&maker->gaps, 9)]);
    else
        text_puts(text, blanks[draw(&maker->gaps, 8)]);
    if (text->length > 0 && is_wordy(text->bytes[text->length - 1]) &&
        is_wordy(*next))
        text_puts(text, " ");
}

static void put(struct maker *maker, const char *word)
{
    put_gap(maker, word);
    text_puts(&maker->text, word);
}

static void put_name(struct maker *maker)
{
    static const char *const names[] = {"x",
                                        "code",
                                        "from_x",
                                        "_",
                                        "repeat2",
                                        "units",
                                        "Dense",
                                        "as_it_was",
                                        "Conv2DTranspose",
                                        "params",
                                        "a_name_of_twenty_four_xx",
                                        "a_name_that_is_longer_than_any_column",
                                        "E5"};
    put(maker, names[choose(maker, sizeof names / sizeof names[0])]);
}

static void put_value(struct maker *maker, int depth);

/* Values between brackets; with `names`, some have one. */
static void put_list(struct maker *maker, int depth, unsigned least, bool names)
{
    unsigned n = least + choose(maker, depth > 0 ? 6 : 3);
    put(maker, "(");
    for (unsigned i = 0; i < n; i++) {
        if (names && choose(maker, 2)) {
            put_name(maker);
            put(maker, "=");
        }
        put_value(maker, depth - 1);
        if (i + 1 < n || n == 1 || choose(maker, 4) == 0)
            put(maker, ",");
    }
    put(maker, ")");
}

static void put_simple_value(struct maker *maker)
{
    static const char *const values[] = {
        "3",     "784",  "0.25", ".5",   "5.",       "1e-3",
        "12.e3", "same", "relu", "true", "\"same\"", "\"# \xC3\xA9 {(\""};
    if (choose(maker, 3) == 0)
        put_name(maker);
    else
        put(maker, values[choose(maker, sizeof values / sizeof values[0])]);
}

static void put_value(struct maker *maker, int depth)
{
    static const char *const signs[] = {"+", "-", "*", "/", "//", "%", "**"};
    unsigned kind = depth > 0 ? choose(maker, 12) : 11;
    if (kind == 0) {
        put(maker, "-");
        put_value(maker, depth - 1);
    } else if (kind == 1) {
        put(maker, "+");
        put_value(maker, depth - 1);
    } else if (kind <= 4) {
        put_value(maker, depth - 1);
        put(maker, signs[choose(maker, 7)]);
        put_value(maker, depth - 1);
    } else if (kind == 5) {
        put(maker, "(");
        put_value(maker, depth - 1);
        put(maker, ")");
    } else if (kind == 6) {
        put_list(maker, depth, 1, false);
    } else if (kind == 7) {
        put_name(maker);
        put_list(maker, depth, 0, true);
    } else {
        put_simple_value(maker);
    }
}

static void put_names(struct maker *maker)
{
    put_name(maker);
    while (choose(maker, 3) == 0) {
        put(maker, ",");
        put_name(maker);
    }
}

static void put_layer(struct maker *maker)
{
    if (choose(maker, 2)) {
        put_name(maker);
        put(maker, "=");
    }
    put_name(maker);
    put_list(maker, 3, 0, true);
    if (choose(maker, 4) == 0) {
        put(maker, "from");
        put_names(maker);
    }
    if (choose(maker, 4) == 0) {
        put(maker, "@");
        put_list(maker, 2, 1, false);
    }
}

static void put_body(struct maker *maker, int depth)
{
    put(maker, "{");
    for (unsigned n = choose(maker, 6); n > 0; n--) {
        if (depth > 0 && choose(maker, 4) == 0) {
            put(maker, "repeat");
            put_value(maker, 2);
            if (choose(maker, 2)) {
                put(maker, "as");
                put_name(maker);
            }
            put_body(maker, depth - 1);
        } else if (choose(maker, 10) == 0) {
            put(maker, "output");
            put_names(maker);
        } else {
            put_layer(maker);
        }
    }
    put(maker, "}");
}

static void put_item(struct maker *maker)
{
    switch (choose(maker, 6)) {
    case 0:
        put(maker, "include");
        put(maker, "\"a file.nn\"");
        break;
    case 1:
        put(maker, "expect");
        put_name(maker);
        put(maker, ".");
        put_name(maker);
        put(maker, "==");
        put_value(maker, 4);
        break;
    case 2:
    case 3:
        put(maker, "const");
        put_name(maker);
        put(maker, "=");
        put_value(maker, 5);
        break;
    case 4:
        put(maker, "block");
        put_name(maker);
        put(maker, "(");
        if (choose(maker, 2))
            put_names(maker);
        put(maker, ")");
        put_body(maker, 3);
        break;
    default:
        put(maker, "network");
        put_name(maker);
        if (choose(maker, 2))
            put_list(maker, 1, 1, false);
        put_body(maker, 3);
    }
}

static const struct source *make_file(struct arena *arena, unsigned words,
                                      unsigned gaps, bool has_comments)
{
    struct maker maker = {text_new(arena), words, gaps, has_comments};
    for (unsigned n = choose(&maker, 9); n > 0; n--)
        put_item(&maker);
    put_gap(&maker, "");
    return to_source(arena, &maker.text);
}

static void test_random_files(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 800; seed++) {
        struct arena *arena = arena_new();
        const struct source *source = make_file(arena, seed, seed, true);
        assert_non_null(tree_of(arena, source));
        assert_holds(arena, source);
        arena_free(arena);
    }
}

/* The layout is a function of the words, where there is nothing else. */
static void test_white_space_says_nothing(void **state)
{
    (void)state;
    for (unsigned seed = 1; seed <= 200; seed++) {
        struct arena *arena = arena_new();
        struct text first = format(arena, make_file(arena, seed, 1, false));
        struct text second = format(arena, make_file(arena, seed, 2, false));
        assert_string_equal(text_string(&first), text_string(&second));
        arena_free(arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_files_of_the_tree),
        cmocka_unit_test(test_random_files),
        cmocka_unit_test(test_white_space_says_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
