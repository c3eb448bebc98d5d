/* The file in memory that readers of files are given, and the syntax tree of a
 * text. */
#define _GNU_SOURCE /* memfd_create() */
#include "tests/fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "compiler/syntax/parse.h"

void fuzz_require(int condition, const char *what)
{
    if (condition)
        return;
    fprintf(stderr, "not so: %s\n", what);
    abort();
}

const char *fuzz_file(const uint8_t *bytes, size_t size)
{
    static char path[32];
    static int file = -1;
    if (file < 0) {
        file = memfd_create("fuzz", 0);
        fuzz_require(file >= 0, "a file in memory can be made");
        snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    }
    fuzz_require(ftruncate(file, 0) == 0 &&
                     pwrite(file, bytes, size, 0) == (ssize_t)size,
                 "the file in memory can be written");
    return path;
}

struct ast *fuzz_parse(struct arena *arena, const struct source *source,
                       struct diags *diags)
{
    struct ast *ast = arena_alloc(arena, 1, sizeof *ast);
    struct ast_item **tail = &ast->items;
    for (struct ast_item *item = parse_source(arena, source, diags); item;
         item = item->next)
        if (item->kind != AST_INCLUDE) {
            *tail = item;
            tail = &item->next;
        }
    *tail = NULL;
    ast->text = source->text;
    return ast;
}
