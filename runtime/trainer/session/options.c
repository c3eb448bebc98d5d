/* The command line, read with getopt_long: `--opt value`, `--opt=value`, `--`.
 * One table has every option of every command; a command says which it takes. */
#include "trainer/session/options.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/session/foreign_options.h"

enum { COUNT_LIMIT = 1000000, THREADS_LIMIT = 1024 };

struct option_text {
    const char *name, *value, *purpose; /* value NULL: takes none */
};

static const struct option_text texts[N_OPTIONS] = {
    [OPTION_OUT] = {"out", "DIR", "folder of the run, new or empty"},
    [OPTION_RESUME] = {"resume", "DIR", "go on with the run in DIR"},
    [OPTION_INIT] = {"init", "W.safetensors", "first weights"},
    [OPTION_REPEAT] = {"repeat", "DIR", "train again as the run in DIR"},
    [OPTION_SCHEDULE] = {"schedule", "FILE",
                         "schedule in place of the one compiled in"},
    [OPTION_DATA] = {"data", "DIR", "where data sets are looked for first"},
    [OPTION_SET] = {"set", "KEY=VALUE", "change one value of the schedule"},
    [OPTION_THREADS] = {"threads", "N", "number of threads; 0: all processors"},
    [OPTION_NETWORK] = {"network", "N", "network to run"},
    [OPTION_FROM] = {"from", "L", "begin with this layer's output"},
    [OPTION_LAYER] = {"layer", "L", "give this layer's output"},
    [OPTION_WEIGHTS] = {"weights", "W.safetensors",
                        "or a checkpoint, or a run folder"},
    [OPTION_INPUT] = {"input", "REF", "data set or .npy file"},
    [OPTION_COUNT] = {"count", "N", "number of samples"},
    [OPTION_COLUMNS] = {"columns", "N", "samples in a row"},
    [OPTION_STEPS] = {"steps", "N", "images from one vector to the next"},
    [OPTION_SEED] = {"seed", "N", "where latent vectors are drawn from"},
    [OPTION_OUTPUT] = {"output", "FILE", "file to write"},
    [OPTION_NPY] = {"npy", "F.npy", "write the numbers, too"},
    [OPTION_FORMAT] = {"format", "text|json", "form of the results"},
    [OPTION_ANSWER_FORMAT] = {"format", "text|csv|json", "form of the answers"},
    [OPTION_CONFUSION] = {"confusion", "C.png", "draw what is taken for what"},
    [OPTION_MISTAKES] = {"mistakes", "S.png", "draw the worst mistakes"},
    [OPTION_TOP] = {"top", "K", "classes in an answer"},
    [OPTION_SECONDS] = {"seconds", "S", "for how long; 3 steps at least"},
    [OPTION_COLOR] = {"color", "auto|always|never", "colour in messages"},
    [OPTION_HELP] = {"help", NULL, "show this help"},
    [OPTION_VERSION] = {"version", NULL, "show the version"},
};

/* ---- values -------------------------------------------------------------- */

static enum status read_count(enum option_id id, const char *value,
                              int64_t least, int64_t limit, int64_t *count,
                              struct error *error)
{
    char *end;
    errno = 0;
    long long number = strtoll(value, &end, 10);
    if (errno || end == value || *end || number < least || number > limit)
        return error_set(error, STATUS_USAGE,
                         "--%s wants a number from %lld to %lld, not '%s'",
                         texts[id].name, (long long)least, (long long)limit,
                         value);
    *count = number;
    return STATUS_OK;
}

static enum status read_seed_of(const char *value, uint64_t *seed,
                                struct error *error)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(value, &end, 10);
    if (errno || end == value || *end || value[0] < '0' || value[0] > '9')
        return error_set(error, STATUS_USAGE,
                         "--seed wants a number from 0 to "
                         "18446744073709551615, not '%s'",
                         value);
    *seed = number;
    return STATUS_OK;
}

static enum status read_seconds(const char *value, double *seconds,
                                struct error *error)
{
    char *end;
    double number = strtod(value, &end);
    if (end == value || *end || !isfinite(number) || number <= 0.0 ||
        number > 86400.0)
        return error_set(
            error, STATUS_USAGE,
            "--seconds wants a time above 0 and up to 86400 seconds, "
            "not '%s'",
            value);
    *seconds = number;
    return STATUS_OK;
}

static enum status read_colour(const char *value, enum colour_choice *choice,
                               struct error *error)
{
    static const char *const words[] = {"auto", "always", "never"};
    for (int i = 0; i < 3; i++) {
        if (strcmp(value, words[i]) != 0)
            continue;
        *choice = (enum colour_choice)i;
        return STATUS_OK;
    }
    return error_set(error, STATUS_USAGE,
                     "--color wants auto, always or never, not '%s'", value);
}

static enum status read_format(enum option_id id, const char *value,
                               struct options *options, struct error *error)
{
    bool has_csv = id == OPTION_ANSWER_FORMAT;
    options->is_json = strcmp(value, "json") == 0;
    options->is_csv = has_csv && strcmp(value, "csv") == 0;
    if (options->is_json || options->is_csv || strcmp(value, "text") == 0)
        return STATUS_OK;
    return error_set(error, STATUS_USAGE, "--format wants %s or json, not '%s'",
                     has_csv ? "text, csv" : "text", value);
}

static void add_edit(struct arena *arena, struct options *options,
                     const char *text)
{
    options->edits =
        arena_grow(arena, options->edits, options->n_edits,
                   &options->edits_capacity, sizeof *options->edits);
    options->edits[options->n_edits++] = (struct schedule_edit){text};
}

static void add_word(struct arena *arena, const char ***words, size_t *count,
                     size_t *capacity, const char *word)
{
    *words = arena_grow(arena, *words, *count, capacity, sizeof **words);
    (*words)[(*count)++] = word;
}

static enum status take_option(struct arena *arena, enum option_id id,
                               const char *value, struct options *options,
                               struct error *error)
{
    options->texts[id] = value;
    switch (id) {
    case OPTION_SET:
        add_edit(arena, options, value);
        return STATUS_OK;
    case OPTION_INPUT:
        add_word(arena, &options->inputs, &options->n_inputs,
                 &options->inputs_capacity, value);
        return STATUS_OK;
    case OPTION_OUTPUT:
        add_word(arena, &options->outputs, &options->n_outputs,
                 &options->outputs_capacity, value);
        return STATUS_OK;
    case OPTION_STEPS:
        return read_count(id, value, 1, COUNT_LIMIT, &options->steps, error);
    case OPTION_SEED:
        return read_seed_of(value, &options->seed, error);
    case OPTION_THREADS:
        return read_count(id, value, 0, THREADS_LIMIT, &options->threads,
                          error);
    case OPTION_COUNT:
        return read_count(id, value, 1, COUNT_LIMIT, &options->count, error);
    case OPTION_COLUMNS:
        return read_count(id, value, 1, COUNT_LIMIT, &options->columns, error);
    case OPTION_SECONDS:
        return read_seconds(value, &options->seconds, error);
    case OPTION_COLOR:
        return read_colour(value, &options->colour, error);
    case OPTION_FORMAT:
    case OPTION_ANSWER_FORMAT:
        return read_format(id, value, options, error);
    case OPTION_TOP:
        return read_count(id, value, 1, COUNT_LIMIT, &options->top, error);
    case OPTION_HELP:
        options->help = true;
        return STATUS_OK;
    case OPTION_VERSION:
        options->version = true;
        return STATUS_OK;
    default:
        return STATUS_OK;
    }
}

/* ---- words --------------------------------------------------------------- */

static bool is_allowed(unsigned allowed, int id)
{
    return id == OPTION_HELP || id == OPTION_COLOR || (allowed >> id & 1);
}

/* getopt's table of what is allowed; `names` are those for suggestions. */
static void list_options(unsigned allowed, struct option list[N_OPTIONS + 1],
                         const char *names[N_OPTIONS], size_t *n_names)
{
    *n_names = 0;
    for (int id = 0; id < N_OPTIONS; id++) {
        if (!is_allowed(allowed, id))
            continue;
        int has_value = texts[id].value ? required_argument : no_argument;
        list[*n_names] = (struct option){texts[id].name, has_value, NULL, id};
        names[(*n_names)++] = texts[id].name;
    }
    list[*n_names] = (struct option){0};
}

/* The word in front of optind is an option that is not taken. */
static enum status refuse_option(struct arena *arena, int argc,
                                 char *const *argv, const char *const *names,
                                 size_t n_names, struct error *error)
{
    const char *word = argv[optind - 1];
    const char letter[] = {(char)optopt, '\0'};
    if (optopt >= ' ') /* a letter; else the number of an option, or 0 */
        return error_set(error, STATUS_USAGE, "unknown option '-%c'%s", optopt,
                         option_advice(arena, letter, NULL, names, n_names));
    size_t length = strcspn(word + 2, "=");
    const char *name = arena_copy(arena, word + 2, length);
    size_t begun = 0;
    for (size_t i = 0; i < n_names; i++) {
        if (strcmp(name, names[i]) == 0)
            return error_set(error, STATUS_USAGE, "--%s takes no value", name);
        begun += length > 0 && strncmp(name, names[i], length) == 0;
    }
    if (begun > 1)
        return error_set(error, STATUS_USAGE,
                         "'--%s' is the beginning of several options", name);
    return error_set(error, STATUS_USAGE, "unknown option '--%s'%s", name,
                     option_advice(arena, name,
                                   option_value(argc, argv, optind - 1), names,
                                   n_names));
}

static enum status check_one_of(unsigned one_of, const struct options *options,
                                struct error *error)
{
    int missing[2], count = 0; /* more would make a long message */
    for (int id = 0; id < N_OPTIONS && count < 2; id++) {
        if ((one_of >> id & 1) && options->texts[id])
            return STATUS_OK;
        if (one_of >> id & 1)
            missing[count++] = id;
    }
    if (count < 2)
        return STATUS_OK;
    return error_set(error, STATUS_USAGE, "--%s %s or --%s %s is missing",
                     texts[missing[0]].name, texts[missing[0]].value,
                     texts[missing[1]].name, texts[missing[1]].value);
}

static enum status check_required(const struct option_rules *rules,
                                  const struct options *options,
                                  struct error *error)
{
    for (int id = 0; id < N_OPTIONS; id++)
        if ((rules->required >> id & 1) && !options->texts[id])
            return error_set(error, STATUS_USAGE, "--%s %s is missing",
                             texts[id].name, texts[id].value);
    return check_one_of(rules->one_of, options, error);
}

enum status options_parse(struct arena *arena, const struct option_rules *rules,
                          int argc, char **argv, struct options *options,
                          struct error *error)
{
    struct option list[N_OPTIONS + 1];
    const char *names[N_OPTIONS];
    size_t n_names;
    *options = (struct options){0};
    list_options(rules->allowed, list, names, &n_names);
    const char *letters = rules->stops_at_operand ? "+:" : ":";
    optind = 0; /* GNU: start anew */
    opterr = 0;
    enum status status = STATUS_OK;
    for (;;) {
        int id = getopt_long(argc, argv, letters, list, NULL);
        if (id == -1)
            break;
        if (id == '?')
            return refuse_option(arena, argc, argv, names, n_names, error);
        if (id == ':')
            return error_set(error, STATUS_USAGE, "%s wants a value",
                             argv[optind - 1]);
        status = take_option(arena, (enum option_id)id, optarg, options, error);
        if (status != STATUS_OK)
            return status;
    }
    options->n_words = optind;
    options->operands = argv + optind;
    options->n_operands = argc - optind;
    if (!rules->stops_at_operand && !rules->operands && optind < argc)
        return error_set(error, STATUS_USAGE, "unexpected argument '%s'",
                         argv[optind]);
    return options->help ? STATUS_OK : check_required(rules, options, error);
}

const char *option_name(enum option_id id)
{
    return texts[id].name;
}

void options_describe(unsigned allowed, FILE *out)
{
    for (int id = 0; id < N_OPTIONS; id++) {
        if (!is_allowed(allowed, id))
            continue;
        char left[64];
        snprintf(left, sizeof left, "--%s%s%s", texts[id].name,
                 texts[id].value ? " " : "",
                 texts[id].value ? texts[id].value : "");
        fprintf(out, "  %-26s %s\n", left, texts[id].purpose);
    }
}
