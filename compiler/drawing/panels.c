/* Panels, box by box. */
#include "compiler/drawing/panels.h"

struct panel panel_new(struct arena *arena, int most_boxes, int most_arrows)
{
    return (struct panel){
        .boxes = arena_alloc(arena, (size_t)most_boxes, sizeof(struct box)),
        .arrows = arena_alloc(arena, (size_t)most_arrows, sizeof(struct arrow)),
    };
}

static const char *or_nothing(const char *text)
{
    return text ? text : "";
}

int panel_add_box(struct panel *panel, struct box box)
{
    box.name = or_nothing(box.name);
    box.type = or_nothing(box.type);
    box.shape = or_nothing(box.shape);
    box.size = or_nothing(box.size);
    panel->boxes[panel->n_boxes] = box;
    return panel->n_boxes++;
}

void panel_add_arrow(struct panel *panel, int from, int to)
{
    panel->arrows[panel->n_arrows++] = (struct arrow){from, to};
}
