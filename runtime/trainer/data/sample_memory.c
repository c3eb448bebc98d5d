/* Memory for samples, in huge pages where the system has them. */
#define _DEFAULT_SOURCE /* madvise(), _SC_PHYS_PAGES */

#include "trainer/data/sample_memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum { HUGE_PAGE = 2 << 20 };

void *sample_memory_new(size_t bytes)
{
    if (bytes < HUGE_PAGE || bytes > SIZE_MAX - HUGE_PAGE)
        return malloc(bytes ? bytes : 1);
    size_t rounded = (bytes + HUGE_PAGE - 1) / HUGE_PAGE * HUGE_PAGE;
    void *memory = aligned_alloc(HUGE_PAGE, rounded);
#ifdef MADV_HUGEPAGE
    /* only advice: without it everything works as well, but slower */
    if (memory)
        (void)madvise(memory, rounded, MADV_HUGEPAGE);
#endif
    return memory;
}

bool sample_memory_has(int64_t bytes)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages <= 0 || size <= 0 || bytes / size < pages;
}
