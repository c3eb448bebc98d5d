/* The words of an executable's command line. */
#ifndef TRAINER_OPTIONS_H
#define TRAINER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/option_info.h"
#include "base/status.h"
#include "base/terminal.h"
#include "trainer/schedule/schedule.h"
#include "trainer/weights/weights.h"

enum option_id {
    OPTION_OUT,
    OPTION_RESUME,
    OPTION_INIT,
    OPTION_ONLY,
    OPTION_REPEAT,
    OPTION_SCHEDULE,
    OPTION_DATA,
    OPTION_SET,
    OPTION_THREADS,
    OPTION_NETWORK,
    OPTION_FROM,
    OPTION_LAYER,
    OPTION_WEIGHTS,
    OPTION_LAYOUT,
    OPTION_INPUT,
    OPTION_TARGET,
    OPTION_COUNT,
    OPTION_COLUMNS,
    OPTION_STEPS,
    OPTION_SEED,
    OPTION_OUTPUT,
    OPTION_NPY,
    OPTION_ACCEPT,
    OPTION_PER_CLASS,
    OPTION_FORMAT,
    OPTION_ANSWER_FORMAT, /* --format, too */
    OPTION_TOP,
    OPTION_CONFUSION,
    OPTION_MISTAKES,
    OPTION_SECONDS,
    OPTION_PREDICT,
    OPTION_BATCH,
    OPTION_COLOR,
    OPTION_HELP,
    OPTION_VERSION,
    N_OPTIONS
};

/* Texts are NULL and numbers 0 where an option was not given. */
struct options {
    const char *texts[N_OPTIONS];
    const char *format;   /* "" */
    bool is_json, is_csv; /* that is the format */
    int64_t count, columns, steps, threads, top, per_class, batch;
    double seconds, accept;
    uint64_t seed;
    const char **inputs, **outputs; /* --input and --output, in order */
    size_t n_inputs, n_outputs;
    const char **patterns; /* --only, in order */
    size_t n_patterns;
    char **operands; /* of argv, in order */
    int n_operands;
    struct schedule_edit *edits; /* --set, in order */
    size_t n_edits;
    enum colour_choice colour;
    enum weights_layout layout;
    bool help, version, predict;
    int n_words; /* of argv that were read, up to the first operand */
};

/* What an option is in one command, where that is more than in all. */
struct option_meaning {
    enum option_id id;
    const char *value, *purpose; /* as in struct option_info */
};

/* What a command takes: bits 1 << enum option_id. --help and --color are
 * always taken. */
struct option_rules {
    uint64_t allowed, required;
    uint64_t one_of;       /* one or both of these two, or none is asked for */
    bool stops_at_operand; /* before a command's name */
    const char *operands; /* what they are, for the help; NULL: none is taken */
    const struct option_meaning *meanings; /* ended by a NULL value, or NULL */
};

/* Reads argv[1 ..]; argv[0] is not looked at. A mistake is STATUS_USAGE with a
 * message of one line. With --help nothing is required. */
enum status options_parse(struct arena *arena, const struct option_rules *rules,
                          int argc, char **argv, struct options *options,
                          struct error *error);

/* "out" */
const char *option_name(enum option_id id);

/* The options that are taken, ended by a NULL name. */
void options_of(const struct option_rules *rules,
                struct option_info info[N_OPTIONS + 1]);

/* One line for each of them. */
void options_describe(const struct option_rules *rules, FILE *out);

#endif
