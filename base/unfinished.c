/* A list with its head in a static variable: neither exit() nor a signal
 * handler can be handed anything. A handler finds the list whole at any moment,
 * for each change of it is the write of one pointer. */
#include "base/unfinished.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct unfinished *volatile newest;

void unfinished_remove_all(void)
{
    for (const struct unfinished *file = newest; file; file = file->next)
        unlinkat(file->folder, file->name, file->is_folder ? AT_REMOVEDIR : 0);
}

/* The signal's own action, put back before, ends the process on return. */
static void remove_and_end(int number)
{
    unfinished_remove_all();
    raise(number);
}

void unfinished_remove_at_end(void)
{
    static const int enders[] = {SIGHUP,  SIGINT,  SIGQUIT,
                                 SIGPIPE, SIGTERM, SIGXCPU};
    struct sigaction action, before;
    memset(&action, 0, sizeof action);
    action.sa_handler = remove_and_end;
    action.sa_flags = (int)SA_RESETHAND;
    sigfillset(&action.sa_mask);
    atexit(unfinished_remove_all);
    for (size_t i = 0; i < sizeof enders / sizeof enders[0]; i++)
        if (sigaction(enders[i], NULL, &before) == 0 &&
            before.sa_handler == SIG_DFL)
            sigaction(enders[i], &action, NULL);
}

void unfinished_register(struct unfinished *file)
{
    file->next = newest;
    newest = file;
}

/* Between the two calls a signal would leave the file behind. */
int unfinished_create(struct unfinished *file, mode_t mode)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int fd = openat(file->folder, file->name,
                    O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    if (fd >= 0)
        unfinished_register(file);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return fd;
}

void unfinished_forget(struct unfinished *file)
{
    if (newest == file) {
        newest = file->next;
        return;
    }
    struct unfinished *above = newest;
    while (above && above->next != file)
        above = above->next;
    if (above)
        above->next = file->next;
}
