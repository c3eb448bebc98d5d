/* Drawings, laid out: no box lies on another, no arrow runs through a box, every
 * arrow arrives; random graphs, chains, and texts that XML would trip over. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "compiler/drawing/drawing.h"
#include "compiler/drawing/panels.h"

/* The same numbers everywhere (Knuth's MMIX). */
static int draw(uint64_t *seed, int below)
{
    *seed =
        *seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int)((*seed >> 33) % (uint64_t)below);
}

static struct panel make_panel(struct arena *arena, int n_boxes, int n_arrows)
{
    struct panel panel = panel_new(arena, n_boxes, n_arrows);
    panel.title = "panel";
    return panel;
}

static int add_box(struct arena *arena, struct panel *panel)
{
    static const char *const notes[] = {NULL, "a note that is a little long"};
    int n = panel->n_boxes;
    return panel_add_box(panel,
                         (struct box){.kind = (enum box_kind)(n % N_BOX_KINDS),
                                      .name = arena_printf(arena, "box_%d", n),
                                      .type = "Dense",
                                      .shape = n % 5 ? "(28, 28, 1)" : NULL,
                                      .note = notes[n % 7 == 0]});
}

static struct panel random_panel(struct arena *arena, uint64_t *seed)
{
    enum { MOST_BOXES = 60, MOST_INPUTS = 4 };
    int n = 1 + draw(seed, MOST_BOXES), reach = 1 + draw(seed, MOST_BOXES);
    struct panel panel = make_panel(arena, n, n * MOST_INPUTS);
    for (int i = 0; i < n; i++) {
        add_box(arena, &panel);
        int inputs = i > 0 ? draw(seed, MOST_INPUTS) : 0;
        for (int k = 0; k < inputs; k++) {
            int back = 1 + draw(seed, reach < i ? reach : i);
            panel_add_arrow(&panel, i - back, i);
        }
    }
    return panel;
}

static struct panel chain_panel(struct arena *arena, int n)
{
    struct panel panel = make_panel(arena, n, n);
    for (int i = 0; i < n; i++) {
        add_box(arena, &panel);
        if (i > 0)
            panel_add_arrow(&panel, i - 1, i);
    }
    return panel;
}

static struct drawing assign_layouts(struct arena *arena, struct panel *panels,
                                     int n)
{
    struct drawing drawing = {.title = "d", .panels = panels, .n_panels = n};
    struct error error = {0};
    assert_int_equal(drawing_layout(arena, &drawing, &error), STATUS_OK);
    return drawing;
}

struct area {
    int left, top, right, bottom;
};

static struct area area_of(const struct box *box)
{
    return (struct area){box->x, box->y, box->x + box->width,
                         box->y + box->height};
}

/* True where they have a point in common that is not on the edge of `b`. */
static bool meet(struct area a, struct area b)
{
    return a.left < b.right && b.left < a.right && a.top < b.bottom &&
           b.top < a.bottom;
}

static void check_boxes(const struct panel *panel)
{
    for (int i = 0; i < panel->n_boxes; i++) {
        struct area area = area_of(&panel->boxes[i]);
        assert_true(area.left > 0 && area.top > 0);
        assert_true(area.right < panel->width && area.bottom < panel->height);
        for (int k = 0; k < i; k++)
            assert_false(meet(area, area_of(&panel->boxes[k])));
    }
}

/* A part of a route, straight or within a rectangle, meets no box; it may touch
 * those that it belongs to. A line is one pixel wide here. */
static void check_free(const struct panel *panel, int x1, int y1, int x2,
                       int y2)
{
    struct area part = {x1 < x2 ? x1 : x2, y1 < y2 ? y1 : y2,
                        (x1 < x2 ? x2 : x1) + 1, y1 < y2 ? y2 : y1};
    assert_true(part.left > 0 && part.right < panel->width);
    assert_true(part.top > 0 && part.bottom < panel->height);
    for (int i = 0; i < panel->n_boxes; i++)
        if (meet(part, area_of(&panel->boxes[i])))
            fail_msg("a route meets box %d", i);
}

static void check_route(const struct panel *panel, const struct route *route)
{
    check_free(panel, route->x1, route->y1, route->x1, route->low);
    check_free(panel, route->x2, route->high, route->x2, route->y2);
    if (!route->turns) {
        assert_true(route->y1 <= route->low && route->low < route->high &&
                    route->high <= route->y2);
        check_free(panel, route->x1, route->low, route->x2, route->high);
        return;
    }
    check_free(panel, route->x1, route->low, route->gutter, route->low + 1);
    check_free(panel, route->gutter, route->high, route->gutter, route->low);
    check_free(panel, route->gutter, route->high, route->x2, route->high + 1);
}

/* It begins at its box, or where the route before it ended. */
static void check_beginning(const struct panel *panel,
                            const struct route *route)
{
    const struct box *box = &panel->boxes[route->from];
    if (route->x1 == box->x + box->width / 2 &&
        route->y1 == box->y + box->height)
        return;
    for (int i = 0; i < panel->n_routes; i++) {
        const struct route *before = &panel->routes[i];
        if (before->from == route->from && before->to < 0 &&
            before->x2 == route->x1 && before->y2 == route->y1)
            return;
    }
    fail_msg("a route from box %d begins nowhere", route->from);
}

static void check_end(const struct panel *panel, const struct route *route)
{
    if (route->to < 0)
        return;
    const struct box *box = &panel->boxes[route->to];
    assert_true(route->x2 > box->x && route->x2 < box->x + box->width);
    assert_int_equal(route->y2, box->y);
}

static int count_routes(const struct panel *panel, int from, int to)
{
    int n = 0;
    for (int i = 0; i < panel->n_routes; i++)
        n += panel->routes[i].from == from && panel->routes[i].to == to;
    return n;
}

static void check_panel(const struct panel *panel)
{
    check_boxes(panel);
    for (int i = 0; i < panel->n_routes; i++) {
        check_route(panel, &panel->routes[i]);
        check_beginning(panel, &panel->routes[i]);
        check_end(panel, &panel->routes[i]);
    }
    for (int i = 0; i < panel->n_arrows; i++) {
        struct arrow arrow = panel->arrows[i];
        int n = 0;
        for (int k = 0; k < panel->n_arrows; k++)
            n += panel->arrows[k].from == arrow.from &&
                 panel->arrows[k].to == arrow.to;
        assert_int_equal(count_routes(panel, arrow.from, arrow.to), n);
    }
}

static void check_page(const struct drawing *drawing)
{
    for (int i = 0; i < drawing->n_panels; i++) {
        const struct panel *a = &drawing->panels[i];
        struct area area = {a->x, a->y, a->x + a->width, a->y + a->height};
        assert_true(area.left > 0 && area.top > 0);
        assert_true(area.right < drawing->width);
        assert_true(area.bottom < drawing->height);
        for (int k = 0; k < i; k++) {
            const struct panel *b = &drawing->panels[k];
            assert_false(meet(area, (struct area){b->x, b->y, b->x + b->width,
                                                  b->y + b->height}));
        }
    }
}

static void test_random_graphs_are_drawn_clearly(void **state)
{
    (void)state;
    enum { ROUNDS = 100, N_PANELS = 4 };
    uint64_t seed = 1;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena *arena = arena_new();
        struct panel panels[N_PANELS];
        for (int i = 0; i < N_PANELS; i++)
            panels[i] = random_panel(arena, &seed);
        struct drawing drawing = assign_layouts(arena, panels, N_PANELS);
        for (int i = 0; i < N_PANELS; i++)
            check_panel(&panels[i]);
        check_page(&drawing);
        arena_free(arena);
    }
}

/* A chain of a dozen layers is one straight column. */
static void test_a_chain_is_straight(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct panel panel = chain_panel(arena, 12);
    assign_layouts(arena, &panel, 1);
    check_panel(&panel);
    for (int i = 1; i < panel.n_boxes; i++) {
        assert_int_equal(panel.boxes[i].x, panel.boxes[0].x);
        assert_true(panel.boxes[i].y > panel.boxes[i - 1].y);
    }
    for (int i = 0; i < panel.n_routes; i++)
        assert_int_equal(panel.routes[i].x1, panel.routes[i].x2);
    assert_true(panel.height < 1100);
    arena_free(arena);
}

/* A long one is cut into columns: a page, not a strip. */
static void test_a_long_chain_is_cut(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    for (int n = 30; n <= 3000; n *= 10) {
        struct panel panel = chain_panel(arena, n);
        assign_layouts(arena, &panel, 1);
        int turns = 0;
        for (int i = 0; i < panel.n_routes; i++)
            turns += panel.routes[i].turns;
        assert_true(turns > 0);
        assert_true(panel.width < 3 * panel.height);
        assert_true(panel.height < 2 * panel.width);
        check_panel(&panel);
    }
    arena_free(arena);
}

/* What is skipped runs beside what stands straight below. */
static void test_a_skip_leaves_the_chain_straight(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct panel panel = make_panel(arena, 5, 6);
    for (int i = 0; i < 5; i++) {
        add_box(arena, &panel);
        if (i == 4)
            panel_add_arrow(&panel, 0, 4);
        if (i > 0)
            panel_add_arrow(&panel, i - 1, i);
    }
    assign_layouts(arena, &panel, 1);
    check_panel(&panel);
    for (int i = 1; i < 5; i++)
        assert_int_equal(panel.boxes[i].x, panel.boxes[0].x);
    arena_free(arena);
}

/* Two pairs that would cross in the order in which they were made. */
static void test_crossings_are_avoided(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct panel panel = make_panel(arena, 4, 2);
    for (int i = 0; i < 4; i++)
        add_box(arena, &panel);
    panel_add_arrow(&panel, 1, 2);
    panel_add_arrow(&panel, 0, 3);
    assign_layouts(arena, &panel, 1);
    const struct box *boxes = panel.boxes;
    assert_int_equal(boxes[0].x < boxes[1].x, boxes[3].x < boxes[2].x);
    check_panel(&panel);
    arena_free(arena);
}

static void test_the_same_comes_out_the_same(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct text texts[2];
    for (int i = 0; i < 2; i++) {
        uint64_t seed = 7;
        struct panel panels[2];
        for (int k = 0; k < 2; k++)
            panels[k] = random_panel(arena, &seed);
        struct drawing drawing = assign_layouts(arena, panels, 2);
        texts[i] = text_new(arena);
        drawing_write_svg(&drawing, &texts[i]);
    }
    assert_string_equal(text_string(&texts[0]), text_string(&texts[1]));
    arena_free(arena);
}

/* Every box reads all before it: its arrows would take too many places. */
static void test_too_large_a_graph_is_refused(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    enum { N = 600 };
    struct panel panel = make_panel(arena, N, N * N);
    for (int i = 0; i < N; i++) {
        add_box(arena, &panel);
        for (int k = 0; k < i; k++)
            panel_add_arrow(&panel, k, i);
    }
    struct drawing drawing = {.title = "d", .panels = &panel, .n_panels = 1};
    struct error error = {0};
    assert_int_equal(drawing_layout(arena, &drawing, &error), STATUS_INPUT);
    assert_string_equal(
        error.text,
        "'panel' is too large to draw: its 600 boxes and 179700 arrows take "
        "179701 places and 358801 lines, and a drawing has at most 30000 and "
        "100000");
    arena_free(arena);
}

static void test_texts_are_escaped(void **state)
{
    (void)state;
    static const char odd[] = "<a>&\"b'\x01\xff\xef\xbf\xbf\xc3\xa9]]>";
    static const char escaped[] =
        "&lt;a&gt;&amp;\"b'\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xc3\xa9]]&gt;";
    struct arena *arena = arena_new();
    struct panel panel = make_panel(arena, 1, 0);
    panel.title = panel.subtitle = odd;
    panel_add_box(
        &panel,
        (struct box){
            .name = odd, .type = odd, .shape = odd, .size = odd, .note = odd});
    struct drawing drawing = assign_layouts(arena, &panel, 1);
    drawing.title = odd;
    struct text out = text_new(arena);
    drawing_write_svg(&drawing, &out);
    int n = 0;
    for (const char *at = text_string(&out); (at = strstr(at, escaped)); at++)
        n++;
    assert_int_equal(n, 13); /* 3 titles, 5 texts of a box and of its tooltip */
    assert_null(strchr(text_string(&out), '\x01'));
    assert_null(strstr(text_string(&out), "<a>"));
    arena_free(arena);
}

/* Long names are cut in the picture; the tooltip has them whole. */
static void test_long_names_are_cut(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    char name[256];
    memset(name, 'n', 255);
    name[255] = '\0';
    struct panel panel = make_panel(arena, 1, 0);
    panel_add_box(&panel, (struct box){.name = name, .type = name});
    struct drawing drawing = assign_layouts(arena, &panel, 1);
    struct text out = text_new(arena);
    drawing_write_svg(&drawing, &out);
    const char *text = text_string(&out);
    assert_non_null(
        strstr(text, arena_printf(arena, "<title>%s: %s</title>", name, name)));
    assert_null(strstr(text, arena_printf(arena, ">%s</text>", name)));
    assert_non_null(strstr(text, "nn…</text>"));
    assert_true(panel.boxes[0].width < 400);
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_graphs_are_drawn_clearly),
        cmocka_unit_test(test_a_chain_is_straight),
        cmocka_unit_test(test_a_long_chain_is_cut),
        cmocka_unit_test(test_a_skip_leaves_the_chain_straight),
        cmocka_unit_test(test_crossings_are_avoided),
        cmocka_unit_test(test_the_same_comes_out_the_same),
        cmocka_unit_test(test_too_large_a_graph_is_refused),
        cmocka_unit_test(test_texts_are_escaped),
        cmocka_unit_test(test_long_names_are_cut),
    };
    return cmocka_run_group_tests_name("drawing", tests, NULL, NULL);
}
