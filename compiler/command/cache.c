/* The cache of executables. A file is called <model>-<key>-<version>-<sum>:
 * what it was made from, the C compiler that made it, and the sum of its bytes,
 * so that one that was damaged is known by its name. */
#include "compiler/command/cache.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/checksum.h"
#include "base/file.h"
#include "base/fingerprint.h"
#include "base/folder.h"

enum { RUNTIME_MOST_BYTES = 256 << 20, VERSION_DIGITS = 16, SUM_DIGITS = 32 };
enum { MODEL_MOST_BYTES = 60 }; /* of its name, in the name of a file */

/* ---- names --------------------------------------------------------------- */

static enum status hash_file(uint64_t *hash, const char *path,
                             struct error *error)
{
    char *bytes;
    size_t size;
    if (file_read(path, RUNTIME_MOST_BYTES, &bytes, &size, error))
        return error->status;
    *hash = fingerprint_bytes(*hash, bytes, size);
    free(bytes);
    return STATUS_OK;
}

/* guss itself too: it is linked with the libraries that executables need. */
static enum status hash_runtime(struct arena *arena, uint64_t *hash,
                                struct error *error)
{
    static const char *const files[] = {
        "lib/guss/libguss-trainer.a", "lib/guss/libguss-core.a",
        "lib/guss/libguss-base.a", "/proc/self/exe"};
    const char *runtime;
    if (toolchain_runtime(arena, &runtime, error))
        return error->status;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (hash_file(hash, path_join(arena, runtime, files[i]), error))
            return error->status;
    return STATUS_OK;
}

static enum status make_key(const struct compilation *compilation,
                            const struct c_compiler *compiler, const char **key,
                            struct error *error)
{
    struct arena *arena = compilation->arena;
    const char *const parts[] = {
        text_string(&compilation->code), compiler->text, TOOLCHAIN_FLAGS,
        compilation->plan->target->flags, toolchain_libraries()};
    uint64_t hash = FINGERPRINT_EMPTY;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        hash = fingerprint_string(hash, parts[i]);
    for (struct compilation *companion = compilation->companion; companion;
         companion = companion->companion)
        hash = fingerprint_string(hash, text_string(&companion->code));
    if (hash_runtime(arena, &hash, error))
        return error->status;
    *key = arena_printf(
        arena, "%s-%016" PRIx64,
        text_beginning(arena, compilation->model_name, MODEL_MOST_BYTES), hash);
    return STATUS_OK;
}

/* ---- the folder ---------------------------------------------------------- */

/* What is made meanwhile is the user's alone. */
static enum status make_privately(const char *folder, struct error *error)
{
    mode_t before = umask(077);
    enum status status = folder_make(folder, error);
    umask(before);
    return status;
}

/* Others may have put files into a folder that was open to them: those are not
 * the user's, see judge(). */
static enum status make_private(const char *folder, struct error *error)
{
    struct stat about;
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &about) != 0)
        error_set_errno(error, STATUS_MACHINE, "cannot open the folder '%s'",
                        folder);
    else if (about.st_uid != geteuid())
        error_set(error, STATUS_MACHINE, "'%s' is another user's", folder);
    else if (about.st_mode & 022 && fchmod(fd, about.st_mode & 0755) != 0)
        error_set_errno(error, STATUS_MACHINE, "others may write to '%s'",
                        folder);
    if (fd >= 0)
        close(fd);
    return error->status;
}

static enum status find_folder(struct arena *arena, const char **folder,
                               struct error *error)
{
    *folder = folder_of_user(arena, "XDG_CACHE_HOME", ".cache");
    if (!*folder)
        return error_set(error, STATUS_MACHINE,
                         "neither XDG_CACHE_HOME nor HOME is an absolute path");
    return make_privately(*folder, error) ? error->status
                                          : make_private(*folder, error);
}

static void say_not_kept(const struct cache *cache, const struct error *error)
{
    request_say(cache->request, MESSAGE_WARNING,
                arena_printf(cache->arena,
                             "the executable is not kept for the next time: %s",
                             error->text));
}

enum status cache_open(const struct compilation *compilation,
                       const struct request *request,
                       const struct c_compiler *compiler,
                       const struct hold *hold, struct cache *cache,
                       struct error *error)
{
    struct arena *arena = compilation->arena;
    struct error reason = {0};
    const char *text;
    *cache = (struct cache){.arena = arena, .request = request};
    if (make_key(compilation, compiler, &cache->key, error))
        return error->status;
    if (find_folder(arena, &cache->folder, &reason)) {
        cache->folder = NULL;
        say_not_kept(cache, &reason);
        return STATUS_OK;
    }
    if (c_compiler_version(arena, compiler, hold, &text, error))
        return error->status;
    if (text)
        cache->version = arena_printf(
            arena, "%016" PRIx64, fingerprint_string(FINGERPRINT_EMPTY, text));
    return STATUS_OK;
}

/* ---- files --------------------------------------------------------------- */

/* The sum in a file's name if it is of this cache's key and version. Any version
 * will do for a compiler that does not say its own, or is not there. */
static const char *sum_of_name(const struct cache *cache, const char *name)
{
    size_t length = strlen(cache->key);
    if (strncmp(name, cache->key, length) != 0 ||
        strlen(name) != length + 1 + VERSION_DIGITS + 1 + SUM_DIGITS)
        return NULL;
    const char *version = name + length + 1;
    if (cache->version && strncmp(version, cache->version, VERSION_DIGITS) != 0)
        return NULL;
    return version + VERSION_DIGITS + 1;
}

/* What is wrong with a file, or NULL. Its folder is the user's alone, so it
 * stays what it is here. */
static const char *judge(const char *path, const char *sum)
{
    struct stat about;
    struct error error = {0};
    char found[CHECKSUM_TEXT];
    if (lstat(path, &about) != 0 || !S_ISREG(about.st_mode) ||
        about.st_uid != geteuid() || about.st_mode & 022 || about.st_nlink != 1)
        return "is not this user's alone";
    if (!(about.st_mode & S_IXUSR))
        return "may not be run";
    if (checksum_of_file(path, found, &error) ||
        strncmp(found, sum, SUM_DIGITS) != 0)
        return "is damaged";
    return NULL;
}

const char *cache_find(const struct cache *cache)
{
    const char *path = NULL;
    DIR *listing = cache->folder ? opendir(cache->folder) : NULL;
    for (struct dirent *entry;
         listing && !path && (entry = readdir(listing));) {
        const char *sum = sum_of_name(cache, entry->d_name);
        if (!sum)
            continue;
        path = path_join(cache->arena, cache->folder, entry->d_name);
        const char *fault = judge(path, sum);
        if (!fault)
            continue;
        struct error error;
        error_set(&error, STATUS_MACHINE, "'%s' %s; it is built anew", path,
                  fault);
        request_say(cache->request, MESSAGE_WARNING, error.text);
        unlink(path);
        path = NULL;
    }
    if (listing)
        closedir(listing);
    return path;
}

static enum status write_privately(const char *path,
                                   const struct executable *executable,
                                   struct error *error)
{
    mode_t before = umask(077);
    enum status status =
        file_write_executable(path, executable->bytes, executable->size, error);
    umask(before);
    return status;
}

const char *cache_keep(const struct cache *cache,
                       const struct executable *executable)
{
    char sum[CHECKSUM_TEXT];
    struct checksum checksum;
    struct error error = {0};
    if (!cache->folder)
        return NULL;
    file_remove_unfinished(cache->folder);
    checksum_start(&checksum);
    checksum_add(&checksum, executable->bytes, executable->size);
    checksum_finish(&checksum, sum);
    const char *name = arena_printf(
        cache->arena, "%s-%s-%.*s", cache->key,
        cache->version ? cache->version : "0000000000000000", SUM_DIGITS, sum);
    const char *path = path_join(cache->arena, cache->folder, name);
    if (write_privately(path, executable, &error) == STATUS_OK)
        return path;
    say_not_kept(cache, &error);
    return NULL;
}
