/* Where an executable starts. The emitted file brings guss_model. */
#include "trainer/command/commands.h"

int main(int argc, char **argv)
{
    return executable_run(&guss_model, argc, argv);
}
