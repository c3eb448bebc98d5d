/* The commands of guss; each returns its exit status and has said why. */
#ifndef COMPILER_COMMANDS_H
#define COMPILER_COMMANDS_H

#include "compiler/request.h"

enum status command_check(struct arena *arena, const struct request *request);
enum status command_summary(struct arena *arena, const struct request *request);
enum status command_diff(struct arena *arena, const struct request *request);
enum status command_emit(struct arena *arena, const struct request *request);
enum status command_build(struct arena *arena, const struct request *request);
enum status command_train(struct arena *arena, const struct request *request);

#endif
