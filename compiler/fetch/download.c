/* Downloading with libcurl: bytes are written to a temporary file and summed
 * as they come; the file appears when its length and SHA-256 are right. */
#include "compiler/fetch/download.h"

#include <curl/curl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/checksum.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/stop.h"
#include "base/terminal.h"
#include "trainer/training/progress.h"

enum { BAR_WIDTH = 20 };

static const double redraw_seconds = 0.1;

struct transfer {
    const char *url;
    const struct known_file *file;
    struct file_writer *writer; /* owned until it is committed */
    struct checksum checksum;
    int64_t received;
    bool is_live; /* standard error is a terminal */
    double drawn; /* when the line was drawn last */
    struct error *error;
    char problem[CURL_ERROR_SIZE];
};

static bool starts_with(const char *url, const char *scheme)
{
    return strncasecmp(url, scheme, strlen(scheme)) == 0;
}

bool download_takes(const char *url)
{
    return starts_with(url, "https://") || starts_with(url, "http://");
}

/* ---- what libcurl calls -------------------------------------------------- */

/* Anything but `count` stops the transfer. */
static size_t take_bytes(char *bytes, size_t size, size_t count, void *user)
{
    struct transfer *transfer = user;
    size *= count;
    transfer->received += (int64_t)size;
    if (transfer->received > transfer->file->size) {
        error_set(transfer->error, STATUS_INPUT,
                  "%s: more than the %" PRId64 " bytes that are wanted",
                  transfer->url, transfer->file->size);
        return 0;
    }
    checksum_add(&transfer->checksum, bytes, size);
    if (file_writer_put(transfer->writer, bytes, size, transfer->error))
        return 0;
    return size;
}

static void draw_line(struct transfer *transfer)
{
    char bar[BAR_WIDTH + 3], line[256], received[32], size[32];
    double part = (double)transfer->received / (double)transfer->file->size;
    double now = clock_seconds();
    if (!transfer->is_live || now - transfer->drawn < redraw_seconds)
        return;
    progress_bar(bar, BAR_WIDTH, part);
    progress_quantity(received, sizeof received, (double)transfer->received);
    progress_quantity(size, sizeof size, (double)transfer->file->size);
    snprintf(line, sizeof line, "%s %s %3.0f%%  %s of %s bytes",
             transfer->file->name, bar, 100.0 * part, received, size);
    fprintf(stderr, "\r%.*s\033[K", terminal_width(STDERR_FILENO) - 1, line);
    fflush(stderr);
    transfer->drawn = now;
}

/* Called again and again, also while nothing comes; not 0 stops. */
static int watch(void *user, curl_off_t total, curl_off_t now,
                 curl_off_t upload_total, curl_off_t upload_now)
{
    (void)total;
    (void)now;
    (void)upload_total;
    (void)upload_now;
    draw_line(user);
    return stop_requested() != STATUS_OK;
}

/* ---- one transfer -------------------------------------------------------- */

static bool set_limits(CURL *curl, const struct transfer *transfer)
{
    const char *schemes =
        starts_with(transfer->url, "https://") ? "https" : "http,https";
    return curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, schemes) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, schemes) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_MAXREDIRS, 5L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, 30L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_TIMEOUT, 3600L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, 1000L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, 30L) == CURLE_OK;
}

static bool set_up(CURL *curl, struct transfer *transfer)
{
    return set_limits(curl, transfer) &&
           curl_easy_setopt(curl, CURLOPT_URL, transfer->url) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_USERAGENT, "guss/" GUSS_VERSION) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, transfer->problem) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_bytes) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_WRITEDATA, transfer) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, watch) ==
               CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_XFERINFODATA, transfer) == CURLE_OK &&
           curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L) == CURLE_OK;
}

/* What kept the transfer from its end. */
static enum status explain(CURL *curl, CURLcode code, struct transfer *transfer)
{
    long answer = 0;
    if (transfer->error->status != STATUS_OK)
        return transfer->error->status;
    if (stop_requested() != STATUS_OK)
        return error_set(transfer->error, stop_requested(), "stopped");
    if (code == CURLE_OUT_OF_MEMORY)
        return error_set(transfer->error, STATUS_MACHINE,
                         "no memory to download '%s'", transfer->url);
    if (code == CURLE_HTTP_RETURNED_ERROR &&
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &answer) == CURLE_OK)
        return error_set(transfer->error, STATUS_INPUT,
                         "%s: the server answers with status %ld",
                         transfer->url, answer);
    return error_set(transfer->error, STATUS_INPUT, "%s: %s", transfer->url,
                     transfer->problem[0] ? transfer->problem
                                          : curl_easy_strerror(code));
}

static enum status check_received(struct transfer *transfer)
{
    char found[CHECKSUM_TEXT];
    const struct known_file *file = transfer->file;
    if (transfer->received != file->size)
        return error_set(transfer->error, STATUS_INPUT,
                         "%s: %" PRId64 " bytes, but %" PRId64 " are wanted",
                         transfer->url, transfer->received, file->size);
    checksum_finish(&transfer->checksum, found);
    if (strcmp(found, file->sha256) != 0)
        return error_set(transfer->error, STATUS_INPUT,
                         "%s: not the file that is wanted: its SHA-256 is %s, "
                         "not %s",
                         transfer->url, found, file->sha256);
    return STATUS_OK;
}

static enum status perform(struct transfer *transfer)
{
    CURL *curl = curl_easy_init();
    if (!curl || !set_up(curl, transfer)) {
        curl_easy_cleanup(curl);
        return error_set(transfer->error, STATUS_MACHINE,
                         "cannot set up libcurl to download '%s'",
                         transfer->url);
    }
    CURLcode code = curl_easy_perform(curl);
    enum status status = code == CURLE_OK ? check_received(transfer)
                                          : explain(curl, code, transfer);
    curl_easy_cleanup(curl);
    if (transfer->drawn > 0.0)
        fputs("\r\033[K", stderr);
    return status;
}

enum status download_file(const char *url, const struct known_file *file,
                          const char *path, struct error *error)
{
    struct transfer transfer = {.url = url,
                                .file = file,
                                .is_live = terminal_is_smart(STDERR_FILENO),
                                .error = error};
    *error = (struct error){0};
    checksum_start(&transfer.checksum);
    enum status status = file_writer_open(&transfer.writer, path, error);
    if (status != STATUS_OK)
        return status;
    status = perform(&transfer);
    if (status == STATUS_OK)
        return file_writer_commit(transfer.writer, error);
    file_writer_abandon(transfer.writer);
    return status;
}
