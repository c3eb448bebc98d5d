/* Tables of text: a record a sample, a number a column, and in one of the columns
 * the label.
 *
 * The first record has the columns' names where no cell of it is a number, where
 * its numbers are those that pandas names columns by, each its place, or where a
 * cell of it is the name of the column of labels. */
#include <ctype.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "trainer/data/csv_cells.h"
#include "trainer/data/csv_labels.h"

enum { MOST_COLUMNS = 1 << 20 };

struct table {
    struct arena *arena;
    const char *path;
    const char *label;    /* the column that is asked for, or NULL */
    enum data_labels use; /* of that column */
    struct csv_cells cells;
    const char **names; /* of the columns, or their cells where there is no
                           header */
    int64_t n_columns;
    size_t names_capacity;
    int64_t label_column; /* from 0; -1: none */
    int64_t n_samples;
    float *values; /* owned */
    size_t n_values, values_capacity;
    struct csv_labels labels;
    bool has_header, has_numbered_header;
    bool has_fractions; /* a value that is not written as a whole number */
};

/* ---- numbers ------------------------------------------------------------- */

static bool read_number(const char *text, float *value)
{
    char *end;
    if (!*text || text[strspn(text, "0123456789+-.eE")] != '\0')
        return false;
    *value = strtof(text, &end);
    return *end == '\0';
}

static bool is_whole(const char *text)
{
    text += *text == '-' || *text == '+';
    return text[strspn(text, "0123456789")] == '\0';
}

/* "line 2, column 3 (width)" */
static const char *place_text(const struct table *table, int64_t column)
{
    const struct csv_cells *cells = &table->cells;
    return arena_printf(table->arena, "line %" PRId64 ", column %" PRId64 "%s",
                        cells->line, column + 1,
                        table->has_header ? arena_printf(table->arena, " (%s)",
                                                         table->names[column])
                                          : "");
}

/* What other programs put between columns. */
static const char *separator_hint(const char *text)
{
    if (strchr(text, ';'))
        return "; commas separate columns here, not ';'";
    return strchr(text, '\t') ? "; commas separate columns here, not tabs" : "";
}

static const char *number_hint(const struct table *table, const char *text)
{
    const char *hint = separator_hint(text);
    if (*hint || table->has_header || table->n_samples > 0)
        return hint;
    return "; if line 1 has names, none of them may be a number";
}

static enum status fail_value(const struct table *table, const char *text,
                              int64_t column, struct error *error)
{
    float value;
    const char *place = place_text(table, column);
    if (!*text)
        return error_set(error, STATUS_INPUT, "%s: %s: it is empty",
                         table->path, place);
    if (read_number(text, &value))
        return error_set(error, STATUS_INPUT,
                         "%s: %s: %.60s is too large for float32", table->path,
                         place, text);
    return error_set(error, STATUS_INPUT, "%s: %s: '%.60s' is no number%s",
                     table->path, place, text, number_hint(table, text));
}

static enum status add_value(struct table *table, const char *text,
                             int64_t column, struct error *error)
{
    float value;
    if (!read_number(text, &value) || isinf(value))
        return fail_value(table, text, column, error);
    if (table->n_values == table->values_capacity) {
        size_t capacity = table->n_values ? 2 * table->n_values : 1024;
        float *values = realloc(table->values, capacity * sizeof *values);
        if (!values)
            return error_set(error, STATUS_MACHINE,
                             "%s: no memory for its values", table->path);
        table->values = values;
        table->values_capacity = capacity;
    }
    table->values[table->n_values++] = value;
    table->has_fractions = table->has_fractions || !is_whole(text);
    return STATUS_OK;
}

/* ---- records ------------------------------------------------------------- */

static bool is_value(const struct table *table, int64_t column)
{
    return table->use == DATA_TARGETS && table->label_column >= 0
               ? column == table->label_column
               : column != table->label_column;
}

static int64_t count_values(const struct table *table)
{
    int64_t count = 0;
    for (int64_t i = 0; i < table->n_columns; i++)
        count += is_value(table, i);
    return count;
}

static enum status add_cell(struct table *table, const char *text,
                            int64_t column, struct error *error)
{
    if (is_value(table, column))
        return add_value(table, text, column, error);
    if (table->use != DATA_LABELS)
        return STATUS_OK;
    if (!*text)
        return fail_value(table, text, column, error);
    return csv_labels_add(&table->labels, table->path, text, error);
}

static enum status fail_count(const struct table *table, int64_t found,
                              struct error *error)
{
    return error_set(error, STATUS_INPUT,
                     "%s: line %" PRId64 ": %s%" PRId64
                     " values, but the first line has %" PRId64,
                     table->path, table->cells.line,
                     found > table->n_columns ? "more than " : "",
                     found > table->n_columns ? table->n_columns : found,
                     table->n_columns);
}

/* All records behind the first. */
static enum status read_records(struct table *table, struct error *error)
{
    struct csv_cells *cells = &table->cells;
    for (;;) {
        bool is_end;
        enum status status = csv_next(cells, &is_end, error);
        if (status != STATUS_OK || is_end)
            return status;
        int64_t column = cells->column - 1;
        if (column >= table->n_columns)
            return fail_count(table, cells->column, error);
        status = add_cell(table, cells->text, column, error);
        if (status != STATUS_OK)
            return status;
        if (cells->is_last && cells->column < table->n_columns)
            return fail_count(table, cells->column, error);
        table->n_samples += cells->is_last;
    }
}

/* ---- the first record ---------------------------------------------------- */

static enum status read_names(struct table *table, struct error *error)
{
    bool is_end;
    do {
        enum status status = csv_next(&table->cells, &is_end, error);
        if (status != STATUS_OK)
            return status;
        if (is_end)
            return error_set(error, STATUS_INPUT, "%s: the table is empty",
                             table->path);
        if (table->n_columns == MOST_COLUMNS)
            return error_set(error, STATUS_INPUT, "%s: more than %d columns",
                             table->path, MOST_COLUMNS);
        table->names =
            arena_grow(table->arena, table->names, (size_t)table->n_columns,
                       &table->names_capacity, sizeof *table->names);
        table->names[table->n_columns++] =
            arena_strdup(table->arena, table->cells.text);
    } while (!table->cells.is_last);
    return STATUS_OK;
}

/* Each number is its place, as 0 behind "label" is not. */
static bool is_place(const char *text, int64_t column)
{
    return is_whole(text) && strtoll(text, NULL, 10) == column;
}

static const char *const usual_labels[] = {"label", "class"};

/* A number may be a value as well as a name. */
static bool names_labels(const struct table *table, const char *text)
{
    float value;
    if (read_number(text, &value))
        return false;
    if (table->label)
        return strcmp(text, table->label) == 0;
    return strcmp(text, usual_labels[0]) == 0 ||
           strcmp(text, usual_labels[1]) == 0;
}

static void find_header(struct table *table)
{
    int64_t numbers = 0, places = 0;
    bool has_labels = false;
    float value;
    for (int64_t i = 0; i < table->n_columns; i++) {
        bool is_number = read_number(table->names[i], &value);
        numbers += is_number;
        places += is_number && is_place(table->names[i], i);
        has_labels = has_labels || names_labels(table, table->names[i]);
    }
    table->has_header =
        numbers == 0 || has_labels || (places == numbers && numbers > 2);
    table->has_numbered_header = table->has_header && numbers > 0;
}

static enum status check_names(const struct table *table, struct error *error)
{
    for (int64_t i = 0; table->has_header && i < table->n_columns; i++)
        if (!*table->names[i])
            return error_set(error, STATUS_INPUT,
                             "%s: line %" PRId64 ", column %" PRId64
                             ": a column without a name%s",
                             table->path, table->cells.line, i + 1,
                             i == 0 ? "; of pandas it is the index, which "
                                      "to_csv(index=False) leaves out"
                                    : "");
    return STATUS_OK;
}

struct named_column {
    const char *name;
    int64_t column;
};

static int compare_columns(const void *left, const void *right)
{
    const struct named_column *a = left, *b = right;
    int order = strcmp(a->name, b->name);
    return order ? order : (a->column > b->column) - (a->column < b->column);
}

/* Which of two columns is meant cannot be told; if it is that of labels, the
 * other would be trained on. */
static enum status check_repeats(const struct table *table, struct error *error)
{
    size_t count = table->has_header ? (size_t)table->n_columns : 0;
    struct named_column *columns =
        arena_alloc(table->arena, count + 1, sizeof *columns);
    const struct named_column *found = NULL;
    for (size_t i = 0; i < count; i++)
        columns[i] = (struct named_column){table->names[i], (int64_t)i};
    qsort(columns, count, sizeof *columns, compare_columns);
    for (size_t i = 1; i < count; i++)
        if (strcmp(columns[i - 1].name, columns[i].name) == 0 &&
            (!found || columns[i].column < found->column))
            found = &columns[i];
    if (!found)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "%s: line %" PRId64 ", column %" PRId64 ": column %" PRId64
                     " is named '%.60s', too; each needs a "
                     "name of its own",
                     table->path, table->cells.line, found->column + 1,
                     found[-1].column + 1, found->name);
}

static int64_t find_name(const struct table *table, const char *name)
{
    for (int64_t i = 0; table->has_header && i < table->n_columns; i++)
        if (strcmp(table->names[i], name) == 0)
            return i;
    return -1;
}

/* Without a header a column goes by its number, from 1. */
static int64_t find_number(const struct table *table, const char *name)
{
    char *end;
    if (table->has_header || !isdigit((unsigned char)*name))
        return -1;
    long long number = strtoll(name, &end, 10);
    return *end == '\0' && number >= 1 && number <= table->n_columns
               ? number - 1
               : -1;
}

static enum status fail_label(const struct table *table, struct error *error)
{
    const char *const *names = table->names;
    if (!table->has_header)
        return error_set(error, STATUS_INPUT,
                         "%s: no column '%s': without names in the first line "
                         "they go by their numbers, 1 to %" PRId64,
                         table->path, table->label, table->n_columns);
    const char *hint = table->n_columns == 1 ? separator_hint(names[0]) : "";
    if (*hint)
        return error_set(error, STATUS_INPUT, "%s: no column is named '%s'%s",
                         table->path, table->label, hint);
    return error_set(error, STATUS_INPUT, "%s: no column is named '%s'%s",
                     table->path, table->label,
                     did_you_mean(table->arena, table->label, names,
                                  (size_t)table->n_columns));
}

static enum status find_label(struct table *table, struct error *error)
{
    table->label_column = -1;
    if (table->label) {
        table->label_column = find_name(table, table->label);
        if (table->label_column < 0)
            table->label_column = find_number(table, table->label);
        return table->label_column < 0 ? fail_label(table, error) : STATUS_OK;
    }
    if (table->use == DATA_TARGETS)
        return STATUS_OK;
    for (int i = 0; i < 2 && table->label_column < 0; i++)
        table->label_column = find_name(table, usual_labels[i]);
    return STATUS_OK;
}

static enum status read_first(struct table *table, struct error *error)
{
    enum status status = read_names(table, error);
    if (status != STATUS_OK)
        return status;
    find_header(table);
    status = check_names(table, error);
    if (status == STATUS_OK)
        status = check_repeats(table, error);
    if (status == STATUS_OK)
        status = find_label(table, error);
    if (status == STATUS_OK && count_values(table) == 0)
        status = error_set(error, STATUS_INPUT,
                           "%s: no column besides that of labels", table->path);
    for (int64_t i = 0;
         status == STATUS_OK && !table->has_header && i < table->n_columns; i++)
        status = add_cell(table, table->names[i], i, error);
    table->n_samples = !table->has_header;
    return status;
}

/* ---- the set ------------------------------------------------------------- */

static enum status keep_texts(const struct table *table, struct data_set *set,
                              struct error *error)
{
    if (table->label_column < 0)
        set->sought =
            strdup(arena_printf(table->arena,
                                "no column of it is named 'label' or 'class'; "
                                "%s/NAME takes those of another",
                                table->path));
    if (table->has_numbered_header)
        set->remark = strdup(arena_printf(
            table->arena,
            "the first line of '%s' numbers the columns, as pandas does: it is "
            "taken for their names, not for a sample",
            table->path));
    if ((table->label_column < 0 && !set->sought) ||
        (table->has_numbered_header && !set->remark))
        return error_set(error, STATUS_MACHINE, "%s: no memory", table->path);
    return STATUS_OK;
}

static enum status make_set(struct table *table, struct data_set *set,
                            struct error *error)
{
    struct data_shape shape = {
        .rank = 2, .extents = {table->n_samples, count_values(table)}};
    enum status status = data_set_shape(set, table->path, &shape, error);
    if (status != STATUS_OK)
        return status;
    set->type = table->has_fractions ? "decimal" : "integer";
    set->samples.element = GUSS_F32;
    set->samples.values = set->values = table->values;
    table->values = NULL;
    if (table->label_column >= 0 && table->use == DATA_LABELS)
        status = csv_labels_finish(&table->labels, table->path, set, error);
    if (status == STATUS_OK)
        status = keep_texts(table, set, error);
    return status;
}

static enum status read_table(struct table *table, struct data_stream *stream,
                              struct data_set *set, struct error *error)
{
    enum status status = csv_start(&table->cells, stream, error);
    if (status == STATUS_OK)
        status = read_first(table, error);
    if (status == STATUS_OK)
        status = read_records(table, error);
    if (status == STATUS_OK)
        status = data_stream_finish(stream, error);
    if (status == STATUS_OK)
        status = make_set(table, set, error);
    if (status == STATUS_OK)
        status = data_files_add_stream(set, stream, error);
    return status;
}

enum status data_read_csv(const char *path, const char *label,
                          enum data_labels labels, struct data_set *set,
                          struct error *error)
{
    struct data_stream stream;
    *set = (struct data_set){0};
    enum status status = data_stream_open(&stream, path, error);
    if (status != STATUS_OK)
        return status;
    struct arena *arena = arena_new();
    struct table *table = arena_alloc(arena, 1, sizeof *table);
    table->arena = arena;
    table->path = path;
    table->label = label;
    table->use = labels;
    csv_labels_start(&table->labels, arena);
    status = read_table(table, &stream, set, error);
    data_stream_close(&stream);
    free(table->values);
    csv_labels_free(&table->labels);
    arena_free(arena);
    if (status != STATUS_OK)
        data_free(set);
    return status;
}
