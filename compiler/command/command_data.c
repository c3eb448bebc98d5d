/* data show: a sheet of a data set. data fetch: a known set, downloaded. */
#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/stop.h"
#include "base/text.h"
#include "compiler/command/commands.h"
#include "compiler/command/shown_set.h"
#include "compiler/compile.h"
#include "compiler/fetch/download.h"
#include "compiler/fetch/fetch.h"
#include "trainer/picture/picture.h"

enum { DEFAULT_COUNT = 100, DEFAULT_COLUMNS = 10 };

/* ---- show ---------------------------------------------------------------- */

static void put_labels(struct text *text, const struct data_set *set)
{
    int32_t least = set->labels[0], most = least;
    for (int64_t i = 1; i < set->samples.count; i++) {
        int32_t label = set->labels[i];
        least = label < least ? label : least;
        most = label > most ? label : most;
    }
    text_printf(text, ", labels %" PRId32 " to %" PRId32, least, most);
    for (int i = 0; i < set->n_classes; i++)
        text_printf(text, "%s%s", i == 0 ? ": " : ", ", set->classes[i]);
}

/* "smileys/train: 400 samples (28, 28), uint8, labels 0 to 2". Names come from
 * files: a terminal is not to obey them. */
static void print_set(struct arena *arena, const struct request *request,
                      const char *reference, const struct data_set *set)
{
    struct text text = text_new(arena);
    text_printf(&text, "%s: %" PRId64 " sample%s (", reference,
                set->samples.count, set->samples.count == 1 ? "" : "s");
    for (int i = 0; i < set->rank; i++)
        text_printf(&text, "%s%" PRId64, i == 0 ? "" : ", ", set->shape[i]);
    text_printf(&text, "), %s", set->type);
    if (set->labels)
        put_labels(&text, set);
    text_mask(text.bytes);
    printf("%s\n", text.bytes);
    if (!set->remark)
        return;
    text_mask(set->remark);
    request_say(request, MESSAGE_WARNING, set->remark);
}

static enum guss_pixels shown_as(const struct data_set *set,
                                 const float *values, size_t size)
{
    bool is_raw = set->samples.pixels == GUSS_PIXELS_RAW &&
                  set->samples.element == GUSS_F32;
    return is_raw ? sheet_pixels(values, size) : set->samples.pixels;
}

static enum status write_sheet(const struct request *request,
                               const struct shown_set *shown,
                               struct error *error)
{
    const struct data_set *set = &shown->set;
    int64_t count = request->count ? request->count : DEFAULT_COUNT;
    int64_t columns = request->columns ? request->columns : DEFAULT_COLUMNS;
    if (count > shown_set_cells(shown, columns))
        count = shown_set_cells(shown, columns);
    struct sheet sheet = {.columns = (int)columns, .count = (int)count};
    if (!data_image_extents(set, &sheet.height, &sheet.width, &sheet.channels))
        return error_set(error, STATUS_INPUT,
                         "cannot draw the samples of '%s': they are no images "
                         "of 1 or 3 channels",
                         request->operands[0]);
    size_t size = (size_t)count * (size_t)set->samples.width;
    float *values = calloc(size, sizeof *values);
    if (!values)
        return error_set(error, STATUS_MACHINE,
                         "no memory for a sheet of %" PRId64 " samples", count);
    enum status status = shown_set_draw(shown, &sheet, values, error);
    sheet.values = values;
    sheet.pixels = shown_as(set, values, size);
    if (status == STATUS_OK)
        status = sheet_write(&sheet, request->output, error);
    free(values);
    return status;
}

enum status run_data_show(struct arena *arena, const struct request *request)
{
    struct shown_set shown;
    struct error error = {0};
    const char *reference = request->operands[0];
    if (!request->output) {
        error_set(&error, STATUS_USAGE,
                  "data show wants a file to write: -o S.png");
        return report(request, &error);
    }
    if (file_is_same(request->output, reference)) {
        error_set(&error, STATUS_USAGE,
                  "'%s' is to be read, not written (choose another name with "
                  "-o)",
                  request->output);
        return report(request, &error);
    }
    if (!path_suits(request->output, ".png")) {
        error_set(&error, STATUS_USAGE,
                  "a sheet is a PNG file: -o wants one that ends in .png, not "
                  "'%s'",
                  request->output);
        return report(request, &error);
    }
    enum status status = shown_set_load(arena, request, reference, &shown);
    if (status != STATUS_OK)
        return status;
    status = write_sheet(request, &shown, &error);
    if (status == STATUS_OK)
        print_set(arena, request, reference, &shown.set);
    data_free(&shown.set);
    return status == STATUS_OK ? STATUS_OK : report(request, &error);
}

/* ---- fetch --------------------------------------------------------------- */

static enum status find_set(struct arena *arena, const char *name,
                            const struct known_set **set, struct error *error)
{
    const char *names[8];
    size_t n = known_set_names(names, sizeof names / sizeof *names);
    *set = known_set_find(name);
    if (*set)
        return STATUS_OK;
    struct text known = text_new(arena);
    for (size_t i = 0; i < n; i++)
        text_printf(&known, "%s%s", i == 0 ? "" : ", ", names[i]);
    return error_set(error, STATUS_USAGE,
                     "no known data set is named '%.60s'%s (known: %s)", name,
                     did_you_mean(arena, name, names, n), text_string(&known));
}

static enum status check_mirrors(const struct request *request,
                                 struct error *error)
{
    for (int i = 0; i < request->n_mirrors; i++)
        if (!download_takes(request->mirrors[i]))
            return error_set(error, STATUS_USAGE,
                             "--mirror wants a URL that starts with https:// "
                             "or http://, not '%.200s'",
                             request->mirrors[i]);
    return STATUS_OK;
}

static enum status find_folder(struct arena *arena, const char *name,
                               const char **folder, struct error *error)
{
    const char *user = data_user_folder(arena);
    if (!user)
        return error_set(error, STATUS_INPUT,
                         "there is no user's data folder: neither "
                         "XDG_DATA_HOME nor HOME is an absolute path");
    *folder = path_join(arena, user, name);
    return STATUS_OK;
}

static enum status fetch(struct arena *arena, const struct request *request,
                         const struct known_set *set, const char *folder,
                         struct error *error)
{
    int n_mirrors = request->n_mirrors, n_fetched;
    const char *const *mirrors = request->mirrors;
    if (n_mirrors == 0) {
        mirrors = set->mirrors;
        while (n_mirrors < MAX_KNOWN_MIRRORS && mirrors[n_mirrors])
            n_mirrors++;
    }
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return error_set(error, STATUS_MACHINE, "cannot start libcurl");
    stop_catch_signals();
    enum status status = fetch_set(arena, set, mirrors, n_mirrors, folder,
                                   stderr, &n_fetched, error);
    curl_global_cleanup();
    if (status == STATUS_OK)
        printf("%s is %sin %s\n", set->name, n_fetched ? "" : "already ",
               text_shown(arena, folder));
    return status;
}

enum status run_data_fetch(struct arena *arena, const struct request *request)
{
    const struct known_set *set = NULL;
    const char *folder = NULL;
    struct error error = {0};
    if (find_set(arena, request->operands[0], &set, &error) ||
        check_mirrors(request, &error) ||
        find_folder(arena, set->name, &folder, &error) ||
        fetch(arena, request, set, folder, &error))
        return report(request, &error);
    return STATUS_OK;
}
