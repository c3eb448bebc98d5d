/* Our tables and published ones in, a line for each difference out. A line
 * starts with the place in the published file; a row that is missing there has
 * that of the row before it. */
#include <assert.h>
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "compiler/table/summary.h"
#include "compiler/table/table_align.h"

struct comparison {
    const struct table *ours, *published;
    const int *partners; /* of published rows among ours, or -1 */
    int *moved;          /* the same for rows without partner: namesakes */
    bool *is_found;      /* of ours: has a partner or was moved */
    struct text *out;
    int n; /* differences so far */
};

static void write_place(struct text *out, struct span where)
{
    if (where.source)
        text_printf(out, "%s:%zu: ", where.source->path,
                    source_line(where.source, where.first) + 1);
}

__attribute__((format(printf, 3, 4))) static void
differ(struct comparison *comparison, struct span where, const char *format,
       ...)
{
    struct text line = text_new(comparison->out->arena);
    va_list arguments;
    va_start(arguments, format);
    write_place(&line, where);
    text_vprintf(&line, format, arguments);
    va_end(arguments);
    text_put_shown(comparison->out, text_string(&line));
    text_puts(comparison->out, "\n");
    comparison->n++;
}

/* ---- rows ---------------------------------------------------------------- */

/* A shape as the reader of tables writes it: without the outer bracket that
 * Keras gives an input's. */
static const char *plain_shape(struct arena *arena, const char *shape)
{
    size_t length = strlen(shape);
    bool bracketed = length >= 2 && shape[0] == '[' && shape[length - 1] == ']';
    return bracketed ? arena_copy(arena, shape + 1, length - 2) : shape;
}

static const char *list_connections(struct arena *arena,
                                    const struct table_row *row)
{
    struct text text = text_new(arena);
    for (int i = 0; i < row->n_connected; i++)
        text_printf(&text, "%s%s", i > 0 ? ", " : "", row->connected[i]);
    return row->n_connected ? text_string(&text) : "nothing";
}

/* Brackets do not count, nor what the column cut off of a long one. */
static bool connection_agrees(const char *ours, const char *published)
{
    static const char brackets[] = "[](){}";
    size_t width = strlen(published);
    for (;; ours++, published++) {
        ours += strspn(ours, brackets);
        published += strspn(published, brackets);
        if (*published == '\0')
            break;
        if (tolower((unsigned char)*ours) != tolower((unsigned char)*published))
            return false;
    }
    return *ours == '\0' || width >= BARE_CONNECTION_WIDTH;
}

static bool connections_agree(const struct table_row *ours,
                              const struct table_row *published)
{
    if (ours->n_connected != published->n_connected)
        return false;
    for (int i = 0; i < ours->n_connected; i++)
        if (!connection_agrees(ours->connected[i], published->connected[i]))
            return false;
    return true;
}

static void compare_rows(struct comparison *comparison,
                         const struct table_row *ours,
                         const struct table_row *published)
{
    struct arena *arena = comparison->out->arena;
    struct agreement agree = row_agree(ours, published);
    struct span where = published->where;
    const char *name = ours->name;
    if (!agree.name)
        differ(comparison, where, "'%s' in the table is '%s' in the model",
               published->name, name);
    if (!agree.type)
        differ(comparison, where, "%s: %s in the table, %s in the model", name,
               *published->type ? published->type : "no type", ours->type);
    if (!agree.shape)
        differ(comparison, where, "%s: %s in the table, %s in the model", name,
               plain_shape(arena, published->shape),
               plain_shape(arena, ours->shape));
    if (!agree.params)
        differ(comparison, where,
               "%s: %lld parameters in the table, %lld in the model", name,
               (long long)published->params, (long long)ours->params);
    bool graphs = comparison->ours->is_graph && comparison->published->is_graph;
    if (graphs && !connections_agree(ours, published))
        differ(comparison, where,
               "%s: connected to %s in the table, to %s in the model", name,
               list_connections(arena, published),
               list_connections(arena, ours));
}

/* ---- rows without partner ------------------------------------------------ */

static void find_moved(struct comparison *comparison)
{
    const struct table *ours = comparison->ours;
    const struct table *published = comparison->published;
    for (int j = 0; j < published->n_rows; j++)
        if (comparison->partners[j] >= 0)
            comparison->is_found[comparison->partners[j]] = true;
    for (int j = 0; j < published->n_rows; j++) {
        comparison->moved[j] = -1;
        for (int i = 0; comparison->partners[j] < 0 && i < ours->n_rows; i++) {
            if (comparison->is_found[i] ||
                !names_agree(&ours->rows[i], &published->rows[j]))
                continue;
            comparison->moved[j] = i;
            comparison->is_found[i] = true;
            break;
        }
    }
}

/* Where row `i` of a table stands: "comes after 'dense'". */
static const char *describe_place(struct arena *arena,
                                  const struct table *table, int i)
{
    return i == 0 ? "first"
                  : arena_printf(arena, "after '%s'", table->rows[i - 1].name);
}

static void report_moved(struct comparison *comparison, int i, int j)
{
    struct arena *arena = comparison->out->arena;
    const struct table_row *published = &comparison->published->rows[j];
    differ(comparison, published->where,
           "%s: comes %s in the table, %s in the model",
           comparison->ours->rows[i].name,
           describe_place(arena, comparison->published, j),
           describe_place(arena, comparison->ours, i));
    compare_rows(comparison, &comparison->ours->rows[i], published);
}

static void report_additional(struct comparison *comparison, int j)
{
    const struct table_row *row = &comparison->published->rows[j];
    const struct table *ours = comparison->ours;
    bool is_known = false; /* by a row that has a partner already */
    for (int i = 0; i < ours->n_rows && !is_known; i++)
        is_known = names_agree(&ours->rows[i], row);
    differ(comparison, row->where, "%s: %s", row->name,
           is_known ? "a second time in the table"
                    : "in the table, not in the model");
}

/* Those of our rows before `end` that the table has nowhere; it would have
 * them before its row `j`. */
static void report_missing(struct comparison *comparison, int first, int end,
                           int j)
{
    const struct table *published = comparison->published;
    struct span where = j > 0 ? published->rows[j - 1].where : published->where;
    for (int i = first; i < end; i++)
        if (!comparison->is_found[i])
            differ(comparison, where, "%s: in the model, not in the table",
                   comparison->ours->rows[i].name);
}

static void compare_all_rows(struct comparison *comparison)
{
    const struct table *ours = comparison->ours;
    const struct table *published = comparison->published;
    int next = 0; /* row of ours */
    for (int j = 0; j < published->n_rows; j++) {
        int partner = comparison->partners[j];
        if (partner >= 0) {
            report_missing(comparison, next, partner, j);
            compare_rows(comparison, &ours->rows[partner], &published->rows[j]);
            next = partner + 1;
        } else if (comparison->moved[j] >= 0) {
            report_moved(comparison, comparison->moved[j], j);
        } else {
            report_additional(comparison, j);
        }
    }
    report_missing(comparison, next, ours->n_rows, published->n_rows);
}

/* ---- tables -------------------------------------------------------------- */

/* `published` is negative where the table does not have it. */
static void compare_total(struct comparison *comparison, struct span where,
                          const char *label, int64_t published, int64_t ours)
{
    if (published >= 0 && published != ours)
        differ(comparison, where, "%s: %lld in the table, %lld in the model",
               label, (long long)published, (long long)ours);
}

/* A table may have no totals, or only the first; it has them all where it has
 * one of the others. */
static void compare_totals(struct comparison *comparison)
{
    const struct table *ours = comparison->ours;
    const struct table *published = comparison->published;
    const struct {
        struct span where;
        const char *label;
        int64_t published, ours;
    } totals[] = {
        {published->total_where, "total params", published->total, ours->total},
        {published->trainable_where, "trainable params", published->trainable,
         ours->trainable},
        {published->frozen_where, "non-trainable params", published->frozen,
         ours->frozen},
    };
    bool has_parts = published->trainable >= 0 || published->frozen >= 0;
    struct span part = published->trainable >= 0 ? published->trainable_where
                                                 : published->frozen_where;
    for (int i = 0; i < 3; i++) {
        compare_total(comparison, totals[i].where, totals[i].label,
                      totals[i].published, totals[i].ours);
        if (has_parts && totals[i].published < 0 && totals[i].ours >= 0)
            differ(comparison, part, "%s: not in the table, %lld in the model",
                   totals[i].label, (long long)totals[i].ours);
    }
}

int table_compare(const struct table *ours, const struct table *published,
                  struct text *out)
{
    struct arena *arena = out->arena;
    struct comparison comparison = {
        .ours = ours,
        .published = published,
        .partners = tables_align(arena, ours, published),
        .moved = arena_alloc(arena, (size_t)published->n_rows, sizeof(int)),
        .is_found = arena_alloc(arena, (size_t)ours->n_rows, sizeof(bool)),
        .out = out};
    find_moved(&comparison);
    compare_all_rows(&comparison);
    compare_totals(&comparison);
    return comparison.n;
}

/* ---- files --------------------------------------------------------------- */

/* The networks of a file's tables: that of tables[j] is networks[j]. */
struct match {
    struct arena *arena;
    const struct table *ours, *published;
    int n_ours, n_published;
    const struct table **networks; /* NULL: none */
    bool *is_taken;                /* of ours: has a table */
};

static bool is_called(const struct table *table, const char *name,
                      bool any_case)
{
    if (!table->model || !name)
        return false;
    return any_case ? strcasecmp(table->model, name) == 0
                    : strcmp(table->model, name) == 0;
}

static int count_differences(struct arena *arena, const struct table *ours,
                             const struct table *published)
{
    struct text unread = text_new(arena);
    return table_compare(ours, published, &unread);
}

/* Of the tables with the network's name that are no other's the one that is
 * most like it, or -1: a paper may have several a "generator". */
static int find_table(const struct match *match, const struct table *ours,
                      bool any_case)
{
    int best = -1, fewest = 0;
    for (int j = 0; j < match->n_published; j++) {
        if (match->networks[j] ||
            !is_called(&match->published[j], ours->model, any_case))
            continue;
        int n = count_differences(match->arena, ours, &match->published[j]);
        if (best < 0 || n < fewest) {
            best = j;
            fewest = n;
        }
    }
    return best;
}

static void match_names(struct match *match, bool any_case)
{
    for (int i = 0; i < match->n_ours; i++) {
        if (match->is_taken[i])
            continue;
        int j = find_table(match, &match->ours[i], any_case);
        if (j < 0)
            continue;
        match->networks[j] = &match->ours[i];
        match->is_taken[i] = true;
    }
}

/* Where one table and one network are left over, they are a pair. */
static void match_last(struct match *match)
{
    int table = -1, network = -1, n_tables = 0, n_networks = 0;
    for (int j = 0; j < match->n_published; j++)
        if (!match->networks[j]) {
            table = j;
            n_tables++;
        }
    for (int i = 0; i < match->n_ours; i++)
        if (!match->is_taken[i]) {
            network = i;
            n_networks++;
        }
    if (n_tables == 1 && n_networks == 1) {
        match->networks[table] = &match->ours[network];
        match->is_taken[network] = true;
    }
}

/* What the table of no network is worth saying: one with a name is that of a
 * network that the model does not have, and counts among the others. */
static bool compare_matched(struct comparison *all, const struct match *match,
                            int j)
{
    const struct table *published = &match->published[j];
    const struct table *ours = match->networks[j];
    if (!ours && published->model)
        return false;
    if (!ours) {
        differ(all, published->where,
               "table without a 'Model:' line: no network to compare it with");
        return true;
    }
    if (published->model && !is_called(ours, published->model, true))
        differ(all, published->where,
               "table \"%s\": the network is called '%s' in the model",
               published->model, ours->model);
    all->n += table_compare(ours, published, all->out);
    return true;
}

/* The table of one network: by name, or the only one of the file. */
static int compare_one(const struct match *match, const struct table *ours,
                       struct text *out)
{
    struct comparison all = {.out = out};
    int j = match->n_published == 1 ? 0 : find_table(match, ours, true);
    if (j >= 0)
        return table_compare(ours, &match->published[j], out);
    struct span file = {match->published->where.source, 0, 0};
    differ(&all, file, "no table of the network '%s'", ours->model);
    return all.n;
}

int tables_compare(const struct table *ours, int n_ours,
                   const struct table *published, int n_published,
                   const char *network, int *n_others, struct text *out)
{
    struct arena *arena = out->arena;
    assert(n_published > 0);
    struct match match = {
        .arena = arena,
        .ours = ours,
        .published = published,
        .n_ours = n_ours,
        .n_published = n_published,
        .networks =
            arena_alloc(arena, (size_t)n_published, sizeof(struct table *)),
        .is_taken = arena_alloc(arena, (size_t)n_ours, sizeof(bool))};
    *n_others = 0;
    for (int i = 0; network && i < n_ours; i++)
        if (is_called(&ours[i], network, false))
            return compare_one(&match, &ours[i], out);
    assert(!network);
    match_names(&match, false);
    match_names(&match, true);
    match_last(&match);
    struct comparison all = {.out = out};
    for (int j = 0; j < n_published; j++)
        *n_others += !compare_matched(&all, &match, j);
    struct span file = {published->where.source, 0, 0};
    for (int i = 0; i < n_ours; i++)
        if (!match.is_taken[i])
            differ(&all, file, "no table of the network '%s'", ours[i].model);
    return all.n;
}
