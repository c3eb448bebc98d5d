/* IDX files, plain and gzip, of samples and of labels. */
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "trainer/data/data.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *path = fuzz_file(bytes, size);
    struct data_set set = {0};
    struct error error = {0};
    int32_t *labels = NULL;
    if (data_read_idx(path, &set, &error) == STATUS_OK)
        data_free(&set);
    if (data_read_idx_labels(path, 3, &labels, &error) == STATUS_OK)
        free(labels);
    return 0;
}
