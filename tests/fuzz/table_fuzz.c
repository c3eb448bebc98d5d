/* Published model tables: what is read agrees with itself. */
#include "compiler/table/summary.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size > TABLE_FILE_LIMIT)
        return 0;
    struct arena *arena = arena_new();
    struct diags *diags = diags_new(arena);
    struct text out = text_new(arena);
    const char *text = arena_copy(arena, (const char *)bytes, size);
    const struct source *source =
        source_from_text(arena, "fuzz.txt", text, size);
    int n;
    struct table *tables = tables_read(arena, source, &n, diags);
    if (!diags_failed(diags)) {
        for (int i = 0; i < n; i++)
            fuzz_require(table_compare(&tables[i], &tables[i], &out) == 0,
                         "a table agrees with itself");
        if (n > 1)
            table_compare(&tables[0], &tables[1], &out);
    }
    arena_free(arena);
    return 0;
}
