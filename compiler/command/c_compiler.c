/* An argument vector, never a shell. */
#include "compiler/command/c_compiler.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "compiler/command/process.h"

/* ---- words --------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* Whether a backslash before `c` is more than a backslash, inside `quote`. */
static bool is_escapable(char quote, char c)
{
    return c && (!quote || (quote == '"' && strchr("\"\\$`", c)));
}

/* Copies the word at *at, without its quotes, and goes behind it; NULL where a
 * quote has no end. */
static char *take_word(struct arena *arena, const char **at)
{
    char *word = arena_alloc(arena, strlen(*at) + 1, 1);
    size_t length = 0;
    char quote = '\0';
    const char *c = *at;
    for (; *c && (quote || !is_blank(*c)); c++) {
        if (*c == '\\' && is_escapable(quote, c[1]))
            word[length++] = *++c;
        else if (*c == quote)
            quote = '\0';
        else if (!quote && (*c == '\'' || *c == '"'))
            quote = *c;
        else
            word[length++] = *c;
    }
    *at = c;
    return quote ? NULL : word;
}

bool c_compiler_split(struct arena *arena, const char *text, char **words,
                      int *n, int most)
{
    for (;;) {
        while (is_blank(*text))
            text++;
        if (!*text)
            return true;
        char *word = take_word(arena, &text);
        if (!word || *n == most)
            return false;
        words[(*n)++] = word;
    }
}

/* ---- which one ----------------------------------------------------------- */

static bool is_program(const char *path)
{
    return file_exists(path) && access(path, X_OK) == 0;
}

/* A path, or a name in one of the folders of PATH, blanks and all. */
static bool names_program(struct arena *arena, const char *text)
{
    const char *path = getenv("PATH");
    if (strchr(text, '/') || !path)
        return is_program(text);
    for (;;) {
        size_t length = strcspn(path, ":");
        const char *folder = arena_copy(arena, path, length);
        if (is_program(path_join(arena, *folder ? folder : ".", text)))
            return true;
        if (!path[length])
            return false;
        path += length + 1;
    }
}

static const char *set_variable(const char *name)
{
    const char *value = getenv(name);
    return value && value[strspn(value, " \t\n")] ? name : NULL;
}

enum status c_compiler_find(struct arena *arena, struct c_compiler *compiler,
                            struct error *error)
{
    *compiler = (struct c_compiler){.variable = set_variable("GUSS_CC")};
    if (!compiler->variable)
        compiler->variable = set_variable("CC");
    compiler->text = compiler->variable ? getenv(compiler->variable) : "cc";
    if (names_program(arena, compiler->text)) {
        compiler->words[compiler->n_words++] =
            arena_strdup(arena, compiler->text);
        return STATUS_OK;
    }
    if (c_compiler_split(arena, compiler->text, compiler->words,
                         &compiler->n_words, C_COMPILER_MOST_ARGUMENTS / 2))
        return STATUS_OK;
    return error_set(error, STATUS_USAGE,
                     "%s, '%s', is no program and no command: a quote has no "
                     "end, or it has more than %d words",
                     compiler->variable, compiler->text,
                     C_COMPILER_MOST_ARGUMENTS / 2);
}

/* ---- running it ---------------------------------------------------------- */

/* "cannot run the C compiler 'cc'", and what may help. */
static enum status fail_to_run(struct arena *arena,
                               const struct c_compiler *compiler, int failure,
                               struct error *error)
{
    const char *help =
        compiler->variable
            ? arena_printf(arena, ", which %s names", compiler->variable)
            : " (install gcc, or set GUSS_CC)";
    const char *name = compiler->words[0];
    if (!failure)
        return error_set(error, STATUS_MACHINE,
                         "cannot run the C compiler '%s'%s", name, help);
    errno = failure;
    return error_set_errno(error, STATUS_MACHINE,
                           "cannot run the C compiler '%s'%s", name, help);
}

static enum status judge(struct arena *arena, const struct c_compiler *compiler,
                         int status, struct error *error)
{
    const char *name = compiler->words[0];
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return STATUS_OK;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return fail_to_run(arena, compiler, 0, error);
    if (WIFEXITED(status))
        return error_set(error, STATUS_MACHINE,
                         "the C compiler '%s' failed with status %d", name,
                         WEXITSTATUS(status));
    return error_set(error, STATUS_MACHINE,
                     "the C compiler '%s' was ended by signal %d", name,
                     WTERMSIG(status));
}

enum status c_compiler_run(struct arena *arena,
                           const struct c_compiler *compiler,
                           char *const *arguments, const struct hold *hold,
                           struct error *error)
{
    struct process_end end;
    struct c_compiler command = *compiler;
    for (; *arguments && command.n_words < C_COMPILER_MOST_ARGUMENTS;
         arguments++)
        command.words[command.n_words++] = *arguments;
    int failure = process_run(arena, command.words, hold, &end);
    if (failure)
        return fail_to_run(arena, compiler, failure, error);
    fputs(end.output, stderr);
    return end.stopped_by ? hold_stopped(end.stopped_by, error)
                          : judge(arena, compiler, end.status, error);
}

enum status c_compiler_version(struct arena *arena,
                               const struct c_compiler *compiler,
                               const struct hold *hold, const char **version,
                               struct error *error)
{
    struct process_end end;
    struct c_compiler command = *compiler;
    command.words[command.n_words++] = arena_strdup(arena, "--version");
    int failure = process_run(arena, command.words, hold, &end);
    bool knows = !failure && WIFEXITED(end.status) &&
                 WEXITSTATUS(end.status) == 0 && *end.output;
    *version = knows ? end.output : NULL;
    return !failure && end.stopped_by ? hold_stopped(end.stopped_by, error)
                                      : STATUS_OK;
}
