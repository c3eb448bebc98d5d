/* Syntax tree to graph: names bound, blocks and repeats expanded, values
 * computed, shapes inferred, expectations checked. */
#ifndef COMPILER_ELABORATE_H
#define COMPILER_ELABORATE_H

#include "compiler/graph/graph.h"
#include "compiler/syntax/ast.h"

/* A replacement from the command line: -D NAME=VALUE, as given. */
struct definition {
    const char *text;
};

/* The graph of a file. Mistakes are added to `diags`; the graph is then only
 * good for finding more of them. */
struct graph *elaborate(struct arena *arena, const struct ast *ast,
                        const char *path, const struct definition *definitions,
                        int n_definitions, struct diags *diags);

#endif
