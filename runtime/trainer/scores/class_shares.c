#include "trainer/scores/class_shares.h"

#include <assert.h>
#include <math.h>

void class_shares(const int32_t *classes, int64_t count, int n_classes,
                  double *shares)
{
    assert(count > 0);
    for (int i = 0; i < n_classes; i++)
        shares[i] = 0.0;
    for (int64_t i = 0; i < count; i++) {
        assert(classes[i] >= 0 && classes[i] < n_classes);
        shares[classes[i]] += 1.0;
    }
    for (int i = 0; i < n_classes; i++)
        shares[i] /= (double)count;
}

double class_entropy(const double *shares, int n_classes)
{
    double entropy = 0.0;
    for (int i = 0; i < n_classes; i++)
        if (shares[i] > 0.0)
            entropy -= shares[i] * log2(shares[i]);
    return fmax(entropy, 0.0); /* of one class alone: no -0 */
}
