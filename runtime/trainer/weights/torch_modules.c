/* Names are compared word by word, and in a word the number at its end as such:
 * files list them in the order of their bytes, which is not that of the
 * network. */
#include "trainer/weights/torch_modules.h"

#include <stdlib.h>
#include <string.h>

/* ---- words of a path ----------------------------------------------------- */

enum { MOST_DIGITS = 9 };

struct word {
    const char *text;
    size_t length; /* without the number */
    long number;   /* at its end; -1: there is none */
};

/* The word that begins there, and *path moved behind it and its dot. */
static struct word next_word(const char **path)
{
    size_t length = strcspn(*path, "."), stem = length;
    struct word word = {.text = *path, .number = -1};
    while (stem > 0 && (*path)[stem - 1] >= '0' && (*path)[stem - 1] <= '9')
        stem--;
    if (length - stem > MOST_DIGITS)
        stem = length;
    if (stem < length)
        word.number = strtol(*path + stem, NULL, 10);
    word.length = stem;
    *path += length + ((*path)[length] == '.');
    return word;
}

static int compare_stems(const struct word *a, const struct word *b)
{
    size_t shorter = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->text, b->text, shorter);
    return order || a->length == b->length ? order
           : a->length < b->length         ? -1
                                           : 1;
}

static int compare_words(const struct word *a, const struct word *b)
{
    int order = compare_stems(a, b);
    return order ? order : (a->number > b->number) - (a->number < b->number);
}

/* The first words that differ; false where one path goes on behind the other, or
 * both are the same. *depth: words in front of them. */
static bool part(const char **path, const char **other, struct word *a,
                 struct word *b, int *depth)
{
    for (*depth = 0; **path && **other; ++*depth) {
        const char *one = *path, *two = *other;
        *a = next_word(path);
        *b = next_word(other);
        if (compare_words(a, b) != 0) {
            *path = one;
            *other = two;
            return true;
        }
    }
    return false;
}

static int compare_paths(const char *path, const char *other)
{
    struct word a, b;
    int depth;
    if (part(&path, &other, &a, &b, &depth))
        return compare_words(&a, &b);
    return (*path != '\0') - (*other != '\0');
}

bool torch_is_before(const char *path, const char *other)
{
    struct word a, b;
    int depth;
    if (!part(&path, &other, &a, &b, &depth))
        return !*path && *other;
    return compare_stems(&a, &b) == 0 && a.number < b.number;
}

bool torch_are_alike(const char *path, const char *other)
{
    struct word a, b;
    int depth;
    return part(&path, &other, &a, &b, &depth) && a.number == b.number;
}

static int count_words(const char *path)
{
    int count = 0;
    for (; *path; count++)
        next_word(&path);
    return count;
}

int torch_distance(const char *path, const char *other)
{
    struct word a, b;
    int depth, words = count_words(path) + count_words(other);
    part(&path, &other, &a, &b, &depth);
    return words - 2 * depth;
}

/* ---- the modules of a file ----------------------------------------------- */

const char *torch_leaf(const char *key)
{
    const char *dot = strrchr(key, '.');
    return dot ? dot + 1 : key;
}

bool torch_looks(const struct tensor_file *file)
{
    static const char *const leaves[] = {"weight", "bias", "running_mean",
                                         "running_var"};
    bool looks = false;
    for (int i = 0; i < file->n_tensors; i++) {
        const char *key = file->tensors[i].key;
        if (strchr(key, '/'))
            return false;
        for (size_t k = 0; k < sizeof leaves / sizeof *leaves; k++)
            looks = looks || strcmp(torch_leaf(key), leaves[k]) == 0;
    }
    return looks;
}

struct member {
    const char *path; /* of its module */
    int tensor;
};

static int compare_members(const void *a, const void *b)
{
    const struct member *one = a, *other = b;
    int order = compare_paths(one->path, other->path);
    if (!order) /* "01" and "1" */
        order = strcmp(one->path, other->path);
    return order ? order : one->tensor - other->tensor;
}

static const char *path_of(struct arena *arena, const char *key)
{
    char *path = arena_strdup(arena, key);
    char *dot = strrchr(path, '.');
    *(dot ? dot : path) = '\0';
    return path;
}

void torch_list_modules(struct arena *arena, const struct tensor_file *file,
                        struct torch_modules *modules)
{
    size_t count = (size_t)file->n_tensors;
    struct member *members = arena_alloc(arena, count, sizeof *members);
    int *tensors = arena_alloc(arena, count, sizeof *tensors);
    modules->modules = arena_alloc(arena, count, sizeof *modules->modules);
    modules->count = 0;
    for (size_t i = 0; i < count; i++)
        members[i] =
            (struct member){path_of(arena, file->tensors[i].key), (int)i};
    if (count > 0)
        qsort(members, count, sizeof *members, compare_members);
    for (size_t i = 0; i < count; i++) {
        bool begins =
            i == 0 || strcmp(members[i - 1].path, members[i].path) != 0;
        if (begins)
            modules->modules[modules->count++] =
                (struct torch_module){members[i].path, &tensors[i], 0};
        tensors[i] = members[i].tensor;
        modules->modules[modules->count - 1].n_tensors++;
    }
}
