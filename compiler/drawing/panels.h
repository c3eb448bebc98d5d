/* Making panels. */
#ifndef COMPILER_PANELS_H
#define COMPILER_PANELS_H

#include "compiler/drawing/drawing.h"

/* An empty panel with room for so many boxes and arrows. */
struct panel panel_new(struct arena *arena, int most_boxes, int most_arrows);
/* The index of the box; its texts that are NULL become "", but the note. */
int panel_add_box(struct panel *panel, struct box box);
/* Arrows come in the order of `to`, which stands behind `from`. */
void panel_add_arrow(struct panel *panel, int from, int to);

/* The layers of a network. */
struct panel panel_of_network(struct arena *arena,
                              const struct network *network);

/* The same, with notes which layers encode, which one gives the code, and which
 * decode. Without them where no layer of a plain chain has fewer values than
 * both its ends. */
struct panel panel_of_autoencoder(struct arena *arena,
                                  const struct network *network);

/* "1,025 params"; "" for none. */
const char *params_text(struct arena *arena, int64_t params);

#endif
