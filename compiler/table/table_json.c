/* Model tables as JSON (RFC 8259), a layer a line, for programs to read. Sizes
 * are of one sample; docs/commands.md describes the keys. */
#include "compiler/table/summary.h"

static void write_member(const char *key, const char *string, struct text *out)
{
    text_printf(out, "\"%s\": ", key);
    text_put_json(out, string);
    text_puts(out, ",");
}

static void write_shape(const struct shape *shape, struct text *out)
{
    text_puts(out, " \"output_shape\": [");
    for (int i = 0; i < shape->rank; i++)
        text_printf(out, "%s%lld", i ? ", " : "", (long long)shape->size[i]);
    text_puts(out, "], ");
}

/* The members that layers and totals share. */
static void write_costs(int64_t params, int64_t trainable, int64_t macs,
                        int64_t output_bytes, struct text *out)
{
    text_printf(out,
                "\"params\": %lld, \"trainable\": %lld, \"macs\": %lld, "
                "\"bytes\": {\"weights\": %lld, \"output\": %lld}",
                (long long)params, (long long)trainable, (long long)macs,
                (long long)weight_bytes(params), (long long)output_bytes);
}

static void write_layer(const struct table_row *row, struct text *out)
{
    text_puts(out, "      {");
    write_member("name", row->name, out);
    text_puts(out, " ");
    write_member("type", row->type, out);
    write_shape(&row->sample, out);
    write_costs(row->params, row->trainable, row->macs, row->output_bytes, out);
    text_printf(out, ", \"uses\": %d, \"inputs\": [", row->uses);
    for (int i = 0; i < row->n_connected; i++) {
        text_puts(out, i ? ", " : "");
        text_put_json(out, row->inputs[i]);
    }
    text_puts(out, "]}");
}

static void write_network(const struct table *table, struct text *out)
{
    text_puts(out, "  {\n    ");
    write_member("network", table->model, out);
    text_puts(out, "\n    \"layers\": [\n");
    for (int i = 0; i < table->n_rows; i++) {
        write_layer(&table->rows[i], out);
        text_puts(out, i + 1 < table->n_rows ? ",\n" : "\n");
    }
    text_puts(out, "    ],\n    \"totals\": {");
    write_costs(table->total, table->trainable, table->macs,
                table_output_bytes(table), out);
    text_puts(out, "}\n  }");
}

void tables_write_json(const struct table *tables, int n, struct text *out)
{
    text_puts(out, "[\n");
    for (int i = 0; i < n; i++) {
        write_network(&tables[i], out);
        text_puts(out, i + 1 < n ? ",\n" : "\n");
    }
    text_puts(out, "]\n");
}
