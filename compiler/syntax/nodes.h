/* Nodes of the tree that take more than to write down what was read: they are
 * limited in height, and names have no dots. */
#ifndef COMPILER_NODES_H
#define COMPILER_NODES_H

#include "compiler/syntax/parse_state.h"

/* A node as it is given, in the state's arena. A tree that becomes too high is a
 * mistake, reported once, at the node that makes it so. */
struct ast_expression *node_expression(struct parse_state *state,
                                       struct ast_expression node);
/* An AST_BINARY. */
struct ast_expression *node_binary(struct parse_state *state,
                                   enum ast_operator sign,
                                   struct ast_expression *left,
                                   struct ast_expression *right);

/* The name of something in this file. One with dots, self.fc1, is a mistake, and
 * then stands for what is behind the last of them. */
struct ast_name *node_name(struct parse_state *state, const char *text,
                           struct span where);

#endif
