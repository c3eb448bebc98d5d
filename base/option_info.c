#include "base/option_info.h"

#include <assert.h>
#include <string.h>

void options_select(const struct option_info *table, unsigned ids,
                    struct option_info *taken)
{
    for (; table->name; table++)
        if (ids >> table->id & 1)
            *taken++ = *table;
    *taken = *table;
}

void option_describe(const struct option_info *facts, int width, FILE *out)
{
    char left[64];
    snprintf(left, sizeof left, "--%s%s%s", facts->name,
             facts->value ? " " : "", facts->value ? facts->value : "");
    if (facts->letter)
        fprintf(out, "  -%c, ", facts->letter);
    else
        fprintf(out, "      ");
    bool both = facts->purpose && facts->choices;
    fprintf(out, "%-*s %s%s%s\n", width, left,
            facts->choices ? facts->choices : "", both ? "; " : "",
            facts->purpose ? facts->purpose : "");
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
