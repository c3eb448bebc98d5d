/* The table of options. */
#include "compiler/command/options.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "compiler/command/request.h"

#define WITH_VALUE(name, value)                                                \
    {                                                                          \
        name, required_argument, NULL, value                                   \
    }
#define WITHOUT_VALUE(name, value)                                             \
    {                                                                          \
        name, no_argument, NULL, value                                         \
    }

const struct option_facts option_facts[] = {
    {WITH_VALUE("output", 'o'), true, "PATH", "where to write", NULL},
    {WITH_VALUE("define", 'D'), true, "NAME=VALUE",
     "replace a const of the file", NULL},
    {WITH_VALUE("network", 'n'), false, "NAME", "this network only", NULL},
    {WITH_VALUE("format", 'f'), false, "FORMAT", NULL,
     "keras, wide, markdown or json"},
    {WITH_VALUE("keep", 'k'), false, "DIR", "keep the emitted C there", NULL},
    {WITH_VALUE("dump", 'd'), false, "STAGE", "print a stage instead",
     "ast, graph or plan"},
    {WITH_VALUE("target", 't'), false, "NAME", NULL,
     "native, x86-64-v2, x86-64-v3, x86-64-v4 or generic"},
    {WITH_VALUE("real", 'r'), false, "TYPE", "double is for gradient checks",
     "float or double"},
    {WITH_VALUE("budget", 'b'), false, "SIZE",
     "refuse to take more memory: 4MiB", NULL},
    {WITHOUT_VALUE("in-place", 'i'), true, NULL, "rewrite the files", NULL},
    {WITHOUT_VALUE("check", 'C'), false, NULL,
     "name the files that are not in the layout", NULL},
    {WITH_VALUE("data", 'A'), false, "DIR", "look for data here first", NULL},
    {WITH_VALUE("pixels", 'P'), false, "KIND", NULL,
     "raw, unit, signed or binary"},
    {WITH_VALUE("count", 'N'), false, "N", "so many samples; 100", NULL},
    {WITH_VALUE("columns", 'L'), false, "N", "so many in a row; 10", NULL},
    {WITH_VALUE("mirror", 'M'), false, "URL",
     "download from this folder; several: in turn", NULL},
    {WITHOUT_VALUE("verbose", 'v'), true, NULL, "say what is planned and run",
     NULL},
    {WITH_VALUE("out", FORWARDED), false, "DIR", "the run folder, new or empty",
     NULL},
    {WITH_VALUE("resume", FORWARDED), false, "DIR", "go on with a run", NULL},
    {WITH_VALUE("init", FORWARDED), false, "W.safetensors",
     "start from these weights", NULL},
    {WITH_VALUE("schedule", FORWARDED), false, "FILE.yaml",
     "another schedule of the same kind", NULL},
    {WITH_VALUE("data", FORWARDED), false, "DIR", "look for data here first",
     NULL},
    {WITH_VALUE("set", FORWARDED), false, "KEY=VALUE",
     "replace a value of the schedule", NULL},
    {WITH_VALUE("threads", FORWARDED), false, "N", "threads to train with",
     NULL},
    {WITH_VALUE("color", 'c'), false, "WHEN", NULL, "auto, always or never"},
    {WITHOUT_VALUE("help", 'h'), true, NULL, "this text", NULL},
    {WITHOUT_VALUE("version", 'V'), false, NULL, "the version", NULL},
    {{0}, false, NULL, NULL, NULL},
};
_Static_assert(sizeof option_facts / sizeof *option_facts <= MOST_OPTIONS,
               "all options of a command fit");

bool command_takes(const struct command_rules *command,
                   const struct option_facts *facts)
{
    int value = facts->option.val;
    if (value == 'c' || value == 'h' || value == 'V')
        return true;
    char letter = value >= FORWARDED ? '+' : (char)value;
    return command && strchr(command->options, letter);
}

bool next_choice(const char **list, char word[MOST_CHOICE_BYTES])
{
    *list += strspn(*list, ", ");
    if (strncmp(*list, "or ", 3) == 0)
        *list += 3;
    size_t length = strcspn(*list, ", ");
    assert(length < MOST_CHOICE_BYTES);
    memcpy(word, *list, length);
    word[length] = '\0';
    *list += length;
    return length > 0;
}

const char *option_choices(int value)
{
    const struct option_facts *facts = option_facts;
    while (facts->option.val != value)
        facts++;
    assert(facts->choices);
    return facts->choices;
}
