/* The cache of executables: a content hash for a name. */
#include "compiler/command/cache.h"

#include <stdint.h>
#include <stdlib.h>

#include "base/file.h"
#include "base/fingerprint.h"
#include "compiler/command/toolchain.h"

enum { RUNTIME_MOST_BYTES = 256 << 20 };

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

static enum status hash_runtime(struct arena *arena, uint64_t *hash,
                                struct error *error)
{
    static const char *const files[] = {"lib/guss/libguss-trainer.a",
                                        "lib/guss/libguss-core.a",
                                        "lib/guss/libguss-base.a"};
    const char *runtime;
    if (toolchain_runtime(arena, &runtime, error))
        return error->status;
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        if (hash_file(hash, path_join(arena, runtime, files[i]), error))
            return error->status;
    return STATUS_OK;
}

/* XDG base directories: relative or empty values do not count. NULL where
 * there is no such folder. */
static const char *cache_folder(struct arena *arena)
{
    const char *cache = getenv("XDG_CACHE_HOME");
    if (cache && *cache == '/')
        return path_join(arena, cache, "guss");
    const char *home = getenv("HOME");
    return home && *home == '/' ? path_join(arena, home, ".cache/guss") : NULL;
}

enum status cache_path(struct arena *arena,
                       const struct compilation *compilation, const char **path,
                       struct error *error)
{
    const char *const parts[] = {
        text_string(&compilation->code), toolchain_compiler(), TOOLCHAIN_FLAGS,
        compilation->plan->target->flags, toolchain_libraries()};
    uint64_t hash = FINGERPRINT_EMPTY;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        hash = fingerprint_string(hash, parts[i]);
    if (hash_runtime(arena, &hash, error))
        return error->status;
    const char *folder = cache_folder(arena);
    if (!folder)
        return error_set(error, STATUS_MACHINE,
                         "nowhere to keep the executable: neither "
                         "XDG_CACHE_HOME nor HOME is an absolute path");
    if (folder_make(folder, error))
        return error->status;
    *path = path_join(arena, folder,
                      arena_printf(arena, "%s-%016llx", compilation->model_name,
                                   (unsigned long long)hash));
    return STATUS_OK;
}
