/* The options of every command, each once; a command says which it takes. */
#include "trainer/session/options.h"

#include <stddef.h>
#include <string.h>

#include "base/command_line.h"
#include "trainer/session/foreign_options.h"

enum { MOST = 1000000 };

#define AT(member) .offset = offsetof(struct options, member)
static const struct option_info all[] = {
    {OPTION_OUT, "out", 0, "DIR", "folder of the run, new or empty",
     .type = SETS_NOTHING},
    {OPTION_RESUME, "resume", 0, "DIR", "go on with the run in DIR",
     .type = SETS_NOTHING},
    {OPTION_INIT, "init", 0, "W.safetensors", "first weights",
     .type = SETS_NOTHING},
    {OPTION_ONLY, "only", 0, "PATTERN",
     "of --init, weights of such keys: 'a/*'", .type = SETS_NOTHING},
    {OPTION_REPEAT, "repeat", 0, "DIR", "train again as the run in DIR",
     .type = SETS_NOTHING},
    {OPTION_SCHEDULE, "schedule", 0, "FILE.yaml",
     "schedule in place of the one compiled in", .type = SETS_NOTHING},
    {OPTION_DATA, "data", 0, "DIR", "where data sets are looked for first",
     .type = SETS_NOTHING},
    {OPTION_SET, "set", 0, "KEY=VALUE", "change one value of the schedule",
     .type = SETS_NOTHING},
    {OPTION_THREADS, "threads", 0, "N", "number of threads; 0: all processors",
     .type = SETS_NUMBER, AT(threads), 0, 1024},
    {OPTION_NETWORK, "network", 0, "NAME", "network to run",
     .type = SETS_NOTHING},
    {OPTION_FROM, "from", 0, "LAYER", "begin with this layer's output",
     .type = SETS_NOTHING},
    {OPTION_LAYER, "layer", 0, "LAYER", "give this layer's output",
     .type = SETS_NOTHING},
    {OPTION_WEIGHTS, "weights", 0, "W.safetensors",
     "or a checkpoint, or a run folder", .type = SETS_NOTHING},
    {OPTION_LAYOUT, "layout", 0, "WHOSE", "how the weights lie",
     "keras or pytorch", SETS_CHOICE, AT(layout)},
    {OPTION_INPUT, "input", 0, "REF", "data set or .npy file",
     .type = SETS_NOTHING},
    {OPTION_TARGET, "target", 0, "REF", "what is to be made of the samples",
     .type = SETS_NOTHING},
    {OPTION_COUNT, "count", 0, "N", "number of samples", .type = SETS_NUMBER,
     AT(count), 1, MOST},
    {OPTION_COLUMNS, "columns", 0, "N", "samples in a row", .type = SETS_NUMBER,
     AT(columns), 1, MOST},
    {OPTION_STEPS, "steps", 0, "N", "images from one vector to the next",
     .type = SETS_NUMBER, AT(steps), 1, MOST},
    {OPTION_SEED, "seed", 0, "N", "where latent vectors are drawn from",
     .type = SETS_SEED, AT(seed)},
    {OPTION_OUTPUT, "output", 'o', "FILE", "file to write",
     .type = SETS_NOTHING},
    {OPTION_NPY, "npy", 0, "F.npy", "write the numbers, too",
     .type = SETS_NOTHING},
    {OPTION_ACCEPT, "accept", 0, "P", "least confidence of the judge",
     .type = SETS_SHARE, AT(accept)},
    {OPTION_PER_CLASS, "per-class", 0, "N", "images of each class",
     .type = SETS_NUMBER, AT(per_class), 1, MOST},
    {OPTION_FORMAT, "format", 0, "FORMAT", NULL, "text or json", SETS_WORD,
     AT(format)},
    {OPTION_ANSWER_FORMAT, "format", 0, "FORMAT", NULL, "text, csv or json",
     SETS_WORD, AT(format)},
    {OPTION_TOP, "top", 0, "K", "classes in an answer", .type = SETS_NUMBER,
     AT(top), 1, MOST},
    {OPTION_CONFUSION, "confusion", 0, "C.png", "draw what is taken for what",
     .type = SETS_NOTHING},
    {OPTION_MISTAKES, "mistakes", 0, "S.png", "draw the worst mistakes",
     .type = SETS_NOTHING},
    {OPTION_SECONDS, "seconds", 0, "S", "for how long; 3 steps at least",
     .type = SETS_SECONDS, AT(seconds)},
    {OPTION_PREDICT, "predict", 0, NULL, "time predictions, not the step",
     .type = SETS_FLAG, AT(predict)},
    {OPTION_BATCH, "batch", 0, "N", "of --predict, samples at a time",
     .type = SETS_NUMBER, AT(batch), 1, MOST},
    {OPTION_COLOR, "color", 0, "WHEN", NULL, "auto, always or never",
     SETS_CHOICE, AT(colour)},
    {OPTION_HELP, "help", 'h', NULL, "this text", .type = SETS_FLAG, AT(help)},
    {OPTION_VERSION, "version", 0, NULL, "the version", .type = SETS_FLAG,
     AT(version)},
    {0},
};
#undef AT
_Static_assert(sizeof all / sizeof *all == N_OPTIONS + 1,
               "a row for each option, in the order of their numbers");

void options_of(const struct option_rules *rules,
                struct option_info info[N_OPTIONS + 1])
{
    const uint64_t always = UINT64_C(1) << OPTION_HELP | UINT64_C(1)
                                                             << OPTION_COLOR;
    options_select(all, rules->allowed | always, info);
    for (const struct option_meaning *own = rules->meanings; own && own->value;
         own++)
        for (struct option_info *one = info; one->name; one++)
            if (one->id == (int)own->id) {
                one->value = own->value;
                one->purpose = own->purpose;
            }
}

static enum status check_one_of(const struct option_rules *rules,
                                const struct option_info *info,
                                const struct options *options,
                                struct error *error)
{
    const struct option_info *missing[2]; /* more would make a long message */
    int count = 0;
    for (; info->name && count < 2; info++) {
        if (!(rules->one_of >> info->id & 1))
            continue;
        if (options->texts[info->id])
            return STATUS_OK;
        missing[count++] = info;
    }
    if (count < 2)
        return STATUS_OK;
    return error_set(error, STATUS_USAGE, "--%s %s or --%s %s is missing",
                     missing[0]->name, missing[0]->value, missing[1]->name,
                     missing[1]->value);
}

static enum status check_required(const struct option_rules *rules,
                                  const struct option_info *info,
                                  const struct options *options,
                                  struct error *error)
{
    for (const struct option_info *one = info; one->name; one++)
        if ((rules->required >> one->id & 1) && !options->texts[one->id])
            return error_set(error, STATUS_USAGE, "--%s %s is missing",
                             one->name, one->value);
    return check_one_of(rules, info, options, error);
}

/* What stands in several places of a line, and what was given with each. */
static void take_texts(struct arena *arena, const struct command_line *line,
                       struct options *options)
{
    for (size_t i = 0; i < line->n_given; i++)
        options->texts[line->given[i].info->id] = line->given[i].text;
    options->n_inputs =
        given_texts(arena, line, OPTION_INPUT, &options->inputs);
    options->n_outputs =
        given_texts(arena, line, OPTION_OUTPUT, &options->outputs);
    options->n_patterns =
        given_texts(arena, line, OPTION_ONLY, &options->patterns);
    const char **edits;
    options->n_edits = given_texts(arena, line, OPTION_SET, &edits);
    options->edits =
        arena_alloc(arena, options->n_edits + 1, sizeof *options->edits);
    for (size_t i = 0; i < options->n_edits; i++)
        options->edits[i].text = edits[i];
}

enum status options_parse(struct arena *arena, const struct option_rules *rules,
                          int argc, char **argv, struct options *options,
                          struct error *error)
{
    struct option_info info[N_OPTIONS + 1];
    struct command_line line;
    options_of(rules, info);
    const struct command_line_rules line_rules = {.options = info,
                                                  .stops_at_operand =
                                                      rules->stops_at_operand,
                                                  .advise = option_advice};
    *options = (struct options){.format = ""};
    enum status status = command_line_read(arena, &line_rules, argc, argv,
                                           options, &line, error);
    take_texts(arena, &line, options);
    options->is_json = strcmp(options->format, "json") == 0;
    options->is_csv = strcmp(options->format, "csv") == 0;
    options->n_words = line.n_words;
    options->operands = line.operands;
    options->n_operands = line.n_operands;
    if (status != STATUS_OK)
        return status;
    if (!rules->stops_at_operand && !rules->operands && line.n_operands > 0)
        return error_set(error, STATUS_USAGE, "unexpected argument '%s'",
                         line.operands[0]);
    return options->help ? STATUS_OK
                         : check_required(rules, info, options, error);
}

const char *option_name(enum option_id id)
{
    return all[id].name;
}

void options_describe(const struct option_rules *rules, FILE *out)
{
    enum { WIDTH = 24 }; /* of "--weights W.safetensors" and a blank */
    struct option_info info[N_OPTIONS + 1];
    options_of(rules, info);
    for (const struct option_info *one = info; one->name; one++)
        option_describe(one, WIDTH, out);
}
