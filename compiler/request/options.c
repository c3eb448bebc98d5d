/* The table of options. */
#include "compiler/request/options.h"

#include <stddef.h>

#include "compiler/request/request.h"

const struct option_facts option_facts[] = {
    {OPTION_OUTPUT, "output", 'o', "PATH", "where to write", NULL},
    {OPTION_DEFINE, "define", 'D', "NAME=VALUE", "replace a const of the file",
     NULL},
    {OPTION_NETWORK, "network", 0, "NAME", "this network only", NULL},
    {OPTION_FORMAT, "format", 0, "FORMAT", NULL,
     "keras, wide, markdown or json"},
    {OPTION_KEEP, "keep", 0, "DIR", "keep the emitted C there", NULL},
    {OPTION_DUMP, "dump", 0, "STAGE", "print a stage instead",
     "ast, graph or plan"},
    {OPTION_TARGET, "target", 0, "NAME", NULL,
     "native, x86-64-v2, x86-64-v3, x86-64-v4 or generic"},
    {OPTION_REAL, "real", 0, "TYPE", "double is for gradient checks",
     "float or double"},
    {OPTION_BUDGET, "budget", 0, "SIZE", "refuse to take more memory: 4MiB",
     NULL},
    {OPTION_IN_PLACE, "in-place", 'i', NULL, "rewrite the files", NULL},
    {OPTION_CHECK, "check", 0, NULL,
     "name the files that are not in the layout", NULL},
    {OPTION_DATA, "data", 0, "DIR", "look for data here first", NULL},
    {OPTION_PIXELS, "pixels", 0, "KIND", NULL, "raw, unit, signed or binary"},
    {OPTION_COUNT, "count", 0, "N", "so many samples; 100", NULL},
    {OPTION_COLUMNS, "columns", 0, "N", "so many in a row; 10", NULL},
    {OPTION_MIRROR, "mirror", 0, "URL",
     "download from this folder; several: in turn", NULL},
    {OPTION_THREADS, "threads", 0, "N", "threads to train with", NULL},
    {OPTION_VERBOSE, "verbose", 'v', NULL, "say what is planned and run", NULL},
    {OPTION_FORWARDED, "out", 0, "DIR", "the run folder, new or empty", NULL},
    {OPTION_FORWARDED, "resume", 0, "DIR", "go on with a run; needs no files",
     NULL},
    {OPTION_FORWARDED, "init", 0, "W.safetensors", "start from these weights",
     NULL},
    {OPTION_FORWARDED, "schedule", 0, "FILE.yaml",
     "another schedule of the same kind", NULL},
    {OPTION_FORWARDED, "data", 0, "DIR", "look for data here first", NULL},
    {OPTION_FORWARDED, "set", 0, "KEY=VALUE", "replace a value of the schedule",
     NULL},
    {OPTION_FORWARDED, "threads", 0, "N",
     "threads to train with; 0: all processors", NULL},
    {OPTION_COLOR, "color", 0, "WHEN", NULL, "auto, always or never"},
    {OPTION_HELP, "help", 'h', NULL, "this text", NULL},
    {OPTION_VERSION, "version", 0, NULL, "the version", NULL},
    {0},
};
_Static_assert(sizeof option_facts / sizeof *option_facts <= MOST_OPTIONS,
               "all options of a command fit");

bool command_takes(const struct command_rules *command,
                   const struct option_facts *facts)
{
    return facts->id >= OPTION_COLOR ||
           (command && (command->options >> facts->id & 1));
}

const struct option_facts *command_options(struct arena *arena,
                                           const struct command_rules *command)
{
    struct option_facts *taken =
        arena_alloc(arena, MOST_OPTIONS + 1, sizeof *taken);
    int n = 0;
    for (const struct option_facts *facts = option_facts; facts->name; facts++)
        if (command_takes(command, facts))
            taken[n++] = *facts;
    taken[n] = (struct option_facts){0};
    return taken;
}
