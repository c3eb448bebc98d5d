/* Memory for samples, in huge pages where the system has them; pages of files. */
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

/* ---- pages of a file ----------------------------------------------------- */

const void *sample_mapping_new(struct sample_mapping *mapping, int file,
                               int64_t at, int64_t bytes)
{
    int64_t skipped = at % sysconf(_SC_PAGESIZE);
    size_t size = (size_t)(bytes + skipped);
    void *pages =
        mmap(NULL, size, PROT_READ, MAP_PRIVATE, file, (off_t)(at - skipped));
    if (pages == MAP_FAILED)
        return NULL;
    *mapping = (struct sample_mapping){pages, size};
    return (const char *)pages + skipped;
}

void sample_mapping_forget(const struct sample_mapping *mapping)
{
    (void)madvise(mapping->pages, mapping->size, MADV_DONTNEED);
}

void sample_mapping_free(struct sample_mapping *mapping)
{
    if (mapping->pages)
        (void)munmap(mapping->pages, mapping->size);
    *mapping = (struct sample_mapping){0};
}
