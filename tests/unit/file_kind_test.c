/* What files are, and what is said about those that stand in the place of
 * others. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/file_kind.h"
#include "trainer/data/data.h"
#include "trainer/weights/weights.h"

#define BYTES(text) (text), sizeof(text) - 1

static const struct {
    const char *name, *bytes;
    size_t size;
    enum file_kind kind;
    const char *as_data; /* said behind its name; NULL: not tried */
} files[] = {
    {"a.npz", BYTES("PK\3\4rest"), FILE_NPZ,
     "damaged zip archive (it has no directory)"},
    {"A.NPZ", BYTES("PK\3\4rest"), FILE_NPZ, NULL},
    {"a.keras", BYTES("PK\3\4rest"), FILE_KERAS,
     "a .keras file is no data that can be read"},
    {"a.pt", BYTES("PK\3\4rest"), FILE_TORCH, NULL},
    {"old.pt", BYTES("\x80\2rest"), FILE_TORCH, NULL},
    {"a.zip", BYTES("PK\3\4rest"), FILE_ZIP,
     "a zip archive is no data that can be read: unpack it first"},
    {"a.h5", BYTES("\x89HDF\r\n\x1a\nrest"), FILE_HDF5,
     "an HDF5 file is no data that can be read: numpy.save() makes a .npy file "
     "of its values"},
    {"a.mat", BYTES("MATLAB 5.0 MAT-file"), FILE_MATLAB,
     "a MATLAB file is no data that can be read: numpy.save() makes a .npy "
     "file of its values"},
    {"data_batch_1", BYTES("\x80\3}q"), FILE_PICKLE,
     "a pickle of Python is no data that can be read: numpy.save() makes a "
     ".npy file of its values"},
    {"data_batch_1.bin", BYTES("\6\x3b\x2b\x32"), FILE_RAW,
     "a file of bytes without a header is no data that can be read: "
     "numpy.save() makes a .npy file of its values"},
    {"a.csv", BYTES("1,2\n"), FILE_CSV, NULL},
    {"a.tsv", BYTES("1\t2\n"), FILE_CSV,
     "a table of text (CSV) is no data that can be read: numpy.save() makes a "
     ".npy file of its values"},
    {"a.xz",
     BYTES("\xfd"
           "7zXZ rest"),
     FILE_COMPRESSED,
     "a compressed file is no data that can be read: unpack it first"},
    {"photo", BYTES("\xff\xd8\xff\xe0"), FILE_JPEG,
     "a JPEG picture, whose name must end in .jpg or .jpeg"},
    {"values", BYTES("\x93NUMPY\1\0"), FILE_NPY,
     "a .npy file, whose name must end in .npy"},
    {"idx.npy", BYTES("\0\0\x08\1\0\0\0\1x"), FILE_IDX,
     "an IDX file, whose name must not end in .npy"},
    {"a.safetensors", BYTES("\x40\0\0\0\0\0\0\0{\"a\""), FILE_SAFETENSORS,
     "a safetensors file is no data that can be read"},
    {"a.onnx", BYTES("\x08\x07\x12"), FILE_ONNX, NULL},
    {"a.py", BYTES("import keras\n"), FILE_PYTHON, NULL},
    {"a.cfg", BYTES("# c\n[net]\nbatch=1\n"), FILE_DARKNET, NULL},
    {"a.yaml", BYTES("# c\n\nobjective: gan\n"), FILE_SCHEDULE,
     "a schedule (YAML) is no data that can be read"},
    {"b.yaml", BYTES("network n(8) {\n"), FILE_UNKNOWN, NULL},
    {"a.nn", BYTES("\xEF\xBB\xBF# c\r\nnetwork n(8) {}\n"), FILE_MODEL, NULL},
    {"b.nn", BYTES("objective: gan\n"), FILE_UNKNOWN, NULL},
    {"c.nn", BYTES(""), FILE_UNKNOWN, NULL},
    {"exe",
     BYTES("\x7f"
           "ELF\2"),
     FILE_EXECUTABLE, "an executable is no data that can be read"},
    {"table", BYTES("Model: \"m\"\n"), FILE_TABLE, NULL},
    {"plain", BYTES("objective: gan\n"), FILE_SCHEDULE, NULL},
    {"networks", BYTES("networks n\n"), FILE_UNKNOWN, NULL},
};

static void test_kinds(void **state)
{
    (void)state;
    struct error error = {0};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        file_write(files[i].name, files[i].bytes, files[i].size, &error);
        if (file_kind(files[i].name) != files[i].kind)
            print_error("%s\n", files[i].name);
        assert_int_equal(file_kind(files[i].name), files[i].kind);
        unlink(files[i].name);
    }
    assert_int_equal(file_kind("."), FILE_UNKNOWN);
    assert_int_equal(file_kind("nowhere"), FILE_UNKNOWN);
    for (int kind = 0; kind < N_FILE_KINDS; kind++)
        assert_non_null(file_kind_text((enum file_kind)kind));
}

static void test_as_data(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        if (!files[i].as_data)
            continue;
        struct error error = {0};
        struct data_set set;
        file_write(files[i].name, files[i].bytes, files[i].size, &error);
        const char *path = arena_printf(arena, "./%s", files[i].name);
        assert_int_equal(
            data_load(path, &(struct data_options){0}, &set, &error),
            STATUS_INPUT);
        const char *colon = strstr(error.text, ": ");
        bool is_short = strstr(files[i].as_data, "no data") == NULL;
        assert_string_equal(
            colon + 2,
            arena_printf(arena, "%s%s", files[i].as_data,
                         is_short ? ""
                                  : "; what can is a .npy, .npz, .csv or IDX "
                                    "file or a folder of pictures"));
        unlink(files[i].name);
    }
    arena_free(arena);
}

static void test_upper_case_npy(void **state)
{
    (void)state;
    static const char header[] = "\x93NUMPY\1\0\x46\0{'descr': '|u1', "
                                 "'fortran_order': False, 'shape': (2, 3), }";
    struct error error = {0};
    struct data_set set;
    char bytes[128 + 6];
    memset(bytes, ' ', sizeof bytes);
    memcpy(bytes, header, sizeof header - 1);
    bytes[79] = '\n';
    file_write("UP.NPY", bytes, 86, &error);
    assert_int_equal(
        data_load("./UP.NPY", &(struct data_options){0}, &set, &error),
        STATUS_OK);
    assert_int_equal(set.samples.count, 2);
    data_free(&set);
    unlink("UP.NPY");
}

static int enter_scratch(void **state)
{
    (void)state;
    static char folder[] = "/tmp/guss-kinds-XXXXXX";
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : 1;
}

static int leave_scratch(void **state)
{
    (void)state;
    char folder[64];
    bool known = getcwd(folder, sizeof folder) && chdir("/") == 0;
    return known && rmdir(folder) == 0 ? 0 : 1;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_as_data),
        cmocka_unit_test(test_upper_case_npy),
    };
    return cmocka_run_group_tests(tests, enter_scratch, leave_scratch);
}
