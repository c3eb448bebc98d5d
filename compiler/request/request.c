/* The command line: GNU options, each command with those that it takes. */
#include "compiler/request/request.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "compiler/request/foreign_commands.h"
#include "compiler/request/options.h"
#include "trainer/session/foreign_options.h"

enum { COUNT_LIMIT = 1000000 };

/* What getopt_long() gives back for an option given by its name: behind all
 * letters, its place in the table. */
enum { BY_NAME = 256 };

/* The options of a command as getopt_long() wants them. */
static void option_tables(const struct command_rules *command,
                          struct option *table, char *letters)
{
    int n = 0;
    *letters++ = command ? ':' : '+';
    if (!command)
        *letters++ = ':';
    for (const struct option_facts *facts = option_facts; facts->name;
         facts++) {
        if (!command_takes(command, facts))
            continue;
        table[n++] = (struct option){
            facts->name, facts->value ? required_argument : no_argument, NULL,
            BY_NAME + (int)(facts - option_facts)};
        if (facts->letter) {
            *letters++ = facts->letter;
            if (facts->value)
                *letters++ = ':';
        }
    }
    table[n] = (struct option){0};
    *letters = '\0';
}

/* The option that getopt_long() means by `value`; NULL for a letter of none. */
static const struct option_facts *option_of(int value)
{
    if (value >= BY_NAME)
        return &option_facts[value - BY_NAME];
    const struct option_facts *facts = option_facts;
    while (facts->name && facts->letter != value)
        facts++;
    return facts->name ? facts : NULL;
}

/* The names of the options that a command takes; how many. */
static size_t option_names(const struct command_rules *command,
                           const char **names)
{
    size_t n = 0;
    for (const struct option_facts *facts = option_facts; facts->name; facts++)
        if (command_takes(command, facts))
            names[n++] = facts->name;
    return n;
}

/* An option in `word` that getopt_long() does not know, that is the beginning
 * of several, or that has a value and takes none. */
static enum status refuse_long_option(struct arena *arena,
                                      const struct command_rules *command,
                                      const char *word, const char *value,
                                      struct error *error)
{
    const char *names[MOST_OPTIONS];
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
    return error_set(error, STATUS_USAGE, "%s has no option '--%.60s'%s",
                     command ? command->name : "guss", name,
                     option_advice(arena, name, value, names, n));
}

static enum status refuse_option(struct arena *arena,
                                 const struct command_rules *command, int argc,
                                 char *const *argv, struct error *error)
{
    int index = optind > 0 ? optind - 1 : 0;
    if (optopt == 0 || optopt >= BY_NAME)
        return refuse_long_option(arena, command, argv[index],
                                  option_value(argc, argv, index), error);
    const char letter[] = {(char)optopt, '\0'};
    const char *names[MOST_OPTIONS];
    size_t n = option_names(command, names);
    return error_set(error, STATUS_USAGE, "%s has no option '-%c'%s",
                     command ? command->name : "guss", optopt,
                     option_advice(arena, letter, NULL, names, n));
}

/* Which of an option's choices, from 0, is given. */
static enum status read_choice(const struct option_facts *facts, int *index,
                               struct error *error)
{
    *index = find_choice(facts->choices, optarg);
    if (*index >= 0)
        return STATUS_OK;
    return error_set(error, STATUS_USAGE, "--%s is %s, not '%.60s'",
                     facts->name, facts->choices, optarg);
}

static enum status read_count(const struct option_facts *facts, int64_t *count,
                              struct error *error)
{
    char *end;
    errno = 0;
    long long number = strtoll(optarg, &end, 10);
    if (errno || end == optarg || *end || number < 1 || number > COUNT_LIMIT)
        return error_set(error, STATUS_USAGE,
                         "--%s wants a number from 1 to %d, not '%.60s'",
                         facts->name, COUNT_LIMIT, optarg);
    *count = number;
    return STATUS_OK;
}

/* Bytes: 4MiB, 512KiB, 1GiB or a plain number. */
static enum status read_budget(int64_t *bytes, struct error *error)
{
    static const char *const units[] = {"", "KiB", "MiB", "GiB"};
    char *end;
    errno = 0;
    long long number = strtoll(optarg, &end, 10);
    bool is_number = errno == 0 && *optarg >= '0' && *optarg <= '9';
    for (int i = 0; is_number && i < 4; i++) {
        bool fits = number > 0 && number <= INT64_MAX >> (10 * i);
        if (strcmp(end, units[i]) != 0 || !fits)
            continue;
        *bytes = (int64_t)number << (10 * i);
        return STATUS_OK;
    }
    return error_set(error, STATUS_USAGE,
                     "--budget is a size such as 4MiB, 512KiB, 1GiB or "
                     "1048576, not '%.60s'",
                     optarg);
}

/* Options that the executable takes are passed on as they stand. */
static void forward(struct arena *arena, struct request *request,
                    const char *name)
{
    request->forwarded[request->n_forwarded++] =
        arena_printf(arena, "--%s=%s", name, optarg);
}

static enum status take_option(struct arena *arena, struct request *request,
                               const struct option_facts *facts,
                               struct error *error)
{
    int index;
    switch (facts->id) {
    case OPTION_OUTPUT:
        request->output = optarg;
        return STATUS_OK;
    case OPTION_DEFINE:
        request->definitions[request->n_definitions++].text = optarg;
        return STATUS_OK;
    case OPTION_NETWORK:
        request->network = optarg;
        return STATUS_OK;
    case OPTION_FORMAT:
        request->format = optarg;
        return read_choice(facts, &index, error);
    case OPTION_KEEP:
        request->keep = optarg;
        return STATUS_OK;
    case OPTION_DUMP:
        request->dump = optarg;
        return read_choice(facts, &index, error);
    case OPTION_TARGET:
        request->target = optarg;
        return STATUS_OK;
    case OPTION_REAL:
        request->real = optarg;
        return read_choice(facts, &index, error);
    case OPTION_BUDGET:
        return read_budget(&request->budget, error);
    case OPTION_IN_PLACE:
        request->in_place = true;
        return STATUS_OK;
    case OPTION_CHECK:
        request->check = true;
        return STATUS_OK;
    case OPTION_DATA:
        request->data = optarg;
        return STATUS_OK;
    case OPTION_PIXELS:
        request->pixels = optarg;
        return read_choice(facts, &index, error);
    case OPTION_COUNT:
        return read_count(facts, &request->count, error);
    case OPTION_COLUMNS:
        return read_count(facts, &request->columns, error);
    case OPTION_MIRROR:
        request->mirrors[request->n_mirrors++] = optarg;
        return STATUS_OK;
    case OPTION_THREADS:
        request->threads = optarg;
        return STATUS_OK;
    case OPTION_VERBOSE:
        request->verbose = true;
        return STATUS_OK;
    case OPTION_FORWARDED:
        forward(arena, request, facts->name);
        return STATUS_OK;
    case OPTION_COLOR:
        if (read_choice(facts, &index, error))
            return error->status;
        request->colour = (enum colour_choice)index;
        return STATUS_OK;
    case OPTION_HELP:
        request->help = true;
        return STATUS_OK;
    case OPTION_VERSION:
        request->version = true;
        return STATUS_OK;
    }
    return STATUS_OK;
}

static enum status read_options(struct arena *arena, int argc, char **argv,
                                struct request *request, struct error *error)
{
    struct option table[MOST_OPTIONS + 1];
    char letters[2 * MOST_OPTIONS + 3];
    const struct command_rules *command = request->command;
    option_tables(command, table, letters);
    opterr = 0;
    optind = 0;
    int value;
    while ((value = getopt_long(argc, argv, letters, table, NULL)) != -1) {
        const char *word = argv[optind > 0 ? optind - 1 : 0];
        if (value == '?')
            return refuse_option(arena, command, argc, argv, error);
        if (value == ':')
            return error_set(error, STATUS_USAGE, "'%.60s' wants a value",
                             word);
        if (take_option(arena, request, option_of(value), error))
            return error->status;
    }
    request->operands = arena_alloc(arena, (size_t)(argc - optind + 1),
                                    sizeof *request->operands);
    for (int i = optind; i < argc; i++)
        request->operands[request->n_operands++] = argv[i];
    return STATUS_OK;
}

const struct command_rules *command_find(const struct command_rules *commands,
                                         const char *name)
{
    for (; commands->name; commands++)
        if (strcmp(commands->name, name) == 0)
            return commands;
    return NULL;
}

bool command_is_of_group(const struct command_rules *command, const char *group)
{
    size_t length = group ? strlen(group) : 0;
    return !group || (strncmp(command->name, group, length) == 0 &&
                      command->name[length] == ' ');
}

bool command_is_group(const struct command_rules *commands, const char *word)
{
    for (; commands->name; commands++)
        if (command_is_of_group(commands, word))
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
        if (group && command_is_of_group(commands, group))
            names[n++] = commands->name;
        else if (!group) /* of two words, the first is to be known first */
            names[n++] =
                arena_copy(arena, commands->name, strcspn(commands->name, " "));
    const struct hint *hint =
        group ? NULL : hint_for(foreign_commands(), word, names, n);
    const char *advice =
        hint ? hint_text(arena, hint) : did_you_mean(arena, word, names, n);
    if (path_has_ending(word, ".nn"))
        advice = ": a command stands before the file, as in guss check FILE.nn";
    return error_set(error, STATUS_USAGE, "unknown command '%.60s'%s", word,
                     advice);
}

static int count_standard_input(const struct request *request)
{
    int n = 0;
    for (int i = 0; i < request->n_operands; i++)
        n += strcmp(request->operands[i], "-") == 0;
    return n;
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
    if (count_standard_input(request) > 1)
        return error_set(error, STATUS_USAGE,
                         "standard input can be read once: '-' is given twice");
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
        return error_set(error, STATUS_USAGE, "no command given");
    const char *word = request->operands[0];
    request->n_operands = 0;
    if (!group && command_is_group(commands, word)) {
        request->group = word;
        return STATUS_OK;
    }
    const char *name =
        arena_printf(arena, "%s%s%s", group ? group : "", blank, word);
    request->command = command_find(commands, name);
    return request->command
               ? STATUS_OK
               : unknown_command(arena, commands, group, name, error);
}

/* `guss help build` is `guss build --help`. */
static char **put_help_last(struct arena *arena, int argc, char **argv)
{
    if (argc < 2 || strcmp(argv[1], "help") != 0)
        return argv;
    char **turned = arena_alloc(arena, (size_t)argc + 1, sizeof *turned);
    turned[0] = argv[0];
    for (int i = 2; i < argc; i++)
        turned[i - 1] = argv[i];
    turned[argc - 1] = arena_strdup(arena, "--help");
    return turned;
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
    argv = put_help_last(arena, argc, argv);
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
        if (command_is_of_group(commands, group))
            fprintf(out, "  %-11s %s\n", commands->name, commands->purpose);
    if (!group)
        fprintf(out, "\nAn executable that build makes predicts, evaluates and "
                     "more: ./x --help\n");
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
    for (const struct option_facts *facts = option_facts; facts->name; facts++)
        if (command_takes(command, facts))
            option_describe(facts, 20, out);
}

void request_say(const struct request *request, enum message_kind kind,
                 const char *text)
{
    message_print(kind, terminal_wants_colour(request->colour, STDERR_FILENO),
                  text);
}
