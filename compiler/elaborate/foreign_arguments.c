/* Arguments, activations and initializers from elsewhere. */
#include "compiler/elaborate/foreign_words.h"

#include <string.h>

#define KERAS .lacking = "Keras"
#define PYTORCH .lacking = "PyTorch"

static const char what_is_read[] =
    "a layer knows what it reads: only what it gives is written";
static const char images[] = "images are (height, width, channels)";

/* Rows of one word stand for different layers: the first fits whose own
 * argument the layer has. */
static const struct hint arguments[] = {
    {"in_channels", .text = what_is_read},
    {"in_features", .text = what_is_read},
    {"num_features", .text = what_is_read},
    {"normalized_shape", .text = what_is_read},
    {"input_size", .text = what_is_read},
    {"out_channels", .own = "filters"},
    {"out_channels", .own = "units"},
    {"out_features", .own = "units"},
    {"out_features", .own = "filters"},
    {"output_dim", .own = "units"},
    {"nb_filter", .own = "filters"},
    {"n_filters", .own = "filters"},
    {"channels", .own = "filters"},
    {"units", .own = "filters"},
    {"filters", .own = "units"},
    {"neurons", .own = "units"},
    {"hidden_size", .own = "units"},
    {"kernel", .own = "kernel_size"},
    {"filter_size", .own = "kernel_size"},
    {"kernel_size", .own = "pool_size"},
    {"pool_size", .own = "kernel_size"},
    {"ksize", .own = "kernel_size"},
    {"size", .own = "kernel_size"},
    {"size", .own = "pool_size"},
    {"stride", .own = "strides"},
    {"subsample", .own = "strides"},
    {"scale_factor", .own = "size"},
    {"mode", .own = "interpolation"},
    {"dilation", .own = "dilation_rate"},
    {"border_mode", .own = "padding"},
    {"pad", .own = "padding"},
    {"bias", .own = "use_bias"},
    {"use_biases", .own = "use_bias"},
    {"act", .own = "activation"},
    {"nonlinearity", .own = "activation"},
    {"activation_function", .own = "activation"},
    {"init", .own = "kernel_initializer"},
    {"initializer", .own = "kernel_initializer"},
    {"kernel_init", .own = "kernel_initializer"},
    {"weight_init", .own = "kernel_initializer"},
    {"bias_init", .own = "bias_initializer"},
    {"p", .own = "rate"},
    {"prob", .own = "rate"},
    {"probability", .own = "rate"},
    {"dropout", .own = "rate"},
    {"sigma", .own = "stddev"},
    {"std", .own = "stddev"},
    {"slope", .own = "alpha"},
    {"negative_slope", .own = "alpha"},
    {"eps", .own = "epsilon"},
    {"affine", .text = "'center' and 'scale' say which of the two is there"},
    {"track_running_stats", .text = "the moving statistics are always kept"},
    {"shape", .own = "target_shape"},
    {"dims", .own = "target_shape"},
    {"dim", .own = "axis"},
    {"inplace", .text = "guss plans the memory itself"},
    {"return_indices", .text = "there are no positions of maxima"},
    {"ceil_mode", .text = "padding=same rounds up, padding=valid down"},
    {"align_corners", .text = "bilinear is Keras's, as align_corners=False"},
    {"padding_mode", .text = "padding=same pads with zeros"},
    {"device", .text = "guss runs on the processor"},
    {"batch_normalize", .text = "write BatchNormalization() behind the layer"},
    {"freeze", .own = "trainable"},
    {"requires_grad", .own = "trainable"},
    {"l1", .text = "guss has no penalties on weights"},
    {"l2", .text = "guss has no penalties on weights"},
    {"weight_decay", .text = "guss has no penalties on weights"},
};

static const struct hint activations[] = {
    {"leaky_relu", .text = "it is a layer of its own, LeakyReLU()"},
    {"LeakyReLU", .text = "it is a layer of its own, LeakyReLU()"},
    {"leaky", .text = "it is a layer of its own, LeakyReLU()"},
    {"lrelu", .text = "it is a layer of its own, LeakyReLU()"},
    {"PReLU", KERAS, .text = "LeakyReLU() has a slope that is not trained"},
    {"ThresholdedReLU", KERAS},
    {"relu6", KERAS},
    {"hard_sigmoid", KERAS},
    {"SiLU", .own = "swish"}, /* PyTorch's spelling */
    {"hard_silu", KERAS},
    {"hard_swish", KERAS},
    {"hard_tanh", KERAS},
    {"hard_shrink", KERAS},
    {"soft_shrink", KERAS},
    {"tanh_shrink", KERAS},
    {"log_sigmoid", KERAS},
    {"log_softmax", KERAS,
     .text = "softmax with categorical_crossentropy works on the logits"},
    {"mish", KERAS},
    {"exponential", KERAS},
    {"softsign", KERAS},
    {"celu", KERAS},
    {"glu", KERAS},
    {"squareplus", KERAS},
    {"sparsemax", KERAS},
    {"sparse_plus", KERAS},
    {"sparse_sigmoid", KERAS},
    {"threshold", KERAS},
    {"crelu", .lacking = "TensorFlow"},
    {"rrelu", PYTORCH},
    {"hardsigmoid", PYTORCH},
    {"hardswish", PYTORCH},
    {"hardtanh", PYTORCH},
    {"hardshrink", PYTORCH},
    {"softshrink", PYTORCH},
    {"tanhshrink", PYTORCH},
    {"softmin", PYTORCH},
    {"logsigmoid", PYTORCH},
    {"gelu_tanh", .lacking = "PyTorch", .text = "gelu is the exact one"},
    {"gelu_new", .lacking = "PyTorch", .text = "gelu is the exact one"},
    {"None", .own = "linear"},
    {"identity", .own = "linear"},
    {"logistic", .own = "sigmoid"},
    {"sigm", .own = "sigmoid"},
    {"hyperbolic_tangent", .own = "tanh"},
    {"rectify", .own = "relu"},
    {"ramp", .lacking = "darknet"},
    {"loggy", .lacking = "darknet"},
    {"plse", .lacking = "darknet"},
    {"stair", .lacking = "darknet"},
};

static const struct hint initializers[] = {
    {"lecun_uniform", KERAS},
    {"lecun_normal", KERAS},
    {"truncated_normal", KERAS, .text = "random_normal does not cut its tails"},
    {"orthogonal", KERAS},
    {"variance_scaling", KERAS, .text = "glorot_ and he_ are those most used"},
    {"identity", KERAS},
    {"GlorotUniform", .own = "glorot_uniform"},
    {"GlorotNormal", .own = "glorot_normal"},
    {"HeUniform", .own = "he_uniform"},
    {"HeNormal", .own = "he_normal"},
    {"LecunUniform", KERAS},
    {"LecunNormal", KERAS},
    {"TruncatedNormal", KERAS, .text = "random_normal does not cut its tails"},
    {"VarianceScaling", KERAS},
    {"RandomNormal", .own = "random_normal"},
    {"RandomUniform", .own = "random_uniform"},
    {"xavier", .own = "glorot_uniform"},
    {"xavier_uniform", .own = "glorot_uniform"},
    {"xavier_uniform_", .own = "glorot_uniform"},
    {"xavier_normal", .own = "glorot_normal"},
    {"xavier_normal_", .own = "glorot_normal"},
    {"kaiming", .own = "he_normal"},
    {"kaiming_uniform", .own = "he_uniform"},
    {"kaiming_uniform_", .own = "he_uniform"},
    {"kaiming_normal", .own = "he_normal"},
    {"kaiming_normal_", .own = "he_normal"},
    {"msra", .own = "he_normal"},
    {"trunc_normal_", PYTORCH},
    {"dirac_", PYTORCH},
    {"sparse_", PYTORCH},
    {"normal", .own = "random_normal"},
    {"gaussian", .own = "random_normal"},
    {"uniform", .own = "random_uniform"},
    {"zero", .own = "zeros"},
    {"one", .own = "ones"},
};

/* Arguments of Keras that guss refuses, and what there is in their place. */
static const struct hint refused[] = {
    {"data_format", .text = images},
    {"output_padding",
     .text = "padding=same gives input * strides, padding=valid the whole; "
             "ZeroPadding2D and Cropping2D change it by a row or column"},
    {"dtype", .text = "'precision' of the schedule is that of all layers"},
    {"seed", .text = "the schedule has a seed"},
    {"batch_size", .text = "'batch' of the schedule is that"},
    {"weights", .text = "train --init W.safetensors starts from weights"},
    {"groups", .text = "each filter reads all channels"},
    {"keepdims", .text = "Reshape(1, 1, channels) brings the axes back"},
};

#define LIST(table, what)                                                      \
    (struct hints)                                                             \
    {                                                                          \
        table, sizeof table / sizeof *table, what                              \
    }

struct hints foreign_arguments(void)
{
    return LIST(arguments, "an argument");
}

struct hints foreign_activations(void)
{
    return LIST(activations, "an activation");
}

struct hints foreign_initializers(void)
{
    return LIST(initializers, "an initializer");
}

const char *refused_argument_advice(const char *argument)
{
    const struct hint *hint = hint_find(LIST(refused, "an argument"), argument);
    if (strncmp(argument, "input_", 6) == 0 ||
        strstr(argument, "batch_input") == argument)
        return "a network's input stands after its name, as in "
               "network n(28, 28, 1)";
    return hint ? hint->text : NULL;
}
