/* check, summary, diff: what needs no C compiler. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/file_kind.h"
#include "compiler/command/commands.h"
#include "compiler/compile.h"
#include "compiler/table/summary.h"

enum status run_check(struct arena *arena, const struct request *request)
{
    enum status worst = STATUS_OK;
    for (int i = 0; i < request->n_operands; i++) {
        struct compilation compilation = {.arena = arena};
        enum status status =
            compile_graph(&compilation, request, request->operands[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}

enum status find_requested_network(struct arena *arena,
                                   const struct graph *graph,
                                   const struct request *request,
                                   const struct network **network)
{
    struct error error = {0};
    *network = request->network ? graph_find(graph, request->network) : NULL;
    if (graph->n_networks == 0) {
        error_set(&error, STATUS_INPUT, "'%s' has no network", graph->path);
        return report(request, &error);
    }
    if (!request->network || *network)
        return STATUS_OK;
    const char **names =
        arena_alloc(arena, (size_t)graph->n_networks, sizeof *names);
    size_t n = 0;
    for (const struct network *known = graph->networks; known;
         known = known->next)
        names[n++] = known->name;
    error_set(&error, STATUS_INPUT, "'%s' has no network '%.60s'%s",
              graph->path, request->network,
              did_you_mean(arena, request->network, names, n));
    return report(request, &error);
}

/* The tables of all networks, or of the one asked for. */
static void write_tables(const struct graph *graph,
                         const struct network *network,
                         const struct request *request, struct text *out)
{
    struct table *tables =
        arena_alloc(out->arena, (size_t)graph->n_networks, sizeof *tables);
    int n = 0;
    for (const struct network *next = graph->networks; next; next = next->next)
        if (!network || next == network)
            table_of_network(out->arena, next, &tables[n++]);
    if (strcmp(request->format, "json") == 0) {
        tables_write_json(tables, n, out);
        return;
    }
    void (*write)(const struct table *table, struct text *text) =
        strcmp(request->format, "wide") == 0       ? table_write_wide
        : strcmp(request->format, "markdown") == 0 ? table_write_markdown
                                                   : table_write_keras;
    for (int i = 0; i < n; i++) {
        if (i > 0 && write != table_write_keras)
            text_puts(out, "\n");
        write(&tables[i], out);
    }
}

enum status run_summary(struct arena *arena, const struct request *request)
{
    struct compilation compilation = {.arena = arena};
    enum status status =
        compile_graph(&compilation, request, request->operands[0]);
    if (status != STATUS_OK)
        return status;
    const struct network *network;
    if (find_requested_network(arena, compilation.graph, request, &network))
        return STATUS_INPUT;
    struct text out = text_new(arena);
    write_tables(compilation.graph, network, request, &out);
    fputs(text_string(&out), stdout);
    return STATUS_OK;
}

/* A table is text, which may begin as that of a schedule does. */
static enum status expect_table(const char *path, struct error *error)
{
    enum file_kind kind = file_kind(path);
    bool is_text = kind == FILE_SCHEDULE || kind == FILE_CSV ||
                   kind == FILE_DARKNET || kind == FILE_PYTHON;
    return is_text ? STATUS_OK : file_expect_kind(path, FILE_TABLE, error);
}

/* The published tables of operand 1, at least one; NULL after saying why not,
 * *status then being the exit status. */
static struct table *read_published(struct arena *arena,
                                    const struct request *request, int *n,
                                    enum status *status)
{
    struct error error = {0};
    const struct source *source =
        expect_table(request->operands[1], &error)
            ? NULL
            : source_read_given(arena, request->operands[1], TABLE_FILE_LIMIT,
                                &error);
    if (!source) {
        *status = report(request, &error);
        return NULL;
    }
    struct diags *diags = diags_new(arena);
    struct table *tables = tables_read(arena, source, n, diags);
    diags_print(diags, stderr,
                terminal_wants_colour(request->colour, STDERR_FILENO));
    *status = diags_failed(diags) ? STATUS_INPUT : STATUS_OK;
    return *status == STATUS_OK ? tables : NULL;
}

enum status run_diff(struct arena *arena, const struct request *request)
{
    struct compilation compilation = {.arena = arena};
    enum status status =
        compile_graph(&compilation, request, request->operands[0]);
    if (status != STATUS_OK)
        return status;
    const struct graph *graph = compilation.graph;
    const struct network *wanted;
    if (find_requested_network(arena, graph, request, &wanted))
        return STATUS_INPUT;
    int n_published;
    struct table *published =
        read_published(arena, request, &n_published, &status);
    if (!published)
        return status;
    struct table *ours =
        arena_alloc(arena, (size_t)graph->n_networks, sizeof *ours);
    int n_ours = 0;
    for (const struct network *network = graph->networks; network;
         network = network->next)
        table_of_network(arena, network, &ours[n_ours++]);
    struct text out = text_new(arena);
    int n_others;
    int differences = tables_compare(ours, n_ours, published, n_published,
                                     request->network, &n_others, &out);
    fputs(text_string(&out), stdout);
    if (n_others > 0)
        request_say(request, MESSAGE_NOTE,
                    arena_printf(arena,
                                 "%d of the %d tables are of other networks "
                                 "and were passed over",
                                 n_others, n_published));
    return differences ? STATUS_INPUT : STATUS_OK;
}
