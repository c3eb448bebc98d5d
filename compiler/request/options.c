/* The table of options. */
#include "compiler/request/options.h"

#include <stddef.h>

#include "compiler/request/request.h"

enum { MOST = 1000000 };

#define AT(member) .offset = offsetof(struct request, member)
static const struct option_info option_info[] = {
    {REQUEST_OUTPUT, "output", 'o', "PATH", "where to write", .type = SETS_TEXT,
     AT(output)},
    {REQUEST_DEFINE, "define", 'D', "NAME=VALUE", "replace a const of the file",
     .type = SETS_NOTHING},
    {REQUEST_NETWORK, "network", 0, "NAME", "this network only",
     .type = SETS_TEXT, AT(network)},
    {REQUEST_FORMAT, "format", 0, "FORMAT", NULL,
     "keras, wide, markdown or json", SETS_WORD, AT(format)},
    {REQUEST_KEEP, "keep", 0, "DIR", "keep the emitted C there",
     .type = SETS_TEXT, AT(keep)},
    {REQUEST_DUMP, "dump", 0, "STAGE", "print a stage instead",
     "ast, graph or plan", SETS_WORD, AT(dump)},
    {REQUEST_TARGET, "target", 0, "NAME", NULL,
     "native, x86-64-v2, x86-64-v3, x86-64-v4 or generic", SETS_TEXT,
     AT(target)},
    {REQUEST_REAL, "real", 0, "TYPE", "double is for gradient checks",
     "float or double", SETS_WORD, AT(real)},
    {REQUEST_BUDGET, "budget", 0, "SIZE", "refuse to take more memory: 4MiB",
     .type = SETS_BYTES, AT(budget)},
    {REQUEST_IN_PLACE, "in-place", 'i', NULL, "rewrite the files",
     .type = SETS_FLAG, AT(in_place)},
    {REQUEST_CHECK, "check", 0, NULL,
     "name the files that are not in the layout", .type = SETS_FLAG, AT(check)},
    {REQUEST_DATA, "data", 0, "DIR", "look for data here first",
     .type = SETS_TEXT, AT(data)},
    {REQUEST_PIXELS, "pixels", 0, "KIND", NULL, "raw, unit, signed or binary",
     SETS_WORD, AT(pixels)},
    {REQUEST_AUGMENT, "augment", 0, "KEYS",
     "as training sees them: 'shift: 4', or a schedule", .type = SETS_TEXT,
     AT(augment)},
    {REQUEST_COUNT, "count", 0, "N", "so many samples; 100",
     .type = SETS_NUMBER, AT(count), 1, MOST},
    {REQUEST_COLUMNS, "columns", 0, "N", "so many in a row; 10",
     .type = SETS_NUMBER, AT(columns), 1, MOST},
    {REQUEST_MIRROR, "mirror", 0, "URL",
     "download from this folder; several: in turn", .type = SETS_NOTHING},
    {REQUEST_THREADS, "threads", 0, "N", "threads to train with",
     .type = SETS_TEXT, AT(threads)},
    {REQUEST_VERBOSE, "verbose", 'v', NULL, "say what is planned and run",
     .type = SETS_FLAG, AT(verbose)},
    {REQUEST_FORWARDED, "out", 0, "DIR", "the run folder, new or empty",
     .type = SETS_NOTHING},
    {REQUEST_FORWARDED, "resume", 0, "DIR", "go on with a run; needs no files",
     .type = SETS_NOTHING},
    {REQUEST_FORWARDED, "init", 0, "W.safetensors", "start from these weights",
     .type = SETS_NOTHING},
    {REQUEST_FORWARDED, "only", 0, "PATTERN",
     "of --init, weights of such keys: 'a/*'", .type = SETS_NOTHING},
    {REQUEST_FORWARDED, "layout", 0, "WHOSE", "how those of --init lie",
     .choices = "keras or pytorch", .type = SETS_NOTHING},
    {REQUEST_FORWARDED, "schedule", 0, "FILE.yaml",
     "another schedule of the same kind", .type = SETS_NOTHING},
    {REQUEST_FORWARDED, "data", 0, "DIR", "look for data here first",
     .type = SETS_NOTHING},
    {REQUEST_FORWARDED, "set", 0, "KEY=VALUE",
     "replace a value of the schedule", .type = SETS_NOTHING},
    {REQUEST_FORWARDED, "threads", 0, "N",
     "threads to train with; 0: all processors", .type = SETS_NOTHING},
    {REQUEST_COLOR, "color", 0, "WHEN", NULL, "auto, always or never",
     SETS_CHOICE, AT(colour)},
    {REQUEST_HELP, "help", 'h', NULL, "this text", .type = SETS_FLAG, AT(help)},
    {REQUEST_VERSION, "version", 0, NULL, "the version", .type = SETS_FLAG,
     AT(version)},
    {0},
};
#undef AT
_Static_assert(sizeof option_info / sizeof *option_info <= MOST_OPTIONS + 1,
               "all options of a command fit");

const struct option_info *command_options(struct arena *arena,
                                          const struct command_rules *command)
{
    const unsigned always =
        1u << REQUEST_COLOR | 1u << REQUEST_HELP | 1u << REQUEST_VERSION;
    struct option_info *taken =
        arena_alloc(arena, MOST_OPTIONS + 1, sizeof *taken);
    options_select(option_info, command ? command->options | always : always,
                   taken);
    return taken;
}
