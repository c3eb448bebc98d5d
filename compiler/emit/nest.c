/* Loops of emitted code, laid out. */
#include "compiler/emit/nest.h"

#include <stdarg.h>

static void write_head(struct nest *nest)
{
    if (!nest->head)
        return;
    ctext_line(nest->c, "%s", nest->head);
    ctext_indent(nest->c);
    nest->head = NULL;
}

void nest_loop(struct nest *nest, const char *format, ...)
{
    va_list arguments;
    write_head(nest);
    va_start(arguments, format);
    nest->head = arena_vprintf(nest->arena, format, arguments);
    va_end(arguments);
    nest->depth++;
}

void nest_blocks(struct nest *nest, const char *name, int64_t extent,
                 int64_t step)
{
    long long end = extent, by = step;
    if (extent % step == 0 && step == 1)
        nest_loop(nest, "for (int %s = 0; %s < %lld; %s++)", name, name, end,
                  name);
    else if (extent % step == 0)
        nest_loop(nest, "for (int %s = 0; %s < %lld; %s += %lld)", name, name,
                  end, name, by);
    else
        nest_loop(nest,
                  "for (int %s = 0; %s < %lld; %s = block_next(%s, %lld, "
                  "%lld))",
                  name, name, end, name, name, by, end);
}

int stretches(int64_t extent, int64_t step, struct stretch two[2])
{
    int64_t whole = extent / step * step;
    int n = 0;
    if (whole > 0)
        two[n++] = (struct stretch){0, whole, step};
    if (whole < extent)
        two[n++] = (struct stretch){whole, extent, extent - whole};
    return n;
}

void nest_stretch(struct nest *nest, const char *name,
                  const struct stretch *stretch)
{
    nest_loop(nest, "for (int %s = %lld; %s < %lld; %s += %lld)", name,
              (long long)stretch->first, name, (long long)stretch->end, name,
              (long long)stretch->step);
}

void nest_statement(struct nest *nest)
{
    write_head(nest);
}

void nest_body(struct nest *nest)
{
    if (nest->depth == 0)
        return;
    ctext_open(nest->c, "%s", nest->head);
    nest->head = NULL;
    nest->has_brace = true;
}

void nest_end(struct nest *nest)
{
    if (nest->has_brace)
        ctext_close(nest->c, "");
    for (int i = nest->has_brace; i < nest->depth; i++)
        ctext_outdent(nest->c);
    nest->depth = 0;
    nest->has_brace = false;
}
