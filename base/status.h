/* How a failure travels: an exit status and one message.
 *
 * Three kinds of trouble, never mixed:
 *   the user's mistake in a text   diag.h, at its line and column
 *   the machine's, or a bad file   struct error, returned to the caller
 *   our own bug                    assert() */
#ifndef BASE_STATUS_H
#define BASE_STATUS_H

/* The exit statuses of guss and of the executables it makes. */
enum status {
    STATUS_OK = 0,
    STATUS_INPUT = 1,    /* the input is wrong or missing */
    STATUS_USAGE = 2,    /* wrong usage of the command line */
    STATUS_MACHINE = 3,  /* reading or writing a file, disk, memory, cc, CPU */
    STATUS_DIVERGED = 4, /* training met NaN or Inf */
    STATUS_SIGNAL = 128, /* and the number of a signal: asked to stop, saved */
    STATUS_HUNG_UP = STATUS_SIGNAL + 1,     /* SIGHUP */
    STATUS_INTERRUPTED = STATUS_SIGNAL + 2, /* SIGINT */
    STATUS_TERMINATED = STATUS_SIGNAL + 15  /* SIGTERM */
};

struct error {
    enum status status; /* STATUS_OK until error_set() */
    char text[2048];    /* one or more lines, no final newline */
};

/* Fills *error and returns `status`. The message names the file or option,
 * says what was found and what was wanted; lower case, no final full stop. It is
 * masked (text_mask()), and cut where it is too long. */
__attribute__((format(printf, 3, 4))) enum status
error_set(struct error *error, enum status status, const char *format, ...);

/* The same of a message of several lines. What it quotes has been put into it with
 * text_put_shown(), since no newline can be told from another here. */
enum status error_set_lines(struct error *error, enum status status,
                            const char *lines);

/* error_set() with ": " and the text of errno behind the message. */
__attribute__((format(printf, 3, 4))) enum status
error_set_errno(struct error *error, enum status status, const char *format,
                ...);

#endif
