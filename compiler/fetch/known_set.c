/* The table of known data sets. A file is known by its SHA-256, so that it does
 * not matter who hands it out. */
#include "compiler/fetch/known_set.h"

#include <string.h>

static const struct known_set sets[] = {
    /* Y. LeCun, C. Cortes, C. J. C. Burges: the MNIST database, as first
     * published; its own server asks for a password today. */
    {"mnist",
     {{"train-images-idx3-ubyte.gz", 9912422,
       "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609"},
      {"train-labels-idx1-ubyte.gz", 28881,
       "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c"},
      {"t10k-images-idx3-ubyte.gz", 1648877,
       "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6"},
      {"t10k-labels-idx1-ubyte.gz", 4542,
       "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6"}},
     {"https://ossci-datasets.s3.amazonaws.com/mnist",
      "https://storage.googleapis.com/cvdf-datasets/mnist"}},
    /* H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST, a Novel Image Dataset for
     * Benchmarking Machine Learning Algorithms. Sizes and sums are those of
     * TensorFlow Datasets (tensorflow_datasets/url_checksums/fashion_mnist.txt);
     * the mirrors are Keras's and the authors'. */
    {"fashion_mnist",
     {{"train-images-idx3-ubyte.gz", 26421880,
       "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84"},
      {"train-labels-idx1-ubyte.gz", 29515,
       "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845"},
      {"t10k-images-idx3-ubyte.gz", 4422102,
       "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073"},
      {"t10k-labels-idx1-ubyte.gz", 5148,
       "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5"}},
     {"https://storage.googleapis.com/tensorflow/tf-keras-datasets",
      "https://github.com/zalandoresearch/fashion-mnist/raw/master/data/"
      "fashion"}},
    /* T. Clanuwat and others: Deep Learning for Classical Japanese Literature
     * (Kuzushiji-MNIST). Sizes and sums are those of TensorFlow Datasets
     * (tensorflow_datasets/url_checksums/kmnist.txt). */
    {"kmnist",
     {{"train-images-idx3-ubyte.gz", 18165135,
       "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4"},
      {"train-labels-idx1-ubyte.gz", 29497,
       "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17"},
      {"t10k-images-idx3-ubyte.gz", 3041136,
       "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5"},
      {"t10k-labels-idx1-ubyte.gz", 5120,
       "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c"}},
     {"https://codh.rois.ac.jp/kmnist/dataset/kmnist"}},
    /* A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images
     * (CIFAR-10, "binary version"). Size and sum are those of TensorFlow Datasets
     * (tensorflow_datasets/url_checksums/cifar10.txt); the mirrors are the author's
     * and that of Swift for TensorFlow. */
    {"cifar10",
     {{"cifar-10-binary.tar.gz", 170052171,
       "c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd"}},
     {"https://www.cs.toronto.edu/~kriz",
      "https://storage.googleapis.com/s4tf-hosted-binaries/datasets/CIFAR10"}},
};
enum { N_SETS = sizeof sets / sizeof sets[0] };

const struct known_set *known_set_find(const char *name)
{
    for (int i = 0; i < N_SETS; i++)
        if (strcmp(sets[i].name, name) == 0)
            return &sets[i];
    return NULL;
}

size_t known_set_names(const char **names, size_t most)
{
    size_t n = 0;
    for (; n < N_SETS && n < most; n++)
        names[n] = sets[n].name;
    return n;
}
