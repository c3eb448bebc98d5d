/* Where an executable starts. The emitted file brings guss_model. */
#include <jansson.h>
#include <signal.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/unfinished.h"
#include "trainer/command/commands.h"

int main(int argc, char **argv)
{
    file_hold_standard();
    unfinished_remove_at_end();
    /* without memory it would leave out parts of texts, in silence */
    json_set_alloc_funcs(memory_alloc, free);
    /* a file that may not grow is then an error to report, not the end */
    signal(SIGXFSZ, SIG_IGN);
    return executable_run(&guss_model, argc, argv);
}
