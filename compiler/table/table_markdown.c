/* A model table in GitHub's Markdown. Names keep the underscores that stand
 * within a word, as GitHub shows those as they are. */
#include <ctype.h>
#include <string.h>

#include "compiler/table/number.h"
#include "compiler/table/summary.h"

/* What Markdown would read as its own is escaped by a backslash. */
static void write_escaped(const char *name, struct text *out)
{
    for (size_t i = 0; name[i]; i++) {
        bool within = i > 0 && isalnum((unsigned char)name[i - 1]) &&
                      isalnum((unsigned char)name[i + 1]);
        if (strchr("\\`*[]<>|~&", name[i]) || (name[i] == '_' && !within))
            text_puts(out, "\\");
        text_append(out, &name[i], 1);
    }
}

static void write_number(int64_t number, struct text *out)
{
    text_printf(out, " | %s", number_grouped(out->arena, number));
}

static void write_row(const struct table *table, const struct table_row *row,
                      struct text *out)
{
    text_puts(out, "| ");
    write_escaped(row->name, out);
    text_printf(out, " | %s | ", row->type);
    write_escaped(row->shape, out);
    write_number(row->params, out);
    write_number(row->macs, out);
    write_number(weight_bytes(row->params), out);
    write_number(row->output_bytes, out);
    text_puts(out, " |");
    for (int i = 0; table->is_graph && i < row->n_connected; i++) {
        text_puts(out, i ? ", " : " ");
        write_escaped(row->inputs[i], out);
    }
    text_puts(out, table->is_graph ? " |\n" : "\n");
}

static void write_total_row(const struct table *table, struct text *out)
{
    const int64_t totals[] = {table->total, table->macs,
                              weight_bytes(table->total),
                              table_output_bytes(table)};
    text_puts(out, "| **Total** | |");
    for (int i = 0; i < 4; i++)
        text_printf(out, " | **%s**", number_grouped(out->arena, totals[i]));
    text_puts(out, table->is_graph ? " | |\n" : " |\n");
}

void table_write_markdown(const struct table *table, struct text *out)
{
    struct arena *arena = out->arena;
    bool is_graph = table->is_graph;
    text_puts(out, "### ");
    write_escaped(table->model, out);
    text_printf(out,
                "\n\n| Layer | Type | Output shape | Params | Multiply-adds "
                "| Weight bytes | Output bytes |%s\n"
                "| --- | --- | --- | ---: | ---: | ---: | ---: |%s\n",
                is_graph ? " Reads |" : "", is_graph ? " --- |" : "");
    for (int i = 0; i < table->n_rows; i++)
        write_row(table, &table->rows[i], out);
    write_total_row(table, out);
    text_printf(out, "\nTrainable params: %s; non-trainable params: %s\n",
                number_grouped(arena, table->trainable),
                number_grouped(arena, table->frozen));
}
