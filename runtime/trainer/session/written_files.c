/* A file that is read may be there under another name: files are compared, not
 * words. */
#include "trainer/session/written_files.h"

#include <string.h>

#include "base/file.h"

bool written_is_same(struct arena *arena, const char *a, const char *b)
{
    if (file_is_special(a))
        return false;
    if (file_is_same(a, b))
        return true;
    a = path_behind_links(arena, a);
    b = path_behind_links(arena, b);
    return a && b && strcmp(path_name(a), path_name(b)) == 0 &&
           file_is_same(path_folder(arena, a), path_folder(arena, b));
}

static enum status check_one(struct session *session, const char *option,
                             const char *path, const char *reader,
                             const char *read)
{
    if (!path || !read || !written_is_same(session->arena, path, read))
        return STATUS_OK;
    return error_set(&session->error, STATUS_USAGE,
                     "--%s would write over '%s', which --%s reads", option,
                     path, reader);
}

/* Of a run's folder, any of its checkpoints may be what is read. */
static enum status check_weights(struct session *session, const char *option,
                                 const char *path)
{
    struct arena *arena = session->arena;
    const char *weights = session->options->texts[OPTION_WEIGHTS];
    if (!path || !weights || !folder_exists(weights))
        return check_one(session, option, path, "weights", weights);
    if (file_is_same(path_folder(arena, path),
                     path_join(arena, weights, "checkpoints")))
        return check_one(session, option, path, "weights", path);
    return check_one(session, option, path, "weights",
                     path_join(arena, weights, "weights.safetensors"));
}

enum status written_check(struct session *session, const char *option,
                          const char *path, const char *const *inputs,
                          size_t n_inputs)
{
    const char *const *texts = session->options->texts;
    enum status status = check_weights(session, option, path);
    if (status == STATUS_OK)
        status = check_one(session, option, path, "schedule",
                           texts[OPTION_SCHEDULE]);
    for (size_t i = 0; status == STATUS_OK && i < n_inputs; i++)
        status = check_one(session, option, path, "input", inputs[i]);
    return status;
}

/* The options that name a file to write. */
static const struct {
    enum option_id id;
    const char *name;
} writers[] = {{OPTION_OUTPUT, "output"},
               {OPTION_NPY, "npy"},
               {OPTION_CONFUSION, "confusion"},
               {OPTION_MISTAKES, "mistakes"}};
enum { N_WRITERS = sizeof writers / sizeof *writers };

/* A writer's file beside what is read, and beside those of the writers before. */
static enum status check_writer(struct session *session, int writer)
{
    const struct options *options = session->options;
    const char *name = writers[writer].name;
    const char *path = options->texts[writers[writer].id];
    enum status status =
        written_check(session, name, path, options->inputs, options->n_inputs);
    if (status == STATUS_OK)
        status = written_check(session, name, path,
                               (const char *const *)options->operands,
                               (size_t)options->n_operands);
    for (int i = 0; status == STATUS_OK && path && i < writer; i++) {
        const char *other = options->texts[writers[i].id];
        if (other && written_is_same(session->arena, other, path))
            status = error_set(&session->error, STATUS_USAGE,
                               "--%s and --%s name one file, '%s'",
                               writers[i].name, name, path);
    }
    return status;
}

enum status written_check_options(struct session *session)
{
    enum status status = STATUS_OK;
    for (int i = 0; status == STATUS_OK && i < N_WRITERS; i++)
        status = check_writer(session, i);
    return status;
}

enum status written_check_set(struct session *session,
                              const struct data_set *set)
{
    for (int i = 0; i < N_WRITERS; i++) {
        const char *path = session->options->texts[writers[i].id];
        if (!path || !file_exists(path))
            continue;
        for (size_t k = 0; k < set->n_files; k++)
            if (file_is_same(path, set->files[k].path))
                return error_set(&session->error, STATUS_USAGE,
                                 "--%s would write over '%s', which is part of "
                                 "the data",
                                 writers[i].name, path);
    }
    return STATUS_OK;
}
