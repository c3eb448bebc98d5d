/* Mistakes in layers: all that is printed about each case of
 * layer_mistakes.txt, to the byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "compiler/elaborate/elaborate.h"
#include "compiler/plan/plan.h"
#include "compiler/syntax/parse.h"

enum { MAX_CASES = 256 };

struct mistake {
    const char *name, *text, *expected;
};

/* The text from *rest to the line that starts with `mark`, or to the end; *rest
 * is then behind that line. */
static char *take_until(struct arena *arena, const char **rest,
                        const char *mark)
{
    struct text text = text_new(arena);
    for (const char *end; (end = strchr(*rest, '\n'));) {
        const char *line = *rest;
        *rest = end + 1;
        if (strncmp(line, mark, strlen(mark)) == 0)
            break;
        if (end > line)
            text_append(&text, line, (size_t)(end + 1 - line));
    }
    return arena_strdup(arena, text_string(&text));
}

/* Takes one case: NAME, text, ">>>", expected, up to the next "===". */
static struct mistake take_mistake(struct arena *arena, const char **rest)
{
    struct mistake mistake;
    const char *end = strchr(*rest, '\n');
    mistake.name = arena_copy(arena, *rest, (size_t)(end - *rest));
    *rest = end + 1;
    mistake.text = take_until(arena, rest, ">>>");
    const char *found = *rest;
    mistake.expected = take_until(arena, &found, "=== ");
    return mistake;
}

static int read_mistakes(struct arena *arena, struct mistake *mistakes)
{
    struct error error = {0};
    const struct source *source =
        source_read(arena, "tests/unit/layer_mistakes.txt", 1 << 20, &error);
    if (!source)
        return 0;
    const char *rest = source->text;
    int n = 0;
    while (n < MAX_CASES && (rest = strstr(rest, "\n=== "))) {
        rest += strlen("\n=== ");
        mistakes[n++] = take_mistake(arena, &rest);
        rest--;
    }
    return n;
}

/* What is printed about a text, to free: by check and, if it is right for
 * that, by build. */
static char *complaints(struct arena *arena, const char *text)
{
    const struct source *source =
        source_from_text(arena, "x.nn", text, strlen(text));
    struct diags *diags = diags_new(arena);
    const struct ast ast = {.items = parse_source(arena, source, diags),
                            .text = text};
    struct graph *graph = elaborate(arena, &ast, "x.nn", NULL, 0, diags);
    if (!diags_failed(diags))
        check_emittable(arena, graph, NULL, diags);
    char *printed = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&printed, &size);
    diags_print(diags, out, false);
    fclose(out);
    return printed;
}

static void test_mistake(void **state)
{
    const struct mistake *mistake = *state;
    struct arena *arena = arena_new();
    char *printed = complaints(arena, mistake->text);
    assert_string_equal(printed, mistake->expected);
    free(printed);
    arena_free(arena);
}

int main(void)
{
    struct arena *arena = arena_new();
    struct mistake *mistakes = arena_alloc(arena, MAX_CASES, sizeof *mistakes);
    struct CMUnitTest *tests = arena_alloc(arena, MAX_CASES, sizeof *tests);
    int n = read_mistakes(arena, mistakes);
    for (int i = 0; i < n; i++)
        tests[i] = (struct CMUnitTest){.name = mistakes[i].name,
                                       .test_func = test_mistake,
                                       .initial_state = &mistakes[i]};
    int failed =
        _cmocka_run_group_tests("layer mistakes", tests, (size_t)n, NULL, NULL);
    arena_free(arena);
    return failed || n < 60;
}
