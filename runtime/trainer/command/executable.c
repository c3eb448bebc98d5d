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

struct command {
    const char *name, *purpose;
    const char *note; /* below its options, or NULL */
    struct option_rules rules;
    enum status (*run)(struct session *session);
};

/* What commands take that read a schedule, and data as it says. */
enum {
    SCHEDULED = 1 << OPTION_SCHEDULE | 1 << OPTION_SET | 1 << OPTION_THREADS,
    DATA = SCHEDULED | 1 << OPTION_DATA,
    GENERATION = DATA | 1 << OPTION_NETWORK | 1 << OPTION_WEIGHTS |
                 1 << OPTION_COUNT | 1 << OPTION_SEED | 1 << OPTION_OUTPUT
};

static const char sheet[] = "sheet to write (.png)";

static const struct option_meaning of_reconstruct[] = {
    {OPTION_INPUT, "REF", "samples: data set or .npy file"},
    {OPTION_COUNT, "N", "so many samples; 10"},
    {OPTION_COLUMNS, "N", "so many in a row; 10"},
    {OPTION_OUTPUT, "S.png", sheet},
    {0},
};
static const struct option_meaning of_generate[] = {
    {OPTION_COUNT, "N", "so many images; 25"},
    {OPTION_COLUMNS, "N", "so many in a row; else near to a square"},
    {OPTION_OUTPUT, "S.png", sheet},
    {0},
};
static const struct option_meaning of_interpolate[] = {
    {OPTION_INPUT, "REF", "latent vectors; with --from, samples"},
    {OPTION_FROM, "LAYER", "walk between this layer's outputs"},
    {OPTION_COUNT, "N", "so many walks; 5"},
    {OPTION_STEPS, "N", "so many images of a walk; 10"},
    {OPTION_OUTPUT, "S.png", sheet},
    {0},
};
static const struct option_meaning of_nearest[] = {
    {OPTION_INPUT, "REF", "samples to search; else data.train"},
    {OPTION_COUNT, "N", "so many images; 25"},
    {OPTION_COLUMNS, "N", "so many in a row; 10"},
    {OPTION_OUTPUT, "S.png", sheet},
    {0},
};
static const struct option_meaning of_evaluate[] = {
    {OPTION_INPUT, "REF", "samples; else data.test, else data.train"},
    {OPTION_COUNT, "N", "so many mistakes on the sheet; 25"},
    {0},
};
static const struct option_meaning of_summary[] = {
    {OPTION_NETWORK, "NAME", "this network only"},
    {0},
};

static const struct command commands[] = {
    {"train",
     "train as the schedule says",
     NULL,
     {.allowed = DATA | 1u << OPTION_OUT | 1u << OPTION_RESUME |
                 1u << OPTION_INIT | 1u << OPTION_REPEAT},
     command_train},
    {"predict",
     "print a classifier's answers, or write a network's output (.npy)",
     "A PICTURE is a .png file, a folder of them, or any other data "
     "reference.\n"
     "A classifier's answers are printed, or go where --output A.csv or\n"
     "A.json says; a network's outputs go where --output Y.npy does.\n"
     "A network with several inputs takes --input NAME=REF for each of them,\n"
     "one with several outputs --output NAME=Y.npy for those that are wanted.\n"
     "With --from the file of --input has what that layer gave.",
     {.allowed = DATA | 1u << OPTION_NETWORK | 1u << OPTION_FROM |
                 1u << OPTION_LAYER | 1u << OPTION_WEIGHTS |
                 1u << OPTION_INPUT | 1u << OPTION_OUTPUT |
                 1u << OPTION_ANSWER_FORMAT | 1u << OPTION_TOP,
      .required = 1u << OPTION_WEIGHTS,
      .operands = "[PICTURE...]"},
     command_predict},
    {"reconstruct",
     "draw samples above their reconstructions (.png)",
     NULL,
     {.allowed = DATA | 1u << OPTION_NETWORK | 1u << OPTION_WEIGHTS |
                 1u << OPTION_INPUT | 1u << OPTION_COUNT |
                 1u << OPTION_COLUMNS | 1u << OPTION_OUTPUT,
      .required =
          1u << OPTION_WEIGHTS | 1u << OPTION_INPUT | 1u << OPTION_OUTPUT,
      .meanings = of_reconstruct},
     command_reconstruct},
    {"generate",
     "draw images made of latent vectors (.png)",
     NULL,
     {.allowed = GENERATION | 1u << OPTION_COLUMNS | 1u << OPTION_NPY,
      .required = 1u << OPTION_WEIGHTS,
      .one_of = 1u << OPTION_OUTPUT | 1u << OPTION_NPY,
      .meanings = of_generate},
     command_generate},
    {"interpolate",
     "draw walks from one latent vector to the next (.png)",
     "Vectors are drawn, or read from the .npy file of --input. With --from "
     "the\n"
     "walk is between what that layer makes of samples, those of --input or "
     "of\n"
     "the schedule's data.",
     {.allowed = GENERATION | 1u << OPTION_FROM | 1u << OPTION_STEPS |
                 1u << OPTION_INPUT | 1u << OPTION_NPY,
      .required = 1u << OPTION_WEIGHTS,
      .one_of = 1u << OPTION_OUTPUT | 1u << OPTION_NPY,
      .meanings = of_interpolate},
     command_interpolate},
    {"nearest",
     "draw generated images above the nearest training samples (.png)",
     NULL,
     {.allowed = GENERATION | 1u << OPTION_COLUMNS | 1u << OPTION_INPUT |
                 1u << OPTION_FORMAT,
      .required = 1u << OPTION_WEIGHTS | 1u << OPTION_OUTPUT,
      .meanings = of_nearest},
     command_nearest},
    {"evaluate",
     "print the loss and the metrics on a data set",
     NULL,
     {.allowed = DATA | 1u << OPTION_WEIGHTS | 1u << OPTION_INPUT |
                 1u << OPTION_FORMAT | 1u << OPTION_CONFUSION |
                 1u << OPTION_MISTAKES | 1u << OPTION_COUNT,
      .required = 1u << OPTION_WEIGHTS,
      .meanings = of_evaluate},
     command_evaluate},
    {"bench",
     "time the training step",
     NULL,
     {.allowed = SCHEDULED | 1u << OPTION_SECONDS | 1u << OPTION_FORMAT},
     command_bench},
    {"summary",
     "print the model tables",
     NULL,
     {.allowed = 1u << OPTION_NETWORK, .meanings = of_summary},
     command_summary},
};

/* Before a command's name. */
static const struct option_rules line_rules = {.allowed = 1u << OPTION_VERSION,
                                               .stops_at_operand = true};

enum { N_COMMANDS = sizeof commands / sizeof *commands };

/* What the network of a schedule has no use for, though another network of the
 * file may have, and what needs a schedule: help and completion leave it out. */
static const struct {
    enum guss_objective objective;
    const char *command;
} misfits[] = {
    {GUSS_CLASSIFIER, "reconstruct"}, {GUSS_CLASSIFIER, "generate"},
    {GUSS_CLASSIFIER, "interpolate"}, {GUSS_CLASSIFIER, "nearest"},
    {GUSS_AUTOENCODER, "generate"},   {GUSS_AUTOENCODER, "nearest"},
    {GUSS_GAN, "reconstruct"},        {GUSS_PREDICTOR, "train"},
    {GUSS_PREDICTOR, "evaluate"},     {GUSS_PREDICTOR, "bench"},
};

static bool is_fitting(const struct guss_model *model,
                       const struct command *command)
{
    for (size_t i = 0; i < sizeof misfits / sizeof *misfits; i++)
        if (misfits[i].objective == model->objective &&
            strcmp(misfits[i].command, command->name) == 0)
            return false;
    return true;
}

/* ---- help ---------------------------------------------------------------- */

/* The executable as it was called, where it is read. */
static const char *shown_program(const struct session *session)
{
    return text_shown(session->arena, session->program);
}

static void print_usage(const struct session *session, FILE *out)
{
    fprintf(out, "usage: %s COMMAND [OPTION...]\n\n", shown_program(session));
    for (int i = 0; i < N_COMMANDS; i++)
        if (is_fitting(session->model, &commands[i]))
            fprintf(out, "  %-12s %s\n", commands[i].name, commands[i].purpose);
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
    const char *names[N_COMMANDS];
    for (int i = 0; i < N_COMMANDS; i++) {
        names[i] = commands[i].name;
        if (strcmp(name, names[i]) == 0)
            return &commands[i];
    }
    const struct hint *hint =
        hint_for(executable_foreign_commands(), name, names, N_COMMANDS);
    error_set(&session->error, STATUS_USAGE, "unknown command '%s'%s", name,
              hint ? hint_text(session->arena, hint)
                   : did_you_mean(session->arena, name, names, N_COMMANDS));
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
    enum status status = run_line(&session, argc, argv, &command);
    if (status != STATUS_OK)
        print_error(&session, command);
    arena_free(session.arena);
    return (int)status;
}
