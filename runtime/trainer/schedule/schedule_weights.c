/* What `class_weights` says, read and written. Its keys are names of classes. */
#include "trainer/schedule/schedule_weights.h"

#include <float.h>
#include <stddef.h>
#include <string.h>

#include "trainer/schedule/schedule_write.h"

enum { KEY_LIMIT = 1000 }; /* libyaml's, of a key without a '?' before it */

static const char example[] = "balanced or a mapping such as {0: 1.0, 1: 2.5}";

static const struct field weight_field = {
    "class_weights",
    "weight",
    FIELD_REAL,
    FOR_CLASSIFIER,
    0,
    .offset = offsetof(struct class_weight, weight),
    .bounds = {0, (double)FLT_MAX, false}};

/* ---- reading ------------------------------------------------------------- */

/* Of a plain text: the one word that it may be. */
static bool read_balanced(struct reader *reader, struct setting setting,
                          struct class_weights *weights)
{
    const struct node *value = setting.value;
    bool is_balanced =
        value->kind == NODE_SCALAR && strcmp(value->text, "balanced") == 0;
    if (is_balanced)
        *weights = (struct class_weights){.kind = WEIGHTS_BALANCED};
    else
        report_wrong_value(reader, setting, value, example, "");
    return is_balanced;
}

/* A null weighs nothing up or down: the class is as if it were not named. */
static void read_entry(struct reader *reader, struct setting setting,
                       const struct entry *entry, struct class_weights *weights)
{
    struct setting named = {.path = arena_printf(reader->arena, "%s.%.80s",
                                                 setting.path, entry->key),
                            .value = entry->value,
                            .key = entry->where};
    struct class_weight *class = &weights->classes[weights->n];
    *class = (struct class_weight){.name = entry->key, .where = entry->where};
    if (!node_is_null(entry->value) && entry->value->kind != NODE_BAD &&
        read_value(reader, named, &weight_field, &class->weight))
        weights->n++;
}

bool read_class_weights(struct reader *reader, struct setting setting,
                        struct class_weights *weights)
{
    const struct node *node = setting.value;
    if (node->kind != NODE_MAPPING)
        return read_balanced(reader, setting, weights);
    size_t errors = diags_count_errors(reader->diags);
    if (node->n_entries == 0)
        report_wrong_value(reader, setting, node, example, " without a class");
    if (node->n_entries > MOST_WEIGHTED_CLASSES)
        diag_error(reader->diags, node->where,
                   "'%s' has %zu classes, and at most %d are read",
                   setting.path, node->n_entries, MOST_WEIGHTED_CLASSES);
    if (diags_count_errors(reader->diags) != errors)
        return false;
    struct class_weights read = {.kind = WEIGHTS_GIVEN};
    read.classes =
        arena_alloc(reader->arena, node->n_entries, sizeof *read.classes);
    for (size_t i = 0; i < node->n_entries; i++)
        if (node->entries[i].key)
            read_entry(reader, setting, &node->entries[i], &read);
    if (diags_count_errors(reader->diags) != errors)
        return false;
    *weights = read;
    return true;
}

/* ---- writing ------------------------------------------------------------- */

static void put_name(struct text *text, const char *name)
{
    struct text quoted = text_new(text->arena);
    put_yaml_text(&quoted, name);
    text_puts(text, quoted.length > KEY_LIMIT ? "? " : "");
    text_puts(text, text_string(&quoted));
    text_puts(text, quoted.length > KEY_LIMIT ? " : " : ": ");
}

const char *class_weights_text(struct arena *arena,
                               const struct class_weights *weights)
{
    if (weights->kind == WEIGHTS_ALIKE)
        return NULL;
    if (weights->kind == WEIGHTS_BALANCED)
        return "balanced";
    struct text text = text_new(arena);
    text_puts(&text, "{");
    for (int64_t i = 0; i < weights->n; i++) {
        text_puts(&text, i ? ", " : "");
        put_name(&text, weights->classes[i].name);
        text_puts(&text, real_text(arena, weights->classes[i].weight));
    }
    text_puts(&text, "}");
    return text_string(&text);
}
