#include "compiler/command/two_runs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/text.h"
#include "trainer/training/run_record.h"
#include "trainer/weights/safetensors.h"

enum { LOG_MOST_BYTES = 1 << 30 };

/* ---- logs ---------------------------------------------------------------- */

static enum status read_log(struct arena *arena, const char *folder,
                            const char **text, struct error *error)
{
    char *bytes;
    size_t size;
    enum status status = file_read(path_join(arena, folder, "log.csv"),
                                   LOG_MOST_BYTES, &bytes, &size, error);
    if (status != STATUS_OK)
        return status;
    *text = arena_copy(arena, bytes, size);
    free(bytes);
    return STATUS_OK;
}

/* Moves both behind their line; false where it is not the same. */
static bool skip_line(const char **then, const char **now)
{
    size_t length = strcspn(*then, "\n"), other = strcspn(*now, "\n");
    if (length != other || memcmp(*then, *now, length) != 0)
        return false;
    *then += length + ((*then)[length] == '\n');
    *now += other + ((*now)[other] == '\n');
    return true;
}

static const char *find_difference(struct arena *arena, const char *then,
                                   const char *now, bool is_whole)
{
    int line = 1;
    for (; *then && *now; line++)
        if (!skip_line(&then, &now))
            return arena_printf(arena,
                                "the logs differ first in line %d: '%.*s', the "
                                "repetition has '%.*s'",
                                line, (int)strcspn(then, "\n"), then,
                                (int)strcspn(now, "\n"), now);
    if (*then || (is_whole && *now))
        return arena_printf(arena,
                            "the logs differ first in line %d: %s has none",
                            line, *then ? "the repetition" : "the run");
    return NULL;
}

enum status compare_logs(const struct two_runs *runs, bool is_whole,
                         const char **difference, struct error *error)
{
    const char *then, *now;
    if (read_log(runs->arena, runs->run, &then, error) ||
        read_log(runs->arena, runs->repeated, &now, error))
        return error->status;
    *difference = find_difference(runs->arena, then, now, is_whole);
    return STATUS_OK;
}

/* ---- weights ------------------------------------------------------------- */

/* "'net/dense/kernel' [3, 1]" */
static const char *element_text(struct arena *arena,
                                const struct tensor *tensor, int64_t index)
{
    struct text text = text_new(arena);
    int64_t at[TENSOR_MAX_RANK];
    for (int i = tensor->rank - 1; i >= 0; i--) {
        at[i] = index % tensor->shape[i];
        index /= tensor->shape[i];
    }
    text_printf(&text, "'%s' [", tensor->key);
    for (int i = 0; i < tensor->rank; i++)
        text_printf(&text, "%s%" PRId64, i ? ", " : "", at[i]);
    text_puts(&text, "]");
    return text_string(&text);
}

/* Of a file's weights: as a word before "weights". */
static const char *kind_of(const char *name)
{
    return strcmp(name, RUN_BEST_WEIGHTS) == 0      ? "best "
           : strcmp(name, RUN_AVERAGE_WEIGHTS) == 0 ? "averaged "
                                                    : "";
}

static const char *compare_tensor(struct arena *arena, const char *kind,
                                  const struct tensor *then,
                                  const struct tensor *now)
{
    if (strcmp(then->key, now->key) != 0 || then->count != now->count)
        return arena_printf(arena,
                            "the %sweights have '%s', those of the repetition "
                            "'%s'",
                            kind, then->key, now->key);
    for (int64_t i = 0; i < then->count; i++)
        if (memcmp(&then->values[i], &now->values[i], sizeof(float)) != 0)
            return arena_printf(arena,
                                "the %sweights differ first in %s: %.9g, the "
                                "repetition has %.9g",
                                kind, element_text(arena, then, i),
                                (double)then->values[i],
                                (double)now->values[i]);
    return NULL;
}

static const char *compare_tensors(struct arena *arena, const char *kind,
                                   const struct tensor_file *then,
                                   const struct tensor_file *now)
{
    if (then->n_tensors != now->n_tensors)
        return arena_printf(arena,
                            "there are %d %sweights, the repetition has %d",
                            then->n_tensors, kind, now->n_tensors);
    const char *difference = NULL;
    for (int i = 0; !difference && i < then->n_tensors; i++)
        difference =
            compare_tensor(arena, kind, &then->tensors[i], &now->tensors[i]);
    return difference;
}

static enum status read_weights(const struct two_runs *runs, const char *folder,
                                const char *name, struct tensor_file *file,
                                struct error *error)
{
    return tensor_file_read(runs->arena, path_join(runs->arena, folder, name),
                            file, error);
}

enum status compare_weights(const struct two_runs *runs, const char *name,
                            const char **difference, struct error *error)
{
    struct tensor_file then = {0}, now = {0};
    enum status status = read_weights(runs, runs->run, name, &then, error);
    if (status == STATUS_OK)
        status = read_weights(runs, runs->repeated, name, &now, error);
    if (status == STATUS_OK)
        *difference = compare_tensors(runs->arena, kind_of(name), &then, &now);
    tensor_file_free(&then);
    tensor_file_free(&now);
    return status;
}
