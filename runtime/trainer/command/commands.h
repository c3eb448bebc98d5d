/* The commands of an executable. */
#ifndef TRAINER_COMMANDS_H
#define TRAINER_COMMANDS_H

#include "guss/model.h"
#include "trainer/command/session.h"

/* The whole command line: finds the command, runs it, prints what failed.
 * Returns the exit status. */
int executable_run(const struct guss_model *model, int argc, char **argv);

/* Each reads session->options and leaves what failed in session->error. */
enum status command_train(struct session *session);
enum status command_predict(struct session *session);
enum status command_reconstruct(struct session *session);
enum status command_evaluate(struct session *session);
enum status command_bench(struct session *session);
enum status command_summary(struct session *session);

#endif
