/* The scripts of completions/, compiled in, but for their last line: that one
 * is for guss alone, and here it is for the program that runs. */
#include "base/completion_script.h"

#include <string.h>

#include "base/file.h"
#include "base/option_info.h"
#include "base/text.h"
#include "completion_scripts.h"

/* As a word that all three shells read alike, but for backslashes in fish. */
static const char *quoted(struct arena *arena, const char *string, bool is_fish)
{
    struct text doubled = text_new(arena), word = text_new(arena);
    for (; *string; string++) {
        if (is_fish && *string == '\\')
            text_puts(&doubled, "\\");
        text_append(&doubled, string, 1);
    }
    text_put_word(&word, text_string(&doubled));
    return text_string(&word);
}

enum status completion_script(struct arena *arena, const char *shell,
                              const char *typed, FILE *out, struct error *error)
{
    static const struct {
        const char *script;
        const char *before_path, *before_name, *behind; /* of what follows it */
    } shells[] = {
        {script_bash, "_guss_programs+=(", ")\ncomplete -F _guss -- ", "\n"},
        {script_zsh, "typeset -ga _guss_programs\n_guss_programs+=(",
         ")\ncompdef _guss ", "\n"},
        {script_fish, "set -ga __guss_programs ", "\ncomplete -c ",
         " -n __guss_program -f -a '(__guss_complete)'\n"},
    };
    const char *path;
    int index = find_choice(COMPLETION_SHELLS, shell);
    if (index < 0)
        return error_set(error, STATUS_USAGE,
                         "completion is for " COMPLETION_SHELLS ", not '%.60s'",
                         shell);
    if (path_of_program(arena, &path, error))
        return error->status;
    bool is_fish = shells[index].script == script_fish;
    fputs(shells[index].script, out);
    fprintf(out, "%s%s%s%s%s", shells[index].before_path,
            quoted(arena, path, is_fish), shells[index].before_name,
            quoted(arena, path_name(typed ? typed : path), is_fish),
            shells[index].behind);
    return STATUS_OK;
}
