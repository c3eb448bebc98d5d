/* The command line: GNU options, each command with those that it takes. */
#include "compiler/command/request.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

/* What a long option returns; letters are also short options where `short`
 * says so. Those from FORWARDED on belong to the executable's train. */
enum { FORWARDED = 256, COUNT_LIMIT = 1000000 };

struct option_facts {
    struct option option;
    bool is_short;
    const char *help; /* "--network N   ..." */
};

static const struct option_facts facts[] = {
    {{"output", required_argument, NULL, 'o'},
     true,
     "-o, --output PATH     where to write"},
    {{"define", required_argument, NULL, 'D'},
     true,
     "-D NAME=VALUE         replace a const of the file"},
    {{"network", required_argument, NULL, 'n'},
     false,
     "    --network NAME    this network only"},
    {{"format", required_argument, NULL, 'f'},
     false,
     "    --format FORMAT   keras, wide, markdown or json"},
    {{"keep", required_argument, NULL, 'k'},
     false,
     "    --keep DIR        keep the emitted C there"},
    {{"dump", required_argument, NULL, 'd'},
     false,
     "    --dump STAGE      print ast, graph or plan instead"},
    {{"target", required_argument, NULL, 't'},
     false,
     "    --target NAME     native, x86-64-v2, -v3, -v4 or generic"},
    {{"real", required_argument, NULL, 'r'},
     false,
     "    --real TYPE       float, or double for gradient checks"},
    {{"in-place", no_argument, NULL, 'i'},
     true,
     "-i, --in-place        rewrite the files"},
    {{"check", no_argument, NULL, 'C'},
     false,
     "    --check           name the files that are not in the layout"},
    {{"data", required_argument, NULL, 'A'},
     false,
     "    --data DIR        look for data here first"},
    {{"pixels", required_argument, NULL, 'P'},
     false,
     "    --pixels KIND     raw, unit, signed or binary"},
    {{"count", required_argument, NULL, 'N'},
     false,
     "    --count N         so many samples; 100"},
    {{"columns", required_argument, NULL, 'L'},
     false,
     "    --columns N       so many in a row; 10"},
    {{"mirror", required_argument, NULL, 'M'},
     false,
     "    --mirror URL      download from this folder; several: in turn"},
    {{"verbose", no_argument, NULL, 'v'},
     true,
     "-v, --verbose         say what is planned and run"},
    {{"out", required_argument, NULL, FORWARDED},
     false,
     "    --out DIR         the run folder, new or empty"},
    {{"resume", required_argument, NULL, FORWARDED},
     false,
     "    --resume DIR      go on with a run"},
    {{"init", required_argument, NULL, FORWARDED},
     false,
     "    --init FILE       start from these weights"},
    {{"schedule", required_argument, NULL, FORWARDED},
     false,
     "    --schedule FILE   another schedule of the same kind"},
    {{"data", required_argument, NULL, FORWARDED},
     false,
     "    --data DIR        look for data here first"},
    {{"set", required_argument, NULL, FORWARDED},
     false,
     "    --set KEY=VALUE   replace a value of the schedule"},
    {{"threads", required_argument, NULL, FORWARDED},
     false,
     "    --threads N       threads to train with"},
    {{"color", required_argument, NULL, 'c'},
     false,
     "    --color WHEN      auto, always or never"},
    {{"help", no_argument, NULL, 'h'}, true, "-h, --help            this text"},
    {{"version", no_argument, NULL, 'V'},
     false,
     "    --version         the version"},
};
enum { N_OPTIONS = sizeof facts / sizeof facts[0] };

static bool takes(const struct command_rules *command, int value)
{
    if (value == 'c' || value == 'h' || value == 'V')
        return true;
    char letter = value >= FORWARDED ? '+' : (char)value;
    return command && strchr(command->options, letter);
}

/* The options of a command as getopt_long() wants them. */
static void option_tables(const struct command_rules *command,
                          struct option *table, char *letters)
{
    int n = 0;
    *letters++ = command ? ':' : '+';
    if (!command)
        *letters++ = ':';
    for (int i = 0; i < N_OPTIONS; i++) {
        if (!takes(command, facts[i].option.val))
            continue;
        table[n++] = facts[i].option;
        if (facts[i].is_short) {
            *letters++ = (char)facts[i].option.val;
            if (facts[i].option.has_arg)
                *letters++ = ':';
        }
    }
    table[n] = (struct option){0};
    *letters = '\0';
}

/* The names of the options that a command takes; how many. */
static size_t option_names(const struct command_rules *command,
                           const char **names)
{
    size_t n = 0;
    for (int i = 0; i < N_OPTIONS; i++)
        if (takes(command, facts[i].option.val))
            names[n++] = facts[i].option.name;
    return n;
}

/* An option in `word` that getopt_long() does not know, that is the beginning
 * of several, or that has a value and takes none. */
static enum status refuse_long_option(struct arena *arena,
                                      const struct command_rules *command,
                                      const char *word, struct error *error)
{
    const char *names[N_OPTIONS];
    size_t n = option_names(command, names), n_begun = 0;
    size_t length = strcspn(word + 2, "=");
    const char *name = arena_copy(arena, word + 2, length);
    for (size_t i = 0; i < n; i++) {
        bool is_begun = strncmp(names[i], name, length) == 0;
        if (is_begun && names[i][length] == '\0')
            return error_set(error, STATUS_USAGE, "'--%s' takes no value",
                             name);
        n_begun += is_begun;
    }
    if (n_begun > 1)
        return error_set(error, STATUS_USAGE,
                         "'--%.60s' is the beginning of several options", name);
    const char *nearest = nearest_name(name, names, n);
    return error_set(error, STATUS_USAGE, "%s has no option '--%.60s'%s%s%s",
                     command ? command->name : "guss", name,
                     nearest ? "; did you mean '--" : "",
                     nearest ? nearest : "", nearest ? "'?" : "");
}

static enum status refuse_option(struct arena *arena,
                                 const struct command_rules *command,
                                 const char *word, struct error *error)
{
    bool is_short = optopt != 0 && !takes(command, optopt);
    if (!is_short)
        return refuse_long_option(arena, command, word, error);
    return error_set(error, STATUS_USAGE, "%s has no option '-%c'",
                     command ? command->name : "guss", optopt);
}

static bool read_colour(const char *word, enum colour_choice *colour)
{
    static const char *const words[] = {[COLOUR_AUTO] = "auto",
                                        [COLOUR_ALWAYS] = "always",
                                        [COLOUR_NEVER] = "never"};
    for (int i = 0; i < 3; i++)
        if (strcmp(word, words[i]) == 0) {
            *colour = (enum colour_choice)i;
            return true;
        }
    return false;
}

static enum status one_of(const char *option, const char *word,
                          const char *const *choices, struct error *error)
{
    char list[80] = "";
    for (int i = 0; choices[i]; i++) {
        if (strcmp(word, choices[i]) == 0)
            return STATUS_OK;
        snprintf(list + strlen(list), sizeof list - strlen(list), "%s%s",
                 i == 0           ? ""
                 : choices[i + 1] ? ", "
                                  : " or ",
                 choices[i]);
    }
    return error_set(error, STATUS_USAGE, "--%s is %s, not '%.60s'", option,
                     list, word);
}

static enum status read_count(const char *option, int64_t *count,
                              struct error *error)
{
    char *end;
    errno = 0;
    long long number = strtoll(optarg, &end, 10);
    if (errno || end == optarg || *end || number < 1 || number > COUNT_LIMIT)
        return error_set(error, STATUS_USAGE,
                         "--%s wants a number from 1 to %d, not '%.60s'",
                         option, COUNT_LIMIT, optarg);
    *count = number;
    return STATUS_OK;
}

/* The options of guss data. */
static enum status take_data_option(struct request *request, int value,
                                    struct error *error)
{
    static const char *const kinds[] = {"raw", "unit", "signed", "binary",
                                        NULL};
    switch (value) {
    case 'A':
        request->data = optarg;
        break;
    case 'P':
        request->pixels = optarg;
        return one_of("pixels", optarg, kinds, error);
    case 'N':
        return read_count("count", &request->count, error);
    case 'L':
        return read_count("columns", &request->columns, error);
    case 'M':
        request->mirrors[request->n_mirrors++] = optarg;
        break;
    }
    return STATUS_OK;
}

static enum status take_option(struct request *request, int value,
                               struct error *error)
{
    static const char *const formats[] = {"keras", "wide", "markdown", "json",
                                          NULL};
    static const char *const stages[] = {"ast", "graph", "plan", NULL};
    static const char *const reals[] = {"float", "double", NULL};
    switch (value) {
    case 'o':
        request->output = optarg;
        break;
    case 'D':
        request->definitions[request->n_definitions++].text = optarg;
        break;
    case 'n':
        request->network = optarg;
        break;
    case 'f':
        request->format = optarg;
        return one_of("format", optarg, formats, error);
    case 'k':
        request->keep = optarg;
        break;
    case 'd':
        request->dump = optarg;
        return one_of("dump", optarg, stages, error);
    case 't':
        request->target = optarg;
        break;
    case 'r':
        request->real = optarg;
        return one_of("real", optarg, reals, error);
    case 'i':
        request->in_place = true;
        break;
    case 'C':
        request->check = true;
        break;
    case 'v':
        request->verbose = true;
        break;
    case 'c':
        if (!read_colour(optarg, &request->colour))
            return error_set(error, STATUS_USAGE,
                             "--color is auto, always or never, not '%.60s'",
                             optarg);
        break;
    case 'h':
        request->help = true;
        break;
    case 'V':
        request->version = true;
        break;
    default:
        return take_data_option(request, value, error);
    }
    return STATUS_OK;
}

/* Options that the executable takes, passed on as they stand. */
static void forward(struct arena *arena, struct request *request,
                    const char *name)
{
    request->forwarded[request->n_forwarded++] =
        arena_printf(arena, "--%s=%s", name, optarg);
}

static enum status read_options(struct arena *arena, int argc, char **argv,
                                struct request *request, struct error *error)
{
    struct option table[N_OPTIONS + 1];
    char letters[2 * N_OPTIONS + 3];
    const struct command_rules *command = request->command;
    option_tables(command, table, letters);
    opterr = 0;
    optind = 0;
    int index = 0, value;
    while ((value = getopt_long(argc, argv, letters, table, &index)) != -1) {
        const char *word = argv[optind > 0 ? optind - 1 : 0];
        if (value == '?')
            return refuse_option(arena, command, word, error);
        if (value == ':')
            return error_set(error, STATUS_USAGE, "'%.60s' wants a value",
                             word);
        if (value >= FORWARDED)
            forward(arena, request, table[index].name);
        else if (take_option(request, value, error))
            return error->status;
    }
    request->operands = arena_alloc(arena, (size_t)(argc - optind + 1),
                                    sizeof *request->operands);
    for (int i = optind; i < argc; i++)
        request->operands[request->n_operands++] = argv[i];
    return STATUS_OK;
}

static const struct command_rules *
find_command(const struct command_rules *commands, const char *name)
{
    for (; commands->name; commands++)
        if (strcmp(commands->name, name) == 0)
            return commands;
    return NULL;
}

/* True for "data show" and the group "data"; for all where there is none. */
static bool is_of_group(const struct command_rules *command, const char *group)
{
    size_t length = group ? strlen(group) : 0;
    return !group || (strncmp(command->name, group, length) == 0 &&
                      command->name[length] == ' ');
}

static bool is_group(const struct command_rules *commands, const char *word)
{
    for (; commands->name; commands++)
        if (is_of_group(commands, word))
            return true;
    return false;
}

static enum status unknown_command(struct arena *arena,
                                   const struct command_rules *commands,
                                   const char *group, const char *word,
                                   struct error *error)
{
    const char *names[32];
    size_t n = 0;
    for (; commands->name; commands++)
        if (group && is_of_group(commands, group))
            names[n++] = commands->name;
        else if (!group) /* of two words, the first is to be known first */
            names[n++] =
                arena_copy(arena, commands->name, strcspn(commands->name, " "));
    const char *nearest = nearest_name(word, names, n);
    return error_set(error, STATUS_USAGE,
                     "unknown command '%.60s'%s%s%s (guss %s%s--help lists "
                     "them)",
                     word, nearest ? "; did you mean '" : "",
                     nearest ? nearest : "", nearest ? "'?" : "",
                     group ? group : "", group ? " " : "");
}

static enum status check_operands(const struct request *request,
                                  struct error *error)
{
    const struct command_rules *command = request->command;
    int most = command->most_operands;
    if (request->n_operands < command->least_operands)
        return error_set(error, STATUS_USAGE,
                         "an operand is missing: guss %s [OPTION…] %s",
                         command->name, command->operands);
    if (most >= 0 && request->n_operands > most)
        return error_set(
            error, STATUS_USAGE,
            "'%.60s' is one operand too many: guss %s [OPTION…] %s",
            request->operands[most], command->name, command->operands);
    return STATUS_OK;
}

/* The first operand: a command, or the group of the one that follows. */
static enum status read_command(struct arena *arena,
                                const struct command_rules *commands,
                                struct request *request, struct error *error)
{
    const char *group = request->group;
    const char *blank = group ? " " : "";
    if (request->n_operands == 0)
        return error_set(error, STATUS_USAGE,
                         "no command given (guss %s%s--help lists them)",
                         group ? group : "", blank);
    const char *word = request->operands[0];
    request->n_operands = 0;
    if (!group && is_group(commands, word)) {
        request->group = word;
        return STATUS_OK;
    }
    const char *name =
        arena_printf(arena, "%s%s%s", group ? group : "", blank, word);
    request->command = find_command(commands, name);
    return request->command
               ? STATUS_OK
               : unknown_command(arena, commands, group, name, error);
}

enum status request_read(struct arena *arena,
                         const struct command_rules *commands, int argc,
                         char **argv, struct request *request,
                         struct error *error)
{
    *request = (struct request){
        .format = "keras", .target = "native", .real = "float"};
    request->definitions =
        arena_alloc(arena, (size_t)argc, sizeof *request->definitions);
    request->forwarded =
        arena_alloc(arena, (size_t)argc, sizeof *request->forwarded);
    request->mirrors =
        arena_alloc(arena, (size_t)argc, sizeof *request->mirrors);
    while (!request->command) {
        if (read_options(arena, argc, argv, request, error))
            return error->status;
        if (request->help || request->version)
            return STATUS_OK;
        argv += argc - request->n_operands;
        argc = request->n_operands;
        if (read_command(arena, commands, request, error))
            return error->status;
    }
    if (read_options(arena, argc, argv, request, error))
        return error->status;
    if (request->help || request->version)
        return STATUS_OK;
    return check_operands(request, error);
}

static void list_commands(const char *group,
                          const struct command_rules *commands, FILE *out)
{
    const char *blank = group ? " " : "";
    fprintf(out, "usage: guss %s%sCOMMAND [OPTION…] %s\n\n", group ? group : "",
            blank, group ? "OPERAND" : "FILE…");
    if (!group)
        fprintf(out, "A compiler from neural networks to specialised C.\n\n");
    for (; commands->name; commands++)
        if (is_of_group(commands, group))
            fprintf(out, "  %-11s %s\n", commands->name, commands->purpose);
    fprintf(out, "\nguss %s%sCOMMAND --help tells more of one.\n\n",
            group ? group : "", blank);
}

void request_help(const struct request *request,
                  const struct command_rules *commands, FILE *out)
{
    const struct command_rules *command = request->command;
    if (command) {
        fprintf(out, "usage: guss %s [OPTION…] %s\n\n%s\n\n", command->name,
                command->operands, command->purpose);
    } else {
        list_commands(request->group, commands, out);
    }
    for (int i = 0; i < N_OPTIONS; i++)
        if (takes(command, facts[i].option.val))
            fprintf(out, "  %s\n", facts[i].help);
}
