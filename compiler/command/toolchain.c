/* Running the C compiler: an argument vector, never a shell. */
#include "compiler/command/toolchain.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
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
    return GUSS_LINK_LIBS;
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

/* Starts the command in a process group of its own, so that a compiler and
 * what it runs end together, with `mask` as its blocked signals; an errno. */
static int start(const struct command *command, const sigset_t *mask,
                 pid_t *child)
{
    posix_spawnattr_t attributes;
    int failure = posix_spawnattr_init(&attributes);
    if (failure)
        return failure;
    posix_spawnattr_setflags(&attributes,
                             POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    posix_spawnattr_setsigmask(&attributes, mask);
    posix_spawnattr_setpgroup(&attributes, 0);
    failure = posix_spawnp(child, command->arguments[0], NULL, &attributes,
                           command->arguments, environ);
    posix_spawnattr_destroy(&attributes);
    return failure;
}

/* Waits for the child's end. Signals that ask guss to stop are passed on to it
 * and all that it runs; returns the first of them that came, or 0. */
static int wait_for(pid_t child, const struct hold *hold, int *status)
{
    int first = 0;
    while (waitpid(child, status, WNOHANG) == 0) {
        int signal_number = hold_wait(hold);
        if (signal_number == SIGCHLD)
            continue;
        first = first ? first : signal_number;
        kill(-child, signal_number);
    }
    return first ? first : hold_take(hold);
}

/* What the end of the C compiler of that name means. */
static enum status judge(const char *name, int status, struct error *error)
{
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

static enum status run(const struct command *command, const struct hold *hold,
                       struct error *error)
{
    const char *name = command->arguments[0];
    pid_t child;
    int status = 0;
    int failure = start(command, &hold->before, &child);
    if (failure) {
        errno = failure;
        return error_set_errno(error, STATUS_MACHINE,
                               "cannot run the C compiler '%s' (install gcc, "
                               "or set GUSS_CC)",
                               name);
    }
    int stopped = wait_for(child, hold, &status);
    return stopped ? hold_stopped(stopped, error) : judge(name, status, error);
}

/* Paths that begin with '-' or '@' would be options to the compiler. */
static char *safe_path(struct arena *arena, const char *path)
{
    bool is_option = *path == '-' || *path == '@';
    return arena_printf(arena, "%s%s", is_option ? "./" : "", path);
}

enum status toolchain_build(struct arena *arena, const struct target *target,
                            const char *code, const char *output, bool verbose,
                            const struct hold *hold, struct error *error)
{
    const char *runtime;
    enum status status = toolchain_runtime(arena, &runtime, error);
    if (status != STATUS_OK)
        return status;
    static const char *const libraries[] = {"trainer", "core", "base"};
    struct command command = {0};
    bool special = file_is_special(output); /* /dev/null: written as it is */
    char *safe = safe_path(arena, output);
    char *written =
        special ? safe
                : arena_printf(arena, "%s.tmp.%ld", safe, (long)getpid());
    add_words(arena, &command, toolchain_compiler());
    add_words(arena, &command, TOOLCHAIN_FLAGS);
    add_words(arena, &command, target->flags);
    add(&command, arena_printf(arena, "-I%s/include", runtime));
    add(&command, "-o");
    add(&command, written);
    add(&command, safe_path(arena, code));
    for (int i = 0; i < 3; i++)
        add(&command, arena_printf(arena, "%s/lib/guss/libguss-%s.a", runtime,
                                   libraries[i]));
    add_words(arena, &command, toolchain_libraries());
    if (verbose)
        print_command(&command);
    status = run(&command, hold, error);
    if (special)
        return status;
    if (status == STATUS_OK && rename(written, output) != 0)
        status =
            error_set_errno(error, STATUS_MACHINE, "cannot write '%s'", output);
    if (status != STATUS_OK)
        unlink(written);
    return status;
}
