/* IDX files, plain and gzip, of samples and of labels. */
#include "tests/fuzz/fuzz.h"
#include "trainer/data/data.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *path = fuzz_file(bytes, size);
    struct data_set set = {0};
    struct error error = {0};
    struct data_set labelled = {.samples = {.count = 3}};
    if (data_read_idx(path, &set, &error) == STATUS_OK)
        data_free(&set);
    data_read_idx_labels(path, &labelled, &error);
    data_free(&labelled);
    return 0;
}
