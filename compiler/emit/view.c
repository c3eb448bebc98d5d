/* Images as arrays: declared, indexed. */
#include "compiler/emit/view.h"

bool has_sample_loop(const struct emission *emission)
{
    return emission->plan->tile > emission->plan->vector;
}

const char *integer_text(const struct emission *emission, int64_t value)
{
    return arena_printf(emission->arena, "%lld", (long long)value);
}

const struct expr *variable(const struct emission *emission, const char *name)
{
    return expr_name(emission->arena, name);
}

const struct expr *constant(const struct emission *emission, int64_t value)
{
    return expr_constant(emission->arena, value);
}

const struct expr *matrix_place(const struct expr *matrix,
                                const struct expr *row,
                                const struct expr *column)
{
    return expr_address(expr_index(expr_index(matrix, row), column));
}

const char *loop_text(const struct emission *emission, const char *name,
                      const char *end)
{
    return arena_printf(emission->arena, "for (int %s = 0; %s < %s; %s++)",
                        name, name, end, name);
}

struct view view_of(struct emission *emission, const char *name,
                    const struct tensor *tensor)
{
    const int64_t *margins = tensor->margins, *size = tensor->shape.size;
    return (struct view){
        .emission = emission,
        .name = name,
        .dtype = tensor->dtype,
        .batch_innermost = tensor->batch_innermost,
        .top = margins[TOP],
        .left = margins[LEFT],
        .height = margins[TOP] + size[0] + margins[BOTTOM],
        .width = margins[LEFT] + size[1] + margins[RIGHT],
        .channels = size[2],
    };
}

static const char *array_name(const struct view *view)
{
    return arena_printf(view->emission->arena, "%s_image", view->name);
}

void view_declare(const struct view *view, bool is_const)
{
    const char *constant = is_const ? "const " : "";
    ctext_line(&view->emission->c, "%s%s(*%s)[%lld][%lld]%s = (%svoid *)%s%s;",
               constant, dtype_word(view->emission, view->dtype),
               array_name(view), (long long)view->width,
               (long long)view->channels, view->batch_innermost ? "[TILE]" : "",
               constant, view->name, view->batch_innermost ? "" : "[n]");
}

static const struct expr *pixel(const struct view *view, const struct expr *row,
                                const struct expr *column)
{
    const struct expr *image = variable(view->emission, array_name(view));
    return expr_index(expr_index(image, row), column);
}

const struct expr *view_value(const struct view *view, const struct expr *row,
                              const struct expr *column,
                              const struct expr *channel)
{
    return expr_index(pixel(view, row, column), channel);
}

const struct expr *view_place(const struct view *view, const struct expr *row,
                              const struct expr *column,
                              const struct expr *channel)
{
    const struct expr *value = view_value(view, row, column, channel);
    if (!view->batch_innermost)
        return expr_address(value);
    return has_sample_loop(view->emission)
               ? expr_address(expr_index(value, variable(view->emission, "n")))
               : value;
}

const struct expr *view_run(const struct view *view, const struct expr *row,
                            const struct expr *column,
                            const struct expr *offset)
{
    const struct expr *zero = constant(view->emission, 0);
    if (!view->batch_innermost)
        return expr_add(pixel(view, row, column), offset);
    return expr_add(view_place(view, row, column, zero),
                    expr_multiply(offset, variable(view->emission, "TILE")));
}

const char *view_distance(const struct view *view, int64_t values)
{
    return numbers_text(view->emission, view->batch_innermost, values);
}
