#include "compiler/command/shown_set.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diag.h"
#include "base/source.h"
#include "base/terminal.h"
#include "compiler/compile.h"
#include "trainer/data/data_augment.h"
#include "trainer/inference/forward.h"

/* ---- reading ------------------------------------------------------------- */

static enum pixels_choice pixels_choice(const char *word)
{
    for (int i = PIXELS_RAW; word && i <= PIXELS_BINARY; i++)
        if (strcmp(pixels_word((enum pixels_choice)i), word) == 0)
            return (enum pixels_choice)i;
    return PIXELS_DEFAULT;
}

static enum status finish(const struct request *request, struct diags *diags)
{
    bool failed = diags_failed(diags);
    diags_print(diags, stderr,
                terminal_wants_colour(request->colour, STDERR_FILENO));
    return failed ? STATUS_INPUT : STATUS_OK;
}

/* The mapping in words, with braces or without. */
static enum status read_mapping(struct arena *arena,
                                const struct request *request,
                                struct schedule *schedule)
{
    const char *text = request->augment;
    if (text[strspn(text, " ")] != '{')
        text = arena_printf(arena, "{%s}", text);
    struct diags *diags = diags_new(arena);
    schedule_read_augment(
        arena, source_from_text(arena, "--augment", text, strlen(text)),
        &schedule->data.augment, diags);
    schedule->seed = 1;
    return finish(request, diags);
}

static enum status read_file(struct arena *arena, const struct request *request,
                             struct schedule *schedule)
{
    struct error error = {0};
    struct diags *diags = diags_new(arena);
    const struct source *source =
        source_read_given(arena, request->augment, SCHEDULE_MAX_BYTES, &error);
    if (!source)
        return report(request, &error);
    schedule_read(arena, source, NULL, 0, NULL, schedule, diags);
    return finish(request, diags);
}

static enum status read_augment(struct arena *arena,
                                const struct request *request,
                                struct schedule *schedule)
{
    *schedule = (struct schedule){0};
    if (!request->augment)
        return STATUS_OK;
    return strchr(request->augment, ':')
               ? read_mapping(arena, request, schedule)
               : read_file(arena, request, schedule);
}

/* ---- what is done to it -------------------------------------------------- */

static bool take_augment(const struct shown_set *shown,
                         struct guss_augment *augment)
{
    struct guss_picture picture;
    return data_augment_picture(NULL, &shown->set, &picture) &&
           data_augment(&shown->schedule.data.augment, picture, &shown->set,
                        augment);
}

/* In the words of training, which has a schedule to point to. */
static enum status check_augment(const struct request *request,
                                 const char *reference, struct shown_set *shown,
                                 struct error *error)
{
    struct guss_augment augment;
    struct guss_picture picture;
    if (!request->augment)
        return STATUS_OK;
    if (!data_augment_picture(NULL, &shown->set, &picture))
        return error_set(error, STATUS_INPUT,
                         "--augment is for pictures, and the samples of '%s' "
                         "are none",
                         reference);
    shown->is_augmented = take_augment(shown, &augment);
    if (!shown->is_augmented)
        return error_set(error, STATUS_INPUT,
                         "'%s' says nothing of data.augment that would change "
                         "a picture",
                         request->augment);
    int least = picture.height < picture.width ? picture.height : picture.width;
    if (augment.shift < least)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "'data.augment.shift' must be less than a side of the "
                     "pictures, which are %d x %d, not %d",
                     picture.height, picture.width, augment.shift);
}

enum status shown_set_load(struct arena *arena, const struct request *request,
                           const char *reference, struct shown_set *shown)
{
    *shown = (struct shown_set){0};
    enum status status = read_augment(arena, request, &shown->schedule);
    if (status != STATUS_OK)
        return status;
    const struct schedule *schedule = &shown->schedule;
    struct error error = {0};
    struct data_options options = {
        .folder = request->data,
        .pixels = request->pixels ? pixels_choice(request->pixels)
                                  : schedule->data.pixels,
        .fit = schedule->data.fit};
    if (schedule->data.size.n == 2) {
        options.height = schedule->data.size.values[0];
        options.width = schedule->data.size.values[1];
    }
    if (data_load(reference, &options, &shown->set, &error))
        return report(request, &error);
    if (check_augment(request, reference, shown, &error) == STATUS_OK)
        return STATUS_OK;
    data_free(&shown->set);
    return report(request, &error);
}

/* ---- drawing ------------------------------------------------------------- */

int64_t shown_set_cells(const struct shown_set *shown, int64_t columns)
{
    int64_t count = shown->set.samples.count;
    if (!shown->is_augmented)
        return count;
    return count > INT32_MAX / columns ? INT32_MAX : count * columns;
}

static void draw_augmented(const struct shown_set *shown,
                           const struct sheet *sheet, struct guss_batch *batch,
                           float *values)
{
    size_t width = (size_t)shown->set.samples.width;
    int originals = sheet->columns > 1;
    for (int i = 0; i < sheet->count; i++, values += width) {
        int column = i % sheet->columns;
        uint32_t sample = (uint32_t)(i / sheet->columns);
        batch->order = &sample;
        batch->update = (uint64_t)(column - originals);
        if (column < originals)
            forward_convert(&shown->set.samples, sample, values);
        else
            memcpy(values, guss_augment_sample(batch, 0),
                   width * sizeof *values);
    }
}

enum status shown_set_draw(const struct shown_set *shown,
                           const struct sheet *sheet, float *values,
                           struct error *error)
{
    const struct guss_samples *samples = &shown->set.samples;
    struct guss_augment augment;
    if (!shown->is_augmented) {
        for (int i = 0; i < sheet->count; i++)
            forward_convert(samples, i, values + i * samples->width);
        return STATUS_OK;
    }
    take_augment(shown, &augment);
    size_t numbers = guss_augment_numbers(&augment);
    struct guss_batch batch = {.samples = samples,
                               .count = 1,
                               .seed = shown->schedule.seed,
                               .augment = &augment,
                               .scratch = calloc(numbers, sizeof(float))};
    if (!batch.scratch)
        return error_set(error, STATUS_MACHINE,
                         "out of memory: a picture of %zu numbers", numbers);
    draw_augmented(shown, sheet, &batch, values);
    free(batch.scratch);
    return STATUS_OK;
}
