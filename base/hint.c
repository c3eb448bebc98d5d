/* A word from elsewhere in, its row out. */
#include "base/hint.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/diag.h"

const char *hint_last_name(const char *word)
{
    const char *dot = strrchr(word, '.');
    return dot && dot[1] ? dot + 1 : word;
}

const struct hint *hint_find(struct hints hints, const char *word)
{
    const struct hint *alike = NULL;
    for (size_t i = 0; i < hints.n; i++) {
        if (strcmp(hints.rows[i].word, word) == 0)
            return &hints.rows[i];
        if (!alike && strcasecmp(hints.rows[i].word, word) == 0)
            alike = &hints.rows[i];
    }
    return alike;
}

static bool is_one_of(const char *word, const char *const *names, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (strcasecmp(word, names[i]) == 0)
            return true;
    return false;
}

const struct hint *hint_fitting(struct hints hints, const char *word,
                                const char *const *names, size_t n)
{
    for (size_t i = 0; i < hints.n; i++) {
        const struct hint *row = &hints.rows[i];
        if (strcmp(row->word, word) == 0 &&
            (!row->own || is_one_of(row->own, names, n)))
            return row;
    }
    return NULL;
}

/* The nearest of `names` and of the words that are lacking: what is called
 * something else here is not looked for so far away. The names stand first: of
 * words equally near, one of them is offered. */
static const char *nearest_of_both(struct hints hints, const char *word,
                                   const char *const *names, size_t n)
{
    struct arena *arena = arena_new();
    const char **all = arena_alloc(arena, n + hints.n + 1, sizeof *all);
    for (size_t i = 0; i < n; i++)
        all[i] = names[i];
    for (size_t i = 0; i < hints.n; i++)
        if (hints.rows[i].lacking)
            all[n++] = hints.rows[i].word;
    const char *nearest = nearest_name(word, all, n);
    arena_free(arena);
    return nearest;
}

const struct hint *hint_for(struct hints hints, const char *word,
                            const char *const *names, size_t n)
{
    const struct hint *found = hint_find(hints, word);
    if (found && (strcmp(found->word, word) == 0 || !is_one_of(word, names, n)))
        return found;
    if (is_one_of(word, names, n))
        return NULL;
    const char *nearest = nearest_of_both(hints, word, names, n);
    bool is_own = nearest && is_one_of(nearest, names, n);
    return nearest && !is_own ? hint_find(hints, nearest) : NULL;
}

const char *hint_text(struct arena *arena, const struct hint *hint)
{
    if (hint->own)
        return arena_printf(arena, "; did you mean '%s'?", hint->own);
    return hint->text ? arena_printf(arena, ": %s", hint->text) : "";
}

const char *hint_refusal(struct arena *arena, struct hints hints,
                         const struct hint *hint)
{
    return arena_printf(arena, "'%s' is %s of %s that guss does not have%s%s",
                        hint->word, hints.what, hint->lacking,
                        hint->text ? ": " : "", hint->text ? hint->text : "");
}
