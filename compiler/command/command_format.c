/* fmt: files, or standard input, in the one layout, on standard output, in
 * place, or only looked at. Files are taken one by one: a mistake in one does
 * not keep the others from being written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/file_kind.h"
#include "compiler/command/commands.h"
#include "compiler/compile.h"
#include "compiler/format/format.h"
#include "compiler/syntax/parse.h"

/* Looks for mistakes in a text, and says them. */
static bool is_right(const struct request *request, const struct source *source)
{
    struct arena *arena = arena_new(); /* the tree is large, and of no use */
    struct diags *diags = diags_new(arena);
    parse_source(arena, source, diags);
    diags_print(diags, stderr,
                terminal_wants_colour(request->colour, STDERR_FILENO));
    bool right = !diags_failed(diags);
    arena_free(arena);
    return right;
}

/* What --check and --in-place do, for a file of these bytes. */
static enum status replace_file(const struct request *request, const char *path,
                                const char *bytes, size_t size,
                                const struct text *text)
{
    struct error error = {0};
    if (size == text->length && memcmp(bytes, text_string(text), size) == 0)
        return STATUS_OK;
    if (request->check) {
        bool is_terminal = isatty(STDOUT_FILENO);
        printf("%s\n", is_terminal ? text_shown(text->arena, path) : path);
        return STATUS_INPUT;
    }
    if (file_replace(path, text_string(text), text->length, &error))
        return report(request, &error);
    return STATUS_OK;
}

/* A file of these bytes, known by `path`. */
static enum status format_bytes(struct arena *arena,
                                const struct request *request, const char *path,
                                const char *bytes, size_t size)
{
    const struct source *source = source_from_text(arena, path, bytes, size);
    struct text text = text_new(arena);
    struct error error = {0};
    if (!is_right(request, source))
        return STATUS_INPUT;
    format_source(source, &text);
    if (text.length > NN_MAX_BYTES) { /* most of them indentation */
        error_set(&error, STATUS_INPUT,
                  "'%s' would have more than %d bytes in its layout", path,
                  NN_MAX_BYTES);
        return report(request, &error);
    }
    if (request->in_place || request->check)
        return replace_file(request, path, bytes, size, &text);
    fputs(text_string(&text), stdout);
    return STATUS_OK;
}

static enum status format_file(struct arena *arena,
                               const struct request *request, const char *path)
{
    struct error error = {0};
    char *bytes;
    size_t size;
    if (file_expect_kind(path, FILE_MODEL, &error) ||
        file_read_given(path, NN_MAX_BYTES, &bytes, &size, &error))
        return report(request, &error);
    enum status status =
        format_bytes(arena, request, path_given_name(path), bytes, size);
    free(bytes);
    return status;
}

enum status run_fmt(struct arena *arena, const struct request *request)
{
    struct error error = {0};
    if (request->in_place && request->check) {
        error_set(&error, STATUS_USAGE,
                  "--check writes nothing: leave it out, or --in-place");
        return report(request, &error);
    }
    for (int i = 0; i < request->n_operands; i++)
        if (request->in_place && path_is_stream(request->operands[i])) {
            const char *path = request->operands[i];
            bool is_standard = strcmp(path, "-") == 0;
            error_set(&error, STATUS_USAGE,
                      "%s cannot be written in place: leave out --in-place, or "
                      "'%s'",
                      is_standard ? "standard input" : "what is no file", path);
            return report(request, &error);
        }
    enum status worst = STATUS_OK;
    for (int i = 0; i < request->n_operands; i++) {
        enum status status = format_file(arena, request, request->operands[i]);
        worst = status > worst ? status : worst;
    }
    return worst;
}
