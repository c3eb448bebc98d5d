/* The built-in font: ASCII as strokes, drawn at any size. */
#ifndef TRAINER_PLOT_FONT_H
#define TRAINER_PLOT_FONT_H

#include "trainer/picture/plot_canvas.h"

/* Sizes are heights of a capital letter in pixels. Text is UTF-8; a character
 * that the font does not have is drawn as a box. */

/* Pixels from the left of the first character to the right of the last. */
double text_width(const char *text, double size);

/* Draws one line of text; `at` is where its baseline starts. */
void text_draw(struct canvas *canvas, const char *text, struct point at,
               double size, struct colour colour);

/* The same from the bottom to the top: what is right of a letter lies above. */
void text_draw_up(struct canvas *canvas, const char *text, struct point at,
                  double size, struct colour colour);

#endif
