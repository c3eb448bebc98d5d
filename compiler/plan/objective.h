/* An objective as data: what a schedule trains, as phases.
 *
 * An update is its phases after each other; a phase takes rows through a
 * network, forward or also back to weights. Each phase becomes a program, and
 * with that a function of the emitted file. One file an objective,
 * objective_*.c; objectives.def lists them, and nothing else knows one. */
#ifndef COMPILER_OBJECTIVE_H
#define COMPILER_OBJECTIVE_H

#include "compiler/graph/graph.h"
#include "trainer/schedule/schedule.h"

/* How an operation with two ways of running does it. */
enum mode {
    MODE_TRAINING,  /* dropout, batch statistics */
    MODE_PREDICTING /* neither */
};

/* Rows of a phase are counted in halves of a batch. */
enum { HALF_BATCH = 1, WHOLE_BATCH = 2 };

/* What a network of a phase reads. */
enum input_kind {
    INPUT_SAMPLES, /* the batch's */
    INPUT_LATENT,  /* latent rows */
    INPUT_JOINED   /* half a batch of samples, then what a phase made */
};

struct phase;
struct phase_input {
    enum input_kind kind;
    int first; /* INPUT_LATENT: which of the update's rows is the first, in
                  halves of a batch */
    const struct phase *made_by; /* INPUT_JOINED: a phase before it, which
                                    keeps its result */
};

/* What the result should have been. */
enum target_kind {
    TARGET_INPUT,  /* what was read */
    TARGET_PIXELS, /* what was read, before it was normalized */
    TARGET_LABELS, /* the samples' labels, as rows */
    TARGET_DATA,   /* the samples' targets, of a set of their own */
    TARGET_TRUTH   /* 1 of the first `real` rows, 0 of the others */
};

struct phase_target {
    enum target_kind kind;
    int real; /* TARGET_TRUTH: in halves of a batch */
};

/* A loss of a phase's result; several add up. */
struct phase_loss {
    const char *name;  /* in logs and checkpoints: "loss" */
    const char *brief; /* on a narrow screen */
    const char *title; /* in a sentence: "the loss" */
    const char *sums;  /* the member of the arena where its sums lie, a tile
                          each */
    enum loss_kind kind;
};

/* What is counted of each row beside its losses. */
enum count {
    COUNT_NOTHING,
    COUNT_RIGHT,   /* whether it is classified right */
    COUNT_BY_TRUTH /* the same, of rows whose target is 1 and of others apart */
};

enum { MAX_LOSSES = 2, MAX_PHASES = 4, MAX_TRAINED = 2 };

struct phase {
    const char *name;              /* of the emitted function: "train" */
    const char *title;             /* where programs are listed: "train" */
    const char *use;               /* what it is for: "an update" */
    const char *comment;           /* above the function */
    const char *step;              /* what is drawn of it: "training" */
    const struct network *network; /* that it runs, and trains */
    const struct network *behind;  /* that reads the result, frozen; or NULL */
    enum mode mode;
    struct phase_input input;
    struct phase_target target; /* where there are losses */
    struct phase_loss losses[MAX_LOSSES];
    int n_losses; /* 0: its result alone is wanted */
    enum count count;
    int optimizer;     /* of the objective's, by index; -1: it trains nothing */
    const char *shard; /* the type of its partial sums of gradients */
    int share;         /* of the batch, in halves: rows that it takes */
    const char *kept;  /* the member of the arena that keeps its result for
                         phases behind it; NULL: none reads it */
    bool is_evaluation; /* apart from updates: of the last phase alone */
};

struct objective_plan {
    const struct objective_kind *kind;
    /* What is trained, by which optimizer; a command is about the first where it
     * is told no other. */
    const struct network *trained[MAX_TRAINED];
    const struct optimizer_settings *optimizers[MAX_TRAINED];
    const char *roles[MAX_TRAINED]; /* what tells several apart */
    int n_trained;
    int batch;                       /* samples of an update */
    const char *comment;             /* above an update of several phases */
    struct phase phases[MAX_PHASES]; /* in their order */
    int n_phases;
};

struct objective_kind {
    const char *constant; /* what the runtime calls it: "GUSS_CLASSIFIER" */
    /* Fills all but `kind` and `batch`; false with an error in `diags` where a network that
     * the schedule names is not there. */
    bool (*describe)(struct arena *arena, const struct graph *graph,
                     const struct schedule *schedule,
                     struct objective_plan *objective, struct diags *diags);
    /* Reports what of it does not fit. Each trained network has one input and
     * one output, and something to train. */
    void (*check)(struct arena *arena, const struct graph *graph,
                  const struct schedule *schedule,
                  const struct objective_plan *objective, struct diags *diags);
};

#define OBJECTIVE(number, kind) extern const struct objective_kind kind;
#include "compiler/plan/objectives.def"
#undef OBJECTIVE

/* What a schedule trains; NULL with an error in `diags` where a network that it
 * names is not in the graph. Both must outlive it. */
struct objective_plan *plan_objective(struct arena *arena,
                                      const struct graph *graph,
                                      const struct schedule *schedule,
                                      struct diags *diags);

/* Reports what of the schedule does not fit its networks. */
void check_objective(struct arena *arena, const struct graph *graph,
                     const struct schedule *schedule, struct diags *diags);

/* The network whose output is held to the target in a phase with losses. */
const struct network *phase_judged(const struct phase *phase);
bool phase_trains(const struct phase *phase);

/* Terms of a loss of the phase, a sample: its sum over those is divided by them. */
int64_t phase_loss_terms(const struct phase *phase,
                         const struct phase_loss *loss);

/* How many phases an update has: an evaluation is behind them. The last one has
 * losses, whatever the objective. */
int objective_update_phases(const struct objective_plan *objective);
const struct phase *objective_last(const struct objective_plan *objective);

/* The latent rows that an update draws, in halves of a batch. */
int objective_latent_rows(const struct objective_plan *objective);

/* The least part of a batch that a phase takes, in halves. */
int objective_least_share(const struct objective_plan *objective);

/* ---- for the files of objectives --------------------------------------- */

/* The network that a schedule's `key` names, or, where `name` is NULL, the file's
 * only one; NULL with an error at `where`. */
const struct network *scheduled_network(struct arena *arena,
                                        const struct graph *graph,
                                        const char *key, const char *name,
                                        struct span where, struct diags *diags);

/* Values fill a shape in their order, as data fills an input. */
bool shape_takes(const struct shape *wanted, const struct shape *given);

/* Describes the one that trains one network on samples, with an evaluation. */
bool objective_supervise(struct arena *arena, const struct graph *graph,
                         const struct schedule *schedule,
                         enum target_kind target, enum count count,
                         struct objective_plan *objective, struct diags *diags);

#endif
