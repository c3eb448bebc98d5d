/* The tables that the trainer reads: weights, networks, the model. */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "compiler/emit/emit.h"
#include "compiler/plan/optimizer.h"
#include "compiler/table/summary.h"

/* ---- weights -------------------------------------------------------- */

static const char *extents(struct emission *emission, const struct shape *shape)
{
    struct text text = text_new(emission->arena);
    for (int i = 0; i < shape->rank; i++)
        text_printf(&text, "%s%lld", i ? ", " : "", (long long)shape->size[i]);
    return text_string(&text);
}

static void emit_weight(struct emission *emission, const struct layer *layer,
                        const struct weight *weight)
{
    struct ctext *c = &emission->c;
    static const char *const kinds[] = {[DRAW_CONSTANT] = "GUSS_CONSTANT",
                                        [DRAW_NORMAL] = "GUSS_NORMAL",
                                        [DRAW_UNIFORM] = "GUSS_UNIFORM",
                                        [DRAW_TRUNCATED] = "GUSS_TRUNCATED",
                                        [DRAW_ORTHOGONAL] = "GUSS_ORTHOGONAL"};
    struct initializer draw =
        initializer_for(&weight->initializer, weight->fan_in, weight->fan_out);
    ctext_open(c, "%s", "");
    ctext_line(c, ".network = \"%s\",", layer->network->name);
    ctext_line(c, ".layer = \"%s\",", layer->name);
    ctext_line(c, ".name = \"%s\",", weight->name);
    ctext_line(c, ".rank = %d,", weight->shape.rank);
    ctext_line(c, ".shape = {%s},", extents(emission, &weight->shape));
    ctext_field(c, "offset",
                arena_printf(emission->arena,
                             "offsetof(struct weights, %s) / sizeof(real)",
                             weight_identifier(emission, layer, weight)));
    ctext_line(c, ".stride = %lld,",
               (long long)weight_plan(emission->plan, weight)->stride);
    ctext_line(c, ".initializer = %s,", kinds[draw.kind]);
    ctext_line(c, ".a = %s,", ctext_real(emission->arena, draw.a));
    ctext_line(c, ".b = %s,", ctext_real(emission->arena, draw.b));
    ctext_line(c, ".trainable = %s,",
               weight->trainable && layer->trainable ? "true" : "false");
    ctext_close(c, ",");
}

/* How many weights all networks have. */
static int emit_weight_table(struct emission *emission)
{
    struct ctext *c = &emission->c;
    int count = 0;
    ctext_line(c, "static const struct guss_weight weight_table[] = {");
    ctext_indent(c);
    for (const struct network *network = emission->plan->graph->networks;
         network; network = network->next)
        for (int i = 0; i < network->n_layers; i++)
            for (int j = 0; j < network->layers[i]->n_weights; j++, count++)
                emit_weight(emission, network->layers[i],
                            &network->layers[i]->weights[j]);
    if (count == 0)
        ctext_line(c, "{0}, /* no layer has weights */");
    ctext_close(c, ";");
    ctext_blank(c);
    return count;
}

/* ---- networks ------------------------------------------------------- */

/* What a layer's output is computed from; an upsampling that it takes in is
 * none. */
static const struct layer *read_layer(const struct layer *layer, int input)
{
    return layer->folded ? layer->folded->inputs[0] : layer->inputs[input];
}

/* The indexes of what all layers read, layer after layer; false for none. */
static bool emit_reads(struct emission *emission, const struct program *program)
{
    const struct network *network = program->network;
    struct text list = text_new(emission->arena);
    for (int i = 0; i < network->n_layers; i++)
        for (int j = 0; j < network->layers[i]->n_inputs; j++)
            text_printf(&list, "%s%d", list.length ? ", " : "",
                        read_layer(network->layers[i], j)->index);
    if (list.length > 0)
        ctext_list(&emission->c,
                   arena_printf(emission->arena, "static const int %s[] =",
                                identifier(emission, NULL, program,
                                           network->name, "reads")),
                   text_string(&list));
    return list.length > 0;
}

/* `before`: how many indexes stand before those of the layer. */
static void emit_output(struct emission *emission,
                        const struct program *program,
                        const struct layer *layer, int before)
{
    struct ctext *c = &emission->c;
    const struct tensor *tensor = program->outputs[layer->index];
    ctext_open(c, "%s", "");
    ctext_line(c, ".layer = \"%s\",", layer->name);
    ctext_line(c, ".rank = %d,", tensor->shape.rank);
    ctext_line(c, ".shape = {%s},", extents(emission, &tensor->shape));
    ctext_field(c, "offset",
                arena_printf(emission->arena, "offsetof(struct %s_tile, %s)",
                             program_identifier(emission, program),
                             tensor_identifier(emission, program, tensor)));
    if (tensor->by_sample)
        ctext_line(c, ".sample_stride = 1,");
    else
        ctext_line(c, ".sample_stride = %lld,",
                   (long long)row_stride(shape_elements(&tensor->shape)));
    ctext_line(c, ".value_stride = %s,", tensor->by_sample ? "TILE" : "1");
    const char *reads =
        identifier(emission, NULL, program, program->network->name, "reads");
    if (layer->n_inputs > 0)
        ctext_field(
            c, "reads",
            expr_text(expr_plus(expr_name(emission->arena, reads), before)));
    ctext_line(c, ".n_reads = %d,", layer->n_inputs);
    ctext_close(c, ",");
}

static void emit_outputs(struct emission *emission,
                         const struct program *program)
{
    struct ctext *c = &emission->c;
    const struct network *network = program->network;
    if (emit_reads(emission, program))
        ctext_blank(c);
    ctext_line(c, "static const struct guss_output %s[] = {",
               identifier(emission, NULL, program, network->name, "outputs"));
    ctext_indent(c);
    int reads = 0;
    for (int i = 0; i < network->n_layers; i++) {
        emit_output(emission, program, network->layers[i], reads);
        reads += network->layers[i]->n_inputs;
    }
    ctext_close(c, ";");
    ctext_blank(c);
}

/* Which of the layers' outputs are the network's inputs, or its results. */
static void emit_ends(struct emission *emission, const struct program *program,
                      const char *role, struct layer *const *layers, int count)
{
    const struct network *network = program->network;
    struct text list = text_new(emission->arena);
    for (int i = 0; i < count; i++)
        text_printf(&list, "%s%d", i ? ", " : "", layers[i]->index);
    ctext_list(
        &emission->c,
        arena_printf(emission->arena, "static const int %s[] =",
                     identifier(emission, NULL, program, network->name, role)),
        text_string(&list));
    ctext_blank(&emission->c);
}

static void emit_text(struct emission *emission, const char *name,
                      const char *text)
{
    struct ctext *c = &emission->c;
    ctext_line(c, "/* clang-format off */");
    ctext_line(c, "static const char %s[] =", name);
    ctext_line(c, "    %s;", ctext_string(c, text));
    ctext_line(c, "/* clang-format on */");
    ctext_blank(c);
}

static int count_weights(const struct network *network)
{
    int count = 0;
    for (int i = 0; i < network->n_layers; i++)
        count += network->layers[i]->n_weights;
    return count;
}

static int first_weight(const struct emission *emission,
                        const struct network *network)
{
    int first = 0;
    for (const struct network *before = emission->plan->graph->networks;
         before != network; before = before->next)
        first += count_weights(before);
    return first;
}

/* Notes the entries of the weight table that a network reads: its own and
 * those of the networks placed in it. */
static void find_weights(const struct emission *emission,
                         const struct network *network, bool *is_read)
{
    int at = first_weight(emission, network);
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = network->layers[i];
        if (layer->placed)
            find_weights(emission, layer->placed, is_read);
        for (int j = 0; j < layer->n_weights; j++)
            is_read[at++] = true;
    }
}

/* The list of them, and how many there are. */
static int list_weights(struct emission *emission,
                        const struct network *network, struct text *list)
{
    int all = first_weight(emission, NULL), count = 0;
    bool *is_read = arena_alloc(emission->arena, (size_t)all, sizeof *is_read);
    find_weights(emission, network, is_read);
    for (int i = 0; i < all; i++)
        if (is_read[i])
            text_printf(list, "%s%d", count++ ? ", " : "", i);
    return count;
}

static void emit_weight_indexes(struct emission *emission,
                                const struct network *network)
{
    struct text list = text_new(emission->arena);
    if (list_weights(emission, network, &list) == 0)
        return;
    ctext_list(&emission->c,
               arena_printf(emission->arena, "static const int %s[] =",
                            identifier(emission, NULL, network, network->name,
                                       "weights")),
               text_string(&list));
    ctext_blank(&emission->c);
}

static void emit_end(struct ctext *c, const char *field, double value)
{
    if (isinf(value))
        ctext_line(c, ".%s = %sHUGE_VAL,", field, value < 0 ? "-" : "");
    else
        ctext_line(c, ".%s = %g,", field, value);
}

static void emit_made_range(struct ctext *c, const struct network *network)
{
    struct made_range made = network_range(network);
    if (!made.layer)
        return;
    ctext_line(c, ".made_layer = \"%s\",", made.layer);
    ctext_line(c, ".made_activation = \"%s\",", made.activation);
    emit_end(c, "made_low", made.range.low);
    emit_end(c, "made_high", made.range.high);
}

static void emit_network(struct emission *emission,
                         const struct program *program)
{
    struct ctext *c = &emission->c;
    const struct network *network = program->network;
    ctext_open(c, "%s", "");
    ctext_line(c, ".name = \"%s\",", network->name);
    ctext_line(c, ".summary = %s,",
               identifier(emission, NULL, network, network->name, "summary"));
    ctext_line(c, ".outputs = %s,",
               identifier(emission, NULL, program, network->name, "outputs"));
    ctext_line(c, ".n_outputs = %d,", network->n_layers);
    ctext_line(c, ".inputs = %s,",
               identifier(emission, NULL, program, network->name, "inputs"));
    ctext_line(c, ".results = %s,",
               identifier(emission, NULL, program, network->name, "results"));
    ctext_line(c, ".n_inputs = %d,", network->n_inputs);
    ctext_line(c, ".n_results = %d,", network->n_outputs);
    emit_made_range(c, network);
    struct text list = text_new(emission->arena);
    int n_weights = list_weights(emission, network, &list);
    if (n_weights > 0)
        ctext_line(
            c, ".weights = %s,",
            identifier(emission, NULL, network, network->name, "weights"));
    ctext_line(c, ".n_weights = %d,", n_weights);
    const char *predict = program_identifier(emission, program);
    ctext_line(c, ".predict = %s,", predict);
    ctext_field(c, "tiles_offset",
                arena_printf(emission->arena,
                             "offsetof(struct arena, %s.tiles)", predict));
    ctext_field(
        c, "tile_bytes",
        arena_printf(emission->arena, "sizeof(struct %s_tile)", predict));
    ctext_close(c, ",");
}

static void emit_networks(struct emission *emission)
{
    struct ctext *c = &emission->c;
    for (const struct program *program = emission->plan->programs; program;
         program = program->next) {
        if (!program_predicts(program))
            continue;
        const struct network *network = program->network;
        struct text summary = text_new(emission->arena);
        struct table table;
        table_of_network(emission->arena, network, &table);
        table_write_keras(&table, &summary);
        emit_text(emission,
                  identifier(emission, NULL, network, network->name, "summary"),
                  text_string(&summary));
        emit_outputs(emission, program);
        emit_ends(emission, program, "inputs", network->inputs,
                  network->n_inputs);
        emit_ends(emission, program, "results", network->outputs,
                  network->n_outputs);
        emit_weight_indexes(emission, network);
    }
    ctext_line(c, "static const struct guss_network networks[] = {");
    ctext_indent(c);
    for (const struct program *program = emission->plan->programs; program;
         program = program->next)
        if (program_predicts(program))
            emit_network(emission, program);
    ctext_close(c, ";");
    ctext_blank(c);
}

/* ---- the model ------------------------------------------------------ */

static void emit_slots(struct emission *emission)
{
    struct ctext *c = &emission->c;
    ctext_line(c, "static const size_t slot_offsets[] = {");
    for (int i = 0; i < emission->plan->n_slots; i++)
        ctext_line(c, "    offsetof(struct arena, %s),",
                   emission->plan->slots[i]);
    ctext_line(c, "};");
    ctext_blank(c);
}

static void emit_trained(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct objective_plan *objective = emission->plan->objective;
    ctext_line(c, "static const struct guss_trained trained[] = {");
    ctext_indent(c);
    for (int i = 0; i < objective->n_trained; i++) {
        const struct optimizer_facts *optimizer =
            optimizer_facts(objective->optimizers[i]->kind);
        ctext_open(c, "%s", "");
        ctext_line(c, ".network = %d,",
                   graph_index(emission->plan->graph, objective->trained[i]));
        if (objective->roles[i])
            ctext_line(c, ".role = \"%s\",", objective->roles[i]);
        ctext_line(c, ".optimizer = \"%s\",", optimizer->name);
        ctext_line(c, ".slot_start = %s,",
                   optimizer->starts_from_setting ? "(double)NAN" : "0");
        ctext_close(c, ",");
    }
    ctext_close(c, ";");
    ctext_blank(c);
}

/* Terms of a loss, a sample. */
static int64_t loss_terms(const struct phase *phase, enum loss_kind loss)
{
    const struct shape *output = &phase_judged(phase)->outputs[0]->shape;
    int64_t terms = shape_elements(output);
    return loss_facts(loss)->per_group ? terms / output->size[output->rank - 1]
                                       : terms;
}

static void emit_losses(struct emission *emission, const struct phase *phase)
{
    struct ctext *c = &emission->c;
    if (phase->n_losses == 0)
        return;
    ctext_line(c, "static const struct guss_loss %s_losses[] = {", phase->name);
    ctext_indent(c);
    for (int i = 0; i < phase->n_losses; i++) {
        const struct phase_loss *loss = &phase->losses[i];
        ctext_open(c, "%s", "");
        ctext_line(c, ".name = \"%s\",", loss->name);
        ctext_line(c, ".brief = \"%s\",", loss->brief);
        ctext_line(c, ".title = \"%s\",", loss->title);
        ctext_line(c, ".function = \"%s\",", loss_word(loss->kind));
        ctext_line(c, ".terms = %lld,",
                   (long long)loss_terms(phase, loss->kind));
        ctext_line(c, ".sums_offset = offsetof(struct arena, %s),", loss->sums);
        ctext_close(c, ",");
    }
    ctext_close(c, ";");
    ctext_blank(c);
}

static void emit_phase(struct emission *emission, const struct phase *phase)
{
    struct ctext *c = &emission->c;
    ctext_open(c, "%s", "");
    ctext_line(c, ".name = \"%s\",", phase->name);
    ctext_line(c, ".network = %d,",
               graph_index(emission->plan->graph, phase->network));
    if (phase->input.kind != INPUT_LATENT)
        ctext_line(c, ".reads_samples = true,");
    ctext_line(c, ".share = %g,", (double)phase->share / WHOLE_BATCH);
    if (phase->n_losses > 0)
        ctext_line(c, ".losses = %s_losses,", phase->name);
    ctext_line(c, ".n_losses = %d,", phase->n_losses);
    ctext_close(c, ",");
}

static void emit_phases(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct objective_plan *objective = emission->plan->objective;
    for (int i = 0; i < objective->n_phases; i++)
        emit_losses(emission, &objective->phases[i]);
    ctext_line(c, "static const struct guss_phase phases[] = {");
    ctext_indent(c);
    for (int i = 0; i < objective->n_phases; i++)
        emit_phase(emission, &objective->phases[i]);
    ctext_close(c, ";");
    ctext_blank(c);
}

static void emit_training(struct emission *emission)
{
    struct ctext *c = &emission->c;
    struct arena *arena = emission->arena;
    const struct plan *plan = emission->plan;
    const struct objective_plan *objective = plan->objective;
    int n_phases = objective_update_phases(objective);
    struct work work = plan_work(plan);
    ctext_line(c, ".slot_offsets = slot_offsets,");
    ctext_line(c, ".n_slots = %d,", plan->n_slots);
    ctext_line(c, ".objective = %s,", objective->kind->constant);
    ctext_line(c, ".trained = trained,");
    ctext_line(c, ".n_trained = %d,", objective->n_trained);
    ctext_line(c, ".phases = phases,");
    ctext_line(c, ".n_phases = %d,", n_phases);
    if (n_phases < objective->n_phases)
        ctext_line(c, ".evaluation = &phases[%d],", n_phases);
    ctext_line(c, ".macs_forward = %s,", ctext_real(arena, work.forward));
    ctext_line(c, ".macs_nominal = %s,", ctext_real(arena, work.nominal));
    ctext_line(c, ".macs_executed = %s,", ctext_real(arena, work.executed));
    ctext_line(c, ".train = train,");
    if (n_phases < objective->n_phases)
        ctext_line(c, ".evaluate = %s,", objective->phases[n_phases].name);
}

static void emit_field_text(struct emission *emission, const char *field,
                            const char *text)
{
    ctext_line(&emission->c, ".%s = %s,", field,
               ctext_string(&emission->c, text));
}

void emit_tables(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct plan *plan = emission->plan;
    const struct emit_sources *sources = emission->sources;
    int n_weights = emit_weight_table(emission);
    emit_networks(emission);
    emit_text(emission, "nn_text", sources->nn_text);
    if (plan->objective) {
        emit_text(emission, "schedule_text", sources->schedule_text);
        emit_slots(emission);
        emit_trained(emission);
        emit_phases(emission);
    }
    ctext_line(c, "const struct guss_model guss_model = {");
    ctext_indent(c);
    emit_field_text(emission, "name", sources->model_name);
    emit_field_text(emission, "nn_path", path_name(sources->nn_path));
    ctext_line(c, ".nn_text = nn_text,");
    if (plan->objective) {
        emit_field_text(emission, "schedule_path",
                        path_name(sources->schedule_path));
        ctext_line(c, ".schedule_text = schedule_text,");
    }
    ctext_line(c, ".target = \"%s\",", plan->target->name);
    ctext_line(c, ".compiler = __VERSION__,");
    ctext_line(c, ".networks = networks,");
    ctext_line(c, ".n_networks = %d,", plan->graph->n_networks);
    ctext_line(c, ".weights = weight_table,");
    ctext_line(c, ".n_weights = %d,", n_weights);
    ctext_line(c, ".arena_bytes = sizeof(struct arena),");
    ctext_line(c, ".weights_offset = offsetof(struct arena, weights),");
    ctext_line(c, ".weights_count = sizeof(struct weights) / sizeof(real),");
    ctext_line(c, ".batch = BATCH,");
    ctext_line(c, ".tile = TILE,");
    ctext_line(c, ".lanes = LANES,");
    if (plan_has_copies(plan))
        ctext_line(c, ".weights_changed = weights_changed,");
    if (plan->objective)
        emit_training(emission);
    ctext_close(c, ";");
}
