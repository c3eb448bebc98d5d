/* The syntax tree of .nn files: what was written, with its place.
 *
 * Lists are linked in the order of the text. Everything lives in the arena of
 * the compilation; nothing is freed alone. */
#ifndef COMPILER_AST_H
#define COMPILER_AST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/diag.h"
#include "base/source.h"
#include "base/text.h"

/* A name where it stands. */
struct ast_name {
    const char *text;
    struct span where;
    struct ast_name *next;
};

enum ast_operator {
    AST_ADD,
    AST_SUBTRACT,
    AST_MULTIPLY,
    AST_DIVIDE,
    AST_FLOOR_DIVIDE,
    AST_MODULO,
    AST_POWER
};

enum ast_expression_kind {
    AST_INTEGER,
    AST_REAL,
    AST_STRING, /* "same" */
    AST_WORD,   /* a bare name: counter, parameter, constant, or itself */
    AST_TUPLE,  /* (3, 3) */
    AST_CALL,   /* random_normal(stddev=0.02) */
    AST_NEGATE,
    AST_PLUS, /* +x, which is x where x is a number */
    AST_BINARY,
    AST_GAP /* could not be read; reported */
};

struct ast_argument;

struct ast_expression {
    enum ast_expression_kind kind;
    struct span where;
    int64_t integer;
    double real;
    const char *text;                    /* string, word, name of a call */
    struct ast_argument *arguments;      /* of a call, or a tuple's items */
    enum ast_operator sign;              /* of a binary */
    struct ast_expression *left, *right; /* signs use right */
    int height; /* of the tree: 0 for one without operands or items */
};

/* `value` or `name=value` between parentheses. */
struct ast_argument {
    struct ast_name *name; /* NULL: positional */
    struct ast_expression *value;
    struct ast_argument *next;
};

enum ast_statement_kind {
    AST_LAYER,
    AST_REPEAT,
    AST_OUTPUT,
    AST_LOST /* could not be read; reported */
};

struct ast_statement {
    enum ast_statement_kind kind;
    struct span where;
    /* AST_LAYER: [name =] callee(arguments) [from inputs] [@ shape] */
    struct ast_name *name;
    struct ast_name *callee;
    struct ast_argument *arguments;
    struct ast_name *inputs;
    struct ast_expression *shape; /* a tuple */
    /* AST_REPEAT: repeat count [as counter] { body } */
    struct ast_expression *count;
    struct ast_name *counter;
    struct ast_statement *body;
    /* AST_OUTPUT: output inputs */
    struct ast_statement *next;
};

enum ast_item_kind {
    AST_CONST,
    AST_BLOCK,
    AST_NETWORK,
    AST_EXPECT,
    AST_INCLUDE,
    AST_LOST_ITEM /* could not be read; reported: names may miss */
};

struct ast_item {
    enum ast_item_kind kind;
    struct span where;
    struct ast_name *name;        /* of a const, block, network; expect: of
                                     the network */
    struct ast_expression *value; /* const, expect */
    size_t at;                    /* const: of its value, in the ast's text */
    struct ast_name *parameters;  /* block */
    struct ast_expression *shape; /* network: a tuple, or NULL */
    struct ast_statement *body;   /* block, network */
    struct ast_name *property;    /* expect: params, trainable, macs */
    struct ast_expression *path;  /* include: a string */
    bool has_gaps; /* block, network: with a mistake in it: names may miss */
    struct ast_item *next;
};

/* A file and, behind it in the order of inclusion, the files it includes. */
struct ast {
    struct ast_item *items;
    const char *text;             /* of the file, its includes put in place */
    const struct included *files; /* that they were read from: include.c */
};

/* True where `path` is the file, or one that it includes. */
bool ast_is_of(const struct ast *ast, const char *path);

/* An item that stands for some that could not be read. */
struct ast_item *ast_lost_item(struct arena *arena, struct span where);

/* Prints the tree, one node a line, indented: guss emit --dump=ast. */
void ast_print(const struct ast *ast, struct text *out);

#endif
