/* Tables made by hand, and texts held against them, for the tests of
 * compiler/table/summary.h. */
#ifndef TESTS_UNIT_TABLES_H
#define TESTS_UNIT_TABLES_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/table/summary.h"

enum { MOST_CONNECTED = 2 };

struct row {
    const char *name, *type, *shape;
    int64_t params;
    const char *connected[MOST_CONNECTED + 1];
};

static inline struct table make_table(struct arena *arena, const char *model,
                                      const struct row *rows, int n)
{
    struct table table = {.model = model, .n_rows = n};
    table.rows = arena_alloc(arena, (size_t)n, sizeof *table.rows);
    for (int i = 0; i < n; i++) {
        const struct row *row = &rows[i];
        const char **connected =
            arena_alloc(arena, MOST_CONNECTED, sizeof *connected);
        memcpy(connected, row->connected, MOST_CONNECTED * sizeof *connected);
        int n_connected = 0;
        while (row->connected[n_connected])
            n_connected++;
        table.rows[i] = (struct table_row){.name = row->name,
                                           .type = row->type,
                                           .shape = row->shape,
                                           .params = row->params,
                                           .connected = connected,
                                           .n_connected = n_connected};
        table.total += row->params;
        table.is_graph = table.is_graph || n_connected > 1;
    }
    table.trainable = table.total;
    return table;
}

/* Differences, a line each; NULL where the text cannot be read, *printed (not
 * NULL) then says why. */
static inline const char *compare(struct arena *arena, const struct table *ours,
                                  int n, const char *text, const char *network,
                                  int *count, char **printed)
{
    struct diags *diags = diags_new(arena);
    const struct source *source =
        source_from_text(arena, "t.txt", text, strlen(text));
    int n_published;
    struct table *published = tables_read(arena, source, &n_published, diags);
    if (diags_failed(diags)) {
        size_t size;
        FILE *out = printed ? open_memstream(printed, &size) : NULL;
        if (out) {
            diags_print(diags, out, false);
            fclose(out);
        }
        return NULL;
    }
    struct text out = text_new(arena);
    int n_others;
    *count = tables_compare(ours, n, published, n_published, network, &n_others,
                            &out);
    text_printf(&out, n_others ? "%d passed over\n" : "", n_others);
    *count += n_others > 0;
    return text_string(&out);
}

static inline void expect(struct arena *arena, const struct table *ours, int n,
                          const char *text, const char *network,
                          const char *expected)
{
    int count = -1, lines = 0;
    char *printed = NULL;
    const char *found =
        compare(arena, ours, n, text, network, &count, &printed);
    if (!found)
        print_error("%s", printed);
    assert_non_null(found);
    assert_string_equal(found, expected);
    for (const char *at = expected; *at; at++)
        lines += *at == '\n';
    assert_int_equal(count, lines);
}

#endif
