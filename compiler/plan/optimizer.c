/* The tables of optimizers and losses. */
#include "compiler/plan/optimizer.h"

#include <stddef.h>

static const struct optimizer_facts optimizers[] = {
    [OPTIMIZER_ADAM] = {"adam", "guss_adam", {"m", "v"}, 2, false},
    [OPTIMIZER_SGD] = {"sgd", "guss_sgd", {"velocity"}, 1, false},
    [OPTIMIZER_RMSPROP] = {"rmsprop", "guss_rmsprop", {"v"}, 1, false},
    [OPTIMIZER_ADADELTA] = {"adadelta", "guss_adadelta", {"v", "u"}, 2, false},
    [OPTIMIZER_ADAGRAD] = {"adagrad", "guss_adagrad", {"v"}, 1, true},
};

static const struct loss_facts losses[] = {
    [LOSS_BINARY_CROSSENTROPY] = {"binary_crossentropy",
                                  "guss_binary_crossentropy",
                                  "guss_binary_crossentropy_logits",
                                  "-(t log(y) + (1 - t) log(1 - y))", false},
    [LOSS_CATEGORICAL_CROSSENTROPY] = {"categorical_crossentropy",
                                       "guss_categorical_crossentropy",
                                       "guss_categorical_crossentropy_logits",
                                       "-sum of t log(y)", true},
    [LOSS_MEAN_SQUARED_ERROR] = {"mean_squared_error",
                                 "guss_mean_squared_error", NULL, "(y - t)^2",
                                 false},
    [LOSS_MEAN_ABSOLUTE_ERROR] = {"mean_absolute_error",
                                  "guss_mean_absolute_error", NULL, "|y - t|",
                                  false},
};

const struct optimizer_facts *optimizer_facts(enum optimizer_kind kind)
{
    return &optimizers[kind];
}

const struct loss_facts *loss_facts(enum loss_kind kind)
{
    return &losses[kind];
}
