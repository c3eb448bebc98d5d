/* Precision, recall and F1 as scikit-learn's precision_recall_fscore_support()
 * has them with zero_division=nan, but that a class without a sample has none:
 * it was not looked for. */
#include "trainer/inference/confusion.h"

#include <math.h>
#include <stdlib.h>

struct confusion confusion_of(struct arena *arena,
                              const struct answers *answers,
                              const int32_t *labels)
{
    size_t classes = (size_t)answers->classes.count;
    struct confusion confusion = {.classes = answers->classes,
                                  .samples = answers->count};
    confusion.of = arena_alloc(arena, classes, sizeof *confusion.of);
    confusion.taken_for =
        arena_alloc(arena, classes, sizeof *confusion.taken_for);
    confusion.right = arena_alloc(arena, classes, sizeof *confusion.right);
    if (classes <= CONFUSION_MOST_CLASSES)
        confusion.counts =
            arena_alloc(arena, classes * classes, sizeof *confusion.counts);
    for (int64_t i = 0; i < answers->count; i++) {
        int is = labels[i], taken_for = answers_class(answers, i);
        confusion.of[is]++;
        confusion.taken_for[taken_for]++;
        confusion.right[is] += is == taken_for;
        if (confusion.counts)
            confusion.counts[(size_t)is * classes + (size_t)taken_for]++;
    }
    return confusion;
}

double confusion_accuracy(const struct confusion *confusion)
{
    int64_t right = 0;
    for (int i = 0; i < confusion->classes.count; i++)
        right += confusion->right[i];
    return (double)right / (double)confusion->samples;
}

/* 0 / 0 is NaN. */
static double part(int64_t count, int64_t all)
{
    return (double)count / (double)all;
}

struct class_measures confusion_class(const struct confusion *confusion,
                                      int class)
{
    int64_t of = confusion->of[class];
    int64_t taken_for = confusion->taken_for[class];
    int64_t right = confusion->right[class];
    if (of == 0)
        return (struct class_measures){NAN, NAN, NAN};
    return (struct class_measures){.precision = part(right, taken_for),
                                   .recall = part(right, of),
                                   .f1 = part(2 * right, of + taken_for)};
}

/* ---- mistakes ------------------------------------------------------------ */

struct mistake {
    float value; /* of the true class */
    int64_t index;
};

/* A NaN is no value at all. */
static int compare_mistakes(const void *a, const void *b)
{
    const struct mistake *one = a, *other = b;
    bool is_none = isnan(one->value), is_other_none = isnan(other->value);
    if (is_none != is_other_none)
        return is_none ? -1 : 1;
    if (!is_none && one->value != other->value)
        return one->value < other->value ? -1 : 1;
    return one->index < other->index ? -1 : 1;
}

int64_t confusion_mistakes(struct arena *arena, const struct answers *answers,
                           const int32_t *labels, int64_t most,
                           int64_t **indexes)
{
    int64_t count = 0;
    struct mistake *mistakes =
        arena_alloc(arena, (size_t)answers->count, sizeof *mistakes);
    for (int64_t i = 0; i < answers->count; i++)
        if (answers_class(answers, i) != labels[i])
            mistakes[count++] =
                (struct mistake){answers_values(answers, i)[labels[i]], i};
    if (count > 0)
        qsort(mistakes, (size_t)count, sizeof *mistakes, compare_mistakes);
    count = count < most ? count : most;
    *indexes = arena_alloc(arena, (size_t)count, sizeof **indexes);
    for (int64_t i = 0; i < count; i++)
        (*indexes)[i] = mistakes[i].index;
    return count;
}
