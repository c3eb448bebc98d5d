/* .npz archives: the usual arrays, and one by its name. */
#include "tests/fuzz/fuzz.h"
#include "trainer/data/data.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const parts[] = {NULL, "train"};
    const char *path = fuzz_file(bytes, size);
    for (int i = 0; i < 2; i++) {
        struct data_set set;
        struct error error = {0};
        if (data_read_npz(path, parts[i], DATA_LABELS, &set, &error) ==
            STATUS_OK)
            data_free(&set);
    }
    return 0;
}
