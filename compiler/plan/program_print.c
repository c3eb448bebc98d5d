/* A program as text: guss emit --dump=plan. */
#include "compiler/layers/layer.h"
#include "compiler/plan/program.h"

static const char *const program_names[] = {
    [PROGRAM_TRAIN] = "train",
    [PROGRAM_TRAIN_DISCRIMINATOR] = "train discriminator",
    [PROGRAM_TRAIN_GENERATOR] = "train generator",
    [PROGRAM_IMITATE] = "imitate",
    [PROGRAM_EVALUATE] = "evaluate",
    [PROGRAM_PREDICT] = "predict",
};
static const char *const node_names[] = {
    [NODE_PAD] = "pad",
    [NODE_TRANSPOSE] = "transpose",
    [NODE_FORWARD] = "forward",
    [NODE_ACTIVATE] = "activate",
    [NODE_LOSS] = "loss",
    [NODE_SUM] = "sum",
    [NODE_ACTIVATE_BACKWARD] = "activate_backward",
    [NODE_BACKWARD] = "backward",
    [NODE_GRADIENT] = "gradient",
    [NODE_MOMENTS] = "moments",
    [NODE_BACKWARD_MOMENTS] = "backward_moments",
};

static void print_tensor(const char *role, const struct tensor *tensor,
                         struct text *out)
{
    if (!tensor)
        return;
    text_printf(out, " %s=%s", role, tensor->name);
    if (tensor->storage != tensor)
        text_printf(out, "[in %s]", tensor->storage->name);
}

const char *program_name(const struct program *program)
{
    return program_names[program->kind];
}

void program_print(const struct program *program, struct arena *arena,
                   struct text *out)
{
    text_printf(out, "%s %s\n", program_name(program), program->network->name);
    for (const struct node *node = program->nodes; node; node = node->next) {
        text_printf(out, "  %s %s", node_names[node->kind], node->layer->name);
        const struct activation_facts *facts =
            activation_facts(node->activation.kind);
        if (node->activation.kind != ACTIVATION_LINEAR)
            text_printf(out, " %s", facts->word ? facts->word : "leaky_relu");
        print_tensor("x", node->x, out);
        print_tensor("y", node->y, out);
        print_tensor("dy", node->dy, out);
        print_tensor("slope_of", node->slope_of, out);
        print_tensor("dx", node->dx, out);
        for (int i = 0; i < node->n_inputs; i++)
            print_tensor("input", node->inputs[i], out);
        text_printf(out, " %s%s%s\n", shape_text(arena, &node->layer->shape),
                    node->by_sample ? " by sample" : "",
                    node->cut ? " | cut" : "");
    }
}
