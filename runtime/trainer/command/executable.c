/* The command line of an executable: which command, with which options, and
 * what is said when it fails. */
#include "trainer/command/commands.h"

#include <stdio.h>
#include <string.h>

#include "base/diag.h"
#include "base/message.h"
#include "base/text.h"
#include "trainer/command/foreign_commands.h"
#include "trainer/session/processor.h"
#include "trainer/session/written_files.h"

/* ---- help ---------------------------------------------------------------- */

/* The executable as it was called, where it is read. */
static const char *shown_program(const struct session *session)
{
    return text_shown(session->arena, session->program);
}

static void print_usage(const struct session *session, FILE *out)
{
    fprintf(out, "usage: %s COMMAND [OPTION...]\n\n", shown_program(session));
    const struct command *command;
    for (int i = 0; (command = command_at(i)); i++)
        if (command_fits(command, session->model))
            fprintf(out, "  %-12s %s\n", command->name, command->purpose);
    fputs("\n", out);
    options_describe(&line_rules, out);
    fprintf(out, "\nOptions of a command: %s COMMAND --help\n",
            shown_program(session));
}

static void print_command_usage(const struct session *session,
                                const struct command *command)
{
    const char *operands = command->rules.operands;
    printf("usage: %s %s [OPTION...]%s%s\n\n%c%s.\n\n", shown_program(session),
           command->name, operands ? " " : "", operands ? operands : "",
           command->purpose[0] - 'a' + 'A', command->purpose + 1);
    options_describe(&command->rules, stdout);
    if (command->note)
        printf("\n%s\n", command->note);
}

/* ---- failing ------------------------------------------------------------- */

static void print_error(const struct session *session, const char *command)
{
    if (!session->error.text[0])
        return;
    message_print(MESSAGE_ERROR, session->colour, session->error.text);
    if (session->error.status == STATUS_USAGE)
        fprintf(stderr, "try: %s%s%s --help\n", shown_program(session),
                command ? " " : "", command ? command : "");
}

static enum status check_machine(struct session *session)
{
    const struct guss_model *model = session->model;
    if (processor_runs(model->target))
        return STATUS_OK;
    return error_set(&session->error, STATUS_MACHINE,
                     "this executable was built for %s, which this processor "
                     "(%s) does not have; rebuild it here: guss build %s",
                     model->target, processor_name(session->arena),
                     model->nn_path);
}

/* ---- running ------------------------------------------------------------- */

static enum status run_command(struct session *session,
                               const struct command *command, int argc,
                               char **argv)
{
    struct options options;
    enum colour_choice before = session->options->colour;
    enum status status = options_parse(session->arena, &command->rules, argc,
                                       argv, &options, &session->error);
    if (!options.texts[OPTION_COLOR])
        options.colour = before;
    session->colour = terminal_wants_colour(options.colour, 2);
    if (status != STATUS_OK)
        return status;
    session->options = &options;
    if (options.help) {
        print_command_usage(session, command);
        return session_flush(session);
    }
    status = check_machine(session);
    if (status == STATUS_OK)
        status = written_check_options(session);
    if (status == STATUS_OK)
        status = command->run(session);
    session_end(session);
    session->options = NULL;
    return status;
}

static const struct command *find_command(struct session *session,
                                          const char *name)
{
    const char *names[MOST_COMMANDS];
    size_t n = 0;
    const struct command *command;
    for (; (command = command_at((int)n)); n++) {
        names[n] = command->name;
        if (strcmp(name, command->name) == 0)
            return command;
    }
    const struct hint *hint =
        hint_for(executable_foreign_commands(), name, names, n);
    error_set(&session->error, STATUS_USAGE, "unknown command '%s'%s", name,
              hint ? hint_text(session->arena, hint)
                   : did_you_mean(session->arena, name, names, n));
    return NULL;
}

static enum status run_line(struct session *session, int argc, char **argv,
                            const char **name)
{
    struct options options;
    enum status status = options_parse(session->arena, &line_rules, argc, argv,
                                       &options, &session->error);
    session->colour = terminal_wants_colour(options.colour, 2);
    if (status != STATUS_OK)
        return status;
    if (options.version) {
        printf("%s (guss) %s\n",
               text_shown(session->arena, session->model->name), GUSS_VERSION);
        return session_flush(session);
    }
    if (options.help) {
        print_usage(session, stdout);
        return session_flush(session);
    }
    if (options.n_words == argc) {
        print_usage(session, stderr);
        return STATUS_USAGE;
    }
    const struct command *command =
        find_command(session, argv[options.n_words]);
    if (!command)
        return STATUS_USAGE;
    *name = command->name;
    session->options = &options;
    return run_command(session, command, argc - options.n_words,
                       argv + options.n_words);
}

int executable_run(const struct guss_model *model, int argc, char **argv)
{
    struct session session = {.model = model,
                              .program = argc > 0 ? argv[0] : model->name,
                              .arena = arena_new()};
    const char *command = NULL;
    bool completes = argc > 1 && strcmp(argv[1], "--complete") == 0;
    enum status status = completes
                             ? executable_complete(&session, argc - 2, argv + 2)
                             : run_line(&session, argc, argv, &command);
    if (status != STATUS_OK)
        print_error(&session, command);
    arena_free(session.arena);
    return (int)status;
}
