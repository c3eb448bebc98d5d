/* The loops of gathers and scatters; window.h says what they compute. */
#include "compiler/emit/nest.h"
#include "compiler/emit/view.h"
#include "compiler/emit/window.h"

/* What a gather or a scatter knows while it is written. */
struct conv_emitter {
    struct emission *emission;
    const struct node *node;
    const struct meeting *meeting;
    struct view in, out;
    const char *bias;
    bool by_sample;
    int64_t channel_block; /* a block: channels, or vectors of them, */
    int64_t pixel_block;   /* x pixels */
};

#define TEXT(emitter, ...) arena_printf((emitter)->emission->arena, __VA_ARGS__)

static const char *number(const struct conv_emitter *emitter, int64_t value)
{
    return TEXT(emitter, "%lld", (long long)value);
}

/* ---- addresses -------------------------------------------------------- */

static const struct expr *variable(const struct conv_emitter *emitter,
                                   const char *name)
{
    return expr_name(emitter->emission->arena, name);
}

static const struct expr *constant(const struct conv_emitter *emitter,
                                   int64_t value)
{
    return expr_constant(emitter->emission->arena, value);
}

/* &kernel[row][column] */
static const struct expr *kernel_value(const struct conv_emitter *emitter,
                                       const struct expr *row,
                                       const struct expr *column)
{
    return expr_address(
        expr_index(expr_index(variable(emitter, "kernel"), row), column));
}

/* ---- blocks ----------------------------------------------------------- */

/* Declares the two images: of each sample where those are rows. */
static void open_tile(const struct conv_emitter *emitter, struct nest *nest)
{
    if (!emitter->by_sample) {
        nest_loop(nest, "for (int n = 0; n < TILE; n++)");
        nest_body(nest);
    }
    view_declare(&emitter->in, true);
    view_declare(&emitter->out, false);
}

static void open_samples(const struct conv_emitter *emitter, struct nest *nest)
{
    if (emitter->by_sample && has_sample_loop(emitter->emission))
        nest_loop(nest, "for (int n = 0; n < TILE; n += VECTOR)");
}

static void open_channels(const struct conv_emitter *emitter, struct nest *nest)
{
    int64_t step = emitter->by_sample ? emitter->channel_block
                                      : emitter->channel_block *
                                            emitter->emission->plan->vector;
    nest_blocks(nest, "f", emitter->out.channels,
                step < emitter->out.channels ? step : emitter->out.channels);
}

/* The sums, and what they begin with. */
static void emit_start(const struct conv_emitter *emitter)
{
    struct ctext *c = &emitter->emission->c;
    bool by_sample = emitter->by_sample;
    long long rows = by_sample ? emitter->channel_block : emitter->pixel_block;
    long long columns =
        by_sample ? emitter->pixel_block : emitter->channel_block;
    ctext_line(c, "%s;",
               TEXT(emitter, "vec sum[%lld%s]", rows,
                    columns > 1 ? TEXT(emitter, " * %lld", columns) : ""));
    const char *const start[] = {
        number(emitter, rows), number(emitter, columns), "sum",
        emitter->bias ? TEXT(emitter, "&w->%s[f]", emitter->bias) : NULL};
    if (emitter->bias)
        ctext_call(c, by_sample ? "block_fill" : "block_start", start, 4);
    else
        ctext_line(c, "block_zero(%lld, %lld, sum);", rows, columns);
}

/* A step of the depth: the kernel at `kernel`, `step` numbers from an output
 * channel to the next, times the input at `in`, for pixels `apart`. */
static void emit_step(const struct conv_emitter *emitter,
                      const struct expr *kernel, int64_t step,
                      const struct expr *in, int64_t apart)
{
    struct ctext *c = &emitter->emission->c;
    const char *tall = number(emitter, emitter->channel_block);
    const char *wide = number(emitter, emitter->pixel_block);
    const char *from = expr_text(in), *weights = expr_text(kernel);
    const char *between =
        view_distance(&emitter->in, apart * emitter->in.channels);
    const char *const by_sample[] = {
        tall, wide, "sum", weights, number(emitter, step), from, between};
    const char *const by_channel[] = {wide, tall,    "sum",
                                      from, between, weights};
    if (emitter->by_sample)
        ctext_call(c, "block_add_at", by_sample, 7);
    else
        ctext_call(c, "block_add", by_channel, 6);
}

/* The activation of the finished sums. */
static void emit_activation(const struct conv_emitter *emitter)
{
    struct ctext *c = &emitter->emission->c;
    bool by_sample = emitter->by_sample;
    long long rows = by_sample ? emitter->channel_block : emitter->pixel_block;
    long long columns =
        by_sample ? emitter->pixel_block : emitter->channel_block;
    const struct activation_use *use = &emitter->node->activation;
    const char *function = activation_facts(use->kind)->block;
    if (function)
        ctext_line(
            c, "%s;",
            activation_call(emitter->emission, function, use,
                            arena_printf(emitter->emission->arena,
                                         "%lld, %lld, sum", rows, columns)));
}

/* The finished sums, to pixels that lie `apart`. */
static void emit_store(const struct conv_emitter *emitter, const char *out,
                       int64_t apart)
{
    struct ctext *c = &emitter->emission->c;
    const char *tall = number(emitter, emitter->channel_block);
    const char *wide = number(emitter, emitter->pixel_block);
    const char *between =
        view_distance(&emitter->out, apart * emitter->out.channels);
    const char *const by_sample[] = {tall, wide, "sum", out, "TILE", between};
    const char *const whole[] = {wide, tall, "sum", out, between};
    const char *const part[] = {wide, "sum", out, between,
                                number(emitter, emitter->out.channels)};
    emit_activation(emitter);
    if (emitter->by_sample)
        ctext_call(c, "block_store_at", by_sample, 6);
    else if (emitter->out.channels < emitter->emission->plan->vector)
        ctext_call(c, "block_store_first", part, 5);
    else
        ctext_call(c, "block_store", whole, 5);
}

/* One of the two images: the parameter that it is, its shape, the zeros around
 * it. */
struct conv_side {
    const char *name;
    const struct shape *shape;
    const int64_t *margins;
};

static const int64_t no_margins[N_SIDES];

static struct view view_of(struct emission *emission, const struct node *node,
                           const struct conv_side *side)
{
    return (struct view){
        .emission = emission,
        .name = side->name,
        .by_sample = node->by_sample,
        .width =
            side->margins[LEFT] + side->shape->size[1] + side->margins[RIGHT],
        .channels = side->shape->size[2],
    };
}

static struct conv_emitter new_emitter(struct emission *emission,
                                       const struct node *node,
                                       const struct conv_side *in,
                                       const struct conv_side *out)
{
    const struct block *block = &node->block;
    return (struct conv_emitter){
        .emission = emission,
        .node = node,
        .meeting = &node->operation->convolution.meeting,
        .in = view_of(emission, node, in),
        .out = view_of(emission, node, out),
        .by_sample = node->by_sample,
        .channel_block = node->by_sample ? block->rows : block->vectors,
        .pixel_block = node->by_sample ? block->vectors : block->rows,
    };
}

/* The kernel, or its transposed copy, by a short name. */
static void emit_kernel_name(const struct conv_emitter *emitter)
{
    struct emission *emission = emitter->emission;
    const struct node *node = emitter->node;
    const struct weight *kernel = node->operation->kernel;
    const char *name = weight_identifier(emission, node->layer, kernel);
    const char *from = node->reads_transposed ? "t" : "w";
    int64_t columns =
        node->reads_transposed
            ? row_stride(emitter->out.channels)
            : weight_read(weight_plan(emission->plan, kernel)).stride;
    ctext_assign(
        &emission->c,
        TEXT(emitter, "const real(*kernel)[%lld] =", (long long)columns),
        TEXT(emitter, "%s->%s", from, name));
}

/* ---- gather ----------------------------------------------------------- */

/* Columns of taps lie next to each other unless they are dilated: then so
 * many numbers are one run of the depth. */
static bool runs_over_columns(const struct meeting *meeting)
{
    return meeting->window.dilation[1] == 1;
}

/* "3 * 16": columns of taps times channels. */
static const char *run_text(const struct conv_emitter *emitter, int64_t columns,
                            int64_t channels)
{
    if (columns == 1 || channels == 1)
        return number(emitter, columns * channels);
    return TEXT(emitter, "%lld * %lld", (long long)columns,
                (long long)channels);
}

/* The loops over taps and channels, and what they meet: the row of the kernel
 * and the place in the image. */
struct taps {
    const struct expr *row, *place;
};

static struct taps open_taps(const struct conv_emitter *emitter,
                             struct nest *nest, const char *step)
{
    const struct window *window = &emitter->meeting->window;
    int64_t channels = emitter->in.channels, columns = window->size[1];
    const struct expr *i = variable(emitter, "i"), *j = variable(emitter, "j");
    const struct expr *k = variable(emitter, "k");
    const struct expr *h =
        expr_add(expr_times(variable(emitter, "h"), window->stride[0]),
                 expr_times(i, window->dilation[0]));
    const struct expr *v =
        expr_times(variable(emitter, "v"), window->stride[1]);
    nest_loop(nest, "for (int i = 0; i < %lld; i++)",
              (long long)window->size[0]);
    if (runs_over_columns(emitter->meeting)) {
        nest_loop(nest, "for (int k = 0; k < %s; %s)",
                  run_text(emitter, columns, channels), step);
        return (struct taps){expr_add(expr_times(i, columns * channels), k),
                             view_run(&emitter->in, h, v, k)};
    }
    nest_loop(nest, "for (int j = 0; j < %lld; j++)", (long long)columns);
    nest_loop(nest, "for (int k = 0; k < %lld; %s)", (long long)channels, step);
    const struct expr *tap = expr_add(expr_times(i, columns), j);
    return (struct taps){
        expr_add(expr_times(tap, channels), k),
        view_place(&emitter->in, h,
                   expr_add(v, expr_times(j, window->dilation[1])), k)};
}

static const char *gather_result(const struct conv_emitter *emitter,
                                 const struct expr *channel)
{
    return expr_text(view_place(&emitter->out, variable(emitter, "h"),
                                variable(emitter, "v"), channel));
}

/* Opens the loops down to a block of pixels. */
static void open_gather(const struct conv_emitter *emitter, struct nest *nest,
                        bool has_channels)
{
    const struct shape *small = &emitter->meeting->small;
    open_samples(emitter, nest);
    if (has_channels)
        open_channels(emitter, nest);
    nest_loop(nest, "for (int h = 0; h < %lld; h++)",
              (long long)small->size[0]);
    nest_blocks(nest, "v", small->size[1], emitter->pixel_block);
    nest_body(nest);
}

/* One filter: its weights lie together, so that a vector of the input's
 * numbers meets one of the kernel's; the vectors are summed at the end. */
static void emit_dot_steps(struct conv_emitter *emitter)
{
    struct ctext *c = &emitter->emission->c;
    struct nest depth = {.arena = emitter->emission->arena, .c = c};
    struct taps taps = open_taps(emitter, &depth, "k += VECTOR");
    const char *const step[] = {
        number(emitter, emitter->pixel_block),
        "1",
        "sum",
        expr_text(taps.place),
        number(emitter,
               emitter->meeting->window.stride[1] * emitter->in.channels),
        expr_text(kernel_value(emitter, taps.row, constant(emitter, 0))),
        "0"};
    nest_statement(&depth);
    ctext_call(c, "block_add_dot", step, 7);
    nest_end(&depth);
}

/* The same, a row of taps at once. */
static void emit_slide_steps(struct conv_emitter *emitter)
{
    struct ctext *c = &emitter->emission->c;
    struct nest depth = {.arena = emitter->emission->arena, .c = c};
    const struct window *window = &emitter->meeting->window;
    int64_t channels = emitter->in.channels, columns = window->size[1];
    const struct expr *i = variable(emitter, "i"), *k = variable(emitter, "k");
    const char *taps = number(emitter, columns);
    const char *apart = number(emitter, channels);
    ctext_line(c, "vec tap[%s];", taps);
    nest_loop(&depth, "for (int i = 0; i < %lld; i++)",
              (long long)window->size[0]);
    nest_loop(&depth, "for (int k = 0; k < %s; k += VECTOR)", apart);
    nest_body(&depth);
    const struct expr *row = expr_add(expr_times(i, columns * channels), k);
    const char *const load[] = {
        taps, "1", "tap",
        expr_text(kernel_value(emitter, row, constant(emitter, 0))), apart};
    ctext_call(c, "block_load", load, 5);
    const struct expr *h =
        expr_add(expr_times(variable(emitter, "h"), window->stride[0]),
                 expr_times(i, window->dilation[0]));
    const char *const slide[] = {
        number(emitter, emitter->pixel_block),
        taps,
        "sum",
        expr_text(view_place(&emitter->in, h, variable(emitter, "v"), k)),
        apart,
        "tap"};
    ctext_call(c, "block_slide", slide, 6);
    nest_end(&depth);
}

static void emit_dot(struct conv_emitter *emitter)
{
    struct ctext *c = &emitter->emission->c;
    struct nest nest = {.arena = emitter->emission->arena, .c = c};
    const char *pixels = number(emitter, emitter->pixel_block);
    open_gather(emitter, &nest, false);
    ctext_line(c, "vec sum[%s];", pixels);
    ctext_line(c, "block_zero(%s, 1, sum);", pixels);
    if (emitter->node->algorithm == ALGORITHM_SLIDE)
        emit_slide_steps(emitter);
    else
        emit_dot_steps(emitter);
    const char *const store[] = {
        pixels, "sum",
        emitter->bias ? TEXT(emitter, "w->%s[0]", emitter->bias) : "0",
        gather_result(emitter, constant(emitter, 0))};
    ctext_call(c, "block_store_dots", store, 4);
    nest_end(&nest);
}

static void emit_gather_blocks(struct conv_emitter *emitter)
{
    struct ctext *c = &emitter->emission->c;
    struct nest nest = {.arena = emitter->emission->arena, .c = c};
    struct nest depth = nest;
    open_gather(emitter, &nest, true);
    emit_start(emitter);
    struct taps taps = open_taps(emitter, &depth, "k++");
    nest_statement(&depth);
    const struct expr *f = variable(emitter, "f");
    emit_step(emitter, kernel_value(emitter, taps.row, f), 1, taps.place,
              emitter->meeting->window.stride[1]);
    nest_end(&depth);
    emit_store(emitter, gather_result(emitter, f), 1);
    nest_end(&nest);
}

void emit_gather(struct emission *emission, const struct node *node,
                 const char *in, const char *out, const char *bias)
{
    struct nest images = {.arena = emission->arena, .c = &emission->c};
    const struct meeting *meeting = &node->operation->convolution.meeting;
    int64_t margins[N_SIDES];
    gather_margins(meeting, margins);
    struct conv_emitter emitter = new_emitter(
        emission, node, &(struct conv_side){in, &meeting->big, margins},
        &(struct conv_side){out, &meeting->small, no_margins});
    emitter.bias = bias;
    emit_kernel_name(&emitter);
    open_tile(&emitter, &images);
    if (node->algorithm == ALGORITHM_DOT || node->algorithm == ALGORITHM_SLIDE)
        emit_dot(&emitter);
    else
        emit_gather_blocks(&emitter);
    nest_end(&images);
}

/* ---- scatter ---------------------------------------------------------- */

/* The number, among all taps, of the first that phase a meets, before it is
 * divided by the stride: a + 1. */
static const struct expr *phase_start(const struct conv_emitter *emitter,
                                      int axis)
{
    return expr_plus(variable(emitter, axis == 0 ? "a" : "b"),
                     emitter->meeting->before[axis]);
}

/* (a + 1) / 2: where a phase's first tap reads. A phase is less than the
 * stride. */
static const struct expr *phase_place(const struct conv_emitter *emitter,
                                      int axis)
{
    int64_t stride = emitter->meeting->window.stride[axis];
    if (emitter->meeting->before[axis] == 0)
        return constant(emitter, 0);
    return expr_divide(phase_start(emitter, axis), constant(emitter, stride));
}

/* (a + 1) % 2: which tap that is. */
static const struct expr *phase_tap(const struct conv_emitter *emitter,
                                    int axis)
{
    int64_t stride = emitter->meeting->window.stride[axis];
    const struct expr *start = phase_start(emitter, axis);
    if (emitter->meeting->before[axis] == 0)
        return start;
    return expr_remainder(start, constant(emitter, stride));
}

/* Pixels of phase a along an axis: (28 - a + 1) / 2. */
static const char *phase_extent(const struct conv_emitter *emitter, int axis)
{
    int64_t stride = emitter->meeting->window.stride[axis];
    int64_t extent = emitter->meeting->big.size[axis];
    if (extent % stride == 0)
        return number(emitter, extent / stride);
    return expr_text(
        expr_divide(expr_subtract(constant(emitter, extent + stride - 1),
                                  variable(emitter, axis == 0 ? "a" : "b")),
                    constant(emitter, stride)));
}

static void open_phases(const struct conv_emitter *emitter, struct nest *nest)
{
    const struct window *window = &emitter->meeting->window;
    if (window->stride[0] > 1)
        nest_loop(nest, "for (int a = 0; a < %lld; a++)",
                  (long long)window->stride[0]);
    if (window->stride[1] > 1)
        nest_loop(nest, "for (int b = 0; b < %lld; b++)",
                  (long long)window->stride[1]);
    open_channels(emitter, nest);
    nest_loop(nest, "for (int u = 0; u < %s; u++)", phase_extent(emitter, 0));
    const char *columns = phase_extent(emitter, 1);
    bool fits = emitter->meeting->big.size[1] % window->stride[1] == 0;
    if (fits)
        nest_blocks(nest, "v",
                    emitter->meeting->big.size[1] / window->stride[1],
                    emitter->pixel_block);
    else
        nest_loop(nest, "for (int v = 0; v < %s; v = block_next(v, %lld, %s))",
                  columns, (long long)emitter->pixel_block, columns);
    nest_body(nest);
}

/* The row or column of the small image, margins included, that the first tap of
 * (u, v) meets. */
static const struct expr *first_met(const struct conv_emitter *emitter,
                                    int axis, int64_t margin)
{
    const struct meeting *meeting = emitter->meeting;
    const struct expr *at = variable(emitter, axis == 0 ? "u" : "v");
    if (meeting->window.stride[axis] > 1)
        at = expr_add(at, phase_place(emitter, axis));
    else
        at = expr_plus(at, meeting->before[axis]);
    return expr_plus(at, margin);
}

/* The loop over a phase's taps along an axis: tap number i reads the pixel p
 * before the first one's. */
static void open_phase_taps(const struct conv_emitter *emitter,
                            struct nest *nest, int axis)
{
    const struct window *window = &emitter->meeting->window;
    const char *tap = axis == 0 ? "i" : "j", *back = axis == 0 ? "p" : "q";
    long long size = window->size[axis], stride = window->stride[axis];
    if (stride > 1)
        nest_loop(nest,
                  "for (int %s = %s, %s = 0; %s < %lld; %s += %lld, %s++)", tap,
                  expr_text(phase_tap(emitter, axis)), back, tap, size, tap,
                  stride, back);
    else
        nest_loop(nest, "for (int %s = 0; %s < %lld; %s++)", tap, tap, size,
                  tap);
}

/* The row or column that a tap reads: so many before the first one's. */
static const struct expr *tap_met(const struct conv_emitter *emitter, int axis,
                                  const struct expr *first)
{
    const struct window *window = &emitter->meeting->window;
    static const char *const taps[] = {"i", "j"}, *const backs[] = {"p", "q"};
    const char *back = (window->stride[axis] > 1 ? backs : taps)[axis];
    return expr_subtract(
        first, expr_times(variable(emitter, back), window->dilation[axis]));
}

/* The loops over a phase's taps, which go back from row and column `first` of
 * the small image, and over the channels. */
static void emit_scatter_depth(const struct conv_emitter *emitter,
                               const struct expr *const first[2])
{
    struct ctext *c = &emitter->emission->c;
    struct nest depth = {.arena = emitter->emission->arena, .c = c};
    const struct plan *plan = emitter->emission->plan;
    const struct expr *f = variable(emitter, "f"), *k = variable(emitter, "k");
    const struct expr *tap = expr_add(
        expr_times(variable(emitter, "i"), emitter->meeting->window.size[1]),
        variable(emitter, "j"));
    open_phase_taps(emitter, &depth, 0);
    open_phase_taps(emitter, &depth, 1);
    nest_loop(&depth, "for (int k = 0; k < %lld; k++)",
              (long long)emitter->in.channels);
    nest_statement(&depth);
    const struct expr *kernel =
        emitter->node->reads_transposed
            ? kernel_value(emitter,
                           expr_add(expr_times(tap, emitter->in.channels), k),
                           f)
            : kernel_value(emitter,
                           expr_add(expr_times(tap, emitter->out.channels), f),
                           k);
    emit_step(
        emitter, kernel,
        weight_read(weight_plan(plan, emitter->node->operation->kernel)).stride,
        view_place(&emitter->in, tap_met(emitter, 0, first[0]),
                   tap_met(emitter, 1, first[1]), k),
        1);
    nest_end(&depth);
}

/* The big image's row or column that pixel u of phase a is: u * 2 + a. */
static const struct expr *scatter_result(const struct conv_emitter *emitter,
                                         int axis, const char *pixel,
                                         const char *phase)
{
    int64_t stride = emitter->meeting->window.stride[axis];
    const struct expr *first = expr_times(variable(emitter, pixel), stride);
    return stride > 1 ? expr_add(first, variable(emitter, phase)) : first;
}

/* The names of a row and a column that are computed once. */
static const struct expr *emit_first_met(const struct conv_emitter *emitter,
                                         int axis, int64_t margin)
{
    const char *name = axis == 0 ? "row" : "column";
    const struct expr *first = first_met(emitter, axis, margin);
    if (emitter->meeting->window.stride[axis] == 1)
        return first;
    ctext_assign(&emitter->emission->c, TEXT(emitter, "int %s =", name),
                 expr_text(first));
    return variable(emitter, name);
}

static void emit_scatter_blocks(struct conv_emitter *emitter,
                                const int64_t margins[N_SIDES])
{
    struct nest nest = {.arena = emitter->emission->arena,
                        .c = &emitter->emission->c};
    open_samples(emitter, &nest);
    open_phases(emitter, &nest);
    const struct expr *first[] = {emit_first_met(emitter, 0, margins[TOP]),
                                  emit_first_met(emitter, 1, margins[LEFT])};
    emit_start(emitter);
    emit_scatter_depth(emitter, first);
    const struct expr *row = scatter_result(emitter, 0, "u", "a");
    const struct expr *column = scatter_result(emitter, 1, "v", "b");
    emit_store(emitter,
               expr_text(view_place(&emitter->out, row, column,
                                    variable(emitter, "f"))),
               emitter->meeting->window.stride[1]);
    nest_end(&nest);
}

/* Pixel (u, v) of phase (a, b) is the big image's (u stride + a, v stride +
 * b). Its taps are those whose number has the remainder of a + before; the
 * first of them reads the small image at u + (a + before) / stride, and each
 * further one the pixel before. */
void emit_scatter(struct emission *emission, const struct node *node,
                  const char *in, const char *out, const char *bias)
{
    struct nest images = {.arena = emission->arena, .c = &emission->c};
    const struct meeting *meeting = &node->operation->convolution.meeting;
    int64_t margins[N_SIDES];
    scatter_margins(meeting, margins);
    struct conv_emitter emitter = new_emitter(
        emission, node, &(struct conv_side){in, &meeting->small, margins},
        &(struct conv_side){out, &meeting->big, no_margins});
    emitter.bias = bias;
    emit_kernel_name(&emitter);
    open_tile(&emitter, &images);
    emit_scatter_blocks(&emitter, margins);
    nest_end(&images);
}
