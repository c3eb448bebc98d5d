/* What a run says at its start and at its end, on standard error. On a
 * terminal in lines that fit; a path stays whole, so that it can be copied. */
#include "trainer/training/training.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/stop.h"
#include "base/text.h"
#include "trainer/training/line.h"

enum { LINE_BYTES = 256 };

/* ---- the start ----------------------------------------------------------- */

/* Prints parts behind one another, "; " between them, as many on a line as go
 * into it. */
static void print_parts(const char *const *parts, int count, int columns)
{
    size_t used = 0;
    for (int i = 0; i < count; i++) {
        bool is_last = i + 1 == count;
        size_t length = strlen(parts[i]) + (is_last ? 0 : 1);
        if (used && used + 1 + length > (size_t)columns) {
            fputs("\n", stderr);
            used = 0;
        }
        used += (used ? 1 : 0) + length;
        fprintf(stderr, "%s%s%s", used > length ? " " : "", parts[i],
                is_last ? "\n" : ";");
    }
}

/* `targets` names those of the set, or is NULL. */
static const char *set_text(struct arena *arena, const char *before,
                            const char *reference, const char *targets,
                            const struct data_set *set)
{
    const char *with = targets ? arena_printf(arena, " with targets %s",
                                              text_shown(arena, targets))
                               : "";
    return arena_printf(arena, "%s %s%s, %lld sample%s", before,
                        text_shown(arena, reference), with,
                        (long long)set->samples.count,
                        set->samples.count == 1 ? "" : "s");
}

/* "encoder, critic:" */
static const char *networks_text(const struct training *training)
{
    const struct guss_model *model = training->model;
    struct text text = text_new(training->session->arena);
    for (int i = 0; i < model->n_trained; i++)
        text_printf(&text, "%s%s", i ? ", " : "",
                    model->networks[model->trained[i].network].name);
    text_puts(&text, ":");
    return text_string(&text);
}

void screen_print_start(const struct training *training)
{
    const struct session *session = training->session;
    const struct schedule *schedule = &session->schedule;
    struct arena *arena = session->arena;
    int threads = guss_team_count(session->team), count = 0;
    const char *parts[5];
    parts[count++] =
        set_text(arena, networks_text(training), schedule->data.train,
                 schedule->data.target, &training->train);
    if (training->has_split)
        parts[count++] = arena_printf(arena, "%lld of them to validate with",
                                      (long long)training->split.n_validation);
    if (training->has_test)
        parts[count++] = set_text(arena, "test", schedule->data.test,
                                  schedule->data.test_target, &training->test);
    parts[count++] =
        arena_printf(arena, "batch %d, %d thread%s", training->model->batch,
                     threads, threads == 1 ? "" : "s");
    if (!training_is_verification())
        parts[count++] = arena_printf(arena, "to %s",
                                      text_shown(arena, training->folder.path));
    print_parts(parts, count, progress_columns(stderr));
    if (training->note.iteration)
        fprintf(stderr, "resumed at iteration %" PRIu64 " of %" PRIu64 "\n",
                training->note.iteration, training->total);
}

/* ---- the end ------------------------------------------------------------- */

bool training_is_verification(void)
{
    return getenv("GUSS_VERIFY") != NULL;
}

/* "3.1 %", "190 %": two digits, but no exponent where they would not do. */
static void put_percent(char *text, size_t size, double percent)
{
    bool is_whole = percent >= 99.5 && percent < 1e6;
    snprintf(text, size, is_whole ? "%.0f %%" : "%.2g %%", percent);
}

/* What became of it since, in words and in fewer; none where the best is the
 * last, or as good as that. */
struct since {
    char forms[3][96];
    int count;
};

static void put_since(struct since *since, const struct training_best *best)
{
    const double least = 0.1; /* percent that are worth a word */
    double worse = 100.0 * best->worse / best->value;
    size_t size = sizeof since->forms[0];
    char percent[32];
    put_percent(percent, sizeof percent, worse);
    since->count = 1;
    if (best->value <= 0.0 && best->worse > 0.0) {
        snprintf(since->forms[0], size, "the last is %.4g", best->last);
    } else if (best->has_overfitted) {
        snprintf(since->forms[0], size,
                 "since then loss fell and %s rose by %s", best->name, percent);
        snprintf(since->forms[1], size, "since then loss fell, it rose by %s",
                 percent);
        snprintf(since->forms[2], size, "since then it rose by %s", percent);
        since->count = 3;
    } else if (worse >= least) {
        snprintf(since->forms[0], size, "the last is %s worse", percent);
    } else {
        since->count = 0;
    }
}

/* "best val_loss 0.0941 in epoch 7: run/weights.best.safetensors; the last is
 * 3.1 % worse"; of a GAN after which iteration */
static void print_best(const struct training *training)
{
    enum {
        SHORTENS_PATH = 1,
        SHORTENS_SINCE,
        LEAVES_PATH = SHORTENS_SINCE + 2,
        LEAVES_SINCE,
        LEAVES_EPOCH,
        LEAVES_WORD
    };
    struct training_best best;
    if (!training_find_best(training, &best))
        return;
    struct arena *arena = training->session->arena;
    const char *path =
        text_shown(arena, run_folder_file(&training->folder, RUN_BEST_WEIGHTS));
    const char *with_word =
        arena_printf(arena, "best %s %.4g", best.name, best.value);
    const char *value = arena_printf(arena, "%s %.4g", best.name, best.value);
    const char *epoch =
        training->is_gan
            ? arena_printf(arena, "after iteration %" PRIu64, best.iteration)
            : arena_printf(arena, "in epoch %" PRIu64, best.epoch);
    struct since since;
    put_since(&since, &best);
    struct piece pieces[] = {
        {"", {with_word, value}, {LEAVES_WORD, LEAVES_WORD + 1}},
        {" ", {epoch}, {LEAVES_EPOCH}},
        {": ",
         {training_is_verification() ? RUN_BEST_WEIGHTS : path,
          RUN_BEST_WEIGHTS},
         {SHORTENS_PATH, LEAVES_PATH}},
        {"; ", {NULL}, {0}}};
    if (!best.has_weights)
        pieces[2].forms[0] = NULL;
    for (int i = 0; i < since.count; i++) {
        pieces[3].forms[i] = since.forms[i];
        pieces[3].way_to[i] =
            i + 1 == since.count ? LEAVES_SINCE : SHORTENS_SINCE + i;
    }
    size_t size = strlen(path) + LINE_BYTES;
    char *line = arena_alloc(arena, size, 1);
    line_fit(pieces, since.count ? 4 : 3, progress_columns(stderr), line, size);
    if (line[0])
        fprintf(stderr, "%s\n", line);
}

/* Why it did not go on to its end. */
static void print_stop(const struct training *training)
{
    struct arena *arena = training->session->arena;
    const char *whole = control_stop_text(arena, training);
    struct piece pieces[] = {
        {"", {whole, strstr(whole, ": ") + 2, "stopped early"}, {1, 2, 3}}};
    size_t size = strlen(whole) + 1;
    char *line = arena_alloc(arena, size, 1);
    if (training->note.iteration >= training->total)
        return;
    line_fit(pieces, 1, progress_columns(stderr), line, size);
    if (line[0])
        fprintf(stderr, "%s\n", line);
}

/* To be typed to go on. `guss train` says in the environment how it was called,
 * since it has made this executable where nobody looks for it. */
static const char *resume_command(const struct session *session,
                                  const char *folder)
{
    struct text text = text_new(session->arena);
    const char *typed = getenv("GUSS_TRAIN");
    if (typed) {
        text_put_shown(&text, typed);
    } else {
        text_put_word(&text, session->program);
        text_puts(&text, " train");
    }
    text_puts(&text, " --resume ");
    text_put_word(&text, folder);
    return text_string(&text);
}

static void print_results(const struct training *training)
{
    const struct run_folder *folder = &training->folder;
    struct arena *arena = training->session->arena;
    const char *weights = run_folder_file(folder, "weights.safetensors");
    fprintf(stderr, ": %s\n", text_shown(arena, weights));
    if (training->note.averaged)
        fprintf(
            stderr, "averaged weights: %s\n",
            text_shown(arena, run_folder_file(folder, RUN_AVERAGE_WEIGHTS)));
    if (training->is_gan && training->has_sheet)
        fprintf(stderr, "last images: %s\n",
                text_shown(arena, run_folder_sample(folder, training->sheet)));
}

static void print_verdict(const struct training *training)
{
    const char *parts[VERDICT_PARTS];
    int count = control_verdict(training, parts);
    print_parts(parts, count, progress_columns(stderr));
}

static void print_done(const struct training *training, double seconds)
{
    char took[32];
    if (control_has_stopped(training))
        print_stop(training);
    progress_duration(took, sizeof took, seconds);
    fprintf(stderr, "done in %s", took);
    if (training_is_verification())
        fputs("\n", stderr);
    else
        print_results(training);
    print_best(training);
    print_verdict(training);
}

static void print_stopped(const struct training *training)
{
    const struct session *session = training->session;
    const char *path = training->folder.path;
    fprintf(stderr, "stopped after %" PRIu64 " of %" PRIu64 " iterations",
            training->note.iteration, training->total);
    if (!training_is_verification())
        fprintf(stderr, ", saved in %s; go on with: %s",
                text_shown(session->arena, path),
                resume_command(session, path));
    fputs("\n", stderr);
}

void screen_print_end(const struct training *training, enum status status,
                      double seconds)
{
    if (status == STATUS_OK)
        print_done(training, seconds);
    else if (status == stop_requested())
        print_stopped(training);
}
