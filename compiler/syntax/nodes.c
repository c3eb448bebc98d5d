/* Nodes that are checked as they are made. */
#include "compiler/syntax/nodes.h"

#include <string.h>

#include "base/hint.h"
#include "compiler/syntax/parse.h"

static struct ast_expression *new_node(struct parse_state *state,
                                       enum ast_expression_kind kind,
                                       struct span where)
{
    struct ast_expression *node = arena_alloc(state->arena, 1, sizeof *node);
    node->kind = kind;
    node->where = where;
    return node;
}

/* Puts `node` above `below`. What walks over trees calls itself, so that their
 * height is limited. */
static void put_above(struct parse_state *state, struct ast_expression *node,
                      const struct ast_expression *below)
{
    if (below->height < node->height)
        return;
    node->height = below->height + 1;
    if (node->height == NN_MAX_HEIGHT + 1)
        parse_mistake(state, node->where,
                      "this expression is too long: at most %d operations "
                      "build upon each other",
                      NN_MAX_HEIGHT);
}

struct ast_expression *node_binary(struct parse_state *state,
                                   enum ast_operator sign,
                                   struct ast_expression *left,
                                   struct ast_expression *right)
{
    struct ast_expression *node =
        new_node(state, AST_BINARY, span_join(left->where, right->where));
    node->sign = sign;
    node->left = left;
    node->right = right;
    put_above(state, node, left);
    put_above(state, node, right);
    return node;
}

struct ast_expression *node_sign(struct parse_state *state,
                                 enum ast_expression_kind kind,
                                 struct span where,
                                 struct ast_expression *operand)
{
    struct ast_expression *node = new_node(state, kind, where);
    node->right = operand;
    put_above(state, node, operand);
    return node;
}

struct ast_expression *node_tuple(struct parse_state *state, struct span where,
                                  struct ast_expression *items)
{
    struct ast_expression *node = new_node(state, AST_TUPLE, where);
    node->items = items;
    for (; items; items = items->next)
        put_above(state, node, items);
    return node;
}

struct ast_expression *node_call(struct parse_state *state, struct span where,
                                 const struct ast_name *name,
                                 struct ast_argument *arguments)
{
    struct ast_expression *node = new_node(state, AST_CALL, where);
    node->text = name->text;
    node->arguments = arguments;
    for (; arguments; arguments = arguments->next)
        put_above(state, node, arguments->value);
    return node;
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
