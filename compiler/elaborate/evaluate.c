/* Expressions to values: Python's arithmetic on 64-bit integers and doubles,
 * every overflow an error. */
#include "compiler/elaborate/evaluate.h"

#include <math.h>
#include <string.h>

#include "base/hint.h"
#include "compiler/elaborate/arguments.h"
#include "compiler/syntax/parse.h"

static const char too_large[] =
    "the result does not fit in a 64-bit whole number";

static struct value evaluate_any(const struct scope *scope,
                                 const struct ast_expression *expression);

static struct value integer_value(int64_t integer)
{
    return (struct value){.kind = VALUE_INTEGER, .integer = integer};
}

static struct value real_value(double real)
{
    return (struct value){.kind = VALUE_REAL, .real = real};
}

static bool is_number(const struct value *value)
{
    return value->kind == VALUE_INTEGER || value->kind == VALUE_REAL;
}

static double as_real(const struct value *value)
{
    return value->kind == VALUE_INTEGER ? (double)value->integer : value->real;
}

static struct value fail(const struct scope *scope,
                         const struct ast_expression *expression,
                         const char *message)
{
    diag_error(scope->diags, expression->where, "%s", message);
    return (struct value){.kind = VALUE_ERROR};
}

/* base ** exponent by squaring; false on overflow. */
static bool power(int64_t base, int64_t exponent, int64_t *result)
{
    *result = 1;
    while (exponent > 0) {
        if (exponent & 1 && __builtin_mul_overflow(*result, base, result))
            return false;
        exponent >>= 1;
        if (exponent > 0 && __builtin_mul_overflow(base, base, &base))
            return false;
    }
    return true;
}

/* Quotient rounded down and the remainder of the divisor's sign; divisor is
 * not 0, and the quotient fits. */
static int64_t floor_divide(int64_t a, int64_t b)
{
    int64_t quotient = a / b;
    return quotient - (a % b != 0 && (a < 0) != (b < 0));
}

static bool is_division(enum ast_operator sign)
{
    return sign == AST_DIVIDE || sign == AST_FLOOR_DIVIDE || sign == AST_MODULO;
}

static struct value integer_binary(const struct scope *scope,
                                   const struct ast_expression *expression,
                                   int64_t a, int64_t b)
{
    if (is_division(expression->sign) && b == 0)
        return fail(scope, expression, "division by zero");
    int64_t result = 0;
    bool fits = true;
    switch (expression->sign) {
    case AST_ADD:
        fits = !__builtin_add_overflow(a, b, &result);
        break;
    case AST_SUBTRACT:
        fits = !__builtin_sub_overflow(a, b, &result);
        break;
    case AST_MULTIPLY:
        fits = !__builtin_mul_overflow(a, b, &result);
        break;
    case AST_DIVIDE:
        return real_value((double)a / (double)b);
    case AST_FLOOR_DIVIDE:
        fits = !(a == INT64_MIN && b == -1);
        result = fits ? floor_divide(a, b) : 0;
        break;
    case AST_MODULO:
        result = b == -1 ? 0 : a - floor_divide(a, b) * b;
        break;
    case AST_POWER:
        if (b < 0 && a == 0)
            return fail(scope, expression, "division by zero");
        if (b < 0)
            return real_value(pow((double)a, (double)b));
        fits = power(a, b, &result);
        break;
    }
    if (!fits)
        return fail(scope, expression, too_large);
    return integer_value(result);
}

/* The remainder of the divisor's sign, and the quotient that goes with it, as
 * Python has them: 1.0 // 0.1 is 9, since 0.1 is a little more than a tenth. */
static double real_modulo(double a, double b)
{
    double remainder = fmod(a, b);
    return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b
                                                        : remainder;
}

static double real_floor_divide(double a, double b)
{
    return nearbyint((a - real_modulo(a, b)) / b);
}

static struct value real_binary(const struct scope *scope,
                                const struct ast_expression *expression,
                                double a, double b)
{
    bool inverts = expression->sign == AST_POWER && b < 0;
    if ((is_division(expression->sign) && b == 0) || (inverts && a == 0))
        return fail(scope, expression, "division by zero");
    double result = 0;
    switch (expression->sign) {
    case AST_ADD:
        result = a + b;
        break;
    case AST_SUBTRACT:
        result = a - b;
        break;
    case AST_MULTIPLY:
        result = a * b;
        break;
    case AST_DIVIDE:
        result = a / b;
        break;
    case AST_FLOOR_DIVIDE:
        result = real_floor_divide(a, b);
        break;
    case AST_MODULO:
        result = real_modulo(a, b);
        break;
    case AST_POWER:
        result = pow(a, b);
        break;
    }
    if (!isfinite(result))
        return fail(scope, expression, "the result is not a finite number");
    return real_value(result);
}

static void not_a_number(const struct scope *scope, const struct value *value)
{
    value_error(scope->diags, value, value->where,
                arena_printf(scope->arena, "arithmetic wants numbers, not %s%s",
                             value_text(scope->arena, value),
                             value_advice(scope, value)));
}

static struct value evaluate_binary(const struct scope *scope,
                                    const struct ast_expression *expression)
{
    struct value a = evaluate_any(scope, expression->left);
    struct value b = evaluate_any(scope, expression->right);
    if (a.kind == VALUE_ERROR || b.kind == VALUE_ERROR)
        return (struct value){.kind = VALUE_ERROR};
    const struct value *wrong = !is_number(&a)   ? &a
                                : !is_number(&b) ? &b
                                                 : NULL;
    if (wrong) {
        not_a_number(scope, wrong);
        return (struct value){.kind = VALUE_ERROR};
    }
    if (a.kind == VALUE_INTEGER && b.kind == VALUE_INTEGER)
        return integer_binary(scope, expression, a.integer, b.integer);
    return real_binary(scope, expression, as_real(&a), as_real(&b));
}

static struct value evaluate_sign(const struct scope *scope,
                                  const struct ast_expression *expression)
{
    struct value operand = evaluate_any(scope, expression->right);
    bool negates = expression->kind == AST_NEGATE;
    if (operand.kind == VALUE_REAL)
        return real_value(negates ? -operand.real : operand.real);
    if (operand.kind == VALUE_INTEGER && negates &&
        operand.integer == INT64_MIN)
        return fail(scope, expression, too_large);
    if (operand.kind == VALUE_INTEGER)
        return integer_value(negates ? -operand.integer : operand.integer);
    if (operand.kind != VALUE_ERROR)
        not_a_number(scope, &operand);
    return (struct value){.kind = VALUE_ERROR};
}

/* A tuple, or a call, by the values in its brackets. */
static struct value evaluate_items(const struct scope *scope,
                                   const struct ast_expression *expression,
                                   enum value_kind kind)
{
    struct value value = {.kind = kind, .word = expression->text};
    const struct ast_argument *argument = expression->arguments;
    for (; argument; argument = argument->next)
        value.n++;
    struct value *items =
        arena_alloc(scope->arena, (size_t)value.n, sizeof *items);
    const struct ast_name **names =
        arena_alloc(scope->arena, (size_t)value.n, sizeof *names);
    argument = expression->arguments;
    for (int i = 0; argument; argument = argument->next, i++) {
        items[i] = evaluate_any(scope, argument->value);
        names[i] = argument->name;
        if (items[i].kind == VALUE_ERROR)
            value.kind = VALUE_ERROR;
    }
    value.items = items;
    value.names = names;
    return value;
}

static struct value evaluate_word(const struct scope *scope,
                                  const struct ast_expression *expression)
{
    const struct value *named = scope_value(scope, expression->text);
    if (named)
        return *named;
    if (scope->has_gaps && !is_argument_word(expression->text))
        return (struct value){.kind = VALUE_ERROR};
    return (struct value){.kind = VALUE_WORD, .word = expression->text};
}

static struct value evaluate_any(const struct scope *scope,
                                 const struct ast_expression *expression)
{
    struct value value = {.kind = VALUE_ERROR, .where = expression->where};
    if (!elaboration_spend(scope->elaboration, expression->where))
        return value;
    switch (expression->kind) {
    case AST_INTEGER:
        value = integer_value(expression->integer);
        break;
    case AST_REAL:
        value = real_value(expression->real);
        break;
    case AST_STRING:
        value = (struct value){.kind = VALUE_WORD, .word = expression->text};
        break;
    case AST_WORD:
        value = evaluate_word(scope, expression);
        break;
    case AST_TUPLE:
        value = evaluate_items(scope, expression, VALUE_TUPLE);
        break;
    case AST_CALL:
        value = evaluate_items(scope, expression, VALUE_CALL);
        break;
    case AST_NEGATE:
    case AST_PLUS:
        value = evaluate_sign(scope, expression);
        break;
    case AST_BINARY:
        value = evaluate_binary(scope, expression);
        break;
    case AST_GAP:
        break;
    }
    value.where = expression->where;
    if (!value.origin.source)
        value.origin = expression->where;
    return value;
}

struct value evaluate(const struct scope *scope,
                      const struct ast_expression *expression)
{
    if (expression->height > NN_MAX_HEIGHT) /* the parser said so */
        return (struct value){.kind = VALUE_ERROR, .where = expression->where};
    return evaluate_any(scope, expression);
}

bool evaluate_integer(const struct scope *scope,
                      const struct ast_expression *expression, const char *what,
                      int64_t *result)
{
    struct value value = evaluate(scope, expression);
    *result = value.integer;
    if (value.kind == VALUE_INTEGER || value.kind == VALUE_ERROR)
        return value.kind == VALUE_INTEGER;
    value_error(scope->diags, &value, value.where,
                arena_printf(scope->arena,
                             "%s must be a whole number, not %s%s", what,
                             value_text(scope->arena, &value),
                             value_advice(scope, &value)));
    return false;
}

bool evaluate_shape(const struct scope *scope,
                    const struct ast_expression *tuple, struct shape *shape)
{
    *shape = (struct shape){0};
    for (const struct ast_argument *item = tuple->arguments; item;
         item = item->next) {
        int64_t size;
        if (!evaluate_integer(scope, item->value, "a size", &size))
            return false;
        if (size < 1 || size > MAX_ELEMENTS) {
            diag_error(scope->diags, item->value->where,
                       "a size must be at %s, not %lld",
                       size < 1 ? "least 1" : "most 2147483648",
                       (long long)size);
            return false;
        }
        if (shape->rank == MAX_RANK) {
            diag_error(scope->diags, tuple->where,
                       "a shape has at most %d sizes", MAX_RANK);
            return false;
        }
        shape->size[shape->rank++] = size;
        if (!shape_fits(shape)) {
            diag_error(scope->diags, tuple->where,
                       "this shape has more than 2147483648 values, the most "
                       "that a sample can have");
            return false;
        }
    }
    return true;
}

const char *value_kind_text(const struct value *value)
{
    switch (value->kind) {
    case VALUE_INTEGER:
        return "a whole number";
    case VALUE_REAL:
        return "a real number";
    case VALUE_WORD:
        return "a word";
    case VALUE_TUPLE:
        return "a tuple";
    case VALUE_CALL:
        return "a call";
    default:
        return "nothing";
    }
}

/* 2.0 and not 2: a real number shows that it is one. */
static const char *real_text(struct arena *arena, double real)
{
    const char *text = arena_printf(arena, "%.9g", real);
    return strpbrk(text, ".en") ? text : arena_printf(arena, "%s.0", text);
}

const char *value_text(struct arena *arena, const struct value *value)
{
    switch (value->kind) {
    case VALUE_INTEGER:
        return arena_printf(arena, "%lld", (long long)value->integer);
    case VALUE_REAL:
        return real_text(arena, value->real);
    case VALUE_WORD:
        return arena_printf(arena, "'%.60s'", value->word);
    case VALUE_CALL:
        return arena_printf(arena, "'%.60s(…)'", value->word);
    case VALUE_TUPLE:
        return arena_printf(arena, "a tuple of %d", value->n);
    default:
        return "nothing";
    }
}

static bool is_same_place(struct span a, struct span b)
{
    return a.source == b.source && a.first == b.first && a.last == b.last;
}

void value_error(struct diags *diags, const struct value *value,
                 struct span where, const char *text)
{
    bool is_whole = is_same_place(where, value->where);
    bool is_brought =
        value->origin.source && !is_same_place(value->where, value->origin);
    if (is_brought && diags_mention(diags, is_whole ? value->origin : where))
        return;
    diag_error(diags, where, "%s", text);
    if (is_brought && is_whole)
        diag_note(diags, value->origin, "its value is given here");
    else if (is_brought)
        diag_note(diags, value->where, "it is used here");
}

static bool divides(struct span where)
{
    return where.source && memchr(where.source->text + where.first, '/',
                                  where.last - where.first);
}

/* Not in quotes. */
static bool is_bare_word(const struct value *value)
{
    struct span where = value->origin;
    size_t length = strlen(value->word);
    return where.source && where.last - where.first == length &&
           strncmp(where.source->text + where.first, value->word, length) == 0;
}

const char *value_advice(const struct scope *scope, const struct value *value)
{
    if (value->kind == VALUE_REAL && divides(value->origin))
        return "; '//' divides whole numbers";
    if (value->kind != VALUE_WORD || !is_bare_word(value))
        return "";
    return scope_nearest(scope, hint_last_name(value->word), false);
}
