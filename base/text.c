/* A growable string in an arena; strings that can be shown. */
#include "base/text.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/character_width.h"
#include "base/memory.h"
#include "base/source.h"

/* U+202A to U+202E and U+2066 to U+2069 turn the direction of writing: what is
 * read is then not what is there. */
static bool turns_writing(const char *string)
{
    unsigned char second = (unsigned char)string[1];
    unsigned char third = second ? (unsigned char)string[2] : 0;
    return (second == 0x80 && third >= 0xAA && third <= 0xAE) ||
           (second == 0x81 && third >= 0xA6 && third <= 0xA9);
}

size_t text_control(const char *string)
{
    unsigned char byte = (unsigned char)string[0];
    if (byte == 0xC2)
        return ((unsigned char)string[1] & 0xE0) == 0x80 ? 2 : 0;
    if (byte == 0xE2)
        return turns_writing(string) ? 3 : 0;
    return (byte && byte < 0x20) || byte == 0x7F ? 1 : 0;
}

void text_mask(char *string)
{
    for (char *at = string; *at; at++)
        for (size_t i = *at == '\n' ? 0 : text_control(at); i > 0; i--)
            at[i - 1] = '?';
}

size_t text_columns(const char *string)
{
    size_t width = 0, left = strlen(string);
    while (left > 0) {
        size_t control = text_control(string);
        size_t size = control ? control : source_character(string, left);
        width += control || !size
                     ? 1
                     : (size_t)character_width(source_code(string, size));
        size += size == 0;
        string += size;
        left -= size;
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

void text_put_word(struct text *text, const char *word)
{
    const char *at = word;
    while (is_plain(*at))
        at++;
    if (at > word && *at == '\0') {
        text_puts(text, word);
        return;
    }
    text_puts(text, "'");
    for (at = word; *at; at++)
        if (*at == '\'')
            text_puts(text, "'\\''");
        else
            text_append(text, at, 1);
    text_puts(text, "'");
}

void text_put_json(struct text *text, const char *string)
{
    text_puts(text, "\"");
    for (size_t left = strlen(string), size; left > 0; left -= size) {
        size = source_character(string, left);
        if (size == 0)
            text_puts(text, "\xEF\xBF\xBD");
        else if ((unsigned char)*string < ' ')
            text_printf(text, "\\u%04x", (unsigned)*string);
        else if (*string == '"' || *string == '\\')
            text_printf(text, "\\%c", *string);
        else
            text_append(text, string, size);
        size += size == 0;
        string += size;
    }
    text_puts(text, "\"");
}

const char *text_string(const struct text *text)
{
    return text->bytes ? text->bytes : "";
}
