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
#include "compiler/syntax/parse_state.h"

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

%code top {
#include <stdlib.h>

#include "base/memory.h"

/* A stack that grows: nn_error() then speaks of texts alone. */
#define YYMALLOC memory_alloc
#define YYFREE free
}

%code {
#include <string.h>

#include "compiler/syntax/nodes.h"
#include "compiler/syntax/parse.h"

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

/* A value's node: more than written down, its height is limited. */
#define VALUE(...)                                                            \
    node_expression(state, (struct ast_expression){__VA_ARGS__})

/* `list` with `node` behind its last. */
#define APPEND(list, node)                                                    \
    ((list).last = *((list).last ? &(list).last->next : &(list).first) = (node))

/* True where a mistake was found in an item, which ends with the token read
 * last. */
static bool has_mistake(const struct parse_state *state, struct span item)
{
    return state->mistakes > 0 && state->last_mistake >= item.first;
}
}

%token END 0 "the end of the file"
%token FILE_BEGINS DEFINITION_BEGINS /* what the text is; scanned first */
%token CONST "'const'" BLOCK "'block'" NETWORK "'network'"
%token INCLUDE "'include'" EXPECT "'expect'" REPEAT "'repeat'" AS "'as'"
%token FROM "'from'" OUTPUT "'output'"
%token <int64_t> INTEGER "a number"
%token <double> REAL "a real number"
%token <const char *> NAME "a name" STRING "a string"
%token POWER "'**'" FLOOR_DIVIDE "'//'" EQUAL "'=='"
%token '(' "'('" ')' "')'" '{' "'{'" '}' "'}'" '=' "'='" ',' "','" '@' "'@'"
%token '.' "'.'" '+' "'+'" '-' "'-'" '*' "'*'" '/' "'/'" '%' "'%'"

%type <struct ast_item *> item definition
%type <struct ast_name *> name word
%type <struct name_list> names parameters inputs
%type <struct ast_expression *> expression sum product factor power primary
%type <struct ast_expression *> sizes shape check
%type <struct ast_argument *> argument expressions
%type <struct argument_list> bracketed arguments some_arguments
%type <struct ast_statement *> statement layer
%type <struct statement_list> statements body

%%

text
    : FILE_BEGINS items
    | DEFINITION_BEGINS definition
      { APPEND(state->items, $definition); }
    ;

/* After a mistake the parser goes on with the next item or, within a body, the
 * next statement; a body on the way is read as one. */
items
    : %empty
    | items item
      { APPEND(state->items, $item); }
    | items error
      { APPEND(state->items, ast_lost_item(state->arena, @error)); yyerrok; }
    | items error body
      { APPEND(state->items, ast_lost_item(state->arena, @error)); yyerrok; }
    ;

definition
    : name '=' expression
      { $$ = NEW(struct ast_item, .kind = AST_CONST, .where = @$, .name = $name,
                 .value = $expression); }
    ;

item
    : CONST definition
      { $$ = $definition; $$->where = @$; }
    | BLOCK name '(' parameters ')' body
      { $$ = NEW(struct ast_item, .kind = AST_BLOCK, .where = @$, .name = $name,
                 .parameters = $parameters.first, .body = $body.first,
                 .has_gaps = has_mistake(state, @$)); }
    | NETWORK name shape body
      { $$ = NEW(struct ast_item, .kind = AST_NETWORK, .where = @$,
                 .name = $name, .shape = $shape, .body = $body.first,
                 .has_gaps = has_mistake(state, @$)); }
    | EXPECT name[network] '.' word[property] EQUAL expression
      { $$ = NEW(struct ast_item, .kind = AST_EXPECT, .where = @$,
                 .name = $network, .property = $property,
                 .value = $expression); }
    | INCLUDE STRING
      { struct ast_expression *path = VALUE(.kind = AST_STRING,
            .where = @STRING, .text = $STRING);
        $$ = has_mistake(state, @STRING) /* no file has half a name */
                 ? ast_lost_item(state->arena, @$)
                 : NEW(struct ast_item, .kind = AST_INCLUDE, .where = @$,
                       .path = path); }
    ;

shape
    : %empty
      { $$ = NULL; }
    | sizes
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
      { $$ = node_name(state, $NAME, @NAME); }
    ;

/* What is named elsewhere, where other tools have dots: tf.nn.relu. What it
 * means is said where it is looked for. */
word
    : NAME
      { $$ = NEW(struct ast_name, .text = $NAME, .where = @NAME); }
    ;

body
    : '{' statements '}'
      { $$ = $statements; yyerrok; } /* its end is a fresh start */
    ;

statements
    : %empty
      { $$ = (struct statement_list){0}; }
    | statements[list] statement
      { $$ = $list; APPEND($$, $statement); }
    | statements[list] error
      { $$ = $list; APPEND($$, NEW(struct ast_statement, .kind = AST_LOST,
                                   .where = @error)); }
    | statements[list] error body
      { $$ = $list; APPEND($$, NEW(struct ast_statement, .kind = AST_LOST,
                                   .where = @error)); }
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
    : word bracketed inputs check
      { $$ = NEW(struct ast_statement, .kind = AST_LAYER, .where = @$,
                 .callee = $word, .arguments = $bracketed.first,
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
    | '@' sizes
      { $$ = $sizes; }
    ;

/* A rule of its own: once the ')' is read, a mistake behind it is none in the
 * arguments. */
bracketed
    : '(' arguments ')'
      { $$ = $arguments; }
    ;

arguments
    : %empty
      { $$ = (struct argument_list){0}; }
    | some_arguments
    | some_arguments ','
    | error
      { struct ast_argument *argument = NEW(struct ast_argument,
            .value = VALUE(.kind = AST_GAP, .where = @$));
        $$ = (struct argument_list){argument, argument}; }
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
      { $$ = node_binary(state, AST_ADD, $left, $right); }
    | sum[left] '-' product[right]
      { $$ = node_binary(state, AST_SUBTRACT, $left, $right); }
    ;

product
    : factor
    | product[left] '*' factor[right]
      { $$ = node_binary(state, AST_MULTIPLY, $left, $right); }
    | product[left] '/' factor[right]
      { $$ = node_binary(state, AST_DIVIDE, $left, $right); }
    | product[left] FLOOR_DIVIDE factor[right]
      { $$ = node_binary(state, AST_FLOOR_DIVIDE, $left, $right); }
    | product[left] '%' factor[right]
      { $$ = node_binary(state, AST_MODULO, $left, $right); }
    ;

factor
    : power
    | '-' factor[operand]
      { $$ = VALUE(.kind = AST_NEGATE, .where = @$, .right = $operand); }
    | '+' factor[operand]
      { $$ = VALUE(.kind = AST_PLUS, .where = @$, .right = $operand); }
    ;

power
    : primary
    | primary POWER factor
      { $$ = node_binary(state, AST_POWER, $primary, $factor); }
    ;

primary
    : INTEGER
      { $$ = VALUE(.kind = AST_INTEGER, .where = @$, .integer = $INTEGER); }
    | REAL
      { $$ = VALUE(.kind = AST_REAL, .where = @$, .real = $REAL); }
    | STRING
      { $$ = VALUE(.kind = AST_STRING, .where = @$, .text = $STRING); }
    | word
      { $$ = VALUE(.kind = AST_WORD, .where = @$, .text = $word->text); }
    | word bracketed
      { $$ = VALUE(.kind = AST_CALL, .where = @$, .text = $word->text,
                   .arguments = $bracketed.first); }
    | '(' expression ')'
      { $$ = $2; $$->where = @$; }
    | '(' expression[item] ',' ')'
      { $$ = VALUE(.kind = AST_TUPLE, .where = @$,
                   .arguments = NEW(struct ast_argument, .value = $item)); }
    | '(' expression[item] ',' expressions[others] ')'
      { $$ = VALUE(.kind = AST_TUPLE, .where = @$,
                   .arguments = NEW(struct ast_argument, .value = $item,
                                    .next = $others)); }
    ;

/* A shape: always a tuple, also when it has one size, (784). */
sizes
    : '(' expressions ')'
      { $$ = VALUE(.kind = AST_TUPLE, .where = @$, .arguments = $expressions); }
    ;

expressions
    : expression
      { $$ = NEW(struct ast_argument, .value = $expression); }
    | expression ','
      { $$ = NEW(struct ast_argument, .value = $expression); }
    | expression ',' expressions[others]
      { $$ = NEW(struct ast_argument, .value = $expression, .next = $others); }
    ;

%%

void parse_mistake(struct parse_state *state, struct span where,
                   const char *format, ...)
{
    if (state->stopped)
        return;
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(state->arena, format, arguments);
    va_end(arguments);
    diag_error(state->diags, where, "%s", text);
    state->last_mistake = where.first;
    state->stopped = ++state->mistakes == NN_MAX_MISTAKES;
}

/* What a name where the reserved word scanned last stands would be of. */
static const char *kind_of_named(const struct parse_state *state)
{
    const struct reserved_word *before = &state->reserved_before;
    bool is_body = state->depth > 0 && state->open[state->depth - 1].token == '{';
    switch (is_named(state, before) ? 0 : before->token) {
    case TOK_NETWORK:
    case TOK_EXPECT:
        return "network";
    case TOK_BLOCK:
        return "block";
    case TOK_CONST:
    case TOK_AS:
        return "value";
    default:
        return is_body ? "layer" : "value";
    }
}

static bool is_reserved(yysymbol_kind_t symbol)
{
    return symbol >= YYSYMBOL_CONST && symbol <= YYSYMBOL_OUTPUT;
}

/* A value's many beginnings are one thing to expect. */
static bool begins_value(yysymbol_kind_t symbol)
{
    return symbol == YYSYMBOL_INTEGER || symbol == YYSYMBOL_REAL ||
           symbol == YYSYMBOL_NAME || symbol == YYSYMBOL_STRING ||
           yysymbol_name(symbol)[1] == '(';
}

static bool is_operator(yysymbol_kind_t symbol)
{
    return strchr("+-*/%", yysymbol_name(symbol)[1]) != NULL;
}

static bool expects(const char *sign, const yysymbol_kind_t *symbols, int n)
{
    for (int i = 0; i < n; i++)
        if (strcmp(yysymbol_name(symbols[i]), sign) == 0)
            return true;
    return false;
}

/* What may stand here, in words: ": expected ',' or ')'". Operators, which may
 * follow any value, are not named, nor is the end of the file beside others. */
static const char *expected_words(const yysymbol_kind_t *symbols, int n,
                                  struct parse_state *state)
{
    enum { MOST = 8 };
    bool value = expects("a number", symbols, n);
    const char *words[MOST + 1];
    int n_words = 0;
    if (value)
        words[n_words++] = "a value";
    for (int i = 0; i < n && n_words <= MOST; i++)
        if (!(value && begins_value(symbols[i])) && !is_operator(symbols[i]) &&
            (symbols[i] != YYSYMBOL_YYEOF || n == 1))
            words[n_words++] = yysymbol_name(symbols[i]);
    if (n_words == 0 || n_words > MOST)
        return "";
    struct text list = text_new(state->arena);
    text_puts(&list, ": expected ");
    text_put_list(&list, words, (size_t)n_words, "", "or");
    return text_string(&list);
}

static const char *span_text(struct arena *arena, struct span where)
{
    size_t length = where.last - where.first;
    return arena_printf(arena, "%.*s", (int)(length < 60 ? length : 60),
                        where.source->text + where.first);
}

/* "; did you mean 'network'?" for a name where a reserved word may stand. */
static const char *nearest_reserved(const yysymbol_kind_t *symbols, int n,
                                    const char *name, struct arena *arena)
{
    const char *words[16];
    size_t n_words = 0;
    for (int i = 0; i < n && n_words < 16; i++) {
        const char *word = yysymbol_name(symbols[i]);
        if (is_reserved(symbols[i]))
            words[n_words++] = arena_copy(arena, word + 1, strlen(word) - 2);
    }
    return did_you_mean(arena, name, words, n_words);
}

/* True for `output = ...`, with '=' or the word found. */
static bool names_reserved(const struct parse_state *state, struct span found,
                           const yysymbol_kind_t *symbols, int n)
{
    const struct reserved_word *word = &state->reserved;
    if (!word->token || next_sign(word->where) != '=' ||
        found.first < word->where.first || expects("')'", symbols, n))
        return false;
    size_t at = word->where.last;
    at += strspn(state->source->text + at, " \t\r\n");
    return found.first == word->where.first || found.first == at;
}

/* What to write in place of a habit of Python's, or NULL. */
static const char *advice_for(yysymbol_kind_t found,
                              const yysymbol_kind_t *symbols, int n)
{
    const char *sign = yysymbol_name(found);
    if (strcmp(sign, "'.'") == 0 && (n > 1 || expects("'('", symbols, n)))
        return ": names have no dots; write what stands behind the last one";
    if (strcmp(sign, "'//'") == 0 || strcmp(sign, "'/'") == 0)
        return ": a comment begins with '#'";
    if (strcmp(sign, "'('") == 0 && expects("'from'", symbols, n))
        return ": what a layer reads is named by 'from'";
    return NULL;
}

/* True after reporting the misspelt word of a statement, `repat 2 {`: it stands
 * before what was found, and was taken for a layer or its name. */
static bool report_misspelt(struct parse_state *state, yysymbol_kind_t found,
                            const yysymbol_kind_t *symbols, int n)
{
    static const char *const words[] = {"repeat", "output", "from"};
    struct span where =
        found == YYSYMBOL_NAME ? state->name_before : state->name;
    if (n != 2 || !expects("'('", symbols, n) || !expects("'='", symbols, n))
        return false;
    const char *name = span_text(state->arena, where);
    const char *near = did_you_mean(state->arena, name, words, 3);
    if (!*near)
        return false;
    if (begins_bad_line(state, where))
        parse_mistake(state, where, "unexpected '%s'%s", name, near);
    return true;
}

/* Goes on as if a missing '{' were there: before a statement where only a body
 * may stand. What would close it is then no mistake of its own. */
static void open_missing(struct parse_state *state, yysymbol_kind_t found,
                         struct span where)
{
    const char *text = state->source->text + where.last;
    text += strspn(text, " \t\r\n");
    bool is_statement =
        found == YYSYMBOL_REPEAT || found == YYSYMBOL_OUTPUT ||
        (found == YYSYMBOL_NAME && (*text == '(' || *text == '='));
    if (!is_statement || state->depth == NN_MAX_DEPTH)
        return;
    state->open[state->depth].token = '{';
    state->open[state->depth].is_missing = true;
    state->open[state->depth++].where = where;
}

/* True at a token that is not to blame: behind a bracket that the scanner
 * closed, in a network's rest where a const stands in the middle of it, or in
 * a body whose '{' is missing. */
static bool is_excused(const struct parse_state *state, struct span where)
{
    bool is_rest = state->braces_owed > 0 && state->depth == 0;
    bool is_body = state->depth > 0 && state->open[0].is_missing;
    return where.first == state->closed_at || is_rest || is_body;
}

/* "; write 'from_value'" for a reserved word that stands for a name, or "". */
static const char *advice_for_reserved(struct parse_state *state,
                                       yysymbol_kind_t found,
                                       const yysymbol_kind_t *symbols, int n)
{
    bool is_for_name = is_reserved(found);
    for (int i = 0; i < n; i++)
        is_for_name = is_for_name && (symbols[i] == YYSYMBOL_NAME ||
                                      strcmp(yysymbol_name(symbols[i]), "')'") == 0);
    if (!is_for_name || !expects("a name", symbols, n))
        return "";
    const char *word = span_text(state->arena, state->reserved.where);
    return arena_printf(state->arena, "; write '%s_%s'", word,
                        kind_of_named(state));
}

/* "unexpected X: expected A, B or C". */
static void report_unexpected(struct parse_state *state, yysymbol_kind_t found,
                              struct span where,
                              const yysymbol_kind_t *symbols, int n)
{
    struct arena *arena = state->arena;
    const char *text = span_text(arena, where);
    const char *advice = advice_for(found, symbols, n);
    const char *instead = advice_for_reserved(state, found, symbols, n);
    const char *end = state->is_definition ? "end" : "end of the file";
    if (where.last > where.first)
        end = arena_printf(arena, "'%s'", text);
    if (found == YYSYMBOL_NAME)
        instead = nearest_reserved(symbols, n, text, arena);
    parse_mistake(state, where, "unexpected %s%s%s%s", end,
                  *instead && is_reserved(found) ? ", a reserved word" : "",
                  advice ? advice : expected_words(symbols, n, state), instead);
}

/* At the token that does not fit. */
static int yyreport_syntax_error(const yypcontext_t *context, yyscan_t scanner,
                                 struct parse_state *state)
{
    (void)scanner;
    enum { MOST = 64 };
    const struct span *where = yypcontext_location(context);
    yysymbol_kind_t found = yypcontext_token(context);
    if (is_excused(state, *where))
        return 0;
    yysymbol_kind_t symbols[MOST];
    int n = yypcontext_expected_tokens(context, symbols, MOST);
    if (report_misspelt(state, found, symbols, n))
        return 0;
    if (expects("'{'", symbols, n))
        open_missing(state, found, *where);
    if (names_reserved(state, *where, symbols, n)) {
        const char *word = span_text(state->arena, state->reserved.where);
        parse_mistake(state, state->reserved.where,
                      "'%s' is a reserved word and cannot be a name; write "
                      "'%s_%s'",
                      word, word, kind_of_named(state));
    } else if (begins_bad_line(state, *where)) {
        report_unexpected(state, found, *where, symbols, n);
    } else {
        state->last_mistake = where->first;
    }
    return 0;
}

/* Called where the parser's stack has its largest size. */
static void nn_error(const struct span *where, yyscan_t scanner,
                     struct parse_state *state, const char *message)
{
    (void)scanner;
    (void)message;
    parse_mistake(state, *where,
                  "this is nested too deep or too long to be read");
}

static struct ast_item *parse(struct parse_state *state)
{
    const struct source *source = state->source;
    size_t bad = source_bad_byte(source);
    if (bad < source->length) {
        struct span where = {source, bad, bad + 1};
        diag_error(state->diags, where,
                   source->text[bad] ? "this byte is not UTF-8"
                                     : "a text cannot hold a NUL byte");
        return ast_lost_item(state->arena, where);
    }
    yyscan_t scanner;
    state->closed_at = SIZE_MAX;
    nn_lex_init_extra(state, &scanner);
    nn__scan_bytes(source->text, (int)source->length, scanner);
    bool is_read = nn_parse(scanner, state) == 0 && !state->stopped;
    nn_lex_destroy(scanner);
    struct span end = {source, source->length, source->length};
    if (!is_read)
        APPEND(state->items, ast_lost_item(state->arena, end));
    return state->items.first;
}

struct ast_item *parse_source(struct arena *arena, const struct source *source,
                              struct diags *diags)
{
    struct parse_state state = {
        .arena = arena, .source = source, .diags = diags};
    return parse(&state);
}

struct ast_item *parse_definition(struct arena *arena,
                                  const struct source *source,
                                  struct diags *diags)
{
    struct parse_state state = {.arena = arena,
                                .source = source,
                                .diags = diags,
                                .is_definition = true};
    size_t errors = diags_count_errors(diags);
    struct ast_item *item = parse(&state);
    return diags_count_errors(diags) == errors ? item : NULL;
}
