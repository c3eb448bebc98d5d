/* posix_spawn, never a shell. */
#define _GNU_SOURCE /* memfd_create() */

#include "compiler/command/process.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"

extern char **environ;

enum { OUTPUT_MOST_BYTES = 64 << 20 };

/* What it would print goes to `output`; read, that is always at its end. An errno,
 * or 0. */
static int redirect(posix_spawn_file_actions_t *actions, int output)
{
    int failure = 0;
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO && !failure; fd++)
        failure = posix_spawn_file_actions_adddup2(actions, output, fd);
    return failure;
}

/* With a group of its own and a place for its output, or, where `output` is -1,
 * with ours. An errno, or 0. */
static int start(char *const *arguments, const sigset_t *mask, int output,
                 pid_t *child)
{
    bool is_apart = output >= 0;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    int failure = posix_spawnattr_init(&attributes);
    if (failure)
        return failure;
    failure = posix_spawn_file_actions_init(&actions);
    if (!failure) {
        int group = is_apart ? POSIX_SPAWN_SETPGROUP : 0;
        posix_spawnattr_setflags(&attributes,
                                 (short)(POSIX_SPAWN_SETSIGMASK | group));
        posix_spawnattr_setsigmask(&attributes, mask);
        posix_spawnattr_setpgroup(&attributes, 0);
        if (is_apart)
            failure = redirect(&actions, output);
        if (!failure)
            failure = posix_spawnp(child, arguments[0], &actions, &attributes,
                                   arguments, environ);
        posix_spawn_file_actions_destroy(&actions);
    }
    posix_spawnattr_destroy(&attributes);
    return failure;
}

/* A program that is stopped gets a signal when it goes on. `target` is the child
 * or its group. */
static void wait_for(pid_t child, pid_t target, const struct hold *hold,
                     struct process_end *end)
{
    enum { GRACE = 2 }; /* seconds from being asked to stop to being killed */
    while (waitpid(child, &end->status, WNOHANG) == 0) {
        int number = hold_wait(hold, end->stopped_by ? GRACE : 0);
        if (number == SIGCHLD)
            continue;
        if (!end->stopped_by)
            end->stopped_by = number;
        kill(target, number ? number : SIGKILL);
        kill(target, SIGCONT);
    }
    if (!end->stopped_by)
        end->stopped_by = hold_take(hold);
}

/* "" where it cannot be read: the program's end says more than its words. */
static const char *read_output(struct arena *arena, int fd)
{
    struct error error = {0};
    char *bytes = NULL;
    size_t size = 0;
    if (lseek(fd, 0, SEEK_SET) == 0)
        file_read_open(fd, "output", OUTPUT_MOST_BYTES, &bytes, &size, &error);
    const char *text = arena_copy(arena, bytes, size);
    free(bytes);
    return text;
}

int process_run(struct arena *arena, char *const *arguments,
                const struct hold *hold, struct process_end *end)
{
    *end = (struct process_end){.output = ""};
    int output = memfd_create("output", MFD_CLOEXEC);
    if (output < 0)
        return errno;
    pid_t child;
    int failure = start(arguments, &hold->before, output, &child);
    if (!failure) {
        wait_for(child, -child, hold, end);
        end->output = read_output(arena, output);
    }
    close(output);
    return failure;
}

int process_run_shown(char *const *arguments, const struct hold *hold,
                      struct process_end *end)
{
    *end = (struct process_end){.output = ""};
    pid_t child;
    int failure = start(arguments, &hold->before, -1, &child);
    if (!failure)
        wait_for(child, child, hold, end);
    return failure;
}
