/* Nodes of the tree that take more than to write down what was read: they are
 * limited in height, and names have no dots. */
#ifndef COMPILER_NODES_H
#define COMPILER_NODES_H

#include "compiler/syntax/parse_state.h"

/* Each lives in the state's arena. A tree that becomes too high is a mistake,
 * reported once, at the node that makes it so. */
struct ast_expression *node_binary(struct parse_state *state,
                                   enum ast_operator sign,
                                   struct ast_expression *left,
                                   struct ast_expression *right);
/* Of AST_NEGATE or AST_PLUS. */
struct ast_expression *node_sign(struct parse_state *state,
                                 enum ast_expression_kind kind,
                                 struct span where,
                                 struct ast_expression *operand);
struct ast_expression *node_tuple(struct parse_state *state, struct span where,
                                  struct ast_expression *items);
struct ast_expression *node_call(struct parse_state *state, struct span where,
                                 const struct ast_name *name,
                                 struct ast_argument *arguments);

/* The name of something in this file. One with dots, self.fc1, is a mistake, and
 * then stands for what is behind the last of them. */
struct ast_name *node_name(struct parse_state *state, const char *text,
                           struct span where);

#endif
