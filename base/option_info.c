#include "base/option_info.h"

#include <assert.h>
#include <string.h>

void options_select(const struct option_info *table, uint64_t ids,
                    struct option_info *taken)
{
    for (; table->name; table++)
        if (ids >> table->id & 1)
            *taken++ = *table;
    *taken = *table;
}

void option_describe(const struct option_info *info, int width, FILE *out)
{
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s", info->name, info->value ? " " : "",
             info->value ? info->value : "");
    if (info->letter)
        fprintf(out, "  -%c, ", info->letter);
    else
        fprintf(out, "      ");
    bool both = info->purpose && info->choices;
    fprintf(out, "%-*s %s%s%s\n", width, left,
            info->choices ? info->choices : "", both ? "; " : "",
            info->purpose ? info->purpose : "");
}

bool next_choice(const char **list, char word[MOST_CHOICE_BYTES])
{
    *list += strspn(*list, ", ");
    if (strncmp(*list, "or ", 3) == 0)
        *list += 3;
    size_t length = strcspn(*list, ", ");
    assert(length < MOST_CHOICE_BYTES);
    memcpy(word, *list, length);
    word[length] = '\0';
    *list += length;
    return length > 0;
}

int find_choice(const char *list, const char *word)
{
    char choice[MOST_CHOICE_BYTES];
    for (int i = 0; next_choice(&list, choice); i++)
        if (strcmp(choice, word) == 0)
            return i;
    return -1;
}
