/* Memory that lives until the work it belongs to is done: allocated piece by
 * piece, freed at once. Nothing in an arena is ever freed by itself. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* A new, empty arena; arena_free() gives back all that it holds. Where memory
 * runs out, here and below, the process ends with STATUS_MACHINE and a
 * message: no caller has to check. */
struct arena *arena_new(void);
void arena_free(struct arena *arena);

/* `count` zeroed elements of `size` bytes, aligned for any type. The product
 * is checked. */
void *arena_alloc(struct arena *arena, size_t count, size_t size);

/* The array `items` of `count` elements with room for one more: itself, or a
 * copy twice as large. *capacity is kept by the caller and starts at 0. */
void *arena_grow(struct arena *arena, void *items, size_t count,
                 size_t *capacity, size_t size);

/* Copies of text, always ended by a NUL. */
char *arena_copy(struct arena *arena, const char *text, size_t length);
char *arena_strdup(struct arena *arena, const char *text);
__attribute__((format(printf, 2, 3))) char *
arena_printf(struct arena *arena, const char *format, ...);
__attribute__((format(printf, 2, 0))) char *
arena_vprintf(struct arena *arena, const char *format, va_list arguments);

#endif
