/* Where a data reference is looked for, and which reader reads what is found.
 *
 *   smileys/train      drawn
 *   digits.npy         a path: from the current folder, then each data folder
 *   mnist/train        a name: mnist in each data folder, then from the current
 *                      folder; a name with a '/' in it is a path
 *   x.npz/train        an array of the file x.npz; x.csv/kind: a column of x.csv
 *   faces              a folder of pictures, looked for as a file is
 *   face.png           one of them
 *
 * The data folders: --data, those of GUSS_DATA, ./data, the user's. */
#include "trainer/data/data.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/folder.h"
#include "base/text.h"
#include "trainer/data/data_picture.h"
#include "trainer/data/data_reader.h"

/* A folder or file to look for, and by what rule. */
struct place {
    const char *path, *rule;
};

struct places {
    struct arena *arena;
    struct place *items;
    size_t count, capacity;
};

/* What a reference turned out to be. */
struct source_file {
    enum {
        SOURCE_NONE,
        SOURCE_IDX,
        SOURCE_NPY,
        SOURCE_NPZ,
        SOURCE_CSV,
        SOURCE_CIFAR_TRAIN,
        SOURCE_CIFAR_TEST,
        SOURCE_PICTURES
    } kind;
    const char *path;
    const char *part; /* of the file, or NULL */
};

/* ---- places -------------------------------------------------------- */

static void add_place(struct places *places, const char *path, const char *rule)
{
    places->items = arena_grow(places->arena, places->items, places->count,
                               &places->capacity, sizeof *places->items);
    places->items[places->count++] = (struct place){path, rule};
}

/* The folders between the colons of `list`; empty ones do not count. */
static void add_listed(struct places *folders, const char *list)
{
    while (list && *list) {
        size_t length = strcspn(list, ":");
        if (length > 0)
            add_place(folders, arena_copy(folders->arena, list, length),
                      "GUSS_DATA");
        list += length + (list[length] == ':');
    }
}

const char *data_user_folder(struct arena *arena)
{
    return folder_of_user(arena, "XDG_DATA_HOME", ".local/share");
}

static struct places data_folders(struct arena *arena, const char *option)
{
    struct places folders = {.arena = arena};
    const char *user = data_user_folder(arena);
    if (option && *option)
        add_place(&folders, option, "--data");
    add_listed(&folders, getenv("GUSS_DATA"));
    add_place(&folders, "./data", "data in the current folder");
    if (user)
        add_place(&folders, user, "the user's data folder");
    return folders;
}

/* Where `name` is looked for, in order. */
static struct places places_of(const struct places *folders, const char *name,
                               bool is_path)
{
    struct places places = {.arena = folders->arena};
    bool absolute = name[0] == '/';
    if (absolute || is_path)
        add_place(&places, name,
                  absolute ? "as given" : "from the current folder");
    for (size_t i = 0; !absolute && i < folders->count; i++)
        add_place(&places,
                  path_join(places.arena, folders->items[i].path, name),
                  folders->items[i].rule);
    if (!absolute && !is_path)
        add_place(&places, name, "from the current folder");
    return places;
}

/* ---- finding ------------------------------------------------------- */

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);
    return length > tail && strcmp(text + length - tail, end) == 0;
}

static unsigned kind_by_name(const char *path)
{
    return path_has_ending(path, ".npy")   ? SOURCE_NPY
           : path_has_ending(path, ".npz") ? SOURCE_NPZ
           : path_has_ending(path, ".csv") ? SOURCE_CSV
           : data_picture_is_named(path)   ? SOURCE_PICTURES
                                           : SOURCE_IDX;
}

static struct source_file find_file(const struct places *places)
{
    for (size_t i = 0; i < places->count; i++) {
        const char *path = places->items[i].path;
        /* a pipe or a device is refused by what reads it */
        if (file_exists(path) || file_is_special(path))
            return (struct source_file){kind_by_name(path), path, NULL};
    }
    return (struct source_file){SOURCE_NONE, NULL, NULL};
}

/* A file that has parts, of a reference such as "x.npz/train". */
static struct source_file find_part(const struct places *folders,
                                    const char *reference)
{
    struct source_file found = {SOURCE_NONE, NULL, NULL};
    for (const char *at = reference; *at && found.kind == SOURCE_NONE; at++) {
        if (*at != '/' || !at[1])
            continue;
        const char *file =
            arena_copy(folders->arena, reference, (size_t)(at - reference));
        if (!path_has_ending(file, ".npz") && !path_has_ending(file, ".csv"))
            continue;
        struct places places = places_of(folders, file, true);
        found = find_file(&places);
        found.part = at + 1;
    }
    return found;
}

static struct source_file find_folder(const struct places *places)
{
    for (size_t i = 0; i < places->count; i++)
        if (folder_exists(places->items[i].path))
            return (struct source_file){SOURCE_PICTURES, places->items[i].path,
                                        NULL};
    return (struct source_file){SOURCE_NONE, NULL, NULL};
}

static const char cifar_archive[] = "cifar-10-binary.tar.gz";

/* A part of the set in a folder. */
static enum status find_set_in(struct arena *arena, const char *folder,
                               bool test, struct source_file *found,
                               struct error *error)
{
    const char *path;
    const char *archive = path_join(arena, folder, cifar_archive);
    enum status status = data_idx_find(arena, folder, test, &path, error);
    if (status != STATUS_OK)
        return status;
    if (path)
        *found = (struct source_file){SOURCE_IDX, path, NULL};
    else if (file_exists(archive))
        *found = (struct source_file){
            test ? SOURCE_CIFAR_TEST : SOURCE_CIFAR_TRAIN, archive, NULL};
    return STATUS_OK;
}

static enum status find_set(const struct places *places, bool test,
                            struct source_file *found, struct error *error)
{
    for (size_t i = 0; i < places->count; i++) {
        enum status status = find_set_in(places->arena, places->items[i].path,
                                         test, found, error);
        if (status != STATUS_OK || found->kind != SOURCE_NONE)
            return status;
    }
    return STATUS_OK;
}

/* ---- what was not found -------------------------------------------- */

/* `option` is the value of --data; NULL: none was given. */
static void list_places(struct text *out, const struct places *places,
                        const char *option)
{
    for (size_t i = 0; i < places->count; i++) {
        text_puts(out, "\n  ");
        text_put_shown(out, places->items[i].path);
        text_printf(out, " (%s)", places->items[i].rule);
    }
    if (places->count > 1 && !(option && *option))
        text_puts(out, "\n--data DIR names another folder to look in");
}

static enum status fail_missing_file(const char *reference,
                                     const struct places *places,
                                     const char *option, struct error *error)
{
    struct text text = text_new(places->arena);
    text_printf(&text, "data '%s' was not found; there is none of",
                text_shown(places->arena, reference));
    list_places(&text, places, option);
    text_puts(&text,
              "\ndata is named as NAME/train or NAME/test, or is a .npy, "
              ".npz, .csv or IDX file, a picture (PNG or JPEG) or a "
              "folder of pictures\n"
              "smileys/train needs no file: guss draws it");
    return error_set_lines(error, STATUS_INPUT, text_string(&text));
}

/* True for sets in MNIST's four files that guss can download. */
static bool is_fetched(const char *name)
{
    return strcmp(name, "mnist") == 0 || strcmp(name, "fashion_mnist") == 0 ||
           strcmp(name, "kmnist") == 0;
}

static enum status fail_missing_set(const char *reference, const char *name,
                                    bool test, const struct places *places,
                                    const char *option, struct error *error)
{
    const char *part = test ? "test" : "train";
    const char *images = test ? "t10k-images-idx3-ubyte, test-images-idx3-ubyte"
                              : "train-images-idx3-ubyte";
    struct text text = text_new(places->arena);
    text_printf(&text,
                "data '%s' was not found; no %s (plain or .gz) in any of",
                text_shown(places->arena, reference), images);
    list_places(&text, places, option);
    if (strcmp(path_name(name), "cifar10") == 0)
        text_printf(&text,
                    "\n'guss data fetch cifar10' downloads it into the user's "
                    "data folder; or put %s into one of them",
                    cifar_archive);
    else if (is_fetched(path_name(name)))
        text_printf(&text,
                    "\n'guss data fetch %s' downloads it into the user's data "
                    "folder; or put its four files into one of them: "
                    "train-images-idx3-ubyte.gz, "
                    "train-labels-idx1-ubyte.gz, "
                    "t10k-images-idx3-ubyte.gz, "
                    "t10k-labels-idx1-ubyte.gz",
                    path_name(name));
    else
        text_printf(&text,
                    "\nput %s-images-idx3-ubyte and %s-labels-idx1-ubyte, "
                    "plain or .gz, into one of them",
                    part, part);
    text_printf(&text, "\nsmileys/%s needs no file: guss draws it", part);
    return error_set_lines(error, STATUS_INPUT, text_string(&text));
}

/* The file that `reference` means. */
static enum status find_source(struct arena *arena, const char *reference,
                               const char *option, struct source_file *found,
                               struct error *error)
{
    struct places folders = data_folders(arena, option);
    struct places files = places_of(&folders, reference, true);
    struct places sets = {.arena = arena};
    bool test = ends_with(reference, "/test");
    const char *name = NULL;
    enum status status = STATUS_OK;
    *found = find_file(&files);
    if (found->kind == SOURCE_NONE)
        *found = find_part(&folders, reference);
    if (found->kind == SOURCE_NONE &&
        (test || ends_with(reference, "/train"))) {
        name = path_folder(arena, reference);
        sets = places_of(&folders, name, name[0] == '.' || strchr(name, '/'));
        status = find_set(&sets, test, found, error);
    }
    if (status != STATUS_OK)
        return status;
    if (found->kind == SOURCE_NONE)
        *found = find_folder(&files);
    if (found->kind != SOURCE_NONE)
        return STATUS_OK;
    if (name)
        return fail_missing_set(reference, name, test, &sets, option, error);
    return fail_missing_file(reference, &files, option, error);
}

/* ---- reading ------------------------------------------------------- */

/* Beside "a/x.npy": "a/x.labels.npy". */
static const char *find_npy_labels(struct arena *arena, const char *path,
                                   const char **sought)
{
    int stem = (int)(strlen(path) - strlen(".npy"));
    const char *labels = arena_printf(arena, "%.*s.labels.npy", stem, path);
    *sought = arena_printf(arena, "there is no %s", labels);
    return file_exists(labels) ? labels : NULL;
}

static enum status keep_sought(struct data_set *set, const char *sought,
                               struct error *error)
{
    set->sought = strdup(sought);
    return set->sought ? STATUS_OK
                       : error_set(error, STATUS_MACHINE, "out of memory");
}

static enum status read_file_source(struct arena *arena,
                                    const struct source_file *source,
                                    const struct data_options *options,
                                    struct data_set *set, struct error *error)
{
    bool npy = source->kind == SOURCE_NPY;
    enum status status = npy ? data_read_npy(source->path, set, error)
                             : data_read_idx(source->path, set, error);
    if (status != STATUS_OK || options->labels != DATA_LABELS)
        return status;
    const char *sought;
    const char *labels = npy ? find_npy_labels(arena, source->path, &sought)
                             : data_idx_labels(arena, source->path, &sought);
    if (labels && npy)
        status = data_read_npy_labels(labels, set, error);
    else if (labels)
        status = data_read_idx_labels(labels, set, error);
    else
        status = keep_sought(set, sought, error);
    if (status != STATUS_OK)
        data_free(set);
    return status;
}

static enum status read_folder_source(struct arena *arena, const char *path,
                                      const char *reference,
                                      const struct data_options *options,
                                      struct data_set *set, struct error *error)
{
    const char *train, *test = NULL;
    enum status status = data_idx_find(arena, path, false, &train, error);
    if (status == STATUS_OK && !train)
        status = data_idx_find(arena, path, true, &test, error);
    if (status != STATUS_OK)
        return status;
    if (!train && !test)
        return data_read_pictures(path, options, set, error);
    const char *part = train ? "train" : "test";
    return error_set(error, STATUS_INPUT,
                     "data '%s' is a folder of IDX files (%s); name a part of "
                     "it: %s/%s",
                     reference, path, reference, part);
}

static enum status read_source(struct arena *arena, const char *reference,
                               const struct source_file *source,
                               const struct data_options *options,
                               struct data_set *set, struct error *error)
{
    switch (source->kind) {
    case SOURCE_PICTURES:
        return read_folder_source(arena, source->path, reference, options, set,
                                  error);
    case SOURCE_NPZ:
        return data_read_npz(source->path, source->part, options->labels, set,
                             error);
    case SOURCE_CSV:
        return data_read_csv(source->path, source->part, options->labels, set,
                             error);
    case SOURCE_CIFAR_TRAIN:
    case SOURCE_CIFAR_TEST:
        return data_read_cifar(source->path, source->kind == SOURCE_CIFAR_TEST,
                               set, error);
    default:
        return read_file_source(arena, source, options, set, error);
    }
}

static enum status find_and_read(const char *reference,
                                 const struct data_options *options,
                                 struct data_set *set, struct error *error)
{
    struct arena *arena = arena_new();
    struct source_file source;
    enum status status =
        find_source(arena, reference, options->folder, &source, error);
    if (status == STATUS_OK)
        status = read_source(arena, reference, &source, options, set, error);
    arena_free(arena);
    return status;
}

enum status data_load(const char *reference, const struct data_options *options,
                      struct data_set *set, struct error *error)
{
    enum status status;
    *set = (struct data_set){0};
    if (strcmp(reference, "smileys/train") == 0)
        status = data_draw_smileys(false, set, error);
    else if (strcmp(reference, "smileys/test") == 0)
        status = data_draw_smileys(true, set, error);
    else if (*reference)
        status = find_and_read(reference, options, set, error);
    else
        status =
            error_set(error, STATUS_INPUT, "the name of the data is empty");
    if (status == STATUS_OK)
        status = data_scan(set, reference, error);
    if (status != STATUS_OK) {
        data_free(set);
        return status;
    }
    set->samples.pixels = data_pixels(options->pixels, set->samples.element);
    data_files_sum(set);
    return STATUS_OK;
}
