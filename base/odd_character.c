/* A character in, its name out. */
#include "base/odd_character.h"

#include <stdint.h>

#include "base/source.h"

enum {
    FULL_WIDTH_FIRST = 0xFF01, /* of '!' to '~', in their order */
    FULL_WIDTH_LAST = 0xFF5E
};

static const char blank[] = "a plain blank";
static const char quotes[] = "plain quotes, \"";
static const char hyphen[] = "'-'";

static const struct odd {
    uint32_t first, last;
    const char *name;
    const char *instead; /* NULL: nothing, it is to be taken out */
    bool is_hidden;
} characters[] = {
    {0x00A0, 0x00A0, "no-break space", blank, true},
    {0x00AB, 0x00AB, "left-pointing quotation mark", quotes, false},
    {0x00AD, 0x00AD, "soft hyphen", NULL, true},
    {0x00B4, 0x00B4, "acute accent", quotes, false},
    {0x00B7, 0x00B7, "middle dot", "'*'", false},
    {0x00BB, 0x00BB, "right-pointing quotation mark", quotes, false},
    {0x00D7, 0x00D7, "multiplication sign", "'*'", false},
    {0x00F7, 0x00F7, "division sign", "'/'", false},
    {0x1680, 0x1680, "Ogham space mark", blank, true},
    {0x180E, 0x180E, "Mongolian vowel separator", NULL, true},
    {0x2000, 0x2000, "en quad", blank, true},
    {0x2001, 0x2001, "em quad", blank, true},
    {0x2002, 0x2002, "en space", blank, true},
    {0x2003, 0x2003, "em space", blank, true},
    {0x2004, 0x2006, "space of a part of an em", blank, true},
    {0x2007, 0x2007, "figure space", blank, true},
    {0x2008, 0x2008, "punctuation space", blank, true},
    {0x2009, 0x2009, "thin space", blank, true},
    {0x200A, 0x200A, "hair space", blank, true},
    {0x200B, 0x200B, "zero-width space", NULL, true},
    {0x200C, 0x200C, "zero-width non-joiner", NULL, true},
    {0x200D, 0x200D, "zero-width joiner", NULL, true},
    {0x200E, 0x200E, "left-to-right mark", NULL, true},
    {0x200F, 0x200F, "right-to-left mark", NULL, true},
    {0x2010, 0x2011, "hyphen", hyphen, false},
    {0x2012, 0x2012, "figure dash", hyphen, false},
    {0x2013, 0x2013, "en dash", hyphen, false},
    {0x2014, 0x2015, "em dash", hyphen, false},
    {0x2018, 0x2018, "left single quotation mark", quotes, false},
    {0x2019, 0x2019, "right single quotation mark", quotes, false},
    {0x201A, 0x201A, "low single quotation mark", quotes, false},
    {0x201C, 0x201C, "left double quotation mark", quotes, false},
    {0x201D, 0x201D, "right double quotation mark", quotes, false},
    {0x201E, 0x201E, "low double quotation mark", quotes, false},
    {0x2026, 0x2026, "ellipsis", NULL, false},
    {0x2028, 0x2028, "line separator", "a plain line end", true},
    {0x2029, 0x2029, "paragraph separator", "a plain line end", true},
    {0x202A, 0x202E, "control of writing direction", NULL, true},
    {0x202F, 0x202F, "narrow no-break space", blank, true},
    {0x205F, 0x205F, "mathematical space", blank, true},
    {0x2060, 0x2060, "word joiner", NULL, true},
    {0x2066, 0x2069, "control of writing direction", NULL, true},
    {0x2212, 0x2212, "minus sign", hyphen, false},
    {0x2217, 0x2217, "asterisk operator", "'*'", false},
    {0x2260, 0x2260, "not equal to", NULL, false},
    {0x3000, 0x3000, "ideographic space", blank, true},
    {0x3001, 0x3001, "ideographic comma", "','", false},
    {0xFE0E, 0xFE0F, "variation selector", NULL, true},
    {0xFEFF, 0xFEFF, "byte order mark", NULL, true},
};

static size_t size_of(const char *text)
{
    size_t length = 0;
    while (length < 4 && text[length])
        length++;
    return source_character(text, length);
}

static const struct odd *find(uint32_t code)
{
    for (size_t i = 0; i < sizeof characters / sizeof *characters; i++)
        if (code >= characters[i].first && code <= characters[i].last)
            return &characters[i];
    return NULL;
}

static bool is_full_width(uint32_t code)
{
    return code >= FULL_WIDTH_FIRST && code <= FULL_WIDTH_LAST;
}

size_t odd_character(const char *text)
{
    size_t size = size_of(text);
    uint32_t code = size > 1 ? source_code(text, size) : 0;
    return find(code) || is_full_width(code) ? size : 0;
}

bool odd_character_is_hidden(const char *text)
{
    size_t size = size_of(text);
    const struct odd *odd = size > 1 ? find(source_code(text, size)) : NULL;
    return odd && odd->is_hidden;
}

const char *odd_character_name(struct arena *arena, const char *text,
                               const char **instead)
{
    uint32_t code = source_code(text, size_of(text));
    if (is_full_width(code)) {
        char plain = (char)(code - FULL_WIDTH_FIRST + '!');
        *instead = arena_printf(arena, "'%c'", plain);
        return arena_printf(arena, "full-width '%c' (U+%04X)", plain,
                            (unsigned)code);
    }
    const struct odd *odd = find(code);
    *instead = odd->instead;
    return arena_printf(arena, "%s (U+%04X)", odd->name, (unsigned)code);
}
