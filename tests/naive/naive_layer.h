/* What a layer computes, for the files of tests/naive alone. */
#ifndef TESTS_NAIVE_LAYER_H
#define TESTS_NAIVE_LAYER_H

#include "compiler/graph/activation.h"
#include "tests/naive/naive.h"

/* One layer at work on a batch. */
struct naive_use {
    struct arena *arena;
    const struct layer *layer;
    struct naive_pass *pass;
    bool is_trained;
    int count;              /* samples */
    int draws;              /* the number that keys what it draws */
    const double *const *x; /* of each input */
    double *const *dx;      /* of each input; gradients are added */
    double *z;              /* zeroed before forward() */
    const double *dz;
    double **saved;               /* from forward() to backward() */
    struct naive_weight *weights; /* the layer's, in its order */
};

struct naive_rule {
    const char *kind; /* of the layer: "Conv2D" */
    void (*forward)(struct naive_use *use);
    void (*backward)(struct naive_use *use);
};
extern const struct naive_rule naive_dense, naive_conv2d,
    naive_conv2d_transpose, naive_depthwise_conv2d, naive_separable_conv2d,
    naive_max_pooling, naive_average_pooling, naive_global_max_pooling,
    naive_global_average_pooling, naive_up_sampling, naive_padding,
    naive_cropping, naive_normalization, naive_dropout, naive_spatial_dropout,
    naive_noise, naive_add, naive_subtract, naive_multiply, naive_average,
    naive_maximum, naive_minimum, naive_concatenate, naive_layer_normalization,
    naive_group_normalization, naive_p_re_lu, naive_conv1d, naive_max_pooling1d,
    naive_average_pooling1d, naive_global_max_pooling1d,
    naive_global_average_pooling1d;

/* The rule of a kind; NULL: the output is the input (views, activations). */
const struct naive_rule *naive_rule_find(const char *kind);

/* The weight of that name, or NULL. */
struct naive_weight *naive_use_weight(const struct naive_use *use,
                                      const char *name);

/* What rounding may have changed a sum by whose terms' sizes add up to `size`,
 * by chance; 0 without jitter. The walk itself changes whatever a layer gives;
 * this is for what cancels inside a layer. */
double naive_use_rounding(const struct naive_use *use, double size);

/* Adds the rows of dz to the gradient of `bias`, if there is one. */
void naive_use_bias_gradient(const struct naive_use *use, int64_t rows,
                             int64_t units);

/* A value's place in a batch of images. */
static inline int64_t naive_at(const struct shape *shape, int64_t n, int64_t h,
                               int64_t w, int64_t c)
{
    const int64_t *size = shape->size;
    return ((n * size[0] + h) * size[1] + w) * size[2] + c;
}

/* y of n numbers, `channels` of them a row; and dz from dy. */
void naive_activate(struct activation_use activation, int64_t n,
                    int64_t channels, const double *z, double *y);
void naive_activate_backward(struct activation_use activation, int64_t n,
                             int64_t channels, const double *z, const double *y,
                             const double *dy, double *dz);

#endif
