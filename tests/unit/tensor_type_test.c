/* trainer/weights/tensor_type.h, and files that hold such values. */
#include <math.h>

#include "tests/unit/safetensors_file.h"

/* What IEEE 754 says of 16 bits, in double. */
static double half_value(unsigned bits)
{
    int exponent = (int)(bits >> 10 & 31);
    double fraction = (double)(bits & 1023);
    double sign = bits >> 15 ? -1.0 : 1.0;
    if (exponent == 31)
        return fraction > 0 ? (double)NAN : sign * (double)INFINITY;
    return exponent == 0 ? sign * ldexp(fraction, -24)
                         : sign * ldexp(1024 + fraction, exponent - 25);
}

static void test_every_f16_is_exact(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 1 << 16; bits++) {
        uint16_t half = (uint16_t)bits;
        double wanted = half_value(bits);
        float got;
        assert_int_equal(
            tensor_convert(TENSOR_F16, (const char *)&half, 1, &got), 1);
        if (isnan(wanted))
            assert_true(isnan(got));
        else
            assert_true((double)got == wanted &&
                        !signbit(got) == !signbit(wanted));
    }
}

static void test_a_bf16_is_half_a_float(void **state)
{
    (void)state;
    const uint16_t halves[] = {0x3F80, 0xC049, 0x7F80, 0x0000, 0x7F7F};
    const float wanted[] = {1.0f, -3.140625f, INFINITY, 0.0f, 0x1.FEp127f};
    float got[5];
    assert_int_equal(tensor_convert(TENSOR_BF16, (const char *)halves, 5, got),
                     5);
    assert_memory_equal(got, wanted, sizeof got);
}

static void test_doubles_are_rounded_to_the_nearest(void **state)
{
    (void)state;
    const double doubles[] = {0.1, 1 + 0x1p-24, 1 + 0x1.8p-23, -0x1.FFFFFEFp127,
                              -(double)INFINITY};
    const float wanted[] = {0.1f, 1.0f, 1 + 0x1p-22f, -0x1.FFFFFEp127f,
                            -INFINITY};
    float got[5];
    assert_int_equal(tensor_convert(TENSOR_F64, (const char *)doubles, 5, got),
                     5);
    assert_memory_equal(got, wanted, sizeof got);
    const double beyond[] = {1, 0x1.FFFFFFp127, 1e300};
    assert_int_equal(tensor_convert(TENSOR_F64, (const char *)beyond, 3, got),
                     1);
}

/* Of all types in one file, with a counter between them. */
static void test_a_file_of_several_types(void **state)
{
    struct fixture *fixture = *state;
    struct tensor_file file;
    write_raw(
        fixture,
        "{\"a\":{\"dtype\":\"BF16\",\"shape\":[3],\"data_offsets\":[0,6]},"
        "\"x.num_batches_tracked\":{\"dtype\":\"I64\",\"shape\":[],"
        "\"data_offsets\":[6,14]},"
        "\"b\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[14,22]},"
        "\"c\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[22,26]},"
        "\"d\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[26,30]}}",
        30);
    expect_read(fixture, &file);
    assert_int_equal(file.n_tensors, 4);
    assert_true(file.bytes == 7 * sizeof(float));
    assert_memory_equal(file.tensors[0].values, "\0\0\0\1\0\0\2\3\0\0\4\5", 12);
    double b;
    memcpy(&b, "\16\17\20\21\22\23\24\25", sizeof b);
    assert_true(file.tensors[1].values[0] == (float)b);
    assert_memory_equal(file.tensors[2].values, "\26\27\30\31", 4);
    assert_true((double)file.tensors[3].values[1] == half_value(0x1D1C));
    assert_string_equal(file.tensors[3].key, "d");
    tensor_file_free(&file);
}

/* More values than are converted at a time. */
static void test_a_large_tensor(void **state)
{
    struct fixture *fixture = *state;
    struct tensor_file file;
    write_raw(fixture,
              "{\"a\":{\"dtype\":\"F16\",\"shape\":[100000],"
              "\"data_offsets\":[0,200000]}}",
              200000);
    expect_read(fixture, &file);
    for (unsigned i = 0; i < 100000; i++) {
        double wanted = half_value((2 * i + 1) % 256 << 8 | 2 * i % 256);
        float got = file.tensors[0].values[i];
        assert_true((double)got == wanted || (isnan(got) && isnan(wanted)));
    }
    tensor_file_free(&file);
}

static void test_a_double_that_is_too_large(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {0};
    static const char header[] =
        "{\"net/a\":{\"dtype\":\"F64\",\"shape\":[2],\"data_offsets\":[0,16]}}";
    static const double values[] = {1.0, -1e39};
    char bytes[8 + sizeof header - 1 + sizeof values];
    set_length(bytes, sizeof header - 1);
    memcpy(bytes + 8, header, sizeof header - 1);
    memcpy(bytes + 8 + sizeof header - 1, values, sizeof values);
    assert_int_equal(file_write(fixture->path, bytes, sizeof bytes, &error),
                     STATUS_OK);
    expect_refused(fixture, ": tensor 'net/a' holds -1e+39, which is too large "
                            "for float32");
}

#define TEST(function)                                                         \
    cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_f16_is_exact),
        cmocka_unit_test(test_a_bf16_is_half_a_float),
        cmocka_unit_test(test_doubles_are_rounded_to_the_nearest),
        TEST(test_a_file_of_several_types),
        TEST(test_a_large_tensor),
        TEST(test_a_double_that_is_too_large)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
