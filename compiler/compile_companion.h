/* A network that a schedule names with its weights, and that is compiled into the
 * same executable, for prediction alone: a judge, or its autoencoder. What does
 * not fit is told at its place in the schedule. */
#ifndef COMPILER_COMPILE_COMPANION_H
#define COMPILER_COMPILE_COMPANION_H

#include "compiler/compile.h"
#include "compiler/emit/emit.h"

struct companion {
    struct compilation *model; /* that it stands beside */
    const struct request *request;
    const char *noun;              /* "a judge" */
    const char *network, *weights; /* files, as the schedule names them */
    struct span network_where, weights_where;
    const char *path; /* of the network's file, found */
    struct compilation *compilation;
    struct emit_companion emit;
};

/* Finds the network's file and makes its graph. STATUS_INPUT, with reports, where
 * it is not there or not right. */
enum status companion_read(struct companion *companion);

/* The one network of the file, with one input and one output; NULL, with a report,
 * where it has others. */
const struct network *companion_network(const struct companion *companion);

/* Reports where the network does not read what the generator makes. */
void companion_check_input(const struct companion *companion,
                           const struct network *network);

/* Takes the bytes of its weights. What is wrong with them is reported; STATUS_INPUT
 * where nothing can be read, STATUS_MACHINE. */
enum status companion_read_weights(struct companion *companion);

/* STATUS_INPUT where anything was reported, of the network or of the schedule;
 * prints it. */
enum status companion_check(const struct companion *companion);

/* Plans it and makes its C; after all checks. */
void companion_emit(struct companion *companion, const struct target *target);

#endif
