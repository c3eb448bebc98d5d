/* compiler/table/summary.h: every single change to a published table is seen, and
 * reported once. The tables are those of the seven networks of a term paper of
 * 2020: as guss prints them, and as they were scanned where those files are
 * beside the repository. */
#include "base/file.h"
#include "tests/unit/tables.h"

static const char paper_folder[] = "../shared/paper/tables";

/* ---- seven networks ------------------------------------------------------ */

/* The rows that their descriptions give, by hand. Counts are (inputs + 1) x
 * outputs of a dense layer, (kernel x channels in + 1) x channels out of a
 * convolution. */
enum { MOST_ROWS = 14 };

struct paper_table {
    const char *file, *model;
    int64_t total;
    struct row rows[MOST_ROWS];
};

static const struct paper_table paper_tables[] = {
    {"figure-04a.txt",
     "Simple_Autoencoder",
     50992,
     {{"input", "InputLayer", "[(None, 784)]", 0, {0}},
      {"encoder_layer", "Dense", "(None, 32)", 25120, {0}},
      {"decoder_layer", "Dense", "(None, 784)", 25872, {0}}}},
    {"figure-06a.txt",
     "Deep_autoencoder",
     222384,
     {{"input_15", "InputLayer", "[(None, 784)]", 0, {0}},
      {"dense_14", "Dense", "(None, 128)", 100480, {0}},
      {"dense_15", "Dense", "(None, 64)", 8256, {0}},
      {"dense_16", "Dense", "(None, 32)", 2080, {0}},
      {"dense_17", "Dense", "(None, 64)", 2112, {0}},
      {"dense_18", "Dense", "(None, 128)", 8320, {0}},
      {"dense_19", "Dense", "(None, 784)", 101136, {0}}}},
    {"figure-07a.txt",
     "Convolutional_autoencoder",
     4385,
     {{"input_1", "InputLayer", "[(None, 28, 28, 1)]", 0, {0}},
      {"conv2d", "Conv2D", "(None, 28, 28, 16)", 160, {0}},
      {"max_pooling2d", "MaxPooling2D", "(None, 14, 14, 16)", 0, {0}},
      {"conv2d_1", "Conv2D", "(None, 14, 14, 8)", 1160, {0}},
      {"max_pooling2d_1", "MaxPooling2D", "(None, 7, 7, 8)", 0, {0}},
      {"conv2d_2", "Conv2D", "(None, 7, 7, 8)", 584, {0}},
      {"max_pooling2d_2", "MaxPooling2D", "(None, 4, 4, 8)", 0, {0}},
      {"conv2d_3", "Conv2D", "(None, 4, 4, 8)", 584, {0}},
      {"up_sampling2d", "UpSampling2D", "(None, 8, 8, 8)", 0, {0}},
      {"conv2d_4", "Conv2D", "(None, 8, 8, 8)", 584, {0}},
      {"up_sampling2d_1", "UpSampling2D", "(None, 16, 16, 8)", 0, {0}},
      {"conv2d_5", "Conv2D", "(None, 14, 14, 16)", 1168, {0}},
      {"up_sampling2d_2", "UpSampling2D", "(None, 28, 28, 16)", 0, {0}},
      {"conv2d_6", "Conv2D", "(None, 28, 28, 1)", 145, {0}}}},
    {"figure-09a.txt",
     "generator",
     50992,
     {{"input_6", "InputLayer", "[(None, 784)]", 0, {0}},
      {"dense_3", "Dense", "(None, 32)", 25120, {0}},
      {"dense_4", "Dense", "(None, 784)", 25872, {0}}}},
    {"figure-09a.txt",
     "discriminator",
     25665,
     {{"input_5", "InputLayer", "[(None, 784)]", 0, {0}},
      {"dense", "Dense", "(None, 32)", 25120, {0}},
      {"dense_1", "Dense", "(None, 16)", 528, {0}},
      {"dense_2", "Dense", "(None, 1)", 17, {0}}}},
    {"figure-11.txt",
     "generator",
     1164289,
     {{"dense_9", "Dense", "(None, 6272)", 633472, {0}},
      {"leaky_re_lu_5", "LeakyReLU", "(None, 6272)", 0, {0}},
      {"reshape_2", "Reshape", "(None, 7, 7, 128)", 0, {0}},
      {"conv2d_transpose_2",
       "Conv2DTranspose",
       "(None, 14, 14, 128)",
       262272,
       {0}},
      {"leaky_re_lu_6", "LeakyReLU", "(None, 14, 14, 128)", 0, {0}},
      {"conv2d_transpose_3",
       "Conv2DTranspose",
       "(None, 28, 28, 128)",
       262272,
       {0}},
      {"leaky_re_lu_7", "LeakyReLU", "(None, 28, 28, 128)", 0, {0}},
      {"conv2d_29", "Conv2D", "(None, 28, 28, 1)", 6273, {0}}}},
    {"figure-11.txt",
     "discriminator",
     40705,
     {{"conv2d_35", "Conv2D", "(None, 14, 14, 64)", 640, {0}},
      {"leaky_re_lu_13", "LeakyReLU", "(None, 14, 14, 64)", 0, {0}},
      {"dropout_4", "Dropout", "(None, 14, 14, 64)", 0, {0}},
      {"conv2d_36", "Conv2D", "(None, 7, 7, 64)", 36928, {0}},
      {"leaky_re_lu_14", "LeakyReLU", "(None, 7, 7, 64)", 0, {0}},
      {"dropout_5", "Dropout", "(None, 7, 7, 64)", 0, {0}},
      {"flatten_2", "Flatten", "(None, 3136)", 0, {0}},
      {"dense_12", "Dense", "(None, 1)", 3137, {0}}}},
};
enum { N_PAPER_TABLES = sizeof paper_tables / sizeof *paper_tables };

static struct table make_paper_table(struct arena *arena,
                                     const struct paper_table *paper)
{
    int n = 0;
    while (n < MOST_ROWS && paper->rows[n].name)
        n++;
    struct table table = make_table(arena, paper->model, paper->rows, n);
    assert_int_equal(table.total, paper->total);
    return table;
}

/* The networks of one file of the paper. */
static int make_file(struct arena *arena, const char *file,
                     struct table *tables)
{
    int n = 0;
    for (int i = 0; i < N_PAPER_TABLES; i++)
        if (strcmp(paper_tables[i].file, file) == 0)
            tables[n++] = make_paper_table(arena, &paper_tables[i]);
    return n;
}

/* ---- every deliberate change --------------------------------------------- */

/* A text, the networks that it shows, and how many changes were tried. */
struct trial {
    struct arena *arena; /* of one change */
    const struct table *ours;
    int n_ours;
    const char *text;
    int n_changes;
};

/* One change gives one line. */
static void expect_one(struct trial *trial, const char *changed)
{
    int count = -1;
    char *printed = NULL;
    struct arena *arena = trial->arena;
    const char *found = compare(arena, trial->ours, trial->n_ours, changed,
                                NULL, &count, &printed);
    if (count != 1)
        print_error("%s\n%d: %s\n", changed, count, found ? found : printed);
    assert_int_equal(count, 1);
    trial->n_changes++;
}

/* Every letter and digit of [first, last) in turn, or every digit. */
static void change_signs(struct trial *trial, const char *first,
                         const char *last, bool letters)
{
    for (const char *at = first; at < last; at++) {
        bool digit = *at >= '0' && *at <= '9';
        if (!digit && (!letters || *at == '_'))
            continue;
        char *changed = arena_strdup(trial->arena, trial->text);
        char *sign = changed + (at - trial->text);
        *sign = digit                 ? (char)('0' + (*at - '0' + 1) % 10)
                : (*at | 0x20) == 'x' ? 'y'
                                      : 'x';
        expect_one(trial, changed);
    }
}

static const char *line_end(const char *line)
{
    return line + strcspn(line, "\n") + (strchr(line, '\n') != NULL);
}

static void change_row(struct trial *trial, const char *line)
{
    const char *end = line_end(line), *type = strchr(line, '('),
               *shape = strstr(line, "None"), *count = end;
    const char *type_end = type + strcspn(type, ") ");
    while (strchr(" \t\n", count[-1]))
        count--;
    const char *last = count;
    while (count[-1] >= '0' && count[-1] <= '9')
        count--;
    change_signs(trial, line, type - 1, true);
    change_signs(trial, type + 1, type_end, true);
    change_signs(trial, shape, count, false);
    change_signs(trial, count, last, false);
    int before = (int)(line - trial->text), length = (int)(end - line);
    expect_one(trial,
               arena_printf(trial->arena, "%.*s%s", before, trial->text, end));
    expect_one(trial, arena_printf(trial->arena, "%.*s%.*s\n%s", before,
                                   trial->text, length, line, line));
}

static void swap_rows(struct trial *trial, const char *a, const char *b)
{
    const char *a_end = line_end(a), *b_end = line_end(b);
    expect_one(trial, arena_printf(trial->arena, "%.*s%.*s%.*s%.*s%s",
                                   (int)(a - trial->text), trial->text,
                                   (int)(b_end - b), b, (int)(b - a_end), a_end,
                                   (int)(a_end - a), a, b_end));
}

static void change_everything(struct trial *trial)
{
    const char *above = NULL; /* row of the same table */
    for (const char *line = trial->text; *line; line = line_end(line)) {
        size_t length = strcspn(line, "\n");
        const char *params = strstr(line, "params:");
        const char *none = strstr(line, "None,");
        if (none && none < line + length) {
            change_row(trial, line);
            if (above)
                swap_rows(trial, above, line);
            above = line;
        } else if (params && params < line + length) {
            change_signs(trial, params, line + length, false);
            above = NULL;
        }
    }
}

static void test_every_change_to_our_own_tables_is_seen(void **state)
{
    struct arena *arena = *state;
    int n_changes = 0;
    for (int i = 0; i < N_PAPER_TABLES; i++) {
        struct table table = make_paper_table(arena, &paper_tables[i]);
        struct text out = text_new(arena);
        table_write_keras(&table, &out);
        struct trial trial = {arena_new(), &table, 1, text_string(&out), 0};
        expect(arena, &table, 1, trial.text, NULL, "");
        change_everything(&trial);
        arena_free(trial.arena);
        n_changes += trial.n_changes;
    }
    assert_true(n_changes > 1000);
}

static const char *const paper_files[] = {"figure-04a.txt", "figure-06a.txt",
                                          "figure-07a.txt", "figure-09a.txt",
                                          "figure-11.txt"};
enum { N_PAPER_FILES = sizeof paper_files / sizeof *paper_files };

static void test_every_change_to_the_published_tables_is_seen(void **state)
{
    struct arena *arena = *state;
    for (int i = 0; i < N_PAPER_FILES; i++) {
        struct table ours[N_PAPER_TABLES];
        int n_ours = make_file(arena, paper_files[i], ours);
        char *text = NULL;
        size_t size;
        struct error error;
        const char *path = path_join(arena, paper_folder, paper_files[i]);
        assert_int_equal(
            file_read(path, TABLE_FILE_LIMIT, &text, &size, &error), STATUS_OK);
        struct trial trial = {arena_new(), ours, n_ours, text, 0};
        expect(arena, ours, n_ours, text, NULL, "");
        change_everything(&trial);
        assert_true(trial.n_changes > 40);
        arena_free(trial.arena);
        free(text);
    }
}

/* ---- hostile files ------------------------------------------------------- */

/* Two branches, with connections. */
static struct table make_graph(struct arena *arena)
{
    static const struct row rows[] = {
        {"in", "InputLayer", "[(None, 4)]", 0, {0}},
        {"a", "Dense", "(None, 4)", 20, {"in[0][0]"}},
        {"b", "Dense", "(None, 4)", 20, {"in[0][0]"}},
        {"add", "Add", "(None, 4)", 0, {"a[0][0]", "b[0][0]"}},
    };
    return make_table(arena, "join", rows, 4);
}

static void test_broken_files_are_read_or_refused(void **state)
{
    struct arena *arena = *state;
    static const char signs[] = "()[],0|\n\"<\xE2:";
    struct table ours = make_graph(arena);
    struct text out = text_new(arena);
    table_write_keras(&ours, &out);
    for (size_t i = 0; i < out.length; i++)
        for (const char *sign = signs; *sign; sign++) {
            struct arena *one = arena_new();
            char *changed = arena_strdup(one, text_string(&out));
            changed[i] = *sign;
            int count = -1;
            if (compare(one, &ours, 1, changed, NULL, &count, NULL))
                assert_true(count >= 0);
            changed[i] = '\0'; /* cut off */
            count = -1;
            if (compare(one, &ours, 1, changed, NULL, &count, NULL))
                assert_true(count >= 0);
            arena_free(one);
        }
}

/* As many bytes as a table file may have, of one piece again and again. */
static void test_large_files_are_read_soon(void **state)
{
    struct arena *arena = *state;
    static const char *const pieces[] = {"a(b)1 1\n",
                                         "a(b)None 1 a[\n",
                                         "Model:\na(b)1 1\n",
                                         "<a",
                                         "((((",
                                         "a(b)1 1\nc\nd\n",
                                         "1,",
                                         "a(b)1 1\na(\n"};
    struct table ours = make_paper_table(arena, &paper_tables[0]);
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct arena *one = arena_new();
        struct text text = text_new(one);
        size_t length = strlen(pieces[i]);
        while (text.length + length <= TABLE_FILE_LIMIT)
            text_puts(&text, pieces[i]);
        int count = -1;
        if (compare(one, &ours, 1, text_string(&text), NULL, &count, NULL))
            assert_true(count > 0);
        arena_free(one);
    }
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
        TEST(test_every_change_to_our_own_tables_is_seen),
        TEST(test_broken_files_are_read_or_refused),
        TEST(test_large_files_are_read_soon),
    };
    const struct CMUnitTest published[] = {
        TEST(test_every_change_to_the_published_tables_is_seen),
    };
    int failed = cmocka_run_group_tests_name("changes", tests, NULL, NULL);
    if (folder_exists(paper_folder))
        return failed +
               cmocka_run_group_tests_name("published", published, NULL, NULL);
    printf("ok - test_every_change_to_the_published_tables_is_seen # SKIP "
           "no %s\n",
           paper_folder);
    return failed;
}
