/* The commands of guss; each returns its exit status and has said why. */
#ifndef COMPILER_COMMANDS_H
#define COMPILER_COMMANDS_H

#include "compiler/graph/graph.h"
#include "compiler/request/request.h"

enum status run_check(struct arena *arena, const struct request *request);
enum status run_summary(struct arena *arena, const struct request *request);
enum status run_diff(struct arena *arena, const struct request *request);
enum status run_fmt(struct arena *arena, const struct request *request);
enum status run_emit(struct arena *arena, const struct request *request);
enum status run_build(struct arena *arena, const struct request *request);
enum status run_graph(struct arena *arena, const struct request *request);
enum status run_train(struct arena *arena, const struct request *request);
enum status run_verify(struct arena *arena, const struct request *request);
enum status run_data_show(struct arena *arena, const struct request *request);
enum status run_data_fetch(struct arena *arena, const struct request *request);
enum status run_completion(struct arena *arena, const struct request *request);

/* The network that --network names, NULL without it; STATUS_INPUT after saying
 * that there is none of that name. */
enum status find_requested_network(struct arena *arena,
                                   const struct graph *graph,
                                   const struct request *request,
                                   const struct network **network);

#endif
