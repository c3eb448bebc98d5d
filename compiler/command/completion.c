/* Completion of guss's command lines: what an option or operand is called in the
 * help ("FILE.nn", "DIR") says what may stand for it. */
#include "compiler/command/completion.h"

#include <string.h>

#include "base/completion.h"
#include "base/completion_script.h"
#include "base/file.h"
#include "compiler/command/commands.h"
#include "compiler/compile.h"
#include "compiler/fetch/known_set.h"
#include "compiler/request/options.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/parse.h"
#include "trainer/schedule/schedule.h"
#include "trainer/session/complete_set.h"

enum { MOST_SETS = 8 };

/* What the words before were. */
struct line {
    struct arena *arena;
    const struct command_rules *commands, *command;
    const char *group;
    const char *file, *schedule; /* the first two operands; --schedule */
    int n_operands;
};

static void read_operand(struct completion *completion, const char *word)
{
    struct line *line = completion->program;
    const char *group = line->group;
    if (line->command) {
        const char **operand = line->n_operands ? &line->schedule : &line->file;
        if (line->n_operands++ < 2)
            *operand = word;
        return;
    }
    if (!group && command_is_group(line->commands, word)) {
        line->group = word;
        return;
    }
    line->command = command_find(
        line->commands,
        group ? arena_printf(line->arena, "%s %s", group, word) : word);
    completion->options = command_options(line->arena, line->command);
}

static void read_word(struct completion *completion,
                      const struct option_info *info, const char *word)
{
    struct line *line = completion->program;
    if (!info)
        read_operand(completion, word);
    else if (strcmp(info->name, "schedule") == 0)
        line->schedule = word;
}

/* ---- the answer ---------------------------------------------------------- */

/* "show, fetch" of the group "data". */
static const char *group_purpose(const struct line *line, const char *group)
{
    const char *purpose = "";
    for (const struct command_rules *command = line->commands; command->name;
         command++)
        if (command_is_of_group(command, group))
            purpose = arena_printf(line->arena, "%s%s%s", purpose,
                                   *purpose ? ", " : "",
                                   command->name + strlen(group) + 1);
    return purpose;
}

static void offer_commands(const struct completion *completion)
{
    const struct line *line = completion->program;
    const char *group = line->group, *before = "";
    completion_begin(completion, "words");
    for (const struct command_rules *command = line->commands; command->name;
         command++) {
        if (!command_is_of_group(command, group))
            continue;
        const char *name = command->name + (group ? strlen(group) + 1 : 0);
        const char *word = arena_copy(line->arena, name, strcspn(name, " "));
        bool is_group = strlen(word) < strlen(name);
        if (strcmp(word, before) != 0)
            completion_offer(completion, word,
                             is_group ? group_purpose(line, word)
                                      : command->purpose);
        before = word;
    }
    if (!group)
        completion_offer(completion, "help", "tell more of a command");
}

/* Names of what a file has: "NAME" of networks, "NAME=" of constants. A pipe is
 * left for the command to read. */
static void offer_items(const struct completion *completion,
                        enum ast_item_kind kind)
{
    const struct line *line = completion->program;
    struct error error = {0};
    struct ast *ast = NULL;
    completion_begin(completion, "words");
    if (line->file && !path_is_stream(line->file))
        ast =
            parse_file(line->arena, line->file, diags_new(line->arena), &error);
    for (const struct ast_item *item = ast ? ast->items : NULL; item;
         item = item->next)
        if (item->kind == kind)
            completion_offer(
                completion,
                kind == AST_CONST
                    ? arena_printf(line->arena, "%s=", item->name->text)
                    : item->name->text,
                kind == AST_CONST ? "const" : "network");
}

static void offer_known_sets(const struct completion *completion)
{
    const char *names[MOST_SETS];
    size_t n = known_set_names(names, MOST_SETS);
    completion_begin(completion, "words");
    for (size_t i = 0; i < n; i++)
        completion_offer(completion, names[i], "data set");
}

/* Keys of the schedule that the line names; of any, where it cannot be read. */
static void offer_keys(struct completion *completion)
{
    const struct line *line = completion->program;
    struct error error = {0};
    const struct source *source = line->schedule
                                      ? source_read(line->arena, line->schedule,
                                                    SCHEDULE_MAX_BYTES, &error)
                                      : NULL;
    complete_set(completion, line->arena, source);
}

/* The next operand as the help calls it, or "" where there is none. */
static const char *next_operand(const struct line *line)
{
    const char *rest = line->command->operands;
    for (int i = 0; i < line->n_operands; i++) {
        const char *end = strchr(rest, ' ');
        if (!end)
            return strstr(rest, "…") ? rest : "";
        rest = end + 1;
    }
    return arena_copy(line->arena, rest, strcspn(rest, " "));
}

static void offer_value(struct completion *completion, const char *called)
{
    bool is_operand = !completion->waiting;
    if (strcmp(called, "SHELL") == 0)
        completion_offer_choices(completion, COMPLETION_SHELLS);
    else if (strcmp(called, "NAME") == 0 && is_operand)
        offer_known_sets(completion);
    else if (strcmp(called, "NAME") == 0)
        offer_items(completion, AST_NETWORK);
    else if (strcmp(called, "NAME=VALUE") == 0)
        offer_items(completion, AST_CONST);
    else if (strcmp(called, "KEY=VALUE") == 0)
        offer_keys(completion);
    else
        completion_offer_called(completion, called);
}

void complete(struct arena *arena, const struct command_rules *commands,
              int n_words, char **words, FILE *out)
{
    struct line line = {.arena = arena, .commands = commands};
    struct completion completion = {.out = out,
                                    .options = command_options(arena, NULL),
                                    .read = read_word,
                                    .program = &line};
    int wants_help = n_words > 1 && strcmp(words[0], "help") == 0;
    if (completion_read(&completion, n_words - wants_help, words + wants_help))
        return;
    if (completion.waiting)
        offer_value(&completion, completion.waiting->value);
    else if (!line.command)
        offer_commands(&completion);
    else
        offer_value(&completion, next_operand(&line));
}

enum status run_completion(struct arena *arena, const struct request *request)
{
    struct error error = {0};
    if (completion_script(arena, request->operands[0], NULL, stdout, &error))
        return report(request, &error);
    return STATUS_OK;
}
