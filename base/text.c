/* A growable string in an arena; strings that can be shown. */
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/character_width.h"
#include "base/memory.h"
#include "base/source.h"

static const char replacement[] = "\xEF\xBF\xBD"; /* U+FFFD */

/* U+2028 and U+2029 end a line. U+202A to U+202E and U+2066 to U+2069 turn the
 * direction of writing: what is read is then not what is there. */
static bool ends_or_turns_line(const char *string)
{
    unsigned char second = (unsigned char)string[1];
    unsigned char third = second ? (unsigned char)string[2] : 0;
    return (second == 0x80 && third >= 0xA8 && third <= 0xAE) ||
           (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

size_t text_control(const char *string)
{
    unsigned char byte = (unsigned char)string[0];
    if (byte == 0xC2)
        return ((unsigned char)string[1] & 0xE0) == 0x80 ? 2 : 0;
    if (byte == 0xE2)
        return ends_or_turns_line(string) ? 3 : 0;
    return (byte && byte < 0x20) || byte == 0x7F ? 1 : 0;
}

/* Bytes of the character at the start of a string that is not empty; whether it
 * can be shown as it is. */
static size_t next_character(const char *string, bool *is_shown)
{
    size_t control = text_control(string);
    size_t size =
        control ? control : source_character(string, strnlen(string, 4));
    *is_shown = size > 0 && control == 0;
    return size ? size : 1;
}

void text_mask(char *string)
{
    char *to = string;
    bool is_shown;
    for (size_t size; *string; string += size) {
        size = next_character(string, &is_shown);
        if (is_shown)
            memmove(to, string, size);
        else
            *to = '?';
        to += is_shown ? size : 1;
    }
    *to = '\0';
}

const char *text_shown(struct arena *arena, const char *string)
{
    char *copy = arena_strdup(arena, string);
    text_mask(copy);
    return copy;
}

size_t text_columns(const char *string)
{
    size_t width = 0;
    bool is_shown;
    for (size_t size; *string; string += size) {
        size = next_character(string, &is_shown);
        width +=
            is_shown ? (size_t)character_width(source_code(string, size)) : 1;
    }
    return width;
}

struct text text_new(struct arena *arena)
{
    return (struct text){.arena = arena};
}

static void reserve(struct text *text, size_t more)
{
    size_t wanted = text->length + more + 1;
    if (wanted <= text->capacity)
        return;
    size_t capacity = text->capacity ? text->capacity : 256;
    while (capacity < wanted)
        capacity *= 2;
    char *bytes = arena_alloc(text->arena, capacity, 1);
    if (text->length)
        memcpy(bytes, text->bytes, text->length);
    text->bytes = bytes;
    text->capacity = capacity;
}

void text_append(struct text *text, const char *bytes, size_t length)
{
    reserve(text, length);
    if (length)
        memcpy(text->bytes + text->length, bytes, length);
    text->length += length;
    text->bytes[text->length] = '\0';
}

void text_puts(struct text *text, const char *string)
{
    text_append(text, string, strlen(string));
}

void text_put_shown(struct text *text, const char *string)
{
    bool is_shown;
    for (size_t size; *string; string += size) {
        size = next_character(string, &is_shown);
        text_append(text, is_shown ? string : "?", is_shown ? size : 1);
    }
}

void text_vprintf(struct text *text, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        memory_exhausted(0);
    reserve(text, (size_t)length);
    vsnprintf(text->bytes + text->length, (size_t)length + 1, format,
              arguments);
    text->length += (size_t)length;
}

void text_printf(struct text *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    text_vprintf(text, format, arguments);
    va_end(arguments);
}

const char *text_utf8(struct arena *arena, const char *string)
{
    struct text text = text_new(arena);
    while (*string) {
        size_t size = source_character(string, strnlen(string, 4));
        text_append(&text, size ? string : replacement,
                    size ? size : strlen(replacement));
        string += size ? size : 1;
    }
    return text_string(&text);
}

char *text_beginning(struct arena *arena, const char *string, size_t most)
{
    size_t length = strlen(string);
    if (length > most)
        for (length = most; length > 0; length--)
            if (((unsigned char)string[length] & 0xC0) != 0x80)
                break;
    return arena_copy(arena, string, length);
}

static bool is_plain(char sign)
{
    return (sign >= 'a' && sign <= 'z') || (sign >= 'A' && sign <= 'Z') ||
           (sign >= '0' && sign <= '9') || (sign & 0x80) != 0 ||
           (sign && strchr("%+,-./:=@_", sign));
}

static void put_quoted(struct text *text, const char *word)
{
    text_puts(text, "'");
    for (; *word; word++)
        if (*word == '\'')
            text_puts(text, "'\\''");
        else
            text_append(text, word, 1);
    text_puts(text, "'");
}

/* $'...', which POSIX has since 2024 and bash and zsh have long had. */
static void put_escaped(struct text *text, const char *word)
{
    bool is_shown;
    text_puts(text, "$'");
    for (size_t size; *word; word += size) {
        size = next_character(word, &is_shown);
        if (is_shown && strchr("'\\", *word))
            text_puts(text, "\\");
        if (is_shown)
            text_append(text, word, size);
        for (size_t i = 0; !is_shown && i < size; i++)
            text_printf(text, "\\%03o", (unsigned char)word[i]);
    }
    text_puts(text, "'");
}

void text_put_word(struct text *text, const char *word)
{
    const char *at = word;
    bool is_shown = true;
    while (is_plain(*at))
        at++;
    bool is_bare = at > word && *at == '\0';
    for (at = word; *at && is_shown;)
        at += next_character(at, &is_shown);
    if (!is_shown)
        put_escaped(text, word);
    else if (is_bare)
        text_puts(text, word);
    else
        put_quoted(text, word);
}

void text_put_json(struct text *text, const char *string)
{
    text_puts(text, "\"");
    bool is_shown;
    for (size_t size; *string; string += size) {
        size = next_character(string, &is_shown);
        if (text_control(string))
            text_printf(text, "\\u%04x", (unsigned)source_code(string, size));
        else if (!is_shown)
            text_puts(text, replacement);
        else if (*string == '"' || *string == '\\')
            text_printf(text, "\\%c", *string);
        else
            text_append(text, string, size);
    }
    text_puts(text, "\"");
}

void text_put_hexadecimal(struct text *text, const char *string)
{
    for (; *string; string++)
        text_printf(text, "%02x", (unsigned char)*string);
}

const char *text_string(const struct text *text)
{
    return text->bytes ? text->bytes : "";
}

void text_put_list(struct text *text, const char *const *words, size_t n,
                   const char *quote, const char *last)
{
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && i + 1 == n)
            text_printf(text, " %s ", last);
        else if (i > 0)
            text_puts(text, ", ");
        text_printf(text, "%s%s%s", quote, words[i], quote);
    }
}

void text_put_csv(struct text *text, const char *field)
{
    if (!strpbrk(field, ",\"\r\n")) {
        text_puts(text, field);
        return;
    }
    text_puts(text, "\"");
    for (; *field; field++) {
        text_puts(text, *field == '"' ? "\"" : "");
        text_append(text, field, 1);
    }
    text_puts(text, "\"");
}

void text_put_real(struct text *text, double real)
{
    char number[32];
    int digits = 1;
    do
        snprintf(number, sizeof number, "%.*g", digits, real);
    while (digits++ < 17 && strtod(number, NULL) != real);
    text_puts(text, number);
}
