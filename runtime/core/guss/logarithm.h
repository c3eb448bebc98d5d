/* The logarithm of a number that is taken apart already. */
#ifndef GUSS_LOGARITHM_H
#define GUSS_LOGARITHM_H

/* log(2^n (1 + f)), 1 + f in [sqrt(1/2), sqrt(2)]: the polynomial of Cephes'
 * logf. */
static inline float guss_log_reduced(float n, float f)
{
    float p = 7.0376836292e-2f;
    p = p * f - 1.1514610310e-1f;
    p = p * f + 1.1676998740e-1f;
    p = p * f - 1.2420140846e-1f;
    p = p * f + 1.4249322787e-1f;
    p = p * f - 1.6668057665e-1f;
    p = p * f + 2.0000714765e-1f;
    p = p * f - 2.4999993993e-1f;
    p = p * f + 3.3333331174e-1f;
    float square = f * f;
    float tail = p * f * square + n * -2.12194440e-4f - 0.5f * square;
    return f + tail + n * 0.693359375f;
}

#endif
