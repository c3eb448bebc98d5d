/* C text, laid out as the project's clang-format would. */
#include "compiler/emit/ctext.h"

#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void indentation(struct ctext *c)
{
    text_printf(c->out, "%s%*s", c->wants_blank ? "\n" : "",
                c->depth * CTEXT_STEP, "");
    c->wants_blank = false;
}

/* A step deeper: behind a brace, or behind a head, which wants one statement. */
static void deepen(struct ctext *c, bool is_head)
{
    assert(c->depth < CTEXT_DEPTH);
    c->is_head[c->depth++] = is_head;
}

/* Back to the innermost brace: a statement ends, and all that it stands in. */
static void leave_heads(struct ctext *c)
{
    while (c->depth > 0 && c->is_head[c->depth - 1])
        c->depth--;
}

static void put_line(struct ctext *c, const char *line);

/* Writes the head that waits for what follows it. */
static void write_head(struct ctext *c)
{
    const char *head = c->head;
    c->head = NULL;
    if (!head)
        return;
    put_line(c, head);
    deepen(c, true);
}

__attribute__((format(printf, 2, 0))) static void
put_lines(struct ctext *c, const char *format, va_list arguments)
{
    char *line = arena_vprintf(c->out->arena, format, arguments);
    write_head(c);
    for (char *end; (end = strchr(line, '\n')); line = end + 1) {
        *end = '\0';
        put_line(c, line);
    }
    put_line(c, line);
}

void ctext_line(struct ctext *c, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    put_lines(c, format, arguments);
    va_end(arguments);
    leave_heads(c);
}

void ctext_head(struct ctext *c, const char *format, ...)
{
    va_list arguments;
    write_head(c);
    va_start(arguments, format);
    c->head = arena_vprintf(c->out->arena, format, arguments);
    va_end(arguments);
}

void ctext_body(struct ctext *c)
{
    const char *head = c->head;
    c->head = NULL;
    put_line(c, arena_printf(c->out->arena, "%s {", head));
    deepen(c, false);
}

void ctext_blank(struct ctext *c)
{
    c->wants_blank = true;
}

void ctext_open(struct ctext *c, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *head = arena_vprintf(c->out->arena, format, arguments);
    va_end(arguments);
    write_head(c);
    put_line(c, *head ? arena_printf(c->out->arena, "%s {", head) : "{");
    deepen(c, false);
}

void ctext_close(struct ctext *c, const char *after)
{
    c->depth--;
    indentation(c);
    text_printf(c->out, "}%s\n", after);
    leave_heads(c);
    c->wants_blank = c->depth == 0;
}

/* One paragraph of a comment, its words wrapped behind " * "; where it ends. */
static const char *put_paragraph(struct ctext *c, const char *start,
                                 const char *text)
{
    size_t left = (size_t)(c->depth * CTEXT_STEP) + strlen("/* ");
    size_t column = left;
    indentation(c);
    text_puts(c->out, start);
    while (*text && *text != '\n') {
        size_t blanks = strspn(text, " ");
        size_t word = blanks + strcspn(text + blanks, " \n");
        if (column > left && column + word > CTEXT_WIDTH - strlen(" */")) {
            text_puts(c->out, "\n");
            indentation(c);
            text_puts(c->out, " * ");
            column = left;
            text += blanks;
            word -= blanks;
        }
        text_append(c->out, text, word);
        column += word;
        text += word;
    }
    return text;
}

void ctext_comment(struct ctext *c, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *text = arena_vprintf(c->out->arena, format, arguments);
    va_end(arguments);
    text = put_paragraph(c, *text == '\n' ? "/*" : "/* ", text);
    while (*text++) {
        text_puts(c->out, "\n");
        text = put_paragraph(c, *text == '\n' ? " *" : " * ", text);
    }
    text_puts(c->out, " */\n");
}

/* How much of the text stays on the line where it is broken at i: up to behind
 * an operator or a comma; 0 where it cannot be. */
static size_t break_at(const char *text, size_t i)
{
    if (text[i] == ',' && text[i + 1] == ' ')
        return i + 1;
    bool is_operator = text[i] == ' ' && text[i + 1] &&
                       strchr("+*/?:", text[i + 1]) && text[i + 2] == ' ';
    return is_operator ? i + 2 : 0;
}

/* The parentheses and brackets that a byte opens, or closes: -1. */
static int opens(char byte)
{
    return (byte == '(' || byte == '[') - (byte == ')' || byte == ']');
}

/* Where an expression can be broken so that no more than `room` columns of it
 * stand on the line: within the fewest parentheses, behind a sum's sign rather
 * than a product's, and as late as can be; its length where nowhere. */
static size_t break_of(const char *text, size_t room)
{
    size_t length = strlen(text), best = 0;
    int depth = 0, least = 0;
    for (size_t i = 0; length > room && i + 2 <= room; i++) {
        depth += opens(text[i]);
        size_t end = break_at(text, i);
        int level = end ? 2 * depth + (strchr("*/", text[end - 1]) != NULL) : 0;
        if (end == 0 || (best > 0 && level > least))
            continue;
        best = end;
        least = level;
    }
    return best ? best : length;
}

/* What clang-format counts for a line break, and for a column too many. */
enum penalty {
    PENALTY_COMMA = 41,
    PENALTY_FIRST = 59,            /* behind the parenthesis of a call */
    PENALTY_FIRST_PARAMETER = 140, /* of a declaration */
    PENALTY_OPERATOR = 53,
    PENALTY_INNER = 253, /* inside of brackets */
    PENALTY_COLUMN = 1000000
};

/* Text that is laid out: where it stands, and what its breaks cost. */
struct lines {
    struct text text;
    size_t left, column; /* where lines begin; behind what is written */
    size_t penalty;
};

static void break_line(struct lines *lines, size_t left, size_t penalty)
{
    text_printf(&lines->text, "\n%*s", (int)left, "");
    lines->column = left;
    lines->penalty += penalty;
}

/* The parentheses and brackets that are open behind so much of a text. */
static int open_behind(const char *text, size_t length)
{
    int depth = 0;
    for (size_t i = 0; i < length; i++)
        depth += opens(text[i]);
    return depth;
}

/* One item with what follows it; where it is broken it goes on at `left`. */
static void write_item(struct lines *lines, const char *item, const char *after,
                       size_t left)
{
    for (;;) {
        size_t taken = lines->column + strlen(after);
        size_t room = CTEXT_WIDTH > taken ? CTEXT_WIDTH - taken : 0;
        size_t length = break_of(item, room);
        text_append(&lines->text, item, length);
        lines->column += length;
        if (!item[length])
            break;
        break_line(lines, left,
                   open_behind(item, length) > 0 ? PENALTY_INNER
                                                 : PENALTY_OPERATOR);
        item += length + strspn(item + length, " ");
    }
    text_puts(&lines->text, after);
    lines->column += strlen(after);
    if (lines->column > CTEXT_WIDTH)
        lines->penalty += (lines->column - CTEXT_WIDTH) * PENALTY_COLUMN;
}

/* Where the bracket at `open` is closed; the end of the text where nowhere. */
static const char *closing(const char *open)
{
    int depth = 0;
    const char *at = open;
    for (; *at; at++) {
        depth += opens(*at) + (*at == '{') - (*at == '}');
        if (depth == 0)
            break;
    }
    return at;
}

/* The length of an argument, up to the comma or the parenthesis behind it. */
static size_t argument_length(const char *text)
{
    const char *at = text;
    while (*at && *at != ',' && *at != ')')
        at = strchr("([{", *at) ? closing(at) + 1 : at + 1;
    return (size_t)(at - text);
}

/* "a, b, c);" from the column where the lines begin. */
static void write_arguments(struct lines *lines, const char *text)
{
    size_t before = 0; /* columns of the argument before */
    lines->column = lines->left;
    while (*text) {
        size_t length = argument_length(text);
        const char *after = text[length] == ',' ? "," : text + length;
        size_t columns = length + strlen(after);
        bool fits = lines->left + before <= CTEXT_WIDTH &&
                    lines->column + 1 + columns <= CTEXT_WIDTH;
        if (before > 0 && !fits) {
            break_line(lines, lines->left, PENALTY_COMMA);
        } else if (before > 0) {
            text_puts(&lines->text, " ");
            lines->column++;
        }
        write_item(lines, arena_copy(lines->text.arena, text, length), after,
                   lines->left + CTEXT_STEP);
        before = columns;
        text += columns + strspn(text + columns, " ");
    }
}

/* A line that is a call or the head of a function, or an assignment of a call,
 * whose name begins at `name`: arguments wrapped under the first or, where that
 * costs less, from a line of their own on. False where it is nothing such. */
static bool put_call(struct ctext *c, size_t indent, const char *line,
                     const char *name)
{
    const char *open = strchr(name, '(');
    const char *end = open && open > name ? closing(open) : "";
    if (!*end || strlen(end) > strlen(");"))
        return false;
    int head = (int)(open + 1 - line);
    struct lines under = {.text = text_new(c->out->arena),
                          .left = indent + (size_t)head};
    struct lines own = {.text = text_new(c->out->arena),
                        .left = indent + CTEXT_STEP};
    write_arguments(&under, open + 1);
    break_line(&own, own.left,
               strcmp(end, ")") == 0 ? PENALTY_FIRST_PARAMETER : PENALTY_FIRST);
    write_arguments(&own, open + 1);
    bool fits = end == open + 1 || under.penalty <= own.penalty;
    text_printf(c->out, "%*s%.*s%s\n", (int)indent, "", head, line,
                text_string(fits ? &under.text : &own.text));
    return true;
}

/* What stands behind the sign of "x = y;" or "x += y;"; NULL where the line
 * assigns nothing. */
static const char *right_side(const char *line)
{
    int depth = 0;
    for (const char *at = line; *at; at++) {
        depth += opens(*at);
        if (depth == 0 && at[0] == '=' && at[1] == ' ' && at > line)
            return at + 2;
    }
    return NULL;
}

/* An assignment: the right on a line of its own where it fits there, else from
 * where it is on if that is a call, else broken. */
static void put_assignment(struct ctext *c, size_t indent, const char *line,
                           const char *right)
{
    size_t left = indent + CTEXT_STEP;
    struct lines lines = {
        .text = text_new(c->out->arena), .left = left, .column = left};
    if (left + strlen(right) > CTEXT_WIDTH && put_call(c, indent, line, right))
        return;
    write_item(&lines, right, "", left);
    text_printf(c->out, "%*s%.*s\n%*s%s\n", (int)indent, "",
                (int)(right - 1 - line), line, (int)left, "",
                text_string(&lines.text));
}

/* The head of a loop, broken behind its last semicolon. */
static void put_loop(struct ctext *c, size_t indent, const char *line)
{
    const char *last = strrchr(line, ';') + 1;
    size_t left = indent + strlen("for (");
    text_printf(c->out, "%*s%.*s\n%*s%s\n", (int)indent, "", (int)(last - line),
                line, (int)left, "", last + 1);
}

/* A line, indented as its braces and its own blanks say, and broken where it
 * is too long. */
static void put_line(struct ctext *c, const char *line)
{
    size_t blanks = strspn(line, " ");
    size_t indent = (size_t)(c->depth * CTEXT_STEP) + blanks;
    line += blanks;
    const char *right = right_side(line);
    if (!*line) {
        c->wants_blank = true;
        return;
    }
    text_puts(c->out, c->wants_blank ? "\n" : "");
    c->wants_blank = false;
    if (indent + strlen(line) <= CTEXT_WIDTH)
        text_printf(c->out, "%*s%s\n", (int)indent, "", line);
    else if (strncmp(line, "for (", 5) == 0)
        put_loop(c, indent, line);
    else if (right)
        put_assignment(c, indent, line, right);
    else if (!put_call(c, indent, line, line))
        text_printf(c->out, "%*s%s\n", (int)indent, "", line);
}

void ctext_function(struct ctext *c, const char *format, ...)
{
    va_list arguments;
    ctext_line(c, "GUSS_APART");
    va_start(arguments, format);
    put_lines(c, format, arguments);
    va_end(arguments);
    ctext_open(c, "%s", "");
}

void ctext_list(struct ctext *c, const char *left, const char *list)
{
    size_t indent = (size_t)(c->depth * CTEXT_STEP);
    if (indent + strlen(left) + strlen(list) + 4 <= CTEXT_WIDTH) {
        ctext_line(c, "%s {%s};", left, list);
        return;
    }
    /* its columns would be lined up */
    ctext_line(c, "/* clang-format off */");
    ctext_line(c, "%s {", left);
    while (*list) {
        size_t room = CTEXT_WIDTH - indent - CTEXT_STEP, length = 0;
        for (size_t i = 0; i < room && list[i]; i++)
            if (list[i] == ',' || !list[i + 1])
                length = i + 1;
        ctext_line(c, "    %.*s", (int)length, list);
        list += length;
        list += strspn(list, " ");
    }
    ctext_line(c, "};");
    ctext_line(c, "/* clang-format on */");
}

const char *ctext_real(struct arena *arena, double value)
{
    const double most = 1e15; /* whole numbers are written as such */
    if (isinf(value))
        return value > 0 ? "INFINITY" : "-INFINITY";
    if (fabs(value) < most && value == trunc(value))
        return arena_printf(arena, "%.1f", value);
    char digits[40];
    for (int precision = 1; precision <= 17; precision++) {
        snprintf(digits, sizeof digits, "%.*g", precision, value);
        if (strtod(digits, NULL) == value)
            break;
    }
    bool has_point = strpbrk(digits, ".e") != NULL;
    return arena_printf(arena, "%s%s", digits, has_point ? "" : ".0");
}

/* Appends the byte of a text at `at` to a literal. Two question marks could
 * begin a trigraph. */
static void put_byte(struct text *out, const char *text, size_t at)
{
    unsigned char byte = (unsigned char)text[at];
    bool is_trigraph = byte == '?' && at > 0 && text[at - 1] == '?';
    if (byte == '\n')
        text_puts(out, "\\n");
    else if (byte == '"' || byte == '\\')
        text_printf(out, "\\%c", byte);
    else if (byte >= ' ' && byte < 127 && !is_trigraph)
        text_append(out, text + at, 1);
    else
        text_printf(out, "\\%03o", byte);
}

/* Appends as many bytes of a text as a line of a literal has room for, to the
 * end of the line or, where that is too long, behind a blank of it; how many. */
static size_t put_piece(struct text *out, const char *text, size_t room)
{
    struct text piece = text_new(out->arena);
    size_t n = 0, blank = 0, blank_length = 0;
    while (text[n]) {
        size_t before = piece.length;
        put_byte(&piece, text, n);
        if (piece.length > room) {
            piece.length = before;
            break;
        }
        if (text[n++] == '\n')
            break;
        if (text[n - 1] != ' ')
            continue;
        blank = n;
        blank_length = piece.length;
    }
    bool is_broken = text[n] && text[n - 1] != '\n' && blank > 0;
    text_append(out, piece.bytes, is_broken ? blank_length : piece.length);
    return is_broken ? blank : n;
}

const char *ctext_string(const struct ctext *c, const char *string)
{
    struct text out = text_new(c->out->arena);
    int left = (c->depth + 1) * CTEXT_STEP;
    size_t room = (size_t)(CTEXT_WIDTH - left) - strlen("\"\";");
    do {
        if (out.length)
            text_printf(&out, "\n%*s", CTEXT_STEP, "");
        text_puts(&out, "\"");
        string += put_piece(&out, string, room);
        text_puts(&out, "\"");
    } while (*string);
    return text_string(&out);
}
