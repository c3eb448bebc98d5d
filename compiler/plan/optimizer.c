/* The tables of optimizers and losses. */
#include "compiler/plan/optimizer.h"

static const struct optimizer_info optimizers[] = {
    [OPTIMIZER_ADAM] = {.name = "adam",
                        .prepare = "guss_adam_step",
                        .step = "guss_adam",
                        .slots = {"m", "v"},
                        .n_slots = 2},
    [OPTIMIZER_ADAMW] = {.name = "adamw",
                         .prepare = "guss_adam_step",
                         .step = "guss_adam",
                         .slots = {"m", "v"},
                         .n_slots = 2},
    [OPTIMIZER_SGD] = {.name = "sgd",
                       .prepare = "guss_constant_step",
                       .step = "guss_sgd",
                       .slots = {"velocity"},
                       .n_slots = 1},
    [OPTIMIZER_RMSPROP] = {.name = "rmsprop",
                           .prepare = "guss_constant_step",
                           .step = "guss_rmsprop",
                           .slots = {"v"},
                           .n_slots = 1},
    [OPTIMIZER_ADADELTA] = {.name = "adadelta",
                            .prepare = "guss_constant_step",
                            .step = "guss_adadelta",
                            .slots = {"v", "u"},
                            .n_slots = 2},
    [OPTIMIZER_ADAGRAD] = {.name = "adagrad",
                           .prepare = "guss_constant_step",
                           .step = "guss_adagrad",
                           .slots = {"v"},
                           .n_slots = 1,
                           .starts_from_setting = true},
};

static const struct loss_info losses[] = {
    [LOSS_BINARY_CROSSENTROPY] = {.row = "guss_binary_crossentropy",
                                  .logits = "guss_binary_crossentropy_logits",
                                  .logits_of = ACTIVATION_SIGMOID,
                                  .formula =
                                      "-(t log(y) + (1 - t) log(1 - y))"},
    [LOSS_CATEGORICAL_CROSSENTROPY] =
        {.row = "guss_categorical_crossentropy",
         .logits = "guss_categorical_crossentropy_logits",
         .logits_of = ACTIVATION_SOFTMAX,
         .formula = "-sum of t log(y)",
         .per_group = true},
    [LOSS_MEAN_SQUARED_ERROR] = {.row = "guss_mean_squared_error",
                                 .formula = "(y - t)^2"},
    [LOSS_MEAN_ABSOLUTE_ERROR] = {.row = "guss_mean_absolute_error",
                                  .formula = "|y - t|"},
    [LOSS_HUBER] = {.row = "guss_huber",
                    .formula = "e^2 / 2 (|e| - 1/2 beyond 1), e = y - t"},
};

const struct optimizer_info *optimizer_info(enum optimizer_kind kind)
{
    return &optimizers[kind];
}

const struct loss_info *loss_info(enum loss_kind kind)
{
    return &losses[kind];
}
