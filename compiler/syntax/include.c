/* A file and the files it includes, parsed into one list of items.
 *
 * A file is known by its canonical path, so that it is read once however it is
 * spelt; one that is still being read when it is included again is a cycle. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "compiler/syntax/parse.h"

struct included {
    const char *canonical;
    struct span where; /* the include that asked for it; none for the first */
    bool open;         /* its includes are being read */
    struct included *next;
};

struct includes {
    struct arena *arena;
    struct diags *diags;
    struct included *files;
    struct ast_item **tail; /* where the next item goes */
    struct text text;       /* of all files, put in place */
    int depth;
    size_t bytes;        /* of all files so far */
    struct error *error; /* of a machine that cannot read one of them */
};

enum { MAX_INCLUDES = 64 };

static const char *canonical_path(struct arena *arena, const char *path)
{
    char *real = realpath(path, NULL);
    if (!real && errno == ENOMEM)
        memory_exhausted(0);
    const char *copy = arena_strdup(arena, real ? real : path);
    free(real);
    return copy;
}

static struct included *find(const struct includes *all, const char *canonical)
{
    for (struct included *file = all->files; file; file = file->next)
        if (strcmp(file->canonical, canonical) == 0)
            return file;
    return NULL;
}

static struct included *enter(struct includes *all, const char *canonical,
                              struct span where)
{
    struct included *file = arena_alloc(all->arena, 1, sizeof *file);
    *file = (struct included){canonical, where, true, all->files};
    all->files = file;
    return file;
}

static void append_file(struct includes *all, const struct source *source,
                        struct included *file);

static void append_item(struct includes *all, struct ast_item *item)
{
    *all->tail = item;
    all->tail = &item->next;
}

/* The file at `path`; NULL after a mistake, or where one include too many was
 * one before. */
static const struct source *read_included(struct includes *all,
                                          const char *path, struct span where)
{
    struct error error = {0};
    if (all->bytes > NN_MAX_ALL_BYTES)
        return NULL;
    if (all->depth == MAX_INCLUDES) {
        diag_error(all->diags, where,
                   "files include each other at most %d deep", MAX_INCLUDES);
        return NULL;
    }
    const struct source *source =
        source_read(all->arena, path, NN_MAX_BYTES, &error);
    if (!source)
        diag_error(all->diags, where, "%s", error.text);
    if (error.status == STATUS_MACHINE)
        *all->error = error;
    all->bytes += source ? source->length : 0;
    if (all->bytes <= NN_MAX_ALL_BYTES)
        return source;
    diag_error(all->diags, where,
               "a file and all that it includes have at most %d bytes, and "
               "with this one there are %zu: includes are not read from here "
               "on",
               NN_MAX_ALL_BYTES, all->bytes);
    return NULL;
}

static void append_include(struct includes *all, const struct source *source,
                           const struct ast_item *item)
{
    const char *folder = path_is_stream(source->path)
                             ? "."
                             : path_folder(all->arena, source->path);
    const char *path =
        strcmp(folder, ".") == 0 && strncmp(source->path, "./", 2) != 0
            ? item->path->text
            : path_join(all->arena, folder, item->path->text);
    const char *canonical = canonical_path(all->arena, path);
    struct included *known = find(all, canonical);
    if (known && known->open) {
        diag_error(all->diags, item->path->where,
                   "this file is being read already: it would include itself");
        if (known->where.source)
            diag_note(all->diags, known->where, "it is included here");
    }
    if (known)
        return;
    const struct source *included = read_included(all, path, item->path->where);
    if (included)
        append_file(all, included, enter(all, canonical, item->path->where));
    else
        append_item(all, ast_lost_item(all->arena, item->where));
}

static void append_file(struct includes *all, const struct source *source,
                        struct included *file)
{
    struct ast_item *item = parse_source(all->arena, source, all->diags);
    size_t copied = 0;
    all->depth++;
    while (item) {
        struct ast_item *next = item->next;
        item->next = NULL;
        if (item->kind == AST_INCLUDE) {
            text_append(&all->text, source->text + copied,
                        item->where.first - copied);
            copied = item->where.last;
            append_include(all, source, item);
        } else {
            if (item->kind == AST_CONST)
                item->at = all->text.length + item->value->where.first - copied;
            append_item(all, item);
        }
        item = next;
    }
    text_append(&all->text, source->text + copied, source->length - copied);
    if (all->depth > 1 && source->length > 0 &&
        source->text[source->length - 1] != '\n')
        text_puts(&all->text, "\n"); /* a comment may end it */
    all->depth--;
    file->open = false;
}

bool ast_is_of(const struct ast *ast, const char *path)
{
    for (const struct included *file = ast->files; file; file = file->next)
        if (file_is_same(path, file->canonical))
            return true;
    return false;
}

struct ast *parse_file(struct arena *arena, const char *path,
                       struct diags *diags, struct error *error)
{
    const struct source *source =
        source_read_given(arena, path, NN_MAX_BYTES, error);
    if (!source)
        return NULL;
    struct ast *ast = arena_alloc(arena, 1, sizeof *ast);
    struct includes all = {.arena = arena,
                           .diags = diags,
                           .tail = &ast->items,
                           .text = text_new(arena),
                           .bytes = source->length,
                           .error = error};
    append_file(&all, source,
                enter(&all, canonical_path(arena, path), (struct span){0}));
    ast->text = text_string(&all.text);
    ast->files = all.files;
    return error->status == STATUS_OK ? ast : NULL;
}
