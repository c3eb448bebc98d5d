/* Which files of a set are missing, and which mirror has them. A mirror that
 * failed once is tried again for the next file: another one may be there. */
#include "compiler/fetch/fetch.h"

#include <inttypes.h>
#include <stdbool.h>
#include <string.h>

#include "base/checksum.h"
#include "base/file.h"
#include "base/text.h"
#include "compiler/fetch/download.h"

static const char *file_url(struct arena *arena, const char *mirror,
                            const char *name)
{
    size_t length = strlen(mirror);
    bool has_slash = length > 0 && mirror[length - 1] == '/';
    return arena_printf(arena, "%s%s%s", mirror, has_slash ? "" : "/", name);
}

static enum status fetch_file(struct arena *arena,
                              const struct known_file *file,
                              const char *const *mirrors, int n_mirrors,
                              const char *path, FILE *out, struct error *error)
{
    for (int i = 0; i < n_mirrors; i++) {
        const char *url = file_url(arena, mirrors[i], file->name);
        enum status status = download_file(url, file, path, error);
        if (status == STATUS_OK)
            fprintf(out, "%s: %" PRId64 " bytes from %s\n", file->name,
                    file->size, text_shown(arena, url));
        if (status != STATUS_INPUT)
            return status;
        if (i + 1 < n_mirrors)
            fprintf(out, "%s; trying the next mirror\n", error->text);
    }
    return error_set_lines(error, STATUS_MACHINE,
                           arena_printf(arena, "cannot download '%s'\n%s",
                                        file->name, error->text));
}

enum status fetch_set(struct arena *arena, const struct known_set *set,
                      const char *const *mirrors, int n_mirrors,
                      const char *folder, FILE *out, int *n_fetched,
                      struct error *error)
{
    *n_fetched = 0;
    enum status status = folder_make(folder, error);
    for (int i = 0; i < MAX_KNOWN_FILES && set->files[i].name; i++) {
        const struct known_file *file = &set->files[i];
        const char *path = path_join(arena, folder, file->name);
        if (status != STATUS_OK)
            return status;
        if (file_has_checksum(path, file->sha256))
            continue;
        status = fetch_file(arena, file, mirrors, n_mirrors, path, out, error);
        ++*n_fetched;
    }
    return status;
}
