/* PNG and JPEG files, as grey and as RGB, as they are and in another size. */
#include <stdlib.h>

#include "tests/fuzz/fuzz.h"
#include "trainer/data/data_picture.h"

static void bring_to_size(const char *path, int channels)
{
    enum { HEIGHT = 9, WIDTH = 13 };
    unsigned char pixels[HEIGHT * WIDTH * 3];
    for (int fit = FIT_CROP; fit <= FIT_PAD; fit++) {
        struct data_picture picture;
        struct error error = {0};
        if (data_picture_open(&picture, path, &error) != STATUS_OK)
            return;
        (void)!data_picture_decode_to(&picture, (enum fit_choice)fit, HEIGHT,
                                      WIDTH, channels, pixels, &error);
        data_picture_close(&picture);
    }
}

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
        bring_to_size(path, channels);
    }
    return 0;
}
