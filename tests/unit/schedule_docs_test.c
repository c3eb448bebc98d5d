/* docs/schedules.md says of each key what the table of fields says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "trainer/schedule/schedule_optimizer.h"
#include "trainer/schedule/schedule_rates.h"

static const char path[] = "docs/schedules.md";

/* ---- the page ------------------------------------------------------------ */

/* The page with links as their texts, and every run of white space within a
 * paragraph as one blank; a line of a table stays a line. */
static const char *read_page(struct arena *arena)
{
    struct error error = {0};
    const struct source *source = source_read(arena, path, 1 << 20, &error);
    assert_non_null(source);
    struct text page = text_new(arena);
    for (const char *at = source->text; *at; at++) {
        if (strncmp(at, "](", 2) == 0)
            at += strcspn(at, ")");
        else if (*at == '\n' && at[1] != '\n' && at[1] != '|' && at[1] != '#')
            text_puts(&page, " ");
        else if (*at != '[' || at[1] == ']')
            text_append(&page, at, 1);
    }
    return text_string(&page);
}

static void expect_on_page(const char *page, const char *text)
{
    if (!strstr(page, text))
        fail_msg("%s does not have:\n%s", path, text);
}

/* ---- what it is to say --------------------------------------------------- */

static const char *limit_text(struct arena *arena, double limit)
{
    if (limit == (double)INT32_MAX)
        return "2³¹ − 1";
    return limit == 1e12 ? "10¹²" : arena_printf(arena, "%.0f", limit);
}

static const char *without_article(const char *noun)
{
    return strchr(noun, ' ') + 1;
}

static const char *type_text(struct arena *arena, const struct field *field)
{
    const struct bounds *bounds = &field->bounds;
    switch (field->type) {
    case FIELD_WORD:
        return "word";
    case FIELD_BOOLEAN:
        return "boolean";
    case FIELD_WHOLE:
    case FIELD_VERSION:
    case FIELD_WHOLES:
        return arena_printf(arena, "%s from %.0f to %s",
                            field->type == FIELD_WHOLES
                                ? "list of whole numbers"
                                : "whole number",
                            bounds->least, limit_text(arena, bounds->most));
    case FIELD_SEED:
        return "whole number from 0 to 2⁶⁴ − 1";
    case FIELD_REAL:
        return without_article(bounds_text(arena, bounds));
    case FIELD_TEXT:
        return without_article(field->wanted);
    case FIELD_REALS:
        return "list of numbers of at least 0";
    case FIELD_CLASS_WEIGHTS:
        return "`balanced`, or a mapping";
    case FIELD_NORMALIZE:
        return "`train`, or a mapping";
    case FIELD_SECTION:
    case FIELD_OPTIMIZER:
        break;
    }
    return "mapping";
}

static const char *default_text(struct arena *arena, const struct field *field)
{
    struct schedule schedule;
    if (field->traits & NEEDED)
        return field->objectives == FOR_ALL
                   ? "needed"
                   : arena_printf(arena, "needed for `%s`",
                                  objectives_text(arena, field->objectives));
    if (field->unset)
        return field->unset;
    if (field->type == FIELD_VERSION)
        return arena_printf(arena, "%d", SCHEDULE_VERSION);
    field_reset(field, &schedule);
    const char *value = field_text(arena, field, &schedule);
    bool is_number = field->type == FIELD_WHOLE || field->type == FIELD_SEED ||
                     field->type == FIELD_REAL;
    return is_number ? value : arena_printf(arena, "`%s`", value);
}

/* ---- tests --------------------------------------------------------------- */

static const char *find_row(struct arena *arena, const char *page,
                            const char *key)
{
    const char *row = strstr(page, arena_printf(arena, "\n| `%s` |", key));
    if (!row)
        fail_msg("%s has no row for '%s'", path, key);
    return arena_copy(arena, row + 1, strcspn(row + 1, "\n"));
}

static void expect_words(const char *row, const struct field *field)
{
    const char *const *words;
    int n = field->type == FIELD_WORD ? field_words(field, &words) : 0;
    for (int i = 0; i < n; i++)
        if (!strstr(row, words[i]))
            fail_msg("the word '%s' is not in:\n%s", words[i], row);
}

static void test_each_key_has_its_row(void **state)
{
    struct arena *arena = *state;
    const char *page = read_page(arena);
    for (int i = 0; i < n_schedule_fields; i++) {
        const struct field *field = &schedule_fields[i];
        const char *key = field_path(arena, field);
        if (field->type == FIELD_OPTIMIZER ||
            (field->type == FIELD_SECTION && field->objectives == FOR_ALL))
            continue;
        const char *row = find_row(arena, page, key);
        const char *wanted = arena_printf(
            arena, "| `%s` | %s | %s | %s", key, type_text(arena, field),
            default_text(arena, field), field->purpose);
        if (strncmp(row, wanted, strlen(wanted)) != 0)
            fail_msg("this row:\n%s\nis to begin:\n%s", row, wanted);
        expect_words(row, field);
        if (!field->section[0] && field->objectives == FOR_GAN)
            assert_non_null(strstr(row, "; only for `gan`"));
        if (field->objectives == FOR_ONE_NETWORK)
            assert_non_null(strstr(row, "; not for `gan`"));
    }
}

/* A row of three blanks and more columns is of a key. */
static void test_there_is_no_row_without_a_key(void **state)
{
    struct arena *arena = *state;
    const char *page = read_page(arena);
    for (const char *at = page; (at = strstr(at, "\n| `")); at++) {
        const char *key = arena_copy(arena, at + 4, strcspn(at + 4, "`"));
        char *dot = strrchr(key, '.');
        const char *section =
            dot ? arena_copy(arena, key, (size_t)(dot - key)) : "";
        const char *name = dot ? dot + 1 : key;
        bool is_optimizer = false;
        for (int kind = 0; kind < n_optimizers; kind++)
            if (strcmp(optimizer_word((enum optimizer_kind)kind), key) == 0)
                is_optimizer = true;
        bool is_argument =
            dot && strcmp(section, "optimizer") == 0 && argument_find(name);
        for (int i = RATES_COSINE_DECAY; i <= RATES_INVERSE_TIME_DECAY; i++)
            if (strcmp(rate_word((enum rate_kind)i), key) == 0)
                is_argument = true;
        for (int i = 0; i < n_rate_fields; i++)
            if (strcmp(field_path(arena, &rate_fields[i]), key) == 0)
                is_argument = true;
        if (!is_optimizer && !is_argument && !field_find(section, name))
            fail_msg("%s has a row for '%s', which is no key", path, key);
    }
}

static void test_each_optimizer_has_its_row(void **state)
{
    struct arena *arena = *state;
    const char *page = read_page(arena);
    for (int kind = 0; kind < n_optimizers; kind++) {
        struct optimizer_settings settings =
            optimizer_defaults((enum optimizer_kind)kind);
        const struct field *arguments[MOST_ARGUMENTS];
        int n = optimizer_own_arguments((enum optimizer_kind)kind, arguments);
        struct text row = text_new(arena);
        text_printf(&row, "\n| `%s` |",
                    optimizer_word((enum optimizer_kind)kind));
        for (int i = 0; i < n; i++) {
            const char *value = field_text(arena, arguments[i], &settings);
            text_printf(&row, "%s `%s: %s`", i ? "," : "", arguments[i]->name,
                        strcmp(value, "1e-07") == 0 ? "1e-7" : value);
        }
        text_puts(&row, " |\n");
        expect_on_page(page, text_string(&row));
    }
}

static void test_each_argument_has_its_row(void **state)
{
    struct arena *arena = *state;
    const char *page = read_page(arena);
    const struct field *arguments[MOST_ARGUMENTS];
    int n = optimizer_arguments(-1, arguments);
    for (int i = 0; i < n; i++)
        expect_on_page(page, arena_printf(arena, "\n| `%s` | %s | %s",
                                          field_path(arena, arguments[i]),
                                          type_text(arena, arguments[i]),
                                          arguments[i]->purpose));
}

static void test_each_argument_of_rates_has_its_row(void **state)
{
    struct arena *arena = *state;
    const char *page = read_page(arena);
    for (int i = RATES_COSINE_DECAY; i <= RATES_INVERSE_TIME_DECAY; i++)
        expect_on_page(page, arena_printf(arena, "\n| `%s` |",
                                          rate_word((enum rate_kind)i)));
    for (int i = 0; i < n_rate_fields; i++)
        expect_on_page(page, arena_printf(arena, "\n| `%s` | %s |",
                                          field_path(arena, &rate_fields[i]),
                                          type_text(arena, &rate_fields[i])));
}

static void test_what_is_compiled_in(void **state)
{
    struct arena *arena = *state;
    struct text list = text_new(arena);
    for (int i = 0; i < n_schedule_fields; i++)
        if (schedule_fields[i].traits & COMPILED_IN)
            text_printf(&list, "`%s`, ",
                        field_path(arena, &schedule_fields[i]));
    text_puts(&list, "and the `name` of each optimizer.");
    expect_on_page(read_page(arena), text_string(&list));
}

static void test_what_may_change_in_a_run(void **state)
{
    struct arena *arena = *state;
    struct text list = text_new(arena);
    for (int i = 0; i < n_schedule_fields; i++)
        if (schedule_fields[i].traits & FREE)
            text_printf(&list, "`%s`, ",
                        field_path(arena, &schedule_fields[i]));
    text_puts(&list, "and the arguments of optimizers but");
    const struct field *arguments[MOST_ARGUMENTS];
    int n = optimizer_arguments(-1, arguments);
    for (int i = 0; i < n; i++)
        if (!(arguments[i]->traits & FREE))
            text_printf(&list, " `%s`", arguments[i]->name);
    text_puts(&list, ".");
    expect_on_page(read_page(arena), text_string(&list));
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
        TEST(test_each_key_has_its_row),
        TEST(test_there_is_no_row_without_a_key),
        TEST(test_each_optimizer_has_its_row),
        TEST(test_each_argument_has_its_row),
        TEST(test_each_argument_of_rates_has_its_row),
        TEST(test_what_is_compiled_in),
        TEST(test_what_may_change_in_a_run),
    };
    return cmocka_run_group_tests_name("schedule docs", tests, NULL, NULL);
}
