/* Values that stay in their file: pages of memory that are read from it where
 * they are touched. */
#ifndef TRAINER_SAMPLE_MAPPING_H
#define TRAINER_SAMPLE_MAPPING_H

#include <stdint.h>

#include "base/status.h"

struct data_stream;
struct sample_mapping;

/* Maps the next `bytes` of a plain file: *values is where they lie. NULL where that
 * cannot be; else the caller calls sample_mapping_free(). Touching a page that
 * the file has lost, because it was cut off or its disk failed, ends the process
 * with a message that names the file, and STATUS_MACHINE. */
struct sample_mapping *sample_mapping_new(const struct data_stream *stream,
                                          int64_t bytes, const void **values);
/* Notes what the stream found to be the sum of its file. */
void sample_mapping_note_sum(struct sample_mapping *mapping,
                             const struct data_stream *stream);
/* What was touched so far need not stay in memory. */
void sample_mapping_forget(const struct sample_mapping *mapping);
/* STATUS_MACHINE where the file is no longer what it was when it was opened. One
 * that was only renamed, removed or given other rights still is: it is read anew
 * where its times leave that open. */
enum status sample_mapping_check(struct sample_mapping *mapping,
                                 struct error *error);
void sample_mapping_free(struct sample_mapping *mapping); /* or NULL */

#endif
