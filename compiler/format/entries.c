/* Words to entries: where statements end, whose comment is whose, which bodies
 * stand in one line, where empty lines go. The words are known to be a file
 * without mistakes, so nothing here can fail. */
#include "compiler/format/entries.h"

#include <assert.h>
#include <string.h>

#include "compiler/format/fill.h"

struct reader {
    struct arena *arena;
    struct words *words;
    struct entries entries;
    int depth;
};

static char letter(const struct reader *reader, size_t at)
{
    return at < reader->words->n ? reader->words->items[at].text[0] : '\0';
}

static bool reads(const struct reader *reader, size_t at, const char *text)
{
    return word_is(&reader->words->items[at], text);
}

/* ---- where things end ---------------------------------------------------- */

static size_t behind_bracket(const struct reader *reader, size_t at)
{
    return reader->words->items[at].match + 1;
}

static size_t expression_end(const struct reader *reader, size_t at)
{
    const struct word *items = reader->words->items;
    for (;;) {
        while (letter(reader, at) == '-' || letter(reader, at) == '+')
            at++;
        if (letter(reader, at) != '(')
            at++;
        if (letter(reader, at) == '(' && !items[at].is_operator)
            at = behind_bracket(reader, at);
        if (!items[at].is_operator)
            return at;
        at++;
    }
}

static size_t names_end(const struct reader *reader, size_t at)
{
    while (letter(reader, at + 1) == ',')
        at += 2;
    return at + 1;
}

/* Of a layer, a block's use or a placed network. */
static void find_layer_end(const struct reader *reader, struct entry *entry)
{
    size_t at = entry->first + 1;
    bool is_named = letter(reader, at) == '=';
    size_t equals = at;
    at = behind_bracket(reader, is_named ? at + 2 : at);
    if (reads(reader, at, "from"))
        at = names_end(reader, at + 1);
    entry->check = at;
    if (letter(reader, at) == '@')
        at = behind_bracket(reader, at + 1);
    entry->last = at;
    entry->equals = is_named ? equals : at;
}

/* The end of what begins with a reserved word: behind its '{' where it has
 * a body. */
static size_t reserved_end(const struct reader *reader, size_t first)
{
    if (reads(reader, first, "const"))
        return expression_end(reader, first + 3);
    if (reads(reader, first, "expect"))
        return expression_end(reader, first + 5);
    if (reads(reader, first, "include"))
        return first + 2;
    if (reads(reader, first, "output"))
        return names_end(reader, first + 1);
    size_t at = first + 2;
    if (reads(reader, first, "repeat")) {
        at = expression_end(reader, first + 1);
        return reads(reader, at, "as") ? at + 3 : at + 1;
    }
    return letter(reader, at) == '(' ? behind_bracket(reader, at) + 1 : at + 1;
}

static bool is_reserved(const struct reader *reader, size_t at)
{
    static const char *const words[] = {
        "const", "expect", "include", "output", "repeat", "network", "block"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (reads(reader, at, words[i]))
            return true;
    return false;
}

static void find_end(const struct reader *reader, struct entry *entry)
{
    if (!is_reserved(reader, entry->first)) {
        find_layer_end(reader, entry);
        return;
    }
    entry->last = reserved_end(reader, entry->first);
    entry->check = entry->equals = entry->last;
    if (reads(reader, entry->first, "const"))
        entry->equals = entry->first + 2;
    entry->opens = letter(reader, entry->last - 1) == '{';
}

/* ---- entries ------------------------------------------------------------- */

static struct entry *add_entry(struct reader *reader, struct entry entry)
{
    struct entries *entries = &reader->entries;
    entries->items = arena_grow(reader->arena, entries->items, entries->n,
                                &entries->capacity, sizeof *entries->items);
    entry.depth = reader->depth;
    entries->items[entries->n] = entry;
    return &entries->items[entries->n++];
}

/* Gives the entry made last the comments on its line, and those right below
 * that go on under them; the first of the others is returned. */
static struct comment *take_behind(struct reader *reader,
                                   struct comment *comment)
{
    if (!comment || !comment->is_behind)
        return comment;
    assert(reader->entries.n > 0);
    struct entry *entry = &reader->entries.items[reader->entries.n - 1];
    entry->comments = comment;
    int column = comment->column;
    do {
        comment = comment->next;
        entry->n_comments++;
    } while (comment && comment->column == column && !comment->blank_line);
    return comment;
}

/* The comments before a word, where a statement may begin, to entries. */
static void read_comments(struct reader *reader, size_t at)
{
    struct word *word = &reader->words->items[at];
    struct comment *comment = take_behind(reader, word->comments);
    for (; comment; comment = comment->next)
        add_entry(reader, (struct entry){.kind = ENTRY_COMMENT,
                                         .blank_line = comment->blank_line,
                                         .comments = comment,
                                         .n_comments = 1});
    word->comments = NULL;
}

/* True for a body, behind the words of `entry`, that goes into their line: of
 * at most one layer, without a check, without comments. */
static bool is_in_line(const struct reader *reader, const struct entry *entry)
{
    const struct words *words = reader->words;
    size_t close = words->items[entry->last - 1].match;
    if (words_have_comments(words, entry->first, close + 1) ||
        reader->depth * LEVEL_WIDTH +
                words_width(words, entry->first, close + 1) >
            LINE_WIDTH)
        return false;
    if (entry->last == close)
        return true;
    struct entry inner = {.first = entry->last};
    find_end(reader, &inner);
    return inner.last == close && inner.check == close &&
           !is_reserved(reader, inner.first);
}

/* One item or statement, all of its body too; the word behind it. */
static size_t read_statement(struct reader *reader, size_t first)
{
    struct words *words = reader->words;
    struct entry entry = {.kind = ENTRY_WORDS,
                          .blank_line = words->items[first].blank_line,
                          .first = first};
    find_end(reader, &entry);
    size_t at = entry.last;
    if (!entry.opens) {
        add_entry(reader, entry);
        return at;
    }
    size_t close = words->items[at - 1].match;
    if (is_in_line(reader, &entry)) {
        entry.opens = false;
        entry.last = entry.check = entry.equals = close + 1;
        add_entry(reader, entry);
        return close + 1;
    }
    add_entry(reader, entry);
    reader->depth++;
    while (read_comments(reader, at), at < close)
        at = read_statement(reader, at);
    reader->depth--;
    add_entry(reader, (struct entry){.kind = ENTRY_CLOSE,
                                     .first = close,
                                     .last = close + 1,
                                     .equals = close + 1,
                                     .check = close + 1});
    return close + 1;
}

/* An item of several lines stands apart from its neighbours: there is an empty
 * line between entries `behind` and `last`, or before the first of them. */
static void part_items(struct reader *reader, size_t behind, size_t last)
{
    struct entry *items = reader->entries.items;
    for (size_t i = behind; i <= last; i++)
        if (items[i].blank_line)
            return;
    items[behind].blank_line = true;
}

struct entries entries_read(struct arena *arena, struct words *words)
{
    struct reader reader = {.arena = arena, .words = words};
    size_t at = 0, behind = 0; /* the entry behind the item before */
    bool before_is_long = false;
    while (read_comments(&reader, at), at < words->n) {
        size_t item = reader.entries.n;
        at = read_statement(&reader, at);
        bool is_long = reader.entries.items[item].opens;
        if (behind > 0 && (is_long || before_is_long))
            part_items(&reader, behind, item);
        behind = reader.entries.n;
        before_is_long = is_long;
    }
    return reader.entries;
}
