/* graph: a drawing of networks, or of the system that a schedule trains. */
#include <stdio.h>

#include "base/file.h"
#include "compiler/command/commands.h"
#include "compiler/compile.h"
#include "compiler/drawing/drawing.h"

/* The drawing that was asked for, before it is laid out. */
static enum status draw(struct compilation *compilation,
                        const struct request *request, struct drawing *drawing)
{
    struct arena *arena = compilation->arena;
    const struct graph *graph = compilation->graph;
    struct error error = {0};
    const struct network *network = NULL;
    if (graph->n_networks == 0) {
        error_set(&error, STATUS_INPUT, "'%s' has no network to draw",
                  graph->path);
        return report(request, &error);
    }
    if (find_requested_network(arena, graph, request, &network))
        return STATUS_INPUT;
    if (request->n_operands == 1) {
        *drawing = drawing_of_graph(arena, graph, network);
        return STATUS_OK;
    }
    enum status status =
        compile_schedule(compilation, request, request->operands[1]);
    if (status != STATUS_OK)
        return status;
    *drawing = drawing_of_system(arena, graph, compilation->schedule,
                                 compilation->diags);
    return compile_check(compilation, request);
}

static enum status check_usage(const struct request *request,
                               struct error *error)
{
    if (request->network && request->n_operands > 1)
        return error_set(error, STATUS_USAGE,
                         "a schedule says which networks to draw: leave out "
                         "--network or '%s'",
                         request->operands[1]);
    return STATUS_OK;
}

static enum status check_output(const struct compilation *compilation,
                                const struct request *request,
                                struct error *error)
{
    if (!request->output)
        return STATUS_OK;
    if (compile_has_read(compilation, request, request->output))
        return error_set(error, STATUS_USAGE,
                         "'%s' is to be read, not written (choose another name "
                         "with -o)",
                         request->output);
    if (path_suits(request->output, ".svg"))
        return STATUS_OK;
    return error_set(error, STATUS_USAGE,
                     "a drawing is an SVG file: -o wants one that ends in "
                     ".svg, not '%s'",
                     request->output);
}

enum status run_graph(struct arena *arena, const struct request *request)
{
    struct compilation compilation = {.arena = arena};
    struct error error = {0};
    struct drawing drawing;
    if (check_usage(request, &error))
        return report(request, &error);
    enum status status =
        compile_graph(&compilation, request, request->operands[0]);
    if (status == STATUS_OK)
        status = draw(&compilation, request, &drawing);
    if (status != STATUS_OK)
        return status;
    if (check_output(&compilation, request, &error) ||
        drawing_layout(arena, &drawing, &error))
        return report(request, &error);
    struct text out = text_new(arena);
    drawing_write_svg(&drawing, &out);
    if (!request->output)
        fwrite(out.bytes, 1, out.length, stdout);
    else if (file_write(request->output, out.bytes, out.length, &error))
        return report(request, &error);
    return STATUS_OK;
}
