/* A path may hold a '=' itself: of one input or output, only its own name in
 * front of one is taken for a name. */
#include "trainer/command/named_files.h"

#include <stdbool.h>
#include <string.h>

#include "base/diag.h"
#include "base/text.h"

static struct named_files make(struct arena *arena, const char *kind,
                               const struct guss_network *network, int count)
{
    struct named_files named = {
        .kind = kind, .network = network, .count = count};
    named.names = arena_alloc(arena, (size_t)count, sizeof *named.names);
    named.files = arena_alloc(arena, (size_t)count, sizeof *named.files);
    for (int i = 0; i < count; i++)
        named.files[i] = NULL;
    return named;
}

struct named_files named_inputs(struct arena *arena,
                                const struct guss_network *network)
{
    struct named_files named = make(arena, "input", network, network->n_inputs);
    for (int i = 0; i < named.count; i++)
        named.names[i] = network->outputs[network->inputs[i]].layer;
    return named;
}

struct named_files named_layer(struct arena *arena,
                               const struct guss_network *network,
                               const struct guss_output *layer)
{
    struct named_files named = make(arena, "input", network, 1);
    named.names[0] = layer->layer;
    return named;
}

struct named_files named_outputs(struct arena *arena,
                                 const struct guss_network *network)
{
    struct named_files named =
        make(arena, "output", network, network->n_results);
    for (int i = 0; i < named.count; i++)
        named.names[i] = network->outputs[network->results[i]].layer;
    return named;
}

/* "'a', 'b' and 'c'" */
static const char *list_names(struct arena *arena,
                              const struct named_files *named)
{
    struct text text = text_new(arena);
    for (int i = 0; i < named->count; i++)
        text_printf(&text, "%s'%s'",
                    i == 0                  ? ""
                    : i + 1 == named->count ? " and "
                                            : ", ",
                    named->names[i]);
    return text_string(&text);
}

static enum status read_only_one(struct named_files *named,
                                 const char *const *words, size_t n_words,
                                 struct error *error)
{
    size_t length = strlen(named->names[0]);
    if (n_words > 1)
        return error_set(error, STATUS_USAGE,
                         "--%s is given %zu times, network '%s' has one %s",
                         named->kind, n_words, named->network->name,
                         named->kind);
    bool is_named = n_words == 1 &&
                    strncmp(words[0], named->names[0], length) == 0 &&
                    words[0][length] == '=';
    if (n_words == 1)
        named->files[0] = words[0] + (is_named ? length + 1 : 0);
    return STATUS_OK;
}

static enum status read_one_of_many(struct arena *arena,
                                    struct named_files *named, const char *word,
                                    struct error *error)
{
    const char *equals = strchr(word, '=');
    const char *network = named->network->name, *kind = named->kind;
    bool is_input = strcmp(kind, "input") == 0;
    if (!equals)
        return error_set(error, STATUS_USAGE,
                         "network '%s' has the %ss %s: %swrite --%s NAME=%s "
                         "instead of '%s'",
                         network, kind, list_names(arena, named),
                         is_input ? "" : "choose one with --layer, or ", kind,
                         is_input ? "REF" : "FILE", word);
    const char *name = arena_copy(arena, word, (size_t)(equals - word));
    int found = 0;
    while (found < named->count && strcmp(named->names[found], name) != 0)
        found++;
    if (found == named->count) {
        const char *advice =
            did_you_mean(arena, name, named->names, (size_t)named->count);
        return error_set(error, STATUS_USAGE, "network '%s' has no %s '%s'%s",
                         network, kind, name,
                         advice[0] ? advice
                                   : arena_printf(arena, "; it has %s",
                                                  list_names(arena, named)));
    }
    if (named->files[found])
        return error_set(error, STATUS_USAGE,
                         "--%s %s=... is given twice: '%s' and '%s'", kind,
                         name, named->files[found], equals + 1);
    named->files[found] = equals + 1;
    return STATUS_OK;
}

enum status named_files_read(struct arena *arena, struct named_files *named,
                             const char *const *words, size_t n_words,
                             struct error *error)
{
    if (named->count == 1)
        return read_only_one(named, words, n_words, error);
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < n_words; i++)
        status = read_one_of_many(arena, named, words[i], error);
    return status;
}

enum status named_files_complete(const struct named_files *named,
                                 struct error *error)
{
    for (int i = 0; i < named->count; i++)
        if (!named->files[i])
            return error_set(error, STATUS_USAGE,
                             "%s '%s' of network '%s' is missing: --%s %s=REF",
                             named->kind, named->names[i], named->network->name,
                             named->kind, named->names[i]);
    return STATUS_OK;
}
