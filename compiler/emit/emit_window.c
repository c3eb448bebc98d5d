/* The loops of gathers and scatters; window.h says what they compute. */
#include "compiler/emit/nest.h"
#include "compiler/emit/window.h"

/* What a gather or a scatter knows while it is written. */
struct passage {
    struct emission *emission;
    const struct meeting *meeting;
    const char *in, *out, *bias;
    const struct activation_use *activation;
    bool by_sample;
    bool is_transposed; /* reads the transposed kernel */
    int64_t in_width;   /* pixels of a row, margins included */
    int64_t ins, outs;  /* channels */
    int64_t tall, wide; /* a block: channels (or vectors of them) x pixels */
};

#define TEXT(passage, ...) arena_printf((passage)->emission->arena, __VA_ARGS__)

static const char *number(const struct passage *passage, int64_t value)
{
    return TEXT(passage, "%lld", (long long)value);
}

/* True where a tile has several vectors of samples. */
static bool has_sample_loop(const struct emission *emission)
{
    return emission->plan->tile > emission->plan->vector;
}

/* ---- addresses -------------------------------------------------------- */

static const struct expr *variable(const struct passage *passage,
                                   const char *name)
{
    return expr_name(passage->emission->arena, name);
}

static const struct expr *constant(const struct passage *passage, int64_t value)
{
    return expr_constant(passage->emission->arena, value);
}

/* The place of a value of the tile's first sample, or of sample n: value number
 * `value` of each. */
static const struct expr *image_value(const struct passage *passage,
                                      const char *name,
                                      const struct expr *value)
{
    const struct expr *image = variable(passage, name);
    if (!passage->by_sample)
        return expr_address(
            expr_index(expr_index(image, variable(passage, "n")), value));
    const struct expr *at = expr_multiply(value, variable(passage, "TILE"));
    if (has_sample_loop(passage->emission))
        at = expr_add(at, variable(passage, "n"));
    return expr_address(expr_index(image, at));
}

/* &x[n][(h * 30 + v) * 16]: a pixel's first channel, or where `channel` is not
 * NULL that one. */
static const struct expr *pixel(const struct passage *passage, const char *name,
                                const struct expr *index, int64_t channels,
                                const struct expr *channel)
{
    const struct expr *value = expr_times(index, channels);
    return image_value(passage, name,
                       channel ? expr_add(value, channel) : value);
}

/* So many values of a sample, in numbers. */
static const struct expr *numbers(const struct passage *passage,
                                  const struct expr *values)
{
    return passage->by_sample ? expr_multiply(values, variable(passage, "TILE"))
                              : values;
}

/* The same, as text. */
static const char *distance(const struct passage *passage, int64_t values)
{
    return expr_text(numbers(passage, constant(passage, values)));
}

/* &kernel[row][column] */
static const struct expr *kernel_value(const struct passage *passage,
                                       const struct expr *row,
                                       const struct expr *column)
{
    return expr_address(
        expr_index(expr_index(variable(passage, "kernel"), row), column));
}

/* ---- blocks ----------------------------------------------------------- */

static void open_samples(const struct passage *passage, struct nest *nest)
{
    if (!passage->by_sample)
        nest_loop(nest, "for (int n = 0; n < TILE; n++)");
    else if (has_sample_loop(passage->emission))
        nest_loop(nest, "for (int n = 0; n < TILE; n += VECTOR)");
}

static void open_channels(const struct passage *passage, struct nest *nest)
{
    int64_t step = passage->by_sample
                       ? passage->tall
                       : passage->tall * passage->emission->plan->vector;
    nest_blocks(nest, "f", passage->outs,
                step < passage->outs ? step : passage->outs);
}

static void choose_block(struct passage *passage, int64_t columns)
{
    const struct plan *plan = passage->emission->plan;
    if (passage->by_sample) {
        struct block block = best_block(plan, passage->outs, columns);
        passage->tall = block.rows;
        passage->wide = block.vectors;
        return;
    }
    int64_t vectors = passage->outs / plan->vector;
    struct block block = best_block(plan, columns, vectors ? vectors : 1);
    passage->tall = block.vectors;
    passage->wide = block.rows;
}

/* The sums, and what they begin with. */
static void emit_start(const struct passage *passage)
{
    struct ctext *c = &passage->emission->c;
    bool by_sample = passage->by_sample;
    long long rows = by_sample ? passage->tall : passage->wide;
    long long columns = by_sample ? passage->wide : passage->tall;
    ctext_line(c, "%s;",
               TEXT(passage, "vec sum[%lld%s]", rows,
                    columns > 1 ? TEXT(passage, " * %lld", columns) : ""));
    const char *const start[] = {
        number(passage, rows), number(passage, columns), "sum",
        passage->bias ? TEXT(passage, "&w->%s[f]", passage->bias) : NULL};
    if (passage->bias)
        ctext_call(c, by_sample ? "block_fill" : "block_start", start, 4);
    else
        ctext_line(c, "block_zero(%lld, %lld, sum);", rows, columns);
}

/* A step of the depth: the kernel at `kernel`, `step` numbers from an output
 * channel to the next, times the input at `in`, for pixels `apart`. */
static void emit_step(const struct passage *passage, const struct expr *kernel,
                      int64_t step, const struct expr *in, int64_t apart)
{
    struct ctext *c = &passage->emission->c;
    const char *tall = number(passage, passage->tall);
    const char *wide = number(passage, passage->wide);
    const char *from = expr_text(in), *weights = expr_text(kernel);
    const char *between = distance(passage, apart * passage->ins);
    const char *const by_sample[] = {
        tall, wide, "sum", weights, number(passage, step), from, between};
    const char *const by_channel[] = {wide, tall,    "sum",
                                      from, between, weights};
    if (passage->by_sample)
        ctext_call(c, "block_add_at", by_sample, 7);
    else
        ctext_call(c, "block_add", by_channel, 6);
}

/* The activation of the finished sums. */
static void emit_activation(const struct passage *passage)
{
    struct ctext *c = &passage->emission->c;
    bool by_sample = passage->by_sample;
    long long rows = by_sample ? passage->tall : passage->wide;
    long long columns = by_sample ? passage->wide : passage->tall;
    if (passage->activation->kind == ACTIVATION_RELU)
        ctext_line(c, "block_relu(%lld, %lld, sum);", rows, columns);
    else if (passage->activation->kind == ACTIVATION_LEAKY_RELU)
        ctext_line(
            c, "block_leaky_relu(%lld, %lld, sum, (real)%s);", rows, columns,
            ctext_real(passage->emission->arena, passage->activation->alpha));
}

/* The finished sums, to pixels that lie `apart`. */
static void emit_store(const struct passage *passage, const struct expr *at,
                       int64_t apart)
{
    struct ctext *c = &passage->emission->c;
    const char *tall = number(passage, passage->tall);
    const char *wide = number(passage, passage->wide);
    const char *out = expr_text(at);
    const char *between = distance(passage, apart * passage->outs);
    const char *const by_sample[] = {tall, wide, "sum", out, "TILE", between};
    const char *const whole[] = {wide, tall, "sum", out, between};
    const char *const part[] = {wide, "sum", out, between,
                                number(passage, passage->outs)};
    emit_activation(passage);
    if (passage->by_sample)
        ctext_call(c, "block_store_at", by_sample, 6);
    else if (passage->outs < passage->emission->plan->vector)
        ctext_call(c, "block_store_first", part, 5);
    else
        ctext_call(c, "block_store", whole, 5);
}

static struct passage new_passage(struct emission *emission,
                                  const struct node *node,
                                  const struct meeting *meeting, const char *in,
                                  const char *out, const char *bias)
{
    return (struct passage){
        .emission = emission,
        .meeting = meeting,
        .in = in,
        .out = out,
        .bias = bias,
        .activation = &node->activation,
        .by_sample = node->by_sample,
    };
}

/* The kernel, or its transposed copy, by a short name. */
static void emit_kernel_name(const struct passage *passage)
{
    struct emission *emission = passage->emission;
    const struct meeting *meeting = passage->meeting;
    const struct layer *layer = meeting->layer;
    const char *name = kernel_name(emission, layer);
    const char *from = passage->is_transposed ? "t" : "w";
    int64_t columns =
        passage->is_transposed
            ? row_stride(passage->outs)
            : weight_read(kernel_plan(emission->plan, layer)).stride;
    ctext_assign(
        &emission->c,
        TEXT(passage, "const real(*kernel)[%lld] =", (long long)columns),
        TEXT(passage, "%s->%s", from, name));
}

/* ---- gather ----------------------------------------------------------- */

/* Columns of taps lie next to each other unless they are dilated: then so
 * many numbers are one run of the depth. */
static bool runs_over_columns(const struct meeting *meeting)
{
    return meeting->window.dilation[1] == 1;
}

/* The loops over taps and channels, and where they are: the row of the kernel
 * and the offset in the image, in values. */
struct taps {
    const struct expr *row, *offset;
};

static struct taps open_taps(const struct passage *passage, struct nest *nest,
                             const char *step)
{
    const struct window *window = &passage->meeting->window;
    int64_t line = window->dilation[0] * passage->in_width * passage->ins;
    int64_t ins = passage->ins, columns = window->size[1];
    const struct expr *i = variable(passage, "i"), *j = variable(passage, "j");
    const struct expr *k = variable(passage, "k");
    bool runs = runs_over_columns(passage->meeting);
    nest_loop(nest, "for (int i = 0; i < %lld; i++)",
              (long long)window->size[0]);
    if (!runs)
        nest_loop(nest, "for (int j = 0; j < %lld; j++)", (long long)columns);
    nest_loop(nest, "for (int k = 0; k < %lld; %s)",
              (long long)(runs ? columns * ins : ins), step);
    if (runs)
        return (struct taps){expr_add(expr_times(i, columns * ins), k),
                             expr_add(expr_times(i, line), k)};
    const struct expr *tap = expr_add(expr_times(i, columns), j);
    const struct expr *met =
        expr_add(expr_times(i, line), expr_times(j, window->dilation[1] * ins));
    return (struct taps){expr_add(expr_times(tap, ins), k), expr_add(met, k)};
}

/* from + i * 480 + k: so many values behind. */
static const struct expr *from_offset(const struct passage *passage,
                                      const struct expr *offset)
{
    return expr_add(variable(passage, "from"), numbers(passage, offset));
}

static void emit_from(const struct passage *passage, const struct expr *index)
{
    ctext_assign(
        &passage->emission->c, "const real *from =",
        expr_text(pixel(passage, passage->in, index, passage->ins, NULL)));
}

/* The big image's pixel that the first tap of (h, v) meets. */
static const struct expr *gather_index(const struct passage *passage)
{
    const struct window *window = &passage->meeting->window;
    return expr_add(expr_times(variable(passage, "h"),
                               window->stride[0] * passage->in_width),
                    expr_times(variable(passage, "v"), window->stride[1]));
}

static const struct expr *gather_result(const struct passage *passage,
                                        const struct expr *channel)
{
    const struct expr *row =
        expr_times(variable(passage, "h"), passage->meeting->small.size[1]);
    return pixel(passage, passage->out, expr_add(row, variable(passage, "v")),
                 passage->outs, channel);
}

/* Opens the loops down to a block of pixels, and finds its input. */
static void open_gather(const struct passage *passage, struct nest *nest,
                        bool has_channels)
{
    const struct shape *small = &passage->meeting->small;
    open_samples(passage, nest);
    if (has_channels)
        open_channels(passage, nest);
    nest_loop(nest, "for (int h = 0; h < %lld; h++)",
              (long long)small->size[0]);
    nest_blocks(nest, "v", small->size[1], passage->wide);
    nest_body(nest);
    emit_from(passage, gather_index(passage));
}

/* One filter: its weights lie together, so that a vector of the input's
 * numbers meets one of the kernel's; the vectors are summed at the end. */
static void emit_dot_steps(struct passage *passage)
{
    struct ctext *c = &passage->emission->c;
    struct nest depth = {.arena = passage->emission->arena, .c = c};
    struct taps taps = open_taps(passage, &depth, "k += VECTOR");
    const char *const step[] = {
        number(passage, passage->wide),
        "1",
        "sum",
        expr_text(from_offset(passage, taps.offset)),
        number(passage, passage->meeting->window.stride[1] * passage->ins),
        expr_text(kernel_value(passage, taps.row, constant(passage, 0))),
        "0"};
    nest_statement(&depth);
    ctext_call(c, "block_add_dot", step, 7);
    nest_end(&depth);
}

/* The same, a row of taps at once. */
static void emit_slide_steps(struct passage *passage)
{
    struct ctext *c = &passage->emission->c;
    struct nest depth = {.arena = passage->emission->arena, .c = c};
    const struct window *window = &passage->meeting->window;
    int64_t ins = passage->ins, columns = window->size[1];
    const struct expr *i = variable(passage, "i"), *k = variable(passage, "k");
    const char *taps = number(passage, columns), *apart = number(passage, ins);
    ctext_line(c, "vec tap[%s];", taps);
    nest_loop(&depth, "for (int i = 0; i < %lld; i++)",
              (long long)window->size[0]);
    nest_loop(&depth, "for (int k = 0; k < %s; k += VECTOR)", apart);
    nest_body(&depth);
    const struct expr *row = expr_add(expr_times(i, columns * ins), k);
    const char *const load[] = {
        taps, "1", "tap",
        expr_text(kernel_value(passage, row, constant(passage, 0))), apart};
    ctext_call(c, "block_load", load, 5);
    int64_t line = window->dilation[0] * passage->in_width * ins;
    const char *const slide[] = {
        number(passage, passage->wide),
        taps,
        "sum",
        expr_text(from_offset(passage, expr_add(expr_times(i, line), k))),
        apart,
        "tap"};
    ctext_call(c, "block_slide", slide, 6);
    nest_end(&depth);
}

static void emit_dot(struct passage *passage)
{
    struct ctext *c = &passage->emission->c;
    struct nest nest = {.arena = passage->emission->arena, .c = c};
    const struct meeting *meeting = passage->meeting;
    const struct plan *plan = passage->emission->plan;
    int64_t slide = slide_width(plan, meeting);
    passage->wide =
        slide ? slide : best_block(plan, meeting->small.size[1], 1).rows;
    const char *wide = number(passage, passage->wide);
    open_gather(passage, &nest, false);
    ctext_line(c, "vec sum[%s];", wide);
    ctext_line(c, "block_zero(%s, 1, sum);", wide);
    if (slide)
        emit_slide_steps(passage);
    else
        emit_dot_steps(passage);
    const char *const store[] = {
        wide, "sum",
        passage->bias ? TEXT(passage, "w->%s[0]", passage->bias) : "0",
        expr_text(gather_result(passage, NULL))};
    ctext_call(c, "block_store_dots", store, 4);
    nest_end(&nest);
}

static void emit_gather_blocks(struct passage *passage)
{
    struct ctext *c = &passage->emission->c;
    struct nest nest = {.arena = passage->emission->arena, .c = c};
    struct nest depth = nest;
    choose_block(passage, passage->meeting->small.size[1]);
    open_gather(passage, &nest, true);
    emit_start(passage);
    struct taps taps = open_taps(passage, &depth, "k++");
    nest_statement(&depth);
    const struct expr *f = variable(passage, "f");
    emit_step(passage, kernel_value(passage, taps.row, f), 1,
              from_offset(passage, taps.offset),
              passage->meeting->window.stride[1]);
    nest_end(&depth);
    emit_store(passage, gather_result(passage, f), 1);
    nest_end(&nest);
}

void emit_gather(struct emission *emission, const struct node *node,
                 const struct meeting *meeting, const char *in, const char *out,
                 const char *bias)
{
    struct passage passage =
        new_passage(emission, node, meeting, in, out, bias);
    int64_t margins[N_SIDES];
    gather_margins(meeting, margins);
    passage.in_width = margins[LEFT] + meeting->big.size[1] + margins[RIGHT];
    passage.ins = meeting->big.size[2];
    passage.outs = meeting->small.size[2];
    emit_kernel_name(&passage);
    if (kernel_plan(emission->plan, meeting->layer)->is_dot)
        emit_dot(&passage);
    else
        emit_gather_blocks(&passage);
}

/* ---- scatter ---------------------------------------------------------- */

/* The number, among all taps, of the first that phase a meets, before it is
 * divided by the stride: a + 1. */
static const struct expr *phase_start(const struct passage *passage, int axis)
{
    return expr_plus(variable(passage, axis == 0 ? "a" : "b"),
                     passage->meeting->before[axis]);
}

/* (a + 1) / 2: where a phase's first tap reads. A phase is less than the
 * stride. */
static const struct expr *phase_place(const struct passage *passage, int axis)
{
    int64_t stride = passage->meeting->window.stride[axis];
    if (passage->meeting->before[axis] == 0)
        return constant(passage, 0);
    return expr_divide(phase_start(passage, axis), constant(passage, stride));
}

/* (a + 1) % 2: which tap that is. */
static const struct expr *phase_tap(const struct passage *passage, int axis)
{
    int64_t stride = passage->meeting->window.stride[axis];
    const struct expr *start = phase_start(passage, axis);
    if (passage->meeting->before[axis] == 0)
        return start;
    return expr_remainder(start, constant(passage, stride));
}

/* Pixels of phase a along an axis: (28 - a + 1) / 2. */
static const char *phase_extent(const struct passage *passage, int axis)
{
    int64_t stride = passage->meeting->window.stride[axis];
    int64_t extent = passage->meeting->big.size[axis];
    if (extent % stride == 0)
        return number(passage, extent / stride);
    return expr_text(
        expr_divide(expr_subtract(constant(passage, extent + stride - 1),
                                  variable(passage, axis == 0 ? "a" : "b")),
                    constant(passage, stride)));
}

static void open_phases(const struct passage *passage, struct nest *nest)
{
    const struct window *window = &passage->meeting->window;
    if (window->stride[0] > 1)
        nest_loop(nest, "for (int a = 0; a < %lld; a++)",
                  (long long)window->stride[0]);
    if (window->stride[1] > 1)
        nest_loop(nest, "for (int b = 0; b < %lld; b++)",
                  (long long)window->stride[1]);
    open_channels(passage, nest);
    nest_loop(nest, "for (int u = 0; u < %s; u++)", phase_extent(passage, 0));
    const char *columns = phase_extent(passage, 1);
    bool fits = passage->meeting->big.size[1] % window->stride[1] == 0;
    if (fits)
        nest_blocks(nest, "v",
                    passage->meeting->big.size[1] / window->stride[1],
                    passage->wide);
    else
        nest_loop(nest, "for (int v = 0; v < %s; v = block_next(v, %lld, %s))",
                  columns, (long long)passage->wide, columns);
    nest_body(nest);
}

/* The row or column of the small image that the first tap of (u, v) meets. */
static const char *first_met(const struct passage *passage, int axis,
                             int64_t margin)
{
    const struct meeting *meeting = passage->meeting;
    const struct expr *at = variable(passage, axis == 0 ? "u" : "v");
    if (meeting->window.stride[axis] > 1)
        return expr_text(
            expr_plus(expr_add(at, phase_place(passage, axis)), margin));
    return expr_text(expr_plus(at, meeting->before[axis] + margin));
}

/* Finds the pixel where that row and column meet. */
static void emit_scatter_from(const struct passage *passage,
                              const int64_t margins[N_SIDES])
{
    struct ctext *c = &passage->emission->c;
    ctext_assign(c, "int row =", first_met(passage, 0, margins[TOP]));
    ctext_assign(c, "int column =", first_met(passage, 1, margins[LEFT]));
    emit_from(passage,
              expr_add(expr_times(variable(passage, "row"), passage->in_width),
                       variable(passage, "column")));
}

/* The loop over a phase's taps along an axis: tap number i reads the pixel p
 * before the first one's. */
static void open_phase_taps(const struct passage *passage, struct nest *nest,
                            int axis)
{
    const struct window *window = &passage->meeting->window;
    const char *tap = axis == 0 ? "i" : "j", *back = axis == 0 ? "p" : "q";
    long long size = window->size[axis], stride = window->stride[axis];
    if (stride > 1)
        nest_loop(nest,
                  "for (int %s = %s, %s = 0; %s < %lld; %s += %lld, %s++)", tap,
                  expr_text(phase_tap(passage, axis)), back, tap, size, tap,
                  stride, back);
    else
        nest_loop(nest, "for (int %s = 0; %s < %lld; %s++)", tap, tap, size,
                  tap);
}

/* How far back a tap reads, in pixels of the small image. */
static const struct expr *tap_distance(const struct passage *passage)
{
    const struct window *window = &passage->meeting->window;
    const char *rows = window->stride[0] > 1 ? "p" : "i";
    const char *columns = window->stride[1] > 1 ? "q" : "j";
    return expr_add(
        expr_times(variable(passage, rows),
                   window->dilation[0] * passage->in_width),
        expr_times(variable(passage, columns), window->dilation[1]));
}

static void emit_scatter_depth(const struct passage *passage)
{
    struct ctext *c = &passage->emission->c;
    struct nest depth = {.arena = passage->emission->arena, .c = c};
    const struct plan *plan = passage->emission->plan;
    open_phase_taps(passage, &depth, 0);
    open_phase_taps(passage, &depth, 1);
    nest_loop(&depth, "for (int k = 0; k < %lld; k++)",
              (long long)passage->ins);
    nest_statement(&depth);
    const struct expr *f = variable(passage, "f"), *k = variable(passage, "k");
    const struct expr *tap = expr_add(
        expr_times(variable(passage, "i"), passage->meeting->window.size[1]),
        variable(passage, "j"));
    const struct expr *kernel =
        passage->is_transposed
            ? kernel_value(passage, expr_add(expr_times(tap, passage->ins), k),
                           f)
            : kernel_value(passage, expr_add(expr_times(tap, passage->outs), f),
                           k);
    const struct expr *back =
        expr_subtract(expr_times(tap_distance(passage), passage->ins), k);
    emit_step(passage, kernel,
              weight_read(kernel_plan(plan, passage->meeting->layer)).stride,
              expr_subtract(variable(passage, "from"), numbers(passage, back)),
              1);
    nest_end(&depth);
}

/* The big image's row or column that pixel u of phase a is: u * 2 + a. */
static const struct expr *scatter_result(const struct passage *passage,
                                         int axis, const char *pixel,
                                         const char *phase)
{
    int64_t stride = passage->meeting->window.stride[axis];
    const struct expr *first = expr_times(variable(passage, pixel), stride);
    return stride > 1 ? expr_add(first, variable(passage, phase)) : first;
}

/* Pixel (u, v) of phase (a, b) is the big image's (u stride + a, v stride +
 * b). Its taps are those whose number has the remainder of a + before; the
 * first of them reads the small image at u + (a + before) / stride, and each
 * further one the pixel before. */
void emit_scatter(struct emission *emission, const struct node *node,
                  const struct meeting *meeting, const char *in,
                  const char *out, const char *bias)
{
    struct ctext *c = &emission->c;
    struct nest nest = {.arena = emission->arena, .c = c};
    struct passage passage =
        new_passage(emission, node, meeting, in, out, bias);
    const int64_t *stride = meeting->window.stride;
    int64_t margins[N_SIDES], columns = meeting->big.size[1] / stride[1];
    scatter_margins(meeting, margins);
    passage.in_width = margins[LEFT] + meeting->small.size[1] + margins[RIGHT];
    passage.ins = meeting->small.size[2];
    passage.outs = meeting->big.size[2];
    passage.is_transposed =
        scatter_reads_transposed(emission->plan, meeting->layer);
    choose_block(&passage, columns > 0 ? columns : 1);
    emit_kernel_name(&passage);
    open_samples(&passage, &nest);
    open_phases(&passage, &nest);
    emit_scatter_from(&passage, margins);
    emit_start(&passage);
    emit_scatter_depth(&passage);
    const struct expr *row = scatter_result(&passage, 0, "u", "a");
    const struct expr *column = scatter_result(&passage, 1, "v", "b");
    const struct expr *index =
        expr_add(expr_times(row, meeting->big.size[1]), column);
    emit_store(
        &passage,
        pixel(&passage, out, index, passage.outs, variable(&passage, "f")),
        stride[1]);
    nest_end(&nest);
}
