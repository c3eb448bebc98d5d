#define _DEFAULT_SOURCE /* reallocarray() */

#include "trainer/inference/sorting.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/waiting_line.h"
#include "trainer/inference/generation.h"
#include "trainer/session/network.h"

/* Images that are drawn and judged at once. */
enum { PIECE = 256 };

struct work {
    struct session *session;
    struct judge *judge;
    const struct sorting *sorting;
    struct sorted *sorted;
    float *piece;  /* owned: PIECE images */
    float *errors; /* owned: theirs, where an opinion is asked */
};

enum acceptance sorting_accepts(const struct sorting *sorting, float confidence,
                                float error)
{
    if (!isfinite(confidence) || (double)confidence < sorting->least_confidence)
        return TURNED_AWAY_UNSURE;
    return sorting->opinion && !opinion_is_usual(sorting->opinion, error)
               ? TURNED_AWAY_UNUSUAL
               : ACCEPTED;
}

static enum status fail_memory(struct error *error)
{
    return error_set(error, STATUS_MACHINE, "out of memory: sorted images");
}

/* ---- how many ------------------------------------------------------------ */

/* Vectors are numbered by an int; those of a file would come again. */
static int64_t most_tries(const struct work *work)
{
    const struct sorting *sorting = work->sorting;
    int64_t most = INT_MAX;
    if (sorting->per_class == 0)
        return sorting->count;
    if (sorting->source->distribution == GUSS_LATENT_FILE)
        most = sorting->source->count;
    int64_t each = SORTING_TRIES * sorting->per_class;
    int64_t classes = work->sorted->classes.count;
    return each < most / classes ? each * classes : most;
}

/* The class with the fewest images; -1 where none lacks any. */
static int find_lacking(const struct work *work)
{
    const struct sorted *sorted = work->sorted;
    int lacking = -1;
    int64_t least = work->sorting->per_class;
    for (int i = 0; i < sorted->classes.count; i++)
        if (sorted->kept_of[i] < least) {
            least = sorted->kept_of[i];
            lacking = i;
        }
    return lacking;
}

static bool is_done(const struct work *work)
{
    return work->sorting->per_class > 0 && find_lacking(work) < 0;
}

/* ---- keeping ------------------------------------------------------------- */

static enum status make_room(struct sorted *sorted, struct error *error)
{
    if (sorted->count < sorted->capacity)
        return STATUS_OK;
    size_t capacity = (size_t)sorted->capacity * 2 + PIECE;
    size_t size = (size_t)sorted->size * sizeof(float);
    void *values = reallocarray(sorted->values, capacity, size);
    if (!values)
        return fail_memory(error);
    sorted->values = values;
    void *images =
        reallocarray(sorted->images, capacity, sizeof *sorted->images);
    if (!images)
        return fail_memory(error);
    sorted->images = images;
    sorted->capacity = (int64_t)capacity;
    return STATUS_OK;
}

static enum status keep(struct work *work, const struct sorted_image *image,
                        const float *values)
{
    struct sorted *sorted = work->sorted;
    enum status status = make_room(sorted, &work->session->error);
    if (status != STATUS_OK)
        return status;
    memcpy(sorted->values + sorted->count * sorted->size, values,
           (size_t)sorted->size * sizeof *values);
    sorted->images[sorted->count++] = *image;
    sorted->kept_of[image->class]++;
    return STATUS_OK;
}

/* What is not wanted for its class is turned away by nobody. */
static enum status try_image(struct work *work,
                             const struct sorted_image *image, float error,
                             const float *values)
{
    struct sorted *sorted = work->sorted;
    int64_t wanted = work->sorting->per_class;
    sorted->tried++;
    sorted->tried_of[image->class]++;
    if (wanted > 0 && sorted->kept_of[image->class] >= wanted)
        return STATUS_OK;
    switch (sorting_accepts(work->sorting, image->confidence, error)) {
    case ACCEPTED:
        return keep(work, image, values);
    case TURNED_AWAY_UNSURE:
        sorted->unsure++;
        break;
    case TURNED_AWAY_UNUSUAL:
        sorted->unusual++;
        break;
    }
    return STATUS_OK;
}

static enum status ask_opinion(struct work *work,
                               const struct guss_samples *samples)
{
    struct opinion *opinion = work->sorting->opinion;
    if (!opinion)
        return STATUS_OK;
    enum status status =
        opinion_errors(opinion, samples, NULL, samples->count, work->errors);
    if (status != STATUS_OK)
        work->session->error = opinion->session.error;
    return status;
}

static enum status try_piece(struct work *work, int64_t count)
{
    struct sorted *sorted = work->sorted;
    int64_t first = sorted->tried;
    const struct guss_samples samples = {.values = work->piece,
                                         .element = GUSS_F32,
                                         .pixels = GUSS_PIXELS_RAW,
                                         .count = count,
                                         .width = sorted->size};
    struct judgement judgement;
    enum status status = judge_samples(work->judge, &samples, &judgement);
    if (status != STATUS_OK) {
        work->session->error = work->judge->session.error;
        return status;
    }
    status = ask_opinion(work, &samples);
    for (int64_t i = 0; i < count && status == STATUS_OK && !is_done(work); i++)
        status =
            try_image(work,
                      &(struct sorted_image){first + i, judgement.classes[i],
                                             judgement.confidences[i]},
                      work->errors[i], work->piece + i * sorted->size);
    judgement_free(&judgement);
    return status;
}

/* ---- waiting ------------------------------------------------------------- */

static void tell_tries(const struct work *work, struct waiting_line *line)
{
    const struct sorting *sorting = work->sorting;
    char text[64];
    int length = snprintf(text, sizeof text, "sorting %2d%%",
                          (int)(100 * work->sorted->tried / sorting->count));
    waiting_line_draw(line, text, length);
}

/* "sorting: 9812 of 10000 kept; '8' has 812 after 1200000 tries" */
static void tell_kept(const struct work *work, int lacking,
                      struct waiting_line *line)
{
    const struct sorted *sorted = work->sorted;
    char text[256];
    int64_t wanted = work->sorting->per_class * sorted->classes.count;
    int brief = snprintf(text, sizeof text, "sorting: %lld of %lld kept",
                         (long long)sorted->count, (long long)wanted);
    snprintf(text + brief, sizeof text - (size_t)brief,
             "; '%.80s' has %lld after %lld tries",
             sorted->classes.names[lacking],
             (long long)sorted->kept_of[lacking], (long long)sorted->tried);
    waiting_line_draw(line, text, brief);
}

static void tell(const struct work *work, struct waiting_line *line)
{
    if (!waiting_line_is_due(line))
        return;
    int lacking = find_lacking(work);
    if (lacking >= 0)
        tell_kept(work, lacking, line);
    else if (work->sorting->per_class == 0)
        tell_tries(work, line);
}

/* ---- all of it ----------------------------------------------------------- */

static enum status check_kept(const struct work *work)
{
    struct session *session = work->session;
    const struct sorted *sorted = work->sorted;
    int lacking = find_lacking(work);
    if (lacking >= 0)
        return error_set(
            &session->error, STATUS_INPUT,
            "class '%s' has %lld of %lld images after %lld tries; take a lower "
            "--accept or --per-class, or train the generator further",
            text_shown(session->arena, sorted->classes.names[lacking]),
            (long long)sorted->kept_of[lacking],
            (long long)work->sorting->per_class, (long long)sorted->tried);
    if (sorted->count > 0)
        return STATUS_OK;
    return error_set(&session->error, STATUS_INPUT,
                     "none of %lld images is accepted; take a lower --accept "
                     "or a greater --count, or train the generator further",
                     (long long)sorted->tried);
}

static enum status run(struct work *work)
{
    struct session *session = work->session;
    const struct sorting *sorting = work->sorting;
    const struct sorted *sorted = work->sorted;
    int64_t most = most_tries(work);
    enum status status = STATUS_OK;
    struct waiting_line line;
    waiting_line_start(&line);
    while (status == STATUS_OK && sorted->tried < most && !is_done(work)) {
        int64_t left = most - sorted->tried;
        int64_t count = left < PIECE ? left : PIECE;
        status =
            generation_draw(session, sorting->route, sorting->source,
                            sorting->seed, sorted->tried, count, work->piece);
        if (status == STATUS_OK)
            status = try_piece(work, count);
        tell(work, &line);
    }
    waiting_line_end(&line);
    return status == STATUS_OK ? check_kept(work) : status;
}

enum status sorting_run(struct session *session, struct judge *judge,
                        const struct sorting *sorting, struct sorted *sorted)
{
    struct arena *arena = session->arena;
    const struct guss_network *network = sorting->route->network;
    size_t classes = (size_t)judge->classes.count;
    *sorted = (struct sorted){
        .classes = judge->classes,
        .size = output_elements(network_result(network)),
        .has_opinion = sorting->opinion != NULL,
        .tried_of = arena_alloc(arena, classes, sizeof(int64_t)),
        .kept_of = arena_alloc(arena, classes, sizeof(int64_t))};
    memset(sorted->tried_of, 0, classes * sizeof(int64_t));
    memset(sorted->kept_of, 0, classes * sizeof(int64_t));
    struct work work = {.session = session,
                        .judge = judge,
                        .sorting = sorting,
                        .sorted = sorted,
                        .piece = generation_alloc(session, network, PIECE),
                        .errors = calloc(PIECE, sizeof *work.errors)};
    enum status status = session->error.status;
    if (work.piece)
        status = work.errors ? run(&work) : fail_memory(&session->error);
    free(work.piece);
    free(work.errors);
    if (status != STATUS_OK)
        sorted_free(sorted);
    return status;
}

void sorted_free(struct sorted *sorted)
{
    free(sorted->images);
    free(sorted->values);
    sorted->images = NULL;
    sorted->values = NULL;
}

/* ---- order and text ------------------------------------------------------ */

enum status sorted_by_class(struct sorted *sorted, struct error *error)
{
    size_t size = (size_t)sorted->size;
    float *values = calloc((size_t)sorted->count + 1, size * sizeof *values);
    struct sorted_image *images =
        calloc((size_t)sorted->count + 1, sizeof *images);
    if (!values || !images) {
        free(values);
        free(images);
        return fail_memory(error);
    }
    size_t n = 0;
    for (int32_t of = 0; of < sorted->classes.count; of++)
        for (int64_t i = 0; i < sorted->count; i++)
            if (sorted->images[i].class == of) {
                memcpy(values + n * size, sorted->values + (size_t)i * size,
                       size * sizeof *values);
                images[n++] = sorted->images[i];
            }
    sorted_free(sorted);
    sorted->values = values;
    sorted->images = images;
    return STATUS_OK;
}

/* "1,371" */
static void put_grouped(struct text *text, int64_t number)
{
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)number);
    for (int i = 0; i < length; i++)
        text_printf(text, "%s%c", i > 0 && (length - i) % 3 == 0 ? "," : "",
                    digits[i]);
}

const char *sorted_text(struct arena *arena, const struct sorted *sorted)
{
    struct text text = text_new(arena);
    text_puts(&text, "kept ");
    put_grouped(&text, sorted->count);
    text_puts(&text, " of ");
    put_grouped(&text, sorted->tried);
    text_puts(&text, "; tries by class: ");
    for (int i = 0; i < sorted->classes.count; i++) {
        text_puts(&text, i ? ", " : "");
        text_put_shown(&text, sorted->classes.names[i]);
        text_puts(&text, " ");
        put_grouped(&text, sorted->tried_of[i]);
    }
    if (sorted->has_opinion) {
        text_puts(&text, "; turned away: ");
        put_grouped(&text, sorted->unsure);
        text_puts(&text, " by the judge, ");
        put_grouped(&text, sorted->unusual);
        text_puts(&text, " more by the autoencoder");
    }
    return text_string(&text);
}
