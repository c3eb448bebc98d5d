/* Tables of text, with the usual column of labels and with the second, whatever
 * becomes of it. */
#include "tests/fuzz/fuzz.h"
#include "trainer/data/data.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    static const char *const labels[] = {NULL, "2"};
    const char *path = fuzz_file(bytes, size);
    for (int i = 0; i < 6; i++) {
        struct data_set set;
        struct error error = {0};
        if (data_read_csv(path, labels[i % 2], (enum data_labels)(i / 2), &set,
                          &error) == STATUS_OK)
            data_free(&set);
    }
    return 0;
}
