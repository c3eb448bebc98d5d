/* Nodes that are checked as they are made. */
#include "compiler/syntax/nodes.h"

#include <string.h>

#include "base/hint.h"
#include "compiler/syntax/parse.h"

/* Puts `node` above `below`, if there is one. What walks over trees calls itself, so that their
 * height is limited. */
static void put_above(struct parse_state *state, struct ast_expression *node,
                      const struct ast_expression *below)
{
    if (!below || below->height < node->height)
        return;
    node->height = below->height + 1;
    if (node->height == NN_MAX_HEIGHT + 1)
        parse_mistake(state, node->where,
                      "this expression is too long: at most %d operations "
                      "build upon each other",
                      NN_MAX_HEIGHT);
}

struct ast_expression *node_expression(struct parse_state *state,
                                       struct ast_expression node)
{
    struct ast_expression *made = arena_alloc(state->arena, 1, sizeof *made);
    *made = node;
    put_above(state, made, node.left);
    put_above(state, made, node.right);
    for (const struct ast_argument *argument = node.arguments; argument;
         argument = argument->next)
        put_above(state, made, argument->value);
    return made;
}

struct ast_expression *node_binary(struct parse_state *state,
                                   enum ast_operator sign,
                                   struct ast_expression *left,
                                   struct ast_expression *right)
{
    return node_expression(
        state,
        (struct ast_expression){.kind = AST_BINARY,
                                .where = span_join(left->where, right->where),
                                .sign = sign,
                                .left = left,
                                .right = right});
}

static bool is_reserved(const char *word)
{
    static const char *const reserved[] = {"const",   "block",  "network",
                                           "include", "expect", "repeat",
                                           "as",      "from",   "output"};
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strcmp(word, reserved[i]) == 0)
            return true;
    return false;
}

struct ast_name *node_name(struct parse_state *state, const char *text,
                           struct span where)
{
    const char *last = hint_last_name(text);
    if (is_reserved(last))
        last = arena_printf(state->arena, "%s_layer", last);
    if (strchr(text, '.'))
        parse_mistake(state, where, "names have no dots; did you mean '%s'?",
                      last);
    struct ast_name *name = arena_alloc(state->arena, 1, sizeof *name);
    name->text = last;
    name->where = where;
    return name;
}
