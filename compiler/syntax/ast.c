/* The syntax tree as text: one node a line, children indented. */
#include "compiler/syntax/ast.h"

static const char *const operator_signs[] = {
    [AST_ADD] = "+",    [AST_SUBTRACT] = "-",      [AST_MULTIPLY] = "*",
    [AST_DIVIDE] = "/", [AST_FLOOR_DIVIDE] = "//", [AST_MODULO] = "%",
    [AST_POWER] = "**",
};

static void print_expression(const struct ast_expression *expression,
                             struct text *out);

static void print_arguments(const struct ast_argument *argument,
                            struct text *out)
{
    text_puts(out, "(");
    for (; argument; argument = argument->next) {
        if (argument->name)
            text_printf(out, "%s=", argument->name->text);
        print_expression(argument->value, out);
        text_puts(out, argument->next ? ", " : "");
    }
    text_puts(out, ")");
}

static void print_tuple(const struct ast_argument *item, struct text *out)
{
    text_puts(out, "(");
    for (; item; item = item->next) {
        print_expression(item->value, out);
        text_puts(out, ", ");
    }
    text_puts(out, ")");
}

static void print_expression(const struct ast_expression *expression,
                             struct text *out)
{
    switch (expression->kind) {
    case AST_INTEGER:
        text_printf(out, "%lld", (long long)expression->integer);
        break;
    case AST_REAL:
        text_printf(out, "%.17g", expression->real);
        break;
    case AST_STRING:
        text_printf(out, "\"%s\"", expression->text);
        break;
    case AST_WORD:
        text_puts(out, expression->text);
        break;
    case AST_TUPLE:
        print_tuple(expression->arguments, out);
        break;
    case AST_CALL:
        text_puts(out, expression->text);
        print_arguments(expression->arguments, out);
        break;
    case AST_NEGATE:
    case AST_PLUS:
        text_puts(out, expression->kind == AST_PLUS ? "(+" : "(-");
        print_expression(expression->right, out);
        text_puts(out, ")");
        break;
    case AST_BINARY:
        text_puts(out, "(");
        print_expression(expression->left, out);
        text_printf(out, " %s ", operator_signs[expression->sign]);
        print_expression(expression->right, out);
        text_puts(out, ")");
        break;
    case AST_GAP:
        text_puts(out, "?");
        break;
    }
}

static void print_names(const struct ast_name *name, struct text *out)
{
    for (; name; name = name->next)
        text_printf(out, "%s%s", name->text, name->next ? ", " : "");
}

static void print_body(const struct ast_statement *statement, int depth,
                       struct text *out);

static void print_layer(const struct ast_statement *statement, struct text *out)
{
    if (statement->name)
        text_printf(out, "%s = ", statement->name->text);
    text_puts(out, statement->callee->text);
    print_arguments(statement->arguments, out);
    if (statement->inputs) {
        text_puts(out, " from ");
        print_names(statement->inputs, out);
    }
    if (statement->shape) {
        text_puts(out, " @ ");
        print_tuple(statement->shape->arguments, out);
    }
    text_puts(out, "\n");
}

static void print_statement(const struct ast_statement *statement, int depth,
                            struct text *out)
{
    text_printf(out, "%*s", depth * 2, "");
    switch (statement->kind) {
    case AST_LAYER:
        print_layer(statement, out);
        break;
    case AST_REPEAT:
        text_puts(out, "repeat ");
        print_expression(statement->count, out);
        if (statement->counter)
            text_printf(out, " as %s", statement->counter->text);
        text_puts(out, "\n");
        print_body(statement->body, depth + 1, out);
        break;
    case AST_OUTPUT:
        text_puts(out, "output ");
        print_names(statement->inputs, out);
        text_puts(out, "\n");
        break;
    case AST_LOST:
        text_puts(out, "?\n");
        break;
    }
}

static void print_body(const struct ast_statement *statement, int depth,
                       struct text *out)
{
    for (; statement; statement = statement->next)
        print_statement(statement, depth, out);
}

static void print_item(const struct ast_item *item, struct text *out)
{
    switch (item->kind) {
    case AST_CONST:
        text_printf(out, "const %s = ", item->name->text);
        print_expression(item->value, out);
        text_puts(out, "\n");
        break;
    case AST_BLOCK:
        text_printf(out, "block %s(", item->name->text);
        print_names(item->parameters, out);
        text_puts(out, ")\n");
        break;
    case AST_NETWORK:
        text_printf(out, "network %s", item->name->text);
        if (item->shape)
            print_tuple(item->shape->arguments, out);
        text_puts(out, "\n");
        break;
    case AST_EXPECT:
        text_printf(out, "expect %s.%s == ", item->name->text,
                    item->property->text);
        print_expression(item->value, out);
        text_puts(out, "\n");
        break;
    case AST_INCLUDE:
        text_printf(out, "include \"%s\"\n", item->path->text);
        break;
    case AST_LOST_ITEM:
        text_puts(out, "?\n");
        break;
    }
    print_body(item->body, 1, out);
}

struct ast_item *ast_lost_item(struct arena *arena, struct span where)
{
    struct ast_item *item = arena_alloc(arena, 1, sizeof *item);
    *item = (struct ast_item){.kind = AST_LOST_ITEM, .where = where};
    return item;
}

void ast_print(const struct ast *ast, struct text *out)
{
    for (const struct ast_item *item = ast->items; item; item = item->next)
        print_item(item, out);
}
