/* verify: the executable in a run's folder trains once more as it did then, and
 * what it makes is held against what lies there. */
#define _XOPEN_SOURCE 700 /* nftw() */

#include <errno.h>
#include <ftw.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/checksum.h"
#include "base/file.h"
#include "base/text.h"
#include "compiler/command/commands.h"
#include "compiler/command/process.h"
#include "compiler/command/scratch.h"
#include "compiler/command/two_runs.h"
#include "compiler/compile.h"
#include "trainer/training/run_record.h"

struct verification {
    struct arena *arena;
    const struct request *request;
    const char *run;      /* the folder */
    const char *repeated; /* that of the repetition */
    struct run_record record;
    struct error error;
};

static const char *path_in(const struct verification *verification,
                           const char *folder, const char *name)
{
    return path_join(verification->arena, folder, name);
}

/* Says where the two differ. */
__attribute__((format(printf, 2, 3))) static enum status
differs(const struct verification *verification, const char *format, ...)
{
    struct text line = text_new(verification->arena);
    va_list arguments;
    text_printf(&line, "%s: ", verification->run);
    va_start(arguments, format);
    text_vprintf(&line, format, arguments);
    va_end(arguments);
    printf("%s\n", text_shown(verification->arena, text_string(&line)));
    return STATUS_INPUT;
}

/* ---- before -------------------------------------------------------------- */

static const char weights[] = "weights.safetensors";

/* What is held against the repetition is not held against its sum: that would
 * not say where it differs. */
static bool is_compared(const char *name)
{
    return strcmp(name, "log.csv") == 0 ||
           strcmp(name, RUN_BEST_WEIGHTS) == 0 ||
           strcmp(name, RUN_AVERAGE_WEIGHTS) == 0 || strcmp(name, weights) == 0;
}

/* What the run is repeated from is what it left. */
static enum status check_files(const struct verification *verification)
{
    const struct run_record *record = &verification->record;
    for (int i = 0; i < record->n_files; i++) {
        const struct run_file *file = &record->files[i];
        const char *path = path_in(verification, verification->run, file->name);
        if (!file_exists(path))
            return differs(verification, "'%s' is missing", file->name);
        if (is_compared(file->name))
            continue;
        if (!file_has_checksum(path, file->sha256))
            return differs(verification, "'%s' is not what the run left",
                           file->name);
    }
    return STATUS_OK;
}

static enum status check_record(struct verification *verification)
{
    struct error *error = &verification->error;
    const char *run = verification->run;
    enum status status =
        run_record_read(verification->arena, run, &verification->record, error);
    if (status != STATUS_OK)
        return status;
    if (verification->record.state >= RUN_STOPPED)
        return STATUS_OK;
    return error_set(error, STATUS_INPUT,
                     "the run in '%s' has not come to an end; go on with it: "
                     "guss train --resume %s",
                     run, run);
}

/* ---- the repetition ------------------------------------------------------ */

static char **list_arguments(const struct verification *verification)
{
    struct arena *arena = verification->arena;
    const struct request *request = verification->request;
    enum { MOST_ARGUMENTS = 7 };
    char **arguments =
        arena_alloc(arena, MOST_ARGUMENTS + 1, sizeof *arguments);
    int n = 0;
    arguments[n++] =
        arena_printf(arena, "%s%s", verification->run[0] == '/' ? "" : "./",
                     path_in(verification, verification->run, RUN_EXECUTABLE));
    arguments[n++] = arena_strdup(arena, "train");
    arguments[n++] = arena_printf(arena, "--repeat=%s", verification->run);
    arguments[n++] = arena_printf(arena, "--out=%s", verification->repeated);
    arguments[n++] = arena_printf(arena, "--set=iterations=%" PRIu64,
                                  verification->record.iteration);
    if (request->data)
        arguments[n++] = arena_printf(arena, "--data=%s", request->data);
    if (request->threads)
        arguments[n++] = arena_printf(arena, "--threads=%s", request->threads);
    return arguments;
}

/* Diverging again is what a run that diverged should do. */
static enum status judge(struct verification *verification,
                         const struct process_end *end)
{
    struct error *error = &verification->error;
    bool diverged = verification->record.state == RUN_DIVERGED;
    int wanted = diverged ? STATUS_DIVERGED : STATUS_OK;
    if (WIFEXITED(end->status) && WEXITSTATUS(end->status) == wanted)
        return STATUS_OK;
    if (WIFSIGNALED(end->status))
        return error_set(error, STATUS_MACHINE,
                         "the repetition was ended by signal %d",
                         WTERMSIG(end->status));
    enum status status = (enum status)WEXITSTATUS(end->status);
    if (status == STATUS_DIVERGED || status == STATUS_OK)
        return differs(verification, "the run %s, its repetition %s",
                       diverged ? "diverged" : "did not diverge",
                       diverged ? "did not" : "did");
    return error_set(error, status == STATUS_USAGE ? STATUS_INPUT : status,
                     "the run could not be repeated");
}

static enum status repeat(struct verification *verification,
                          const struct hold *hold)
{
    struct process_end end;
    char **arguments = list_arguments(verification);
    setenv("GUSS_VERIFY", "1", 1); /* its folder goes: no word of it */
    int failure = process_run_shown(arguments, hold, &end);
    if (failure) {
        errno = failure;
        return error_set_errno(&verification->error, STATUS_MACHINE,
                               "cannot run '%s'", arguments[0]);
    }
    return end.stopped_by ? hold_stopped(end.stopped_by, &verification->error)
                          : judge(verification, &end);
}

/* ---- afterwards ---------------------------------------------------------- */

static bool has_file(const struct verification *verification, const char *name)
{
    const struct run_record *record = &verification->record;
    for (int i = 0; i < record->n_files; i++)
        if (strcmp(record->files[i].name, name) == 0)
            return true;
    return false;
}

/* The best weights of a run that was stopped within an epoch are not those of its
 * repetition, which measures what there is of it. */
static enum status compare(struct verification *verification)
{
    enum run_state state = verification->record.state;
    bool diverged = state == RUN_DIVERGED;
    bool has_best =
        state == RUN_FINISHED && has_file(verification, RUN_BEST_WEIGHTS);
    const struct two_runs runs = {verification->arena, verification->run,
                                  verification->repeated};
    const char *difference;
    struct error *error = &verification->error;
    if (compare_logs(&runs, state == RUN_FINISHED, &difference, error))
        return error->status;
    if (!difference && !diverged &&
        compare_weights(&runs, weights, &difference, error))
        return error->status;
    if (!difference && !diverged &&
        has_file(verification, RUN_AVERAGE_WEIGHTS) &&
        compare_weights(&runs, RUN_AVERAGE_WEIGHTS, &difference, error))
        return error->status;
    if (!difference && has_best &&
        compare_weights(&runs, RUN_BEST_WEIGHTS, &difference, error))
        return error->status;
    if (difference)
        return differs(verification, "%s", difference);
    printf("%s: the same, %s, after %" PRIu64 " iterations\n",
           text_shown(verification->arena, verification->run),
           diverged ? "which diverged" : "log and weights to the bit",
           verification->record.iteration);
    return STATUS_OK;
}

/* ---- the command --------------------------------------------------------- */

static int remove_entry(const char *path, const struct stat *info, int kind,
                        struct FTW *place)
{
    (void)info;
    (void)place;
    return kind == FTW_DP ? rmdir(path) : unlink(path);
}

static enum status verify_held(struct verification *verification,
                               const struct hold *hold)
{
    struct scratch scratch;
    enum status status =
        scratch_open(verification->arena, &scratch, &verification->error);
    if (status != STATUS_OK)
        return status;
    verification->repeated = path_in(verification, scratch.path, "run");
    status = repeat(verification, hold);
    if (status == STATUS_OK)
        status = compare(verification);
    nftw(verification->repeated, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    scratch_close(&scratch);
    return status;
}

enum status run_verify(struct arena *arena, const struct request *request)
{
    struct verification verification = {
        .arena = arena, .request = request, .run = request->operands[0]};
    enum status status = check_record(&verification);
    if (status == STATUS_OK)
        status = check_files(&verification);
    if (status == STATUS_OK) {
        struct hold hold;
        hold_begin(&hold);
        status = verify_held(&verification, &hold);
        hold_end(&hold, status);
    }
    return verification.error.text[0] ? report(request, &verification.error)
                                      : status;
}
