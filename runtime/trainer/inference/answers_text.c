/* Answers for people and for programs. Names come from files and folders, so
 * nothing of them is taken for granted. */
#include "trainer/inference/answers.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/source.h"

enum { MOST_SUMMARISED = 20 };

/* ---- names --------------------------------------------------------------- */

void answers_put_file(struct text *text, const char *file)
{
    text_puts(text, "\"file\": ");
    text_put_json(text, file);
    if (source_is_utf8(file))
        return;
    text_puts(text, ", \"file_hex\": \"");
    text_put_hexadecimal(text, file);
    text_puts(text, "\"");
}

static bool are_of_one_set(const struct answers *answers)
{
    for (int64_t i = 1; i < answers->count; i++)
        if (strcmp(answers->samples[i].file, answers->samples[0].file) != 0)
            return false;
    return true;
}

/* What a line begins with: a picture's file; else the index, behind the
 * reference where there are several. */
static const char *sample_name(struct arena *arena,
                               const struct answered *sample, bool is_one_set)
{
    if (sample->index < 0)
        return sample->file;
    if (is_one_set)
        return arena_printf(arena, "%lld", (long long)sample->index);
    return arena_printf(arena, "%s:%lld", sample->file,
                        (long long)sample->index);
}

/* ---- the greatest -------------------------------------------------------- */

struct rank {
    float value;
    int class;
};

/* Falling values, NaN last; of equals the first class first. */
static int compare_ranks(const void *a, const void *b)
{
    const struct rank *one = a, *other = b;
    if (one->value > other->value ||
        (isnan(other->value) && !isnan(one->value)))
        return -1;
    if (one->value < other->value ||
        (isnan(one->value) && !isnan(other->value)))
        return 1;
    return one->class - other->class;
}

static void rank_classes(const struct answers *answers, int64_t index,
                         struct rank *ranks)
{
    const float *values = answers_values(answers, index);
    for (int i = 0; i < answers->classes.count; i++)
        ranks[i] = (struct rank){values[i], i};
    qsort(ranks, (size_t)answers->classes.count, sizeof *ranks, compare_ranks);
}

/* ---- an answer ----------------------------------------------------------- */

struct writer {
    struct text *text;
    const struct answers *answers;
    int top;
    bool is_one_set;
};

static void write_line(const struct writer *writer, const char *name,
                       const struct rank *ranks)
{
    text_put_shown(writer->text, name);
    for (int i = 0; i < writer->top; i++) {
        text_puts(writer->text, " ");
        text_put_shown(writer->text,
                       writer->answers->classes.names[ranks[i].class]);
        text_printf(writer->text, " %.3f", (double)ranks[i].value);
    }
    text_puts(writer->text, "\n");
}

static void write_header(const struct writer *writer)
{
    text_puts(writer->text, "file");
    for (int i = 1; i <= writer->top; i++)
        text_printf(writer->text, ",class_%d,value_%d", i, i);
    text_puts(writer->text, "\n");
}

static void write_row(const struct writer *writer, const char *name,
                      const struct rank *ranks)
{
    text_put_csv(writer->text, name);
    for (int i = 0; i < writer->top; i++) {
        text_puts(writer->text, ",");
        text_put_csv(writer->text,
                     writer->answers->classes.names[ranks[i].class]);
        text_printf(writer->text, ",%.9g", (double)ranks[i].value);
    }
    text_puts(writer->text, "\n");
}

static void write_object(const struct writer *writer,
                         const struct answered *sample,
                         const struct rank *ranks)
{
    struct text *text = writer->text;
    text_puts(text, "  {");
    answers_put_file(text, sample->file);
    if (sample->index >= 0)
        text_printf(text, ", \"sample\": %lld", (long long)sample->index);
    text_puts(text, ", \"classes\": [");
    for (int i = 0; i < writer->top; i++) {
        text_puts(text, i ? ", {\"name\": " : "{\"name\": ");
        text_put_json(text, writer->answers->classes.names[ranks[i].class]);
        text_puts(text, ", \"value\": ");
        if (isfinite(ranks[i].value))
            text_printf(text, "%.9g}", (double)ranks[i].value);
        else
            text_puts(text, "null}");
    }
    text_puts(text, "]}");
}

void answers_write(struct text *text, const struct answers *answers, int top,
                   enum answers_format format)
{
    int classes = answers->classes.count;
    struct arena *arena = arena_new();
    struct rank *ranks = arena_alloc(arena, (size_t)classes, sizeof *ranks);
    const struct writer writer = {text, answers, top < classes ? top : classes,
                                  are_of_one_set(answers)};
    if (format == ANSWERS_CSV)
        write_header(&writer);
    text_puts(text, format == ANSWERS_JSON ? "[\n" : "");
    for (int64_t i = 0; i < answers->count; i++) {
        const struct answered *sample = &answers->samples[i];
        const char *name = sample_name(arena, sample, writer.is_one_set);
        rank_classes(answers, i, ranks);
        if (format == ANSWERS_TEXT)
            write_line(&writer, name, ranks);
        else if (format == ANSWERS_CSV)
            write_row(&writer, name, ranks);
        else
            write_object(&writer, sample, ranks);
        if (format == ANSWERS_JSON)
            text_puts(text, i + 1 < answers->count ? ",\n" : "\n]\n");
    }
    arena_free(arena);
}

/* ---- a summary ----------------------------------------------------------- */

struct share {
    int64_t count;
    int class;
};

static int compare_shares(const void *a, const void *b)
{
    const struct share *one = a, *other = b;
    if (one->count != other->count)
        return one->count > other->count ? -1 : 1;
    return one->class - other->class;
}

const char *answers_summary(struct arena *arena, const struct answers *answers)
{
    int classes = answers->classes.count;
    struct share *shares = arena_alloc(arena, (size_t)classes, sizeof *shares);
    struct text text = text_new(arena);
    for (int i = 0; i < classes; i++)
        shares[i].class = i;
    for (int64_t i = 0; i < answers->count; i++)
        shares[answers_class(answers, i)].count++;
    qsort(shares, (size_t)classes, sizeof *shares, compare_shares);
    text_printf(&text, "%lld samples:", (long long)answers->count);
    for (int i = 0; i < classes && shares[i].count > 0; i++) {
        if (i == MOST_SUMMARISED) {
            text_puts(&text, ", ...");
            break;
        }
        text_puts(&text, i ? ", " : " ");
        text_put_shown(&text, answers->classes.names[shares[i].class]);
        text_printf(&text, " %lld (%.1f %%)", (long long)shares[i].count,
                    100.0 * (double)shares[i].count / (double)answers->count);
    }
    return text_string(&text);
}
