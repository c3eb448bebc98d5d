/* Threads take the next file until there is none or one cannot be read. Those
 * before it were taken earlier and are finished, so that the first that fails is
 * always found. */
#include "trainer/data/read_team.h"

#include <pthread.h>
#include <signal.h>

#include "guss/team.h"

enum { MOST_THREADS = 64, FILES_A_THREAD = 16 };

struct read_team {
    int64_t count;
    read_one *read;
    void *context;
    pthread_mutex_t lock; /* of what follows */
    int64_t next, done;
    int64_t failed;      /* the first file that failed, or `count` */
    struct error *error; /* its */
};

static int64_t take_next(struct read_team *team)
{
    pthread_mutex_lock(&team->lock);
    int64_t i = team->next;
    bool is_left = i < team->count && team->failed == team->count;
    team->next += is_left;
    pthread_mutex_unlock(&team->lock);
    return is_left ? i : team->count;
}

/* How many are done. */
static int64_t note(struct read_team *team, int64_t i,
                    const struct error *error)
{
    pthread_mutex_lock(&team->lock);
    int64_t done = ++team->done;
    if (error->status != STATUS_OK && i < team->failed) {
        team->failed = i;
        *team->error = *error;
    }
    pthread_mutex_unlock(&team->lock);
    return done;
}

static void read_files(struct read_team *team, struct read_progress *progress)
{
    for (;;) {
        struct error error = {.status = STATUS_OK};
        int64_t i = take_next(team);
        if (i == team->count)
            return;
        team->read(team->context, i, &error);
        int64_t done = note(team, i, &error);
        if (progress)
            read_progress_at(progress, done);
    }
}

static void *help(void *team)
{
    read_files(team, NULL);
    return NULL;
}

/* How many could be started. Signals are for the thread that waits. */
static int start_helpers(struct read_team *team, pthread_t *helpers, int most)
{
    sigset_t all, before;
    int started = 0;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (started < most &&
           pthread_create(&helpers[started], NULL, help, team) == 0)
        started++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return started;
}

static int count_threads(int64_t files)
{
    int64_t wanted = files / FILES_A_THREAD;
    int64_t most = wanted < MOST_THREADS ? wanted : MOST_THREADS;
    if (most < 2)
        return 1;
    int threads = guss_processors();
    return threads < most ? threads : (int)most;
}

enum status read_all(int64_t count, read_one *read, void *context,
                     struct read_progress *progress, struct error *error)
{
    struct read_team team = {.count = count,
                             .read = read,
                             .context = context,
                             .lock = PTHREAD_MUTEX_INITIALIZER,
                             .failed = count,
                             .error = error};
    pthread_t helpers[MOST_THREADS];
    int started = start_helpers(&team, helpers, count_threads(count) - 1);
    read_files(&team, progress);
    for (int i = 0; i < started; i++)
        pthread_join(helpers[i], NULL);
    pthread_mutex_destroy(&team.lock);
    return team.failed == count ? STATUS_OK : error->status;
}
