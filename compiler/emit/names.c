/* The names of emitted C.
 *
 * Roles never stand alone and stems are the user's names: what could be a
 * keyword, a macro or a name of the runtime has a role behind it, and what is
 * taken gets a number. */
#include <string.h>

#include "base/fingerprint.h"
#include "compiler/emit/emit.h"

/* A name in the emitted file and what it stands for. */
struct identifier {
    const void *scope; /* NULL: the file; a program: its rows */
    const void *owner;
    const char *role;
    const char *text;
    bool is_written; /* a function that is in the file */
    struct identifier *next_of_owner, *next_of_text;
};

enum { BUCKETS = 4096 };

struct names {
    struct identifier *of_owner[BUCKETS]; /* and role */
    struct identifier *of_text[BUCKETS];  /* and scope */
};

struct names *names_new(struct arena *arena)
{
    struct names *names = arena_alloc(arena, 1, sizeof *names);
    *names = (struct names){0};
    return names;
}

static size_t bucket(const void *thing, const char *text)
{
    uint64_t start = fingerprint_bytes(FINGERPRINT_EMPTY, &thing, sizeof thing);
    return fingerprint_string(start, text) % BUCKETS;
}

/* What a name in a scope stands for; NULL: it is free. */
static struct identifier *named(const struct names *names, const void *scope,
                                const char *text)
{
    struct identifier *known = names->of_text[bucket(scope, text)];
    while (known && (known->scope != scope || strcmp(known->text, text) != 0))
        known = known->next_of_text;
    return known;
}

static const char *known_identifier(const struct emission *emission,
                                    const void *owner, const char *role)
{
    const struct identifier *known =
        emission->names->of_owner[bucket(owner, role)];
    while (known && (known->owner != owner || strcmp(known->role, role) != 0))
        known = known->next_of_owner;
    return known ? known->text : NULL;
}

static void add(struct emission *emission, struct identifier identifier)
{
    struct identifier *new = arena_alloc(emission->arena, 1, sizeof *new);
    struct identifier **of_owner =
        &emission->names->of_owner[bucket(identifier.owner, identifier.role)];
    struct identifier **of_text =
        &emission->names->of_text[bucket(identifier.scope, identifier.text)];
    *new = identifier;
    new->next_of_owner = *of_owner;
    new->next_of_text = *of_text;
    *of_owner = *of_text = new;
}

static const char *new_identifier(struct emission *emission, const void *scope,
                                  const void *owner, const char *stem,
                                  const char *role, const char *key)
{
    /* a leading '_' is C's own; "guss" is the runtime's */
    bool reserved = *stem == '_' || strncmp(stem, "guss", 4) == 0;
    const char *prefix = reserved ? "nn_" : "";
    const char *text =
        arena_printf(emission->arena, "%s%s_%s", prefix, stem, role);
    for (int i = 2; named(emission->names, scope, text); i++)
        text =
            arena_printf(emission->arena, "%s%s_%s_%d", prefix, stem, role, i);
    add(emission,
        (struct identifier){
            .scope = scope, .owner = owner, .role = key, .text = text});
    return text;
}

const char *identifier(struct emission *emission, const void *scope,
                       const void *owner, const char *stem, const char *role)
{
    const char *known = known_identifier(emission, owner, role);
    return known ? known
                 : new_identifier(emission, scope, owner, stem, role, role);
}

static const char *layer_stem(struct emission *emission,
                              const struct layer *layer)
{
    if (emission->plan->graph->n_networks == 1)
        return layer->name;
    return arena_printf(emission->arena, "%s_%s", layer->network->name,
                        layer->name);
}

const char *variant_identifier(struct emission *emission,
                               const struct layer *layer, const char *role,
                               const char *variant)
{
    const char *key = arena_printf(emission->arena, "variant %s", variant);
    const char *known = known_identifier(emission, layer, key);
    return known ? known
                 : new_identifier(emission, NULL, layer,
                                  layer_stem(emission, layer), role, key);
}

const char *layer_identifier(struct emission *emission,
                             const struct layer *layer, const char *role)
{
    return identifier(emission, NULL, layer, layer_stem(emission, layer), role);
}

const char *weight_identifier(struct emission *emission,
                              const struct layer *layer,
                              const struct weight *weight)
{
    return layer_identifier(emission, layer, weight->name);
}

const char *tensor_identifier(struct emission *emission,
                              const struct program *program,
                              const struct tensor *tensor)
{
    return identifier(emission, program, tensor, tensor->layer->name,
                      tensor->role);
}

const char *program_identifier(struct emission *emission,
                               const struct program *program)
{
    if (program->phase)
        return program->phase->name;
    if (emission->plan->graph->n_networks == 1)
        return "predict";
    return identifier(emission, NULL, program, program->network->name,
                      "predict");
}

const char *dtype_word(const struct emission *emission, enum dtype dtype)
{
    return dtype == emission->plan->dtype ? "real" : dtype_info(dtype)->word;
}

bool function_is_first(struct emission *emission, const char *name)
{
    struct identifier *function = named(emission->names, NULL, name);
    bool is_first = !function->is_written;
    function->is_written = true;
    return is_first;
}
