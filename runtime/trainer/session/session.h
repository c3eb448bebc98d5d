/* What a command of the executable works with. */
#ifndef TRAINER_SESSION_H
#define TRAINER_SESSION_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/status.h"
#include "guss/model.h"
#include "trainer/data/data.h"
#include "trainer/schedule/schedule.h"
#include "trainer/session/options.h"
#include "trainer/weights/weights.h"

struct session {
    const struct guss_model *model;
    const struct options *options;
    const char *program; /* argv[0], for hints that can be typed */
    struct arena *arena;
    bool colour; /* on standard error */

    bool has_schedule;
    bool has_said_pixels;     /* that they do not mean floats */
    struct schedule schedule; /* after --schedule, --set, --threads */
    const char *latent_file;  /* a run's own copy, in place of the schedule's
                                 latent.file; NULL: there is none */

    /* From session_start() on. */
    struct guss_team *team;
    void *memory;    /* the model's arena */
    void *allocated; /* owned: it lies in here */

    struct class_names classes; /* a classifier's: of its weights, or of the
                                   data that it is trained on */

    struct normalization normalization;           /* of samples: normalize.h */
    const struct guss_normalization *normalizing; /* the same, or NULL */

    struct error error; /* what failed; empty where it was printed already */
};

/* Fills session->schedule: from `path` (a file), or, where that is NULL, from
 * --schedule or the one compiled in; then --set and --threads. What is compiled
 * in must not differ. Without any schedule it does nothing; `must` then makes
 * that an error. Diagnostics are printed here. */
enum status session_read_schedule(struct session *session, const char *path,
                                  bool must);

/* Reads one schedule text without the command line's changes; the network is
 * always named in the result. */
enum status session_parse_schedule(struct session *session,
                                   const struct source *source,
                                   struct schedule *schedule);

/* The same with --set and --threads, as far as the code allows it: what a run of
 * this session would make of that text. */
enum status session_resolve_schedule(struct session *session,
                                     const struct source *source,
                                     struct schedule *schedule);

/* Starts the threads and allocates the model's memory; the memory alone, which
 * the caller frees. */
enum status session_start(struct session *session);
enum status session_allocate(struct session *session);

/* Stops the threads and frees the memory. */
void session_end(struct session *session);

/* A schedule's optimizers, as emitted code takes them. */
void session_optimizers(const struct schedule *schedule,
                        struct guss_optimizer optimizers[MAX_OPTIMIZERS]);

/* Whether sheets show the largest values in black: where there is a schedule
 * that says so. */
bool session_draws_black(const struct session *session);

/* Draws the first weights from the schedule's seed, and clears the optimizers'
 * state. */
void session_start_weights(struct session *session);

/* The network that a command is about: --network, else the one that the
 * schedule trains, else the only one. NULL and an error where there is none. */
const struct guss_network *session_network(struct session *session);

/* The index of the layer that an option names; -1 and an error where the network
 * has none of that name. */
int session_layer(struct session *session, const struct guss_network *network,
                  enum option_id option);

/* Reads weights, among them all of the list, from a file or the folder of a run;
 * of a folder, says what was read. The classes become those of the file. */
enum status session_load_weights(struct session *session,
                                 struct weight_list list, const char *path);

/* Takes from there what fits of the list, and of that what --only says, and says
 * what it took, what keeps its values and why. *is_whole: all that the list has,
 * so that the network is that of the file; the classes stay. */
enum status session_reuse_weights(struct session *session,
                                  struct weight_list list, const char *path,
                                  bool *is_whole, struct class_names *classes);

/* Reads the set that `reference` names as the schedule reads its data, and
 * checks that it fits an input of the network, counted from 0. The caller frees
 * it. */
enum status session_load_input(struct session *session, const char *reference,
                               const struct guss_network *network, int input,
                               struct data_set *set);

/* Checks that the axes of a set's samples are those of a shape, but for sizes of
 * 1, unless one of the two is a plain row. `what` is "a sample", `taker` as
 * below. */
enum status session_check_axes(struct session *session, const char *reference,
                               const struct guss_output *shape,
                               const char *what, const char *taker,
                               const struct data_set *set);

/* Warns where a network cannot give what the set has, to which it is held, or the
 * loss is not defined for it. */
void session_check_range(struct session *session, const char *reference,
                         const struct data_set *set);

/* session_load_input() for samples of a shape: that of what `taker` "the input
 * of network 'net' takes" says. */
enum status session_load_like(struct session *session, const char *reference,
                              const struct guss_output *shape,
                              const char *taker, struct data_set *set);

/* Reads outputs of a layer: numbers that are taken as they are. */
enum status session_load_outputs(struct session *session, const char *reference,
                                 const struct guss_output *layer,
                                 struct data_set *set);

/* Reads the set that `reference` names as targets of `samples`, and checks that a
 * target fits the network's output. How many there are is not looked at. */
enum status session_load_targets(struct session *session, const char *reference,
                                 const struct guss_network *network,
                                 const struct data_set *samples,
                                 struct data_set *targets);

/* session_load_input() for a network that has one, which is checked. */
enum status session_load_data(struct session *session, const char *reference,
                              const struct guss_network *network,
                              struct data_set *set);

/* Prints an error at a place of a schedule; STATUS_INPUT. */
__attribute__((format(printf, 3, 4))) enum status
session_report(struct session *session, struct span where, const char *format,
               ...);

/* Prints "warning: ..." on standard error. */
__attribute__((format(printf, 2, 3))) void
session_warn(const struct session *session, const char *format, ...);

/* STATUS_MACHINE where not all of standard output could be written. */
enum status session_flush(struct session *session);

/* STATUS_USAGE where the file that an option names, if it is given, has another
 * ending than what is written to it: ".png". */
enum status session_check_ending(struct session *session, enum option_id option,
                                 const char *ending);

#endif
