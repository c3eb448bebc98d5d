/* Commands that people bring from other tools, or from guss's executables. */
#ifndef COMPILER_FOREIGN_COMMANDS_H
#define COMPILER_FOREIGN_COMMANDS_H

#include "base/hint.h"

struct hints foreign_commands(void);

#endif
