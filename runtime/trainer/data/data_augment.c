#include "trainer/data/data_augment.h"

static const double degree = 3.14159265358979323846 / 180.0;

/* What values that became brighter stay between: all that 8-bit data can be; other
 * numbers stay where those of the set are. */
static void find_limits(const struct data_set *set, double *low, double *high)
{
    *low = set->low;
    *high = set->high;
    if (set->samples.element != GUSS_U8)
        return;
    *low = set->samples.pixels == GUSS_PIXELS_SIGNED ? -1.0 : 0.0;
    *high = set->samples.pixels == GUSS_PIXELS_RAW ? 255.0 : 1.0;
}

bool data_augment(const struct augment_settings *settings,
                  struct guss_picture picture, const struct data_set *set,
                  struct guss_augment *how)
{
    static const enum guss_fill fills[] = {[FILL_NEAREST] = GUSS_FILL_NEAREST,
                                           [FILL_REFLECT] = GUSS_FILL_REFLECT,
                                           [FILL_ZEROS] = GUSS_FILL_ZEROS};
    enum flip_choice flip = settings->flip;
    *how = (struct guss_augment){
        .sample = picture,
        .flips_across = flip == FLIP_HORIZONTAL || flip == FLIP_BOTH,
        .flips_down = flip == FLIP_VERTICAL || flip == FLIP_BOTH,
        .shift = (int)settings->shift,
        .rotate = settings->rotate * degree,
        .zoom = settings->zoom,
        .fill = fills[settings->fill]};
    find_limits(set, &how->low, &how->high);
    how->brightness = settings->brightness * (how->high - how->low);
    return flip != FLIP_NONE || settings->shift || settings->rotate > 0.0 ||
           settings->zoom > 0.0 || settings->brightness > 0.0;
}

bool data_augment_picture(const struct guss_output *input,
                          const struct data_set *set,
                          struct guss_picture *picture)
{
    if (input && input->rank == 3) {
        *picture = (struct guss_picture){
            (int)input->shape[0], (int)input->shape[1], (int)input->shape[2]};
        return true;
    }
    bool is_row = set->rank == 1;
    return data_image_extents(set, &picture->height, &picture->width,
                              &picture->channels) &&
           !(is_row && picture->height == 1);
}
