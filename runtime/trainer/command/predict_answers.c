/* predict for a classifier: what it takes pictures for, or other samples, in
 * words on standard output or in a file. All is known before anything is
 * written. */
#include "trainer/command/commands.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "trainer/inference/answers.h"

enum { MOST_BY_DEFAULT = 5 };

static enum status refuse_network(struct session *session,
                                  const struct guss_network *network)
{
    return error_set(
        &session->error, STATUS_USAGE,
        "--output Y.npy is missing: network '%s' is no classifier, "
        "whose answers could be printed",
        network->name);
}

/* What is known before the weights are: they alone may say that a network
 * without a schedule is a classifier. */
static enum status check_network(struct session *session,
                                 const struct guss_network *network)
{
    const char *const *texts = session->options->texts;
    if (texts[OPTION_LAYER] || texts[OPTION_FROM])
        return error_set(&session->error, STATUS_USAGE,
                         "--output Y.npy is missing, which --%s needs",
                         texts[OPTION_LAYER] ? "layer" : "from");
    if (session->model->schedule_text && !answers_are_of(session, network))
        return refuse_network(session, network);
    return STATUS_OK;
}

bool predict_writes_answers(const char *path)
{
    return path_has_ending(path, ".csv") || path_has_ending(path, ".json");
}

/* That of --format, or of the file of --output. */
static enum status choose_format(struct session *session,
                                 enum answers_format *format)
{
    const struct options *options = session->options;
    const char *output = options->texts[OPTION_OUTPUT];
    bool is_chosen = options->texts[OPTION_ANSWER_FORMAT];
    *format = options->is_csv    ? ANSWERS_CSV
              : options->is_json ? ANSWERS_JSON
                                 : ANSWERS_TEXT;
    enum answers_format ending = *format;
    if (output)
        ending = path_has_ending(output, ".csv") ? ANSWERS_CSV : ANSWERS_JSON;
    if (is_chosen && ending != *format)
        return error_set(&session->error, STATUS_USAGE,
                         "--format %s does not fit the file '%s' of --output",
                         options->texts[OPTION_ANSWER_FORMAT], output);
    *format = ending;
    return STATUS_OK;
}

/* ---- answering ----------------------------------------------------------- */

static enum status answer_one(struct session *session,
                              const struct route *route, const char *reference,
                              struct answers *answers)
{
    struct data_set set;
    enum status status =
        session_load_data(session, reference, route->network, &set);
    if (status != STATUS_OK)
        return status;
    status = answers_add(session, route, reference, &set, answers);
    data_free(&set);
    return status;
}

static enum status answer_all(struct session *session,
                              const struct route *route,
                              struct answers *answers)
{
    const struct options *options = session->options;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < options->n_inputs; i++)
        status = answer_one(session, route, options->inputs[i], answers);
    for (int i = 0; status == STATUS_OK && i < options->n_operands; i++)
        status = answer_one(session, route, options->operands[i], answers);
    return status;
}

/* ---- writing ------------------------------------------------------------- */

/* Names in CSV are as they are: what they hold is not for a terminal to obey. */
static void print_answers(const struct text *text)
{
    if (!isatty(STDOUT_FILENO)) {
        fwrite(text->bytes, 1, text->length, stdout);
        return;
    }
    struct text shown = text_new(text->arena);
    for (const char *line = text->bytes; *line;) {
        size_t length = strcspn(line, "\n");
        text_put_shown(&shown, arena_copy(text->arena, line, length));
        text_puts(&shown, line[length] ? "\n" : "");
        line += length + (line[length] == '\n');
    }
    fputs(text_string(&shown), stdout);
}

static enum status write_answers(struct session *session,
                                 const struct answers *answers,
                                 enum answers_format format)
{
    const struct options *options = session->options;
    const char *output = options->texts[OPTION_OUTPUT];
    int top = options->top ? (int)options->top : MOST_BY_DEFAULT;
    struct text text = text_new(session->arena);
    answers_write(&text, answers, top, format);
    enum status status = STATUS_OK;
    if (output) {
        status = file_write(output, text.bytes, text.length, &session->error);
    } else {
        print_answers(&text);
        status = session_flush(session);
    }
    if (status == STATUS_OK && answers->count > 1)
        fprintf(stderr, "%s\n", answers_summary(session->arena, answers));
    return status;
}

enum status predict_answers(struct session *session,
                            const struct guss_network *network)
{
    enum answers_format format;
    struct answers answers = {0};
    const struct route route = route_whole(session->arena, network);
    enum status status = check_network(session, network);
    if (status == STATUS_OK)
        status = choose_format(session, &format);
    if (status == STATUS_OK)
        status = session_start(session);
    if (status == STATUS_OK)
        status = session_load_weights(session, weights_of(network),
                                      session->options->texts[OPTION_WEIGHTS]);
    if (status == STATUS_OK && !answers_are_of(session, network))
        status = refuse_network(session, network);
    if (status == STATUS_OK)
        status = answer_all(session, &route, &answers);
    if (status == STATUS_OK)
        status = write_answers(session, &answers, format);
    answers_free(&answers);
    return status;
}
