/* Where an executable starts. The emitted file brings guss_model. */
#include <signal.h>

#include "base/file.h"
#include "base/unfinished.h"
#include "trainer/command/commands.h"

int main(int argc, char **argv)
{
    file_hold_standard();
    unfinished_remove_at_end();
    /* a file that may not grow is then an error to report, not the end */
    signal(SIGXFSZ, SIG_IGN);
    return executable_run(&guss_model, argc, argv);
}
