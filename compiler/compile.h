/* The straight line: a .nn file and a schedule to C. */
#ifndef COMPILER_COMPILE_H
#define COMPILER_COMPILE_H

#include "compiler/graph/graph.h"
#include "compiler/plan/plan.h"
#include "compiler/request/request.h"
#include "compiler/syntax/ast.h"

/* What the stages made, each from the one before it. */
struct compilation {
    struct arena *arena;
    struct diags *diags;
    const char *model_name; /* the stem of the file, unless set before */
    struct ast *ast;
    struct graph *graph;
    const struct source *schedule_source; /* NULL without a schedule */
    struct schedule *schedule;
    struct plan *plan;
    struct text code; /* of <model_name>.c */
    bool is_run;      /* the executable is, at once */

    /* The next of what is compiled into the same executable, or NULL: behind a model
     * its judge, behind that its autoencoder. */
    struct compilation *companion;
    /* Of a companion. */
    const char *companion_name; /* "judge": its file is <model_name>_judge.c */
    const char *weights_path;   /* the file that is compiled in */
    int64_t weights_bytes;      /* its */
};

/* Models have at most a judge and an autoencoder beside them. */
enum { MOST_COMPANIONS = 2 };

/* Text to graph. Mistakes are printed; STATUS_INPUT then, or where the file
 * cannot be read. */
enum status compile_graph(struct compilation *compilation,
                          const struct request *request, const char *path);

/* Text to compilation->schedule; likewise. */
enum status compile_schedule(struct compilation *compilation,
                             const struct request *request, const char *path);

/* True where `path` is a file that was read: an operand, or a file that the
 * model includes. After compile_graph(). */
bool compile_has_read(const struct compilation *compilation,
                      const struct request *request, const char *path);

/* Prints the diagnostics so far; STATUS_INPUT if there was an error. */
enum status compile_check(const struct compilation *compilation,
                          const struct request *request);

/* compile_graph(), and on to C: operand 0 is the .nn file, operand 1, if there
 * is one, the schedule. */
enum status compile(struct compilation *compilation,
                    const struct request *request);

/* Of the judge that the schedule names, and then of its autoencoder, the same; after
 * compile_graph() and compile_schedule(). */
enum status compile_judge(struct compilation *compilation,
                          const struct request *request,
                          const struct target *target);
enum status compile_autoencoder(struct compilation *compilation,
                                const struct request *request,
                                const struct target *target);

/* How each layer is computed and where the memory goes, on standard error; after
 * compile(). */
void compile_say_plan(const struct compilation *compilation);

/* The error on standard error, in colour as asked; returns its status. */
enum status report(const struct request *request, const struct error *error);

#endif
