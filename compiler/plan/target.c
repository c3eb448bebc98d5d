/* Instruction sets that code is emitted for. */
#include <string.h>

#include "compiler/plan/plan.h"

/* Named levels, never -march=native: what a level holds is the same on every
 * machine, so that an executable can say what it was built for. */
static const struct target targets[] = {
#if defined(__x86_64__)
    {"x86-64-v4", "-march=x86-64-v4 -mprefer-vector-width=512", 16, 32},
    {"x86-64-v3", "-march=x86-64-v3", 8, 16},
    {"x86-64-v2", "-march=x86-64-v2", 4, 16},
#endif
    {"generic", "", 4, 16},
};
enum { N_TARGETS = sizeof targets / sizeof targets[0] };

static const char *native_name(void)
{
#if defined(__x86_64__)
    if (__builtin_cpu_supports("avx512f") &&
        __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512cd") &&
        __builtin_cpu_supports("avx512dq") &&
        __builtin_cpu_supports("avx512vl"))
        return "x86-64-v4";
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
        __builtin_cpu_supports("bmi2"))
        return "x86-64-v3";
    if (__builtin_cpu_supports("sse4.2"))
        return "x86-64-v2";
#endif
    return "generic";
}

const struct target *target_find(const char *name)
{
    if (strcmp(name, "native") == 0)
        name = native_name();
    for (int i = 0; i < N_TARGETS; i++)
        if (strcmp(targets[i].name, name) == 0)
            return &targets[i];
    return NULL;
}
