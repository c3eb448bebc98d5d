/* Two tables in, pairs of rows out: an edit distance whose costs are the
 * differences that a pair, or a row without one, would have reported. A row
 * that was moved stays without a partner here, and costs one. */
#include "compiler/table/table_align.h"

#include <string.h>
#include <strings.h>

enum {
    LEAST_TYPE = 4,        /* letters of a class name that was cut */
    CELLS_LIMIT = 1 << 22, /* of the alignment's matrix */
    DIFFERENCE = 10,       /* the cost of one */
    HALF = DIFFERENCE / 2  /* of a move, which two rows without partner make */
};

/* Columns at which Keras 2 cuts "name (Type)" and the shape, in a table of a
 * chain and of a graph: 29, 55 and 32, 53 less one blank between fields. */
static const size_t head_widths[] = {28, 31};
static const size_t shape_widths[] = {25, 20};

/* ---- names and types ----------------------------------------------------- */

/* `text` with "name (Type)" cut at `width`, less the bracket if that is last;
 * false where it is not longer. */
static bool cut_head(const struct table_row *row, size_t width, char *text)
{
    size_t name = strlen(row->name), type = strlen(row->type);
    if (name + type + 3 <= width)
        return false;
    for (size_t i = 0; i < width; i++)
        text[i] = i < name              ? row->name[i]
                  : i < name + 2        ? " ("[i - name]
                  : i - 2 - name < type ? row->type[i - 2 - name]
                                        : '\0';
    text[width] = '\0';
    if (name < width && name + 2 >= width)
        text[name] = '\0';
    return true;
}

/* True where the published row has of both what fitted its column. */
static bool was_cut(const struct table_row *ours,
                    const struct table_row *published)
{
    size_t name = strlen(published->name);
    for (size_t i = 0; i < sizeof head_widths / sizeof *head_widths; i++) {
        char head[32];
        if (!cut_head(ours, head_widths[i], head) ||
            strncasecmp(head, published->name, name) != 0)
            continue;
        const char *type = head + name;
        if (*type && strncmp(type, " (", 2) == 0)
            type += 2;
        if (strcasecmp(type, published->type) == 0)
            return true;
    }
    return false;
}

bool names_agree(const struct table_row *ours,
                 const struct table_row *published)
{
    return strcasecmp(ours->name, published->name) == 0 ||
           was_cut(ours, published);
}

/* A class name that another one starts with was not cut. */
static bool is_whole_type(const char *type)
{
    return strcasecmp(type, "Conv2D") == 0 || strcasecmp(type, "Average") == 0;
}

/* True where the published type is what a column has room for behind the
 * published name, be that right or wrong. */
static bool type_was_cut(const struct table_row *ours,
                         const struct table_row *published)
{
    size_t name = strlen(published->name), type = strlen(published->type);
    for (size_t i = 0; i < sizeof head_widths / sizeof *head_widths; i++) {
        size_t before = name + strlen(" (");
        size_t room = head_widths[i] > before ? head_widths[i] - before : 0;
        if (name <= head_widths[i] && type == room &&
            strncasecmp(ours->type, published->type, type) == 0)
            return true;
    }
    return false;
}

static bool types_agree(const struct table_row *ours,
                        const struct table_row *published)
{
    if (strcasecmp(ours->type, published->type) == 0)
        return true;
    size_t length = strlen(published->type);
    return (length >= LEAST_TYPE && !is_whole_type(published->type) &&
            strncasecmp(ours->type, published->type, length) == 0) ||
           type_was_cut(ours, published);
}

/* ---- shapes -------------------------------------------------------------- */

static bool is_size_sign(char sign)
{
    return (sign >= '0' && sign <= '9') || (sign >= 'a' && sign <= 'z') ||
           (sign >= 'A' && sign <= 'Z');
}

/* The next letter or digit of a shape before `end`, or a comma where a size
 * ends that is not the last; '\0' at the end. */
static char next_sign(const char **shape, const char *end)
{
    const char *at = *shape;
    bool comma = false;
    while (at < end && !is_size_sign(*at))
        comma = *at++ == ',' || comma;
    if (at == end)
        return '\0';
    *shape = comma ? at : at + 1;
    return comma ? ',' : *at;
}

static bool shapes_equal(const char *a, size_t a_length, const char *b)
{
    const char *a_end = a + a_length, *b_end = b + strlen(b);
    char left, right;
    do {
        left = next_sign(&a, a_end);
        right = next_sign(&b, b_end);
    } while (left && (left | 0x20) == (right | 0x20));
    return left == right;
}

static bool shapes_agree(const char *ours, const char *published)
{
    size_t length = strlen(ours), other = strlen(published);
    if (shapes_equal(ours, length, published))
        return true;
    if (other && strchr(")]", published[other - 1]))
        return false;
    for (size_t i = 0; i < sizeof shape_widths / sizeof *shape_widths; i++)
        if (length > shape_widths[i] &&
            shapes_equal(ours, shape_widths[i], published))
            return true;
    return false;
}

struct agreement row_agree(const struct table_row *ours,
                           const struct table_row *published)
{
    return (struct agreement){
        .name = names_agree(ours, published),
        .type = types_agree(ours, published),
        .shape = shapes_agree(ours->shape, published->shape),
        .params = ours->params == published->params,
    };
}

/* ---- alignment ----------------------------------------------------------- */

enum step { PAIR, SKIP_OURS, SKIP_PUBLISHED };

struct matrix {
    const struct table *ours, *published;
    int *ours_cost, *published_cost; /* of a row without a partner */
    unsigned char *steps;            /* (ours + 1) x (published + 1) */
};

static int pair_cost(const struct table_row *ours,
                     const struct table_row *published)
{
    struct agreement agree = row_agree(ours, published);
    return DIFFERENCE *
           (!agree.name + !agree.type + !agree.shape + !agree.params);
}

/* A row whose name is nowhere in the other table is one difference; with a
 * namesake there it is half of a move, and what both differ in counts too. */
static void set_skip_costs(struct arena *arena, struct matrix *matrix)
{
    int n = matrix->ours->n_rows, m = matrix->published->n_rows;
    matrix->ours_cost = arena_alloc(arena, (size_t)n, sizeof(int));
    matrix->published_cost = arena_alloc(arena, (size_t)m, sizeof(int));
    for (int i = 0; i < n; i++)
        matrix->ours_cost[i] = DIFFERENCE;
    for (int j = 0; j < m; j++) {
        matrix->published_cost[j] = DIFFERENCE;
        const struct table_row *published = &matrix->published->rows[j];
        for (int i = 0; i < n; i++) {
            const struct table_row *ours = &matrix->ours->rows[i];
            if (!names_agree(ours, published))
                continue;
            matrix->ours_cost[i] = HALF;
            matrix->published_cost[j] = HALF + pair_cost(ours, published);
            break;
        }
    }
}

static size_t cell(const struct matrix *matrix, int i, int j)
{
    return (size_t)i * ((size_t)matrix->published->n_rows + 1) + (size_t)j;
}

/* One row of costs: the least for the first `i` rows of ours and the first j
 * published ones, from `above`, which is of i - 1. */
static void fill_row(struct matrix *matrix, int i, const int *above, int *row)
{
    const struct table *published = matrix->published;
    int skip = i > 0 ? matrix->ours_cost[i - 1] : 0;
    for (int j = 0; j <= published->n_rows; j++) {
        int best = i > 0 ? above[j] + skip : 0;
        enum step step = SKIP_OURS;
        if (j > 0) {
            int other = row[j - 1] + matrix->published_cost[j - 1];
            if (i == 0 || other < best) {
                best = other;
                step = SKIP_PUBLISHED;
            }
        }
        if (i > 0 && j > 0) {
            int pair = above[j - 1] + pair_cost(&matrix->ours->rows[i - 1],
                                                &published->rows[j - 1]);
            if (pair <= best) {
                best = pair;
                step = PAIR;
            }
        }
        row[j] = best;
        matrix->steps[cell(matrix, i, j)] = (unsigned char)step;
    }
}

static void walk_back(const struct matrix *matrix, int *partners)
{
    int i = matrix->ours->n_rows, j = matrix->published->n_rows;
    while (j > 0) {
        unsigned char step = matrix->steps[cell(matrix, i, j)];
        if (step != SKIP_OURS)
            partners[--j] = step == PAIR ? i - 1 : -1;
        if (step != SKIP_PUBLISHED)
            i--;
    }
}

/* Tables too long for a matrix: the first row with the first, and so on. */
static int *pair_in_order(int *partners, int n, int m)
{
    for (int j = 0; j < m; j++)
        partners[j] = j < n ? j : -1;
    return partners;
}

int *tables_align(struct arena *arena, const struct table *ours,
                  const struct table *published)
{
    size_t n = (size_t)ours->n_rows + 1, m = (size_t)published->n_rows + 1;
    int *partners = arena_alloc(arena, m, sizeof *partners);
    if (n > CELLS_LIMIT / m)
        return pair_in_order(partners, ours->n_rows, published->n_rows);
    struct matrix matrix = {.ours = ours, .published = published};
    matrix.steps = arena_alloc(arena, n * m, 1);
    set_skip_costs(arena, &matrix);
    int *above = arena_alloc(arena, m, sizeof *above);
    int *row = arena_alloc(arena, m, sizeof *row);
    for (int i = 0; i < (int)n; i++) {
        fill_row(&matrix, i, above, row);
        int *spare = above;
        above = row;
        row = spare;
    }
    walk_back(&matrix, partners);
    return partners;
}
