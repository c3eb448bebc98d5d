/* Keys and words from elsewhere, a table for each place. Take the row of what
 * is added out. */
#include "trainer/schedule/schedule_foreign.h"

#include <string.h>

#define KERAS .lacking = "Keras"
#define PYTORCH .lacking = "PyTorch"

static const char in_the_network[] = "the .nn file says it";
static const char shape_in_the_network[] =
    "the shape behind a network's name in the .nn file says it";
static const char rates_below[] =
    "a schedule of rates stands below 'optimizer': write learning_rate: "
    "{schedule: cosine_decay, initial_learning_rate: 0.01}";
static const char three_clippings[] =
    "write 'clipvalue', 'clipnorm' or 'global_clipnorm' below 'optimizer'";
static const char best_weights[] =
    "weights.best.safetensors in the run's folder holds the best weights "
    "without being asked for";
static const char by_the_measure[] =
    "leave it out: what is better follows from the measure";
static const char by_channel[] =
    "write normalize: {mean: [0.13], stddev: [0.31]}";
static const char labels_beside[] =
    "labels lie beside the samples that 'data.train' names; of a .csv file "
    "'data.train: FILE.csv/COLUMN' names their column; what a regression is to "
    "give is named by 'data.target'";
static const char run_folder[] = "an option of train says it: --out DIR";
static const char first_weights[] =
    "an option of train says it: --init W.safetensors";
static const char measures[] =
    "measures are printed and logged without being asked for";

static const struct hint top_keys[] = {
    /* how long, how much */
    {"batch_size", .own = "batch"},
    {"batchsize", .own = "batch"},
    {"mini_batch", .own = "batch"},
    {"minibatch", .own = "batch"},
    {"mini_batch_size", .own = "batch"},
    {"train_batch_size", .own = "batch"},
    {"per_device_train_batch_size", .own = "batch"},
    {"bs", .own = "batch"},
    {"subdivisions", .text = "an update takes the whole batch"},
    {"n_epochs", .own = "epochs"},
    {"num_epochs", .own = "epochs"},
    {"nb_epoch", .own = "epochs"},
    {"nb_epochs", .own = "epochs"},
    {"max_epochs", .own = "epochs"},
    {"num_train_epochs", .own = "epochs"},
    {"steps", .own = "iterations"},
    {"max_steps", .own = "iterations"},
    {"num_steps", .own = "iterations"},
    {"total_steps", .own = "iterations"},
    {"training_steps", .own = "iterations"},
    {"max_iter", .own = "iterations"},
    {"max_iters", .own = "iterations"},
    {"n_iterations", .own = "iterations"},
    {"num_iterations", .own = "iterations"},
    {"max_batches", .own = "iterations"},
    {"steps_per_epoch",
     .text = "an epoch is one pass over the samples; 'iterations' counts "
             "updates"},
    {"early_stopping", .own = "stop"},
    {"EarlyStopping", .own = "stop"},
    {"early_stop", .own = "stop"},
    {"patience", .own = "stop.patience"},
    {"n_critic", .text = "an iteration makes one update of each network"},
    /* the optimizer */
    {"lr", .own = "optimizer.learning_rate"},
    {"learningrate", .own = "optimizer.learning_rate"},
    {"base_lr", .own = "optimizer.learning_rate"},
    {"lr0", .own = "optimizer.learning_rate"},
    {"optim", .own = "optimizer"},
    {"solver", .own = "optimizer"},
    {"lr_scheduler", .text = rates_below},
    {"lr_schedule", .text = rates_below},
    {"scheduler", .text = rates_below},
    {"learning_rate_schedule", .text = rates_below},
    {"LearningRateScheduler", .text = rates_below},
    {"reduce_lr_on_plateau", .own = "reduce_on_plateau"},
    {"ReduceLROnPlateau", .own = "reduce_on_plateau"},
    {"warmup", .text = rates_below},
    {"warmup_steps", .text = rates_below},
    {"lr_decay", .text = rates_below},
    {"decay_steps", .text = rates_below},
    {"policy", .text = rates_below},
    {"burn_in", .text = rates_below},
    {"weight_decay", .own = "optimizer.weight_decay"},
    {"clipnorm", .own = "optimizer.clipnorm"},
    {"clipvalue", .own = "optimizer.clipvalue"},
    {"global_clipnorm", .own = "optimizer.global_clipnorm"},
    {"gradient_clip", .text = three_clippings},
    {"gradient_clip_val", .text = three_clippings},
    {"max_grad_norm", .own = "optimizer.global_clipnorm"},
    {"use_ema", .own = "optimizer.ema_momentum"},
    {"ema_momentum", .own = "optimizer.ema_momentum"},
    {"ema", .own = "optimizer.ema_momentum"},
    {"ema_decay", .own = "optimizer.ema_momentum"},
    {"gradient_accumulation_steps", .lacking = "Keras's optimizers"},
    /* the loss */
    {"loss_function", .own = "loss"},
    {"loss_fn", .own = "loss"},
    {"criterion", .own = "loss"},
    {"cost", .own = "loss"},
    {"metrics", .text = measures},
    {"metric", .text = measures},
    {"class_weight", .own = "class_weights"},
    {"pos_weight", .own = "class_weights"},
    {"sample_weight", KERAS},
    {"smoothing", .own = "label_smoothing"},
    {"label_smooth", .own = "label_smoothing"},
    /* data */
    {"train_data", .own = "data.train"},
    {"training_data", .own = "data.train"},
    {"train_set", .own = "data.train"},
    {"training_set", .own = "data.train"},
    {"trainset", .own = "data.train"},
    {"train_dir", .own = "data.train"},
    {"train_path", .own = "data.train"},
    {"dataset", .own = "data.train"},
    {"data_dir", .own = "data.train"},
    {"data_path", .own = "data.train"},
    {"x_train", .own = "data.train"},
    {"x", .own = "data.train"},
    {"validation_data", .own = "data.test"},
    {"validation", .own = "data.validation"},
    {"validation_set", .own = "data.test"},
    {"val_data", .own = "data.test"},
    {"val", .own = "data.test"},
    {"valid", .own = "data.test"},
    {"test_data", .own = "data.test"},
    {"test_set", .own = "data.test"},
    {"testset", .own = "data.test"},
    {"x_test", .own = "data.test"},
    {"validation_split", .own = "data.validation"},
    {"val_split", .own = "data.validation"},
    {"test_split", .own = "data.validation"},
    {"test_size", .own = "data.validation"},
    {"y", .text = labels_beside},
    {"y_train", .text = labels_beside},
    {"labels", .text = labels_beside},
    {"targets", .text = labels_beside},
    {"normalization", .own = "data.normalize"},
    {"standardize", .own = "data.normalize"},
    {"rescale", .own = "data.pixels"},
    {"preprocessing", .own = "data.pixels"},
    {"augmentation", .own = "data.augment"},
    {"data_augmentation", .own = "data.augment"},
    {"transform", .own = "data.augment"},
    {"transforms", .own = "data.augment"},
    /* the network */
    {"model", .own = "network"},
    {"net", .own = "network"},
    {"architecture", .own = "network"},
    {"arch", .own = "network"},
    {"task", .own = "objective"},
    {"problem", .own = "objective"},
    {"layers", .text = in_the_network},
    {"hidden_layers", .text = in_the_network},
    {"activation", .text = in_the_network},
    {"dropout", .text = in_the_network},
    {"num_classes", .text = in_the_network},
    {"n_classes", .text = in_the_network},
    {"classes", .text = in_the_network},
    {"input_shape", .text = shape_in_the_network},
    {"input_size", .text = shape_in_the_network},
    {"image_size", .text = shape_in_the_network},
    {"img_size", .text = shape_in_the_network},
    {"imgsz", .text = shape_in_the_network},
    {"width", .text = shape_in_the_network},
    {"height", .text = shape_in_the_network},
    {"channels", .text = shape_in_the_network},
    {"latent_dim", .text = shape_in_the_network},
    {"z_dim", .text = shape_in_the_network},
    {"noise_dim", .text = shape_in_the_network},
    {"nz", .text = shape_in_the_network},
    {"noise", .own = "latent"},
    /* the run */
    {"callbacks",
     .text = "'snapshots' and 'checkpoint' say what is kept while training"},
    {"ModelCheckpoint", .own = "checkpoint"},
    {"save_every", .own = "checkpoint.every"},
    {"save_freq", .own = "checkpoint.every"},
    {"save_steps", .own = "checkpoint.every"},
    {"save_interval", .own = "checkpoint.every"},
    {"save_period", .own = "checkpoint.every"},
    {"checkpoint_every", .own = "checkpoint.every"},
    {"checkpoint_interval", .own = "checkpoint.every"},
    {"save_total_limit", .own = "checkpoint.keep"},
    {"max_to_keep", .own = "checkpoint.keep"},
    {"sample_interval", .own = "snapshots.every"},
    {"sample_every", .own = "snapshots.every"},
    {"log_interval", .text = measures},
    {"log_every", .text = measures},
    {"verbose", .text = "training shows its progress without being asked"},
    {"output_dir", .text = run_folder},
    {"out_dir", .text = run_folder},
    {"save_dir", .text = run_folder},
    {"log_dir", .text = run_folder},
    {"logdir", .text = run_folder},
    {"out", .text = run_folder},
    {"project", .text = run_folder},
    {"weights", .text = first_weights},
    {"init", .text = first_weights},
    {"pretrained", .text = first_weights},
    {"resume", .text = "an option of train says it: --resume DIR"},
    {"random_seed", .own = "seed"},
    {"random_state", .own = "seed"},
    {"manual_seed", .own = "seed"},
    {"workers", .own = "threads"},
    {"num_workers", .own = "threads"},
    {"num_threads", .own = "threads"},
    {"n_threads", .own = "threads"},
    {"n_jobs", .own = "threads"},
    {"cpus", .own = "threads"},
    {"device", .text = "guss trains on the processor; 'threads' says with how "
                       "many cores"},
    {"gpu", .text = "guss trains on the processor; 'threads' says with how "
                    "many cores"},
    {"gpus", .text = "guss trains on the processor; 'threads' says with how "
                     "many cores"},
    {"cuda", .text = "guss trains on the processor; 'threads' says with how "
                     "many cores"},
    {"accelerator", .text = "guss trains on the processor; 'threads' says with "
                            "how many cores"},
    {"mixed_precision", .own = "precision"},
    {"dtype", .own = "precision"},
    {"amp", .own = "precision"},
    {"fp16", .own = "precision"},
};

static const struct hint data_keys[] = {
    {"path", .own = "train"},
    {"dir", .own = "train"},
    {"folder", .own = "train"},
    {"root", .own = "train"},
    {"source", .own = "train"},
    {"file", .own = "train"},
    {"dataset", .own = "train"},
    {"images", .own = "train"},
    {"train_data", .own = "train"},
    {"train_dir", .own = "train"},
    {"training", .own = "train"},
    {"x", .own = "train"},
    {"validation_data", .own = "test"},
    {"valid", .own = "test"},
    {"val", .own = "test"},
    {"dev", .own = "test"},
    {"eval", .own = "test"},
    {"test_data", .own = "test"},
    {"test_dir", .own = "test"},
    {"validation_split", .own = "validation"},
    {"val_split", .own = "validation"},
    {"split", .own = "validation"},
    {"y", .text = labels_beside},
    {"labels", .text = labels_beside},
    {"targets", .text = labels_beside},
    {"mask", .own = "target"},
    {"masks", .own = "target"},
    {"clean", .own = "target"},
    {"ground_truth", .own = "target"},
    {"test_targets", .own = "test_target"},
    {"test_masks", .own = "test_target"},
    {"target_test", .own = "test_target"},
    {"normalization", .own = "normalize"},
    {"standardize", .own = "normalize"},
    {"mean", .text = by_channel},
    {"std", .text = by_channel},
    {"stddev", .text = by_channel},
    {"rescale", .own = "pixels"},
    {"scale", .own = "pixels"},
    {"range", .own = "pixels"},
    {"augmentation", .own = "augment"},
    {"transform", .own = "augment"},
    {"flip", .text = "write augment: {flip: horizontal}"},
    {"crop", .text = "write fit: crop"},
    {"resize", .own = "size"},
    {"image_size", .own = "size"},
    {"target_size", .own = "size"},
    {"crop_to_aspect_ratio", .text = "write fit: crop"},
    {"pad_to_aspect_ratio", .text = "write fit: pad"},
};

static const char beside_name[] = "arguments stand beside 'name'";

static const struct hint optimizer_keys[] = {
    {"lr", .own = "learning_rate"},
    {"learningrate", .own = "learning_rate"},
    {"rate", .own = "learning_rate"},
    {"eta", .own = "learning_rate"},
    {"type", .own = "name"},
    {"kind", .own = "name"},
    {"class_name", .own = "name"},
    {"optimizer", .own = "name"},
    {"algorithm", .own = "name"},
    {"method", .own = "name"},
    {"class_path", .own = "name"},
    {"adam", .own = "name"},
    {"adamw", .own = "name"},
    {"sgd", .own = "name"},
    {"rmsprop", .own = "name"},
    {"adadelta", .own = "name"},
    {"adagrad", .own = "name"},
    {"init_args", .text = beside_name},
    {"config", .text = beside_name},
    {"params", .text = beside_name},
    {"kwargs", .text = beside_name},
    {"betas", .text = "write 'beta_1' and 'beta_2'"},
    {"beta1", .own = "beta_1"},
    {"beta2", .own = "beta_2"},
    {"b1", .own = "beta_1"},
    {"b2", .own = "beta_2"},
    {"eps", .own = "epsilon"},
    {"mu", .own = "momentum"},
    {"alpha", .own = "rho"},
    {"initial_accumulator", .own = "initial_accumulator_value"},
    {"lr_decay", .text = rates_below},
    {"schedule", .text = rates_below},
    {"scheduler", .text = rates_below},
    {"decay_steps", .text = rates_below},
    {"decay_rate", .text = rates_below},
    {"warmup", .text = rates_below},
    {"warmup_steps", .text = rates_below},
    {"use_ema", .text = "'ema_momentum' alone keeps an average"},
    {"ema", .own = "ema_momentum"},
    {"ema_decay", .own = "ema_momentum"},
    {"ema_overwrite_frequency", .lacking = "Keras",
     .text = "the average never takes the weights' place; "
             "weights.average.safetensors has it"},
    {"max_grad_norm", .own = "global_clipnorm"},
    {"max_norm", .own = "global_clipnorm"},
    {"clip_norm", .own = "clipnorm"},
    {"clip_value", .own = "clipvalue"},
    {"gradient_clip", .text = three_clippings},
    {"gradient_clip_val", .text = three_clippings},
    {"dampening", PYTORCH},
    {"maximize", PYTORCH},
    {"foreach", PYTORCH},
    {"fused", PYTORCH},
    {"capturable", PYTORCH},
    {"l2", .text = "guss has no penalties on weights"},
};

static const struct hint inks[] = {
    {"gray", .own = "white"},   {"grey", .own = "white"},
    {"gray_r", .own = "black"}, {"Greys", .own = "black"},
    {"binary", .own = "black"}, {"inverted", .own = "black"},
    {"true", .own = "black"},   {"false", .own = "white"},
};

static const struct hint snapshots_keys[] = {
    {"interval", .own = "every"}, {"freq", .own = "every"},
    {"period", .own = "every"},   {"iterations", .own = "at"},
    {"steps", .own = "at"},       {"number", .own = "count"},
    {"samples", .own = "count"},  {"n", .own = "count"},
    {"cols", .own = "columns"},   {"ncols", .own = "columns"},
    {"nrow", .own = "columns"},   {"cmap", .own = "ink"},
    {"invert", .own = "ink"},     {"inverted", .own = "ink"},
    {"color", .own = "ink"},      {"colormap", .own = "ink"},
};

static const struct hint checkpoint_keys[] = {
    {"interval", .own = "every"},
    {"freq", .own = "every"},
    {"save_freq", .own = "every"},
    {"period", .own = "every"},
    {"max_to_keep", .own = "keep"},
    {"number", .own = "keep"},
    {"milestones", .own = "at"},
    {"iterations", .own = "at"},
    {"steps", .own = "at"},
    {"save_best_only", .text = best_weights},
    {"monitor", .text = "checkpoints are kept to go on from"},
};

static const struct hint stop_keys[] = {
    {"metric", .own = "monitor"},
    {"measure", .own = "monitor"},
    {"wait", .own = "patience"},
    {"delta", .own = "min_delta"},
    {"threshold", .own = "min_delta"},
    {"baseline", .lacking = "Keras's EarlyStopping"},
    {"start_from_epoch", .lacking = "Keras's EarlyStopping"},
    {"restore_best_weights", .text = best_weights},
    {"verbose", .text = "a run that stops always says why"},
};

static const struct hint plateau_keys[] = {
    {"metric", .own = "monitor"},
    {"measure", .own = "monitor"},
    {"gamma", .own = "factor"},
    {"wait", .own = "patience"},
    {"delta", .own = "min_delta"},
    {"epsilon", .own = "min_delta"},
    {"threshold", .own = "min_delta"},
    {"min_learning_rate", .own = "min_lr"},
    {"verbose", .text = "log.csv has the rate as a column"},
};

static const struct hint modes[] = {
    {"auto", .text = by_the_measure}, {"minimize", .own = "min"},
    {"minimum", .own = "min"},        {"lower", .own = "min"},
    {"maximize", .own = "max"},       {"maximum", .own = "max"},
    {"higher", .own = "max"},
};

static const struct hint measures_of_logs[] = {
    {"acc", .own = "accuracy"},
    {"val_acc", .own = "val_accuracy"},
    {"train_loss", .own = "loss"},
    {"training_loss", .own = "loss"},
    {"valid_loss", .own = "val_loss"},
    {"validation_loss", .own = "val_loss"},
    {"test_loss", .own = "val_loss"},
    {"g_loss", .own = "generator_loss"},
    {"d_loss", .own = "discriminator_loss"},
};

static const struct hint latent_keys[] = {
    {"type", .own = "distribution"},
    {"kind", .own = "distribution"},
    {"name", .own = "distribution"},
    {"std", .own = "stddev"},
    {"sigma", .own = "stddev"},
    {"mu", .own = "mean"},
    {"min", .own = "low"},
    {"minval", .own = "low"},
    {"max", .own = "high"},
    {"maxval", .own = "high"},
    {"path", .own = "file"},
    {"dim", .text = shape_in_the_network},
    {"size", .text = shape_in_the_network},
    {"shape", .text = shape_in_the_network},
};

/* ---- words --------------------------------------------------------------- */

static const struct hint objectives[] = {
    {"classification", .own = "classifier"},
    {"classify", .own = "classifier"},
    {"supervised", .own = "classifier"},
    {"regressor", .own = "regression"},
    {"segmentation", .own = "regression"},
    {"super_resolution", .own = "regression"},
    {"image_to_image", .own = "regression"},
    {"ae", .own = "autoencoder"},
    {"autoencoding", .own = "autoencoder"},
    {"reconstruction", .own = "autoencoder"},
    {"denoising", .own = "autoencoder"},
    {"adversarial", .own = "gan"},
    {"dcgan", .own = "gan"},
    {"lsgan", .text = "a gan with the loss mean_squared_error"},
    {"vae", .text = "guss has no sampling layer and no such loss"},
    {"wgan", .text = "guss has no such loss"},
};

static const char labels_are_numbers[] =
    "labels are class numbers already: write categorical_crossentropy";
static const char there_are_cross_entropies[] =
    "write categorical_crossentropy, or binary_crossentropy where the network "
    "has one output";
static const char of_logits[] =
    "write binary_crossentropy, with activation=sigmoid in the last layer: the "
    "two are computed from the logits";

static const struct hint losses[] = {
    {"mse", .own = "mean_squared_error"},
    {"MSELoss", .own = "mean_squared_error"},
    {"mse_loss", .own = "mean_squared_error"},
    {"MeanSquaredError", .own = "mean_squared_error"},
    {"squared_error", .own = "mean_squared_error"},
    {"l2", .own = "mean_squared_error"},
    {"l2_loss", .own = "mean_squared_error"},
    {"sse", .own = "mean_squared_error"},
    {"mae", .own = "mean_absolute_error"},
    {"MeanAbsoluteError", .own = "mean_absolute_error"},
    {"absolute_error", .own = "mean_absolute_error"},
    {"l1", .own = "mean_absolute_error"},
    {"l1_loss", .own = "mean_absolute_error"},
    {"L1Loss", .own = "mean_absolute_error"},
    {"bce", .own = "binary_crossentropy"},
    {"BCELoss", .own = "binary_crossentropy"},
    {"bce_loss", .own = "binary_crossentropy"},
    {"BinaryCrossentropy", .own = "binary_crossentropy"},
    {"binary_cross_entropy", .own = "binary_crossentropy"},
    {"BCEWithLogitsLoss", .text = of_logits},
    {"bce_with_logits", .text = of_logits},
    {"binary_cross_entropy_with_logits", .text = of_logits},
    {"sigmoid_cross_entropy", .text = of_logits},
    {"cce", .own = "categorical_crossentropy"},
    {"ce", .own = "categorical_crossentropy"},
    {"CategoricalCrossentropy", .own = "categorical_crossentropy"},
    {"categorical_cross_entropy", .own = "categorical_crossentropy"},
    {"softmax_cross_entropy", .own = "categorical_crossentropy"},
    {"sparse_categorical_crossentropy", .text = labels_are_numbers},
    {"SparseCategoricalCrossentropy", .text = labels_are_numbers},
    {"cross_entropy", .text = there_are_cross_entropies},
    {"crossentropy", .text = there_are_cross_entropies},
    {"CrossEntropyLoss", .text = there_are_cross_entropies},
    {"xent", .text = there_are_cross_entropies},
    {"log_loss", .text = there_are_cross_entropies},
    {"logloss", .text = there_are_cross_entropies},
    {"nll", .own = "categorical_crossentropy"},
    {"nll_loss", .own = "categorical_crossentropy"},
    {"NLLLoss", .own = "categorical_crossentropy"},
    {"rmse", .text = "write mean_squared_error, of which it is the root"},
    {"smooth_l1", .own = "huber"},
    {"SmoothL1Loss", .own = "huber"},
    {"log_cosh", KERAS},
    {"poisson", KERAS},
    {"kl_divergence", KERAS},
    {"kld", KERAS},
    {"cosine_similarity", KERAS},
    {"hinge", KERAS},
    {"squared_hinge", KERAS},
    {"categorical_hinge", KERAS},
    {"mean_absolute_percentage_error", KERAS},
    {"mape", KERAS},
    {"mean_squared_logarithmic_error", KERAS},
    {"msle", KERAS},
    {"binary_focal_crossentropy", KERAS},
    {"categorical_focal_crossentropy", KERAS},
    {"categorical_generalized_cross_entropy", KERAS},
    {"focal", KERAS},
    {"dice", KERAS},
    {"tversky", KERAS},
    {"circle", KERAS},
    {"ctc", KERAS},
    {"wasserstein", .text = "guss trains a gan by a cross-entropy or by the "
                            "squared error"},
};

static const struct hint precisions[] = {
    {"bfloat16", .own = "bf16"}, {"mixed_bfloat16", .own = "bf16"},
    {"fp32", .own = "float32"},  {"single", .own = "float32"},
    {"float", .own = "float32"}, {"32", .own = "float32"},
    {"float16", KERAS},          {"fp16", KERAS},
    {"half", PYTORCH},           {"mixed_float16", KERAS},
    {"float64", KERAS},          {"fp64", KERAS},
    {"double", PYTORCH},         {"int8", KERAS},
};

static const struct hint optimizers[] = {
    {"nadam", KERAS},
    {"adamax", KERAS},
    {"adafactor", KERAS},
    {"ftrl", KERAS},
    {"lion", KERAS},
    {"lamb", KERAS},
    {"muon", KERAS},
    {"schedule_free_adamw", KERAS},
    {"loss_scale_optimizer", KERAS},
    {"radam", PYTORCH},
    {"rprop", PYTORCH},
    {"asgd", PYTORCH},
    {"lbfgs", PYTORCH},
    {"sparse_adam", PYTORCH},
    {"amsgrad", .text = "Keras's Adam with amsgrad=True, which guss does not "
                        "have"},
    {"momentum", .text = "write {name: sgd, momentum: 0.9}"},
    {"nesterov", .text = "write {name: sgd, momentum: 0.9, nesterov: true}"},
    {"gd", .own = "sgd"},
    {"gradient_descent", .own = "sgd"},
};

static const struct hint pixels[] = {
    {"none", .own = "raw"},         {"identity", .own = "raw"},
    {"as_is", .own = "raw"},        {"0..255", .own = "raw"},
    {"normalized", .own = "unit"},  {"normalize", .own = "unit"},
    {"scale", .own = "unit"},       {"rescale", .own = "unit"},
    {"minmax", .own = "unit"},      {"0..1", .own = "unit"},
    {"tanh", .own = "signed"},      {"symmetric", .own = "signed"},
    {"-1..1", .own = "signed"},     {"bw", .own = "binary"},
    {"threshold", .own = "binary"},
};

static const struct hint fits[] = {
    {"cover", .own = "crop"},   {"center_crop", .own = "crop"},
    {"fill", .own = "stretch"}, {"resize", .own = "stretch"},
    {"contain", .own = "pad"},  {"letterbox", .own = "pad"},
};

static const struct hint distributions[] = {
    {"gaussian", .own = "normal"},
    {"gauss", .own = "normal"},
    {"randn", .own = "normal"},
    {"rand", .own = "uniform"},
    {"truncated_normal", KERAS},
    {"sphere", .text = "latent vectors of a file can lie on it: file: z.npy"},
};

#define LIST(table, what)                                                      \
    (struct hints)                                                             \
    {                                                                          \
        table, sizeof table / sizeof *table, what                              \
    }

static const struct hint rates[] = {
    {"CosineDecay", .own = "cosine_decay"},
    {"cosine", .own = "cosine_decay"},
    {"CosineAnnealingLR", .own = "cosine_decay"},
    {"ExponentialDecay", .own = "exponential_decay"},
    {"exponential", .own = "exponential_decay"},
    {"ExponentialLR", .own = "exponential_decay"},
    {"PolynomialDecay", .own = "polynomial_decay"},
    {"PolynomialLR", .own = "polynomial_decay"},
    {"polynomial", .own = "polynomial_decay"},
    {"poly", .own = "polynomial_decay"},
    {"linear", .own = "polynomial_decay"},
    {"PiecewiseConstantDecay", .own = "piecewise_constant_decay"},
    {"MultiStepLR", .own = "piecewise_constant_decay"},
    {"piecewise", .own = "piecewise_constant_decay"},
    {"steps", .own = "piecewise_constant_decay"},
    {"InverseTimeDecay", .own = "inverse_time_decay"},
    {"CosineDecayRestarts", .lacking = "Keras"},
    {"cosine_decay_restarts", .lacking = "Keras"},
};

struct hints foreign_keys(const char *section)
{
    static const char what[] = "an argument";
    if (strcmp(section, "") == 0)
        return LIST(top_keys, what);
    if (strcmp(section, "data") == 0)
        return LIST(data_keys, what);
    if (strncmp(section, "data.", strlen("data.")) == 0)
        return foreign_keys_below_data(section);
    if (strncmp(section, "optimizer", strlen("optimizer")) == 0)
        return LIST(optimizer_keys, what);
    if (strcmp(section, "snapshots") == 0)
        return LIST(snapshots_keys, what);
    if (strcmp(section, "checkpoint") == 0)
        return LIST(checkpoint_keys, what);
    if (strcmp(section, "latent") == 0)
        return LIST(latent_keys, what);
    if (strcmp(section, "stop") == 0)
        return LIST(stop_keys, what);
    if (strcmp(section, "reduce_on_plateau") == 0)
        return LIST(plateau_keys, what);
    return (struct hints){0};
}

struct hints foreign_objectives(void)
{
    return LIST(objectives, "an objective");
}

struct hints foreign_losses(void)
{
    return LIST(losses, "a loss");
}

struct hints foreign_precisions(void)
{
    return LIST(precisions, "a precision");
}

struct hints foreign_optimizers(void)
{
    return LIST(optimizers, "an optimizer");
}

struct hints foreign_rates(void)
{
    return LIST(rates, "a schedule of rates");
}

struct hints foreign_pixels(void)
{
    return LIST(pixels, "a kind of pixels");
}

struct hints foreign_fits(void)
{
    return LIST(fits, "a fit");
}

struct hints foreign_inks(void)
{
    return LIST(inks, "an ink");
}

struct hints foreign_distributions(void)
{
    return LIST(distributions, "a distribution");
}

struct hints foreign_modes(void)
{
    return LIST(modes, "a mode");
}

struct hints foreign_measures(void)
{
    return LIST(measures_of_logs, "a measure");
}
