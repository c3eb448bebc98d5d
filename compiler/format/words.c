/* A source without mistakes to its words: what the scanner found, the comments
 * in the gaps between, and where blanks belong when all stands in one line.
 * Roles come from the words beside a word; the grammar leaves no doubt. */
#include "compiler/format/words.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "compiler/syntax/parse.h"

static const char white_space[] = " \t\r\n\f";

int character_count(const char *text, size_t length)
{
    int width = 0;
    for (size_t i = 0; i < length; i++)
        width += ((unsigned char)text[i] & 0xC0) != 0x80;
    return width;
}

bool word_is(const struct word *word, const char *text)
{
    return strncmp(word->text, text, word->length) == 0 &&
           text[word->length] == '\0';
}

/* ---- comments ------------------------------------------------------------ */

static int column_of(const struct source *source, size_t offset)
{
    size_t line = source->lines[source_line(source, offset)];
    return character_count(source->text + line, offset - line);
}

static struct comment *new_comment(struct arena *arena,
                                   const struct source *source, size_t first,
                                   size_t last)
{
    while (strchr(white_space, source->text[last - 1]))
        last--;
    struct comment *comment = arena_alloc(arena, 1, sizeof *comment);
    comment->text = arena_copy(arena, source->text + first, last - first);
    comment->width = character_count(comment->text, last - first);
    comment->column = column_of(source, first);
    return comment;
}

/* The comments between two words, in [first, last) of the source, and whether
 * empty lines stood there. */
static void read_gap(struct arena *arena, const struct source *source,
                     size_t first, size_t last, struct word *word)
{
    struct comment **tail = &word->comments;
    int newlines = first == 0;
    for (size_t at = first; at < last; at++) {
        if (source->text[at] != '#') {
            newlines += source_ends_line(source, at);
            continue;
        }
        size_t end = source_line_end(source, at);
        size_t behind = end < last ? end : last;
        struct comment *comment = new_comment(arena, source, at, behind);
        comment->is_behind = newlines == 0;
        comment->blank_line = newlines > 1;
        *tail = comment;
        tail = &comment->next;
        newlines = 0;
        at = behind - 1;
    }
    word->blank_line = newlines > 1;
}

/* Puts the comments of a word before those of another; of these, one that stood
 * behind the first word is now one by itself. */
static void move_comments(struct word *from, struct word *to)
{
    struct comment **tail = &from->comments;
    if (!from->comments)
        return;
    if (to->comments)
        to->comments->is_behind = false;
    while (*tail)
        tail = &(*tail)->next;
    *tail = to->comments;
    to->comments = from->comments;
    from->comments = NULL;
}

/* ---- words --------------------------------------------------------------- */

static bool is_name(const struct word *word)
{
    static const char *const reserved[] = {"const",   "block",  "network",
                                           "include", "expect", "repeat",
                                           "as",      "from",   "output"};
    char first = word->text[0];
    if (first != '_' && (first < 'A' || first > 'Z') &&
        (first < 'a' || first > 'z'))
        return false;
    for (size_t i = 0; i < sizeof reserved / sizeof reserved[0]; i++)
        if (word_is(word, reserved[i]))
            return false;
    return true;
}

/* True behind a value: a sign that follows has two operands. */
static bool ends_value(const struct word *word)
{
    char first = word->text[0];
    return is_name(word) || first == ')' || first == '"' ||
           (first >= '0' && first <= '9') || (first == '.' && word->length > 1);
}

static bool is_sign(const struct word *word)
{
    return strchr("+-*/%", word->text[0]) || word_is(word, "==");
}

/* A comma before a closing bracket says nothing but in (3,), which without it
 * would be a number: before its bracket no name stands, nor '@'. `open` is the
 * bracket's word. */
static bool says_nothing(const struct words *words, size_t comma, size_t open)
{
    const struct word *items = words->items;
    if (open > 0 &&
        (is_name(&items[open - 1]) || word_is(&items[open - 1], "@")))
        return true;
    for (size_t i = open + 1; i < comma; i++)
        if (items[i].text[0] == ',' && items[i].depth == items[open].depth + 1)
            return true;
    return false;
}

/* Brackets find each other, commas that say nothing go. Until it is closed, a
 * bracket's match is the one around it. */
static void match_brackets(struct words *words)
{
    struct word *items = words->items;
    uint32_t open = UINT32_MAX, n = 0;
    int depth = 0;
    for (size_t i = 0; i <= words->n; i++) {
        char first = i < words->n ? items[i].text[0] : ' ';
        if (first == ')' && items[n - 1].text[0] == ',' &&
            says_nothing(words, n - 1, open)) {
            move_comments(&items[n - 1], &items[i]);
            n--;
        }
        if (first == '{')
            move_comments(&items[i], &items[i + 1]);
        if (first == ')' || first == '}') {
            uint32_t around = items[open].match;
            items[open].match = n;
            open = around;
            depth--;
        }
        items[n] = items[i];
        items[n].depth = depth;
        if (first == '(' || first == '{') {
            items[n].match = open;
            open = n;
            depth++;
        }
        n++;
    }
    assert(depth == 0);
    words->n = n - 1;
}

/* Whether a blank stands between two words of a line. `in_brackets`: of round
 * ones, where '=' gives an argument its name. */
static bool has_blank(const struct word *before, const struct word *word,
                      bool before_is_sign_of_one, bool in_brackets)
{
    char first = word->text[0], last = before->text[before->length - 1];
    if (before_is_sign_of_one || last == '(' || first == ')' || first == ',' ||
        word_is(word, ".") || word_is(before, "."))
        return false;
    if (word_is(before, "{") && first == '}')
        return false;
    if (first == '(' && is_name(before))
        return false;
    if (in_brackets && (word_is(word, "=") || word_is(before, "=")))
        return false;
    return true;
}

static void set_blanks(struct words *words)
{
    bool sign_of_one = false;
    size_t round = 0; /* up to here all is in round brackets */
    for (size_t i = 0; i < words->n; i++) {
        struct word *word = &words->items[i];
        const struct word *before = i > 0 ? word - 1 : NULL;
        word->space = before && has_blank(before, word, sign_of_one, i < round);
        word->is_operator = is_sign(word) && before && ends_value(before);
        sign_of_one = is_sign(word) && !word->is_operator;
        if (word->text[0] == '(' && word->match > round)
            round = word->match;
    }
}

static void measure(struct words *words)
{
    uint32_t end = 0, next = (uint32_t)words->n;
    for (size_t i = 0; i <= words->n; i++) {
        struct word *word = &words->items[i];
        word->width = (uint32_t)character_count(word->text, word->length);
        end += word->space + word->width;
        word->end = end;
    }
    for (uint32_t i = (uint32_t)words->n + 1; i-- > 0;) {
        words->items[i].next_comment = next;
        if (words->items[i].comments)
            next = i;
    }
}

struct words words_read(struct arena *arena, const struct source *source)
{
    struct words words;
    struct arena *scratch = arena_new();
    struct span *tokens = scan_tokens(scratch, source, &words.n);
    words.items = arena_alloc(arena, words.n + 1, sizeof *words.items);
    size_t behind = 0;
    for (size_t i = 0; i <= words.n; i++) {
        struct word *word = &words.items[i];
        size_t first = i < words.n ? tokens[i].first : source->length;
        size_t last = i < words.n ? tokens[i].last : source->length;
        word->text = source->text + first;
        word->length = (uint32_t)(last - first);
        read_gap(arena, source, behind, first, word);
        behind = last;
    }
    arena_free(scratch);
    match_brackets(&words);
    set_blanks(&words);
    measure(&words);
    return words;
}

int64_t words_width(const struct words *words, size_t first, size_t last)
{
    const struct word *items = words->items;
    if (first >= last)
        return 0;
    return (int64_t)items[last - 1].end - items[first].end + items[first].width;
}

bool words_have_comments(const struct words *words, size_t first, size_t last)
{
    return first < last && words->items[first].next_comment < last;
}
