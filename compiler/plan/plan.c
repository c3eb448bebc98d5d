/* Graph and schedule to plan. */
#include "compiler/plan/plan.h"

#include "compiler/graph/image_order.h"
#include "compiler/plan/algorithm.h"
#include "compiler/plan/products.h"
#include "compiler/plan/verify.h"

enum { TILES_OF_A_SHARD = 4, SAMPLES_OF_A_SHARD = 128 };
enum { MOST_SHARDS = 16, DEFAULT_BATCH = 256 };

int64_t row_stride(int64_t features)
{
    return (features + ROW_ALIGNMENT - 1) / ROW_ALIGNMENT * ROW_ALIGNMENT;
}

/* Samples that are worth a pass over the weights' memory: those for whom it is
 * about 1 % of the work. */
static int worth_of_a_shard(const struct graph *graph)
{
    enum { WORTH_OF_A_PASS = 1600 }; /* multiply-adds a weight */
    double weights = 0, macs = 1;
    for (const struct network *network = graph->networks; network;
         network = network->next) {
        weights += (double)network_parameters(network).trainable;
        macs += (double)network_macs(network);
    }
    double samples = weights * WORTH_OF_A_PASS / macs;
    return samples < SAMPLES_OF_A_SHARD ? (int)samples + 1 : SAMPLES_OF_A_SHARD;
}

/* Each shard costs a pass over the weights' memory in every update, so a shard
 * takes four tiles, or 128 samples, where there are enough: 784 x 32 x 784 at a
 * batch of 256 took 0.57 ms with 2 shards, 0.60 with 4 and 0.66 with 8 on one
 * core. It takes fewer where they have more work for each weight, as images do:
 * the sooner it is done, the less others wait for a worker who is late. Two, four,
 * eight or sixteen shards are shared evenly. Network and batch alone decide, never
 * the machine: shards are part of the result. */
static int choose_shards(const struct graph *graph, int tiles, int tile)
{
    int of_a_shard = (worth_of_a_shard(graph) + tile - 1) / tile;
    of_a_shard = of_a_shard < TILES_OF_A_SHARD ? of_a_shard : TILES_OF_A_SHARD;
    int shards = tiles < 2 ? tiles : 2;
    while (2 * shards * of_a_shard <= tiles && 2 * shards <= MOST_SHARDS)
        shards *= 2;
    return shards;
}

/* The largest register block: 24 sums and what feeds them in 32 registers,
 * 12 in 16. Measured on 784 x 32 products with AVX-512: 8 x 3 reaches 195 to
 * 205 GFLOP/s where 4 x 7 reaches 120 to 160, for it reads less. */
static struct block choose_block(const struct target *target)
{
    return target->registers >= 32 ? (struct block){8, 3}
                                   : (struct block){4, 3};
}

static void verify(struct arena *arena, const struct program *program,
                   enum stage stage, const char *pass)
{
    expect_none(verify_program(arena, program, stage), pass);
}

static void add_program(struct plan *plan, struct arena *arena,
                        const struct network *network,
                        const struct phase *phase)
{
    struct program *program = differentiate(arena, network, phase);
    drop_unread(program);
    verify(arena, program, STAGE_DIFFERENTIATED, "differentiate");
    assign_layouts(arena, plan, program);
    choose_types(plan, program);
    verify(arena, program, STAGE_LAID_OUT, "assign_layouts");
    choose_algorithms(plan, program);
    fuse_activations(program);
    verify(arena, program, STAGE_LAID_OUT, "fuse_activations");
    fuse_margins(program);
    place_concatenations(program);
    verify(arena, program, STAGE_LAID_OUT, "place_concatenations");
    recompute(arena, program);
    verify(arena, program, STAGE_LAID_OUT, "recompute");
    name_values(program);
    choose_sums(plan, program);
    choose_panels(plan, program);
    compute_in_place(program);
    place(program);
    verify(arena, program, STAGE_PLACED, "place");
    struct program **tail = &plan->programs;
    while (*tail)
        tail = &(*tail)->next;
    *tail = program;
}

struct plan *plan_model(struct arena *arena, struct graph *graph,
                        const struct objective_plan *objective,
                        const struct target *target, enum dtype dtype)
{
    struct plan *plan = arena_alloc(arena, 1, sizeof *plan);
    *plan = (struct plan){.graph = graph,
                          .objective = objective,
                          .target = target,
                          .dtype = dtype,
                          .vector = dtype_vector(dtype, target->vector),
                          .batch = objective ? objective->batch : DEFAULT_BATCH,
                          .block = choose_block(target)};
    choose_layouts(plan, arena);
    fold_upsampling(plan, graph);
    find_image_orders(arena, graph);
    plan_weights(plan, arena, graph);
    plan->tile = choose_tile(plan);
    plan->tiles = (plan->batch + plan->tile - 1) / plan->tile;
    plan->shards = choose_shards(graph, plan->tiles, plan->tile);
    for (int i = 0; objective && i < objective->n_phases; i++)
        add_program(plan, arena, objective->phases[i].network,
                    &objective->phases[i]);
    for (const struct network *network = graph->networks; network;
         network = network->next)
        add_program(plan, arena, network, NULL);
    finish_weights(plan);
    choose_fetches(plan);
    expect_none(verify_updates(arena, plan), "finish_weights");
    plan_storage(plan, arena);
    return plan;
}

const struct optimizer_settings *
program_optimizer(const struct plan *plan, const struct program *program)
{
    return plan->objective->optimizers[program->phase->optimizer];
}

struct work node_work(const struct plan *plan, const struct program *program,
                      const struct node *node)
{
    const struct phase *phase = program->phase;
    double part = phase ? (double)phase->share / WHOLE_BATCH : 1;
    bool counts = node->kind == NODE_FORWARD || node->kind == NODE_BACKWARD ||
                  node->kind == NODE_GRADIENT;
    if (!counts || node->operation->macs == 0)
        return (struct work){0};
    double macs = (double)node->operation->macs * plan->batch * part;
    return (struct work){
        .forward = node->kind == NODE_FORWARD ? macs : 0,
        .nominal = macs,
        .executed = node_executed(plan, node) * part,
    };
}

static void add_work(struct work *sum, struct work more)
{
    sum->forward += more.forward;
    sum->nominal += more.nominal;
    sum->executed += more.executed;
}

struct work plan_work(const struct plan *plan)
{
    struct work sum = {0};
    for (const struct program *program = plan->programs; program;
         program = program->next)
        for (const struct node *node = program->nodes;
             node && program_is_of_update(program); node = node->next)
            add_work(&sum, node_work(plan, program, node));
    return sum;
}

void plan_print(const struct plan *plan, struct arena *arena, struct text *out)
{
    struct work work = plan_work(plan);
    text_printf(out,
                "target %s: vectors of %d, register blocks of %d rows x %d "
                "vectors\n"
                "batch %d in tiles of %d samples, %d shards\n",
                plan->target->name, plan->vector, plan->block.rows,
                plan->block.vectors, plan->batch, plan->tile, plan->shards);
    if (plan->objective)
        text_printf(out,
                    "an update: %.4f GFLOP, %.4f executed (%.1f %% of the "
                    "vectors' slots filled)\n",
                    work.nominal * 2e-9, work.executed * 2e-9,
                    work.executed > 0 ? 100 * work.nominal / work.executed
                                      : 100);
    weights_print(plan, out);
    for (const struct program *program = plan->programs; program;
         program = program->next)
        program_print(program, arena, out);
    storage_print(plan, out);
}
