/* .nn files, and behind a NUL byte a definition of -D: read, elaborated, and
 * every mistake printed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "compiler/elaborate/elaborate.h"
#include "compiler/syntax/parse.h"
#include "tests/fuzz/fuzz.h"

static void print_diagnostics(struct diags *diags)
{
    char *bytes = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&bytes, &size);
    fuzz_require(out != NULL, "a stream in memory can be opened");
    diags_print(diags, out, true);
    fclose(out);
    free(bytes);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0 || size > NN_MAX_BYTES)
        return 0;
    struct arena *arena = arena_new();
    struct diags *diags = diags_new(arena);
    const char *text = arena_copy(arena, (const char *)bytes, size);
    size_t length = strlen(text);
    const struct source *source =
        source_from_text(arena, "fuzz.nn", text, length);
    const struct definition definition = {text + length + 1};
    const struct ast *ast = fuzz_parse(arena, source, diags);
    const struct graph *graph = elaborate(arena, ast, "fuzz.nn", &definition,
                                          length < size ? 1 : 0, diags);
    struct text out = text_new(arena);
    if (!diags_failed(diags))
        graph_print(graph, arena, &out);
    print_diagnostics(diags);
    arena_free(arena);
    return 0;
}
