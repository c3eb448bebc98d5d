/* The commands: what they are for, and what they take. */
#include <string.h>

#include "trainer/command/commands.h"

/* What commands take that read a schedule, and data as it says. */
enum {
    SCHEDULED = 1 << OPTION_SCHEDULE | 1 << OPTION_SET | 1 << OPTION_THREADS,
    DATA = SCHEDULED | 1 << OPTION_DATA,
    WEIGHTS = 1 << OPTION_WEIGHTS | 1 << OPTION_LAYOUT,
    GENERATION = DATA | 1 << OPTION_NETWORK | WEIGHTS | 1 << OPTION_COUNT |
                 1 << OPTION_SEED | 1 << OPTION_OUTPUT
};

static const char sheet[] = "sheet to write (.png)";

static const struct option_meaning of_reconstruct[] = {
    {OPTION_INPUT, "REF", "samples: data set or .npy file"},
    {OPTION_TARGET, "REF", "of a regression: their targets, drawn below"},
    {OPTION_COUNT, "N", "so many samples; 10"},
    {OPTION_COLUMNS, "N", "so many in a row; 10"},
    {OPTION_OUTPUT, "S.png", sheet},
    {0},
};
static const struct option_meaning of_generate[] = {
    {OPTION_COUNT, "N", "so many images; 25"},
    {OPTION_COLUMNS, "N", "so many in a row; else near to a square"},
    {OPTION_OUTPUT, "S.png", "sheet to write; DIR/: a folder a class"},
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
    {OPTION_TARGET, "REF", "of a regression: their targets"},
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
                 1u << OPTION_INIT | 1u << OPTION_ONLY | 1u << OPTION_LAYOUT |
                 1u << OPTION_REPEAT},
     command_train},
    {"predict",
     "print a classifier's answers, or write a network's output (.npy)",
     "A PICTURE is a PNG or JPEG file, a folder of them, or any other data\n"
     "reference.\n"
     "A classifier's answers are printed, or go where --output A.csv or\n"
     "A.json says; a network's outputs go where --output Y.npy does.\n"
     "A network with several inputs takes --input NAME=REF for each of them,\n"
     "one with several outputs --output NAME=Y.npy for those that are wanted.\n"
     "With --from the file of --input has what that layer gave.",
     {.allowed = DATA | 1u << OPTION_NETWORK | 1u << OPTION_FROM |
                 1u << OPTION_LAYER | WEIGHTS | 1u << OPTION_INPUT |
                 1u << OPTION_OUTPUT | 1u << OPTION_ANSWER_FORMAT |
                 1u << OPTION_TOP,
      .required = 1u << OPTION_WEIGHTS,
      .operands = "[PICTURE...]"},
     command_predict},
    {"reconstruct",
     "draw samples above their reconstructions (.png)",
     NULL,
     {.allowed = DATA | 1u << OPTION_NETWORK | WEIGHTS | 1u << OPTION_INPUT |
                 1u << OPTION_TARGET | 1u << OPTION_COUNT |
                 1u << OPTION_COLUMNS | 1u << OPTION_OUTPUT,
      .required =
          1u << OPTION_WEIGHTS | 1u << OPTION_INPUT | 1u << OPTION_OUTPUT,
      .meanings = of_reconstruct},
     command_reconstruct},
    {"generate",
     "draw images made of latent vectors (.png)",
     "A judge in the schedule of a GAN says which class an image is of; by "
     "that\n"
     "go --accept, --per-class and --output DIR/. Without --per-class, "
     "--count\n"
     "images are drawn, of which --accept keeps some.",
     {.allowed = GENERATION | 1u << OPTION_COLUMNS | 1u << OPTION_NPY |
                 1u << OPTION_ACCEPT | 1u << OPTION_PER_CLASS,
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
     {.allowed = DATA | WEIGHTS | 1u << OPTION_INPUT | 1u << OPTION_TARGET |
                 1u << OPTION_FORMAT | 1u << OPTION_CONFUSION |
                 1u << OPTION_MISTAKES | 1u << OPTION_COUNT,
      .required = 1u << OPTION_WEIGHTS,
      .meanings = of_evaluate},
     command_evaluate},
    {"bench",
     "time the training step, or predictions",
     NULL,
     {.allowed = SCHEDULED | 1u << OPTION_SECONDS | 1u << OPTION_FORMAT |
                 1u << OPTION_PREDICT | 1u << OPTION_BATCH},
     command_bench},
    {"completion",
     "print what makes a shell complete this program",
     "For this shell and those that read it when they begin, a line of\n"
     "~/.bashrc, ~/.zshrc or ~/.config/fish/config.fish:\n"
     "  source <(/path/to/it completion bash)\n"
     "  source <(/path/to/it completion zsh)\n"
     "  /path/to/it completion fish | source",
     {.operands = "bash|zsh|fish"},
     command_completion},
    {"summary",
     "print the model tables",
     NULL,
     {.allowed = 1u << OPTION_NETWORK, .meanings = of_summary},
     command_summary},
};

enum { N_COMMANDS = sizeof commands / sizeof *commands };
_Static_assert((int)N_COMMANDS <= (int)MOST_COMMANDS, "all commands fit");

/* What the network of a schedule has no use for, though another network of the
 * file may have, and what needs a schedule: help and completion leave it out. */
static const struct {
    enum guss_objective objective;
    const char *command;
} misfits[] = {
    {GUSS_CLASSIFIER, "reconstruct"}, {GUSS_CLASSIFIER, "generate"},
    {GUSS_CLASSIFIER, "interpolate"}, {GUSS_CLASSIFIER, "nearest"},
    {GUSS_AUTOENCODER, "generate"},   {GUSS_AUTOENCODER, "nearest"},
    {GUSS_REGRESSION, "generate"},    {GUSS_REGRESSION, "nearest"},
    {GUSS_GAN, "reconstruct"},        {GUSS_PREDICTOR, "train"},
    {GUSS_PREDICTOR, "evaluate"},     {GUSS_PREDICTOR, "bench"},
};

bool command_fits(const struct command *command, const struct guss_model *model)
{
    for (size_t i = 0; i < sizeof misfits / sizeof *misfits; i++)
        if (misfits[i].objective == model->objective &&
            strcmp(misfits[i].command, command->name) == 0)
            return false;
    return true;
}

const struct command *command_at(int index)
{
    return index < N_COMMANDS ? &commands[index] : NULL;
}

const struct option_rules line_rules = {
    .allowed = UINT64_C(1) << OPTION_VERSION, .stops_at_operand = true};
