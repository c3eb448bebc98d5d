/* Another program, run to its end. */
#ifndef COMPILER_PROCESS_H
#define COMPILER_PROCESS_H

#include "base/arena.h"
#include "base/status.h"
#include "compiler/command/hold.h"

struct process_end {
    int status;         /* as waitpid() says it */
    int stopped_by;     /* the first signal that asked guss to stop, or 0 */
    const char *output; /* all that it wrote to its two outputs */
};

/* Runs `arguments` (ended by NULL; the program is searched for in PATH) in a
 * process group of its own, so that it and what it runs end together. It reads
 * nothing, and has no terminal for an output: a terminal may stop what writes
 * to it from the background. Signals in `hold` are passed on; a program that
 * lives on after that is killed. An errno where it cannot be started, else 0;
 * the output lives in the arena. */
int process_run(struct arena *arena, char *const *arguments,
                const struct hold *hold, struct process_end *end);

/* The same of a program that is watched: it has our outputs and our terminal, and
 * is of our process group, so that Ctrl-C reaches it too. */
int process_run_shown(char *const *arguments, const struct hold *hold,
                      struct process_end *end);

#endif
