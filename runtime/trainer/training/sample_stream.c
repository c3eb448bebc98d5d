/* Number n of the stream is number n % count of pass n / count. */
#include "trainer/training/sample_stream.h"

#include "trainer/data/shuffle.h"

static void order_pass(struct sample_stream *stream, uint64_t pass)
{
    if (stream->is_ordered && (stream->pass == pass || !stream->shuffle))
        return;
    if (stream->shuffle)
        shuffle_pass(stream->order, stream->count, stream->seed, pass);
    else
        shuffle_none(stream->order, stream->count);
    stream->pass = pass;
    stream->is_ordered = true;
}

void sample_stream_take(struct sample_stream *stream, uint64_t first, int count,
                        uint32_t *samples)
{
    uint64_t length = (uint64_t)stream->count;
    for (uint64_t i = 0; i < (uint64_t)count; i++) {
        order_pass(stream, (first + i) / length);
        samples[i] = stream->order[(first + i) % length];
    }
}
