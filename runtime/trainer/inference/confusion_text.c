#include "trainer/inference/confusion.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Of the matrix in text. */
enum { MOST_ROWS = 20, MOST_COLUMNS = 80 };

static const char *const class_keys[] = {"precision", "recall", "f1"};
enum { N_CLASS_KEYS = sizeof class_keys / sizeof *class_keys };

static double class_value(const struct confusion *confusion, int class, int key)
{
    struct class_measures measures = confusion_class(confusion, class);
    const double values[N_CLASS_KEYS] = {measures.precision, measures.recall,
                                         measures.f1};
    return values[key];
}

/* What a whole set is measured by. */
enum { N_KEYS = 4 };
static void list_measures(const struct evaluation *evaluation,
                          const char *keys[N_KEYS], double values[N_KEYS])
{
    const struct measures *measures = &evaluation->measures;
    keys[0] = "loss";
    values[0] = measures->loss;
    keys[1] = "mean_squared_error";
    values[1] = measures->mean_squared_error;
    keys[2] = "mean_absolute_error";
    values[2] = measures->mean_absolute_error;
    keys[3] = "accuracy";
    values[3] = confusion_accuracy(evaluation->confusion);
}

/* ---- text ---------------------------------------------------------------- */

static int digits(int64_t number)
{
    return snprintf(NULL, 0, "%" PRId64, number);
}

/* The width of the widest count, and of the widest name. */
static void measure_matrix(const struct confusion *confusion, int *count_width,
                           size_t *name_width)
{
    int classes = confusion->classes.count;
    *count_width = 1;
    *name_width = 1;
    for (int i = 0; i < classes * classes; i++) {
        int width = digits(confusion->counts[i]);
        *count_width = width > *count_width ? width : *count_width;
    }
    for (int i = 0; i < classes; i++) {
        size_t width = text_columns(confusion->classes.names[i]);
        *name_width = width > *name_width ? width : *name_width;
    }
}

static void write_matrix(struct text *text, const struct confusion *confusion)
{
    int classes = confusion->classes.count, count_width;
    size_t name_width;
    if (classes > MOST_ROWS)
        return;
    measure_matrix(confusion, &count_width, &name_width);
    if (strlen("confusion ") + name_width +
            (size_t)(classes * (count_width + 1)) >
        MOST_COLUMNS)
        return;
    for (int i = 0; i < classes; i++) {
        const char *name = confusion->classes.names[i];
        text_puts(text, "confusion ");
        text_put_shown(text, name);
        text_printf(text, "%*s", (int)(name_width - text_columns(name)), "");
        for (int k = 0; k < classes; k++)
            text_printf(text, " %*" PRId64, count_width,
                        confusion->counts[i * classes + k]);
        text_puts(text, "\n");
    }
}

static void write_mistake(struct text *text,
                          const struct evaluation *evaluation, int64_t index)
{
    const struct answers *answers = evaluation->answers;
    const float *values = answers_values(answers, index);
    int is = evaluation->labels[index];
    int taken_for = answers_class(answers, index);
    const struct answered *sample = &answers->samples[index];
    text_puts(text, "mistake ");
    if (sample->index < 0)
        text_put_shown(text, sample->file);
    else
        text_printf(text, "%" PRId64, sample->index);
    text_puts(text, " true ");
    text_put_shown(text, answers->classes.names[is]);
    text_printf(text, " %.3f predicted ", (double)values[is]);
    text_put_shown(text, answers->classes.names[taken_for]);
    text_printf(text, " %.3f\n", (double)values[taken_for]);
}

void evaluation_write(struct text *text, const struct evaluation *evaluation)
{
    const struct confusion *confusion = evaluation->confusion;
    const char *keys[N_KEYS];
    double values[N_KEYS];
    list_measures(evaluation, keys, values);
    for (int i = 0; i < N_KEYS; i++)
        text_printf(text, "%s %.6g\n", keys[i], values[i]);
    for (int key = 0; key < N_CLASS_KEYS; key++)
        for (int i = 0; i < confusion->classes.count; i++) {
            double value = class_value(confusion, i, key);
            text_printf(text, "%s ", class_keys[key]);
            text_put_shown(text, confusion->classes.names[i]);
            if (isnan(value))
                text_puts(text, " -\n");
            else
                text_printf(text, " %.6g\n", value);
        }
    write_matrix(text, confusion);
    for (int64_t i = 0; i < evaluation->n_mistakes; i++)
        write_mistake(text, evaluation, evaluation->mistakes[i]);
}

/* ---- JSON ---------------------------------------------------------------- */

static void put_number(struct text *text, double number)
{
    if (isfinite(number))
        text_printf(text, "%.6g", number);
    else
        text_puts(text, "null");
}

static void put_class_measures(struct text *text,
                               const struct confusion *confusion, int key)
{
    text_printf(text, ",\n  \"%s\": {", class_keys[key]);
    for (int i = 0; i < confusion->classes.count; i++) {
        text_puts(text, i ? ", " : "");
        text_put_json(text, confusion->classes.names[i]);
        text_puts(text, ": ");
        put_number(text, class_value(confusion, i, key));
    }
    text_puts(text, "}");
}

static void put_matrix(struct text *text, const struct confusion *confusion)
{
    int classes = confusion->classes.count;
    text_puts(text, ",\n  \"classes\": [");
    for (int i = 0; i < classes; i++) {
        text_puts(text, i ? ", " : "");
        text_put_json(text, confusion->classes.names[i]);
    }
    text_puts(text, "]");
    if (!confusion->counts)
        return;
    text_puts(text, ",\n  \"confusion\": [");
    for (int i = 0; i < classes * classes; i++)
        text_printf(text, "%s%" PRId64,
                    i == 0             ? "\n    ["
                    : i % classes == 0 ? "],\n    ["
                                       : ", ",
                    confusion->counts[i]);
    text_puts(text, "]\n  ]");
}

static void put_mistake(struct text *text, const struct evaluation *evaluation,
                        int64_t index)
{
    const struct answers *answers = evaluation->answers;
    const float *values = answers_values(answers, index);
    int is = evaluation->labels[index];
    int taken_for = answers_class(answers, index);
    const struct answered *sample = &answers->samples[index];
    text_puts(text, "{");
    answers_put_file(text, sample->file);
    if (sample->index >= 0)
        text_printf(text, ", \"sample\": %" PRId64, sample->index);
    text_puts(text, ", \"true\": ");
    text_put_json(text, answers->classes.names[is]);
    text_puts(text, ", \"true_value\": ");
    put_number(text, (double)values[is]);
    text_puts(text, ", \"predicted\": ");
    text_put_json(text, answers->classes.names[taken_for]);
    text_puts(text, ", \"predicted_value\": ");
    put_number(text, (double)values[taken_for]);
    text_puts(text, "}");
}

void evaluation_write_json(struct text *text,
                           const struct evaluation *evaluation)
{
    const char *keys[N_KEYS];
    double values[N_KEYS];
    list_measures(evaluation, keys, values);
    for (int i = 0; i < N_KEYS; i++) {
        text_printf(text, "%s\n  \"%s\": ", i ? "," : "{", keys[i]);
        put_number(text, values[i]);
    }
    for (int key = 0; key < N_CLASS_KEYS; key++)
        put_class_measures(text, evaluation->confusion, key);
    put_matrix(text, evaluation->confusion);
    if (evaluation->lists_mistakes) {
        text_puts(text, ",\n  \"mistakes\": [");
        for (int64_t i = 0; i < evaluation->n_mistakes; i++) {
            text_puts(text, i ? ",\n    " : "\n    ");
            put_mistake(text, evaluation, evaluation->mistakes[i]);
        }
        text_puts(text, evaluation->n_mistakes ? "\n  ]" : "]");
    }
    text_puts(text, "\n}\n");
}
