/* The tables that the build makes of foreign_words.txt. */
#include "compiler/elaborate/foreign_words.h"

#include "foreign_tables.h"

#define LIST(table, what)                                                      \
    (struct hints)                                                             \
    {                                                                          \
        table, sizeof table / sizeof *table, what                              \
    }

struct hints foreign_layers(void)
{
    return LIST(layers, "a layer");
}

struct hints foreign_arguments(void)
{
    return LIST(arguments, "an argument");
}

struct hints foreign_activations(void)
{
    return LIST(activations, "an activation");
}

struct hints foreign_initializers(void)
{
    return LIST(initializers, "an initializer");
}

struct hints foreign_regularizers(void)
{
    return LIST(regularizers, "a regularizer");
}

struct hints refused_arguments(void)
{
    return LIST(refused, "an argument");
}

struct hints refused_arguments_of_rows(void)
{
    return LIST(refused_of_rows, "an argument");
}
