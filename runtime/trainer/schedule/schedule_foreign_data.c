/* Keys and words from elsewhere for what is done to samples. */
#include <string.h>

#include "trainer/schedule/schedule_foreign.h"

#define KERAS .lacking = "Keras"

static const struct hint normalize_keys[] = {
    {"std", .own = "stddev"},
    {"variance", .text = "stddev is its root"},
};

static const char as_a_crop[] =
    "write shift: 4 and fill: zeros for a crop of a picture padded by 4";

static const struct hint augment_keys[] = {
    {"horizontal_flip", .text = "write flip: horizontal"},
    {"vertical_flip", .text = "write flip: vertical"},
    {"translation", .own = "shift"},
    {"translate", .own = "shift"},
    {"width_shift_range", .text = "shift is pixels, down and across"},
    {"height_shift_range", .text = "shift is pixels, down and across"},
    {"crop", .text = as_a_crop},
    {"random_crop", .text = as_a_crop},
    {"padding", .text = as_a_crop},
    {"rotation", .own = "rotate"},
    {"rotation_range", .own = "rotate"},
    {"degrees", .own = "rotate"},
    {"zoom_range", .own = "zoom"},
    {"scale", .own = "zoom"},
    {"brightness_range", .own = "brightness"},
    {"fill_mode", .own = "fill"},
    {"padding_mode", .own = "fill"},
    {"contrast", KERAS},
    {"saturation", KERAS},
    {"hue", KERAS},
    {"shear", KERAS},
    {"shear_range", KERAS},
    {"cutout", .lacking = "PyTorch"},
    {"mixup", KERAS},
};

static const struct hint flips[] = {
    {"left_right", .own = "horizontal"},
    {"up_down", .own = "vertical"},
    {"horizontal_and_vertical", .own = "both"},
};

static const struct hint fills[] = {
    {"constant", .own = "zeros"},
    {"black", .own = "zeros"},
    {"edge", .own = "nearest"},
    {"replicate", .own = "nearest"},
    {"symmetric", .own = "reflect"},
    {"mirror", .own = "reflect"},
    {"wrap", KERAS},
};

#define LIST(table, what)                                                      \
    (struct hints)                                                             \
    {                                                                          \
        table, sizeof table / sizeof *table, what                              \
    }

struct hints foreign_keys_below_data(const char *section)
{
    static const char what[] = "an argument";
    if (strcmp(section, "data.normalize") == 0)
        return LIST(normalize_keys, what);
    if (strcmp(section, "data.augment") == 0)
        return LIST(augment_keys, what);
    return (struct hints){0};
}

struct hints foreign_flips(void)
{
    return LIST(flips, "a flip");
}

struct hints foreign_fills(void)
{
    return LIST(fills, "a fill");
}
