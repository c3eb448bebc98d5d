/* What becomes of a .nn file without mistakes: fmt, which changes no meaning and
 * nothing twice, the tables, the drawing and the emitted C. Large networks are
 * left out. */
#include <string.h>

#include "compiler/drawing/drawing.h"
#include "compiler/elaborate/elaborate.h"
#include "compiler/emit/emit.h"
#include "compiler/format/format.h"
#include "compiler/plan/plan.h"
#include "compiler/syntax/parse.h"
#include "compiler/table/summary.h"
#include "tests/fuzz/fuzz.h"

enum { SMALL_LAYERS = 64, SMALL_VALUES = 1 << 16 };

static struct text formatted(struct arena *arena, const char *text,
                             size_t length)
{
    struct text out = text_new(arena);
    format_source(source_from_text(arena, "fuzz.nn", text, length), &out);
    return out;
}

static void check_format(struct arena *arena, const struct source *source,
                         const struct ast *ast)
{
    struct text once = formatted(arena, source->text, source->length);
    struct text twice = formatted(arena, text_string(&once), once.length);
    struct text before = text_new(arena), after = text_new(arena);
    fuzz_require(strcmp(text_string(&once), text_string(&twice)) == 0,
                 "what fmt wrote it does not change");
    struct diags *diags = diags_new(arena);
    const struct source *written =
        source_from_text(arena, "fuzz.nn", text_string(&once), once.length);
    ast_print(ast, &before);
    ast_print(fuzz_parse(arena, written, diags), &after);
    fuzz_require(!diags_failed(diags) &&
                     strcmp(text_string(&before), text_string(&after)) == 0,
                 "fmt changes no meaning");
}

static bool is_small(const struct graph *graph)
{
    int layers = 0;
    int64_t values = 0;
    for (const struct network *network = graph->networks; network;
         network = network->next) {
        layers += network->n_layers;
        if (layers > SMALL_LAYERS ||
            network_parameters(network).total > SMALL_VALUES)
            return false;
        for (int i = 0; i < network->n_layers; i++)
            values += shape_elements(&network->layers[i]->shape);
        if (values > SMALL_VALUES)
            return false;
    }
    return true;
}

static void emit(struct arena *arena, struct graph *graph, const char *nn_text)
{
    struct diags *diags = diags_new(arena);
    if (graph->n_networks == 0 || !check_emittable(arena, graph, NULL, diags))
        return;
    const struct emit_sources sources = {
        .model_name = "fuzz", .nn_path = "fuzz.nn", .nn_text = nn_text};
    struct text code = text_new(arena);
    const struct plan *plan =
        plan_model(arena, graph, NULL, target_find("x86-64-v3"), DTYPE_FLOAT32);
    emit_model(arena, plan, &sources, &code);
}

static void use(struct arena *arena, struct graph *graph)
{
    struct text out = text_new(arena);
    graph_print(graph, arena, &out);
    for (const struct network *network = graph->networks; network;
         network = network->next) {
        struct table table;
        table_of_network(arena, network, &table);
        table_write_keras(&table, &out);
        table_write_wide(&table, &out);
    }
    struct drawing drawing = drawing_of_graph(arena, graph, NULL);
    struct error error = {0};
    if (drawing_layout(arena, &drawing, &error) == STATUS_OK)
        drawing_write_svg(&drawing, &out);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0 || size > NN_MAX_BYTES)
        return 0;
    struct arena *arena = arena_new();
    struct diags *diags = diags_new(arena);
    const char *text = arena_copy(arena, (const char *)bytes, size);
    const struct source *source =
        source_from_text(arena, "fuzz.nn", text, strlen(text));
    const struct ast *ast = fuzz_parse(arena, source, diags);
    struct graph *graph = elaborate(arena, ast, "fuzz.nn", NULL, 0, diags);
    if (!diags_failed(diags) && is_small(graph)) {
        check_format(arena, source, ast);
        use(arena, graph);
        emit(arena, graph, text);
    }
    arena_free(arena);
    return 0;
}
