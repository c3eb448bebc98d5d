/* First bytes in, a kind out. */
#include "base/file_kind.h"

#include <ctype.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { BEGIN_BYTES = 4096 };

/* What is known of a file. */
struct beginning {
    const char *path;
    char bytes[BEGIN_BYTES + 1]; /* a NUL behind them */
    size_t size;
};

static const struct {
    enum file_kind kind;
    size_t offset;
    const char *bytes; /* NULL: any, by the ending alone */
    size_t size;
    const char *ending; /* NULL: any */
} signs[] = {
#define SIGN(offset, text) (offset), (text), sizeof(text) - 1
    {FILE_EXECUTABLE,
     SIGN(0, "\x7f"
             "ELF"),
     NULL},
    {FILE_NPY, SIGN(0, "\x93NUMPY"), NULL},
    {FILE_NPZ, SIGN(0, "PK\3\4"), ".npz"},
    {FILE_KERAS, SIGN(0, "PK\3\4"), ".keras"},
    {FILE_TORCH, SIGN(0, "PK\3\4"), ".pt"},
    {FILE_TORCH, SIGN(0, "PK\3\4"), ".pth"},
    {FILE_TORCH, SIGN(0, "PK\3\4"), ".ckpt"},
    {FILE_ZIP, SIGN(0, "PK\3\4"), NULL},
    {FILE_HDF5, SIGN(0, "\x89HDF\r\n\x1a\n"), NULL},
    {FILE_PNG, SIGN(0, "\x89PNG"), NULL},
    {FILE_JPEG, SIGN(0, "\xff\xd8\xff"), NULL},
    {FILE_PICTURE, SIGN(0, "GIF8"), NULL},
    {FILE_PICTURE, SIGN(0, "BM"), ".bmp"},
    {FILE_PICTURE, SIGN(0, "II*"), NULL},
    {FILE_PICTURE, SIGN(0, "MM\0*"), NULL},
    {FILE_PICTURE, SIGN(8, "WEBP"), NULL},
    {FILE_PICTURE, SIGN(4, "ftyp"), NULL},
    {FILE_MATLAB, SIGN(0, "MATLAB "), NULL},
    {FILE_TAR, SIGN(257, "ustar"), NULL},
    {FILE_TAR, SIGN(0, "\x1f\x8b"), ".tar.gz"},
    {FILE_TAR, SIGN(0, "\x1f\x8b"), ".tgz"},
    {FILE_PARQUET, SIGN(0, "PAR1"), NULL},
    {FILE_PDF, SIGN(0, "%PDF"), NULL},
    {FILE_TFLITE, SIGN(4, "TFL3"), NULL},
    {FILE_COMPRESSED,
     SIGN(0, "\xfd"
             "7zXZ"),
     NULL},
    {FILE_COMPRESSED, SIGN(0, "BZh"), NULL},
    {FILE_COMPRESSED, SIGN(0, "\x28\xb5\x2f\xfd"), NULL},
    {FILE_COMPRESSED, SIGN(0, "7z\xbc\xaf"), NULL},
    {FILE_COMPRESSED, SIGN(0, "Rar!"), NULL},
    {FILE_TORCH, SIGN(0, "\x80\2"), ".pt"},
    {FILE_TORCH, SIGN(0, "\x80\2"), ".pth"},
    {FILE_PICKLE, SIGN(0, "\x80\2"), NULL},
    {FILE_PICKLE, SIGN(0, "\x80\3"), NULL},
    {FILE_PICKLE, SIGN(0, "\x80\4"), NULL},
    {FILE_PICKLE, SIGN(0, "\x80\5"), NULL},
    {FILE_SAFETENSORS, SIGN(8, "{\""), NULL},
    {FILE_IDX, SIGN(0, "\0\0\x08"), NULL},
    {FILE_IDX, SIGN(0, "\0\0\x0d"), NULL},
    {FILE_PYTHON, 0, NULL, 0, ".py"},
    {FILE_ONNX, 0, NULL, 0, ".onnx"},
    {FILE_RAW, 0, NULL, 0, ".bin"},
    {FILE_CSV, 0, NULL, 0, ".csv"},
    {FILE_CSV, 0, NULL, 0, ".tsv"},
#undef SIGN
};

static bool read_beginning(const char *path, struct beginning *beginning)
{
    struct stat info;
    *beginning = (struct beginning){.path = path};
    if (!file_exists(path)) /* a pipe's writer would end with its reader */
        return false;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return false;
    ssize_t size = fstat(fd, &info) == 0 && S_ISREG(info.st_mode)
                       ? read(fd, beginning->bytes, BEGIN_BYTES)
                       : -1;
    close(fd);
    beginning->size = size > 0 ? (size_t)size : 0;
    return size > 0;
}

/* ---- texts --------------------------------------------------------------- */

/* Behind white space and comments, which begin with '#' in all of them. */
static const char *skip_comments(const char *text)
{
    if (strncmp(text, "\xEF\xBB\xBF", 3) == 0)
        text += 3;
    for (;;) {
        text += strspn(text, " \t\r\n\f");
        if (*text != '#')
            return text;
        text += strcspn(text, "\r\n");
    }
}

static bool starts_with_word(const char *text, const char *word)
{
    size_t length = strlen(word);
    return strncmp(text, word, length) == 0 &&
           isspace((unsigned char)text[length]);
}

static bool starts_with_any(const char *text, const char *const *words)
{
    for (; *words; words++)
        if (starts_with_word(text, *words))
            return true;
    return false;
}

/* `batch: 4`, or the line of three dashes that a YAML document starts with. */
static bool is_yaml(const char *text)
{
    size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyz_"
                                 "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    size_t colon = length + strspn(text + length, " ");
    bool is_key =
        length > 0 && text[colon] == ':' &&
        (text[colon + 1] == '\0' || isspace((unsigned char)text[colon + 1]));
    return is_key || starts_with_word(text, "---");
}

/* A file that has the ending of a model or a schedule is taken for one, though
 * its text may have a mistake that looks like the other. */
static enum file_kind kind_of_text(const char *path, const char *text)
{
    static const char *const items[] = {"network", "const",   "block",
                                        "expect",  "include", NULL};
    bool is_schedule =
        path_has_ending(path, ".yaml") || path_has_ending(path, ".yml");
    text = skip_comments(text);
    size_t name = *text == '[' ? strcspn(text, "]\n") : 0;
    if (name > 1 && text[name] == ']' && text[name + 1] &&
        strchr("\r\n", text[name + 1]))
        return FILE_DARKNET;
    if (strncmp(text, "Model: \"", strlen("Model: \"")) == 0)
        return FILE_TABLE;
    if (!is_schedule && starts_with_any(text, items))
        return FILE_MODEL;
    bool is_model = path_has_ending(path, ".nn");
    return !is_model && is_yaml(text) ? FILE_SCHEDULE : FILE_UNKNOWN;
}

/* ---- kinds --------------------------------------------------------------- */

static const char *in_run(struct arena *arena, const char *folder,
                          enum file_kind kind)
{
    return path_join(arena, folder,
                     kind == FILE_MODEL ? "model.nn" : "schedule.yaml");
}

static bool is_run(const char *folder)
{
    struct arena *arena = arena_new();
    bool is = folder_exists(folder) &&
              file_exists(in_run(arena, folder, FILE_MODEL)) &&
              file_exists(in_run(arena, folder, FILE_SCHEDULE));
    arena_free(arena);
    return is;
}

enum file_kind file_kind(const char *path)
{
    struct beginning begin;
    if (!read_beginning(path, &begin))
        return is_run(path) ? FILE_RUN : FILE_UNKNOWN;
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        size_t end = signs[i].offset + signs[i].size;
        bool fits =
            !signs[i].bytes ||
            (end <= begin.size && memcmp(begin.bytes + signs[i].offset,
                                         signs[i].bytes, signs[i].size) == 0);
        if (fits &&
            (!signs[i].ending || path_has_ending(path, signs[i].ending)))
            return signs[i].kind;
    }
    return strlen(begin.bytes) == begin.size ? kind_of_text(path, begin.bytes)
                                             : FILE_UNKNOWN;
}

enum status file_expect_kind(const char *path, enum file_kind wanted,
                             struct error *error)
{
    enum file_kind found = file_kind(path);
    if (found == FILE_UNKNOWN || found == wanted)
        return STATUS_OK;
    struct arena *arena = arena_new();
    const char *advice = "";
    if (found == FILE_RUN && (wanted == FILE_MODEL || wanted == FILE_SCHEDULE))
        advice =
            arena_printf(arena, ": that is '%s'", in_run(arena, path, wanted));
    error_set(error, STATUS_INPUT, "'%s' is %s, not %s%s", path,
              file_kind_text(found), file_kind_text(wanted), advice);
    arena_free(arena);
    return error->status;
}

const char *file_kind_text(enum file_kind kind)
{
    static const char *const texts[N_FILE_KINDS] = {
        [FILE_UNKNOWN] = "a file",
        [FILE_MODEL] = "a .nn file",
        [FILE_RUN] = "the folder of a run",
        [FILE_EXECUTABLE] = "an executable",
        [FILE_TABLE] = "a model's table",
        [FILE_SCHEDULE] = "a schedule (YAML)",
        [FILE_NPY] = "a .npy file",
        [FILE_NPZ] = "a .npz archive of NumPy",
        [FILE_IDX] = "an IDX file",
        [FILE_PNG] = "a PNG file",
        [FILE_JPEG] = "a JPEG file",
        [FILE_PICTURE] = "a picture",
        [FILE_CSV] = "a table of text (CSV)",
        [FILE_HDF5] = "an HDF5 file",
        [FILE_MATLAB] = "a MATLAB file",
        [FILE_PICKLE] = "a pickle of Python",
        [FILE_SAFETENSORS] = "a safetensors file",
        [FILE_KERAS] = "a .keras file",
        [FILE_TORCH] = "a file of PyTorch",
        [FILE_ONNX] = "an ONNX file",
        [FILE_TFLITE] = "a TensorFlow Lite file",
        [FILE_ZIP] = "a zip archive",
        [FILE_TAR] = "a tar archive",
        [FILE_COMPRESSED] = "a compressed file",
        [FILE_RAW] = "a file of bytes without a header",
        [FILE_PYTHON] = "a Python file",
        [FILE_DARKNET] = "a .cfg file of darknet",
        [FILE_PARQUET] = "a Parquet file",
        [FILE_PDF] = "a PDF file",
    };
    return texts[kind];
}
