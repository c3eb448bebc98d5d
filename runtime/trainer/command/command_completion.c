/* completion, and the answers to shells that ask: from the tables of commands
 * and options, the model's, and the schedule. */
#include <string.h>

#include "base/completion.h"
#include "base/completion_script.h"
#include "trainer/command/commands.h"
#include "trainer/session/complete_set.h"
#include "trainer/session/network.h"

enum status command_completion(struct session *session)
{
    const struct options *options = session->options;
    if (options->n_operands != 1)
        return error_set(&session->error, STATUS_USAGE,
                         "completion wants a shell: " COMPLETION_SHELLS);
    if (completion_script(session->arena, options->operands[0],
                          session->program, stdout, &session->error))
        return session->error.status;
    return session_flush(session);
}

/* What the words before were. */
struct line {
    struct session *session;
    const struct command *command;
    struct option_info options[N_OPTIONS + 1]; /* it takes */
    const char *network, *schedule;            /* that are named */
};

static void read_word(struct completion *completion,
                      const struct option_info *info, const char *word)
{
    struct line *line = completion->program;
    const struct command *command;
    if (info && info->id == OPTION_NETWORK)
        line->network = word;
    if (info && info->id == OPTION_SCHEDULE)
        line->schedule = word;
    for (int i = 0; !info && !line->command && (command = command_at(i)); i++)
        if (strcmp(command->name, word) == 0) {
            line->command = command;
            options_of(&command->rules, line->options);
        }
}

static void offer_commands(const struct completion *completion)
{
    const struct line *line = completion->program;
    const struct command *command;
    completion_begin(completion, "words");
    for (int i = 0; (command = command_at(i)); i++)
        if (command_fits(command, line->session->model))
            completion_offer(completion, command->name, command->purpose);
}

static void offer_operand(const struct completion *completion)
{
    const struct line *line = completion->program;
    if (line->command->run == command_completion)
        completion_offer_choices(completion, COMPLETION_SHELLS);
    else
        completion_offer_called(completion,
                                line->command->rules.operands ? "REF" : "");
}

/* ---- values of options --------------------------------------------------- */

static void offer_networks(const struct completion *completion)
{
    const struct line *line = completion->program;
    const struct guss_model *model = line->session->model;
    completion_begin(completion, "words");
    for (int i = 0; i < model->n_networks; i++)
        completion_offer(completion, model->networks[i].name, "network");
}

/* As session_network() has it, or NULL. */
static const struct guss_network *find_network(const struct line *line)
{
    const struct guss_model *model = line->session->model;
    if (!line->network && model->schedule_text)
        return trained_network(model);
    for (int i = 0; i < model->n_networks; i++)
        if (line->network ? strcmp(model->networks[i].name, line->network) == 0
                          : model->n_networks == 1)
            return &model->networks[i];
    return NULL;
}

static void offer_layers(const struct completion *completion)
{
    const struct guss_network *network = find_network(completion->program);
    completion_begin(completion, "words");
    for (int i = 0; network && i < network->n_outputs; i++)
        completion_offer(completion, network->outputs[i].layer, "layer");
}

/* "NAME=" of several ends, then or else what the option takes: "REF". */
static void offer_ends(struct completion *completion,
                       const struct guss_network *network, const int *ends,
                       int n_ends)
{
    struct arena *arena = ((struct line *)completion->program)->session->arena;
    bool is_named = n_ends < 2;
    for (int i = 0; i < n_ends && !is_named; i++)
        is_named =
            completion_passes(completion, network->outputs[ends[i]].layer);
    if (is_named) {
        completion_offer_called(completion, completion->waiting->value);
        return;
    }
    completion_begin(completion, "words");
    for (int i = 0; i < n_ends; i++)
        completion_offer(
            completion,
            arena_printf(arena, "%s=", network->outputs[ends[i]].layer), "");
}

/* Keys of the schedule that is named, else of the one compiled in. */
static void offer_keys(struct completion *completion)
{
    const struct line *line = completion->program;
    struct arena *arena = line->session->arena;
    const struct guss_model *model = line->session->model;
    struct error error = {0};
    const struct source *source = NULL;
    if (line->schedule)
        source = source_read(arena, line->schedule, SCHEDULE_MAX_BYTES, &error);
    else if (model->schedule_text)
        source =
            source_from_text(arena, model->schedule_path, model->schedule_text,
                             strlen(model->schedule_text));
    complete_set(completion, arena, source);
}

static void offer_value(struct completion *completion)
{
    struct line *line = completion->program;
    const struct guss_network *network = find_network(line);
    bool predicts = line->command && line->command->run == command_predict;
    switch (completion->waiting->id) {
    case OPTION_NETWORK:
        offer_networks(completion);
        return;
    case OPTION_FROM:
    case OPTION_LAYER:
        offer_layers(completion);
        return;
    case OPTION_SET:
        offer_keys(completion);
        return;
    case OPTION_INPUT:
    case OPTION_TARGET:
        offer_ends(completion, network, network ? network->inputs : NULL,
                   predicts && network ? network->n_inputs : 0);
        return;
    case OPTION_OUTPUT:
        offer_ends(completion, network, network ? network->results : NULL,
                   predicts && network ? network->n_results : 0);
        return;
    default:
        completion_offer_called(completion, completion->waiting->value);
    }
}

enum status executable_complete(struct session *session, int n_words,
                                char **words)
{
    struct line line = {.session = session};
    struct completion completion = {.out = stdout,
                                    .options = line.options,
                                    .read = read_word,
                                    .program = &line};
    options_of(&line_rules, line.options);
    if (completion_read(&completion, n_words, words))
        ;
    else if (completion.waiting)
        offer_value(&completion);
    else if (!line.command)
        offer_commands(&completion);
    else
        offer_operand(&completion);
    return session_flush(session);
}
