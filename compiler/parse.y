/* Tokens to syntax tree. Actions only build nodes; what names and values mean
 * is decided in elaborate.c. Nodes live in an arena, so that nothing needs a
 * %destructor. nn_parse() returns 0 after a successful recovery too: success
 * is a list of diagnostics without errors. */
%require "3.8"
%define api.pure full
%define api.prefix {nn_}
%define api.token.prefix {TOK_}
%define api.value.type union
%define api.location.type {struct span}
%define parse.lac full
%define parse.error custom
%locations
%expect 0
%param {yyscan_t scanner}
%parse-param {struct parse_state *state}
%initial-action { @$ = (struct span){state->source, 0, 0}; }

%code requires {
#include "compiler/parse_state.h"

#ifndef YY_TYPEDEF_YY_SCANNER_T
#define YY_TYPEDEF_YY_SCANNER_T
typedef void *yyscan_t;
#endif

#define YYLLOC_DEFAULT(result, parts, count)                                  \
    (result) = (count) ? span_join(YYRHSLOC(parts, 1),                        \
                                   YYRHSLOC(parts, count))                    \
                       : (struct span){YYRHSLOC(parts, 0).source,             \
                                       YYRHSLOC(parts, 0).last,               \
                                       YYRHSLOC(parts, 0).last}
}

%code {
#include <string.h>

#include "compiler/parse.h"

int nn_lex(NN_STYPE *value, NN_LTYPE *where, yyscan_t scanner);
int nn_lex_init_extra(struct parse_state *state, yyscan_t *scanner);
int nn_lex_destroy(yyscan_t scanner);
struct yy_buffer_state;
struct yy_buffer_state *nn__scan_bytes(const char *bytes, int length,
                                       yyscan_t scanner);

static void nn_error(const struct span *where, yyscan_t scanner,
                     struct parse_state *state, const char *message);

/* A node of the tree in the state's arena. */
#define NEW(type, ...)                                                        \
    memcpy(arena_alloc(state->arena, 1, sizeof(type)), &(type){__VA_ARGS__},  \
           sizeof(type))

/* `list` with `node` behind its last. */
#define APPEND(list, node)                                                    \
    ((list).last = *((list).last ? &(list).last->next : &(list).first) = (node))

static struct ast_expression *binary(struct parse_state *state,
                                     enum ast_operator operator,
                                     struct ast_expression *left,
                                     struct ast_expression *right)
{
    return NEW(struct ast_expression, .kind = AST_BINARY,
               .where = span_join(left->where, right->where),
               .operator = operator, .left = left, .right = right);
}
}

%token END 0 "the end of the file"
%token CONST "'const'" BLOCK "'block'" NETWORK "'network'"
%token INCLUDE "'include'" EXPECT "'expect'" REPEAT "'repeat'" AS "'as'"
%token FROM "'from'" OUTPUT "'output'"
%token <int64_t> INTEGER "a number"
%token <double> REAL "a real number"
%token <const char *> NAME "a name" STRING "a string"
%token POWER "'**'" FLOOR_DIVIDE "'//'" EQUAL "'=='"
%token '(' "'('" ')' "')'" '{' "'{'" '}' "'}'" '=' "'='" ',' "','" '@' "'@'"
%token '.' "'.'" '+' "'+'" '-' "'-'" '*' "'*'" '/' "'/'" '%' "'%'"

%type <struct ast_item *> item
%type <struct ast_name *> name
%type <struct name_list> names parameters inputs
%type <struct ast_expression *> expression sum product factor power primary
%type <struct ast_expression *> tuple shape check
%type <struct expression_list> expressions
%type <struct ast_argument *> argument
%type <struct argument_list> arguments some_arguments
%type <struct ast_statement *> statement layer
%type <struct statement_list> statements body

%%

file
    : items
    ;

items
    : %empty
    | items item
      { if ($item) APPEND(state->items, $item); }
    | items error
    ;

item
    : CONST name '=' expression
      { $$ = NEW(struct ast_item, .kind = AST_CONST, .where = @$, .name = $name,
                 .value = $expression); }
    | BLOCK name '(' parameters ')' body
      { $$ = NEW(struct ast_item, .kind = AST_BLOCK, .where = @$, .name = $name,
                 .parameters = $parameters.first, .body = $body.first); }
    | NETWORK name shape body
      { $$ = NEW(struct ast_item, .kind = AST_NETWORK, .where = @$,
                 .name = $name, .shape = $shape, .body = $body.first); }
    | EXPECT name[network] '.' name[property] EQUAL expression
      { $$ = NEW(struct ast_item, .kind = AST_EXPECT, .where = @$,
                 .name = $network, .property = $property,
                 .value = $expression); }
    | INCLUDE STRING
      { struct ast_expression *path = NEW(struct ast_expression,
            .kind = AST_STRING, .where = @STRING, .text = $STRING);
        $$ = NEW(struct ast_item, .kind = AST_INCLUDE, .where = @$,
                 .path = path); }
    ;

shape
    : %empty
      { $$ = NULL; }
    | tuple
    ;

parameters
    : %empty
      { $$ = (struct name_list){0}; }
    | names
    ;

names
    : name
      { $$ = (struct name_list){$name, $name}; }
    | names[list] ',' name
      { $$ = $list; APPEND($$, $name); }
    ;

name
    : NAME
      { $$ = NEW(struct ast_name, .text = $NAME, .where = @NAME); }
    ;

body
    : '{' statements '}'
      { $$ = $statements; }
    ;

statements
    : %empty
      { $$ = (struct statement_list){0}; }
    | statements[list] statement
      { $$ = $list; if ($statement) APPEND($$, $statement); }
    | statements[list] error
      { $$ = $list; }
    ;

statement
    : layer
    | name '=' layer
      { $$ = $layer; $$->name = $name; $$->where = @$; }
    | REPEAT expression body
      { $$ = NEW(struct ast_statement, .kind = AST_REPEAT, .where = @$,
                 .count = $expression, .body = $body.first); }
    | REPEAT expression AS name body
      { $$ = NEW(struct ast_statement, .kind = AST_REPEAT, .where = @$,
                 .count = $expression, .counter = $name,
                 .body = $body.first); }
    | OUTPUT names
      { $$ = NEW(struct ast_statement, .kind = AST_OUTPUT, .where = @$,
                 .inputs = $names.first); }
    ;

layer
    : name '(' arguments ')' inputs check
      { $$ = NEW(struct ast_statement, .kind = AST_LAYER, .where = @$,
                 .callee = $name, .arguments = $arguments.first,
                 .inputs = $inputs.first, .shape = $check); }
    ;

inputs
    : %empty
      { $$ = (struct name_list){0}; }
    | FROM names
      { $$ = $names; }
    ;

check
    : %empty
      { $$ = NULL; }
    | '@' tuple
      { $$ = $tuple; }
    ;

arguments
    : %empty
      { $$ = (struct argument_list){0}; }
    | some_arguments
    | some_arguments ','
    | error
      { $$ = (struct argument_list){0}; }
    ;

some_arguments
    : argument
      { $$ = (struct argument_list){$argument, $argument}; }
    | some_arguments[list] ',' argument
      { $$ = $list; APPEND($$, $argument); }
    ;

argument
    : expression
      { $$ = NEW(struct ast_argument, .value = $expression); }
    | name '=' expression
      { $$ = NEW(struct ast_argument, .name = $name, .value = $expression); }
    ;

expression
    : sum
    ;

sum
    : product
    | sum[left] '+' product[right]
      { $$ = binary(state, AST_ADD, $left, $right); }
    | sum[left] '-' product[right]
      { $$ = binary(state, AST_SUBTRACT, $left, $right); }
    ;

product
    : factor
    | product[left] '*' factor[right]
      { $$ = binary(state, AST_MULTIPLY, $left, $right); }
    | product[left] '/' factor[right]
      { $$ = binary(state, AST_DIVIDE, $left, $right); }
    | product[left] FLOOR_DIVIDE factor[right]
      { $$ = binary(state, AST_FLOOR_DIVIDE, $left, $right); }
    | product[left] '%' factor[right]
      { $$ = binary(state, AST_MODULO, $left, $right); }
    ;

factor
    : power
    | '-' factor[operand]
      { $$ = NEW(struct ast_expression, .kind = AST_NEGATE, .where = @$,
                 .right = $operand); }
    | '+' factor[operand]
      { $$ = $operand; }
    ;

power
    : primary
    | primary POWER factor
      { $$ = binary(state, AST_POWER, $primary, $factor); }
    ;

primary
    : INTEGER
      { $$ = NEW(struct ast_expression, .kind = AST_INTEGER, .where = @$,
                 .integer = $INTEGER); }
    | REAL
      { $$ = NEW(struct ast_expression, .kind = AST_REAL, .where = @$,
                 .real = $REAL); }
    | STRING
      { $$ = NEW(struct ast_expression, .kind = AST_STRING, .where = @$,
                 .text = $STRING); }
    | name
      { $$ = NEW(struct ast_expression, .kind = AST_WORD, .where = @$,
                 .text = $name->text); }
    | name '(' arguments ')'
      { $$ = NEW(struct ast_expression, .kind = AST_CALL, .where = @$,
                 .text = $name->text, .arguments = $arguments.first); }
    | '(' expression ')'
      { $$ = $2; $$->where = @$; }
    | '(' expression[item] ',' ')'
      { $$ = NEW(struct ast_expression, .kind = AST_TUPLE, .where = @$,
                 .items = $item); }
    | '(' expression[item] ',' expressions ')'
      { $item->next = $expressions.first;
        $$ = NEW(struct ast_expression, .kind = AST_TUPLE, .where = @$,
                 .items = $item); }
    ;

/* A shape: always a tuple, also when it has one size, (784). */
tuple
    : '(' expressions ')'
      { $$ = NEW(struct ast_expression, .kind = AST_TUPLE, .where = @$,
                 .items = $expressions.first); }
    ;

expressions
    : expression
      { $$ = (struct expression_list){$expression, $expression}; }
    | expression ','
      { $$ = (struct expression_list){$expression, $expression}; }
    | expression ',' expressions[list]
      { $$ = $list; $expression->next = $list.first; $$.first = $expression; }
    ;

%%

/* What may stand here, in words: "',' or ')'". A value's many beginnings are
 * "a value"; operators, which may follow any value, are not named. */
static const char *expected_words(const yypcontext_t *context,
                                  struct parse_state *state)
{
    enum { ALL = 64, MOST = 8 };
    yysymbol_kind_t symbols[ALL];
    int n = yypcontext_expected_tokens(context, symbols, ALL);
    bool value = false;
    for (int i = 0; i < n; i++)
        value |= symbols[i] == YYSYMBOL_INTEGER;
    const char *words[ALL];
    int n_words = 0;
    if (value)
        words[n_words++] = "a value";
    for (int i = 0; i < n; i++) {
        const char *word = yysymbol_name(symbols[i]);
        bool begins_value = symbols[i] == YYSYMBOL_INTEGER ||
                            symbols[i] == YYSYMBOL_REAL ||
                            symbols[i] == YYSYMBOL_STRING ||
                            symbols[i] == YYSYMBOL_NAME || word[1] == '(';
        if ((value && begins_value) || strchr("+-*/%", word[1]))
            continue;
        words[n_words++] = word;
    }
    if (n_words == 0 || n_words > MOST)
        return "";
    struct text list = text_new(state->arena);
    for (int i = 0; i < n_words; i++)
        text_printf(&list, "%s%s",
                    i == 0             ? ": expected "
                    : i == n_words - 1 ? " or "
                                       : ", ",
                    words[i]);
    return text_string(&list);
}

/* "unexpected X: expected A, B or C", at the token that does not fit. */
static int yyreport_syntax_error(const yypcontext_t *context, yyscan_t scanner,
                                 struct parse_state *state)
{
    (void)scanner;
    if (state->stopped)
        return 0;
    yysymbol_kind_t found = yypcontext_token(context);
    const struct span *where = yypcontext_location(context);
    const char *name = found == YYSYMBOL_YYEMPTY ? "this" : yysymbol_name(found);
    if (found == YYSYMBOL_NAME || found == YYSYMBOL_INTEGER ||
        found == YYSYMBOL_REAL || found == YYSYMBOL_STRING)
        name = arena_printf(state->arena, "'%.*s'",
                            (int)(where->last - where->first),
                            where->source->text + where->first);
    diag_error(state->diags, *where, "unexpected %s%s", name,
               expected_words(context, state));
    return 0;
}

/* Called where the parser's stack is full. */
static void nn_error(const struct span *where, yyscan_t scanner,
                     struct parse_state *state, const char *message)
{
    (void)scanner;
    (void)message;
    diag_error(state->diags, *where,
               "this is nested too deep or too long to be read");
}

struct ast_item *parse_source(struct arena *arena, const struct source *source,
                              struct diags *diags)
{
    struct parse_state state = {
        .arena = arena, .source = source, .diags = diags};
    size_t bad = source_bad_byte(source);
    if (bad < source->length) {
        struct span where = {source, bad, bad + 1};
        diag_error(diags, where,
                   source->text[bad] ? "this byte is not UTF-8"
                                     : "a text cannot hold a NUL byte");
        return NULL;
    }
    yyscan_t scanner;
    nn_lex_init_extra(&state, &scanner);
    nn__scan_bytes(source->text, (int)source->length, scanner);
    nn_parse(scanner, &state);
    nn_lex_destroy(scanner);
    return state.items.first;
}
