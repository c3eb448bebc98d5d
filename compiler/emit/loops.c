/* Loops over numbers, blocks and stretches. */
#include "compiler/emit/loops.h"

void head_count(struct ctext *c, const char *name, int64_t extent)
{
    ctext_head(c, "for (int %s = 0; %s < %lld; %s++)", name, name,
               (long long)extent, name);
}

void head_blocks(struct ctext *c, const char *name, int64_t extent,
                 int64_t step)
{
    long long end = extent, by = step;
    if (step == 1)
        head_count(c, name, extent);
    else if (extent % step == 0)
        ctext_head(c, "for (int %s = 0; %s < %lld; %s += %lld)", name, name,
                   end, name, by);
    else
        ctext_head(c,
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

int even_stretches(int64_t extent, int64_t most, struct stretch two[2])
{
    int64_t steps = (extent + most - 1) / most;
    int64_t large = (extent + steps - 1) / steps;
    int64_t of_large = (extent - steps * (large - 1)) * large;
    two[0] = (struct stretch){0, of_large, large};
    if (of_large == extent)
        return 1;
    two[1] = (struct stretch){of_large, extent, large - 1};
    return 2;
}

void head_stretch(struct ctext *c, const char *name,
                  const struct stretch *stretch)
{
    ctext_head(c, "for (int %s = %lld; %s < %lld; %s += %lld)", name,
               (long long)stretch->first, name, (long long)stretch->end, name,
               (long long)stretch->step);
}
