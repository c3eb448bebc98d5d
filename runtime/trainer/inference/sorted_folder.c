#include "trainer/inference/sorted_folder.h"

#include <string.h>

#include "base/file.h"
#include "base/new_folder.h"
#include "base/text.h"
#include "trainer/inference/generation.h"
#include "trainer/picture/picture.h"

static const char labels_name[] = "labels.csv";

/* ---- names --------------------------------------------------------------- */

/* What a reader of folders passes over has a dot in front. */
static char *make_safe(struct arena *arena, const char *name)
{
    enum { MOST_BYTES = 100 };
    char *safe = text_beginning(arena, text_shown(arena, name), MOST_BYTES);
    for (char *at = safe; *at; at++)
        if (*at == '/' || *at == '\\' || (at == safe && *at == '.'))
            *at = '_';
    return *safe ? safe : arena_strdup(arena, "_");
}

static bool is_taken(const char *const *names, int count, const char *name)
{
    if (strcmp(name, labels_name) == 0)
        return true;
    for (int i = 0; i < count; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

const char **sorted_folder_names(struct arena *arena,
                                 const struct class_names *classes)
{
    const char **names =
        arena_alloc(arena, (size_t)classes->count + 1, sizeof *names);
    for (int i = 0; i < classes->count; i++) {
        const char *safe = make_safe(arena, classes->names[i]);
        names[i] = safe;
        for (int n = 2; is_taken(names, i, names[i]); n++)
            names[i] = arena_printf(arena, "%s_%d", safe, n);
    }
    return names;
}

/* ---- files --------------------------------------------------------------- */

struct writing {
    struct arena *arena;
    const struct guss_network *network;
    enum guss_pixels pixels;
    const struct sorted *sorted;
    const char **names;
    struct new_folder *folder;
};

static enum status write_image(const struct writing *writing, int64_t i,
                               struct text *labels, struct error *error)
{
    const struct sorted *sorted = writing->sorted;
    const struct sorted_image *image = &sorted->images[i];
    const char *name =
        arena_printf(writing->arena, "%s/%07lld.png",
                     writing->names[image->class], (long long)image->number);
    text_put_csv(labels, name);
    text_puts(labels, ",");
    text_put_csv(labels, sorted->classes.names[image->class]);
    text_printf(labels, ",%.9g\n", (double)image->confidence);
    return generation_write_image(
        writing->network, writing->pixels, sorted->values + i * sorted->size,
        new_folder_file(writing->folder, name), error);
}

static enum status fill(const struct writing *writing, struct error *error)
{
    const struct sorted *sorted = writing->sorted;
    struct text labels = text_new(writing->arena);
    enum status status = STATUS_OK;
    for (int i = 0; i < sorted->classes.count && status == STATUS_OK; i++)
        if (sorted->kept_of[i] > 0)
            status = new_folder_add(writing->folder, writing->names[i], error);
    text_puts(&labels, "file,class,confidence\n");
    for (int64_t i = 0; i < sorted->count && status == STATUS_OK; i++)
        status = write_image(writing, i, &labels, error);
    if (status != STATUS_OK)
        return status;
    return file_write(new_folder_file(writing->folder, labels_name),
                      text_string(&labels), labels.length, error);
}

/* All images are drawn alike. */
static enum guss_pixels find_pixels(enum guss_pixels pixels,
                                    const struct sorted *sorted)
{
    if (pixels != GUSS_PIXELS_RAW)
        return pixels;
    return sheet_pixels(sorted->values,
                        (size_t)sorted->count * (size_t)sorted->size);
}

enum status sorted_folder_write(struct arena *arena,
                                const struct guss_network *network,
                                enum guss_pixels pixels,
                                const struct sorted *sorted, const char *path,
                                struct error *error)
{
    struct writing writing = {.arena = arena,
                              .network = network,
                              .pixels = find_pixels(pixels, sorted),
                              .sorted = sorted,
                              .names =
                                  sorted_folder_names(arena, &sorted->classes)};
    enum status status = new_folder_open(arena, path, &writing.folder, error);
    if (status != STATUS_OK)
        return status;
    status = fill(&writing, error);
    if (status == STATUS_OK)
        return new_folder_commit(writing.folder, error);
    new_folder_abandon(writing.folder);
    return status;
}
