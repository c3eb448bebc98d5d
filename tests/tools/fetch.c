/* Usage: fetch FOLDER NAME SIZE SHA256 MIRROR...
 *
 * A set of one file, fetched as `guss data fetch` fetches those that it knows:
 * tests need no file of megabytes, and no network. */
#include <curl/curl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/stop.h"
#include "compiler/fetch/fetch.h"

int main(int argc, char **argv)
{
    if (argc < 6)
        return STATUS_USAGE;
    struct known_set set = {
        .name = "test",
        .files = {{argv[2], strtoll(argv[3], NULL, 10), argv[4]}}};
    struct error error = {0};
    int n_fetched;
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK)
        return STATUS_MACHINE;
    struct arena *arena = arena_new();
    signal(SIGXFSZ, SIG_IGN); /* as guss does */
    stop_catch_signals();
    enum status status =
        fetch_set(arena, &set, (const char *const *)argv + 5, argc - 5, argv[1],
                  stderr, &n_fetched, &error);
    if (status != STATUS_OK)
        fprintf(stderr, "%s\n", error.text);
    arena_free(arena);
    curl_global_cleanup();
    return (int)status;
}
