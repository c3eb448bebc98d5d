/* The values of a set, looked at once: what they go from and to, and whether all
 * of them are finite numbers. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "trainer/data/data_reader.h"

/* ---- values that are no numbers ------------------------------------------ */

struct damage {
    int64_t values, samples; /* that are, or have, no finite numbers */
    int64_t first;           /* the first such value, of the whole set */
};

/* 1 for NaN and infinities. A comparison of bits, which becomes a vector's. */
static uint32_t is_damaged(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (bits & 0x7f800000u) == 0x7f800000u;
}

/* Of samples first .. last - 1. */
static void find_damage(const struct guss_samples *samples, int64_t first,
                        int64_t last, struct damage *damage)
{
    const float *values = samples->values;
    for (int64_t n = first; n < last; n++) {
        const float *sample = values + n * samples->width;
        int64_t count = 0;
        for (int64_t i = 0; i < samples->width; i++)
            count += is_damaged(sample[i]);
        for (int64_t i = 0; damage->first < 0 && count && i < samples->width;
             i++)
            if (is_damaged(sample[i]))
                damage->first = n * samples->width + i;
        damage->values += count;
        damage->samples += count > 0;
    }
}

/* "(2, 0, 5)", of a value within its sample */
static void put_place(struct text *text, const struct data_set *set, int64_t at)
{
    int64_t below = set->samples.width;
    text_puts(text, "(");
    for (int i = 0; i < set->rank; i++) {
        below /= set->shape[i];
        text_printf(text, "%s%" PRId64, i ? ", " : "", at / below);
        at %= below;
    }
    text_puts(text, ")");
}

/* "NaN", or "1e+300, too large for float32," */
static const char *damage_text(struct arena *arena, const struct data_set *set,
                               int64_t at)
{
    float value = ((const float *)set->samples.values)[at];
    if (set->too_large != 0.0 && set->too_large_at == at)
        return arena_printf(arena, "%.9g, too large for float32,",
                            set->too_large);
    return isnan(value) ? "NaN" : value < 0 ? "-infinity" : "infinity";
}

static enum status fail_damage(const struct data_set *set,
                               const char *reference,
                               const struct damage *damage, struct error *error)
{
    struct arena *arena = arena_new();
    struct text text = text_new(arena);
    int64_t width = set->samples.width;
    text_printf(&text, "sample %" PRId64 " of '%s' has %s at ",
                damage->first / width, reference,
                damage_text(arena, set, damage->first));
    put_place(&text, set, damage->first % width);
    text_puts(&text, ", counted from 0");
    if (damage->values > 1)
        text_printf(&text,
                    "; %" PRId64 " values in %" PRId64
                    " sample%s are not finite numbers%s",
                    damage->values, damage->samples,
                    damage->samples == 1 ? "" : "s",
                    set->too_large != 0.0 ? " of float32" : "");
    enum status status =
        error_set(error, STATUS_INPUT, "%s", text_string(&text));
    arena_free(arena);
    return status;
}

/* ---- ranges -------------------------------------------------------------- */

static void find_range_u8(const uint8_t *values, int64_t count,
                          struct data_set *set)
{
    uint8_t low = values[0], high = values[0];
    for (int64_t i = 0; i < count; i++) {
        low = values[i] < low ? values[i] : low;
        high = values[i] > high ? values[i] : high;
    }
    set->low = fmin(set->low, low);
    set->high = fmax(set->high, high);
}

static void find_range_f32(const float *values, int64_t count,
                           struct data_set *set)
{
    float low = values[0], high = values[0];
    for (int64_t i = 0; i < count; i++) {
        low = values[i] < low ? values[i] : low;
        high = values[i] > high ? values[i] : high;
    }
    set->low = fmin(set->low, (double)low);
    set->high = fmax(set->high, (double)high);
}

/* ---- all of it ----------------------------------------------------------- */

/* True where the rest of the values can tell nothing new. */
static bool is_all_known(const struct data_set *set)
{
    return set->samples.element == GUSS_U8 && set->low <= 0.0 &&
           set->high >= 255.0;
}

static void scan_part(struct data_set *set, int64_t first, int64_t last,
                      struct damage *damage)
{
    const struct guss_samples *samples = &set->samples;
    int64_t from = first * samples->width;
    int64_t count = (last - first) * samples->width;
    if (samples->element == GUSS_U8) {
        find_range_u8((const uint8_t *)samples->values + from, count, set);
        return;
    }
    find_damage(samples, first, last, damage);
    find_range_f32((const float *)samples->values + from, count, set);
}

/* Some samples at a time: those of a file that is mapped need not stay. */
enum status data_scan(struct data_set *set, const char *reference,
                      struct error *error)
{
    enum { PART_VALUES = 1 << 20 };
    const struct guss_samples *samples = &set->samples;
    int64_t some =
        samples->width < PART_VALUES ? PART_VALUES / samples->width : 1;
    struct damage damage = {0, 0, -1};
    set->low = HUGE_VAL;
    set->high = -HUGE_VAL;
    for (int64_t n = 0; n < samples->count && !is_all_known(set); n += some) {
        int64_t last = samples->count - n < some ? samples->count : n + some;
        scan_part(set, n, last, &damage);
        if (set->mapping)
            sample_mapping_forget(set->mapping);
    }
    return damage.values > 0 ? fail_damage(set, reference, &damage, error)
                             : STATUS_OK;
}

/* ---- as a network gets them ---------------------------------------------- */

enum guss_pixels data_pixels(enum pixels_choice choice,
                             enum guss_element element)
{
    static const enum guss_pixels meanings[] = {
        [PIXELS_DEFAULT] = GUSS_PIXELS_UNIT,
        [PIXELS_RAW] = GUSS_PIXELS_RAW,
        [PIXELS_UNIT] = GUSS_PIXELS_UNIT,
        [PIXELS_SIGNED] = GUSS_PIXELS_SIGNED,
        [PIXELS_BINARY] = GUSS_PIXELS_BINARY};
    return element == GUSS_U8 ? meanings[choice] : GUSS_PIXELS_RAW;
}

void data_range(const struct data_set *set, double *low, double *high)
{
    *low = set->low;
    *high = set->high;
    switch (set->samples.pixels) {
    case GUSS_PIXELS_UNIT:
        *low /= 255.0;
        *high /= 255.0;
        break;
    case GUSS_PIXELS_SIGNED:
        *low = *low / 127.5 - 1.0;
        *high = *high / 127.5 - 1.0;
        break;
    case GUSS_PIXELS_BINARY: /* only 255 becomes 0 */
        *high = set->low < 255.0 ? 1.0 : 0.0;
        *low = set->high < 255.0 ? 1.0 : 0.0;
        break;
    case GUSS_PIXELS_RAW:
        break;
    }
}
