/* getopt_long() finds the options; what they mean is in their table. */
#include "base/command_line.h"

#include <errno.h>
#include <getopt.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What getopt_long() gives back for an option given by its name: behind all
 * letters, its place in the table. */
enum { BY_NAME = 256 };

struct reading {
    struct arena *arena;
    const struct command_line_rules *rules;
    int argc;
    char **argv;
    void *values;
    struct error *error;
};

/* ---- values -------------------------------------------------------------- */

static enum status read_number(const struct reading *reading,
                               const struct option_info *info, const char *text,
                               int64_t *value)
{
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno || end == text || *end || number < info->least ||
        number > info->most)
        return error_set(reading->error, STATUS_USAGE,
                         "--%s wants a number from %lld to %lld, not '%.60s'",
                         info->name, (long long)info->least,
                         (long long)info->most, text);
    *value = number;
    return STATUS_OK;
}

static enum status read_seed(const struct reading *reading,
                             const struct option_info *info, const char *text,
                             uint64_t *seed)
{
    char *end;
    errno = 0;
    unsigned long long number = strtoull(text, &end, 10);
    if (errno || end == text || *end || text[0] < '0' || text[0] > '9')
        return error_set(reading->error, STATUS_USAGE,
                         "--%s wants a number from 0 to "
                         "18446744073709551615, not '%.60s'",
                         info->name, text);
    *seed = number;
    return STATUS_OK;
}

static enum status read_seconds(const struct reading *reading,
                                const struct option_info *info,
                                const char *text, double *seconds)
{
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end || !isfinite(number) || number <= 0.0 ||
        number > 86400.0)
        return error_set(
            reading->error, STATUS_USAGE,
            "--%s wants a time above 0 and up to 86400 seconds, not '%.60s'",
            info->name, text);
    *seconds = number;
    return STATUS_OK;
}

static enum status read_share(const struct reading *reading,
                              const struct option_info *info, const char *text,
                              double *share)
{
    char *end;
    double number = strtod(text, &end);
    if (end == text || *end || !(number > 0.0 && number <= 1.0))
        return error_set(reading->error, STATUS_USAGE,
                         "--%s wants a number above 0 and up to 1, not '%.60s'",
                         info->name, text);
    *share = number;
    return STATUS_OK;
}

static enum status read_bytes(const struct reading *reading,
                              const struct option_info *info, const char *text,
                              int64_t *bytes)
{
    static const char *const units[] = {"", "KiB", "MiB", "GiB"};
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    bool is_number = errno == 0 && *text >= '0' && *text <= '9';
    for (int i = 0; is_number && i < 4; i++) {
        bool fits = number > 0 && number <= INT64_MAX >> (10 * i);
        if (strcmp(end, units[i]) != 0 || !fits)
            continue;
        *bytes = (int64_t)number << (10 * i);
        return STATUS_OK;
    }
    return error_set(reading->error, STATUS_USAGE,
                     "--%s is a size such as 4MiB, 512KiB, 1GiB or "
                     "1048576, not '%.60s'",
                     info->name, text);
}

static enum status read_choice(const struct reading *reading,
                               const struct option_info *info, const char *text,
                               int *index)
{
    *index = find_choice(info->choices, text);
    if (*index >= 0)
        return STATUS_OK;
    return error_set(reading->error, STATUS_USAGE, "--%s %s %s, not '%.60s'",
                     info->name, reading->rules->owner ? "is" : "wants",
                     info->choices, text);
}

static enum status set_value(const struct reading *reading,
                             const struct option_info *info, const char *text)
{
    void *value = (char *)reading->values + info->offset;
    int index;
    switch (info->type) {
    case SETS_NOTHING:
        break;
    case SETS_FLAG:
        *(bool *)value = true;
        break;
    case SETS_WORD:
        if (read_choice(reading, info, text, &index))
            return reading->error->status;
        *(const char **)value = text;
        break;
    case SETS_TEXT:
        *(const char **)value = text;
        break;
    case SETS_CHOICE:
        if (read_choice(reading, info, text, &index))
            return reading->error->status;
        *(unsigned *)value = (unsigned)index;
        break;
    case SETS_NUMBER:
        return read_number(reading, info, text, value);
    case SETS_SEED:
        return read_seed(reading, info, text, value);
    case SETS_SECONDS:
        return read_seconds(reading, info, text, value);
    case SETS_SHARE:
        return read_share(reading, info, text, value);
    case SETS_BYTES:
        return read_bytes(reading, info, text, value);
    }
    return STATUS_OK;
}

/* ---- options that are not taken ------------------------------------------ */

/* The names of the options, and how many. */
static const char **option_names(const struct reading *reading, size_t *n)
{
    const struct option_info *options = reading->rules->options;
    *n = 0;
    while (options[*n].name)
        ++*n;
    const char **names = arena_alloc(reading->arena, *n + 1, sizeof *names);
    for (size_t i = 0; i < *n; i++)
        names[i] = options[i].name;
    return names;
}

/* The value of the word before optind, an option that is not known: behind its
 * '=', or the next word where that is a number; NULL where it has none. */
static const char *value_beside(const struct reading *reading)
{
    const char *equals = strchr(reading->argv[optind - 1], '=');
    if (equals)
        return equals + 1;
    const char *next = optind < reading->argc ? reading->argv[optind] : "";
    return *next >= '0' && *next <= '9' ? next : NULL;
}

/* "train has no option '-x'", `dashes` and `word` together. */
static enum status refuse(const struct reading *reading, const char *dashes,
                          const char *word, const char *value)
{
    size_t n;
    const char *const *names = option_names(reading, &n);
    const char *owner = reading->rules->owner;
    return error_set(
        reading->error, STATUS_USAGE, "%s%s '%s%.60s'%s",
        owner ? owner : "unknown", owner ? " has no option" : " option", dashes,
        word, reading->rules->advise(reading->arena, word, value, names, n));
}

/* An option in `word` that getopt_long() does not know, that is the beginning
 * of several, or that has a value and takes none. */
static enum status refuse_long(const struct reading *reading, const char *word)
{
    size_t n, n_begun = 0, length = strcspn(word + 2, "=");
    const char *const *names = option_names(reading, &n);
    const char *name = arena_copy(reading->arena, word + 2, length);
    const char *quote = reading->rules->owner ? "'" : "";
    for (size_t i = 0; i < n; i++) {
        bool is_begun = length > 0 && strncmp(names[i], name, length) == 0;
        if (is_begun && names[i][length] == '\0')
            return error_set(reading->error, STATUS_USAGE,
                             "%s--%s%s takes no value", quote, name, quote);
        n_begun += is_begun;
    }
    if (n_begun > 1)
        return error_set(reading->error, STATUS_USAGE,
                         "'--%.60s' is the beginning of several options", name);
    return refuse(reading, "--", name, value_beside(reading));
}

static enum status refuse_option(const struct reading *reading, int given)
{
    const char *word = reading->argv[optind > 0 ? optind - 1 : 0];
    const char *quote = reading->rules->owner ? "'" : "";
    if (given == ':')
        return error_set(reading->error, STATUS_USAGE,
                         "%s%.60s%s wants a value", quote, word, quote);
    if (optopt == 0 || optopt >= BY_NAME)
        return refuse_long(reading, word);
    const char letter[] = {(char)optopt, '\0'};
    return refuse(reading, "-", letter, NULL);
}

/* ---- words --------------------------------------------------------------- */

/* getopt_long()'s tables of the options: `letters` says first what it does with
 * operands and missing values. */
static void list_options(const struct command_line_rules *rules,
                         struct option *list, char *letters)
{
    if (rules->stops_at_operand)
        *letters++ = '+';
    *letters++ = ':';
    int n = 0;
    for (const struct option_info *info = rules->options; info->name;
         info++, n++) {
        int has_value = info->value ? required_argument : no_argument;
        list[n] = (struct option){info->name, has_value, NULL, BY_NAME + n};
        if (!info->letter)
            continue;
        *letters++ = info->letter;
        if (info->value)
            *letters++ = ':';
    }
    list[n] = (struct option){0};
    *letters = '\0';
}

/* The option that getopt_long() means by what it gave back. */
static const struct option_info *
option_of(const struct command_line_rules *rules, int given)
{
    if (given >= BY_NAME)
        return &rules->options[given - BY_NAME];
    const struct option_info *info = rules->options;
    while (info->letter != given)
        info++;
    return info;
}

static void note(struct arena *arena, struct command_line *line,
                 const struct option_info *info, const char *text)
{
    line->given = arena_grow(arena, line->given, line->n_given, &line->capacity,
                             sizeof *line->given);
    line->given[line->n_given++] = (struct given_option){info, text};
}

static enum status read_options(const struct reading *reading,
                                struct command_line *line)
{
    size_t n;
    option_names(reading, &n);
    struct option *list = arena_alloc(reading->arena, n + 1, sizeof *list);
    char *letters = arena_alloc(reading->arena, 2 * n + 3, 1);
    list_options(reading->rules, list, letters);
    optind = 0; /* GNU: start anew */
    opterr = 0;
    int given;
    while ((given = getopt_long(reading->argc, reading->argv, letters, list,
                                NULL)) != -1) {
        if (given == '?' || given == ':')
            return refuse_option(reading, given);
        const struct option_info *info = option_of(reading->rules, given);
        note(reading->arena, line, info, optarg);
        if (set_value(reading, info, optarg))
            return reading->error->status;
    }
    return STATUS_OK;
}

enum status command_line_read(struct arena *arena,
                              const struct command_line_rules *rules, int argc,
                              char **argv, void *values,
                              struct command_line *line, struct error *error)
{
    const struct reading reading = {arena, rules, argc, argv, values, error};
    *line = (struct command_line){0};
    enum status status = read_options(&reading, line);
    line->n_words = optind;
    line->operands = argv + optind;
    line->n_operands = argc - optind;
    return status;
}

size_t given_texts(struct arena *arena, const struct command_line *line, int id,
                   const char ***texts)
{
    size_t n = 0;
    *texts = arena_alloc(arena, line->n_given + 1, sizeof **texts);
    for (size_t i = 0; i < line->n_given; i++)
        if (line->given[i].info->id == id)
            (*texts)[n++] = line->given[i].text;
    return n;
}
