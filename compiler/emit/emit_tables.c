/* The tables that the trainer reads: weights, networks, the model. */
#include <math.h>
#include <string.h>

#include "base/file.h"
#include "compiler/emit/emit.h"
#include "compiler/plan/optimizer.h"
#include "compiler/table/summary.h"

static const char *extents(struct emission *emission, const struct shape *shape)
{
    struct text text = text_new(emission->arena);
    for (int i = 0; i < shape->rank; i++)
        text_printf(&text, "%s%lld", i ? ", " : "", (long long)shape->size[i]);
    return text_string(&text);
}

/* The array of a network's numbers in a role, unless there are none. */
static void emit_numbers(struct emission *emission, const void *owner,
                         const struct network *network, const char *role,
                         const struct text *list)
{
    if (list->length == 0)
        return;
    ctext_list(
        &emission->c,
        arena_printf(emission->arena, "static const int %s[] =",
                     identifier(emission, NULL, owner, network->name, role)),
        text_string(list));
    ctext_blank(&emission->c);
}

static void emit_text(struct emission *emission, const char *name,
                      const char *text)
{
    struct ctext *c = &emission->c;
    ctext_line(c,
               "/* clang-format off */\n"
               "static const char %s[] =\n"
               "    %s;\n"
               "/* clang-format on */\n",
               name, ctext_string(c, text));
}

/* ---- weights -------------------------------------------------------- */

static bool is_depthwise(const struct layer *layer, const struct weight *weight)
{
    for (int i = 0; i < layer->n_operations; i++)
        if (layer->operations[i]->primitive == PRIMITIVE_CONVOLUTION &&
            layer->operations[i]->kernel == weight)
            return weight->columns > 0;
    return false;
}

/* What another order of axes is made with. */
static void emit_order(struct emission *emission, const struct layer *layer,
                       const struct weight *weight)
{
    struct ctext *c = &emission->c;
    if (is_depthwise(layer, weight))
        ctext_line(c, "    .axes.is_depthwise = true,");
    if (weight->reads_image)
        ctext_line(c, "    .axes.reads_image = %lld,",
                   (long long)weight->reads_image);
    if (weight->makes_image)
        ctext_line(c, "    .axes.makes_image = %lld,",
                   (long long)weight->makes_image);
}

static void emit_weight(struct emission *emission,
                        const struct weight_plan *planned)
{
    static const char *const kinds[] = {[DRAW_CONSTANT] = "GUSS_CONSTANT",
                                        [DRAW_NORMAL] = "GUSS_NORMAL",
                                        [DRAW_UNIFORM] = "GUSS_UNIFORM",
                                        [DRAW_TRUNCATED] = "GUSS_TRUNCATED",
                                        [DRAW_ORTHOGONAL] = "GUSS_ORTHOGONAL"};
    const struct layer *layer = planned->layer;
    const struct weight *weight = planned->weight;
    struct initializer draw =
        initializer_for(&weight->initializer, weight->fan_in, weight->fan_out);
    ctext_line(&emission->c,
               "{\n"
               "    .network = \"%s\",\n"
               "    .layer = \"%s\",\n"
               "    .name = \"%s\",\n"
               "    .rank = %d,\n"
               "    .shape = {%s},\n"
               "    .offset = offsetof(struct weights, %s) / sizeof(real),\n"
               "    .stride = %lld,\n"
               "    .initializer = %s,\n"
               "    .a = %s,\n"
               "    .b = %s,\n"
               "    .trainable = %s,",
               layer->network->name, layer->name, weight->name,
               weight->shape.rank, extents(emission, &weight->shape),
               weight_identifier(emission, layer, weight),
               (long long)weight_axis_stride(planned), kinds[draw.kind],
               ctext_real(emission->arena, draw.a),
               ctext_real(emission->arena, draw.b),
               weight->trainable && layer->trainable ? "true" : "false");
    emit_order(emission, layer, weight);
    ctext_line(&emission->c, "},");
}

static void emit_weight_table(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct plan *plan = emission->plan;
    ctext_open(c, "static const struct guss_weight weight_table[] =");
    for (int i = 0; i < plan->n_weights; i++)
        emit_weight(emission, &plan->weights[i]);
    if (plan->n_weights == 0)
        ctext_line(c, "{0}, /* no layer has weights */");
    ctext_close(c, ";");
}

/* Notes the entries of the weight table that a network reads: its own and
 * those of the networks placed in it. */
static void find_weights(const struct network *network, bool *is_read)
{
    for (int i = 0; i < network->n_layers; i++) {
        const struct layer *layer = network->layers[i];
        if (layer->placed)
            find_weights(layer->placed, is_read);
        for (int j = 0; j < layer->n_weights; j++)
            is_read[layer->weights[j].index] = true;
    }
}

/* The list of them, and how many there are. */
static int list_weights(struct emission *emission,
                        const struct network *network, struct text *list)
{
    int all = emission->plan->n_weights, count = 0;
    bool *is_read = arena_alloc(emission->arena, (size_t)all, sizeof *is_read);
    find_weights(network, is_read);
    for (int i = 0; i < all; i++)
        if (is_read[i])
            text_printf(list, "%s%d", count++ ? ", " : "", i);
    return count;
}

/* ---- networks ------------------------------------------------------- */

/* What a layer's output is computed from; an upsampling that it takes in is
 * none. */
static const struct layer *read_layer(const struct layer *layer, int input)
{
    return layer->folded ? layer->folded->inputs[0] : layer->inputs[input];
}

/* The indexes of what all layers read, layer after layer. */
static void emit_reads(struct emission *emission, const struct program *program)
{
    const struct network *network = program->network;
    struct text list = text_new(emission->arena);
    for (int i = 0; i < network->n_layers; i++)
        for (int j = 0; j < network->layers[i]->n_inputs; j++)
            text_printf(&list, "%s%d", list.length ? ", " : "",
                        read_layer(network->layers[i], j)->index);
    emit_numbers(emission, program, network, "reads", &list);
}

/* `before`: how many indexes stand before those of the layer. */
static void emit_output(struct emission *emission,
                        const struct program *program,
                        const struct layer *layer, int before)
{
    struct ctext *c = &emission->c;
    const struct tensor *tensor = program->outputs[layer->index];
    int64_t stride = row_stride(shape_elements(&tensor->shape));
    const char *reads =
        identifier(emission, NULL, program, program->network->name, "reads");
    ctext_line(c,
               "{\n"
               "    .layer = \"%s\",\n"
               "    .rank = %d,\n"
               "    .shape = {%s},\n"
               "    .offset = offsetof(struct %s_tile, %s),\n"
               "    .sample_stride = %lld,\n"
               "    .value_stride = %s,",
               layer->name, tensor->shape.rank,
               extents(emission, &tensor->shape),
               program_identifier(emission, program),
               tensor_identifier(emission, program, tensor),
               (long long)(tensor->batch_innermost ? 1 : stride),
               tensor->batch_innermost ? "TILE" : "1");
    if (layer->n_inputs > 0)
        ctext_line(
            c, "    .reads = %s,",
            expr_text(expr_plus(expr_name(emission->arena, reads), before)));
    ctext_line(c,
               "    .n_reads = %d,\n"
               "},",
               layer->n_inputs);
}

static void emit_outputs(struct emission *emission,
                         const struct program *program)
{
    struct ctext *c = &emission->c;
    const struct network *network = program->network;
    int reads = 0;
    ctext_open(c, "static const struct guss_output %s[] =",
               identifier(emission, NULL, program, network->name, "outputs"));
    for (int i = 0; i < network->n_layers; i++) {
        emit_output(emission, program, network->layers[i], reads);
        reads += network->layers[i]->n_inputs;
    }
    ctext_close(c, ";");
}

/* Which of the layers' outputs are the network's inputs, or its results. */
static void emit_ends(struct emission *emission, const struct program *program,
                      const char *role, struct layer *const *layers, int count)
{
    struct text list = text_new(emission->arena);
    for (int i = 0; i < count; i++)
        text_printf(&list, "%s%d", i ? ", " : "", layers[i]->index);
    emit_numbers(emission, program, program->network, role, &list);
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
    ctext_line(c,
               ".made_layer = \"%s\",\n"
               ".made_activation = \"%s\",",
               made.layer, made.activation);
    emit_end(c, "made_low", made.range.low);
    emit_end(c, "made_high", made.range.high);
}

static void emit_network(struct emission *emission,
                         const struct program *program)
{
    struct ctext *c = &emission->c;
    const struct network *network = program->network;
    const char *predict = program_identifier(emission, program);
    struct text list = text_new(emission->arena);
    int n_weights = list_weights(emission, network, &list);
    ctext_open(c, "%s", "");
    ctext_line(c,
               ".name = \"%s\",\n"
               ".summary = %s,\n"
               ".outputs = %s,\n"
               ".n_outputs = %d,\n"
               ".inputs = %s,\n"
               ".results = %s,\n"
               ".n_inputs = %d,\n"
               ".n_results = %d,",
               network->name,
               identifier(emission, NULL, network, network->name, "summary"),
               identifier(emission, NULL, program, network->name, "outputs"),
               network->n_layers,
               identifier(emission, NULL, program, network->name, "inputs"),
               identifier(emission, NULL, program, network->name, "results"),
               network->n_inputs, network->n_outputs);
    emit_made_range(c, network);
    if (n_weights > 0)
        ctext_line(
            c, ".weights = %s,",
            identifier(emission, NULL, network, network->name, "weights"));
    ctext_line(c,
               ".n_weights = %d,\n"
               ".predict = %s,\n"
               ".tiles_offset = offsetof(struct arena, %s.tiles),\n"
               ".tile_bytes = sizeof(struct %s_tile),",
               n_weights, predict, predict, predict);
    ctext_close(c, ",");
}

/* What the entry of a network in the table names. */
static void emit_parts(struct emission *emission, const struct program *program)
{
    const struct network *network = program->network;
    struct text summary = text_new(emission->arena);
    struct text weights = text_new(emission->arena);
    struct table table;
    table_of_network(emission->arena, network, &table);
    table_write_keras(&table, &summary);
    emit_text(emission,
              identifier(emission, NULL, network, network->name, "summary"),
              text_string(&summary));
    emit_reads(emission, program);
    emit_outputs(emission, program);
    emit_ends(emission, program, "inputs", network->inputs, network->n_inputs);
    emit_ends(emission, program, "results", network->outputs,
              network->n_outputs);
    list_weights(emission, network, &weights);
    emit_numbers(emission, network, network, "weights", &weights);
}

static void emit_networks(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct program *programs = emission->plan->programs;
    for (const struct program *program = programs; program;
         program = program->next)
        if (program_predicts(program))
            emit_parts(emission, program);
    ctext_open(c, "static const struct guss_network networks[] =");
    for (const struct program *program = programs; program;
         program = program->next)
        if (program_predicts(program))
            emit_network(emission, program);
    ctext_close(c, ";");
}

/* ---- the model ------------------------------------------------------ */

static void emit_slots(struct emission *emission)
{
    struct ctext *c = &emission->c;
    ctext_open(c, "static const size_t slot_offsets[] =");
    for (int i = 0; i < emission->plan->n_slots; i++)
        ctext_line(c, "offsetof(struct arena, %s),", emission->plan->slots[i]);
    ctext_close(c, ";");
}

static void emit_trained(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct objective_plan *objective = emission->plan->objective;
    ctext_open(c, "static const struct guss_trained trained[] =");
    for (int i = 0; i < objective->n_trained; i++) {
        const struct optimizer_info *optimizer =
            optimizer_info(objective->optimizers[i]->kind);
        ctext_open(c, "%s", "");
        ctext_line(c, ".network = %d,",
                   graph_index(emission->plan->graph, objective->trained[i]));
        if (objective->roles[i])
            ctext_line(c, ".role = \"%s\",", objective->roles[i]);
        ctext_line(c,
                   ".optimizer = \"%s\",\n"
                   ".slot_start = %s,",
                   optimizer->name,
                   optimizer->starts_from_setting ? "(double)NAN" : "0");
        ctext_close(c, ",");
    }
    ctext_close(c, ";");
}

static void emit_losses(struct emission *emission, const struct phase *phase)
{
    struct ctext *c = &emission->c;
    if (phase->n_losses == 0)
        return;
    ctext_open(c, "static const struct guss_loss %s_losses[] =", phase->name);
    for (int i = 0; i < phase->n_losses; i++) {
        const struct phase_loss *loss = &phase->losses[i];
        ctext_line(c,
                   "{\n"
                   "    .name = \"%s\",\n"
                   "    .brief = \"%s\",\n"
                   "    .title = \"%s\",\n"
                   "    .function = \"%s\",\n"
                   "    .terms = %lld,\n"
                   "    .sums_offset = offsetof(struct arena, %s),\n"
                   "},",
                   loss->name, loss->brief, loss->title, loss_word(loss->kind),
                   (long long)phase_loss_terms(phase, loss), loss->sums);
    }
    ctext_close(c, ";");
}

/* The penalties of the weights that the phase's network has; how many. */
static int list_penalties(struct emission *emission, const struct phase *phase,
                          struct text *out)
{
    int n = 0, all = emission->plan->n_weights;
    bool *is_read = arena_alloc(emission->arena, (size_t)all, sizeof *is_read);
    find_weights(phase->network, is_read);
    for (int i = 0; phase->n_losses > 0 && i < all; i++) {
        const struct regularizer *penalty =
            is_read[i] ? weight_penalty(&emission->plan->weights[i]) : NULL;
        if (!penalty)
            continue;
        text_printf(out, "%s{.weight = %d, .l1 = %s, .l2 = %s},", n ? "\n" : "",
                    i, ctext_real(emission->arena, penalty->l1),
                    ctext_real(emission->arena, penalty->l2));
        n++;
    }
    return n;
}

static void emit_penalties(struct emission *emission, const struct phase *phase)
{
    struct ctext *c = &emission->c;
    struct text list = text_new(emission->arena);
    if (list_penalties(emission, phase, &list) == 0)
        return;
    ctext_open(
        c, "static const struct guss_penalty %s_penalties[] =", phase->name);
    ctext_line(c, "%s", text_string(&list));
    ctext_close(c, ";");
}

static void emit_phase(struct emission *emission, const struct phase *phase)
{
    struct ctext *c = &emission->c;
    struct text list = text_new(emission->arena);
    int n_penalties = list_penalties(emission, phase, &list);
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
    if (n_penalties > 0)
        ctext_line(c,
                   ".penalties = %s_penalties,\n"
                   ".n_penalties = %d,",
                   phase->name, n_penalties);
    ctext_close(c, ",");
}

static void emit_phases(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct objective_plan *objective = emission->plan->objective;
    for (int i = 0; i < objective->n_phases; i++) {
        emit_losses(emission, &objective->phases[i]);
        emit_penalties(emission, &objective->phases[i]);
    }
    ctext_open(c, "static const struct guss_phase phases[] =");
    for (int i = 0; i < objective->n_phases; i++)
        emit_phase(emission, &objective->phases[i]);
    ctext_close(c, ";");
}

static void emit_training(struct emission *emission)
{
    struct ctext *c = &emission->c;
    struct arena *arena = emission->arena;
    const struct plan *plan = emission->plan;
    const struct objective_plan *objective = plan->objective;
    int n_phases = objective_update_phases(objective);
    struct work work = plan_work(plan);
    ctext_line(c,
               ".slot_offsets = slot_offsets,\n"
               ".n_slots = %d,\n"
               ".objective = %s,\n"
               ".trained = trained,\n"
               ".n_trained = %d,\n"
               ".phases = phases,\n"
               ".n_phases = %d,",
               plan->n_slots, objective->kind->constant, objective->n_trained,
               n_phases);
    if (n_phases < objective->n_phases)
        ctext_line(c, ".evaluation = &phases[%d],", n_phases);
    ctext_line(c,
               ".macs_forward = %s,\n"
               ".macs_nominal = %s,\n"
               ".macs_executed = %s,\n"
               ".train = train,",
               ctext_real(arena, work.forward), ctext_real(arena, work.nominal),
               ctext_real(arena, work.executed));
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
    emit_weight_table(emission);
    emit_networks(emission);
    emit_text(emission, "nn_text", sources->nn_text);
    if (plan->objective) {
        emit_text(emission, "schedule_text", sources->schedule_text);
        emit_slots(emission);
        emit_trained(emission);
        emit_phases(emission);
    }
    if (sources->companion)
        ctext_open(c, "static const struct guss_model %s_model =",
                   sources->companion->name);
    else
        ctext_open(c, "const struct guss_model guss_model =");
    emit_field_text(emission, "name", sources->model_name);
    emit_field_text(emission, "nn_path", path_name(sources->nn_path));
    ctext_line(c, ".nn_text = nn_text,");
    if (plan->objective) {
        emit_field_text(emission, "schedule_path",
                        path_name(sources->schedule_path));
        ctext_line(c, ".schedule_text = schedule_text,");
    }
    ctext_line(c,
               ".target = \"%s\",\n"
               ".compiler = __VERSION__,\n"
               ".networks = networks,\n"
               ".n_networks = %d,\n"
               ".weights = weight_table,\n"
               ".n_weights = %d,\n"
               ".arena_bytes = sizeof(struct arena),\n"
               ".weights_offset = offsetof(struct arena, weights),\n"
               ".weights_count = sizeof(struct weights) / sizeof(real),\n"
               ".batch = BATCH,\n"
               ".tile = TILE,\n"
               ".shards = SHARDS,",
               plan->target->name, plan->graph->n_networks, plan->n_weights);
    if (plan_has_copies(plan))
        ctext_line(c, ".weights_changed = weights_changed,");
    if (sources->has_judge)
        ctext_line(c, ".judge = &guss_judge,");
    if (plan->objective)
        emit_training(emission);
    ctext_close(c, ";");
}
