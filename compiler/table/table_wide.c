/* A model table with every name in full: columns as wide as what stands in
 * them, and what a sample costs beside Keras's columns. */
#include <string.h>

#include "compiler/table/number.h"
#include "compiler/table/summary.h"

enum column {
    COLUMN_LAYER,
    COLUMN_SHAPE,
    COLUMN_PARAMS,
    COLUMN_TRAINABLE,
    COLUMN_MACS,
    COLUMN_WEIGHT_BYTES,
    COLUMN_OUTPUT_BYTES,
    COLUMN_CONNECTED, /* graphs only */
    N_COLUMNS
};
enum { GAP = 2 };

/* A line of the table: a text for each column. */
struct line {
    const char *cells[N_COLUMNS];
};

static const struct line heading = {
    {"Layer (type)", "Output Shape", "Param #", "Trainable", "Multiply-adds",
     "Weight bytes", "Output bytes", "Connected to"}};

static bool is_number(int column)
{
    return column >= COLUMN_PARAMS && column <= COLUMN_OUTPUT_BYTES;
}

static const char *join(struct arena *arena, const char *const *words, int n)
{
    struct text text = text_new(arena);
    for (int i = 0; i < n; i++)
        text_printf(&text, "%s%s", i ? ", " : "", words[i]);
    return text_string(&text);
}

static struct line line_of_row(struct arena *arena, const struct table *table,
                               const struct table_row *row)
{
    struct line line = {
        {arena_printf(arena, "%s (%s)", row->name, row->type), row->shape,
         number_text(arena, row->params), number_text(arena, row->trainable),
         number_text(arena, row->macs),
         number_text(arena, weight_bytes(row->params)),
         number_text(arena, row->output_bytes),
         table->is_graph ? join(arena, row->connected, row->n_connected) : ""}};
    return line;
}

static void find_widths(const struct line *lines, int n_lines, int n_columns,
                        int *widths)
{
    for (int c = 0; c < n_columns; c++) {
        widths[c] = 0;
        for (int i = 0; i < n_lines; i++) {
            int width = (int)strlen(lines[i].cells[c]);
            widths[c] = width > widths[c] ? width : widths[c];
        }
    }
}

static void write_line(const struct line *line, int n_columns,
                       const int *widths, struct text *out)
{
    for (int c = 0; c < n_columns; c++) {
        const char *cell = line->cells[c];
        if (is_number(c))
            text_printf(out, "%*s", widths[c], cell);
        else if (c + 1 < n_columns)
            text_printf(out, "%-*s", widths[c], cell);
        else
            text_puts(out, cell);
        if (c + 1 < n_columns && *line->cells[c + 1])
            text_printf(out, "%*s", GAP, "");
    }
    text_puts(out, "\n");
}

static void write_rule(int n_columns, const int *widths, struct text *out)
{
    int width = GAP * (n_columns - 1);
    for (int c = 0; c < n_columns; c++)
        width += widths[c];
    for (int i = 0; i < width; i++)
        text_puts(out, "-");
    text_puts(out, "\n");
}

static void write_total(const char *what, int64_t number, struct text *out)
{
    text_printf(out, "%s: %s\n", what, number_grouped(out->arena, number));
}

void table_write_wide(const struct table *table, struct text *out)
{
    struct arena *arena = out->arena;
    int n_columns = table->is_graph ? N_COLUMNS : COLUMN_CONNECTED;
    int n_lines = table->n_rows + 1, widths[N_COLUMNS];
    struct line *lines = arena_alloc(arena, (size_t)n_lines, sizeof *lines);
    lines[0] = heading;
    for (int i = 0; i < table->n_rows; i++)
        lines[i + 1] = line_of_row(arena, table, &table->rows[i]);
    find_widths(lines, n_lines, n_columns, widths);
    text_printf(out, "Model: \"%s\"\n", table->model);
    for (int i = 0; i < n_lines; i++) {
        write_line(&lines[i], n_columns, widths, out);
        if (i == 0 || i + 1 == n_lines)
            write_rule(n_columns, widths, out);
    }
    write_total("Total params", table->total, out);
    write_total("Trainable params", table->trainable, out);
    write_total("Non-trainable params", table->frozen, out);
    write_total("Multiply-adds", table->macs, out);
    write_total("Weight bytes", weight_bytes(table->total), out);
    write_total("Output bytes", table_output_bytes(table), out);
}
