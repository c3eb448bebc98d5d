/* Signals held back: blocked from before the first temporary file until after
 * the last, and read where guss waits. */
#include "compiler/command/hold.h"

#include <stdbool.h>
#include <stddef.h>

/* Also while it is blocked, Linux keeps an ignored signal for sigwait(). */
static bool is_ignored(int signal_number)
{
    struct sigaction action;
    return sigaction(signal_number, NULL, &action) == 0 &&
           action.sa_handler == SIG_IGN;
}

void hold_begin(struct hold *hold)
{
    static const int stops[] = {SIGINT, SIGTERM};
    signal(SIGCHLD, SIG_DFL);
    sigemptyset(&hold->held);
    sigaddset(&hold->held, SIGCHLD);
    for (int i = 0; i < 2; i++)
        if (!is_ignored(stops[i]))
            sigaddset(&hold->held, stops[i]);
    sigprocmask(SIG_BLOCK, &hold->held, &hold->before);
}

int hold_wait(const struct hold *hold)
{
    int signal_number = 0;
    while (sigwait(&hold->held, &signal_number) != 0)
        continue;
    return signal_number;
}

int hold_take(const struct hold *hold)
{
    static const int stops[] = {SIGINT, SIGTERM};
    for (int i = 0; i < 2; i++) {
        sigset_t pending, only;
        int signal_number;
        sigpending(&pending);
        if (!sigismember(&hold->held, stops[i]) ||
            !sigismember(&pending, stops[i]))
            continue;
        sigemptyset(&only);
        sigaddset(&only, stops[i]);
        if (sigwait(&only, &signal_number) == 0)
            return signal_number;
    }
    return 0;
}

enum status hold_stopped(int signal_number, struct error *error)
{
    bool is_interrupt = signal_number == SIGINT;
    return error_set(error,
                     is_interrupt ? STATUS_INTERRUPTED : STATUS_TERMINATED,
                     "stopped by %s", is_interrupt ? "SIGINT" : "SIGTERM");
}

void hold_end(const struct hold *hold, enum status status)
{
    if (status != STATUS_INTERRUPTED && status != STATUS_TERMINATED)
        sigprocmask(SIG_SETMASK, &hold->before, NULL);
}
