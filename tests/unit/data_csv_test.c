/* Tables of text: what is a header, which column has the labels, and each mistake
 * at its line and column. Each test runs in a folder of its own. */
#include "tests/unit/data_files.h"

/* ---- checks ---------------------------------------------------------- */

static void read_text(const char *text, const char *part, struct data_set *set)
{
    char reference[64];
    write_file("x.csv", text, strlen(text));
    snprintf(reference, sizeof reference, "x.csv%s", part);
    load(reference, set);
}

static void check_values(const struct data_set *set, int64_t count,
                         int64_t width, const float *values)
{
    assert_int_equal(set->samples.count, count);
    assert_int_equal(set->samples.width, width);
    assert_int_equal(set->rank, 1);
    assert_int_equal(set->samples.element, GUSS_F32);
    assert_int_equal(set->samples.pixels, GUSS_PIXELS_RAW);
    assert_memory_equal(set->values, values,
                        (size_t)(count * width) * sizeof *values);
}

static void expect_bad(const char *text, const char *message)
{
    expect_bad_file("x.csv", text, strlen(text), message);
}

/* ---- tests ----------------------------------------------------------- */

static void test_numbers_without_header(void **state)
{
    struct data_set set;
    (void)state;
    read_text("1,2,3\n4,5,6\n", "", &set);
    check_values(&set, 2, 3, (float[]){1, 2, 3, 4, 5, 6});
    assert_null(set.labels);
    assert_string_equal(set.type, "integer");
    assert_string_equal(set.sought, "no column of it is named 'label' or "
                                    "'class'; x.csv/NAME takes those of "
                                    "another");
    data_free(&set);
    read_text("1,2,3\n4,5,6", "/3", &set);
    check_values(&set, 2, 2, (float[]){1, 2, 4, 5});
    assert_int_equal(set.labels[1], 6);
    assert_int_equal(set.n_classes, 0);
    data_free(&set);
    read_text("5", "", &set);
    check_values(&set, 1, 1, (float[]){5});
    data_free(&set);
}

static void test_numbers_are_read(void **state)
{
    struct data_set set;
    (void)state;
    read_text("\xef\xbb\xbf" /* a byte order mark */
              "a,\"b \"\"2\"\"\" , c\r\n"
              "1.5 , -2e-3,\"+.25\"\r\n"
              "\r\n"
              " \n"
              "1e-50,7.,16777217\r",
              "", &set);
    check_values(&set, 2, 3, (float[]){1.5f, -2e-3f, 0.25f, 0, 7, 0x1p24f});
    assert_string_equal(set.type, "decimal");
    data_free(&set);
    read_text("a,c\n1,2\n3,4\n", "/c", &set);
    check_values(&set, 2, 1, (float[]){1, 3});
    assert_int_equal(set.labels[0], 2);
    data_free(&set);
}

static void test_labels(void **state)
{
    struct data_set set;
    (void)state;
    read_text("length,label,width\n1,7,2\n3,-1,4\n", "", &set);
    check_values(&set, 2, 2, (float[]){1, 2, 3, 4});
    assert_int_equal(set.labels[0], 7);
    assert_int_equal(set.labels[1], -1);
    assert_int_equal(set.n_classes, 0);
    data_free(&set);
    /* text: classes in the order of their bytes */
    read_text("class,x\nrose,1\n\"a,\"\"b\nc\",2\nRose,3\nrose,4\n10,5\n", "",
              &set);
    check_values(&set, 5, 1, (float[]){1, 2, 3, 4, 5});
    assert_int_equal(set.n_classes, 4);
    assert_string_equal(set.classes[0], "10");
    assert_string_equal(set.classes[1], "Rose");
    assert_string_equal(set.classes[2], "a,\"b\nc");
    assert_string_equal(set.classes[3], "rose");
    assert_memory_equal(set.labels, ((int32_t[]){3, 2, 1, 3, 0}),
                        5 * sizeof(int32_t));
    data_free(&set);
    read_text("5.1,3.5,setosa\n4.9,3,setosa\n", "/3", &set);
    check_values(&set, 2, 2, (float[]){5.1f, 3.5f, 4.9f, 3});
    assert_string_equal(set.classes[0], "setosa");
    data_free(&set);
}

/* pandas names columns by their places. */
static void test_numbered_columns(void **state)
{
    struct data_set set;
    (void)state;
    read_text("0,1,2,label\n5,6,7,8\n", "", &set);
    check_values(&set, 1, 3, (float[]){5, 6, 7});
    assert_string_equal(set.remark, "the first line of 'x.csv' numbers the "
                                    "columns, as pandas does: it is taken for "
                                    "their names, not for a sample");
    data_free(&set);
    read_text("0,1\n1,0\n", "", &set);
    check_values(&set, 2, 2, (float[]){0, 1, 1, 0});
    assert_null(set.remark);
    data_free(&set);
    expect_bad(",a,b\n0,1,2\n",
               "x.csv: line 1, column 1: a column without a name; of pandas it "
               "is the index, which to_csv(index=False) leaves out");
}

/* Numbers among the names, where another of them is that of the labels. */
static void test_label_makes_a_header(void **state)
{
    struct data_set set;
    (void)state;
    read_text("0,1,label\n5,6,7\n", "", &set);
    check_values(&set, 1, 2, (float[]){5, 6});
    assert_int_equal(set.labels[0], 7);
    assert_non_null(set.remark);
    data_free(&set);
    read_text("class,0,1\n5,6,7\n", "", &set);
    check_values(&set, 1, 2, (float[]){6, 7});
    assert_int_equal(set.labels[0], 5);
    data_free(&set);
    read_text("species,0,1\nrose,6,7\n", "/species", &set);
    check_values(&set, 1, 2, (float[]){6, 7});
    assert_string_equal(set.classes[0], "rose");
    data_free(&set);
    /* A number that is asked for is a place, whatever the cells are. */
    read_text("1,2,3\n4,5,6\n", "/2", &set);
    check_values(&set, 2, 2, (float[]){1, 3, 4, 6});
    assert_null(set.remark);
    data_free(&set);
    expect_bad("species,0,1\n5,6,7\n",
               "x.csv: line 1, column 1: 'species' is no number; if line 1 has "
               "names, none of them may be a number");
}

static void test_repeated_names(void **state)
{
    (void)state;
    expect_bad("label,x,label\n1,2,1\n",
               "x.csv: line 1, column 3: column 1 is named 'label', too; each "
               "needs a name of its own");
    expect_bad("z,z,b,a,b,a\n1,2,3,4,5,6\n",
               "x.csv: line 1, column 2: column 1 is named 'z', too; each "
               "needs a name of its own");
    expect_bad("0,1,label,1\n1,2,3,4\n",
               "x.csv: line 1, column 4: column 2 is named '1', too; each "
               "needs a name of its own");
}

static void test_other_separators(void **state)
{
    (void)state;
    expect_bad("a;label\n1;2\n",
               "x.csv: line 2, column 1 (a;label): '1;2' is no number; commas "
               "separate columns here, not ';'");
    expect_bad("1\t2\n3\t4\n", /* no message has a tab */
               "x.csv: line 2, column 1 (1?2): '3?4' is no number; commas "
               "separate columns here, not tabs");
    write_file("x.csv", BYTES("a;label\n1;2\n"));
    expect_failure("x.csv/label", STATUS_INPUT,
                   "x.csv: no column is named 'label'; commas separate columns "
                   "here, not ';'");
    write_file("x.csv", BYTES("1;2\n"));
    expect_failure("x.csv/1", STATUS_INPUT,
                   "x.csv: no column is named '1'; commas separate columns "
                   "here, not ';'");
}

static void test_many_rows(void **state)
{
    enum { ROWS = 30000 };
    struct data_set set;
    (void)state;
    FILE *file = fopen("x.csv", "wb");
    assert_non_null(file);
    fputs("x,class\n", file);
    for (int i = 0; i < ROWS; i++)
        fprintf(file, "%d,c%03d\n", i, i * 7 % 500);
    assert_int_equal(fclose(file), 0);
    load("x.csv", &set);
    assert_int_equal(set.samples.count, ROWS);
    assert_int_equal(set.n_classes, 500);
    for (int i = 0; i < ROWS; i++) {
        assert_true(((float *)set.values)[i] == (float)i);
        assert_int_equal(set.labels[i], i * 7 % 500);
    }
    data_free(&set);
}

/* A column of numbers that is taken for the labels'. */
static void test_too_many_labels(void **state)
{
    (void)state;
    FILE *file = fopen("x.csv", "wb");
    assert_non_null(file);
    fputs("x,class\n", file);
    for (int i = 0; i <= 1 << 16; i++)
        fprintf(file, "1,%05d\n", i);
    assert_int_equal(fclose(file), 0);
    expect_failure("x.csv", STATUS_INPUT,
                   "x.csv: more than 65536 labels; is that the column of "
                   "labels?");
}

static void test_mistakes(void **state)
{
    (void)state;
    expect_bad("", "x.csv: the table is empty");
    expect_bad("\n\n", "x.csv: the table is empty");
    expect_bad("a,b\n", "x.csv: holds nothing: its shape is 0 x 2");
    expect_bad("label\n1\n", "x.csv: no column besides that of labels");
    expect_bad("a,b\n1,2\n3,x\n",
               "x.csv: line 3, column 2 (b): 'x' is no number");
    expect_bad("1,2\n3,\n", "x.csv: line 2, column 2: it is empty");
    expect_bad("1,2\n3,nan\n", "x.csv: line 2, column 2: 'nan' is no number");
    expect_bad("1,2\n3,0x10\n", "x.csv: line 2, column 2: '0x10' is no number");
    expect_bad("1,2\n3,1e\n", "x.csv: line 2, column 2: '1e' is no number");
    expect_bad("1,2\n-1e39,1\n",
               "x.csv: line 2, column 1: -1e39 is too large for float32");
    expect_bad("1,2\n3\n", "x.csv: line 2: 1 values, but the first line has 2");
    expect_bad("1,2\n3,4,5\n",
               "x.csv: line 2: more than 2 values, but the first line has 2");
    expect_bad("a,label\n1,\n", "x.csv: line 2, column 2 (label): it is empty");
    expect_bad("1,\"2\n3,4\n", "x.csv: line 1, column 2: the quote is not "
                               "closed");
    expect_bad("1,\"2\"3\n", "x.csv: line 1, column 2: text behind the quote "
                             "that closes it");
    expect_bad_file("x.csv", BYTES("1,\0\n"),
                    "x.csv: line 1, column 2: a byte that is 0");
    expect_failure("x.csv/9", STATUS_INPUT,
                   "x.csv: line 1, column 2: a byte that is 0");
    write_file("x.csv", BYTES("width,length\n1,2\n"));
    expect_failure("x.csv/wdith", STATUS_INPUT,
                   "x.csv: no column is named 'wdith'; did you mean 'width'?");
    write_file("x.csv", BYTES("1,2\n"));
    expect_failure("x.csv/3", STATUS_INPUT,
                   "x.csv: no column '3': without names in the first line they "
                   "go by their numbers, 1 to 2");
    char long_cell[5000];
    memset(long_cell, '1', sizeof long_cell);
    expect_bad_file("x.csv", long_cell, sizeof long_cell,
                    "x.csv: line 1, column 1: more than 4095 bytes");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        in_folder(test_numbers_without_header),
        in_folder(test_numbers_are_read),
        in_folder(test_labels),
        in_folder(test_numbered_columns),
        in_folder(test_label_makes_a_header),
        in_folder(test_repeated_names),
        in_folder(test_other_separators),
        in_folder(test_many_rows),
        in_folder(test_too_many_labels),
        in_folder(test_mistakes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
