/* Nodes in, numbers and words out. Numbers are YAML 1.1's decimal ones, with
 * 1e-3 allowed for 1.0e-3; what its readers disagree about (leading zeros,
 * sexagesimals) is refused. A quoted number is a text, as in YAML. */
#include "trainer/schedule/schedule_reader.h"

#include <ctype.h>
#include <errno.h>
#include <float.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "trainer/schedule/schedule_keys.h"

enum {
    TEXT_LIMIT = 4096, /* bytes of a name or path */
    QUOTE_LIMIT = 40   /* bytes of a value that a message quotes */
};

/* ---- sections and settings ----------------------------------------------- */

static const char *join_path(struct reader *reader, const char *path,
                             const char *name)
{
    return path[0] ? arena_printf(reader->arena, "%s.%s", path, name) : name;
}

struct setting section_get(struct reader *reader, struct section section,
                           const char *name)
{
    struct setting setting = {.path = join_path(reader, section.path, name),
                              .key = section.where};
    const struct entry *entry = node_find(section.mapping, name);
    if (!entry)
        return setting;
    setting.key = entry->where;
    if (entry->value->kind != NODE_BAD && !node_is_null(entry->value))
        setting.value = entry->value;
    return setting;
}

/* `example`, "{every: 500}", of a word or number that was given where a mapping
 * belongs, if it is of that kind: what was meant, most likely. The names of kinds
 * are written small here, and large in Keras and PyTorch. */
static const char *suit_example(struct reader *reader, const char *example,
                                const struct node *given)
{
    const char *blank = strchr(example, ' ');
    if (given->kind != NODE_SCALAR || !blank || strchr(given->text, '\n'))
        return example;
    bool is_number = isdigit((unsigned char)given->text[0]);
    bool is_plain =
        given->text[strcspn(given->text, " ,:{}[]()&*#?|<>=!%@'\"`")] == '\0';
    bool is_boolean = strcasecmp(given->text, "true") == 0 ||
                      strcasecmp(given->text, "false") == 0;
    if (!is_plain || is_boolean || strlen(given->text) > QUOTE_LIMIT ||
        is_number != (isdigit((unsigned char)blank[1]) != 0))
        return example;
    char *text = arena_strdup(reader->arena, given->text);
    for (char *at = text; *at && strncmp(example, "{name:", 6) == 0; at++)
        *at = (char)tolower((unsigned char)*at);
    return arena_printf(reader->arena, "%.*s %s}", (int)(blank - example),
                        example, text);
}

struct section section_open(struct reader *reader, struct section parent,
                            const char *name, const char *example)
{
    struct setting setting = section_get(reader, parent, name);
    struct section section = {.path = setting.path, .where = setting.key};
    if (!setting.value)
        return section;
    if (setting.value->kind == NODE_MAPPING) {
        section.mapping = setting.value;
        return section;
    }
    report_wrong_value(
        reader, setting, setting.value,
        arena_printf(reader->arena, "a mapping such as %s",
                     suit_example(reader, example, setting.value)),
        "");
    section.wrong = true;
    return section;
}

struct setting section_need(struct reader *reader, struct section section,
                            const char *name, const char *example)
{
    struct setting setting = section_get(reader, section, name);
    if (!setting.value && reader->complete && !section.wrong &&
        !is_meant(reader, setting.path))
        diag_error(reader->diags, setting.key,
                   section.mapping
                       ? "missing '%s'; write for example '%s: %s'"
                       : "missing '%s'; write for example '%s: {%s: %s}'",
                   setting.path, section.mapping ? name : section.path,
                   section.mapping ? example : name, example);
    return setting;
}

/* ---- messages ------------------------------------------------------------ */

struct span blame(const struct reader *reader, struct span usual,
                  struct span other)
{
    bool by_edit =
        usual.source == reader->source && other.source != reader->source;
    return by_edit && other.source ? other : usual;
}

void note_other(struct reader *reader, struct span usual, struct span other)
{
    if (usual.source == other.source || !other.source)
        return;
    bool is_usual = blame(reader, usual, other).source == usual.source;
    diag_note(reader->diags, is_usual ? other : usual,
              "it does not go with this");
}

static const char *describe(struct arena *arena, const struct node *value)
{
    if (value->kind == NODE_LIST)
        return "a list";
    if (value->kind == NODE_MAPPING)
        return "a mapping";
    if (node_is_null(value))
        return "empty";
    size_t length = strlen(value->text);
    const char *dots = length > QUOTE_LIMIT ? "..." : "";
    if (length > QUOTE_LIMIT)
        length = QUOTE_LIMIT;
    while (length > 0 && ((unsigned char)value->text[length] & 0xC0) == 0x80)
        length--;
    return arena_printf(arena, "%s'%.*s%s'", value->plain ? "" : "the text ",
                        (int)length, value->text, dots);
}

void report_wrong_value(struct reader *reader, struct setting setting,
                        const struct node *value, const char *wanted,
                        const char *advice)
{
    if (value->kind == NODE_BAD)
        return;
    diag_error(reader->diags, value->where, "'%s' must be %s, not %s%s",
               setting.path, wanted, describe(reader->arena, value), advice);
}

bool report_compiled_in(struct reader *reader, const char *path,
                        struct span where, const char *compiled,
                        const char *wanted)
{
    if (!compiled || !wanted || strcmp(compiled, wanted) == 0)
        return false;
    diag_error(reader->diags, where,
               "'%s' is compiled in (%s, not %s); rebuild: guss build MODEL.nn "
               "SCHEDULE.yaml",
               path, compiled, wanted);
    return true;
}

const char *list_words(struct arena *arena, const char *const *words, int n)
{
    struct text list = text_new(arena);
    for (int i = 0; i < n; i++) {
        text_puts(&list, i == 0 ? "" : i == n - 1 ? " or " : ", ");
        text_puts(&list, words[i]);
    }
    return text_string(&list);
}

/* ---- numbers ------------------------------------------------------------- */

enum number_kind { NUMBER_NONE, NUMBER_WHOLE, NUMBER_REAL };

/* Copies digits, dropping underscores behind the first; false if none. */
static bool take_digits(const char **at, char **to)
{
    bool found = isdigit((unsigned char)**at);
    while (isdigit((unsigned char)**at) || (found && **at == '_')) {
        if (**at != '_')
            *(*to)++ = **at;
        (*at)++;
    }
    return found;
}

/* What number a text is; *digits is then what strtod() and strtoll() read. */
static enum number_kind read_number(struct arena *arena, const char *text,
                                    const char **digits)
{
    char *to = arena_alloc(arena, strlen(text) + 1, 1);
    const char *at = text;
    *digits = to;
    if (*at == '-' || *at == '+')
        *to++ = *at++;
    const char *mantissa = to;
    bool whole = take_digits(&at, &to);
    bool leading_zero = mantissa[0] == '0' && to - mantissa > 1;
    if (*at == '\0')
        return whole && !leading_zero ? NUMBER_WHOLE : NUMBER_NONE;
    bool fraction = false;
    if (*at == '.') {
        *to++ = *at++;
        fraction = take_digits(&at, &to);
    }
    if (!whole && !fraction)
        return NUMBER_NONE;
    if (*at == 'e' || *at == 'E') {
        *to++ = *at++;
        if (*at == '-' || *at == '+')
            *to++ = *at++;
        if (!take_digits(&at, &to))
            return NUMBER_NONE;
    }
    return *at == '\0' ? NUMBER_REAL : NUMBER_NONE;
}

static enum number_kind
node_number(struct arena *arena, const struct node *value, const char **digits)
{
    if (value->kind != NODE_SCALAR || !value->plain)
        return NUMBER_NONE;
    return read_number(arena, value->text, digits);
}

static bool is_whole(struct reader *reader, struct setting setting,
                     const struct node *value, int64_t least, int64_t most,
                     int64_t *whole)
{
    const char *digits = "";
    if (node_number(reader->arena, value, &digits) == NUMBER_WHOLE)
        *whole = strtoll(digits, NULL, 10); /* too large: INT64_MAX */
    else
        *whole = INT64_MIN;
    bool above = *whole > most;
    if (*whole >= least && !above)
        return true;
    const char *wanted =
        arena_printf(reader->arena,
                     above ? "a whole number of at most %" PRId64
                           : "a whole number of at least %" PRId64,
                     above ? most : least);
    report_wrong_value(reader, setting, value, wanted, "");
    return false;
}

int64_t read_whole(struct reader *reader, struct setting setting, int64_t least,
                   int64_t most, int64_t otherwise)
{
    int64_t whole;
    if (!setting.value ||
        !is_whole(reader, setting, setting.value, least, most, &whole))
        return otherwise;
    return whole;
}

uint64_t read_seed(struct reader *reader, struct setting setting,
                   uint64_t otherwise)
{
    const char *digits = "";
    if (!setting.value)
        return otherwise;
    errno = 0;
    if (node_number(reader->arena, setting.value, &digits) == NUMBER_WHOLE &&
        digits[0] != '-') {
        uint64_t seed = strtoull(digits, NULL, 10);
        if (errno == 0)
            return seed;
    }
    report_wrong_value(reader, setting, setting.value,
                       "a whole number from 0 to 18446744073709551615", "");
    return otherwise;
}

/* True for 0, 0.00 and 0e7. */
static bool is_zero(const char *digits)
{
    return digits[strspn(digits, "+-0.")] == '\0' ||
           strchr("eE", digits[strspn(digits, "+-0.")]);
}

double read_real(struct reader *reader, struct setting setting,
                 const struct range *range, double otherwise)
{
    const char *digits = "", *wanted = range->wanted;
    if (!setting.value)
        return otherwise;
    if (node_number(reader->arena, setting.value, &digits) != NUMBER_NONE) {
        double real = strtod(digits, NULL);
        bool vanishes = fabs(real) < (double)FLT_MIN && !is_zero(digits);
        bool low_enough =
            range->below ? real < range->most : real <= range->most;
        if (real >= range->least && low_enough && !vanishes)
            return real;
        if (fabs(real) > (double)FLT_MAX || vanishes)
            wanted = "a number that float32 can hold";
    }
    report_wrong_value(reader, setting, setting.value, wanted, "");
    return otherwise;
}

int64_t *read_wholes(struct reader *reader, struct setting setting,
                     int64_t limit, int64_t most, int64_t *count)
{
    const struct node *list = setting.value;
    *count = 0;
    if (!list)
        return NULL;
    if (list->kind != NODE_LIST) {
        report_wrong_value(reader, setting, list,
                           "a list such as [1000, 20000]", "");
        return NULL;
    }
    if (list->n_entries > (size_t)limit) {
        diag_error(reader->diags, list->where,
                   "'%s' has %zu numbers, and at most %" PRId64 " are read",
                   setting.path, list->n_entries, limit);
        return NULL;
    }
    int64_t *wholes =
        arena_alloc(reader->arena, list->n_entries + 1, sizeof *wholes);
    for (size_t i = 0; i < list->n_entries; i++) {
        struct setting item = setting;
        item.path = arena_printf(reader->arena, "%s[%zu]", setting.path, i);
        if (is_whole(reader, item, list->entries[i].value, 1, most,
                     &wholes[*count]))
            ++*count;
    }
    return wholes;
}

/* ---- words --------------------------------------------------------------- */

static int find_word(const char *text, const char *const *words, int n)
{
    for (int i = 0; i < n; i++)
        if (strcmp(text, words[i]) == 0)
            return i;
    return -1;
}

/* YAML 1.1's booleans but y and n: -1 for another text, else 0 or 1. */
static int read_truth(const char *text)
{
    static const char *const words[] = {
        "false", "true", "no", "yes",   "off",  "on", "False", "True", "No",
        "Yes",   "Off",  "On", "FALSE", "TRUE", "NO", "YES",   "OFF",  "ON"};
    int found = find_word(text, words, sizeof words / sizeof *words);
    return found < 0 ? -1 : found % 2;
}

bool read_boolean(struct reader *reader, struct setting setting, bool otherwise)
{
    const struct node *value = setting.value;
    if (!value)
        return otherwise;
    int truth = value->kind == NODE_SCALAR && value->plain
                    ? read_truth(value->text)
                    : -1;
    if (truth >= 0)
        return truth == 1;
    report_wrong_value(reader, setting, value, "true or false", "");
    return otherwise;
}

/* "'huber' is a loss of Keras that guss does not have; 'loss' must be a or b",
 * or "'loss' must be a or b, not 'mse'; did you mean 'a'?" */
static void report_word(struct reader *reader, struct setting setting,
                        struct hints hints, const char *const *words, int n)
{
    struct arena *arena = reader->arena;
    const struct node *value = setting.value;
    const char *text = value->kind == NODE_SCALAR ? value->text : "";
    const char *wanted = list_words(arena, words, n);
    const struct hint *hint = hint_for(hints, text, words, (size_t)n);
    if (hint && hint->lacking)
        diag_error(reader->diags, value->where, "%s; '%s' must be %s",
                   hint_refusal(arena, hints, hint), setting.path, wanted);
    else
        report_wrong_value(reader, setting, value, wanted,
                           hint ? hint_text(arena, hint)
                                : did_you_mean(arena, text, words, (size_t)n));
}

int read_word(struct reader *reader, struct setting setting, struct hints hints,
              const char *const *words, int n)
{
    const struct node *value = setting.value;
    if (!value)
        return -1;
    const char *text = value->kind == NODE_SCALAR ? value->text : "";
    int found = find_word(text, words, n);
    if (found < 0)
        report_word(reader, setting, hints, words, n);
    return found;
}

bool is_not_text(const char *text)
{
    struct arena *arena = arena_new();
    const char *digits;
    const struct node node = {.text = text, .plain = true};
    bool special = node_is_null(&node) || read_truth(text) >= 0 ||
                   read_number(arena, text, &digits) != NUMBER_NONE;
    arena_free(arena);
    return special;
}

static bool has_control_character(const char *text)
{
    for (; *text; text++)
        if (iscntrl((unsigned char)*text))
            return true;
    return false;
}

const char *read_text(struct reader *reader, struct setting setting,
                      const char *wanted)
{
    const struct node *value = setting.value;
    if (!value)
        return NULL;
    bool scalar = value->kind == NODE_SCALAR;
    if (scalar && value->plain && is_not_text(value->text)) {
        report_wrong_value(reader, setting, value, wanted,
                           "; write it in quotes if it is one");
        return NULL;
    }
    if (scalar && value->text[0] && strlen(value->text) <= TEXT_LIMIT &&
        !has_control_character(value->text))
        return value->text;
    report_wrong_value(reader, setting, value, wanted, "");
    return NULL;
}
