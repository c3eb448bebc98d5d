/* A drawing as SVG 1.1: rectangles, paths and text, coloured by a style sheet
 * that follows the viewer's light or dark scheme. Colours keep a contrast of
 * 4.5 to 1 with what they stand on (WCAG 2.1, AA). */
#include <string.h>

#include "base/source.h"
#include "compiler/drawing/drawing.h"
#include "compiler/drawing/lettering.h"

enum { MARGIN = 15, GAP = 10, BAR = 6, ROUND = 7, HEAD = 7 };

static const char style[] =
    "text{font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,Ubuntu,"
    "Helvetica,Arial,sans-serif;font-size:12px;fill:#3d4450}\n"
    ".page{fill:#fff}.panel{fill:#f6f8fa;stroke:#d0d7de}\n"
    ".title{font-size:16px;font-weight:600;fill:#1f2328}\n"
    ".name{font-size:13px;font-weight:600;fill:#1f2328}\n"
    ".end{text-anchor:end}.note{font-style:italic}\n"
    ".box{fill:#fff;stroke:#8c959f}.frozen{stroke-dasharray:5 3}\n"
    ".line{fill:none;stroke:#6e7781;stroke-width:1.5;stroke-linecap:round}\n"
    ".head{fill:#6e7781}\n";

static const char dark_style[] =
    "@media(prefers-color-scheme:dark){\n"
    "text{fill:#b6bec9}.title,.name{fill:#f0f3f6}\n"
    ".page{fill:#0d1117}.panel{fill:#161b22;stroke:#30363d}\n"
    ".box{fill:#0d1117;stroke:#6e7681}\n"
    ".line{stroke:#9198a1}.head{fill:#9198a1}\n";

/* The class of each kind of box, its colour on light and on dark ground. */
static const struct {
    const char *word, *light, *dark;
} looks[N_BOX_KINDS] = {
    [BOX_INPUT] = {"input", "#1f2328", "#f0f3f6"},
    [BOX_DENSE] = {"dense", "#0550ae", "#79c0ff"},
    [BOX_CONVOLUTION] = {"convolution", "#953800", "#ffa657"},
    [BOX_NORMALISATION] = {"normalisation", "#1b6e6e", "#56d4d4"},
    [BOX_ACTIVATION] = {"activation", "#116329", "#7ee787"},
    [BOX_RESAMPLING] = {"resampling", "#7d4e00", "#e3b341"},
    [BOX_VIEW] = {"view", "#57606a", "#9198a1"},
    [BOX_NOISE] = {"noise", "#99286e", "#ff9bce"},
    [BOX_MERGE] = {"merge", "#6639ba", "#d2a8ff"},
    [BOX_NETWORK] = {"network", "#0550ae", "#79c0ff"},
    [BOX_DATA] = {"data", "#1f2328", "#f0f3f6"},
    [BOX_LOSS] = {"loss", "#a40e26", "#ff7b72"},
};

/* Whether XML 1.0 has the character of so many bytes; 0: it is not UTF-8. */
static bool is_xml(const char *character, size_t bytes)
{
    if (bytes == 1)
        return (unsigned char)*character >= ' ' || strchr("\t\n\r", *character);
    if (bytes == 3) /* U+FFFE and U+FFFF are none */
        return memcmp(character, "\xef\xbf\xbe", 3) != 0 &&
               memcmp(character, "\xef\xbf\xbf", 3) != 0;
    return bytes > 0;
}

static void write_escaped(const char *text, struct text *out)
{
    while (*text) {
        size_t bytes = source_character(text, strlen(text));
        if (!is_xml(text, bytes) || text_control(text))
            text_puts(out, "\xef\xbf\xbd"); /* U+FFFD stands for it */
        else if (*text == '&')
            text_puts(out, "&amp;");
        else if (*text == '<')
            text_puts(out, "&lt;");
        else if (*text == '>')
            text_puts(out, "&gt;");
        else
            text_append(out, text, bytes);
        text += bytes ? bytes : 1;
    }
}

static void write_style(struct text *out)
{
    text_puts(out, "<style>\n");
    text_puts(out, style);
    for (int i = 0; i < N_BOX_KINDS; i++)
        text_printf(out, ".%s{fill:%s}\n", looks[i].word, looks[i].light);
    text_puts(out, dark_style);
    for (int i = 0; i < N_BOX_KINDS; i++)
        text_printf(out, ".%s{fill:%s}\n", looks[i].word, looks[i].dark);
    text_puts(out, "}\n</style>\n");
}

/* A text of a box or panel, cut to `width`. */
static void write_text(const char *text, const char *classes, int x, int y,
                       int width, struct text *out)
{
    if (!*text)
        return;
    bool is_name = strcmp(classes, "name") == 0;
    bool is_title = strcmp(classes, "title") == 0;
    int size = is_title ? SIZE_TITLE : is_name ? SIZE_NAME : SIZE_TEXT;
    text_printf(out, "<text x=\"%d\" y=\"%d\"", x, y);
    if (*classes)
        text_printf(out, " class=\"%s\"", classes);
    text_puts(out, ">");
    write_escaped(
        lettering_fit(out->arena, text, size, is_name || is_title, width), out);
    text_puts(out, "</text>\n");
}

/* A line of a box. Where both texts do not fit, each has half of the line, or
 * what the other leaves. */
static void write_line(const struct box *box, int y, const char *left,
                       const char *left_class, const char *right,
                       const char *right_class, struct text *out)
{
    bool is_name = strcmp(left_class, "name") == 0;
    int gap = *left && *right ? GAP : 0;
    int width = box->width - 2 * MARGIN - gap;
    int left_width =
        lettering_width(left, is_name ? SIZE_NAME : SIZE_TEXT, is_name);
    int right_width = lettering_width(right, SIZE_TEXT, false);
    if (left_width + right_width > width) {
        int least = right_width < width / 2 ? right_width : width / 2;
        left_width = left_width < width - least ? left_width : width - least;
        right_width = width - left_width;
    }
    write_text(left, left_class, box->x + MARGIN, box->y + y, left_width, out);
    write_text(right, right_class, box->x + box->width - MARGIN, box->y + y,
               right_width, out);
}

/* What a pointer resting on the box shows: everything, uncut. */
static void write_tooltip(const struct box *box, struct text *out)
{
    const char *const texts[] = {box->type, box->shape, box->size,
                                 box->note ? box->note : ""};
    text_puts(out, "<title>");
    write_escaped(box->name, out);
    for (int i = 0; i < 4; i++)
        if (*texts[i]) {
            text_puts(out, i ? "; " : ": ");
            write_escaped(texts[i], out);
        }
    text_puts(out, "</title>\n");
}

static void write_box(const struct box *box, struct text *out)
{
    const char *word = looks[box->kind].word;
    text_puts(out, "<g>");
    write_tooltip(box, out);
    text_printf(out,
                "<rect class=\"box%s\" x=\"%d\" y=\"%d\" width=\"%d\" "
                "height=\"%d\" rx=\"%d\"/>\n",
                box->is_frozen ? " frozen" : "", box->x, box->y, box->width,
                box->height, ROUND);
    text_printf(out,
                "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" "
                "height=\"%d\" rx=\"%d\"/>\n",
                word, box->x, box->y, BAR, box->height, BAR / 2);
    write_line(box, 19, box->name, "name", box->type,
               arena_printf(out->arena, "end %s", word), out);
    write_line(box, 37, box->shape, "", box->size, "end", out);
    if (box->note)
        write_text(box->note, "note", box->x + MARGIN, box->y + 55,
                   box->width - 2 * MARGIN, out);
    text_puts(out, "</g>\n");
}

static void write_turn(const struct route *route, int end, struct text *out)
{
    const int r = ROUND;
    text_printf(out, "V%dq0 %d %d %d", route->low - r, r, r, r);
    text_printf(out, "H%dq%d 0 %d %d", route->gutter - r, r, r, -r);
    text_printf(out, "V%dq0 %d %d %d", route->high + r, -r, r, -r);
    text_printf(out, "H%dq%d 0 %d %dV%d", route->x2 - r, r, r, r, end);
}

static void write_route(const struct route *route, struct text *out)
{
    bool has_head = route->to >= 0;
    int end = has_head ? route->y2 - HEAD + 1 : route->y2;
    int middle = (route->low + route->high) / 2;
    text_printf(out, "<path class=\"line\" d=\"M%d %d", route->x1, route->y1);
    if (route->turns)
        write_turn(route, end, out);
    else if (route->x1 == route->x2)
        text_printf(out, "V%d", end);
    else
        text_printf(out, "V%dC%d %d %d %d %d %dV%d", route->low, route->x1,
                    middle, route->x2, middle, route->x2,
                    has_head && route->high > end ? end : route->high, end);
    text_puts(out, "\"/>\n");
    if (has_head)
        text_printf(out, "<path class=\"head\" d=\"M%d %dl-4 -%dh8z\"/>\n",
                    route->x2, route->y2, HEAD);
}

static void write_panel(const struct panel *panel, struct text *out)
{
    int width = panel->width - 2 * MARGIN;
    text_printf(out, "<g transform=\"translate(%d %d)\">\n", panel->x,
                panel->y);
    text_printf(out,
                "<rect class=\"panel\" width=\"%d\" height=\"%d\" "
                "rx=\"10\"/>\n",
                panel->width, panel->height);
    write_text(panel->title, "title", MARGIN, 26, width, out);
    if (panel->subtitle)
        write_text(panel->subtitle, "", MARGIN, 44, width, out);
    for (int i = 0; i < panel->n_routes; i++)
        write_route(&panel->routes[i], out);
    for (int i = 0; i < panel->n_boxes; i++)
        write_box(&panel->boxes[i], out);
    text_puts(out, "</g>\n");
}

void drawing_write_svg(const struct drawing *drawing, struct text *out)
{
    text_printf(out,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d "
                "%d\" width=\"%d\" height=\"%d\" role=\"img\">\n<title>",
                drawing->width, drawing->height, drawing->width,
                drawing->height);
    write_escaped(drawing->title, out);
    text_puts(out, "</title>\n");
    write_style(out);
    text_puts(out, "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n");
    for (int i = 0; i < drawing->n_panels; i++)
        write_panel(&drawing->panels[i], out);
    text_puts(out, "</svg>\n");
}
