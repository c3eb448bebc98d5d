/* The command line, read with getopt_long: `--opt value`, `--opt=value`, `--`.
 * One table has every option of every command; a command says which it takes. */
#include "trainer/session/options.h"

#include <assert.h>
#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/session/foreign_options.h"

enum { COUNT_LIMIT = 1000000, THREADS_LIMIT = 1024 };

static const struct option_facts all[] = {
    {OPTION_OUT, "out", 0, "DIR", "folder of the run, new or empty", NULL},
    {OPTION_RESUME, "resume", 0, "DIR", "go on with the run in DIR", NULL},
    {OPTION_INIT, "init", 0, "W.safetensors", "first weights", NULL},
    {OPTION_REPEAT, "repeat", 0, "DIR", "train again as the run in DIR", NULL},
    {OPTION_SCHEDULE, "schedule", 0, "FILE.yaml",
     "schedule in place of the one compiled in", NULL},
    {OPTION_DATA, "data", 0, "DIR", "where data sets are looked for first",
     NULL},
    {OPTION_SET, "set", 0, "KEY=VALUE", "change one value of the schedule",
     NULL},
    {OPTION_THREADS, "threads", 0, "N", "number of threads; 0: all processors",
     NULL},
    {OPTION_NETWORK, "network", 0, "NAME", "network to run", NULL},
    {OPTION_FROM, "from", 0, "LAYER", "begin with this layer's output", NULL},
    {OPTION_LAYER, "layer", 0, "LAYER", "give this layer's output", NULL},
    {OPTION_WEIGHTS, "weights", 0, "W.safetensors",
     "or a checkpoint, or a run folder", NULL},
    {OPTION_INPUT, "input", 0, "REF", "data set or .npy file", NULL},
    {OPTION_COUNT, "count", 0, "N", "number of samples", NULL},
    {OPTION_COLUMNS, "columns", 0, "N", "samples in a row", NULL},
    {OPTION_STEPS, "steps", 0, "N", "images from one vector to the next", NULL},
    {OPTION_SEED, "seed", 0, "N", "where latent vectors are drawn from", NULL},
    {OPTION_OUTPUT, "output", 'o', "FILE", "file to write", NULL},
    {OPTION_NPY, "npy", 0, "F.npy", "write the numbers, too", NULL},
    {OPTION_FORMAT, "format", 0, "FORMAT", NULL, "text or json"},
    {OPTION_ANSWER_FORMAT, "format", 0, "FORMAT", NULL, "text, csv or json"},
    {OPTION_TOP, "top", 0, "K", "classes in an answer", NULL},
    {OPTION_CONFUSION, "confusion", 0, "C.png", "draw what is taken for what",
     NULL},
    {OPTION_MISTAKES, "mistakes", 0, "S.png", "draw the worst mistakes", NULL},
    {OPTION_SECONDS, "seconds", 0, "S", "for how long; 3 steps at least", NULL},
    {OPTION_COLOR, "color", 0, "WHEN", NULL, "auto, always or never"},
    {OPTION_HELP, "help", 'h', NULL, "this text", NULL},
    {OPTION_VERSION, "version", 0, NULL, "the version", NULL},
    {0},
};
_Static_assert(sizeof all / sizeof *all == N_OPTIONS + 1,
               "a row for each option, in the order of their numbers");

void options_of(const struct option_rules *rules,
                struct option_facts facts[N_OPTIONS + 1])
{
    const unsigned always = 1u << OPTION_HELP | 1u << OPTION_COLOR;
    int n = 0;
    for (int id = 0; id < N_OPTIONS; id++) {
        assert(all[id].id == id);
        if ((rules->allowed | always) >> id & 1)
            facts[n++] = all[id];
    }
    facts[n] = (struct option_facts){0};
    for (const struct option_meaning *own = rules->meanings; own && own->value;
         own++)
        for (int i = 0; i < n; i++)
            if (facts[i].id == (int)own->id) {
                facts[i].value = own->value;
                facts[i].purpose = own->purpose;
            }
}

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
                         all[id].name, (long long)least, (long long)limit,
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

static enum status refuse_choice(enum option_id id, const char *value,
                                 struct error *error)
{
    return error_set(error, STATUS_USAGE, "--%s wants %s, not '%s'",
                     all[id].name, all[id].choices, value);
}

static enum status read_colour(const char *value, enum colour_choice *choice,
                               struct error *error)
{
    int index = find_choice(all[OPTION_COLOR].choices, value);
    if (index < 0)
        return refuse_choice(OPTION_COLOR, value, error);
    *choice = (enum colour_choice)index;
    return STATUS_OK;
}

static enum status read_format(enum option_id id, const char *value,
                               struct options *options, struct error *error)
{
    if (find_choice(all[id].choices, value) < 0)
        return refuse_choice(id, value, error);
    options->is_json = strcmp(value, "json") == 0;
    options->is_csv = strcmp(value, "csv") == 0;
    return STATUS_OK;
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

/* getopt's table of what is taken, and its letters; `names` are those for
 * suggestions. */
static void list_options(const struct option_facts *facts,
                         struct option list[N_OPTIONS + 1], char *letters,
                         const char *names[N_OPTIONS], size_t *n_names)
{
    *n_names = 0;
    for (; facts->name; facts++) {
        int has_value = facts->value ? required_argument : no_argument;
        list[*n_names] =
            (struct option){facts->name, has_value, NULL, facts->id};
        names[(*n_names)++] = facts->name;
        if (!facts->letter)
            continue;
        *letters++ = facts->letter;
        if (facts->value)
            *letters++ = ':';
    }
    list[*n_names] = (struct option){0};
    *letters = '\0';
}

/* What getopt_long() gives back: an option's number, or its letter. */
static enum option_id id_of(int given)
{
    int id = 0;
    while (given >= N_OPTIONS && all[id].letter != given)
        id++;
    return (enum option_id)(given >= N_OPTIONS ? id : given);
}
_Static_assert(N_OPTIONS < ' ', "numbers are no letters");

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

static enum status check_one_of(const struct option_rules *rules,
                                const struct option_facts *facts,
                                const struct options *options,
                                struct error *error)
{
    const struct option_facts *missing[2]; /* more would make a long message */
    int count = 0;
    for (; facts->name && count < 2; facts++) {
        if (!(rules->one_of >> facts->id & 1))
            continue;
        if (options->texts[facts->id])
            return STATUS_OK;
        missing[count++] = facts;
    }
    if (count < 2)
        return STATUS_OK;
    return error_set(error, STATUS_USAGE, "--%s %s or --%s %s is missing",
                     missing[0]->name, missing[0]->value, missing[1]->name,
                     missing[1]->value);
}

static enum status check_required(const struct option_rules *rules,
                                  const struct option_facts *facts,
                                  const struct options *options,
                                  struct error *error)
{
    for (const struct option_facts *one = facts; one->name; one++)
        if ((rules->required >> one->id & 1) && !options->texts[one->id])
            return error_set(error, STATUS_USAGE, "--%s %s is missing",
                             one->name, one->value);
    return check_one_of(rules, facts, options, error);
}

enum status options_parse(struct arena *arena, const struct option_rules *rules,
                          int argc, char **argv, struct options *options,
                          struct error *error)
{
    struct option_facts facts[N_OPTIONS + 1];
    struct option list[N_OPTIONS + 1];
    const char *names[N_OPTIONS];
    char letters[2 * N_OPTIONS + 3] = "+:";
    size_t n_names;
    *options = (struct options){0};
    options_of(rules, facts);
    list_options(facts, list, letters + 2, names, &n_names);
    optind = 0; /* GNU: start anew */
    opterr = 0;
    enum status status = STATUS_OK;
    for (;;) {
        int id = getopt_long(argc, argv, letters + !rules->stops_at_operand,
                             list, NULL);
        if (id == -1)
            break;
        if (id == '?')
            return refuse_option(arena, argc, argv, names, n_names, error);
        if (id == ':')
            return error_set(error, STATUS_USAGE, "%s wants a value",
                             argv[optind - 1]);
        status = take_option(arena, id_of(id), optarg, options, error);
        if (status != STATUS_OK)
            return status;
    }
    options->n_words = optind;
    options->operands = argv + optind;
    options->n_operands = argc - optind;
    if (!rules->stops_at_operand && !rules->operands && optind < argc)
        return error_set(error, STATUS_USAGE, "unexpected argument '%s'",
                         argv[optind]);
    return options->help ? STATUS_OK
                         : check_required(rules, facts, options, error);
}

const char *option_name(enum option_id id)
{
    return all[id].name;
}

void options_describe(const struct option_rules *rules, FILE *out)
{
    enum { WIDTH = 24 }; /* of "--weights W.safetensors" and a blank */
    struct option_facts facts[N_OPTIONS + 1];
    options_of(rules, facts);
    for (const struct option_facts *one = facts; one->name; one++)
        option_describe(one, WIDTH, out);
}
