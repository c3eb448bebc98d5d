/* The real samples of a GAN: one endless stream of passes over the set, each in
 * an order of its own. Where in it a run stands follows from its iterations. */
#ifndef TRAINER_SAMPLE_STREAM_H
#define TRAINER_SAMPLE_STREAM_H

#include <stdbool.h>
#include <stdint.h>

struct sample_stream {
    int64_t count; /* samples of the set, at least 1 */
    bool shuffle;
    uint64_t seed;
    uint32_t *order; /* [count], of pass `pass` once is_ordered */
    uint64_t pass;
    bool is_ordered;
};

/* Numbers first .. first + count - 1 of the stream. Cheap where the last call
 * ended; from anywhere else the pass is drawn anew. */
void sample_stream_take(struct sample_stream *stream, uint64_t first, int count,
                        uint32_t *samples);

#endif
