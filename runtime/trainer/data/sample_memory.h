/* Memory for the values of a data set, its own or a file's. */
#ifndef TRAINER_SAMPLE_MEMORY_H
#define TRAINER_SAMPLE_MEMORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `bytes` of memory, to be given back by free(); NULL where there is none. A
 * large set is asked to lie in huge pages: samples are read in random order,
 * and with small pages nearly every one costs a walk of the page table. */
void *sample_memory_new(size_t bytes);

/* Whether the machine has as much memory at all. */
bool sample_memory_has(int64_t bytes);

/* A part of an open file, as memory that is read from it where it is touched. */
struct sample_mapping {
    void *pages; /* NULL: nothing is mapped */
    size_t size;
};

/* Maps `bytes` from `at` on: where they lie, or NULL where that cannot be. */
const void *sample_mapping_new(struct sample_mapping *mapping, int file,
                               int64_t at, int64_t bytes);
/* What was touched so far need not stay in memory. */
void sample_mapping_forget(const struct sample_mapping *mapping);
void sample_mapping_free(struct sample_mapping *mapping);

#endif
