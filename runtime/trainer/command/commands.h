/* The commands of an executable. */
#ifndef TRAINER_COMMANDS_H
#define TRAINER_COMMANDS_H

#include "guss/model.h"
#include "trainer/session/session.h"

/* The whole command line: finds the command, runs it, prints what failed.
 * Returns the exit status. */
int executable_run(const struct guss_model *model, int argc, char **argv);

struct command {
    const char *name, *purpose;
    const char *note; /* below its options, or NULL */
    struct option_rules rules;
    enum status (*run)(struct session *session);
};

/* Their table, by index; NULL past the end. */
enum { MOST_COMMANDS = 16 };
const struct command *command_at(int index);

/* What is taken before a command's name. */
extern const struct option_rules line_rules;

/* Whether what a model is trained for, if anything, has a use for a command. */
bool command_fits(const struct command *command,
                  const struct guss_model *model);

/* The answer to `--complete WORD...`, as base/completion.h has it. */
enum status executable_complete(struct session *session, int n_words,
                                char **words);

/* Each reads session->options and leaves what failed in session->error. */
enum status command_train(struct session *session);
enum status command_predict(struct session *session);

/* predict where what a classifier answers is wanted; whether a file of --output
 * is for that. */
enum status predict_answers(struct session *session,
                            const struct guss_network *network);
bool predict_writes_answers(const char *path);

enum status command_reconstruct(struct session *session);
enum status command_generate(struct session *session);
enum status command_interpolate(struct session *session);
enum status command_nearest(struct session *session);
enum status command_evaluate(struct session *session);

/* evaluate for a classifier: prints, and draws what --confusion and --mistakes
 * want, of a set whose labels are classes of the network. */
struct measures;
enum status evaluate_classifier(struct session *session, const char *reference,
                                const struct data_set *set,
                                const struct measures *measures);

/* evaluate for a GAN: what is said of samples of the set and of
 * generated ones. */
enum status evaluate_gan(struct session *session, const char *reference);

enum status command_bench(struct session *session);
/* bench --predict. */
enum status bench_predictions(struct session *session);
enum status command_completion(struct session *session);
enum status command_summary(struct session *session);

#endif
