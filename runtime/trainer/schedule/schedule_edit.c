/* --set KEY.PATH=VALUE: words of the command line in, a changed tree out. The
 * words are a source of their own, so that mistakes in them are shown as those
 * of a file are. A null is kept in the tree: a misspelt key is a mistake even
 * where it would drop nothing. */
#include <string.h>

#include "trainer/schedule/schedule_tree.h"

struct edit {
    struct arena *arena;
    struct diags *diags;
    const struct source *source;
    struct node *value;
};

static struct entry *add_entry(struct edit *edit, struct node *mapping,
                               const char *key, struct span where)
{
    struct entry *entry = node_find(mapping, key);
    if (!entry) {
        mapping->entries =
            arena_grow(edit->arena, mapping->entries, mapping->n_entries,
                       &mapping->capacity, sizeof *mapping->entries);
        entry = &mapping->entries[mapping->n_entries++];
        *entry = (struct entry){.key = key};
    }
    entry->where = where;
    return entry;
}

static void remove_entry(struct node *mapping, const char *key)
{
    struct entry *entry = node_find(mapping, key);
    if (!entry)
        return;
    struct entry *end = mapping->entries + mapping->n_entries;
    memmove(entry, entry + 1, (size_t)(end - (entry + 1)) * sizeof *entry);
    mapping->n_entries--;
}

/* The mapping below `key`, made where there is none; NULL where a null has
 * nothing to drop. */
static struct node *descend(struct edit *edit, struct node *mapping,
                            const char *key, struct span where)
{
    struct entry *entry = node_find(mapping, key);
    if (entry && entry->value->kind == NODE_MAPPING)
        return entry->value;
    bool drops = node_is_null(edit->value);
    if (entry && drops)
        return NULL;
    entry = add_entry(edit, mapping, key, where);
    entry->value = edit->value;
    if (drops)
        return NULL;
    entry->value = arena_alloc(edit->arena, 1, sizeof(struct node));
    entry->value->kind = NODE_MAPPING;
    entry->value->where = where;
    return entry->value;
}

/* Sets the key that the first `length` bytes of the words name. */
static void set(struct edit *edit, struct node *mapping, size_t length)
{
    size_t first = 0;
    while (mapping) {
        const char *text = edit->source->text + first;
        const char *dot = memchr(text, '.', length - first);
        size_t size = dot ? (size_t)(dot - text) : length - first;
        struct span where = {edit->source, first, first + size};
        const char *key = arena_copy(edit->arena, text, size);
        if (!dot) {
            add_entry(edit, mapping, key, where)->value = edit->value;
            return;
        }
        mapping = descend(edit, mapping, key, where);
        first += size + 1;
    }
}

/* True for "a.b.c": no part is empty. */
static bool is_key_path(const char *text, size_t length)
{
    if (length == 0 || text[length - 1] == '.')
        return false;
    for (size_t i = 0; i < length; i++)
        if (text[i] == '.' && (i == 0 || text[i - 1] == '.'))
            return false;
    return true;
}

void tree_edit(struct arena *arena, struct node *root,
               const struct schedule_edit *given, struct diags *diags)
{
    const struct source *source =
        source_from_text(arena, "--set", given->text, strlen(given->text));
    const char *equals = strchr(source->text, '=');
    size_t length = equals ? (size_t)(equals - source->text) : 0;
    if (!is_key_path(source->text, length)) {
        diag_error(diags, (struct span){source, 0, source->length},
                   "'%.80s' is not of the form KEY.PATH=VALUE", source->text);
        return;
    }
    struct node *value = tree_read(arena, source, length + 1, diags);
    if (!value)
        return;
    const char *key = arena_copy(arena, source->text, length);
    if (!node_is_null(value) && strcmp(key, "epochs") == 0)
        remove_entry(root, "iterations");
    if (!node_is_null(value) && strcmp(key, "iterations") == 0)
        remove_entry(root, "epochs");
    struct edit edit = {arena, diags, source, value};
    set(&edit, root, length);
}
