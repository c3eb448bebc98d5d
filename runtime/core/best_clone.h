/* Functions that are compiled for several instruction sets; the best is chosen
 * when the program is loaded. That needs GNU indirect functions, and a compiler
 * that shares them between files. What such a function computes in floating
 * point has the same bits in each: nothing is contracted (-ffp-contract=off). */
#ifndef CORE_BEST_CLONE_H
#define CORE_BEST_CLONE_H

#if defined(__x86_64__) && defined(__GLIBC__) && !defined(__clang__)
#define BEST_CLONE                                                             \
    __attribute__((optimize("O3"), target_clones("avx512f", "avx2", "default")))
#else
#define BEST_CLONE
#endif

#endif
