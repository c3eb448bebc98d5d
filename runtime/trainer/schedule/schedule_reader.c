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

#include "base/diag.h"
#include "base/text.h"
#include "trainer/schedule/schedule_foreign.h"
#include "trainer/schedule/schedule_keys.h"
#include "trainer/schedule/schedule_normalize.h"
#include "trainer/schedule/schedule_optimizer.h"
#include "trainer/schedule/schedule_weights.h"

enum {
    TEXT_LIMIT = 4096,  /* bytes of a name or path */
    LIST_LIMIT = 10000, /* numbers of a list */
    QUOTE_LIMIT = 40    /* bytes of a value that a message quotes */
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

struct span value_or_key(struct setting setting)
{
    return setting.value ? setting.value->where : setting.key;
}

static int find_word(const char *text, const char *const *words, int n)
{
    for (int i = 0; i < n; i++)
        if (strcmp(text, words[i]) == 0)
            return i;
    return -1;
}

/* The words that the one key of an example below `path` takes, and those from
 * elsewhere: how many; 0 where it takes others. */
static int words_of_example(const char *path, const char *key,
                            const char *words[MOST_OPTIMIZERS],
                            struct hints *hints)
{
    const struct field *field = field_find(path, key);
    if (strcmp(key, "name") == 0) {
        *hints = foreign_optimizers();
        return optimizer_names(words);
    }
    if (!field || field->type != FIELD_WORD)
        return 0;
    *hints = field->vocabulary->hints();
    for (int i = 0; i < field->vocabulary->n; i++)
        words[i] = field->vocabulary->words[i];
    return field->vocabulary->n;
}

/* What stands in the place of `word` in an example whose key takes certain words;
 * NULL where nothing is near. *advice is on a word that has no other here. */
static const char *suit_word(struct reader *reader, const char *path,
                             const char *key, const char *word,
                             const char **advice)
{
    const char *words[MOST_OPTIMIZERS];
    struct hints hints;
    int n = words_of_example(path, key, words, &hints);
    if (n == 0 || find_word(word, words, n) >= 0)
        return word;
    const struct hint *hint = hint_for(hints, word, words, (size_t)n);
    if (hint && hint->lacking)
        *advice = arena_printf(reader->arena, ": %s",
                               hint_refusal(reader->arena, hints, hint));
    else if (hint && !hint->own)
        *advice = hint_text(reader->arena, hint);
    return hint ? hint->own : nearest_name(word, words, (size_t)n);
}

/* `example`, "{every: 500}", of a word or number that was given where a mapping
 * belongs, if it is of that kind: what was meant, most likely. The names of kinds
 * are written small here, and large in Keras and PyTorch. */
static const char *suit_example(struct reader *reader, const char *path,
                                const char *example, const struct node *given,
                                const char **advice)
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
    const char *key =
        arena_copy(reader->arena, example + 1, strcspn(example + 1, ":"));
    const char *word = suit_word(reader, path, key, text, advice);
    return word ? arena_printf(reader->arena, "%.*s %s}",
                               (int)(blank - example), example, word)
                : example;
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
    const char *advice = "";
    const char *wanted = arena_printf(
        reader->arena, "a mapping such as %s",
        suit_example(reader, setting.path, example, setting.value, &advice));
    report_wrong_value(reader, setting, setting.value, wanted, advice);
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

/* `value` is the setting's, or an item of it. */
static bool read_whole(struct reader *reader, struct setting setting,
                       const struct node *value, const struct bounds *bounds,
                       int64_t *whole)
{
    const char *digits = "";
    int64_t least = (int64_t)bounds->least, most = (int64_t)bounds->most;
    int64_t number = INT64_MIN;
    if (node_number(reader->arena, value, &digits) == NUMBER_WHOLE)
        number = strtoll(digits, NULL, 10); /* too large: INT64_MAX */
    bool above = number > most;
    if (number >= least && !above) {
        *whole = number;
        return true;
    }
    const char *wanted =
        arena_printf(reader->arena,
                     above ? "a whole number of at most %" PRId64
                           : "a whole number of at least %" PRId64,
                     above ? most : least);
    report_wrong_value(reader, setting, value, wanted, "");
    return false;
}

static bool read_seed(struct reader *reader, struct setting setting,
                      uint64_t *seed)
{
    const char *digits = "";
    errno = 0;
    if (node_number(reader->arena, setting.value, &digits) == NUMBER_WHOLE &&
        digits[0] != '-') {
        uint64_t number = strtoull(digits, NULL, 10);
        if (errno == 0) {
            *seed = number;
            return true;
        }
    }
    report_wrong_value(reader, setting, setting.value,
                       "a whole number from 0 to 18446744073709551615", "");
    return false;
}

/* True for 0, 0.00 and 0e7. */
static bool is_zero(const char *digits)
{
    return digits[strspn(digits, "+-0.")] == '\0' ||
           strchr("eE", digits[strspn(digits, "+-0.")]);
}

static bool read_real(struct reader *reader, struct setting setting,
                      const struct bounds *bounds, double *value)
{
    const char *digits = "";
    const char *wanted = bounds_text(reader->arena, bounds);
    if (node_number(reader->arena, setting.value, &digits) != NUMBER_NONE) {
        double real = strtod(digits, NULL);
        bool vanishes = fabs(real) < (double)FLT_MIN && !is_zero(digits);
        bool low_enough =
            bounds->below ? real < bounds->most : real <= bounds->most;
        if (real >= bounds->least && low_enough && !vanishes) {
            *value = real;
            return true;
        }
        if (fabs(real) > (double)FLT_MAX || vanishes)
            wanted = "a number that float32 can hold";
    }
    report_wrong_value(reader, setting, setting.value, wanted, "");
    return false;
}

static bool is_list(struct reader *reader, struct setting setting,
                    const struct field *field)
{
    const struct node *node = setting.value;
    if (node->kind != NODE_LIST) {
        report_wrong_value(
            reader, setting, node,
            arena_printf(reader->arena, "a list such as %s", field->example),
            "");
        return false;
    }
    if (node->n_entries > LIST_LIMIT) {
        diag_error(reader->diags, node->where,
                   "'%s' has %zu numbers, and at most %d are read",
                   setting.path, node->n_entries, LIST_LIMIT);
        return false;
    }
    return true;
}

/* Right numbers are kept beside wrong ones. */
static bool read_wholes(struct reader *reader, struct setting setting,
                        const struct field *field, struct whole_list *list)
{
    const struct node *node = setting.value;
    if (!is_list(reader, setting, field))
        return false;
    list->n = 0;
    list->values =
        arena_alloc(reader->arena, node->n_entries + 1, sizeof *list->values);
    for (size_t i = 0; i < node->n_entries; i++) {
        struct setting item = setting;
        item.path = arena_printf(reader->arena, "%s[%zu]", setting.path, i);
        if (read_whole(reader, item, node->entries[i].value, &field->bounds,
                       &list->values[list->n]))
            list->n++;
    }
    return list->n == (int64_t)node->n_entries;
}

static bool read_reals(struct reader *reader, struct setting setting,
                       const struct field *field, struct real_list *list)
{
    const struct node *node = setting.value;
    if (!is_list(reader, setting, field))
        return false;
    list->n = 0;
    list->values =
        arena_alloc(reader->arena, node->n_entries + 1, sizeof *list->values);
    for (size_t i = 0; i < node->n_entries; i++) {
        struct setting item = {
            .path = arena_printf(reader->arena, "%s[%zu]", setting.path, i),
            .value = node->entries[i].value,
            .key = setting.key};
        if (read_real(reader, item, &field->bounds, &list->values[list->n]))
            list->n++;
    }
    return list->n == (int64_t)node->n_entries;
}

/* ---- words --------------------------------------------------------------- */

/* YAML 1.1's booleans but y and n: -1 for another text, else 0 or 1. */
static int read_truth(const char *text)
{
    static const char *const words[] = {
        "false", "true", "no", "yes",   "off",  "on", "False", "True", "No",
        "Yes",   "Off",  "On", "FALSE", "TRUE", "NO", "YES",   "OFF",  "ON"};
    int found = find_word(text, words, sizeof words / sizeof *words);
    return found < 0 ? -1 : found % 2;
}

static bool read_boolean(struct reader *reader, struct setting setting,
                         bool *boolean)
{
    const struct node *value = setting.value;
    int truth = value->kind == NODE_SCALAR && value->plain
                    ? read_truth(value->text)
                    : -1;
    if (truth < 0)
        report_wrong_value(reader, setting, value, "true or false", "");
    else
        *boolean = truth == 1;
    return truth >= 0;
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

static bool read_text(struct reader *reader, struct setting setting,
                      const char *wanted, const char **text)
{
    const struct node *value = setting.value;
    bool scalar = value->kind == NODE_SCALAR;
    const char *advice = "";
    if (scalar && value->plain && is_not_text(value->text)) {
        advice = "; write it in quotes if it is one";
    } else if (scalar && value->text[0] && strlen(value->text) <= TEXT_LIMIT &&
               !has_control_character(value->text)) {
        *text = value->text;
        return true;
    }
    report_wrong_value(reader, setting, value, wanted, advice);
    return false;
}

static bool read_enum(struct reader *reader, struct setting setting,
                      const struct vocabulary *vocabulary, unsigned *value)
{
    int index = read_word(reader, setting, vocabulary->hints(),
                          vocabulary->words, vocabulary->n);
    if (index >= 0)
        *value = (unsigned)(vocabulary->first + index);
    return index >= 0;
}

bool read_value(struct reader *reader, struct setting setting,
                const struct field *field, void *value)
{
    switch (field->type) {
    case FIELD_WORD:
        return read_enum(reader, setting, field->vocabulary, value);
    case FIELD_BOOLEAN:
        return read_boolean(reader, setting, value);
    case FIELD_WHOLE:
    case FIELD_VERSION:
        return read_whole(reader, setting, setting.value, &field->bounds,
                          value);
    case FIELD_SEED:
        return read_seed(reader, setting, value);
    case FIELD_REAL:
        return read_real(reader, setting, &field->bounds, value);
    case FIELD_TEXT:
        return read_text(reader, setting, field->wanted, value);
    case FIELD_WHOLES:
        return read_wholes(reader, setting, field, value);
    case FIELD_REALS:
        return read_reals(reader, setting, field, value);
    case FIELD_CLASS_WEIGHTS:
        return read_class_weights(reader, setting, value);
    case FIELD_NORMALIZE:
        return read_normalize(reader, setting, value);
    case FIELD_SECTION:
    case FIELD_OPTIMIZER:
        break;
    }
    return true;
}
