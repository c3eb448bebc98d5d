/* A schedule's updates, batch by batch. */
#include "tests/naive/naive.h"

double naive_train(struct naive_model *model, const struct schedule *schedule,
                   const struct naive_data *data, double jitter,
                   uint64_t jitter_seed)
{
    struct naive_optimizer *optimizer =
        naive_optimizer_new(model, &schedule->optimizer);
    int first = 0;
    double loss = 0;
    for (int64_t i = 0; i < schedule->iterations; i++) {
        int rest = data->count - first;
        struct naive_pass pass = {
            .is_training = true,
            .count = rest < schedule->batch ? rest : (int)schedule->batch,
            .seed = schedule->seed,
            .update = (uint64_t)i,
            .jitter = jitter,
            .stream =
                guss_stream(jitter_seed, GUSS_RANDOM_BENCH, 0, (uint64_t)i)};
        const double *input = data->inputs + first * data->width;
        struct naive_frame *frame = naive_forward(model, &input, &pass);
        loss = naive_loss(frame, schedule->loss,
                          data->targets + first * data->target_width,
                          data->weights ? data->weights + first : NULL,
                          pass.count) +
               naive_penalty(model) + naive_output_penalty(frame, pass.count);
        naive_backward(model, frame, &pass);
        naive_update(optimizer, model);
        first = rest > pass.count ? first + pass.count : 0;
    }
    return loss;
}
