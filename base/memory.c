/* Memory, or the end. */
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/status.h"

_Noreturn void memory_exhausted(size_t wanted)
{
    if (wanted > 0)
        fprintf(stderr, "error: out of memory: %zu bytes wanted\n", wanted);
    else
        fprintf(stderr, "error: out of memory\n");
    exit(STATUS_MACHINE);
}

void *memory_alloc(size_t size)
{
    return memory_realloc(NULL, size);
}

void *memory_realloc(void *memory, size_t size)
{
    void *grown = realloc(memory, size ? size : 1);
    if (!grown)
        memory_exhausted(size);
    return grown;
}
