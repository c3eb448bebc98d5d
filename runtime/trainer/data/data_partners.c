/* Two folders of pictures that belong together by name: photos/a.png and
 * clean/a.jpg, photos/cats/b.png and clean/cats/b.png. */
#include <stdlib.h>
#include <string.h>

#include "trainer/data/data.h"
#include "trainer/data/data_folder.h"

/* A picture: where its name begins in its path, without the ending. */
struct named {
    const char *path, *name;
    size_t length; /* of the name */
    size_t index;  /* in its folder */
};

struct names {
    const char *folder;
    struct named *items; /* by name */
    size_t count;
};

static struct named name_picture(const char *path, const char *name,
                                 size_t index)
{
    while (*name == '/')
        name++;
    const char *ending = strrchr(name, '.');
    size_t length = ending ? (size_t)(ending - name) : strlen(name);
    return (struct named){path, name, length, index};
}

static int compare(const struct named *a, const struct named *b)
{
    size_t length = a->length < b->length ? a->length : b->length;
    int order = memcmp(a->name, b->name, length);
    return order ? order : (a->length > b->length) - (a->length < b->length);
}

static int compare_items(const void *a, const void *b)
{
    return compare(a, b);
}

/* ---- the two sides ------------------------------------------------------- */

static struct names names_of_folder(const struct picture_folder *folder)
{
    struct names names = {
        folder->path,
        arena_alloc(folder->arena, folder->count, sizeof *names.items),
        folder->count};
    for (size_t i = 0; i < folder->count; i++) {
        const char *path = folder->files[i].path;
        names.items[i] = name_picture(path, path + folder->name_at, i);
    }
    return names;
}

static struct names names_of_set(struct arena *arena,
                                 const struct data_set *set)
{
    const struct data_file *first = &set->files[0];
    size_t length = (size_t)(first->name - first->path);
    while (length > 1 && first->path[length - 1] == '/')
        length--;
    struct names names = {arena_copy(arena, first->path, length),
                          arena_alloc(arena, set->n_files, sizeof *names.items),
                          set->n_files};
    for (size_t i = 0; i < set->n_files; i++)
        names.items[i] =
            name_picture(set->files[i].path, set->files[i].name, i);
    return names;
}

/* By name; two of one name are refused. */
static enum status sort_names(struct names *names, struct error *error)
{
    qsort(names->items, names->count, sizeof *names->items, compare_items);
    for (size_t i = 1; i < names->count; i++)
        if (compare(&names->items[i - 1], &names->items[i]) == 0)
            return error_set(error, STATUS_INPUT,
                             "%s and %s have one name: which of them a partner "
                             "belongs to cannot be told",
                             names->items[i - 1].path, names->items[i].path);
    return STATUS_OK;
}

/* ---- pairs --------------------------------------------------------------- */

static enum status fail_alone(const struct named *alone,
                              const struct names *others, struct error *error)
{
    return error_set(error, STATUS_INPUT,
                     "%s has no partner: no picture in '%s' is named '%.*s'",
                     alone->path, others->folder, (int)alone->length,
                     alone->name);
}

/* The first name that one of the two lacks. */
static enum status check_partners(const struct names *samples,
                                  const struct names *targets,
                                  struct error *error)
{
    for (size_t i = 0; i < samples->count || i < targets->count; i++) {
        int order = i == samples->count ? 1
                    : i == targets->count
                        ? -1
                        : compare(&samples->items[i], &targets->items[i]);
        if (order < 0)
            return fail_alone(&samples->items[i], targets, error);
        if (order > 0)
            return fail_alone(&targets->items[i], samples, error);
    }
    return STATUS_OK;
}

enum status picture_folder_pair(struct picture_folder *folder,
                                const struct data_set *partner,
                                struct error *error)
{
    struct names targets = names_of_folder(folder);
    struct names samples = names_of_set(folder->arena, partner);
    enum status status = sort_names(&samples, error);
    if (status == STATUS_OK)
        status = sort_names(&targets, error);
    if (status == STATUS_OK)
        status = check_partners(&samples, &targets, error);
    if (status != STATUS_OK)
        return status;
    struct picture_file *files =
        arena_alloc(folder->arena, folder->count, sizeof *files);
    for (size_t i = 0; i < folder->count; i++)
        files[samples.items[i].index] = folder->files[targets.items[i].index];
    folder->files = files;
    folder->capacity = folder->count;
    return STATUS_OK;
}
