/* Memory that is there or the process ends: for arenas, and for generated code
 * and libraries whose own way of failing would be taken for the user's mistake. */
#ifndef BASE_MEMORY_H
#define BASE_MEMORY_H

#include <stddef.h>

/* Says so and ends the process with STATUS_MACHINE. `wanted` is in bytes, 0
 * where nobody knows. */
_Noreturn void memory_exhausted(size_t wanted);

/* malloc(), and realloc(), that never return NULL. free() gives it back. */
void *memory_alloc(size_t size);
void *memory_realloc(void *memory, size_t size);

#endif
