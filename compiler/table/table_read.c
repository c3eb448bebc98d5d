/* A file with published model tables in, tables out; the file may be a whole
 * paper. Every line between a table's first row and its totals has to be a row,
 * or the rest of one that was wrapped. Text before and behind a table is passed
 * over, and text that a blank line keeps apart from the rows, unless it looks
 * like a part of a table. */
#include <assert.h>
#include <string.h>
#include <strings.h>

#include "compiler/table/summary.h"
#include "compiler/table/table_line.h"

enum { HEAD_LIMIT = 256 /* bytes of a wrapped "name (Type)" */ };

enum stage { OUTSIDE, IN_TABLE, BEHIND_TOTALS };

/* A row, and what the lines below it may go on with. */
struct open_row {
    struct table_row row;
    const char *head; /* "name (Type" without closing bracket, or NULL */
    size_t connected_capacity;
};

struct reader {
    struct arena *arena;
    const struct source *source;
    struct diags *diags;
    struct table *tables; /* the last one is being read */
    size_t n_tables, tables_capacity, rows_capacity;
    struct open_row last; /* of the last table, if that has rows */
    enum stage stage;
    bool is_apart;       /* above this line is a blank one, or text */
    bool is_interrupted; /* text stands among the last table's rows */
    bool is_bare_model;  /* the last table's "Model: name" has no quotes */
};

static const char *copy(const struct reader *reader, struct span span)
{
    return arena_copy(reader->arena, span.source->text + span.first,
                      span.last - span.first);
}

static bool is_empty(struct span span)
{
    return span.first == span.last;
}

static char first_sign(struct span span)
{
    return is_empty(span) ? '\0' : span.source->text[span.first];
}

static bool is_number(struct span word)
{
    for (size_t at = word.first; at < word.last; at++)
        if (word.source->text[at] < '0' || word.source->text[at] > '9')
            return false;
    return !is_empty(word);
}

/* ---- rows ---------------------------------------------------------------- */

/* Each of the functions that read a part of a row leaves the line behind it
 * and returns NULL, or leaves it where it cannot be read and returns what is
 * wrong there. */

static bool starts_shape(struct span word)
{
    char sign = first_sign(word);
    return (sign >= '0' && sign <= '9') || word_has_letters(word, "none") ||
           word_has_letters(word, "multiple");
}

/* The type in its bracket; what Keras cut off may be all of it. True if the
 * bracket is closed. */
static bool read_type(struct reader *reader, struct table_line *line,
                      struct table_row *row)
{
    struct table_line ahead = *line;
    bool round = line_accept(&ahead, '('), square = line_accept(&ahead, '[');
    struct span type = line_word(&ahead);
    row->type = "";
    if (starts_shape(type) || (is_empty(type) && (square || !round)))
        return false;
    row->type = copy(reader, type);
    *line = ahead;
    return line_accept(line, ')') || line_accept(line, ']');
}

static const char *read_head(struct reader *reader, struct table_line *line,
                             struct open_row *open)
{
    struct span name = line_word(line);
    if (is_empty(name))
        return "a row starts with the name of a layer";
    open->row.name = copy(reader, name);
    size_t before = line->at;
    bool closed = read_type(reader, line, &open->row);
    open->head =
        closed ? NULL
               : arena_printf(reader->arena, "%s%s%s", open->row.name,
                              line->at != before ? " (" : "", open->row.type);
    return NULL;
}

/* One size of a shape, or a word that stands for one. */
static bool read_size(struct table_line *line, struct text *shape)
{
    struct table_line ahead = *line;
    bool unknown = line_accept(&ahead, '?');
    struct span word = line_word(&ahead);
    if (unknown || word_has_letters(word, "none")) {
        text_puts(shape, "None");
    } else if (word_has_letters(word, "multiple")) {
        text_puts(shape, "multiple");
    } else if (is_number(word)) {
        while (word.last - word.first > 1 && first_sign(word) == '0')
            word.first++;
        text_append(shape, word.source->text + word.first,
                    word.last - word.first);
    } else {
        return false;
    }
    *line = ahead;
    return true;
}

static int count_brackets(struct table_line *line, char round, char square)
{
    int n = 0;
    while (line_accept(line, round) || line_accept(line, square))
        n++;
    return n;
}

static bool has_number(struct table_line line)
{
    int64_t number;
    return line_number(&line, &number) != NUMBER_MISSING;
}

/* A shape that its column cut off behind a comma takes the parameter count for
 * its last size: no number is left then, and it is given back. */
static const char *read_shape(struct reader *reader, struct table_line *line,
                              struct table_row *row)
{
    struct text shape = text_new(reader->arena);
    text_puts(&shape, "(");
    int depth = count_brackets(line, '(', '[');
    struct table_line last;
    size_t length;
    bool more = true;
    for (int n = 0; more; n++) {
        last = *line;
        length = shape.length;
        text_puts(&shape, n > 0 ? ", " : "");
        if (!read_size(line, &shape))
            return "expected a shape such as '(None, 28, 28, 1)' here";
        depth -= count_brackets(line, ')', ']');
        more = line_accept(line, ',');
        int closed = more ? count_brackets(line, ')', ']') : 0;
        more = more && closed == 0; /* "(None,)" */
        depth += count_brackets(line, '(', '[') - closed;
    }
    if (depth > 0 && length > 1 && !has_number(*line)) {
        *line = last;
        shape.bytes[shape.length = length] = '\0';
    }
    text_puts(&shape, depth > 0 ? "" : ")");
    row->shape = text_string(&shape);
    return NULL;
}

/* What stands up to the next blank. */
static const char *to_blank(const struct reader *reader,
                            const struct table_line *line)
{
    size_t end = line->at;
    while (end < line->end && !strchr(" \t|", line->source->text[end]))
        end++;
    return copy(reader, (struct span){line->source, line->at, end});
}

static const char *read_count(const struct reader *reader,
                              struct table_line *line, int64_t *count)
{
    switch (line_number(line, count)) {
    case NUMBER_READ:
        return NULL;
    case NUMBER_MALFORMED:
        return arena_printf(reader->arena, "'%s' is not a number",
                            to_blank(reader, line));
    case NUMBER_TOO_LARGE:
        return "the number that ends here is too large";
    case NUMBER_MISSING:
        break;
    }
    return "expected a parameter count such as 25120 here";
}

/* "(unused)" or "(unbuilt)" behind a count, "Y" or "N" of a column Trainable,
 * "-" for no connection. */
static bool read_remark(struct table_line *line)
{
    struct table_line ahead = *line;
    bool bracket = line_accept(&ahead, '(');
    struct span word = line_word(&ahead);
    bool known = bracket ? word_has_letters(word, "unused") ||
                               word_has_letters(word, "unbuilt")
                         : word.last - word.first == 1 &&
                               strchr("YN-", first_sign(word));
    if (!known || is_empty(word) || (bracket && !line_accept(&ahead, ')')))
        return false;
    *line = ahead;
    return true;
}

/* "[0][0]", in brackets of any kind, from `at` on. */
static bool is_indexed(const char *text, size_t at, size_t end)
{
    return end - at >= 2 && strchr("[({", text[at]) && text[at + 1] >= '0' &&
           text[at + 1] <= '9';
}

/* "dense00": what a scan without brackets leaves, or has cut off. */
static bool is_bare_connection(struct span word)
{
    size_t width = word.last - word.first;
    struct span index = {word.source, word.last - 2, word.last};
    return width >= BARE_CONNECTION_WIDTH ||
           (width > 2 && is_number(index) && !is_number(word));
}

/* "name[0][0]", or as much of it as its column held; "name00" if it may be
 * bare. */
static bool read_connection(struct table_line *line, bool may_be_bare,
                            struct span *connection)
{
    *connection = line_word(line);
    struct span name = *connection;
    const char *text = line->source->text;
    while (line->at < line->end && strchr("[](){}0123456789", text[line->at]))
        line->at++;
    connection->last = line->at;
    bool cut = connection->last - name.first >= CONNECTION_WIDTH;
    if (is_empty(name))
        return false;
    return cut || is_indexed(text, name.last, line->at) ||
           (may_be_bare && line->at == name.last && is_bare_connection(name));
}

/* True for a line that holds nothing else; bare ones where the row above has
 * bare ones. */
static bool is_connections(struct table_line line, const struct table_row *row)
{
    int n = row->n_connected;
    bool bare = n > 0 && !strpbrk(row->connected[n - 1], "[({");
    struct span connection;
    while (!line_is_blank(line))
        if (!read_connection(&line, bare, &connection))
            return false;
    return true;
}

static const char *read_connections(struct reader *reader,
                                    struct table_line *line,
                                    struct open_row *open)
{
    static const char signs[] = "[],'\"";
    struct table_row *row = &open->row;
    while (read_remark(line))
        ;
    for (line_skip(line, signs); !line_is_blank(*line);
         line_skip(line, signs)) {
        struct table_line before = *line;
        struct span connection;
        if (!read_connection(line, true, &connection)) {
            *line = before;
            return "nothing but connections such as 'dense[0][0]' may follow "
                   "the parameter count";
        }
        row->connected =
            arena_grow(reader->arena, row->connected, (size_t)row->n_connected,
                       &open->connected_capacity, sizeof *row->connected);
        row->connected[row->n_connected++] = copy(reader, connection);
    }
    return NULL;
}

static const char *read_row(struct reader *reader, struct table_line *line,
                            struct open_row *open)
{
    *open = (struct open_row){.row.where = line_rest(*line)};
    const char *problem = read_head(reader, line, open);
    if (!problem)
        problem = read_shape(reader, line, &open->row);
    if (!problem)
        problem = read_count(reader, line, &open->row.params);
    if (!problem)
        problem = read_connections(reader, line, open);
    return problem;
}

/* ---- tables -------------------------------------------------------------- */

static struct table *current(const struct reader *reader)
{
    return &reader->tables[reader->n_tables - 1];
}

/* "Model: name" without quotes, and no part of a table below it, was text. */
static void drop_text(struct reader *reader)
{
    if (reader->n_tables == 0 || !reader->is_bare_model)
        return;
    const struct table *table = current(reader);
    if (table->n_rows == 0 && reader->stage == IN_TABLE)
        reader->n_tables--;
}

static void begin_table(struct reader *reader, const char *model,
                        struct span where)
{
    drop_text(reader);
    reader->tables =
        arena_grow(reader->arena, reader->tables, reader->n_tables,
                   &reader->tables_capacity, sizeof *reader->tables);
    reader->tables[reader->n_tables++] = (struct table){.model = model,
                                                        .total = -1,
                                                        .trainable = -1,
                                                        .frozen = -1,
                                                        .where = where};
    reader->rows_capacity = 0;
    reader->stage = IN_TABLE;
    reader->is_interrupted = false;
    reader->is_bare_model = false;
}

/* The row is the table's last, new or longer than before. */
static void set_row(struct reader *reader, int i, const struct open_row *open)
{
    struct table *table = current(reader);
    table->rows[i] = open->row;
    table->is_graph = table->is_graph || open->row.n_connected > 0;
    reader->last = *open;
}

static void add_row(struct reader *reader, const struct open_row *open)
{
    struct table *table = current(reader);
    table->rows = arena_grow(reader->arena, table->rows, (size_t)table->n_rows,
                             &reader->rows_capacity, sizeof *table->rows);
    set_row(reader, table->n_rows++, open);
}

static bool read_model(struct reader *reader, struct table_line line)
{
    struct span whole = line_rest(line);
    if (!word_has_letters(line_word(&line), "model") ||
        !line_accept(&line, ':'))
        return false;
    struct span rest = line_rest(line), model = line_quoted(line);
    begin_table(reader, copy(reader, model), whole);
    reader->is_bare_model = model.first == rest.first;
    return true;
}

static bool read_header(struct reader *reader, struct table_line line)
{
    struct span whole = line_rest(line);
    if (!word_has_letters(line_word(&line), "layer"))
        return false;
    line_skip(&line, "([{");
    if (!word_has_letters(line_word(&line), "type"))
        return false;
    if (reader->stage != IN_TABLE || current(reader)->n_rows > 0)
        begin_table(reader, NULL, whole);
    return true;
}

/* ---- totals -------------------------------------------------------------- */

enum total { TOTAL, TRAINABLE, FROZEN, OPTIMIZER, NO_TOTAL };

/* "Total params", "Non-trainable parameters", "Non trainable params", or
 * "Totalparams" of a scan that lost the blank. */
static enum total read_label(struct table_line *line)
{
    static const struct {
        const char *letters;
        enum total total;
    } labels[] = {
        {"totalparams", TOTAL},         {"totalparameters", TOTAL},
        {"trainableparams", TRAINABLE}, {"trainableparameters", TRAINABLE},
        {"nontrainableparams", FROZEN}, {"nontrainableparameters", FROZEN},
        {"optimizerparams", OPTIMIZER}, {"optimizerparameters", OPTIMIZER}};
    enum { MOST_WORDS = 3 };
    struct span label = line_word(line);
    for (int words = 1; words <= MOST_WORDS; words++) {
        size_t length = label.last - label.first;
        if (memchr(label.source->text + label.first, '_', length))
            return NO_TOTAL; /* a layer's name */
        for (size_t i = 0; i < sizeof labels / sizeof *labels; i++)
            if (word_has_letters(label, labels[i].letters))
                return labels[i].total;
        label.last = line_word(line).last;
    }
    return NO_TOTAL;
}

/* "(2.92 MB)" behind a total. */
static void skip_size(struct table_line *line)
{
    struct table_line ahead = *line;
    if (!line_accept(&ahead, '('))
        return;
    line_word(&ahead);
    line_word(&ahead);
    if (line_accept(&ahead, ')'))
        *line = ahead;
}

static void set_total(struct reader *reader, int64_t *total,
                      struct span *total_where, int64_t number,
                      struct span where)
{
    if (*total >= 0)
        diag_error(reader->diags, where, "a table gives this total only once");
    *total = number;
    *total_where = where;
}

static void add_total(struct reader *reader, enum total total, int64_t number,
                      struct span where)
{
    struct table *table = current(reader);
    if (total == TOTAL)
        set_total(reader, &table->total, &table->total_where, number, where);
    else if (total == TRAINABLE)
        set_total(reader, &table->trainable, &table->trainable_where, number,
                  where);
    else if (total == FROZEN)
        set_total(reader, &table->frozen, &table->frozen_where, number, where);
    else if (table->total >= number)
        table->total -= number; /* Keras 3 counts the optimizer's in */
}

/* True where a number follows, or nothing, or a colon: "Total params are" is
 * the beginning of a sentence. */
static bool is_label(struct table_line behind)
{
    return line_is_blank(behind) || line_accept(&behind, ':') ||
           has_number(behind);
}

static bool read_total(struct reader *reader, struct table_line line)
{
    struct span whole = line_rest(line);
    enum total total = read_label(&line);
    if (reader->stage == OUTSIDE || total == NO_TOTAL || !is_label(line))
        return false;
    reader->stage = BEHIND_TOTALS;
    line_accept(&line, ':');
    int64_t number;
    const char *problem = read_count(reader, &line, &number);
    skip_size(&line);
    if (!problem && !line_is_blank(line))
        problem = "nothing may follow the number of a total";
    if (problem)
        diag_error(reader->diags, line_rest(line), "%s", problem);
    else
        add_total(reader, total, number, whole);
    return true;
}

/* ---- lines --------------------------------------------------------------- */

/* The rest of "name (Type)": joined to what the row has, and read again. */
static void continue_head(struct reader *reader, struct table_line *line,
                          struct open_row *open)
{
    struct table_line ahead = *line;
    struct span first = line_word(&ahead);
    bool opened = line_accept(&ahead, '(');
    struct span second = line_word(&ahead);
    bool closed = line_accept(&ahead, ')');
    bool is_head =
        opened || closed || (is_empty(second) && line_is_blank(ahead));
    if (!open->head || !is_head || strlen(open->head) > HEAD_LIMIT)
        return;
    const char *head = arena_printf(reader->arena, "%s%s%s%s%s", open->head,
                                    copy(reader, first), opened ? " (" : "",
                                    copy(reader, second), closed ? ")" : "");
    const struct source *source = source_from_text(
        reader->arena, reader->source->path, head, strlen(head));
    struct table_line joined = line_of(source, 0);
    if (!read_head(reader, &joined, open) && line_is_blank(joined))
        *line = ahead;
}

/* What a narrow table has below a row: the rest of its first field, and more
 * connections. */
static bool read_continuation(struct reader *reader, struct table_line line)
{
    int n_rows = current(reader)->n_rows;
    struct open_row open = reader->last;
    if (n_rows == 0)
        return false;
    if (open.row.n_connected == 0 || !is_connections(line, &open.row))
        continue_head(reader, &line, &open);
    if (read_connections(reader, &line, &open))
        return false;
    set_row(reader, n_rows - 1, &open);
    return true;
}

/* True for a line like a total whose label cannot be read, which would else go
 * unseen: "Trainble params: 50,992". */
static bool is_unknown_total(struct table_line line)
{
    enum { LABEL_WORDS = 3 };
    for (int n = 0; n < LABEL_WORDS; n++) {
        struct span word = line_word(&line);
        if (!word_has_letters(word, "params") &&
            !word_has_letters(word, "parameters"))
            continue;
        line_accept(&line, ':');
        return line_is_blank(line) || has_number(line);
    }
    return false;
}

/* True where "None" stands as in a shape: beside a bracket or a comma. */
static bool has_shape(const struct table_line *line)
{
    static const char word[] = "none";
    size_t length = sizeof word - 1;
    const char *text = line->source->text;
    for (size_t at = line->at; at + length <= line->end; at++) {
        size_t end = at + length;
        if (strncasecmp(text + at, word, length) == 0 &&
            ((at > line->at && strchr("([{", text[at - 1])) ||
             (end < line->end && strchr(",)]}", text[end]))))
            return true;
    }
    return false;
}

/* Text among a table's rows, or behind a table without totals. */
static bool is_text(const struct reader *reader, const struct table_line *line)
{
    return reader->is_apart && !has_shape(line);
}

/* A row counts anywhere where it has a shape; "Page 3 12" is one only where
 * nothing but rows is due. */
static void take_row(struct reader *reader, const struct open_row *open)
{
    bool is_due = reader->stage == IN_TABLE && !reader->is_interrupted;
    if (!is_due && !strstr(open->row.shape, "None"))
        return;
    if (reader->stage == BEHIND_TOTALS) {
        diag_error(reader->diags, open->row.where,
                   "a row stands behind the totals of its table");
        return;
    }
    if (reader->stage == OUTSIDE)
        begin_table(reader, NULL, open->row.where);
    add_row(reader, open);
    reader->is_apart = false;
}

static void read_other_line(struct reader *reader, struct table_line line)
{
    struct open_row open;
    struct table_line ahead = line;
    if (reader->stage == IN_TABLE && is_connections(line, &reader->last.row) &&
        read_continuation(reader, line))
        return; /* "a[0][0]" is a name, a size and a count, too */
    const char *problem = read_row(reader, &ahead, &open);
    if (!problem) {
        take_row(reader, &open);
    } else if (reader->stage == IN_TABLE) {
        if (read_continuation(reader, line))
            return;
        if (is_text(reader, &line))
            reader->is_interrupted = true;
        else
            diag_error(reader->diags, line_rest(ahead), "%s", problem);
    } else if (reader->stage == BEHIND_TOTALS && is_unknown_total(line)) {
        diag_error(reader->diags, line_rest(line),
                   "expected a total such as 'Total params: 50,992'");
    }
}

static void read_line(struct reader *reader, struct table_line line)
{
    if (line_is_rule(line)) {
        reader->last.head = NULL;
        reader->is_apart = reader->is_apart || line_is_blank(line);
    } else if (read_model(reader, line)) {
        reader->is_apart = reader->is_bare_model;
    } else if (read_header(reader, line) || read_total(reader, line)) {
        reader->is_apart = false;
    } else {
        read_other_line(reader, line);
    }
}

static void check_tables(struct reader *reader)
{
    drop_text(reader);
    if (reader->n_tables == 0)
        diag_error(reader->diags, (struct span){reader->source, 0, 0},
                   "no model table in this file: a row of one reads "
                   "'dense (Dense)  (None, 32)  25120'");
    for (size_t i = 0; i < reader->n_tables; i++)
        if (reader->tables[i].n_rows == 0)
            diag_error(reader->diags, reader->tables[i].where,
                       "this table has no rows");
}

struct table *tables_read(struct arena *arena, const struct source *source,
                          int *n, struct diags *diags)
{
    assert(source->length <= TABLE_FILE_LIMIT);
    struct reader reader = {.arena = arena, .source = source, .diags = diags};
    *n = 0;
    size_t bad = line_find_unreadable(source);
    if (bad < source->length) {
        diag_error(diags, (struct span){source, bad, bad + 1},
                   "a table is text in UTF-8, without control characters");
        return NULL;
    }
    for (size_t i = 0; i < source->n_lines; i++)
        read_line(&reader, line_of(source, i));
    if (!diags_failed(diags))
        check_tables(&reader);
    *n = (int)reader.n_tables;
    return reader.tables;
}
