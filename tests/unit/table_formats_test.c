/* The formats of `guss summary` beyond Keras's: what they write of names that
 * no .nn file can have, of the largest numbers, and that JSON is JSON. */
#include "tests/unit/tables.h"

#include <jansson.h>

/* Every sign that a format gives a meaning to. */
static const char odd[] = "a\"b\\c|d<e>&f`g*h_ [i]\t~\x01\xc3\xa9";

static struct table odd_table(struct arena *arena)
{
    const struct row rows[] = {{odd, "Dense", "(None, 2, 3)", 7, {odd}},
                               {"second", "Add", "(None, 3)", 0, {odd, "b_"}}};
    struct table table = make_table(arena, odd, rows, 2);
    for (int i = 0; i < table.n_rows; i++) {
        table.rows[i].inputs = table.rows[i].connected;
        table.rows[i].uses = i + 1;
    }
    table.rows[0].sample = (struct shape){2, {2, 3}};
    table.rows[0].trainable = 5;
    table.rows[0].macs = (int64_t)1 << 62;
    table.rows[0].output_bytes = 24;
    table.macs = (int64_t)1 << 62;
    return table;
}

static const char *text_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_string(value));
    return json_string_value(value);
}

static int64_t number_of(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    assert_true(json_is_integer(value));
    return json_integer_value(value);
}

static void check_first_layer(const json_t *layer)
{
    assert_string_equal(text_of(layer, "name"), odd);
    assert_string_equal(text_of(layer, "type"), "Dense");
    const json_t *shape = json_object_get(layer, "output_shape");
    assert_int_equal(json_array_size(shape), 2);
    assert_int_equal(json_integer_value(json_array_get(shape, 1)), 3);
    assert_int_equal(number_of(layer, "params"), 7);
    assert_int_equal(number_of(layer, "trainable"), 5);
    assert_true(number_of(layer, "macs") == (int64_t)1 << 62);
    assert_int_equal(number_of(layer, "uses"), 1);
    const json_t *bytes = json_object_get(layer, "bytes");
    assert_int_equal(number_of(bytes, "weights"), 28);
    assert_int_equal(number_of(bytes, "output"), 24);
    const json_t *inputs = json_object_get(layer, "inputs");
    assert_int_equal(json_array_size(inputs), 1);
    assert_string_equal(json_string_value(json_array_get(inputs, 0)), odd);
}

static void test_json_is_read_back(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct table tables[2] = {odd_table(arena), odd_table(arena)};
    struct text out = text_new(arena);
    tables_write_json(tables, 2, &out);
    json_error_t error;
    json_t *read =
        json_loads(text_string(&out), JSON_REJECT_DUPLICATES, &error);
    assert_non_null(read);
    assert_int_equal(json_array_size(read), 2);
    const json_t *network = json_array_get(read, 1);
    assert_string_equal(text_of(network, "network"), odd);
    const json_t *layers = json_object_get(network, "layers");
    assert_int_equal(json_array_size(layers), 2);
    check_first_layer(json_array_get(layers, 0));
    const json_t *second = json_array_get(layers, 1);
    assert_int_equal(json_array_size(json_object_get(second, "inputs")), 2);
    const json_t *totals = json_object_get(network, "totals");
    assert_int_equal(number_of(totals, "params"), 7);
    assert_int_equal(number_of(json_object_get(totals, "bytes"), "output"), 24);
    json_decref(read);
    arena_free(arena);
}

static void test_markdown_is_escaped(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    struct table table = odd_table(arena);
    struct text out = text_new(arena);
    table_write_markdown(&table, &out);
    const char *text = text_string(&out);
    assert_non_null(strstr(text, "| a\"b\\\\c\\|d\\<e\\>\\&f\\`g\\*h\\_ "
                                 "\\[i\\]\t\\~\x01\xc3\xa9 | Dense |"));
    assert_non_null(strstr(text, ", b\\_ |\n"));
    assert_non_null(strstr(text, "| **4,611,686,018,427,387,904** |"));
    arena_free(arena);
}

static void test_wide_cuts_nothing(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    char name[301];
    memset(name, 'n', 300);
    name[300] = '\0';
    const struct row rows[] = {
        {name, "BatchNormalization", "(None, 1)", 4, {name, name}}};
    struct table table = make_table(arena, name, rows, 1);
    table.rows[0].macs = INT64_MAX;
    struct text out = text_new(arena);
    table_write_wide(&table, &out);
    const char *text = text_string(&out);
    assert_non_null(strstr(
        text,
        arena_printf(arena, "\n%s (BatchNormalization)  (None, 1) ", name)));
    assert_non_null(
        strstr(text, arena_printf(arena, "  %s, %s\n", name, name)));
    assert_non_null(strstr(text, "9223372036854775807"));
    arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_json_is_read_back),
        cmocka_unit_test(test_markdown_is_escaped),
        cmocka_unit_test(test_wide_cuts_nothing),
    };
    return cmocka_run_group_tests_name("table formats", tests, NULL, NULL);
}
