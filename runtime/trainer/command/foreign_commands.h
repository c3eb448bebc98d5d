/* Commands that people bring to an executable from other tools, or from guss. */
#ifndef TRAINER_FOREIGN_COMMANDS_H
#define TRAINER_FOREIGN_COMMANDS_H

#include "base/hint.h"

struct hints executable_foreign_commands(void);

#endif
