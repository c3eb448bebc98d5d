/* Mistakes in, a list for people out: sorted, each with its line of text and
 * a caret. Everything that came from a file is printed with control characters
 * and broken UTF-8 replaced, so that no file can speak to the terminal. */
#include "base/diag.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/character_width.h"
#include "base/message.h"
#include "base/text.h"

enum {
    SHOWN_LIMIT = 20,  /* of each severity */
    WIDTH_LIMIT = 120, /* characters of a source line; longer ones are cut */
    CUT_BEFORE = 50,   /* characters kept before the place in a cut line */
    N_BUCKETS = 1 << 12,
    NAME_LIMIT = 64 /* longer words get no suggestion */
};

struct diagnostic {
    enum message_kind severity;
    struct span where;
    const char *text;
    size_t file;              /* rank of the source by first appearance */
    size_t number;            /* rank among all that were added */
    struct diagnostic *notes; /* in the order added, chained by `next` */
    struct diagnostic **last_note;
    struct diagnostic *next; /* of the same bucket, or the next note */
};

struct diags {
    struct arena *arena;
    struct diagnostic **items;
    size_t n_items, items_capacity;
    const struct source **sources; /* in order of first appearance */
    size_t n_sources, sources_capacity;
    struct diagnostic *buckets[N_BUCKETS]; /* by offset: finds equal ones */
    struct diagnostic *latest; /* takes notes; NULL if it was dropped */
    size_t n_errors;
};

struct diags *diags_new(struct arena *arena)
{
    struct diags *diags = arena_alloc(arena, 1, sizeof *diags);
    diags->arena = arena;
    return diags;
}

bool diags_failed(const struct diags *diags)
{
    return diags->n_errors > 0;
}

size_t diags_count_errors(const struct diags *diags)
{
    return diags->n_errors;
}

/* ---- collecting ---------------------------------------------------------- */

static size_t rank_source(struct diags *diags, const struct source *source)
{
    for (size_t i = 0; i < diags->n_sources; i++)
        if (diags->sources[i] == source)
            return i;
    diags->sources =
        arena_grow(diags->arena, diags->sources, diags->n_sources,
                   &diags->sources_capacity, sizeof(struct source *));
    diags->sources[diags->n_sources] = source;
    return diags->n_sources++;
}

static bool is_same_place(struct span a, struct span b)
{
    return a.source == b.source && a.first == b.first && a.last == b.last;
}

static bool is_equal(const struct diagnostic *a, const struct diagnostic *b)
{
    return a->severity == b->severity && is_same_place(a->where, b->where) &&
           strcmp(a->text, b->text) == 0;
}

/* The bucket of an offset; the multiplier spreads offsets that are evenly
 * spaced, as those of repeated mistakes are. */
static size_t find_bucket(struct span where)
{
    return (uint32_t)where.first * UINT32_C(2654435769) >> 20;
}

static bool was_added(const struct diags *diags,
                      const struct diagnostic *wanted)
{
    const struct diagnostic *item = diags->buckets[find_bucket(wanted->where)];
    while (item && !is_equal(item, wanted))
        item = item->next;
    return item != NULL;
}

__attribute__((format(printf, 4, 0))) static struct diagnostic *
make(struct diags *diags, enum message_kind severity, struct span where,
     const char *format, va_list arguments)
{
    assert(!where.source ||
           (where.first <= where.last && where.last <= where.source->length));
    struct diagnostic *item = arena_alloc(diags->arena, 1, sizeof *item);
    item->severity = severity;
    item->where = where.source ? where : (struct span){0};
    item->text = arena_vprintf(diags->arena, format, arguments);
    item->last_note = &item->notes;
    return item;
}

__attribute__((format(printf, 4, 0))) static void
add(struct diags *diags, enum message_kind severity, struct span where,
    const char *format, va_list arguments)
{
    struct diagnostic *item = make(diags, severity, where, format, arguments);
    diags->latest = NULL;
    if (was_added(diags, item))
        return;
    item->file = rank_source(diags, where.source);
    item->number = diags->n_items;
    struct diagnostic **bucket = &diags->buckets[find_bucket(item->where)];
    item->next = *bucket;
    *bucket = item;
    diags->items = arena_grow(diags->arena, diags->items, diags->n_items,
                              &diags->items_capacity, sizeof(item));
    diags->items[diags->n_items++] = item;
    diags->latest = item;
    diags->n_errors += severity == MESSAGE_ERROR;
}

void diag_error(struct diags *diags, struct span where, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(diags, MESSAGE_ERROR, where, format, arguments);
    va_end(arguments);
}

void diag_warning(struct diags *diags, struct span where, const char *format,
                  ...)
{
    va_list arguments;
    va_start(arguments, format);
    add(diags, MESSAGE_WARNING, where, format, arguments);
    va_end(arguments);
}

void diag_note(struct diags *diags, struct span where, const char *format, ...)
{
    if (!diags->latest)
        return;
    va_list arguments;
    va_start(arguments, format);
    struct diagnostic *note =
        make(diags, MESSAGE_NOTE, where, format, arguments);
    va_end(arguments);
    *diags->latest->last_note = note;
    diags->latest->last_note = &note->next;
}

bool diags_mention(const struct diags *diags, struct span where)
{
    for (size_t i = 0; i < diags->n_items; i++) {
        const struct diagnostic *item = diags->items[i];
        bool found = is_same_place(item->where, where);
        for (const struct diagnostic *note = item->notes; note && !found;
             note = note->next)
            found = is_same_place(note->where, where);
        if (found)
            return true;
    }
    return false;
}

/* ---- printing ------------------------------------------------------------ */

struct printer {
    FILE *out;
    bool colour;
};

static void print_style(const struct printer *printer, const char *style)
{
    if (printer->colour)
        fprintf(printer->out, "\033[%sm", style);
}

/* One character, `size` bytes of UTF-8 or 0 for a byte that is none. What a
 * terminal would obey becomes '?'. */
static void print_character(FILE *out, const char *text, size_t size)
{
    bool is_control = text_control(text) > 0 && *text != '\t';
    if (size == 0 || is_control)
        fputc('?', out);
    else
        fwrite(text, 1, size, out);
}

/* Bytes of the character at `offset`; a byte that is not UTF-8 counts as one
 * character. */
static size_t step(const char *text, size_t length, size_t offset)
{
    size_t size = source_character(text + offset, length - offset);
    return size ? size : 1;
}

static void print_text(FILE *out, const char *text, size_t first, size_t last)
{
    for (size_t at = first; at < last; at += step(text, last, at))
        print_character(out, text + at, source_character(text + at, last - at));
}

/* What is shown of the line that a span starts on. */
struct excerpt {
    const char *text;
    size_t number;      /* of the line, from 1 */
    size_t column;      /* of the span, from 1, in characters */
    size_t first, last; /* bytes shown */
    size_t mark, end;   /* bytes underlined, both within the line */
    bool cut_before, cut_after;
};

/* Narrows a line of more than WIDTH_LIMIT characters to those round the span's
 * first, which is the column-th. */
static void cut_line(struct excerpt *excerpt)
{
    size_t first = excerpt->first, last = excerpt->last, length = 0;
    for (size_t at = first; at < last; at += step(excerpt->text, last, at))
        length++;
    if (length <= WIDTH_LIMIT)
        return;
    size_t before = excerpt->column - 1;
    size_t skip = before > CUT_BEFORE ? before - CUT_BEFORE : 0;
    if (skip > length - WIDTH_LIMIT)
        skip = length - WIDTH_LIMIT;
    for (size_t i = 0; i < skip; i++)
        excerpt->first += step(excerpt->text, last, excerpt->first);
    excerpt->last = excerpt->first;
    for (size_t i = 0; i < WIDTH_LIMIT; i++)
        excerpt->last += step(excerpt->text, last, excerpt->last);
    excerpt->cut_before = skip > 0;
    excerpt->cut_after = excerpt->last < last;
    if (excerpt->end > excerpt->last)
        excerpt->end = excerpt->last;
}

static struct excerpt find_excerpt(struct span where)
{
    const struct source *source = where.source;
    size_t line = source_line(source, where.first);
    struct excerpt excerpt = {.text = source->text,
                              .number = line + 1,
                              .column = 1,
                              .first = source->lines[line],
                              .last =
                                  source_line_end(source, source->lines[line])};
    size_t end = excerpt.last;
    excerpt.mark = where.first < end ? where.first : end;
    excerpt.end = where.last < end ? where.last : end;
    for (size_t at = excerpt.first; at < excerpt.mark;
         at += step(source->text, end, at))
        excerpt.column++;
    cut_line(&excerpt);
    return excerpt;
}

/* Puts `first` and then `filler` under the character that `text` starts with, as
 * wide as it is shown; how wide. */
static int put_under(FILE *out, const char *text, size_t size, char first,
                     char filler)
{
    size_t known = source_character(text, size);
    int width = known > 1 ? character_width(source_code(text, known)) : 1;
    for (int i = 0; i < width; i++)
        fputc(i == 0 ? first : filler, out);
    return width;
}

static void print_carets(const struct printer *printer,
                         const struct excerpt *excerpt)
{
    const char *text = excerpt->text;
    size_t at = excerpt->first, mark = excerpt->mark, end = excerpt->end;
    FILE *out = printer->out;
    fputs(excerpt->cut_before ? "   " : "", out);
    for (; at < mark; at += step(text, mark, at)) {
        char blank = text[at] == '\t' ? '\t' : ' ';
        put_under(out, text + at, mark - at, blank, ' ');
    }
    print_style(printer, "1;32");
    if (at >= end || put_under(out, text + at, end - at, '^', '~') == 0)
        fputc('^', out);
    if (at < end)
        at += step(text, end, at);
    for (; at < end; at += step(text, end, at))
        put_under(out, text + at, end - at, '~', '~');
    print_style(printer, "0");
    fputc('\n', out);
}

static void print_excerpt(const struct printer *printer,
                          const struct excerpt *excerpt)
{
    int width = fprintf(printer->out, "%5zu", excerpt->number);
    fputs(excerpt->last > excerpt->first ? " | " : " |", printer->out);
    fputs(excerpt->cut_before ? "..." : "", printer->out);
    print_text(printer->out, excerpt->text, excerpt->first, excerpt->last);
    fputs(excerpt->cut_after ? "...\n" : "\n", printer->out);
    fprintf(printer->out, "%*s | ", width < 0 ? 5 : width, "");
    print_carets(printer, excerpt);
}

static void print_diagnostic(const struct printer *printer,
                             const struct diagnostic *item)
{
    struct excerpt excerpt = {0};
    if (item->where.source) {
        excerpt = find_excerpt(item->where);
        const char *path = item->where.source->path;
        print_style(printer, "1");
        print_text(printer->out, path, 0, strlen(path));
        fprintf(printer->out, ":%zu:%zu:", excerpt.number, excerpt.column);
        print_style(printer, "0");
        fputc(' ', printer->out);
    }
    print_style(printer, message_style(item->severity));
    fprintf(printer->out, "%s:", message_word(item->severity));
    print_style(printer, "0");
    fputc(' ', printer->out);
    print_text(printer->out, item->text, 0, strlen(item->text));
    fputc('\n', printer->out);
    if (item->where.source)
        print_excerpt(printer, &excerpt);
}

static int compare(const void *left, const void *right)
{
    const struct diagnostic *a = *(struct diagnostic *const *)left;
    const struct diagnostic *b = *(struct diagnostic *const *)right;
    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    if (a->where.first != b->where.first)
        return a->where.first < b->where.first ? -1 : 1;
    return a->number < b->number ? -1 : a->number > b->number;
}

static void print_rest(FILE *out, size_t added, const char *word)
{
    size_t rest = added > SHOWN_LIMIT ? added - SHOWN_LIMIT : 0;
    if (rest)
        fprintf(out, "%zu more %s%s not shown\n", rest, word,
                rest == 1 ? "" : "s");
}

void diags_print(struct diags *diags, FILE *out, bool colour)
{
    struct printer printer = {.out = out, .colour = colour};
    size_t counts[N_MESSAGE_KINDS] = {0};
    if (diags->n_items)
        qsort(diags->items, diags->n_items, sizeof *diags->items, compare);
    for (size_t i = 0; i < diags->n_items; i++) {
        const struct diagnostic *item = diags->items[i];
        if (counts[item->severity]++ >= SHOWN_LIMIT)
            continue;
        print_diagnostic(&printer, item);
        for (const struct diagnostic *note = item->notes; note;
             note = note->next)
            print_diagnostic(&printer, note);
    }
    print_rest(out, counts[MESSAGE_ERROR], "error");
    print_rest(out, counts[MESSAGE_WARNING], "warning");
    diags->n_items = 0;
    diags->latest = NULL;
    memset(diags->buckets, 0, sizeof diags->buckets);
}

/* ---- suggestions --------------------------------------------------------- */

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Restricted Damerau-Levenshtein ("optimal string alignment"): the fewest
 * insertions, deletions, changes and swaps of neighbours that make b of a,
 * where no swapped pair is edited again. Both have at most NAME_LIMIT bytes. */
static size_t edit_distance(const char *a, size_t n, const char *b, size_t m)
{
    size_t rows[3][NAME_LIMIT + 1]; /* of the prefixes of a, i - 2 to i */
    size_t *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= m; j++)
        above[j] = before[j] = j;
    for (size_t i = 1; i <= n; i++) {
        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            row[j] = least(least(above[j], row[j - 1]) + 1,
                           above[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                row[j] = least(row[j], before[j - 2] + 1);
        }
        size_t *free_row = before;
        before = above;
        above = row;
        row = free_row;
    }
    return above[m];
}

/* Names that have no letter in common are not near, however short. */
const char *nearest_name(const char *word, const char *const *names, size_t n)
{
    size_t length = strlen(word);
    if (length > NAME_LIMIT)
        return NULL;
    size_t best = (length > 3 ? length : 3) / 3 + 1;
    const char *nearest = NULL;
    for (size_t i = 0; i < n; i++) {
        if (strcasecmp(word, names[i]) == 0)
            return names[i];
        size_t other = strlen(names[i]);
        if (other > NAME_LIMIT)
            continue;
        size_t distance = edit_distance(word, length, names[i], other);
        size_t longer = length > other ? length : other;
        if (distance < best && distance < longer) {
            best = distance;
            nearest = names[i];
        }
    }
    return nearest;
}

const char *did_you_mean(struct arena *arena, const char *word,
                         const char *const *names, size_t n)
{
    const char *nearest = nearest_name(word, names, n);
    return nearest ? arena_printf(arena, "; did you mean '%s'?", nearest) : "";
}
