/* The command line: GNU options, each command with those that it takes. */
#include "compiler/request/request.h"

#include <string.h>
#include <unistd.h>

#include "base/command_line.h"
#include "base/file.h"
#include "compiler/request/foreign_commands.h"
#include "compiler/request/options.h"
#include "trainer/session/foreign_options.h"

/* What stands in several places of the line. */
static void take_texts(struct arena *arena, const struct command_line *line,
                       struct request *request)
{
    const char **texts;
    size_t n = given_texts(arena, line, REQUEST_DEFINE, &texts);
    for (size_t i = 0; i < n; i++)
        request->definitions[request->n_definitions++].text = texts[i];
    n = given_texts(arena, line, REQUEST_MIRROR, &texts);
    for (size_t i = 0; i < n; i++)
        request->mirrors[request->n_mirrors++] = texts[i];
    for (size_t i = 0; i < line->n_given; i++) {
        const struct given_option *given = &line->given[i];
        if (given->info->id == REQUEST_FORWARDED)
            request->forwarded[request->n_forwarded++] =
                arena_printf(arena, "--%s=%s", given->info->name, given->text);
    }
}

static enum status read_options(struct arena *arena, int argc, char **argv,
                                struct request *request, struct error *error)
{
    const struct command_rules *command = request->command;
    const struct command_line_rules rules = {
        .options = command_options(arena, command),
        .owner = command ? command->name : "guss",
        .stops_at_operand = !command,
        .advise = option_advice};
    struct command_line line;
    enum status status =
        command_line_read(arena, &rules, argc, argv, request, &line, error);
    take_texts(arena, &line, request);
    request->operands = line.operands;
    request->n_operands = line.n_operands;
    return status;
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

void request_help(struct arena *arena, const struct request *request,
                  const struct command_rules *commands, FILE *out)
{
    const struct command_rules *command = request->command;
    if (command) {
        fprintf(out, "usage: guss %s [OPTION…] %s\n\n%s\n\n", command->name,
                command->operands, command->purpose);
    } else {
        list_commands(request->group, commands, out);
    }
    const struct option_info *info = command_options(arena, command);
    for (; info->name; info++)
        option_describe(info, 20, out);
}

void request_say(const struct request *request, enum message_kind kind,
                 const char *text)
{
    message_print(kind, terminal_wants_colour(request->colour, STDERR_FILENO),
                  text);
}
