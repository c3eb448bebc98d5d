/* The emitted file from top to bottom. */
#include "compiler/emit/operations.h"

#include <string.h>

#include "base/file.h"
#include "guss/model.h"

static void emit_provenance(struct emission *emission)
{
    const struct plan *plan = emission->plan;
    const struct emit_sources *sources = emission->sources;
    struct text text = text_new(emission->arena);
    text_printf(&text, "%s.c -- written by guss %s from %s",
                text_shown(text.arena, sources->model_name), GUSS_VERSION,
                text_shown(text.arena, path_name(sources->nn_path)));
    if (sources->schedule_path)
        text_printf(&text, " and %s",
                    text_shown(text.arena, path_name(sources->schedule_path)));
    text_puts(&text, ". Do not edit: change those and emit again.\n\n");
    for (const struct network *network = plan->graph->networks; network;
         network = network->next)
        text_printf(&text,
                    "%s: %lld parameters, %lld multiply-adds a sample.\n",
                    network->name, (long long)network_parameters(network).total,
                    (long long)network_macs(network));
    if (plan->objective)
        text_printf(&text, "An update of a batch of %d: %.4f GFLOP.\n",
                    plan->batch, plan_work(plan).nominal * 2e-9);
    text_printf(&text, "Target: %s.", plan->target->name);
    ctext_comment(&emission->c, "%s", text_string(&text));
}

static bool keeps_rows(const struct plan *plan)
{
    for (const struct program *program = plan->programs; program;
         program = program->next)
        if (program->rows)
            return true;
    return false;
}

static void emit_sizes(struct emission *emission)
{
    const struct plan *plan = emission->plan;
    struct ctext *c = &emission->c;
    const struct {
        const char *name;
        int value;
        const char *comment;
    } sizes[] = {
        {"BATCH", plan->batch, "samples of an update"},
        {"TILE", plan->tile, "samples taken through all layers at once"},
        {"TILES", plan->tiles, "of a batch"},
        {"SHARDS", plan->shards, "runs of tiles: the threads' share of work"},
        {"ROWS", plan->tiles * plan->tile, "of a batch, the last tile whole"},
    };
    const char *lines[5];
    int n = keeps_rows(plan) ? 5 : 4, width = 0;
    for (int i = 0; i < n; i++) {
        lines[i] = arena_printf(emission->arena, "%s = %d%s", sizes[i].name,
                                sizes[i].value, i < n - 1 ? "," : "");
        int length = (int)strlen(lines[i]);
        width = length > width ? length : width;
    }
    ctext_open(c, "enum");
    for (int i = 0; i < n; i++)
        ctext_line(c, "%-*s /* %s */", width, lines[i], sizes[i].comment);
    ctext_close(c, ";");
}

static bool uses_penalties(const struct plan *plan)
{
    for (int i = 0; i < plan->n_weights; i++)
        if (weight_penalty(&plan->weights[i]))
            return true;
    return false;
}

/* True where the file calls what the header holds. */
static bool uses_header(const struct plan *plan, const char *header)
{
    for (const struct program *program = plan->programs; program;
         program = program->next)
        for (const struct node *node = program->nodes; node; node = node->next)
            if (strcmp(node_header(node), header) == 0)
                return true;
    for (int i = 0; i < plan->n_weights; i++)
        if (plan->weights[i].folded.rows > 0 && strcmp(header, "image") == 0)
            return true;
    if (strcmp(header, "penalty") == 0)
        return uses_penalties(plan);
    bool is_of_update =
        strcmp(header, "optimizer") == 0 || strcmp(header, "rows") == 0;
    return (is_of_update && plan->objective) || strcmp(header, "model") == 0 ||
           strcmp(header, "vector") == 0;
}

static void emit_includes(struct emission *emission)
{
    const struct plan *plan = emission->plan;
    struct ctext *c = &emission->c;
    ctext_line(c, "#define GUSS_VECTOR %d /* numbers in a vector */",
               plan->vector);
    if (plan->dtype == DTYPE_FLOAT64)
        ctext_line(c, "#define GUSS_DOUBLE");
    ctext_blank(c);
    ctext_line(c, "#include <math.h>\n");
    static const char *const headers[] = {
        "activation", "block", "dropout", "image",       "join",
        "loss",       "model", "moments", "optimizer",   "panel",
        "penalty",    "pool",  "rows",    "standardise", "vector"};
    for (size_t i = 0; i < sizeof headers / sizeof headers[0]; i++)
        if (uses_header(plan, headers[i]))
            ctext_line(c, "#include \"guss/%s.h\"", headers[i]);
    ctext_line(c,
               "\n"
               "_Static_assert(GUSS_MODEL_VERSION == %d, "
               "\"written for another guss: emit it again\");\n",
               GUSS_MODEL_VERSION);
    emit_sizes(emission);
}

/* A line that a reader finds the parts of the file by. */
static void emit_heading(struct ctext *c, const char *title)
{
    static const char line[] = "-----------------------------------------------"
                               "---------------------------";
    int rest = (int)sizeof line - 8 - (int)strlen(title);
    ctext_line(c, "/* ---- %s %.*s */\n", title, rest > 0 ? rest : 0, line);
}

void emit_model(struct arena *arena, const struct plan *plan,
                const struct emit_sources *sources, struct text *code)
{
    struct emission emission = {.arena = arena,
                                .c = {.out = code},
                                .plan = plan,
                                .sources = sources,
                                .names = names_new(arena)};
    emit_provenance(&emission);
    emit_includes(&emission);
    emit_heading(&emission.c, "memory");
    emit_arena(&emission);
    for (const struct program *program = plan->programs; program;
         program = program->next) {
        emission.program = program;
        emit_heading(&emission.c, program_identifier(&emission, program));
        emit_program_functions(&emission, program);
        if (program_trains(program))
            emit_update(&emission, program);
        if (program_predicts(program))
            emit_prediction(&emission, program);
        else
            emit_entry(&emission, program);
    }
    if (plan->objective)
        emit_whole_update(&emission);
    emit_weights_changed(&emission);
    emit_heading(&emission.c, "tables that the trainer reads");
    emit_tables(&emission);
    if (sources->companion)
        emit_companion(&emission);
}
