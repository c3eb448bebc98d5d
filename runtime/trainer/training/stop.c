/* The one variable of the project that is neither constant nor somebody's: a
 * signal handler has no argument, and may do no more than write to such a
 * flag or end the process. */
#include "trainer/training/stop.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t signal_seen;

static void note_signal(int number)
{
    if (signal_seen)
        _exit(128 + number);
    signal_seen = number;
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
}

enum status stop_requested(void)
{
    if (signal_seen == SIGINT)
        return STATUS_INTERRUPTED;
    return signal_seen == SIGTERM ? STATUS_TERMINATED : STATUS_OK;
}
