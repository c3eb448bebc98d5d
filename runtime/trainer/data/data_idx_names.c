/* The names of IDX files: those of MNIST as it is published, with a dot for the
 * first hyphen as some unpackers make them, and with a name before them, as EMNIST
 * has; each plain or with .gz behind.
 *
 *   train-images-idx3-ubyte          train-labels-idx1-ubyte
 *   t10k-images.idx3-ubyte           t10k-labels.idx1-ubyte
 *   emnist-letters-test-images-idx3-ubyte.gz */
#include <string.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "trainer/data/data_reader.h"

static const char images[] = "-images", labels[] = "-labels";

/* Before and behind the number of axes. */
static const char *const marks[] = {"-idx", ".idx"};
enum { N_MARKS = sizeof marks / sizeof *marks };

/* What stands before "-images" of a part, in the order of choice. */
static const char *const train_stems[] = {"train", NULL};
static const char *const test_stems[] = {"t10k", "test", NULL};

/* `name`, or `name` with .gz behind, whichever is a file; NULL if none is. */
static const char *find_plain_or_gzip(struct arena *arena, const char *name)
{
    if (file_exists(name))
        return name;
    name = arena_printf(arena, "%s.gz", name);
    return file_exists(name) ? name : NULL;
}

/* ---- images -------------------------------------------------------------- */

static const char *find_published(struct arena *arena, const char *folder,
                                  const char *stem)
{
    for (int i = 0; i < N_MARKS; i++) {
        const char *name =
            arena_printf(arena, "%s%s%s3-ubyte", stem, images, marks[i]);
        const char *path =
            find_plain_or_gzip(arena, path_join(arena, folder, name));
        if (path)
            return path;
    }
    return NULL;
}

/* True for "emnist-letters-train-images-idx3-ubyte.gz", of the stem "train". */
static bool has_stem(const char *name, const char *stem)
{
    const char *at = strstr(name, images);
    size_t length = strlen(stem);
    if (!at || (size_t)(at - name) < length + 2 ||
        at[-(int)length - 1] != '-' || strncmp(at - length, stem, length) != 0)
        return false;
    at += strlen(images);
    for (int i = 0; i < N_MARKS; i++) {
        size_t mark = strlen(marks[i]);
        if (strncmp(at, marks[i], mark) == 0 &&
            (strcmp(at + mark, "3-ubyte") == 0 ||
             strcmp(at + mark, "3-ubyte.gz") == 0))
            return true;
    }
    return false;
}

/* The same file, packed: its name comes right behind, in the order of bytes. */
static bool is_packed(const char *name, const char *plain)
{
    size_t length = strlen(plain);
    return strncmp(name, plain, length) == 0 &&
           strcmp(name + length, ".gz") == 0;
}

static enum status fail_several(const char *folder,
                                const struct folder_names *found,
                                struct error *error)
{
    struct arena *arena = arena_new();
    struct text text = text_new(arena);
    text_printf(&text,
                "the folder '%s' holds several such sets; name one by its "
                "file:",
                text_shown(arena, folder));
    for (size_t i = 0; i < found->count && i < 8; i++) {
        text_puts(&text, "\n  ");
        text_put_shown(&text, path_join(arena, folder, found->items[i]));
    }
    enum status status =
        error_set_lines(error, STATUS_INPUT, text_string(&text));
    arena_free(arena);
    return status;
}

/* With another name before them: the only one. */
static enum status find_prefixed(struct arena *arena, const char *folder,
                                 const char *const *stems, const char **path,
                                 struct error *error)
{
    struct folder_names names, found = {0};
    enum status status = folder_list(arena, folder, &names, error);
    if (status != STATUS_OK)
        return status;
    for (size_t i = 0; i < names.count; i++) {
        bool is_wanted = false;
        for (int k = 0; stems[k]; k++)
            is_wanted = is_wanted || has_stem(names.items[i], stems[k]);
        if (is_wanted &&
            (found.count == 0 ||
             !is_packed(names.items[i], found.items[found.count - 1])))
            folder_names_add(arena, &found, names.items[i]);
    }
    if (found.count > 1)
        return fail_several(folder, &found, error);
    if (found.count == 1)
        *path = path_join(arena, folder, found.items[0]);
    return STATUS_OK;
}

enum status data_idx_find(struct arena *arena, const char *folder, bool test,
                          const char **path, struct error *error)
{
    const char *const *stems = test ? test_stems : train_stems;
    *path = NULL;
    for (int i = 0; !*path && stems[i]; i++)
        *path = find_published(arena, folder, stems[i]);
    if (*path || !folder_exists(folder))
        return STATUS_OK;
    return find_prefixed(arena, folder, stems, path, error);
}

/* ---- labels -------------------------------------------------------------- */

const char *data_idx_labels(struct arena *arena, const char *path,
                            const char **sought)
{
    const char *at = strstr(path_name(path), images);
    *sought = "";
    if (!at || strncmp(at + strlen(images) + 1, "idx", 3) != 0) {
        *sought = "labels are looked for beside a file that is named "
                  "...-images-idx3-ubyte";
        return NULL;
    }
    struct text text = text_new(arena);
    text_puts(&text, "there is none of");
    for (int i = 0; i < N_MARKS; i++) {
        const char *name = arena_printf(
            arena, "%.*s%s%s1-ubyte", (int)(at - path), path, labels, marks[i]);
        const char *found = find_plain_or_gzip(arena, name);
        if (found)
            return found;
        text_printf(&text, "%s %s", i ? "," : "", name);
    }
    text_puts(&text, ", plain or .gz");
    *sought = text_string(&text);
    return NULL;
}
