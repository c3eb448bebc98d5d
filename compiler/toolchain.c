/* Running the C compiler: an argument vector, never a shell. */
#include "compiler/toolchain.h"

#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

extern char **environ;

enum { MOST_ARGUMENTS = 96 };

struct command {
    char *arguments[MOST_ARGUMENTS + 1];
    int n;
};

static void add(struct command *command, char *argument)
{
    if (command->n < MOST_ARGUMENTS)
        command->arguments[command->n++] = argument;
}

/* Adds the words of a text, split at blanks. */
static void add_words(struct arena *arena, struct command *command,
                      const char *text)
{
    char *words = arena_strdup(arena, text), *rest = NULL;
    for (char *word = strtok_r(words, " \t\n", &rest); word;
         word = strtok_r(NULL, " \t\n", &rest))
        add(command, word);
}

static bool is_runtime(struct arena *arena, const char *folder)
{
    return file_exists(
               path_join(arena, folder, "lib/guss/libguss-trainer.a")) &&
           file_exists(path_join(arena, folder, "include/guss/model.h"));
}

enum status toolchain_runtime(struct arena *arena, const char **runtime,
                              struct error *error)
{
    char self[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length < 0)
        return error_set_errno(error, STATUS_MACHINE,
                               "cannot find where guss itself lies");
    self[length] = '\0';
    const char *folder = path_folder(arena, self);
    const char *above = path_folder(arena, folder);
    const char *const places[] = {folder, above};
    for (int i = 0; i < 2; i++)
        if (is_runtime(arena, places[i])) {
            *runtime = places[i];
            return STATUS_OK;
        }
    return error_set(error, STATUS_MACHINE,
                     "guss's runtime is missing: neither '%s' nor '%s' has "
                     "lib/guss/libguss-trainer.a and include/guss/model.h",
                     folder, above);
}

const char *toolchain_libraries(void)
{
    return GUSS_LINK_LIBS " " GUSS_LINK_SANITIZERS;
}

const char *toolchain_compiler(void)
{
    const char *compiler = getenv("GUSS_CC");
    if (!compiler || !*compiler)
        compiler = getenv("CC");
    return compiler && *compiler ? compiler : "cc";
}

static void print_command(const struct command *command)
{
    for (int i = 0; i < command->n; i++)
        fprintf(stderr, "%s%s", i ? " " : "", command->arguments[i]);
    fputc('\n', stderr);
}

static enum status run(const struct command *command, struct error *error)
{
    pid_t child;
    const char *name = command->arguments[0];
    int failure =
        posix_spawnp(&child, name, NULL, NULL, command->arguments, environ);
    if (failure) {
        errno = failure;
        return error_set_errno(error, STATUS_MACHINE,
                               "cannot run the C compiler '%s' (install gcc, "
                               "or set GUSS_CC)",
                               name);
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return STATUS_OK;
    if (WIFEXITED(status) && WEXITSTATUS(status) == 127)
        return error_set(error, STATUS_MACHINE,
                         "cannot run the C compiler '%s' (install gcc, or set "
                         "GUSS_CC)",
                         name);
    if (WIFEXITED(status))
        return error_set(error, STATUS_MACHINE,
                         "the C compiler '%s' failed with status %d", name,
                         WEXITSTATUS(status));
    return error_set(error, STATUS_MACHINE,
                     "the C compiler '%s' was ended by signal %d", name,
                     WTERMSIG(status));
}

/* Paths that begin with '-' or '@' would be options to the compiler. */
static char *safe_path(struct arena *arena, const char *path)
{
    bool is_option = *path == '-' || *path == '@';
    return arena_printf(arena, "%s%s", is_option ? "./" : "", path);
}

enum status toolchain_build(struct arena *arena, const struct target *target,
                            const char *code, const char *output, bool verbose,
                            struct error *error)
{
    const char *runtime;
    enum status status = toolchain_runtime(arena, &runtime, error);
    if (status != STATUS_OK)
        return status;
    static const char *const libraries[] = {"trainer", "core", "base"};
    struct command command = {0};
    char *temporary = arena_printf(arena, "%s.tmp.%ld",
                                   safe_path(arena, output), (long)getpid());
    add_words(arena, &command, toolchain_compiler());
    add_words(arena, &command, TOOLCHAIN_FLAGS);
    add_words(arena, &command, target->flags);
    add(&command, arena_printf(arena, "-I%s/include", runtime));
    add(&command, "-o");
    add(&command, temporary);
    add(&command, safe_path(arena, code));
    for (int i = 0; i < 3; i++)
        add(&command, arena_printf(arena, "%s/lib/guss/libguss-%s.a", runtime,
                                   libraries[i]));
    add_words(arena, &command, toolchain_libraries());
    if (verbose)
        print_command(&command);
    status = run(&command, error);
    if (status == STATUS_OK && rename(temporary, output) != 0)
        status =
            error_set_errno(error, STATUS_MACHINE, "cannot write '%s'", output);
    if (status != STATUS_OK)
        unlink(temporary);
    return status;
}
