/* Expressions: folded where they are built, written by precedence. */
#include "compiler/emit/expr.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

#include "base/text.h"

/* How tightly the operators of C bind, from loose to tight. */
enum binding { BINDING_SUM, BINDING_PRODUCT, BINDING_PREFIX, BINDING_POSTFIX };

enum expr_kind {
    EXPR_ADD,
    EXPR_SUBTRACT,
    EXPR_MULTIPLY,
    EXPR_DIVIDE,
    EXPR_REMAINDER,
    EXPR_CONSTANT,
    EXPR_NAME,
    EXPR_INDEX,
    EXPR_ADDRESS,
    EXPR_MEMBER
};

static const struct {
    enum binding binding;
    const char *sign; /* between the operands of arithmetic */
} kinds[] = {
    [EXPR_ADD] = {BINDING_SUM, " + "},
    [EXPR_SUBTRACT] = {BINDING_SUM, " - "},
    [EXPR_MULTIPLY] = {BINDING_PRODUCT, " * "},
    [EXPR_DIVIDE] = {BINDING_PRODUCT, " / "},
    [EXPR_REMAINDER] = {BINDING_PRODUCT, " % "},
    [EXPR_CONSTANT] = {BINDING_POSTFIX, NULL},
    [EXPR_NAME] = {BINDING_POSTFIX, NULL},
    [EXPR_INDEX] = {BINDING_POSTFIX, NULL},
    [EXPR_ADDRESS] = {BINDING_PREFIX, NULL},
    [EXPR_MEMBER] = {BINDING_POSTFIX, NULL},
};

struct expr {
    enum expr_kind kind;
    struct arena *arena;
    int64_t value;    /* of a constant */
    const char *name; /* of a variable, a member */
    int n_operands;
    const struct expr *operands[];
};

static struct expr *make(struct arena *arena, enum expr_kind kind,
                         const char *name, const struct expr *const *operands,
                         int n)
{
    struct expr *expr =
        arena_alloc(arena, 1, sizeof *expr + (size_t)n * sizeof(struct expr *));
    expr->kind = kind;
    expr->arena = arena;
    expr->name = name;
    expr->n_operands = n;
    for (int i = 0; i < n; i++)
        expr->operands[i] = operands[i];
    return expr;
}

const struct expr *expr_constant(struct arena *arena, int64_t value)
{
    struct expr *expr = make(arena, EXPR_CONSTANT, NULL, NULL, 0);
    expr->value = value;
    return expr;
}

const struct expr *expr_name(struct arena *arena, const char *name)
{
    return make(arena, EXPR_NAME, name, NULL, 0);
}

/* ---- arithmetic -------------------------------------------------------- */

static bool is_constant(const struct expr *expr)
{
    return expr->kind == EXPR_CONSTANT;
}

static bool is_value(const struct expr *expr, int64_t value)
{
    return is_constant(expr) && expr->value == value;
}

/* a kind b; false where that is no int64_t. */
static bool compute(enum expr_kind kind, int64_t a, int64_t b, int64_t *result)
{
    bool divides = kind == EXPR_DIVIDE || kind == EXPR_REMAINDER;
    if (divides && (b == 0 || (a == INT64_MIN && b == -1)))
        return false;
    switch (kind) {
    case EXPR_ADD:
        return !__builtin_add_overflow(a, b, result);
    case EXPR_SUBTRACT:
        return !__builtin_sub_overflow(a, b, result);
    case EXPR_MULTIPLY:
        return !__builtin_mul_overflow(a, b, result);
    case EXPR_DIVIDE:
        *result = a / b;
        return true;
    default:
        *result = a % b;
        return true;
    }
}

/* What it is without computing, where an operand is 0 or 1; or NULL. */
static const struct expr *neutral(enum expr_kind kind, const struct expr *a,
                                  const struct expr *b)
{
    switch (kind) {
    case EXPR_ADD:
        return is_value(a, 0) ? b : is_value(b, 0) ? a : NULL;
    case EXPR_SUBTRACT:
        return is_value(b, 0) ? a : NULL;
    case EXPR_MULTIPLY:
        if (is_value(a, 0) || is_value(b, 1))
            return a;
        return is_value(b, 0) || is_value(a, 1) ? b : NULL;
    case EXPR_DIVIDE:
        return is_value(b, 1) ? a : NULL;
    default:
        return is_value(b, 1) ? expr_constant(a->arena, 0) : NULL;
    }
}

/* (x + 1) + 2 and (x * 2) * 3: true with the two constants as one. */
static bool gathers(enum expr_kind kind, const struct expr *a,
                    const struct expr *b, int64_t *together)
{
    bool is_chain = kind == EXPR_ADD || kind == EXPR_MULTIPLY;
    return is_chain && a->kind == kind && is_constant(b) &&
           is_constant(a->operands[1]) &&
           compute(kind, a->operands[1]->value, b->value, together);
}

static const struct expr *arithmetic(enum expr_kind kind, const struct expr *a,
                                     const struct expr *b)
{
    int64_t value;
    if (is_constant(a) && is_constant(b) &&
        compute(kind, a->value, b->value, &value))
        return expr_constant(a->arena, value);
    const struct expr *known = neutral(kind, a, b);
    if (known)
        return known;
    if (kind == EXPR_SUBTRACT && is_constant(b) &&
        compute(EXPR_SUBTRACT, 0, b->value, &value))
        return expr_plus(a, value);
    if (gathers(kind, a, b, &value))
        return arithmetic(kind, a->operands[0], expr_constant(a->arena, value));
    const struct expr *const operands[] = {a, b};
    return make(a->arena, kind, NULL, operands, 2);
}

const struct expr *expr_add(const struct expr *a, const struct expr *b)
{
    return arithmetic(EXPR_ADD, a, b);
}

const struct expr *expr_subtract(const struct expr *a, const struct expr *b)
{
    return arithmetic(EXPR_SUBTRACT, a, b);
}

const struct expr *expr_multiply(const struct expr *a, const struct expr *b)
{
    return arithmetic(EXPR_MULTIPLY, a, b);
}

const struct expr *expr_divide(const struct expr *a, const struct expr *b)
{
    return arithmetic(EXPR_DIVIDE, a, b);
}

const struct expr *expr_remainder(const struct expr *a, const struct expr *b)
{
    return arithmetic(EXPR_REMAINDER, a, b);
}

const struct expr *expr_plus(const struct expr *a, int64_t value)
{
    return expr_add(a, expr_constant(a->arena, value));
}

const struct expr *expr_times(const struct expr *a, int64_t value)
{
    return expr_multiply(a, expr_constant(a->arena, value));
}

/* ---- places ------------------------------------------------------------- */

const struct expr *expr_index(const struct expr *of, const struct expr *at)
{
    const struct expr *const operands[] = {of, at};
    return make(of->arena, EXPR_INDEX, NULL, operands, 2);
}

const struct expr *expr_address(const struct expr *of)
{
    return make(of->arena, EXPR_ADDRESS, NULL, &of, 1);
}

const struct expr *expr_member(const struct expr *of, const char *name)
{
    return make(of->arena, EXPR_MEMBER, name, &of, 1);
}

const struct expr *expr_replace(const struct expr *expr, const char *name,
                                const struct expr *by)
{
    if (expr->kind == EXPR_NAME)
        return strcmp(expr->name, name) == 0 ? by : expr;
    if (expr->n_operands == 0)
        return expr;
    struct expr *copy = make(expr->arena, expr->kind, expr->name,
                             expr->operands, expr->n_operands);
    for (int i = 0; i < copy->n_operands; i++)
        copy->operands[i] = expr_replace(expr->operands[i], name, by);
    if (kinds[expr->kind].sign)
        return arithmetic(expr->kind, copy->operands[0], copy->operands[1]);
    return copy;
}

/* ---- text --------------------------------------------------------------- */

static enum binding binding_of(const struct expr *expr)
{
    return is_constant(expr) && expr->value < 0 ? BINDING_PREFIX
                                                : kinds[expr->kind].binding;
}

static void put(struct text *out, const struct expr *expr, enum binding least);

/* x + (y + z) and x * (y * z) need no parentheses: of whole numbers they are
 * what they are without. */
static void put_arithmetic(struct text *out, const struct expr *expr)
{
    const struct expr *right = expr->operands[1];
    enum binding binding = binding_of(expr);
    put(out, expr->operands[0], binding);
    if (expr->kind == EXPR_ADD && is_constant(right) && right->value < 0 &&
        right->value > INT64_MIN) {
        text_printf(out, " - %lld", -(long long)right->value);
        return;
    }
    text_puts(out, kinds[expr->kind].sign);
    bool is_free = expr->kind == EXPR_ADD || (expr->kind == EXPR_MULTIPLY &&
                                              right->kind == EXPR_MULTIPLY);
    put(out, right, is_free ? binding : binding + 1);
}

static void put_bare(struct text *out, const struct expr *expr)
{
    const struct expr *const *operands = expr->operands;
    switch (expr->kind) {
    case EXPR_CONSTANT:
        text_printf(out, "%lld", (long long)expr->value);
        return;
    case EXPR_NAME:
        text_puts(out, expr->name);
        return;
    case EXPR_INDEX:
        put(out, operands[0], BINDING_POSTFIX);
        text_puts(out, "[");
        put(out, operands[1], BINDING_SUM);
        text_puts(out, "]");
        return;
    case EXPR_ADDRESS:
        text_puts(out, "&");
        put(out, operands[0], BINDING_PREFIX);
        return;
    case EXPR_MEMBER:
        put(out, operands[0], BINDING_POSTFIX);
        text_printf(out, "->%s", expr->name);
        return;
    default:
        put_arithmetic(out, expr);
    }
}

/* In parentheses where it binds less tightly than its place wants. */
static void put(struct text *out, const struct expr *expr, enum binding least)
{
    bool is_loose = binding_of(expr) < least;
    text_puts(out, is_loose ? "(" : "");
    put_bare(out, expr);
    text_puts(out, is_loose ? ")" : "");
}

const char *expr_text(const struct expr *expr)
{
    struct text text = text_new(expr->arena);
    put(&text, expr, BINDING_SUM);
    return text_string(&text);
}
