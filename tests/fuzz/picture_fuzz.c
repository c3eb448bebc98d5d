/* PNG and JPEG files, as grey and as RGB. */
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "trainer/data/data_picture.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *path = fuzz_file(bytes, size);
    for (int channels = 1; channels <= 3; channels += 2) {
        struct data_picture picture;
        struct error error = {0};
        if (data_picture_open(&picture, path, &error) != STATUS_OK)
            continue;
        size_t values = (size_t)(picture.width * picture.height * channels);
        unsigned char *pixels = malloc(values);
        if (pixels)
            (void)!data_picture_decode(&picture, channels, pixels, &error);
        free(pixels);
        data_picture_close(&picture);
    }
    return 0;
}
