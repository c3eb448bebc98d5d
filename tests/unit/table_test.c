/* compiler/table/summary.h: tables written as Keras writes them, published ones read,
 * each kind of difference and of mistake in its own words. */
#include "tests/unit/tables.h"

/* ---- a small network ----------------------------------------------------- */

/* input -> dense -> dense_1, which most of the tests below compare with. */
static struct table small_table(struct arena *arena)
{
    static const struct row rows[] = {
        {"input", "InputLayer", "[(None, 784)]", 0, {0}},
        {"dense", "Dense", "(None, 32)", 25120, {0}},
        {"dense_1", "Dense", "(None, 784)", 25872, {0}},
    };
    return make_table(arena, "Net", rows, 3);
}

static const char small_text[] = "Model: \"Net\"\n"
                                 "Layer (type)\tOutput Shape\tParam #\n"
                                 "input (InputLayer)\t[(None, 784)]\t0\n"
                                 "dense (Dense)\t(None, 32)\t25120\n"
                                 "dense_1 (Dense)\t(None, 784)\t25872\n"
                                 "Total params: 50,992\n"
                                 "Trainable params: 50,992\n"
                                 "Non-trainable params: 0\n";

/* The small table's text with each `old` in turn replaced. */
static const char *edit(struct arena *arena, const char *text, const char *old,
                        const char *new)
{
    const char *at = strstr(text, old);
    assert_non_null(at);
    return arena_printf(arena, "%.*s%s%s", (int)(at - text), text, new,
                        at + strlen(old));
}

static void expect_edit(struct arena *arena, const char *old, const char *new,
                        const char *expected)
{
    struct table ours = small_table(arena);
    expect(arena, &ours, 1, edit(arena, small_text, old, new), NULL, expected);
}

static void expect_error(struct arena *arena, const char *text,
                         const char *expected)
{
    struct table ours = small_table(arena);
    int count;
    char *printed = NULL;
    assert_null(compare(arena, &ours, 1, text, NULL, &count, &printed));
    assert_string_equal(printed, expected);
    free(printed);
}

/* ---- writing ------------------------------------------------------------- */

static void test_a_chain_is_printed_as_keras_prints_it(void **state)
{
    struct arena *arena = *state;
    static const struct row rows[] = {
        {"dense", "Dense", "(None, 6272)", 633472, {0}},
        {"reshape", "Reshape", "(None, 7, 7, 128)", 0, {0}},
        {"conv2d_transpose",
         "Conv2DTranspose",
         "(None, 14, 14, 64)",
         131136,
         {0}},
        {"conv2d_transpose_1",
         "Conv2DTranspose",
         "(None, 28, 28, 1)",
         1025,
         {0}},
        {"a_name_of_twenty_eight_signs", "ReLU", "(None, 28, 28, 1)", 0, {0}},
    };
    struct table table = make_table(arena, "generator", rows, 5);
    table.trainable = 765000;
    table.frozen = 633;
    struct text out = text_new(arena);
    table_write_keras(&table, &out);
#define LINE "_________________________________________________________________"
#define BOLD "================================================================="
    assert_string_equal(text_string(&out),
                        "Model: \"generator\"\n" LINE "\n"
                        "Layer (type)                 Output Shape             "
                        " Param #   \n" BOLD "\n"
                        "dense (Dense)                (None, 6272)             "
                        " 633472    \n" LINE "\n"
                        "reshape (Reshape)            (None, 7, 7, 128)        "
                        " 0         \n" LINE "\n"
                        "conv2d_transpose (Conv2DTran (None, 14, 14, 64)       "
                        " 131136    \n" LINE "\n"
                        "conv2d_transpose_1 (Conv2DTr (None, 28, 28, 1)        "
                        " 1025      \n" LINE "\n"
                        "a_name_of_twenty_eight_signs (None, 28, 28, 1)        "
                        " 0         \n" BOLD "\n"
                        "Total params: 765,633\n"
                        "Trainable params: 765,000\n"
                        "Non-trainable params: 633\n" LINE "\n");
#undef LINE
#undef BOLD
    expect(arena, &table, 1, text_string(&out), NULL, "");
}

/* Two branches of a large picture: nothing fits its column. */
static struct table graph_table(struct arena *arena)
{
    static const struct row rows[] = {
        {"input_1", "InputLayer", "[(None, 1024, 1024, 3)]", 0, {0}},
        {"conv2d", "Conv2D", "(None, 1024, 1024, 3)", 84, {"input_1[0][0]"}},
        {"a_layer_with_a_rather_long_name",
         "Conv2D",
         "(None, 1024, 1024, 3)",
         84,
         {"input_1[0][0]"}},
        {"add",
         "Add",
         "(None, 1024, 1024, 3)",
         0,
         {"conv2d[0][0]", "a_layer_with_a_rather_long_name[0][0]"}},
    };
    return make_table(arena, "join", rows, 4);
}

static void test_a_graph_is_printed_as_keras_prints_it(void **state)
{
    struct arena *arena = *state;
    struct table table = graph_table(arena);
    struct text out = text_new(arena);
    table_write_keras(&table, &out);
#define LINE                                                                   \
    "_________________________________________________"                        \
    "_________________________________________________\n"
#define BOLD                                                                   \
    "================================================="                        \
    "=================================================\n"
    assert_string_equal(
        text_string(&out),
        "Model: \"join\"\n" LINE
        "Layer (type)                    Output Shape         Param #     "
        "Connected to                     \n" BOLD
        "input_1 (InputLayer)            [(None, 1024, 1024,  0           "
        "                                 \n" LINE
        "conv2d (Conv2D)                 (None, 1024, 1024, 3 84          "
        "input_1[0][0]                    \n" LINE
        "a_layer_with_a_rather_long_name (None, 1024, 1024, 3 84          "
        "input_1[0][0]                    \n" LINE
        "add (Add)                       (None, 1024, 1024, 3 0           "
        "conv2d[0][0]                     \n"
        "                                                                 "
        "a_layer_with_a_rather_long_name[0\n" BOLD "Total params: 168\n"
        "Trainable params: 168\n"
        "Non-trainable params: 0\n" LINE);
#undef LINE
#undef BOLD
    expect(arena, &table, 1, text_string(&out), NULL, "");
    const char *other =
        edit(arena, text_string(&out), "conv2d[0][0] ", "input_1[0][0]");
    expect(arena, &table, 1, other, NULL,
           "t.txt:11: add: connected to input_1[0][0], "
           "a_layer_with_a_rather_long_name[0 in the table, to conv2d[0][0], "
           "a_layer_with_a_rather_long_name[0][0] in the model\n");
    expect(arena, &table, 1,
           edit(arena, text_string(&out), "conv2d[0][0] ", "             "),
           NULL,
           "t.txt:11: add: connected to a_layer_with_a_rather_long_name[0 in "
           "the table, to conv2d[0][0], a_layer_with_a_rather_long_name[0][0] "
           "in the model\n");
    expect(
        arena, &table, 1,
        edit(arena, text_string(&out), "1024, 1024, 3 84", "1024, 1024, 4 84"),
        NULL,
        "t.txt:7: conv2d: (None, 1024, 1024, 4 in the table, "
        "(None, 1024, 1024, 3) in the model\n");
}

/* ---- form ---------------------------------------------------------------- */

static void test_form_does_not_count(void **state)
{
    struct arena *arena = *state;
    struct table ours = small_table(arena);
    static const char *const texts[] = {
        small_text,
        /* scanned: case, brackets, tags, one separator or another */
        "\n<hr/>\t\n model : NET\r\n\nINPUT (Inputlayer)\t[None,784]　 0 \r\n"
        "dense [DENSE] none, 32 25 120\n---- ----\n</p>\n"
        "dense_1 Dense(?, 784)25.872\nTotal params 50 992\n",
        /* no Model line, no header, no totals; prose around */
        "Figure 4 (left), by hand:\n\ninput (Input) (None, 784) 0\n"
        "dense (Dens) (None, 32) 25_120\ndense_1 (Dense) (None, 784) 25,872\n",
        /* Markdown */
        "### Model: `Net`\n| Layer (type) | Output Shape | Param # |\n"
        "|:---|---:|---|\n| **input** (InputLayer) | [(None, 784)] | 0 |\n"
        "| dense (Dense) | (None, 32) | 25120 |\n"
        "| dense_1 (Dense) | (None, 784) | 25872 |\n\n"
        "**Total params:** 50,992\n",
        /* a scan without blanks */
        "input(InputLayer)[(None,784)]0\ndense(Dense)(None,32)25120\n"
        "dense_1(Dense)(None,784)25872\nTotalparams:50,992\n"
        "Trainableparams:50,992\nNon-trainableparams:0\n",
        /* Keras 3, wrapped, built with an optimizer */
        "Model: \"net\"\n┏━━━━━━━━━━┳━━━━━━━━┳━━━━━━━━━┓\n"
        "┃ Layer (type)    ┃ Output Shape   ┃       Param # ┃\n"
        "┡━━━━━━━━━━╇━━━━━━━━╇━━━━━━━━━┩\n"
        "│ input           │ (None, 784)    │             0 │\n"
        "│ (InputLayer)    │                │               │\n"
        "├──────────┼────────┼─────────┤\n"
        "│ dense (Dense)   │ (None, 32)     │        25,120 │\n"
        "│ dense_1 (Dense) │ (None, 784)    │        25,872 │\n"
        "└──────────┴────────┴─────────┘\n"
        " Total params: 152,978 (597.57 KB)\n"
        " Trainable params: 50,992 (199.19 KB)\n"
        " Non-trainable params: 0 (0.00 B)\n"
        " Optimizer params: 101,986 (398.38 KB)\nNone\n",
        /* Keras 2.7: names wrapped at a sign, a column Trainable */
        "Model: \"Net\"\n_____\n Layer (type)  Output Shape  Param #  "
        "Trainable\n=====\n inp  [(None, 784)]  0  Y\n ut (Inpu\n tLayer)\n"
        "    \n dense (De  (None, 32)  25120  Y\n nse)\n\n"
        " dense_1 (Dense)  (None, 784)  25872 (unused) N\n\n=====\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect(arena, &ours, 1, texts[i], NULL, "");
}

static void test_connections_in_any_form(void **state)
{
    struct arena *arena = *state;
    static const struct row rows[] = {
        {"in", "InputLayer", "[(None, 4)]", 0, {0}},
        {"a", "Dense", "(None, 4)", 20, {"in[0][0]"}},
        {"b", "Dense", "(None, 4)", 20, {"in[0][0]"}},
        {"add", "Add", "(None, 4)", 0, {"a[0][0]", "b[0][0]"}},
    };
    struct table ours = make_table(arena, "join", rows, 4);
    static const char without[] = "in (Inpu) None, 4 0\na (Dense) None, 4 20\n"
                                  "b (Dense) None, 4 20\nadd (Add) None, 4 0";
    static const char *const texts[] = {
        "in (InputLayer) [(None, 4)] 0 []\n"
        "a (Dense) (None, 4) 20 ['in[0][0]']\n"
        "b (Dense) (None, 4) 20 ['in[0][0]']\n"
        "add (Add) (None, 4) 0 ['a[0][0]',\n"
        "                       'b[0][0]']\n",
        "│ in (InputLayer) │ (None, 4) │  0 │ -                │\n"
        "│ a (Dense)       │ (None, 4) │ 20 │ in[0][0]         │\n"
        "│ b (Dense)       │ (None, 4) │ 20 │ in[0][0]         │\n"
        "│ add (Add)       │ (None, 4) │  0 │ a[0][0], b[0][0] │\n",
        "in (InputLayer) [(None, 4)] 0\na (Dense) (None, 4) 20 in[0][0]\n"
        "b (Dense) (None, 4) 20 in[0][0]\nadd (Add) (None, 4) 0 a[0][0]\n"
        "                               b[0][0]\n",
        "in (InputLayer) {(None, 4)} 0\na (Dense) (None, 4) 20 in(0){0}\n"
        "b (Dense) (None, 4) 20 in(0)(0)\nadd (Add) (None, 4) 0 a{0}{0}\n"
        "                               b(0)(0)\n",
        "in InputLayer None, 4 0\na Dense None, 4 20 in00\n"
        "b Dense None, 4 20 in00\nadd Add None, 4 0 a00\nb00\n",
        without,
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        expect(arena, &ours, 1, texts[i], NULL, "");
}

/* ---- content ------------------------------------------------------------- */

static void test_each_difference_has_its_line(void **state)
{
    struct arena *arena = *state;
    expect_edit(arena, "dense (", "dence (",
                "t.txt:4: 'dence' in the table is 'dense' in the model\n");
    expect_edit(arena, "(Dense)", "(Conv2D)",
                "t.txt:4: dense: Conv2D in the table, Dense in the model\n");
    expect_edit(arena, "(Dense)", "",
                "t.txt:4: dense: no type in the table, Dense in the model\n");
    expect_edit(arena, "(InputLayer)", "(Inp)",
                "t.txt:3: input: Inp in the table, InputLayer in the model\n");
    expect_edit(arena, "[(None, 784)]", "[None, 74]",
                "t.txt:3: input: (None, 74) in the table, (None, 784) in the "
                "model\n");
    expect_edit(arena, "(None, 32)", "(None, 32, 1)",
                "t.txt:4: dense: (None, 32, 1) in the table, (None, 32) in the "
                "model\n");
    expect_edit(arena, "25120", "25121",
                "t.txt:4: dense: 25121 parameters in the table, 25120 in the "
                "model\n");
    expect_edit(arena, "Total params: 50,992", "Total params: 50,993",
                "t.txt:6: total params: 50993 in the table, 50992 in the "
                "model\n");
    expect_edit(arena, "Trainable params: 50,992", "Trainable params: 5",
                "t.txt:7: trainable params: 5 in the table, 50992 in the "
                "model\n");
    expect_edit(arena, "Non-trainable params: 0", "Non-trainable params: 1",
                "t.txt:8: non-trainable params: 1 in the table, 0 in the "
                "model\n");
    expect_edit(arena, "Total params: 50,992\n", "",
                "t.txt:6: total params: not in the table, 50992 in the "
                "model\n");
    expect_edit(arena, "Non-trainable params: 0\n", "",
                "t.txt:7: non-trainable params: not in the table, 0 in the "
                "model\n");
    expect_edit(arena, "\"Net\"", "\"Ned\"",
                "t.txt:1: table \"Ned\": the network is called 'Net' in the "
                "model\n");
}

static void test_rows_out_of_place(void **state)
{
    struct arena *arena = *state;
    static const char dense[] = "dense (Dense)\t(None, 32)\t25120\n";
    static const char input[] = "input (InputLayer)\t[(None, 784)]\t0\n";
    expect_edit(arena, dense, "",
                "t.txt:3: dense: in the model, not in the table\n");
    expect_edit(arena, input, "",
                "t.txt:1: input: in the model, not in the table\n");
    expect_edit(arena, dense,
                "dense (Dense)\t(None, 32)\t25120\n"
                "dense (Dense)\t(None, 32)\t25120\n",
                "t.txt:4: dense: a second time in the table\n");
    expect_edit(arena, dense,
                "dense (Dense)\t(None, 32)\t25120\n"
                "re_lu (ReLU)\t(None, 32)\t0\n",
                "t.txt:5: re_lu: in the table, not in the model\n");
    const char *without = edit(arena, small_text, dense, "");
    struct table ours = small_table(arena);
    expect(arena, &ours, 1,
           edit(arena, without, input,
                "dense (Dense)\t(None, 32)\t25120\n"
                "input (InputLayer)\t[(None, 784)]\t0\n"),
           NULL,
           "t.txt:3: dense: comes first in the table, after 'input' in the "
           "model\n");
    const char *late = edit(arena, edit(arena, small_text, input, ""), "Total",
                            "input (InputLayer)\t[(None, 784)]\t9\nTotal");
    expect(arena, &ours, 1, late, NULL,
           "t.txt:5: input: comes after 'dense_1' in the table, first in the "
           "model\n"
           "t.txt:5: input: 9 parameters in the table, 0 in the model\n");
    /* names exchanged, not rows */
    const char *first = edit(arena, small_text, "dense (", "dense_1 (");
    const char *at = strstr(first, "\ndense_1 (Dense)\t(None, 784)") + 1;
    expect(arena, &ours, 1,
           arena_printf(arena, "%.*sdense%s", (int)(at - first), first, at + 7),
           NULL,
           "t.txt:4: 'dense_1' in the table is 'dense' in the model\n"
           "t.txt:5: 'dense' in the table is 'dense_1' in the model\n");
}

/* A whole class name was not cut; what did not fit Keras's column was. */
static void test_truncated_types(void **state)
{
    struct arena *arena = *state;
    static const struct row rows[] = {
        {"up", "Conv2DTranspose", "(None, 8, 8, 1)", 10, {0}},
        {"conv2d_transpose_100", "Conv2DTranspose", "(None, 8, 8, 1)", 10, {0}},
        {"pool", "AveragePooling2D", "(None, 4, 4, 1)", 0, {0}},
    };
    struct table ours = make_table(arena, "net", rows, 3);
    expect(arena, &ours, 1,
           "up (conv2dt) (None, 8, 8, 1) 10\n"
           "conv2d_transpose_100 (Conv2D) (None, 8, 8, 1) 10\n"
           "pool (AveragePool) (None, 4, 4, 1) 0\n",
           NULL, "");
    expect(arena, &ours, 1,
           "up (Conv2D) (None, 8, 8, 1) 10\n"
           "conv2d_transpose_100 (Conv2 (None, 8, 8, 1) 10\n"
           "pool (Average) (None, 4, 4, 1) 0\n",
           NULL,
           "t.txt:1: up: Conv2D in the table, Conv2DTranspose in the model\n"
           "t.txt:3: pool: Average in the table, AveragePooling2D in the "
           "model\n");
}

static void test_tables_find_their_networks(void **state)
{
    struct arena *arena = *state;
    static const struct row rows[] = {{"a", "Dense", "(None, 1)", 2, {0}}};
    struct table two[] = {make_table(arena, "first", rows, 1),
                          make_table(arena, "second", rows, 1)};
    static const char both[] = "Model: \"second\"\na (Dense) (None, 1) 2\n"
                               "Model: \"FIRST\"\na (Dense) (None, 1) 2\n";
    static const char row[] = "a (Dense) (None, 1) 2\n";
    expect(arena, two, 2, both, NULL, "");
    expect(arena, two, 2, both, "second", "");
    expect(arena, two, 2, edit(arena, both, "second", "sekond"), NULL,
           "t.txt:1: table \"sekond\": the network is called 'second' in the "
           "model\n");
    expect(arena, two, 2, edit(arena, both, "second", "first"), NULL,
           "t.txt:3: table \"FIRST\": the network is called 'second' in the "
           "model\n");
    expect(arena, two, 2, arena_printf(arena, "%sModel: x\n%s", both, row),
           NULL, "1 passed over\n");
    expect(arena, two, 2, arena_printf(arena, "%sModel: first\n%s", both, row),
           NULL, "1 passed over\n");
    expect(arena, two, 2, strstr(both, "Model: \"F"), NULL,
           "t.txt:1: no table of the network 'second'\n");
    expect(arena, two, 2, strstr(both, "Model: \"F"), "first", "");
    expect(arena, two, 2, row, "first", "");
    expect(arena, two, 2, row, NULL,
           "t.txt:1: table without a 'Model:' line: no network to compare it "
           "with\n"
           "t.txt:1: no table of the network 'first'\n"
           "t.txt:1: no table of the network 'second'\n");
    expect(arena, two, 2, edit(arena, both, "second", "third"), "second",
           "t.txt:1: no table of the network 'second'\n");
    expect(arena, two, 1, row, NULL, "");
}

/* Of several tables of one name the one counts that is most like the network. */
static void test_tables_of_one_name(void **state)
{
    struct arena *arena = *state;
    static const struct row rows[] = {{"a", "Dense", "(None, 1)", 2, {0}},
                                      {"b", "Dense", "(None, 1)", 2, {0}}};
    struct table ours = make_table(arena, "maker", rows, 2);
    static const char far[] = "Model: \"maker\"\nc (Conv2D) (None, 3) 4\n",
                      near[] = "Model: \"maker\"\na (Dense) (None, 1) 2\n"
                               "b (Dense) (None, 1) 3\n",
                      other[] = "Model: \"judge\"\na (Dense) (None, 1) 2\n";
    const char *text = arena_printf(arena, "%s%s%s%s", far, near, far, other);
    static const char difference[] = "t.txt:5: b: 3 parameters in the table, 2 "
                                     "in the model\n";
    expect(arena, &ours, 1, text, NULL,
           arena_printf(arena, "%s3 passed over\n", difference));
    expect(arena, &ours, 1, text, "maker", difference);
    expect(arena, &ours, 1, arena_printf(arena, "%s%s", other, other), NULL,
           "t.txt:1: no table of the network 'maker'\n2 passed over\n");
}

/* A paper around the tables: headings, sentences that speak of parameters, of
 * layers and of models, captions, numbers, page headers; in two languages. */
static const char paper_start[] =
    "# Ein Versuch\n\n"
    "Model: a network, here, and nothing else. None of them is new.\n"
    "It has 3 layers (see page 3).\n\n"
    "Layers (type) are named as usual. Parameter gibt es viele:\n"
    "Die Anzahl der Parameter: 50.992\n"
    "Trainable parameters are those that change.\n"
    "Abbildung 3 12\n\n";
static const char paper_end[] =
    "\n(a) Ein kleines Netz mit 50.992 Parametern\n\n"
    "Abbildung 4: Params, Parameter und None\n"
    "Die Anzahl von Parametern ist klein (50.992 gegen 222.384).\n"
    "Trainable parameters are those that change; non-trainable parameters do "
    "not.\n"
    "Total parameters and trainable parameters differ.\n"
    "Seite 5 17\n"
    "Anzahl der Parameter: 50.992\n";

static void test_prose_around_tables(void **state)
{
    struct arena *arena = *state;
    struct table ours = small_table(arena);
    expect(arena, &ours, 1,
           arena_printf(arena, "%s%s%s", paper_start, small_text, paper_end),
           NULL, "");
    /* a table without totals, and a page's end among its rows */
    const char *bare = edit(arena, small_text, strstr(small_text, "Total"), "");
    const char *cut = edit(arena, bare, "dense_1",
                           "\nAbbildung 4\n\nSeite 5 17\nParameter\n\ndense_1");
    expect(arena, &ours, 1,
           arena_printf(arena, "%s%s%s", paper_start, cut, paper_end), NULL,
           "");
    expect(arena, &ours, 1,
           arena_printf(arena, "%s\n%s%s%s", bare, paper_start, small_text,
                        paper_end),
           NULL, "1 passed over\n");
}

/* Text does not hide what was meant as a part of a table. */
static void test_prose_hides_no_mistake(void **state)
{
    struct arena *arena = *state;
    expect_error(arena,
                 edit(arena, small_text, "dense (",
                      "\n\nText.\ndense (Dense) (None, x32) 25120\ndense ("),
                 "t.txt:7:22: error: expected a shape such as '(None, 28, 28, "
                 "1)' here\n"
                 "    7 | dense (Dense) (None, x32) 25120\n"
                 "      |                      ^~~~~~~~~~\n");
    expect_error(arena, edit(arena, small_text, "dense (", "text\ndense ("),
                 "t.txt:4:5: error: expected a shape such as '(None, 28, 28, "
                 "1)' here\n"
                 "    4 | text\n"
                 "      |     ^\n");
    expect_error(
        arena,
        arena_printf(arena, "%s\nText.\n\nTrainble params: 3\n", small_text),
        "t.txt:12:1: error: expected a total such as 'Total params: "
        "50,992'\n"
        "   12 | Trainble params: 3\n"
        "      | ^~~~~~~~~~~~~~~~~~\n");
}

/* ---- what cannot be read ------------------------------------------------- */

static void test_what_cannot_be_read(void **state)
{
    struct arena *arena = *state;
    expect_error(arena, "",
                 "t.txt:1:1: error: no model table in this file: a row of one "
                 "reads 'dense (Dense)  (None, 32)  25120'\n"
                 "    1 |\n"
                 "      | ^\n");
    expect_error(arena, "Model: \"a\"\nTotal params: 1\n",
                 "t.txt:1:1: error: this table has no rows\n"
                 "    1 | Model: \"a\"\n"
                 "      | ^~~~~~~~~~\n");
    expect_error(arena, edit(arena, small_text, "None, 32", "None, x32"),
                 "t.txt:4:22: error: expected a shape such as '(None, 28, 28, "
                 "1)' here\n"
                 "    4 | dense (Dense)\t(None, x32)\t25120\n"
                 "      |              \t       ^~~~~~~~~~\n");
    expect_error(arena, edit(arena, small_text, "25120", "many"),
                 "t.txt:4:26: error: expected a parameter count such as 25120 "
                 "here\n"
                 "    4 | dense (Dense)\t(None, 32)\tmany\n"
                 "      |              \t          \t^~~~\n");
    expect_error(arena,
                 edit(arena, small_text, "25120", "99999999999999999999 x"),
                 "t.txt:4:47: error: the number that ends here is too large\n"
                 "    4 | dense (Dense)\t(None, 32)\t99999999999999999999 x\n"
                 "      |              \t          \t                     ^\n");
    expect_error(arena, edit(arena, small_text, "25120", "25120 weights"),
                 "t.txt:4:32: error: nothing but connections such as "
                 "'dense[0][0]' may follow the parameter count\n"
                 "    4 | dense (Dense)\t(None, 32)\t25120 weights\n"
                 "      |              \t          \t      ^~~~~~~\n");
    expect_error(arena, "a (De (None, 1) 2\n____\nnse)\n",
                 "t.txt:3:4: error: expected a shape such as '(None, 28, 28, "
                 "1)' here\n"
                 "    3 | nse)\n"
                 "      |    ^\n");
    expect_error(arena, edit(arena, small_text, "dense (", "(("),
                 "t.txt:4:1: error: a row starts with the name of a layer\n"
                 "    4 | ((Dense)\t(None, 32)\t25120\n"
                 "      | ^~~~~~~~~~~~~~~~~~~~~~~~~\n");
}

/* What a scan makes of digits. */
static void test_numbers_with_letters(void **state)
{
    struct arena *arena = *state;
    expect_error(arena, edit(arena, small_text, "25120", "25l20"),
                 "t.txt:4:26: error: '25l20' is not a number\n"
                 "    4 | dense (Dense)\t(None, 32)\t25l20\n"
                 "      |              \t          \t^~~~~\n");
    expect_error(arena, edit(arena, small_text, "25120", "2512\u00D8"),
                 "t.txt:4:26: error: '2512\u00D8' is not a number\n"
                 "    4 | dense (Dense)\t(None, 32)\t2512\u00D8\n"
                 "      |              \t          \t^~~~~\n");
    expect_error(arena, edit(arena, small_text, "50,992", "50,99Z"),
                 "t.txt:6:15: error: '50,99Z' is not a number\n"
                 "    6 | Total params: 50,99Z\n"
                 "      |               ^~~~~~\n");
    expect_edit(arena, "25120", "25120 dense_l0[0][0]", "");
}

static void test_totals_that_cannot_be_read(void **state)
{
    struct arena *arena = *state;
    expect_error(
        arena,
        edit(arena, small_text, "Total params: 50,992", "Total params: ?"),
        "t.txt:6:15: error: expected a parameter count such as 25120 "
        "here\n"
        "    6 | Total params: ?\n"
        "      |               ^\n");
    expect_error(arena, edit(arena, small_text, "50,992", "50,992 and more"),
                 "t.txt:6:22: error: nothing may follow the number of a total\n"
                 "    6 | Total params: 50,992 and more\n"
                 "      |                      ^~~~~~~~\n");
    expect_error(arena, edit(arena, small_text, "Trainable", "Total"),
                 "t.txt:7:1: error: a table gives this total only once\n"
                 "    7 | Total params: 50,992\n"
                 "      | ^~~~~~~~~~~~~~~~~~~~\n");
    expect_error(arena, edit(arena, small_text, "Trainable", "Trainble"),
                 "t.txt:7:1: error: expected a total such as 'Total params: "
                 "50,992'\n"
                 "    7 | Trainble params: 50,992\n"
                 "      | ^~~~~~~~~~~~~~~~~~~~~~~\n");
    expect_error(
        arena,
        edit(arena, small_text, "Non-", "more (Dense) (None, 1) 2\nNon-"),
        "t.txt:8:1: error: a row stands behind the totals of its table\n"
        "    8 | more (Dense) (None, 1) 2\n"
        "      | ^~~~~~~~~~~~~~~~~~~~~~~~\n");
}

static void test_bytes_that_are_no_text(void **state)
{
    struct arena *arena = *state;
    expect_error(arena, "Model: \"a\033[2J\"\n",
                 "t.txt:1:10: error: a table is text in UTF-8, without control "
                 "characters\n"
                 "    1 | Model: \"a?[2J\"\n"
                 "      |          ^\n");
    expect_error(arena, "a\xFF\n",
                 "t.txt:1:2: error: a table is text in UTF-8, without control "
                 "characters\n"
                 "    1 | a?\n"
                 "      |  ^\n");
}

static int set_up(void **state)
{
    *state = arena_new();
    return 0;
}

static int tear_down(void **state)
{
    arena_free(*state);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_chain_is_printed_as_keras_prints_it),
        TEST(test_a_graph_is_printed_as_keras_prints_it),
        TEST(test_form_does_not_count),
        TEST(test_connections_in_any_form),
        TEST(test_each_difference_has_its_line),
        TEST(test_rows_out_of_place),
        TEST(test_truncated_types),
        TEST(test_tables_find_their_networks),
        TEST(test_tables_of_one_name),
        TEST(test_prose_around_tables),
        TEST(test_prose_hides_no_mistake),
        TEST(test_what_cannot_be_read),
        TEST(test_numbers_with_letters),
        TEST(test_totals_that_cannot_be_read),
        TEST(test_bytes_that_are_no_text),
    };
    return cmocka_run_group_tests_name("table", tests, NULL, NULL);
}
