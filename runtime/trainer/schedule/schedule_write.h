/* What the writing of a schedule shares with that of its parts. */
#ifndef TRAINER_SCHEDULE_WRITE_H
#define TRAINER_SCHEDULE_WRITE_H

#include "base/text.h"

/* Puts a text as YAML: as it is, or quoted where YAML would read something
 * else. */
void put_yaml_text(struct text *out, const char *text);

#endif
