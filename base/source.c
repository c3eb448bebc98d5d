/* Texts and the places in them: a file's bytes in, its lines and spans out.
 * A line ends at "\n", "\r\n" or a '\r' alone, as libyaml has it. */
#include "base/source.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"

static const char byte_order_mark[] = "\xEF\xBB\xBF";

bool source_ends_line(const struct source *source, size_t offset)
{
    const char *text = source->text + offset;
    return text[0] == '\n' || (text[0] == '\r' && text[1] != '\n');
}

size_t source_line_end(const struct source *source, size_t offset)
{
    while (offset < source->length && source->text[offset] != '\n' &&
           source->text[offset] != '\r')
        offset++;
    return offset;
}

static void find_lines(struct arena *arena, struct source *source)
{
    size_t count = 1;
    for (size_t at = 0; at < source->length; at++)
        count += source_ends_line(source, at);
    size_t *lines = arena_alloc(arena, count, sizeof *lines);
    size_t line = 1;
    for (size_t at = 0; at < source->length; at++)
        if (source_ends_line(source, at))
            lines[line++] = at + 1;
    source->lines = lines;
    source->n_lines = count;
}

const struct source *source_from_text(struct arena *arena, const char *path,
                                      const char *text, size_t length)
{
    struct source *source = arena_alloc(arena, 1, sizeof *source);
    assert(text[length] == '\0');
    source->path = arena_strdup(arena, path);
    if (length >= 3 && memcmp(text, byte_order_mark, 3) == 0) {
        text += 3;
        length -= 3;
    }
    source->text = text;
    source->length = length;
    find_lines(arena, source);
    return source;
}

static const struct source *take(struct arena *arena, const char *path,
                                 char *bytes, size_t size)
{
    const char *text = arena_copy(arena, bytes, size);
    free(bytes);
    return source_from_text(arena, path, text, size);
}

const struct source *source_read(struct arena *arena, const char *path,
                                 size_t limit, struct error *error)
{
    char *bytes;
    size_t size;
    if (file_read(path, limit, &bytes, &size, error) != STATUS_OK)
        return NULL;
    return take(arena, path, bytes, size);
}

const struct source *source_read_given(struct arena *arena, const char *path,
                                       size_t limit, struct error *error)
{
    char *bytes;
    size_t size;
    if (file_read_given(path, limit, &bytes, &size, error) != STATUS_OK)
        return NULL;
    return take(arena, path_given_name(path), bytes, size);
}

size_t source_line(const struct source *source, size_t offset)
{
    size_t low = 0, high = source->n_lines; /* lines[low] <= offset */
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (source->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static bool is_continuation(unsigned char byte)
{
    return (byte & 0xC0) == 0x80;
}

size_t source_character(const char *text, size_t length)
{
    const unsigned char *at = (const unsigned char *)text;
    if (length == 0 || at[0] == 0)
        return 0;
    if (at[0] < 0x80)
        return 1;
    size_t size = at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
    if (at[0] < 0xC2 || at[0] > 0xF4 || size > length)
        return 0;
    for (size_t i = 1; i < size; i++)
        if (!is_continuation(at[i]))
            return 0;
    bool overlong =
        (at[0] == 0xE0 && at[1] < 0xA0) || (at[0] == 0xF0 && at[1] < 0x90);
    bool surrogate = at[0] == 0xED && at[1] >= 0xA0;
    bool too_large = at[0] == 0xF4 && at[1] >= 0x90;
    return overlong || surrogate || too_large ? 0 : size;
}

uint32_t source_code(const char *text, size_t size)
{
    static const unsigned char masks[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
    uint32_t code = (unsigned char)text[0] & masks[size];
    for (size_t i = 1; i < size; i++)
        code = code << 6 | ((unsigned char)text[i] & 0x3F);
    return code;
}

static size_t find_bad_byte(const char *text, size_t length)
{
    size_t offset = 0, size;
    while ((size = source_character(text + offset, length - offset)) > 0)
        offset += size;
    return offset;
}

bool source_is_utf8(const char *string)
{
    return string[find_bad_byte(string, strlen(string))] == '\0';
}

size_t source_bad_byte(const struct source *source)
{
    return find_bad_byte(source->text, source->length);
}

struct span span_join(struct span a, struct span b)
{
    assert(a.source == b.source);
    if (b.first < a.first)
        a.first = b.first;
    if (b.last > a.last)
        a.last = b.last;
    return a;
}
