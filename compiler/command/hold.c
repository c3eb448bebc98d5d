/* Signals held back: blocked from before the first temporary file until after
 * the last, and read where guss waits. */
#include "compiler/command/hold.h"

#include <errno.h>
#include <stddef.h>
#include <time.h>

#include "base/stop.h"

static const struct {
    int number;
    const char *name;
} stops[] = {{SIGHUP, "SIGHUP"},
             {SIGINT, "SIGINT"},
             {SIGQUIT, "SIGQUIT"},
             {SIGTERM, "SIGTERM"}};
enum { N_STOPS = sizeof stops / sizeof stops[0] };

/* Linux keeps an ignored signal for sigwait() while it is blocked. */
void hold_begin(struct hold *hold)
{
    signal(SIGCHLD, SIG_DFL);
    sigemptyset(&hold->held);
    sigaddset(&hold->held, SIGCHLD);
    for (int i = 0; i < N_STOPS; i++)
        if (!stop_is_ignored(stops[i].number))
            sigaddset(&hold->held, stops[i].number);
    sigprocmask(SIG_BLOCK, &hold->held, &hold->before);
}

int hold_wait(const struct hold *hold, int seconds)
{
    const struct timespec time = {.tv_sec = seconds};
    int number;
    do
        number = sigtimedwait(&hold->held, NULL, seconds ? &time : NULL);
    while (number < 0 && errno == EINTR);
    return number > 0 ? number : 0;
}

int hold_take(const struct hold *hold)
{
    for (int i = 0; i < N_STOPS; i++) {
        sigset_t pending, only;
        int signal_number;
        sigpending(&pending);
        if (!sigismember(&hold->held, stops[i].number) ||
            !sigismember(&pending, stops[i].number))
            continue;
        sigemptyset(&only);
        sigaddset(&only, stops[i].number);
        if (sigwait(&only, &signal_number) == 0)
            return signal_number;
    }
    return 0;
}

enum status hold_stopped(int signal_number, struct error *error)
{
    int i = 0;
    while (stops[i].number != signal_number)
        i++;
    return error_set(error, STATUS_SIGNAL + (enum status)signal_number,
                     "stopped by %s", stops[i].name);
}

void hold_end(const struct hold *hold, enum status status)
{
    if (status < STATUS_SIGNAL)
        sigprocmask(SIG_SETMASK, &hold->before, NULL);
}
