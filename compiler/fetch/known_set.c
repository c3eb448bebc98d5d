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
