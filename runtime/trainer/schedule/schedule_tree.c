/* libyaml's events in, a tree with spans out. Schedules are small and written
 * by hand, so what makes YAML dangerous is refused: aliases (which can grow
 * without bound), tags, deep nesting, large texts. libyaml counts characters;
 * spans count bytes. */
#include "trainer/schedule/schedule_tree.h"

#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/odd_character.h"

#include "base/memory.h"

struct builder {
    struct arena *arena;
    struct diags *diags;
    const struct source *source;
    size_t first;                          /* byte that libyaml starts at */
    size_t character, byte;                /* one place, counted both ways */
    struct node *open[SCHEDULE_MAX_DEPTH]; /* the collections we are in */
    size_t depth;
    struct node *root;
};

bool node_is_null(const struct node *node)
{
    return node->kind == NODE_SCALAR && node->plain &&
           (node->text[0] == '\0' || strcmp(node->text, "~") == 0 ||
            strcmp(node->text, "null") == 0 ||
            strcmp(node->text, "Null") == 0 || strcmp(node->text, "NULL") == 0);
}

struct entry *node_find(const struct node *mapping, const char *key)
{
    if (!mapping || mapping->kind != NODE_MAPPING)
        return NULL;
    for (size_t i = 0; i < mapping->n_entries; i++) {
        struct entry *entry = &mapping->entries[i];
        if (entry->key && strcmp(entry->key, key) == 0)
            return entry;
    }
    return NULL;
}

/* ---- places -------------------------------------------------------------- */

/* The byte of a mark. Marks come almost in order, so the place is walked from
 * where the last one was. */
static size_t find_byte(struct builder *builder, yaml_mark_t mark)
{
    const struct source *source = builder->source;
    while (builder->character < mark.index && builder->byte < source->length) {
        builder->byte += source_character(source->text + builder->byte,
                                          source->length - builder->byte);
        builder->character++;
    }
    while (builder->character > mark.index) {
        do
            builder->byte--;
        while (((unsigned char)source->text[builder->byte] & 0xC0) == 0x80);
        builder->character--;
    }
    return builder->byte;
}

static struct span find_span(struct builder *builder, const yaml_event_t *event)
{
    size_t first = find_byte(builder, event->start_mark);
    size_t last = find_byte(builder, event->end_mark);
    while (last > first && strchr(" \t\r\n", builder->source->text[last - 1]))
        last--;
    return (struct span){builder->source, first, last};
}

/* ---- building ------------------------------------------------------------ */

static struct node *new_node(struct builder *builder, enum node_kind kind,
                             struct span where)
{
    struct node *node = arena_alloc(builder->arena, 1, sizeof *node);
    node->kind = kind;
    node->where = where;
    return node;
}

static void append(struct builder *builder, struct node *parent,
                   struct entry entry)
{
    parent->entries =
        arena_grow(builder->arena, parent->entries, parent->n_entries,
                   &parent->capacity, sizeof *parent->entries);
    parent->entries[parent->n_entries++] = entry;
}

/* Gives a node its place: below the innermost open collection, in a mapping
 * first as a key, then as that key's value. */
static void attach(struct builder *builder, struct node *node)
{
    if (builder->depth == 0) {
        builder->root = node;
        return;
    }
    struct node *parent = builder->open[builder->depth - 1];
    struct entry *last =
        parent->n_entries ? &parent->entries[parent->n_entries - 1] : NULL;
    if (parent->kind == NODE_LIST) {
        append(builder, parent, (struct entry){NULL, node->where, node});
    } else if (last && !last->value) {
        last->value = node;
        if (node->kind == NODE_BAD && last->key && !strcmp(last->key, "<<"))
            last->key = NULL; /* merging: the alias was the mistake */
    } else {
        if (node->kind == NODE_LIST || node->kind == NODE_MAPPING)
            diag_error(builder->diags, node->where,
                       "a key must be a word, not a %s",
                       node->kind == NODE_LIST ? "list" : "mapping");
        const char *key = node->kind == NODE_SCALAR ? node->text : NULL;
        append(builder, parent, (struct entry){key, node->where, NULL});
    }
}

/* Anchors and tags: `name` is NULL where the node has none, and its text
 * starts with `sign`. */
static bool refuse_property(struct builder *builder, struct span where,
                            const yaml_char_t *name, char sign)
{
    if (!name)
        return false;
    const char *text = builder->source->text;
    size_t end = builder->source->length;
    while (where.first < end && text[where.first] != sign)
        where.first++;
    where.last = where.first;
    while (where.last < end && !strchr(" \t\r\n,[]{}", text[where.last]))
        where.last++;
    const char *property = arena_copy(builder->arena, text + where.first,
                                      where.last - where.first);
    if (sign == '!')
        diag_error(builder->diags, where,
                   "tags such as '%.40s' are not read in schedules", property);
    else
        diag_error(builder->diags, where,
                   "anchors and aliases such as '%.40s' are not read in "
                   "schedules; write the value where it is used",
                   property);
    return true;
}

/* A word without quotes that holds what cannot be seen, or begins with the quotes
 * of a word processor: neither is meant. */
static bool refuse_odd_character(struct builder *builder,
                                 const struct node *node)
{
    const char *text = node->text;
    size_t at = 0;
    if (odd_character(text) == 0)
        while (text[at] && !odd_character_is_hidden(text + at))
            at++;
    if (!node->plain || !text[at])
        return false;
    const char *instead;
    const char *name = odd_character_name(builder->arena, text + at, &instead);
    diag_error(builder->diags, node->where, "'%.80s' has a %s: %s%s%s", text,
               name, instead ? "write " : "take it out", instead ? instead : "",
               odd_character_is_hidden(text + at)
                   ? ", or put the word in quotes"
                   : "");
    return true;
}

static void add_scalar(struct builder *builder, const yaml_event_t *event)
{
    struct node *node =
        new_node(builder, NODE_SCALAR, find_span(builder, event));
    const char *value = (const char *)event->data.scalar.value;
    size_t length = event->data.scalar.length;
    node->text = arena_copy(builder->arena, value, length);
    node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
    if (refuse_property(builder, node->where, event->data.scalar.anchor, '&') ||
        refuse_property(builder, node->where, event->data.scalar.tag, '!'))
        node->kind = NODE_BAD;
    if (node->kind == NODE_SCALAR && refuse_odd_character(builder, node))
        node->kind = NODE_BAD;
    if (strlen(node->text) != length) {
        diag_error(builder->diags, node->where,
                   "a text may not contain the character NUL");
        node->kind = NODE_BAD;
    }
    attach(builder, node);
}

static bool open_collection(struct builder *builder, const yaml_event_t *event,
                            enum node_kind kind, const yaml_char_t *anchor,
                            const yaml_char_t *tag)
{
    struct node *node = new_node(builder, kind, find_span(builder, event));
    refuse_property(builder, node->where, anchor, '&');
    refuse_property(builder, node->where, tag, '!');
    attach(builder, node);
    if (builder->depth == SCHEDULE_MAX_DEPTH) {
        diag_error(builder->diags, node->where,
                   "this is nested more than %d deep", SCHEDULE_MAX_DEPTH);
        return false;
    }
    builder->open[builder->depth++] = node;
    return true;
}

static int compare_keys(const void *left, const void *right)
{
    const struct entry *a = *(const struct entry *const *)left;
    const struct entry *b = *(const struct entry *const *)right;
    int order = strcmp(a->key, b->key);
    if (order != 0)
        return order;
    return a->where.first < b->where.first ? -1 : 1;
}

/* Sorted, so that a hostile text costs n log n and not n squared. */
static void refuse_repeated_keys(struct builder *builder,
                                 const struct node *mapping)
{
    size_t n = 0;
    const struct entry **sorted =
        arena_alloc(builder->arena, mapping->n_entries + 1, sizeof *sorted);
    for (size_t i = 0; i < mapping->n_entries; i++)
        if (mapping->entries[i].key)
            sorted[n++] = &mapping->entries[i];
    qsort(sorted, n, sizeof *sorted, compare_keys);
    size_t original = 0;
    for (size_t i = 1; i < n; i++) {
        if (strcmp(sorted[i]->key, sorted[original]->key) != 0) {
            original = i;
            continue;
        }
        diag_error(builder->diags, sorted[i]->where, "'%s' is set twice",
                   sorted[i]->key);
        diag_note(builder->diags, sorted[original]->where,
                  "it was set here first");
    }
}

/* A block collection ends, for libyaml, where the next thing starts; for its
 * reader it ends with its last part. */
static void close_collection(struct builder *builder, const yaml_event_t *event)
{
    struct node *node = builder->open[--builder->depth];
    struct span end = find_span(builder, event);
    char first = builder->source->text[node->where.first];
    if (first == '[' || first == '{') {
        node->where.last = end.last;
    } else if (node->n_entries) {
        const struct node *last = node->entries[node->n_entries - 1].value;
        node->where.last = last->where.last;
    }
    if (node->kind == NODE_MAPPING)
        refuse_repeated_keys(builder, node);
}

/* ---- events -------------------------------------------------------------- */

static void add_alias(struct builder *builder, const yaml_event_t *event)
{
    struct span where = find_span(builder, event);
    refuse_property(builder, where, event->data.alias.anchor, '*');
    attach(builder, new_node(builder, NODE_BAD, where));
}

/* False where reading must stop. */
static bool take_event(struct builder *builder, const yaml_event_t *event)
{
    switch (event->type) {
    case YAML_DOCUMENT_START_EVENT:
        if (!builder->root)
            return true;
        diag_error(builder->diags, find_span(builder, event),
                   "a schedule is one document, and a second one starts here");
        return false;
    case YAML_SCALAR_EVENT:
        add_scalar(builder, event);
        return true;
    case YAML_ALIAS_EVENT:
        add_alias(builder, event);
        return true;
    case YAML_SEQUENCE_START_EVENT:
        return open_collection(builder, event, NODE_LIST,
                               event->data.sequence_start.anchor,
                               event->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return open_collection(builder, event, NODE_MAPPING,
                               event->data.mapping_start.anchor,
                               event->data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        close_collection(builder, event);
        return true;
    default:
        return true;
    }
}

/* "; line 7 has a no-break space (U+00A0)", or "". */
static const char *hidden_in_line(struct builder *builder, size_t offset)
{
    const struct source *source = builder->source;
    size_t line = source_line(source, offset);
    size_t at = source->lines[line], end = source_line_end(source, at);
    const char *instead;
    while (at < end && !odd_character_is_hidden(source->text + at))
        at++;
    return at == end
               ? ""
               : arena_printf(builder->arena, "; line %zu has a %s", line + 1,
                              odd_character_name(builder->arena,
                                                 source->text + at, &instead));
}

/* What libyaml could not read, in its own words. */
static void report_syntax(struct builder *builder, const yaml_parser_t *parser)
{
    const struct source *source = builder->source;
    struct span where = {source, builder->first, builder->first};
    if (parser->error == YAML_MEMORY_ERROR || !parser->problem)
        memory_exhausted(0);
    if (parser->error == YAML_READER_ERROR) {
        size_t rest = source->length - where.first;
        where.first +=
            parser->problem_offset < rest ? parser->problem_offset : rest;
        where.last = where.first;
    } else {
        where.first = where.last = find_byte(builder, parser->problem_mark);
    }
    bool has_context = parser->context && parser->error != YAML_READER_ERROR;
    size_t context =
        has_context ? find_byte(builder, parser->context_mark) : where.first;
    const char *advice = hidden_in_line(builder, context);
    if (source->text[where.first] == '\t')
        advice = "; indent with spaces, not tabs";
    diag_error(builder->diags, where, "this is not YAML: %s%s", parser->problem,
               advice);
    if (context != where.first)
        diag_note(builder->diags, (struct span){source, context, context},
                  "%s that starts here", parser->context);
}

static bool read_events(struct builder *builder, yaml_parser_t *parser)
{
    for (bool more = true; more;) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event)) {
            report_syntax(builder, parser);
            return false;
        }
        bool ended = event.type == YAML_STREAM_END_EVENT;
        more = take_event(builder, &event) && !ended;
        yaml_event_delete(&event);
        if (ended)
            return true;
    }
    return false;
}

static bool is_readable(const struct source *source, struct diags *diags)
{
    size_t bad = source_bad_byte(source);
    if (bad < source->length)
        diag_error(diags, (struct span){source, bad, bad + 1},
                   "this byte is not UTF-8");
    else if (source->length > SCHEDULE_MAX_BYTES)
        diag_error(diags, (struct span){source, 0, 0},
                   "a schedule has at most %d bytes, and this has %zu",
                   SCHEDULE_MAX_BYTES, source->length);
    else
        return true;
    return false;
}

struct node *tree_read(struct arena *arena, const struct source *source,
                       size_t first, struct diags *diags)
{
    struct builder builder = {.arena = arena,
                              .diags = diags,
                              .source = source,
                              .first = first,
                              .byte = first};
    yaml_parser_t parser;
    if (!is_readable(source, diags))
        return NULL;
    if (!yaml_parser_initialize(&parser))
        memory_exhausted(0);
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser,
                                 (const unsigned char *)source->text + first,
                                 source->length - first);
    bool complete = read_events(&builder, &parser);
    yaml_parser_delete(&parser);
    if (complete && !builder.root) {
        builder.root = new_node(&builder, NODE_SCALAR,
                                (struct span){source, first, first});
        builder.root->text = "";
        builder.root->plain = true;
    }
    return complete ? builder.root : NULL;
}
