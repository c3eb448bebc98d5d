/* Entries to lines. Within a paragraph, lines that follow each other without an
 * empty line, a comment or a body between them, three things stand in columns:
 * the '=' behind names, the '@' of checks, and comments behind statements. */
#include "compiler/format/format.h"

#include <assert.h>
#include <string.h>

#include "compiler/format/entries.h"
#include "compiler/format/fill.h"
#include "compiler/syntax/parse.h"

enum {
    LONGEST_NAME = 24, /* that others are lined up with */
    GAP = 2            /* before '@' and comments */
};

/* What is written of an entry, one part after the other for all entries of
 * a paragraph: each part's column depends on the parts before it. */
enum part { PART_HEAD, PART_CHECK, PART_COMMENTS, N_PARTS };

struct line {
    struct filler filler;
    size_t first[N_PARTS], last[N_PARTS]; /* in the paragraph's text */
};

struct paragraph {
    const struct words *words;
    const struct entry *entries;
    struct line *lines;
    size_t n;
    struct text text; /* the parts of all lines */
};

/* ---- names --------------------------------------------------------------- */

static int64_t name_width(const struct paragraph *paragraph,
                          const struct entry *entry)
{
    return words_width(paragraph->words, entry->equals - 1, entry->equals);
}

/* True for an entry whose '=' is lined up. */
static bool has_column(const struct paragraph *paragraph,
                       const struct entry *entry)
{
    return entry->equals < entry->last &&
           name_width(paragraph, entry) <= LONGEST_NAME &&
           !words_have_comments(paragraph->words, entry->first,
                                entry->equals + 1);
}

/* The words of an entry up to its check. */
static void write_head(struct paragraph *paragraph, size_t at, int64_t widest)
{
    const struct entry *entry = &paragraph->entries[at];
    struct filler *filler = &paragraph->lines[at].filler;
    size_t first = entry->first;
    *filler = fill_begin(paragraph->words, entry->depth, &paragraph->text);
    if (entry->equals < entry->last) {
        while (first < entry->equals)
            fill_word(filler, first++);
        if (has_column(paragraph, entry))
            fill_blanks(filler, widest - name_width(paragraph, entry));
        fill_word(filler, first++);
    }
    fill_words(filler, first, entry->check);
}

/* The width of the names that are lined up. */
static int64_t widest_name(const struct paragraph *paragraph)
{
    int64_t widest = 0;
    for (size_t i = 0; i < paragraph->n; i++) {
        const struct entry *entry = &paragraph->entries[i];
        if (has_column(paragraph, entry) &&
            name_width(paragraph, entry) > widest)
            widest = name_width(paragraph, entry);
    }
    return widest;
}

/* ---- checks and comments ------------------------------------------------- */

/* Columns that an entry's check takes, or the comments behind it; 0: none. */
static int64_t check_width(const struct paragraph *paragraph, size_t at)
{
    const struct entry *entry = &paragraph->entries[at];
    return words_width(paragraph->words, entry->check, entry->last);
}

static int64_t comments_width(const struct paragraph *paragraph, size_t at)
{
    const struct entry *entry = &paragraph->entries[at];
    const struct comment *comment = entry->comments;
    int64_t widest = 0;
    for (int i = 0; i < entry->n_comments; i++, comment = comment->next)
        if (comment->width > widest)
            widest = comment->width;
    return widest;
}

static int64_t part_width(const struct paragraph *paragraph, size_t at,
                          enum part part)
{
    return part == PART_CHECK ? check_width(paragraph, at)
                              : comments_width(paragraph, at);
}

/* The column in which a part of all lines that have it fits; 0: there is
 * none, and each stands right behind its line. */
static int64_t find_column(const struct paragraph *paragraph, enum part part)
{
    int64_t column = 0, widest = 0;
    for (size_t i = 0; i < paragraph->n; i++) {
        int64_t end = paragraph->lines[i].filler.column;
        int64_t width = part_width(paragraph, i, part);
        if (width > 0 && end + GAP > column)
            column = end + GAP;
        if (width > widest)
            widest = width;
    }
    return column + widest <= fill_limit(&paragraph->lines[0].filler) ? column
                                                                      : 0;
}

/* A check goes to its column, or onto a line of its own where it does not fit;
 * comments before it end the line themselves. */
static void write_check(struct paragraph *paragraph, size_t at, int64_t column)
{
    const struct entry *entry = &paragraph->entries[at];
    struct filler *filler = &paragraph->lines[at].filler;
    if (!paragraph->words->items[entry->check].comments) {
        if (column + check_width(paragraph, at) <= fill_limit(filler))
            fill_blanks(filler, column - filler->column - 1);
        else
            fill_new_line(filler, filler->indent + CONTINUATION);
    }
    fill_words(filler, entry->check, entry->last);
}

static void write_comments(struct paragraph *paragraph, size_t at,
                           int64_t column)
{
    const struct entry *entry = &paragraph->entries[at];
    const struct comment *comment = entry->comments;
    struct filler *filler = &paragraph->lines[at].filler;
    for (int i = 0; i < entry->n_comments; i++, comment = comment->next) {
        if (i == 0)
            fill_blanks(filler, column - filler->column);
        else
            fill_new_line(filler, column);
        fill_comment(filler, comment);
    }
}

static void write_part(struct paragraph *paragraph, enum part part)
{
    int64_t common = part == PART_HEAD ? widest_name(paragraph)
                                       : find_column(paragraph, part);
    for (size_t i = 0; i < paragraph->n; i++) {
        struct line *line = &paragraph->lines[i];
        int64_t column = common ? common : line->filler.column + GAP;
        line->first[part] = paragraph->text.length;
        if (part == PART_HEAD)
            write_head(paragraph, i, common);
        else if (part == PART_CHECK && check_width(paragraph, i) > 0)
            write_check(paragraph, i, column);
        else if (part == PART_COMMENTS)
            write_comments(paragraph, i, column);
        line->last[part] = paragraph->text.length;
    }
}

/* ---- the file ------------------------------------------------------------ */

static void write_comment(const struct entry *entry, struct text *out)
{
    text_printf(out, "%*s%s\n", entry->depth * LEVEL_WIDTH, "",
                entry->comments->text);
}

static bool continues_paragraph(const struct entry *before,
                                const struct entry *entry)
{
    return before->kind == ENTRY_WORDS && entry->kind == ENTRY_WORDS &&
           !before->opens && !entry->opens && !entry->blank_line;
}

/* Writes the paragraph that begins with the first of `n` entries; how many
 * entries it has. */
static size_t write_paragraph(const struct words *words,
                              const struct entry *entries, size_t n,
                              struct text *out)
{
    struct arena *arena = arena_new();
    struct paragraph paragraph = {words, entries, NULL, 1, text_new(arena)};
    while (paragraph.n < n && continues_paragraph(&entries[paragraph.n - 1],
                                                  &entries[paragraph.n]))
        paragraph.n++;
    paragraph.lines = arena_alloc(arena, paragraph.n, sizeof *paragraph.lines);
    for (int part = 0; part < N_PARTS; part++)
        write_part(&paragraph, (enum part)part);
    for (size_t i = 0; i < paragraph.n; i++) {
        const struct line *line = &paragraph.lines[i];
        for (int part = 0; part < N_PARTS; part++)
            text_append(out, paragraph.text.bytes + line->first[part],
                        line->last[part] - line->first[part]);
        text_puts(out, "\n");
    }
    arena_free(arena);
    return paragraph.n;
}

static void write_entries(const struct words *words,
                          const struct entries *entries, struct text *out)
{
    const struct entry *items = entries->items;
    for (size_t i = 0; i < entries->n;) {
        if (items[i].blank_line && i > 0 && !items[i - 1].opens)
            text_puts(out, "\n");
        if (items[i].kind == ENTRY_COMMENT)
            write_comment(&items[i++], out);
        else
            i += write_paragraph(words, &items[i], entries->n - i, out);
    }
}

/* The tree of a text; "" where it has mistakes. */
static const char *meaning(struct arena *arena, const struct source *source)
{
    struct arena *scratch = arena_new();
    struct diags *diags = diags_new(scratch);
    struct ast ast = {.items = parse_source(scratch, source, diags)};
    struct text tree = text_new(arena);
    if (!diags_failed(diags))
        ast_print(&ast, &tree);
    arena_free(scratch);
    return text_string(&tree);
}

static bool means_the_same(const struct source *source, const struct text *text)
{
    struct arena *arena = arena_new();
    const struct source *written =
        source_from_text(arena, source->path, text_string(text), text->length);
    bool same = strcmp(meaning(arena, source), meaning(arena, written)) == 0;
    arena_free(arena);
    return same;
}

void format_source(const struct source *source, struct text *out)
{
    struct arena *arena = arena_new();
    struct words words = words_read(arena, source);
    struct entries entries = entries_read(arena, &words);
    write_entries(&words, &entries, out);
    arena_free(arena);
    assert(means_the_same(source, out));
}
