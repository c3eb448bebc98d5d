/* A static variable, for a signal handler has no argument, and may do no more
 * than write to such a flag or end the process. */
#include "base/stop.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/unfinished.h"

static volatile sig_atomic_t signal_seen;

/* A terminal that goes away may say so twice, itself and through its shell. */
static void note_signal(int number)
{
    if (signal_seen && number != SIGHUP) {
        unfinished_remove_all();
        _exit(STATUS_SIGNAL + number);
    }
    if (!signal_seen)
        signal_seen = number;
}

bool stop_is_ignored(int number)
{
    struct sigaction action;
    return sigaction(number, NULL, &action) == 0 &&
           action.sa_handler == SIG_IGN;
}

void stop_catch_signals(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = note_signal;
    action.sa_flags = SA_RESTART;
    sigemptyset(&action.sa_mask);
    signal_seen = 0;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    if (!stop_is_ignored(SIGHUP)) /* by nohup */
        sigaction(SIGHUP, &action, NULL);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
}

enum status stop_requested(void)
{
    return signal_seen ? STATUS_SIGNAL + (enum status)signal_seen : STATUS_OK;
}
