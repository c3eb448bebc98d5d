/* PNG files, as grey and as RGB. */
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "trainer/data/data_png.h"

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *path = fuzz_file(bytes, size);
    for (int channels = 1; channels <= 3; channels += 2) {
        struct data_png png = {0};
        struct error error = {0};
        if (data_png_open(&png, path, &error) != STATUS_OK)
            continue;
        size_t values = (size_t)(png.width * png.height * channels);
        unsigned char *pixels = malloc(values);
        if (pixels)
            (void)!data_png_decode(&png, channels, pixels, &error);
        free(pixels);
        data_png_close(&png);
    }
    return 0;
}
