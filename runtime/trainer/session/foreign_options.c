/* Options from elsewhere. */
#include "trainer/session/foreign_options.h"

#include <string.h>

#include "base/diag.h"
#include "trainer/schedule/schedule.h"

static const char on_processor[] =
    "guss runs on the processor; --threads N says with how many cores";

/* Of rows of one word, the first fits whose own option is taken. */
static const struct hint options[] = {
    {"o", .own = "out"},
    {"o", .own = "output"},
    {"i", .own = "input"},
    {"w", .own = "weights"},
    {"w", .own = "init"},
    {"j", .own = "threads"},
    {"t", .own = "threads"},
    {"d", .own = "data"},
    {"n", .own = "count"},
    {"output", .own = "out"},
    {"output-dir", .own = "out"},
    {"outdir", .own = "out"},
    {"out-dir", .own = "out"},
    {"save-dir", .own = "out"},
    {"log-dir", .own = "out"},
    {"logdir", .own = "out"},
    {"run-dir", .own = "out"},
    {"project", .own = "out"},
    {"name", .own = "out"},
    {"out", .own = "output"},
    {"save", .own = "output"},
    {"dataset", .own = "data"},
    {"data-dir", .own = "data"},
    {"data-path", .own = "data"},
    {"data-root", .own = "data"},
    {"dataroot", .own = "data"},
    {"image", .own = "input"},
    {"images", .own = "input"},
    {"source", .own = "input"},
    {"file", .own = "input"},
    {"weights", .own = "init"},
    {"checkpoint", .own = "init"},
    {"pretrained", .own = "init"},
    {"load", .own = "init"},
    {"finetune", .own = "init"},
    {"checkpoint", .own = "weights"},
    {"ckpt", .own = "weights"},
    {"model", .own = "weights"},
    {"load", .own = "weights"},
    {"continue", .own = "resume"},
    {"restore", .own = "resume"},
    {"resume-from", .own = "resume"},
    {"config", .own = "schedule"},
    {"cfg", .own = "schedule"},
    {"yaml", .own = "schedule"},
    {"override", .own = "set"},
    {"workers", .own = "threads"},
    {"num-workers", .own = "threads"},
    {"num-threads", .own = "threads"},
    {"jobs", .own = "threads"},
    {"n-jobs", .own = "threads"},
    {"cpus", .own = "threads"},
    {"cores", .own = "threads"},
    {"num-samples", .own = "count"},
    {"samples", .own = "count"},
    {"num", .own = "count"},
    {"cols", .own = "columns"},
    {"json", .own = "format"},
    {"gpu", .text = on_processor},
    {"gpus", .text = on_processor},
    {"device", .text = on_processor},
    {"cuda", .text = on_processor},
    {"no-cuda", .text = on_processor},
    {"cpu", .text = on_processor},
    {"accelerator", .text = on_processor},
};

struct hints foreign_options(void)
{
    return (struct hints){options, sizeof options / sizeof *options,
                          "an option"};
}

static bool takes(const char *const *names, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            return true;
    return false;
}

const char *option_advice(struct arena *arena, const char *word,
                          const char *value, const char *const *names, size_t n)
{
    bool is_letter = strlen(word) == 1;
    const struct hint *hint = hint_fitting(foreign_options(), word, names, n);
    if (hint && hint->own)
        return arena_printf(arena, "; did you mean '--%s'?", hint->own);
    if (hint)
        return hint_text(arena, hint);
    const char *advice = is_letter || !takes(names, n, "set")
                             ? NULL
                             : schedule_option_advice(arena, word, value);
    if (advice)
        return advice;
    const char *nearest = is_letter ? NULL : nearest_name(word, names, n);
    return nearest ? arena_printf(arena, "; did you mean '--%s'?", nearest)
                   : "";
}
