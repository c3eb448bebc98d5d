/* Gives each file named on the command line to a target: what stands in for
 * libFuzzer where the corpus is replayed. */
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "tests/fuzz/fuzz.h"

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        struct error error = {0};
        char *bytes;
        size_t size;
        if (file_read(argv[i], 1 << 24, &bytes, &size, &error) != STATUS_OK) {
            fprintf(stderr, "%s\n", error.text);
            return 1;
        }
        printf("%s\n", argv[i]);
        fflush(stdout); /* which file it was, should it crash */
        LLVMFuzzerTestOneInput((const uint8_t *)bytes, size);
        free(bytes);
    }
    return 0;
}
