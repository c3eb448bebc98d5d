/* How many processors there are for this process: those that it may run on, and
 * what its control groups leave of them (cgroup v2, cpu.max), as in a
 * container. */
#define _GNU_SOURCE /* sched_getaffinity */
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "guss/team.h"

enum { MOST_PROCESSORS = 1 << 20, PATH_SIZE = 4096 };

static int count_allowed(void)
{
#if defined(CPU_COUNT)
    cpu_set_t allowed;
    if (sched_getaffinity(0, sizeof allowed, &allowed) == 0 &&
        CPU_COUNT(&allowed) > 0)
        return CPU_COUNT(&allowed);
#endif
    long online = sysconf(_SC_NPROCESSORS_ONLN);
    return online > 0 && online < MOST_PROCESSORS ? (int)online : 1;
}

int guss_quota_processors(const char *quota)
{
    long long time = 0, period = 0;
    if (sscanf(quota, "%18lld %18lld", &time, &period) != 2 || time <= 0 ||
        period <= 0)
        return 0;
    long long n = time / period + (time % period > 0);
    return n < MOST_PROCESSORS ? (int)n : 0;
}

/* The first line of a file that begins with `start`, without its end. */
static bool read_line(const char *path, const char *start, char *line, int size)
{
    FILE *file = fopen(path, "re");
    bool found = false;
    while (file && !found && fgets(line, size, file)) {
        line[strcspn(line, "\n")] = '\0';
        found = strncmp(line, start, strlen(start)) == 0;
    }
    if (file)
        fclose(file);
    return found;
}

/* The quota of one control group, "" being the one above all. */
static int read_quota(const char *group)
{
    static const char root[] = "/sys/fs/cgroup", name[] = "/cpu.max";
    char path[sizeof root + PATH_SIZE + sizeof name], quota[64];
    snprintf(path, sizeof path, "%s%s%s", root, group, name);
    return read_line(path, "", quota, sizeof quota)
               ? guss_quota_processors(quota)
               : 0;
}

/* The least quota of the process's group and of those above it; 0: none. */
static int least_quota(void)
{
    static const char unified[] = "0::";
    char line[PATH_SIZE];
    int least = 0;
    if (!read_line("/proc/self/cgroup", unified, line, sizeof line))
        return 0;
    char *group = line + strlen(unified), *end;
    do {
        end = strrchr(group, '/');
        int quota = read_quota(strcmp(group, "/") == 0 ? "" : group);
        if (quota > 0 && (least == 0 || quota < least))
            least = quota;
        if (end)
            *end = '\0';
    } while (end);
    return least;
}

int guss_processors(void)
{
    int allowed = count_allowed(), quota = least_quota();
    return quota > 0 && quota < allowed ? quota : allowed;
}
