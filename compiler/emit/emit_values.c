/* Nodes that go value by value: activations and their derivatives, inputs that are
 * joined, gradients that meet. */
#include "compiler/emit/operations.h"

const char *open_images(struct emission *emission, bool batch_innermost)
{
    if (batch_innermost)
        return "";
    ctext_head(&emission->c, "for (int n = 0; n < TILE; n++)");
    return "[n]";
}

const char *open_values(struct emission *emission, const struct tensor *tensor,
                        int64_t step)
{
    const char *sample = open_images(emission, tensor->batch_innermost);
    ctext_head(&emission->c, "for (int i = 0; i < %lld%s; %s)",
               (long long)tensor_values(tensor),
               tensor->batch_innermost ? " * TILE" : "",
               step == 1 ? "i++"
                         : arena_printf(emission->arena, "i += %lld",
                                        (long long)step));
    return arena_printf(emission->arena, "%s[i]", sample);
}

/* ---- activations ---------------------------------------------------- */

const char *activation_call(struct emission *emission, const char *function,
                            const struct activation_use *use,
                            const char *operands)
{
    struct text text = text_new(emission->arena);
    text_printf(&text, "%s(%s", function, operands);
    for (int i = 0; i < activation_arguments(use->kind); i++)
        text_printf(&text, ", (real)%s",
                    ctext_real(emission->arena, use->arguments[i]));
    text_puts(&text, ")");
    return text_string(&text);
}

/* "max(z, alpha z); alpha = 0.3" */
static const char *activation_formula(struct emission *emission,
                                      const struct activation_use *use)
{
    const struct activation_info *info = activation_info(use->kind);
    struct text text = text_new(emission->arena);
    text_puts(&text, info->formula);
    for (int i = 0; i < activation_arguments(use->kind); i++)
        text_printf(&text, "%s %s = %s", i ? "," : ";", info->arguments[i].name,
                    ctext_real(emission->arena, use->arguments[i]));
    return text_string(&text);
}

/* Numbers that one call of an activation takes: a row of its own, or one. */
static int64_t activation_step(const struct node *node,
                               const struct tensor *tensor)
{
    bool is_row = activation_info(node->activation.kind)->is_row;
    return is_row ? tensor->shape.size[tensor->shape.rank - 1] : 1;
}

void emit_activate(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    const struct activation_use *use = &node->activation;
    const struct activation_info *info = activation_info(use->kind);
    bool in_place = node_is_in_place(node);
    const char *from = in_place ? "y" : "x";
    int64_t step = activation_step(node, node->y);
    open_node(emission, node, "y = %s%s", activation_formula(emission, use),
              in_place ? ", in place" : "");
    const char *at = open_values(emission, node->y, step);
    if (info->is_row)
        ctext_line(c, "%s(%lld, &%s%s, &y%s);", info->forward, (long long)step,
                   from, at, at);
    else
        ctext_line(
            c, "y%s = %s;", at,
            activation_call(emission, info->forward, use,
                            arena_printf(emission->arena, "%s%s", from, at)));
}

/* "[n][h * 544 + 560 + i]": value i of row h of an image inside its margins. */
static const char *row_value(struct emission *emission,
                             const struct tensor *tensor)
{
    const int64_t *size = tensor->shape.size, *margins = tensor->margins;
    struct arena *arena = emission->arena;
    int64_t pitch = (margins[LEFT] + size[1] + margins[RIGHT]) * size[2];
    const struct expr *at =
        expr_plus(expr_times(expr_name(arena, "h"), pitch),
                  margins[TOP] * pitch + margins[LEFT] * size[2]);
    if (tensor->batch_innermost)
        at = expr_multiply(at, expr_name(arena, "TILE"));
    return arena_printf(arena, "%s[%s]", tensor->batch_innermost ? "" : "[n]",
                        expr_text(expr_add(at, expr_name(arena, "i"))));
}

static bool has_margins(const struct tensor *tensor)
{
    return tensor_values(tensor) != shape_elements(&tensor->shape);
}

/* Loops over the values of a tile that a derivative is multiplied with; what
 * stands behind dy, y and dz for one, which lie between margins or not. */
static void open_derivative(struct emission *emission, const struct node *node,
                            const char *at[3])
{
    const struct tensor *const tensors[] = {node->dy, node->derivative_of,
                                            node->dx};
    bool is_flat = true;
    for (int i = 0; i < 3; i++)
        is_flat &= !has_margins(tensors[i]);
    if (is_flat) {
        at[0] = at[1] = at[2] =
            open_values(emission, node->dx, activation_step(node, node->dx));
        return;
    }
    const int64_t *size = node->dx->shape.size;
    open_images(emission, node->batch_innermost);
    head_count(&emission->c, "h", size[0]);
    ctext_head(
        &emission->c, "for (int i = 0; i < %s; i++)",
        numbers_text(emission, node->batch_innermost, size[1] * size[2]));
    for (int i = 0; i < 3; i++)
        at[i] = row_value(emission, tensors[i]);
}

void emit_activate_backward(struct emission *emission, const struct node *node)
{
    struct ctext *c = &emission->c;
    const struct activation_use *use = &node->activation;
    const struct activation_info *info = activation_info(use->kind);
    bool in_place = node_is_in_place(node);
    const char *at[3];
    open_node(emission, node, "dz = dy * the derivative of %s at %s%s",
              info->word, info->needs_input ? "its input y" : "its output y",
              in_place ? ", in place" : "");
    open_derivative(emission, node, at);
    const char *derivative =
        activation_call(emission, info->derivative, use,
                        arena_printf(emission->arena, "y%s", at[1]));
    if (info->is_row) {
        ctext_line(c, "%s(%lld, &y%s, &dy%s, &%s%s);", info->derivative,
                   (long long)activation_step(node, node->dx), at[1], at[0],
                   in_place ? "dy" : "dz", at[2]);
        return;
    }
    bool is_flat = at[0] == at[1];
    if (!is_flat) {
        ctext_body(c);
        ctext_line(c, "real derivative = %s;", derivative);
        derivative = "derivative";
    }
    if (in_place)
        ctext_line(c, "dy%s *= %s;", at[0], derivative);
    else
        ctext_line(c, "dz%s = dy%s * %s;", at[2], at[0], derivative);
    if (!is_flat)
        ctext_close(c, "");
}

/* ---- inputs joined value by value ------------------------------------- */

/* y = x1 + x2 + ..., or times, with what stands `behind`, or "". */
static void emit_joined(struct emission *emission, const struct node *node,
                        const char *sign, const char *behind)
{
    const char *at = open_values(emission, node->y, 1);
    struct text text = text_new(emission->arena);
    for (int i = 0; i < node->n_inputs; i++)
        text_printf(&text, "%sx%d%s", i ? sign : "", i + 1, at);
    ctext_line(&emission->c, *behind ? "y%s = (%s)%s;" : "y%s = %s%s;", at,
               text_string(&text), behind);
}

void emit_sum(struct emission *emission, const struct node *node)
{
    open_node(emission, node, "what those that read it give back, together");
    emit_joined(emission, node, " + ", "");
}

/* y = f(f(x1, x2), x3) ..., f the greater or the lesser of two. */
static void emit_extreme(struct emission *emission, const struct node *node,
                         const char *function)
{
    struct ctext *c = &emission->c;
    const char *at = open_values(emission, node->y, 1);
    ctext_body(c);
    ctext_line(c, "real extreme = %s(x1%s, x2%s);", function, at, at);
    for (int i = 3; i <= node->n_inputs; i++)
        ctext_line(c, "extreme = %s(extreme, x%d%s);", function, i, at);
    ctext_line(c, "y%s = extreme;", at);
    ctext_close(c, "");
}

void emit_combine(struct emission *emission, const struct node *node)
{
    static const struct {
        const char *word, *sign, *function;
    } joinings[] = {
        [JOIN_SUM] = {"sum", " + ", NULL},
        [JOIN_MEAN] = {"mean", " + ", NULL},
        [JOIN_PRODUCT] = {"product", " * ", NULL},
        [JOIN_DIFFERENCE] = {"difference", " - ", NULL},
        [JOIN_MAXIMUM] = {"greatest", NULL, "guss_maximum"},
        [JOIN_MINIMUM] = {"least", NULL, "guss_minimum"},
    };
    enum joining joining = node->operation->joining;
    open_node(emission, node, "y = the %s of its inputs",
              joinings[joining].word);
    if (joinings[joining].function)
        emit_extreme(emission, node, joinings[joining].function);
    else
        emit_joined(emission, node, joinings[joining].sign,
                    joining == JOIN_MEAN
                        ? arena_printf(emission->arena, " / %d", node->n_inputs)
                        : "");
}

static void emit_mean_backward_of(struct emission *emission,
                                  const struct node *node)
{
    int n = node->operation->n_inputs;
    open_node(emission, node, "dx = dy / %d of each input", n);
    const char *at = open_values(emission, node->dy, 1);
    ctext_line(&emission->c, "dx%s = dy%s / %d;", at, at, n);
}

static void emit_difference_backward(struct emission *emission,
                                     const struct node *node)
{
    open_node(emission, node, "dx = -dy of the second input");
    const char *at = open_values(emission, node->dy, 1);
    ctext_line(&emission->c, "dx%s = -dy%s;", at, at);
}

static void emit_product_backward_of(struct emission *emission,
                                     const struct node *node)
{
    struct ctext *c = &emission->c;
    open_node(emission, node, "dx = dy times all inputs but number %d",
              node->input + 1);
    const char *at = open_values(emission, node->dy, 1);
    struct text factors = text_new(emission->arena);
    for (int i = 0; i < node->n_inputs; i++)
        if (i != node->input)
            text_printf(&factors, " * x%d%s", i + 1, at);
    ctext_line(c, "dx%s = dy%s%s;", at, at, text_string(&factors));
    ctext_line(c, "(void)x%d;", node->input + 1);
}

/* Of equal ones the first has it, as in TensorFlow. */
static void emit_extreme_backward(struct emission *emission,
                                  const struct node *node)
{
    struct ctext *c = &emission->c;
    bool greatest = node->operation->joining == JOIN_MAXIMUM;
    open_node(emission, node,
              "dx = dy where input %d is the first of the %s values, else 0",
              node->input + 1, greatest ? "greatest" : "least");
    const char *at = open_values(emission, node->dy, 1);
    ctext_body(c);
    ctext_line(c, "real passed = dy%s;", at);
    for (int i = 0; i < node->n_inputs; i++)
        if (i != node->input)
            ctext_line(c, "passed = x%d%s %s%s x%d%s ? passed : 0;",
                       node->input + 1, at, greatest ? ">" : "<",
                       i < node->input ? "" : "=", i + 1, at);
    ctext_line(c, "dx%s = passed;", at);
    ctext_close(c, "");
}

/* A sum passes its gradient on as it is. */
void emit_combine_backward(struct emission *emission, const struct node *node)
{
    static void (*const emitters[])(struct emission *, const struct node *) = {
        [JOIN_MEAN] = emit_mean_backward_of,
        [JOIN_PRODUCT] = emit_product_backward_of,
        [JOIN_DIFFERENCE] = emit_difference_backward,
        [JOIN_MAXIMUM] = emit_extreme_backward,
        [JOIN_MINIMUM] = emit_extreme_backward,
    };
    emitters[node->operation->joining](emission, node);
}
