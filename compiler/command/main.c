/* guss: from a network's description to an executable. This file is the list
 * of commands; compile.c is the line that they walk along. */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/unfinished.h"
#include "compiler/command/commands.h"
#include "compiler/command/completion.h"
#include "compiler/request/options.h"

static const struct command_rules commands[] = {
    {"check", "FILE.nn…", "say what is wrong in files; silent when right", 1,
     -1, 1u << REQUEST_DEFINE, run_check},
    {"summary", "FILE.nn", "print the tables of a file's networks", 1, 1,
     1u << REQUEST_DEFINE | 1u << REQUEST_NETWORK | 1u << REQUEST_FORMAT,
     run_summary},
    {"diff", "FILE.nn TABLE.txt", "hold a file's networks to published tables",
     2, 2, 1u << REQUEST_DEFINE | 1u << REQUEST_NETWORK, run_diff},
    {"fmt", "FILE.nn…", "put files into the one layout", 1, -1,
     1u << REQUEST_IN_PLACE | 1u << REQUEST_CHECK, run_fmt},
    {"graph", "FILE.nn [SCHEDULE.yaml]",
     "draw networks, or what a schedule trains", 1, 2,
     1u << REQUEST_DEFINE | 1u << REQUEST_OUTPUT | 1u << REQUEST_NETWORK,
     run_graph},
    {"emit", "FILE.nn [SCHEDULE.yaml]", "write the C and a build file", 1, 2,
     1u << REQUEST_DEFINE | 1u << REQUEST_OUTPUT | 1u << REQUEST_DUMP |
         1u << REQUEST_TARGET | 1u << REQUEST_REAL | 1u << REQUEST_BUDGET,
     run_emit},
    {"build", "FILE.nn [SCHEDULE.yaml]", "make an executable", 1, 2,
     1u << REQUEST_DEFINE | 1u << REQUEST_OUTPUT | 1u << REQUEST_KEEP |
         1u << REQUEST_TARGET | 1u << REQUEST_BUDGET | 1u << REQUEST_VERBOSE,
     run_build},
    {"train", "FILE.nn SCHEDULE.yaml | DIR", "build, and train", 0, 2,
     1u << REQUEST_DEFINE | 1u << REQUEST_TARGET | 1u << REQUEST_BUDGET |
         1u << REQUEST_VERBOSE | 1u << REQUEST_FORWARDED,
     run_train},
    {"verify", "DIR", "train as a run did, compare what comes of it", 1, 1,
     1u << REQUEST_DATA | 1u << REQUEST_THREADS, run_verify},
    {"data show", "REF", "draw a sheet of a data set", 1, 1,
     1u << REQUEST_OUTPUT | 1u << REQUEST_DATA | 1u << REQUEST_PIXELS |
         1u << REQUEST_AUGMENT | 1u << REQUEST_COUNT | 1u << REQUEST_COLUMNS,
     run_data_show},
    {"data fetch", "NAME", "download a known data set: mnist", 1, 1,
     1u << REQUEST_MIRROR, run_data_fetch},
    {"completion", "SHELL", "print what makes a shell complete guss", 1, 1, 0,
     run_completion},
    {0},
};

/* Behind what says what was wrong with a command line. */
static void say_where_help_is(const struct request *request)
{
    const char *topic =
        request->command ? request->command->name : request->group;
    fprintf(stderr, "try: guss %s%s--help\n", topic ? topic : "",
            topic ? " " : "");
}

static enum status run(struct arena *arena, int argc, char **argv)
{
    struct request request;
    struct error error = {0};
    enum status status =
        request_read(arena, commands, argc, argv, &request, &error);
    if (status != STATUS_OK)
        request_say(&request, MESSAGE_ERROR, error.text);
    else if (request.help)
        request_help(arena, &request, commands, stdout);
    else if (request.version)
        printf("guss %s\n", GUSS_VERSION);
    else
        status = request.command->run(arena, &request);
    if (status == STATUS_USAGE)
        say_where_help_is(&request);
    return status;
}

/* A result that could not be written is the machine's failure. */
static enum status finish(enum status status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    message_print(MESSAGE_ERROR, false, "cannot write to standard output");
    return STATUS_MACHINE;
}

int main(int argc, char **argv)
{
    file_hold_standard();
    unfinished_remove_at_end();
    /* without memory it would leave out parts of texts, in silence */
    json_set_alloc_funcs(memory_alloc, free);
    /* a full disk is then an error to report, not the end */
    signal(SIGXFSZ, SIG_IGN);
    struct arena *arena = arena_new();
    enum status status = STATUS_OK;
    if (argc > 1 && strcmp(argv[1], "--complete") == 0)
        complete(arena, commands, argc - 2, argv + 2, stdout);
    else
        status = run(arena, argc, argv);
    status = finish(status);
    arena_free(arena);
    return (int)status;
}
