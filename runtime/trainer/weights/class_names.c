#include "trainer/weights/class_names.h"

#include <assert.h>
#include <jansson.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

enum { MOST_LISTED = 12 };

struct class_names class_names_numbered(struct arena *arena, int count)
{
    const char **names = arena_alloc(arena, (size_t)count, sizeof *names);
    for (int i = 0; i < count; i++)
        names[i] = arena_printf(arena, "%d", i);
    return (struct class_names){names, count};
}

/* ---- texts --------------------------------------------------------------- */

const char *class_names_text(struct arena *arena,
                             const struct class_names *classes)
{
    struct text text = text_new(arena);
    for (int i = 0; i < classes->count; i++) {
        text_puts(&text, i ? ", " : "[");
        text_put_json(&text, classes->names[i]);
    }
    text_puts(&text, classes->count ? "]" : "");
    return text_string(&text);
}

static bool read_names(struct arena *arena, json_t *array,
                       struct class_names *classes)
{
    size_t count = json_array_size(array), i;
    const char **names = arena_alloc(arena, count, sizeof *names);
    json_t *value;
    bool is_good = count > 0 && count <= INT32_MAX;
    json_array_foreach(array, i, value)
    {
        if (!is_good || !json_is_string(value))
            return false;
        names[i] = arena_strdup(arena, json_string_value(value));
    }
    *classes = (struct class_names){names, (int)count};
    return is_good;
}

/* Sorting finds a name that is there twice: there may be many. */
static bool are_different(const struct class_names *classes)
{
    json_t *seen = json_object();
    bool different = seen;
    for (int i = 0; different && i < classes->count; i++)
        different =
            !json_object_get(seen, classes->names[i]) &&
            json_object_set_new(seen, classes->names[i], json_null()) == 0;
    json_decref(seen);
    return different;
}

enum status class_names_read(struct arena *arena, const char *path,
                             const char *text, struct class_names *classes,
                             struct error *error)
{
    *classes = (struct class_names){0};
    if (!text || !*text)
        return STATUS_OK;
    json_t *array = json_loads(text, 0, NULL);
    bool is_good = read_names(arena, array, classes) && are_different(classes);
    json_decref(array);
    if (is_good)
        return STATUS_OK;
    *classes = (struct class_names){0};
    return error_set(error, STATUS_INPUT,
                     "'%s' is damaged: its '" CLASS_NAMES_KEY
                     "' are not an array of different names",
                     path);
}

/* ---- comparing ----------------------------------------------------------- */

bool class_names_same(const struct class_names *a, const struct class_names *b)
{
    for (int i = 0; i < a->count && i < b->count; i++)
        if (strcmp(a->names[i], b->names[i]) != 0)
            return false;
    return a->count == b->count;
}

static bool is_number(const char *name)
{
    return *name && strspn(name, "0123456789") == strlen(name);
}

bool class_names_are_numbers(const struct class_names *classes)
{
    for (int i = 0; i < classes->count; i++)
        if (!is_number(classes->names[i]))
            return false;
    return classes->count > 0;
}

/* Without the zeros in front; the last one stays. */
static const char *significant(const char *number)
{
    while (number[0] == '0' && number[1])
        number++;
    return number;
}

int class_names_find(const struct class_names *classes, const char *name)
{
    for (int i = 0; i < classes->count; i++)
        if (strcmp(classes->names[i], name) == 0)
            return i;
    for (int i = 0; is_number(name) && i < classes->count; i++)
        if (is_number(classes->names[i]) &&
            strcmp(significant(classes->names[i]), significant(name)) == 0)
            return i;
    return -1;
}

const char *class_names_list(struct arena *arena,
                             const struct class_names *classes)
{
    struct text text = text_new(arena);
    int count = classes->count;
    bool is_cut = count > MOST_LISTED;
    for (int i = 0; i < (is_cut ? MOST_LISTED : count); i++)
        text_printf(&text, "%s'%s'",
                    i == 0                      ? ""
                    : i + 1 == count && !is_cut ? " and "
                                                : ", ",
                    classes->names[i]);
    if (is_cut)
        text_printf(&text, ", ... (%d classes)", count);
    return text_string(&text);
}
