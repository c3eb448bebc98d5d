/* Completion: the words so far are read as request.c reads them, but nothing in
 * them is a mistake; what an option or operand is called in the help
 * ("FILE.nn", "DIR") says what may stand for it. */
#include "compiler/command/completion.h"

#include <string.h>

#include "compiler/command/options.h"
#include "compiler/fetch/known_set.h"
#include "compiler/syntax/ast.h"
#include "compiler/syntax/parse.h"

enum { MOST_SETS = 8 };

struct completion {
    struct arena *arena;
    const struct command_rules *commands;
    FILE *out;
    const char *partial; /* what is there of the word, behind a `--name=` */
    /* what the words before it were */
    const struct command_rules *command;
    const char *group;
    const char *file; /* the first operand */
    int n_operands;
    const struct option_facts *waiting; /* for its value */
    bool options_ended;                 /* by "--" */
};

/* ---- the words before ---------------------------------------------------- */

/* The option of that name or, where there is but one, beginning of a name. */
static const struct option_facts *
find_option(const struct completion *completion, const char *name,
            size_t length)
{
    const struct option_facts *found = NULL;
    for (const struct option_facts *facts = option_facts; facts->name;
         facts++) {
        if (!command_takes(completion->command, facts) ||
            strncmp(facts->name, name, length) != 0)
            continue;
        if (facts->name[length] == '\0')
            return facts;
        if (found)
            return NULL;
        found = facts;
    }
    return found;
}

static const struct option_facts *
find_letter(const struct completion *completion, char letter)
{
    for (const struct option_facts *facts = option_facts; facts->name; facts++)
        if (facts->letter == letter &&
            command_takes(completion->command, facts))
            return facts;
    return NULL;
}

static void read_letters(struct completion *completion, const char *word)
{
    for (const char *letter = word + 1; *letter; letter++) {
        const struct option_facts *facts = find_letter(completion, *letter);
        if (!facts || !facts->value)
            continue;
        if (letter[1] == '\0')
            completion->waiting = facts;
        return; /* the rest of the word is its value */
    }
}

static void read_option(struct completion *completion, const char *word)
{
    if (strcmp(word, "--") == 0) {
        completion->options_ended = true;
    } else if (word[1] != '-') {
        read_letters(completion, word);
    } else if (!strchr(word, '=')) {
        const struct option_facts *facts =
            find_option(completion, word + 2, strlen(word + 2));
        completion->waiting = facts && facts->value ? facts : NULL;
    }
}

static void read_operand(struct completion *completion, const char *word)
{
    const char *group = completion->group;
    if (completion->command) {
        if (completion->n_operands++ == 0)
            completion->file = word;
    } else if (group) {
        completion->command =
            command_find(completion->commands,
                         arena_printf(completion->arena, "%s %s", group, word));
    } else if (command_is_group(completion->commands, word)) {
        completion->group = word;
    } else {
        completion->command = command_find(completion->commands, word);
    }
}

/* `--name=` before what is being written. */
static void read_attached_value(struct completion *completion)
{
    const char *word = completion->partial;
    const char *sign = strchr(word, '=');
    if (word[1] != '-' || !sign)
        return;
    completion->waiting =
        find_option(completion, word + 2, (size_t)(sign - word) - 2);
    completion->partial = sign + 1;
}

static void read_word(struct completion *completion, const char *word)
{
    if (completion->waiting)
        completion->waiting = NULL;
    else if (*word == '-' && word[1] && !completion->options_ended)
        read_option(completion, word);
    else
        read_operand(completion, word);
}

/* ---- the answer ---------------------------------------------------------- */

static void offer(const struct completion *completion, const char *word,
                  const char *purpose)
{
    size_t length = strlen(completion->partial);
    if (strncmp(word, completion->partial, length) == 0)
        fprintf(completion->out, "%s\t%s\n", word, purpose);
}

/* "show, fetch" of the group "data". */
static const char *group_purpose(const struct completion *completion,
                                 const char *group)
{
    const char *purpose = "";
    for (const struct command_rules *command = completion->commands;
         command->name; command++)
        if (command_is_of_group(command, group))
            purpose = arena_printf(completion->arena, "%s%s%s", purpose,
                                   *purpose ? ", " : "",
                                   command->name + strlen(group) + 1);
    return purpose;
}

static void offer_commands(const struct completion *completion)
{
    const char *group = completion->group, *before = "";
    fprintf(completion->out, "words\n");
    for (const struct command_rules *command = completion->commands;
         command->name; command++) {
        if (!command_is_of_group(command, group))
            continue;
        const char *name = command->name + (group ? strlen(group) + 1 : 0);
        const char *word =
            arena_copy(completion->arena, name, strcspn(name, " "));
        bool is_group = strlen(word) < strlen(name);
        if (strcmp(word, before) != 0)
            offer(completion, word,
                  is_group ? group_purpose(completion, word)
                           : command->purpose);
        before = word;
    }
    if (!group)
        offer(completion, "help", "tell more of a command");
}

static void offer_options(const struct completion *completion)
{
    fprintf(completion->out, "words\n");
    for (const struct option_facts *facts = option_facts; facts->name;
         facts++) {
        if (!command_takes(completion->command, facts))
            continue;
        const char *purpose = facts->purpose ? facts->purpose : facts->choices;
        char letter[] = {'-', facts->letter, '\0'};
        if (facts->letter)
            offer(completion, letter, purpose);
        offer(completion, arena_printf(completion->arena, "--%s", facts->name),
              purpose);
    }
}

static void offer_networks(const struct completion *completion)
{
    struct error error = {0};
    struct ast *ast = NULL;
    if (completion->file)
        ast = parse_file(completion->arena, completion->file,
                         diags_new(completion->arena), &error);
    for (const struct ast_item *item = ast ? ast->items : NULL; item;
         item = item->next)
        if (item->kind == AST_NETWORK)
            offer(completion, item->name->text, "network");
}

static void offer_known_sets(const struct completion *completion)
{
    const char *names[MOST_SETS];
    size_t n = known_set_names(names, MOST_SETS);
    for (size_t i = 0; i < n; i++)
        offer(completion, names[i], "data set");
}

/* What may stand for `called`: "FILE.nn…", "[SCHEDULE.yaml]", "DIR", "REF". */
static void offer_value(const struct completion *completion, const char *called)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    const char *ending = strchr(called, '.');
    bool is_reference = strcmp(called, "REF") == 0;
    if (ending)
        fprintf(completion->out, "files %.*s\n",
                (int)strspn(ending + 1, letters), ending + 1);
    else if (strcmp(called, "DIR") == 0)
        fprintf(completion->out, "folders\n");
    else if (strcmp(called, "PATH") == 0 || is_reference)
        fprintf(completion->out, "files\n");
    else
        fprintf(completion->out, "words\n");
    if (is_reference) {
        offer(completion, "smileys/train", "400 faces that guss draws");
        offer(completion, "smileys/test", "17 faces that guss draws");
    } else if (strcmp(called, "NAME") == 0) {
        if (completion->waiting)
            offer_networks(completion);
        else
            offer_known_sets(completion);
    }
}

static void offer_choices(const struct completion *completion)
{
    const char *rest = completion->waiting->choices;
    char word[MOST_CHOICE_BYTES];
    fprintf(completion->out, "words\n");
    while (next_choice(&rest, word))
        offer(completion, word, "");
}

/* The next operand as the help calls it, or "" where there is none. */
static const char *next_operand(const struct completion *completion)
{
    const char *rest = completion->command->operands;
    for (int i = 0; i < completion->n_operands; i++) {
        const char *end = strchr(rest, ' ');
        if (!end)
            return strstr(rest, "…") ? rest : "";
        rest = end + 1;
    }
    return arena_copy(completion->arena, rest, strcspn(rest, " "));
}

void complete(struct arena *arena, const struct command_rules *commands,
              int n_words, char **words, FILE *out)
{
    struct completion completion = {
        .arena = arena, .commands = commands, .out = out, .partial = ""};
    bool wants_help = n_words > 1 && strcmp(words[0], "help") == 0;
    for (int i = wants_help; i + 1 < n_words; i++)
        read_word(&completion, words[i]);
    completion.partial = n_words > 0 ? words[n_words - 1] : "";
    bool is_option = *completion.partial == '-' && !completion.options_ended;
    if (is_option && !completion.waiting)
        read_attached_value(&completion);
    if (completion.waiting && completion.waiting->choices)
        offer_choices(&completion);
    else if (completion.waiting)
        offer_value(&completion, completion.waiting->value);
    else if (is_option)
        offer_options(&completion);
    else if (!completion.command)
        offer_commands(&completion);
    else
        offer_value(&completion, next_operand(&completion));
}
