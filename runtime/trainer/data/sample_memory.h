/* Memory for the values of a data set. */
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

#endif
