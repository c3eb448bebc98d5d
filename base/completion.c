/* The words so far are read as getopt_long() reads them. */
#include "base/completion.h"

#include <string.h>

/* ---- the words before ---------------------------------------------------- */

/* The option of that name or, where there is but one, beginning of a name. */
static const struct option_info *
find_option(const struct completion *completion, const char *name,
            size_t length)
{
    const struct option_info *found = NULL;
    bool is_alone = true;
    for (const struct option_info *info = completion->options; info->name;
         info++) {
        if (strncmp(info->name, name, length) != 0)
            continue;
        if (info->name[length] == '\0')
            return info;
        is_alone = !found;
        found = info;
    }
    return is_alone ? found : NULL;
}

static const struct option_info *
find_letter(const struct completion *completion, char letter)
{
    const struct option_info *info = completion->options;
    while (info->name && info->letter != letter)
        info++;
    return info->name ? info : NULL;
}

static void read_letters(struct completion *completion, const char *word)
{
    for (const char *letter = word + 1; *letter; letter++) {
        const struct option_info *info = find_letter(completion, *letter);
        if (!info || !info->value)
            continue;
        if (letter[1] == '\0')
            completion->waiting = info;
        return; /* the rest of the word is its value */
    }
}

static void read_option(struct completion *completion, const char *word)
{
    size_t length = strcspn(word, "=");
    if (strcmp(word, "--") == 0) {
        completion->options_ended = true;
        return;
    }
    if (word[1] != '-') {
        read_letters(completion, word);
        return;
    }
    const struct option_info *info =
        find_option(completion, word + 2, length - 2);
    if (!info || !info->value)
        return;
    if (word[length] == '=')
        completion->read(completion, info, word + length + 1);
    else
        completion->waiting = info;
}

static bool is_option(const struct completion *completion, const char *word)
{
    return *word == '-' && !completion->options_ended && !completion->waiting;
}

static void read_word(struct completion *completion, const char *word)
{
    if (is_option(completion, word) && word[1]) {
        read_option(completion, word);
        return;
    }
    const struct option_info *info = completion->waiting;
    completion->waiting = NULL;
    completion->read(completion, info, word);
}

/* ---- the answer ---------------------------------------------------------- */

void completion_begin(const struct completion *completion, const char *kind)
{
    fprintf(completion->out, "%s\n%.*s\n", kind,
            (int)(completion->partial - completion->word), completion->word);
}

void completion_offer(const struct completion *completion, const char *word,
                      const char *purpose)
{
    size_t length = strlen(completion->partial);
    if (strncmp(word, completion->partial, length) == 0)
        fprintf(completion->out, "%s\t%s\n", word, purpose);
}

bool completion_passes(struct completion *completion, const char *name)
{
    size_t length = strlen(name);
    if (strncmp(completion->partial, name, length) != 0 ||
        completion->partial[length] != '=')
        return false;
    completion->partial += length + 1;
    return true;
}

static void offer_options(const struct completion *completion)
{
    completion_begin(completion, "words");
    for (const struct option_info *info = completion->options; info->name;
         info++) {
        const char *purpose = info->purpose ? info->purpose : info->choices;
        char letter[] = {'-', info->letter, '\0'};
        char name[64];
        snprintf(name, sizeof name, "--%s", info->name);
        if (info->letter)
            completion_offer(completion, letter, purpose);
        completion_offer(completion, name, purpose);
    }
}

void completion_offer_choices(const struct completion *completion,
                              const char *choices)
{
    char word[MOST_CHOICE_BYTES];
    completion_begin(completion, "words");
    while (next_choice(&choices, word))
        completion_offer(completion, word, "");
}

void completion_offer_called(const struct completion *completion,
                             const char *called)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz";
    const char *ending = strchr(called, '.');
    bool is_reference = strcmp(called, "REF") == 0;
    char kind[32];
    if (ending && ending[1] != '.')
        snprintf(kind, sizeof kind, "files %.*s",
                 (int)strspn(ending + 1, letters), ending + 1);
    else if (strcmp(called, "DIR") == 0)
        snprintf(kind, sizeof kind, "folders");
    else if (is_reference || strcmp(called, "PATH") == 0 ||
             strcmp(called, "FILE") == 0)
        snprintf(kind, sizeof kind, "files");
    else
        snprintf(kind, sizeof kind, "words");
    completion_begin(completion, kind);
    if (!is_reference)
        return;
    completion_offer(completion, "smileys/train", "400 faces that guss draws");
    completion_offer(completion, "smileys/test", "17 faces that guss draws");
}

/* `--name=` before what is being written. */
static void read_attached_value(struct completion *completion)
{
    const char *word = completion->word;
    const char *sign = strchr(word, '=');
    if (word[1] != '-' || !sign)
        return;
    const struct option_info *info =
        find_option(completion, word + 2, (size_t)(sign - word) - 2);
    if (!info || !info->value)
        return;
    completion->waiting = info;
    completion->partial = sign + 1;
}

bool completion_read(struct completion *completion, int n_words, char **words)
{
    for (int i = 0; i + 1 < n_words; i++)
        read_word(completion, words[i]);
    completion->word = n_words > 0 ? words[n_words - 1] : "";
    completion->partial = completion->word;
    bool begins_option = is_option(completion, completion->word);
    if (begins_option)
        read_attached_value(completion);
    if (completion->waiting && completion->waiting->choices)
        completion_offer_choices(completion, completion->waiting->choices);
    else if (!completion->waiting && begins_option)
        offer_options(completion);
    else
        return false;
    return true;
}
