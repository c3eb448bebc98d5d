/* A stroke font. A glyph is its width, a colon, and lines: points of two
 * hexadecimal digits, x and y, joined until a blank lifts the pen; one point
 * alone is a dot.
 *
 *     y  0  top of capitals      x  0  left
 *        3  top of small letters
 *        8  baseline
 *       10  bottom of p and q */
#include "trainer/picture/plot_font.h"

#include <string.h>

#include "base/source.h"

enum { CAPITAL_HEIGHT = 8, GAP = 2 /* between glyphs */ };

static const double stroke_width = 1.1; /* in units of the glyphs' grid */
static const double dot_width = 1.5;

static const char missing_glyph[] = "4:0040480800";

/* From the space to the tilde. */
static const char *const glyphs[] = {
    "2:",
    "0:0005 08",
    "2:0002 2022",
    "6:2018 5048 0363 0565",
    "5:514010010314445557481807 3028",
    "6:6008 10010213222110 55464758676655",
    "6:68131120304142140507183865",
    "0:0002",
    "2:201103061829",
    "2:001123261809",
    "4:2125 0244 0442",
    "4:2327 0545",
    "1:17180a",
    "3:0535",
    "0:08",
    "4:4008",
    "5:20304153554738281705031120",
    "5:123038",
    "5:021120304152530858",
    "5:01104051534424 445557481807",
    "5:48400656",
    "5:501004133344555647381807",
    "5:5140201103061728384756554433231405",
    "5:005028",
    "5:104051534414030110 1405071848575544",
    "5:0718384755524130201102031425354453",
    "0:04 08",
    "1:14 17180a",
    "4:420548",
    "4:0444 0646",
    "4:024508",
    "4:01103041432526 28",
    "7:53332425364655 5356667572502002062858",
    "6:083068 1555",
    "5:004051534404 445557480800",
    "6:625140201103051728485766",
    "6:003051636557380800",
    "5:50000858 0444",
    "5:500008 0444",
    "6:6251402011030517284857666444",
    "6:0008 6068 0464",
    "0:0008",
    "4:4046381806",
    "5:0008 5005 2358",
    "4:000848",
    "6:0800356068",
    "6:08006860",
    "6:20405163655748281705031120",
    "5:08004051534404",
    "6:20405163655748281705031120 4668",
    "5:08004051534404 3458",
    "5:514010010314445557481807",
    "6:0060 3038",
    "6:0005172848576560",
    "6:003860",
    "8:0028416880",
    "5:0058 5008",
    "6:003460 3438",
    "5:00500858",
    "2:20000929",
    "4:0048",
    "2:00202909",
    "4:032043",
    "5:0959",
    "1:0012",
    "4:0413334448 45150607183847",
    "4:0008 0413334447381807",
    "4:4433130407183847",
    "4:4048 4433130407183847",
    "4:05454433130407183847",
    "3:30201118 0333",
    "4:43493a1a09 4433130407183847",
    "4:0008 0413334448",
    "0:0308 01",
    "1:13190a 11",
    "4:0008 4307 2548",
    "0:0008",
    "6:0308 0413233438 3443536468",
    "4:0308 0413334448",
    "4:133344473818070413",
    "4:030a 0413334447381807",
    "4:434a 4433130407183847",
    "3:0308 05142333",
    "4:44331304153647381807",
    "3:11172838 0333",
    "4:0307183847 4348",
    "4:032843",
    "6:0328344863",
    "4:0348 4308",
    "4:0328 431a",
    "4:03430848",
    "3:30212415262839",
    "0:0009",
    "2:00111425161809",
    "5:061525364655",
};

/* The glyph of the first character of *text, which moves behind it. */
static const char *next_glyph(const char **text)
{
    unsigned char byte = (unsigned char)**text;
    size_t length = source_character(*text, strnlen(*text, 4));
    *text += length ? length : 1;
    return byte >= ' ' && byte <= '~' ? glyphs[byte - ' '] : missing_glyph;
}

static int grid(char digit)
{
    return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

double text_width(const char *text, double size)
{
    int units = 0;
    for (const char *at = text; *at;) {
        units += at == text ? 0 : GAP;
        units += grid(next_glyph(&at)[0]);
    }
    return units * size / CAPITAL_HEIGHT;
}

/* How glyphs lie on the canvas. */
struct setting {
    struct point at; /* where the baseline starts */
    double unit;     /* pixels a step of the grid */
    bool is_upwards;
};

/* `begin` is the glyph's left edge, in steps of the grid. */
static struct point place(const char *pair, const struct setting *setting,
                          int begin)
{
    double along = (begin + grid(pair[0])) * setting->unit;
    double below = (grid(pair[1]) - CAPITAL_HEIGHT) * setting->unit;
    if (setting->is_upwards)
        return (struct point){setting->at.x + below, setting->at.y - along};
    return (struct point){setting->at.x + along, setting->at.y + below};
}

static void draw_glyph(struct canvas *canvas, const char *glyph,
                       const struct setting *setting, int begin)
{
    double unit = setting->unit;
    for (const char *at = glyph + 2; *at; at += *at == ' ') {
        struct point pen = place(at, setting, begin);
        at += 2;
        if (*at == ' ' || *at == '\0')
            canvas_stroke(canvas, pen, pen, dot_width * unit);
        for (; *at != ' ' && *at != '\0'; at += 2) {
            struct point next = place(at, setting, begin);
            canvas_stroke(canvas, pen, next, stroke_width * unit);
            pen = next;
        }
    }
}

static void draw_line(struct canvas *canvas, const char *text,
                      const struct setting *setting, struct colour colour)
{
    int begin = 0;
    while (*text) {
        const char *glyph = next_glyph(&text);
        draw_glyph(canvas, glyph, setting, begin);
        begin += grid(glyph[0]) + GAP;
    }
    canvas_ink(canvas, colour);
}

void text_draw(struct canvas *canvas, const char *text, struct point at,
               double size, struct colour colour)
{
    struct setting setting = {at, size / CAPITAL_HEIGHT, false};
    draw_line(canvas, text, &setting, colour);
}

void text_draw_up(struct canvas *canvas, const char *text, struct point at,
                  double size, struct colour colour)
{
    struct setting setting = {at, size / CAPITAL_HEIGHT, true};
    draw_line(canvas, text, &setting, colour);
}
