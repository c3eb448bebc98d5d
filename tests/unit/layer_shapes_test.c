/* Output shapes, parameters and weights of layers against real Keras's, a line
 * of tests/keras/shapes.txt each:
 *
 *     call | input shapes | output shape | parameters, trainable | weights
 *
 * or "refused" in place of the last three. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/file.h"
#include "compiler/elaborate/elaborate.h"
#include "compiler/syntax/parse.h"

enum { MAX_CASES = 512 };

struct shape_case {
    const char *line; /* the whole, for the test's name */
    const char *call, *inputs, *expected;
};

/* The part of a line before the next " | ", which is cut off. */
static char *take_field(char **rest)
{
    char *field = *rest;
    char *end = strstr(field, " | ");
    if (!end)
        return NULL;
    *end = '\0';
    *rest = end + 3;
    return field;
}

static bool read_case(struct arena *arena, char *line, struct shape_case *found)
{
    found->line = arena_strdup(arena, line);
    found->call = take_field(&line);
    found->inputs = found->call ? take_field(&line) : NULL;
    found->expected = line;
    return found->inputs;
}

static int read_cases(struct arena *arena, struct shape_case *cases)
{
    struct error error = {0};
    const struct source *source =
        source_read(arena, "tests/keras/shapes.txt", 1 << 20, &error);
    if (!source)
        return 0;
    char *line = arena_copy(arena, source->text, source->length);
    int n = 0;
    for (char *end; (end = strchr(line, '\n')) && n < MAX_CASES;
         line = end + 1) {
        *end = '\0';
        if (line[0] != '#' && !read_case(arena, line, &cases[n++]))
            return 0;
    }
    return n;
}

/* The network of a case: Input layers a, b, ... and the call that reads them. */
static const char *network_text(struct arena *arena,
                                const struct shape_case *found)
{
    struct text text = text_new(arena), names = text_new(arena);
    const char *shape = found->inputs;
    text_puts(&text, "network n {\n");
    for (char name = 'a'; shape; name++) {
        const char *end = strstr(shape, " & ");
        size_t length = end ? (size_t)(end - shape) : strlen(shape);
        text_printf(&text, "    %c = Input%.*s\n", name, (int)length, shape);
        text_printf(&names, "%s%c", name == 'a' ? "" : ", ", name);
        shape = end ? end + 3 : NULL;
    }
    text_printf(&text, "    x = %s from %s\n}\n", found->call,
                text_string(&names));
    return text_string(&text);
}

static const char *describe_layer(struct arena *arena,
                                  const struct layer *layer)
{
    struct text text = text_new(arena);
    struct parameter_count count = layer_parameters(layer);
    text_printf(&text, "%s | %lld, %lld | %s", shape_text(arena, &layer->shape),
                (long long)count.total, (long long)count.trainable,
                layer->n_weights ? "" : "none");
    for (int i = 0; i < layer->n_weights; i++)
        text_printf(&text, "%s%s%s", i ? ", " : "", layer->weights[i].name,
                    shape_text(arena, &layer->weights[i].shape));
    return text_string(&text);
}

static void test_layer_matches_keras(void **state)
{
    const struct shape_case *found = *state;
    struct arena *arena = arena_new();
    struct diags *diags = diags_new(arena);
    const char *text = network_text(arena, found);
    const struct source *source =
        source_from_text(arena, "x.nn", text, strlen(text));
    const struct ast ast = {.items = parse_source(arena, source, diags),
                            .text = text};
    assert_false(diags_failed(diags));
    struct graph *graph = elaborate(arena, &ast, "x.nn", NULL, 0, diags);
    if (strcmp(found->expected, "refused") == 0) {
        assert_int_equal(diags_count_errors(diags), 1);
    } else {
        const struct network *network = graph->networks;
        if (diags_failed(diags))
            diags_print(diags, stdout, false);
        assert_string_equal(
            describe_layer(arena, network->layers[network->n_layers - 1]),
            found->expected);
        assert_false(diags_failed(diags));
    }
    arena_free(arena);
}

int main(void)
{
    struct arena *arena = arena_new();
    struct shape_case *cases = arena_alloc(arena, MAX_CASES, sizeof *cases);
    struct CMUnitTest *tests = arena_alloc(arena, MAX_CASES, sizeof *tests);
    int n = read_cases(arena, cases);
    for (int i = 0; i < n; i++)
        tests[i] = (struct CMUnitTest){.name = cases[i].line,
                                       .test_func = test_layer_matches_keras,
                                       .initial_state = &cases[i]};
    int failed = _cmocka_run_group_tests("layers as Keras has them", tests,
                                         (size_t)n, NULL, NULL);
    arena_free(arena);
    return failed || n < 200;
}
