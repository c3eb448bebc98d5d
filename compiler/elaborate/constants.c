/* The constants of a file: each is worked out once, behind those that its
 * expression names, however they are ordered and however long the chain. */
#include <string.h>

#include "compiler/elaborate/evaluate.h"
#include "compiler/syntax/parse.h"

/* The constants that one expression names. */
struct dependencies {
    struct elaboration *elaboration;
    struct symbol **items;
    size_t n, capacity;
};

/* A constant on the way to its value, and how many of what it depends on were
 * seen to. */
struct step {
    struct symbol *symbol;
    struct dependencies on;
    size_t seen;
};

struct steps {
    struct elaboration *elaboration;
    struct step *items;
    size_t n, capacity;
};

/* A higher expression was refused by the parser, and is not worked out. */
static void collect(struct dependencies *on,
                    const struct ast_expression *expression)
{
    if (!expression || expression->height > NN_MAX_HEIGHT)
        return;
    struct symbol *symbol = expression->kind == AST_WORD
                                ? symbol_find(on->elaboration, expression->text)
                                : NULL;
    if (symbol && symbol->item->kind == AST_CONST &&
        symbol->progress == NOT_STARTED) {
        on->items = arena_grow(on->elaboration->arena, on->items, on->n,
                               &on->capacity, sizeof *on->items);
        on->items[on->n++] = symbol;
    }
    collect(on, expression->left);
    collect(on, expression->right);
    for (const struct ast_argument *argument = expression->arguments; argument;
         argument = argument->next)
        collect(on, argument->value);
}

static void begin(struct steps *steps, struct symbol *symbol)
{
    symbol->progress = STARTED;
    steps->items = arena_grow(steps->elaboration->arena, steps->items, steps->n,
                              &steps->capacity, sizeof *steps->items);
    struct step *step = &steps->items[steps->n++];
    *step = (struct step){.symbol = symbol,
                          .on = {.elaboration = steps->elaboration}};
    collect(&step->on, symbol->item->value);
}

/* A constant that depends on itself finds itself STARTED. */
static void work_out(struct elaboration *elaboration, struct symbol *symbol)
{
    const struct scope scope = constants_scope(elaboration);
    struct value value = evaluate(&scope, symbol->item->value);
    if (symbol->value.kind != VALUE_ERROR)
        symbol->value = value;
    symbol->progress = DONE;
}

/* What is begun on the way is done first; not by recursion, which a long chain
 * would take too far. */
static void work_out_all(struct steps *steps)
{
    while (steps->n > 0) {
        struct step *top = &steps->items[steps->n - 1];
        if (top->seen == top->on.n) {
            work_out(steps->elaboration, top->symbol);
            steps->n--;
        } else {
            struct symbol *next = top->on.items[top->seen++];
            if (next->progress == NOT_STARTED)
                begin(steps, next);
        }
    }
}

const struct value *constant_value(struct elaboration *elaboration,
                                   struct symbol *symbol)
{
    if (symbol->progress == STARTED) {
        diag_error(elaboration->diags, symbol->item->name->where,
                   "the value of '%s' depends on itself",
                   symbol->item->name->text);
        symbol->value.kind = VALUE_ERROR;
    } else if (symbol->progress == NOT_STARTED) {
        struct steps steps = {.elaboration = elaboration};
        begin(&steps, symbol);
        work_out_all(&steps);
    }
    return &symbol->value;
}
