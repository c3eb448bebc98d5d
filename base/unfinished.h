/* Files that are being made. Nothing of them stays where the process ends
 * before they are done: by exit(), which is how it ends where memory runs out,
 * or by a signal that asks it to. */
#ifndef BASE_UNFINISHED_H
#define BASE_UNFINISHED_H

#include <stdbool.h>
#include <sys/types.h>

/* One of them; memory of whoever makes it, there until it is forgotten. Only
 * one thread makes files. */
struct unfinished {
    int folder;       /* file descriptor of the folder that it is in */
    const char *name; /* in that folder */
    bool is_folder;   /* itself: an empty one by then */
    struct unfinished *volatile next;
};

/* To be called once, early: exit() and SIGHUP, SIGINT, SIGQUIT, SIGPIPE,
 * SIGTERM and SIGXCPU remove what is unfinished; the signal then ends the
 * process as ever. A signal that is ignored stays so, one that somebody catches
 * afterwards is theirs. */
void unfinished_remove_at_end(void);

/* From now on it is removed in the end. What is registered last goes first. */
void unfinished_register(struct unfinished *file);
/* openat() for writing of a new file that is registered with it; -1 and errno
 * where that fails, EEXIST where there is one of that name. */
int unfinished_create(struct unfinished *file, mode_t mode);
/* It stays, or is gone already; nothing if it is not registered. */
void unfinished_forget(struct unfinished *file);

/* Removes all that is registered; also for a signal handler that ends the
 * process. */
void unfinished_remove_all(void);

#endif
