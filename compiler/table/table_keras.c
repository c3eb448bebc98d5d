/* A model table as TensorFlow 2.2's model.summary() prints it.
 * Source: tensorflow/python/keras/utils/layer_utils.py, print_summary. */
#include "compiler/table/number.h"
#include "compiler/table/summary.h"

enum { MOST_COLUMNS = 4 };

/* Where the columns of a table end. */
struct columns {
    int n, ends[MOST_COLUMNS];
};

static const struct columns chain = {3, {29, 55, 65}};
static const struct columns graph = {4, {32, 53, 65, 98}};

/* Keras's print_row: each field but the first takes the place of the last
 * character before it for a blank, and is cut at its column's end. */
static void write_row(const struct columns *columns, const char *const *fields,
                      struct text *out)
{
    struct text line = text_new(out->arena);
    for (int i = 0; i < columns->n; i++) {
        if (i > 0)
            line.bytes[line.length - 1] = ' ';
        text_puts(&line, fields[i]);
        size_t end = (size_t)columns->ends[i];
        if (line.length > end)
            line.bytes[line.length = end] = '\0';
        text_printf(&line, "%*s", (int)(end - line.length), "");
    }
    text_append(out, line.bytes, line.length);
    text_puts(out, "\n");
}

static void write_rule(const struct columns *columns, char sign,
                       struct text *out)
{
    for (int i = 0; i < columns->ends[columns->n - 1]; i++)
        text_append(out, &sign, 1);
    text_puts(out, "\n");
}

static void write_layer(const struct columns *columns,
                        const struct table_row *row, struct text *out)
{
    struct arena *arena = out->arena;
    const char *fields[MOST_COLUMNS] = {
        arena_printf(arena, "%s (%s)", row->name, row->type), row->shape,
        number_text(arena, row->params),
        row->n_connected > 0 ? row->connected[0] : ""};
    write_row(columns, fields, out);
    for (int i = 1; columns->n == MOST_COLUMNS && i < row->n_connected; i++) {
        const char *more[MOST_COLUMNS] = {"", "", "", row->connected[i]};
        write_row(columns, more, out);
    }
}

void table_write_keras(const struct table *table, struct text *out)
{
    static const char *const heads[MOST_COLUMNS] = {
        "Layer (type)", "Output Shape", "Param #", "Connected to"};
    const struct columns *columns = table->is_graph ? &graph : &chain;
    text_printf(out, "Model: \"%s\"\n", table->model);
    write_rule(columns, '_', out);
    write_row(columns, heads, out);
    write_rule(columns, '=', out);
    for (int i = 0; i < table->n_rows; i++) {
        write_layer(columns, &table->rows[i], out);
        write_rule(columns, i + 1 < table->n_rows ? '_' : '=', out);
    }
    text_printf(out, "Total params: %s\n",
                number_grouped(out->arena, table->total));
    text_printf(out, "Trainable params: %s\n",
                number_grouped(out->arena, table->trainable));
    text_printf(out, "Non-trainable params: %s\n",
                number_grouped(out->arena, table->frozen));
    write_rule(columns, '_', out);
}
