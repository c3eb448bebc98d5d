/* A line of a published table in, its words and numbers out. Characters are
 * told apart by code point: scans bring blanks, dashes and quotation marks of
 * many kinds. */
#include "compiler/table/table_line.h"

#include <string.h>

enum { TAG_LIMIT = 64 /* bytes of an HTML tag; longer ones are text */ };

struct character {
    uint32_t code; /* 0 behind the end */
    size_t size;   /* bytes */
};

static struct character decode(const char *text, size_t length)
{
    size_t size = source_character(text, length);
    if (size == 0)
        return (struct character){0};
    return (struct character){source_code(text, size), size};
}

static struct character peek(const struct table_line *line)
{
    return decode(line->source->text + line->at, line->end - line->at);
}

static bool is_one_of(uint32_t code, const char *signs)
{
    return code > 0 && code < 0x80 && strchr(signs, (int)code);
}

static bool is_digit(uint32_t code)
{
    return code >= '0' && code <= '9';
}

static bool is_letter(uint32_t code)
{
    return (code >= 'A' && code <= 'Z') || (code >= 'a' && code <= 'z');
}

/* Blanks, spaces of other widths, and box drawing. */
static bool is_blank(uint32_t code)
{
    return is_one_of(code, " \t\r\f|*`#") || code == 0xA0 ||
           (code >= 0x2000 && code <= 0x200B) || code == 0x202F ||
           code == 0x3000 || (code >= 0x2500 && code <= 0x257F);
}

static bool is_dash(uint32_t code)
{
    return is_one_of(code, "-_=+~.:") || code == 0xAF ||
           (code >= 0x2010 && code <= 0x2015) || code == 0x2212;
}

static bool is_quote(uint32_t code)
{
    return is_one_of(code, "\"'") || (code >= 0x2018 && code <= 0x201F) ||
           code == 0xAB || code == 0xBB;
}

static bool is_word(uint32_t code)
{
    return is_letter(code) || is_digit(code) || is_one_of(code, "_./-") ||
           (code >= 0x80 && !is_blank(code) && !is_quote(code));
}

size_t line_find_unreadable(const struct source *source)
{
    size_t at = 0;
    while (at < source->length) {
        struct character next = decode(source->text + at, source->length - at);
        bool control =
            (next.code < 0x20 && !is_one_of(next.code, "\t\n\f\r")) ||
            (next.code >= 0x7F && next.code < 0xA0);
        if (control)
            break;
        at += next.size;
    }
    return at;
}

struct table_line line_of(const struct source *source, size_t number)
{
    size_t end = number + 1 < source->n_lines ? source->lines[number + 1] - 1
                                              : source->length;
    return (struct table_line){source, source->lines[number], end};
}

/* Bytes of the HTML tag that starts here, or 0. */
static size_t tag_size(const struct table_line *line)
{
    const char *text = line->source->text + line->at;
    size_t length = line->end - line->at;
    if (length > TAG_LIMIT)
        length = TAG_LIMIT;
    if (length < 3 || text[0] != '<')
        return 0;
    size_t name = text[1] == '/' ? 2 : 1;
    if (!is_letter((unsigned char)text[name]))
        return 0;
    const char *end = memchr(text, '>', length);
    return end ? (size_t)(end - text) + 1 : 0;
}

static void skip_blanks(struct table_line *line)
{
    for (;;) {
        struct character next = peek(line);
        size_t size = is_blank(next.code) ? next.size : tag_size(line);
        if (size == 0)
            return;
        line->at += size;
    }
}

bool line_is_blank(struct table_line line)
{
    skip_blanks(&line);
    return line.at == line.end;
}

bool line_is_rule(struct table_line line)
{
    for (skip_blanks(&line); line.at < line.end; skip_blanks(&line)) {
        struct character next = peek(&line);
        if (!is_dash(next.code) && !is_one_of(next.code, "()[]"))
            return false;
        line.at += next.size;
    }
    return true;
}

/* A curly bracket is what a scan makes of a round one. */
bool line_accept(struct table_line *line, char sign)
{
    struct table_line ahead = *line;
    skip_blanks(&ahead);
    uint32_t code = peek(&ahead).code;
    if (code == '{' || code == '}')
        code = code == '{' ? '(' : ')';
    if (code != (unsigned char)sign)
        return false;
    ahead.at++;
    *line = ahead;
    return true;
}

void line_skip(struct table_line *line, const char *signs)
{
    skip_blanks(line);
    while (is_one_of(peek(line).code, signs)) {
        line->at++;
        skip_blanks(line);
    }
}

struct span line_word(struct table_line *line)
{
    skip_blanks(line);
    size_t first = line->at;
    struct character next;
    while (next = peek(line), is_word(next.code))
        line->at += next.size;
    return (struct span){line->source, first, line->at};
}

bool word_has_letters(struct span word, const char *letters)
{
    for (size_t at = word.first; at < word.last; at++) {
        unsigned char sign = (unsigned char)word.source->text[at];
        if (!is_letter(sign))
            continue;
        if (*letters == '\0' || (sign | 0x20) != *letters)
            return false;
        letters++;
    }
    return *letters == '\0';
}

/* Bytes of the thousands separator that a digit follows here, or 0. A space is
 * one only before three digits that end a word. */
static size_t separator_size(const struct table_line *line)
{
    struct table_line ahead = *line;
    struct character sign = peek(&ahead);
    ahead.at += sign.size;
    if (is_one_of(sign.code, ",.'_") || sign.code == 0x2019)
        return is_digit(peek(&ahead).code) ? sign.size : 0;
    if (sign.code != ' ' && sign.code != 0xA0 && sign.code != 0x2009 &&
        sign.code != 0x202F)
        return 0;
    for (int i = 0; i < 3; i++, ahead.at++)
        if (!is_digit(peek(&ahead).code))
            return 0;
    return is_word(peek(&ahead).code) ? 0 : sign.size;
}

/* A letter of any script: what a scan makes of a digit. */
static bool is_letter_of_any_script(uint32_t code)
{
    return is_letter(code) || (code >= 0x80 && is_word(code));
}

enum line_number line_number(struct table_line *line, int64_t *number)
{
    skip_blanks(line);
    if (!is_digit(peek(line).code))
        return NUMBER_MISSING;
    struct table_line before = *line;
    bool fits = true;
    *number = 0;
    for (;;) {
        struct character next = peek(line);
        if (is_letter_of_any_script(next.code)) {
            *line = before;
            return NUMBER_MALFORMED;
        }
        size_t size = is_digit(next.code) ? next.size : separator_size(line);
        if (size == 0)
            return fits ? NUMBER_READ : NUMBER_TOO_LARGE;
        line->at += size;
        if (!is_digit(next.code))
            continue;
        int64_t digit = (int64_t)next.code - '0';
        fits = fits && *number <= (INT64_MAX - digit) / 10;
        *number = fits ? *number * 10 + digit : 0;
    }
}

struct span line_quoted(struct table_line line)
{
    skip_blanks(&line);
    if (!is_quote(peek(&line).code))
        return line_rest(line);
    line.at += peek(&line).size;
    size_t first = line.at;
    while (line.at < line.end && !is_quote(peek(&line).code))
        line.at += peek(&line).size;
    return (struct span){line.source, first, line.at};
}

struct span line_rest(struct table_line line)
{
    skip_blanks(&line);
    size_t first = line.at, last = line.at;
    while (line.at < line.end) {
        line.at += peek(&line).size;
        last = line.at;
        skip_blanks(&line);
    }
    return (struct span){line.source, first, last};
}
