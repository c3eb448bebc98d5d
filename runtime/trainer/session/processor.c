/* The features of each level are asked for one by one: the compiler's
 * built-in asks both the processor and whether the system keeps its registers.
 * What the built-in does not know by name comes from cpuid. */
#include "trainer/session/processor.h"

#include <string.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

#if defined(__x86_64__)
/* Leaf 1: CMPXCHG16B; leaf 0x80000001: LAHF. */
static bool has_v2(void)
{
    unsigned a, b, c = 0, d, extended = 0;
    __get_cpuid(1, &a, &b, &c, &d);
    __get_cpuid(0x80000001, &a, &b, &extended, &d);
    return __builtin_cpu_supports("sse3") && __builtin_cpu_supports("ssse3") &&
           __builtin_cpu_supports("sse4.1") &&
           __builtin_cpu_supports("sse4.2") &&
           __builtin_cpu_supports("popcnt") && (c >> 13 & 1) && (extended & 1);
}

/* Leaf 1: MOVBE, F16C; leaf 0x80000001: LZCNT. */
static bool has_v3(void)
{
    unsigned a, b, c = 0, d, extended = 0;
    __get_cpuid(1, &a, &b, &c, &d);
    __get_cpuid(0x80000001, &a, &b, &extended, &d);
    return has_v2() && __builtin_cpu_supports("avx") &&
           __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") &&
           __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("fma") &&
           (c >> 22 & 1) && (c >> 29 & 1) && (extended >> 5 & 1);
}

static bool has_v4(void)
{
    return has_v3() && __builtin_cpu_supports("avx512f") &&
           __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") &&
           __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}
#endif

bool processor_runs(const char *target)
{
    if (strcmp(target, "generic") == 0)
        return true;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (strcmp(target, "x86-64-v2") == 0)
        return has_v2();
    if (strcmp(target, "x86-64-v3") == 0)
        return has_v3();
    if (strcmp(target, "x86-64-v4") == 0)
        return has_v4();
#endif
    return false;
}

const char *processor_name(struct arena *arena)
{
#if defined(__x86_64__)
    unsigned words[12];
    unsigned a, b, c, d;
    if (__get_cpuid(0x80000000, &a, &b, &c, &d) && a >= 0x80000004) {
        for (unsigned i = 0; i < 3; i++)
            __get_cpuid(0x80000002 + i, &words[4 * i], &words[4 * i + 1],
                        &words[4 * i + 2], &words[4 * i + 3]);
        char name[sizeof words + 1] = "";
        memcpy(name, words, sizeof words);
        size_t blanks = strspn(name, " ");
        size_t length = strlen(name);
        while (length > blanks && name[length - 1] == ' ')
            length--;
        return arena_copy(arena, name + blanks, length - blanks);
    }
#endif
    return arena_strdup(arena, "unknown");
}
