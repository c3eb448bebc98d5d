/* Usage: compare_tensors [--key KEY] [--moved-from C] A B RTOL ATOL
 *
 * Holds two files of tensors against each other: the same keys and shapes, and
 * |a - b| <= ATOL + RTOL * |b| for every element; NaN is never within. A file
 * is safetensors, or .npy of float32: one tensor without a name, which meets
 * whatever single tensor the other file holds. --key takes one tensor of A.
 * With --moved-from, RTOL is of the movement: of the largest |a - c| of the
 * tensor, where C holds the weights before training and A what is expected.
 * Exit status: 0 they agree; 1 they differ, with the worst element of every
 * tensor that does; 2 wrong usage or a file that cannot be read. */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "trainer/data/data.h"
#include "trainer/weights/safetensors.h"

struct tensor_list {
    const struct tensor *tensors;
    int n_tensors;
    bool nameless; /* one tensor of a .npy file */
};

struct tolerance {
    double relative, absolute;
    const struct tensor_list
        *before; /* what RTOL's movement is from, or NULL */
};

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), end_length = strlen(end);

    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

static _Noreturn void fail(const char *message)
{
    fprintf(stderr, "compare_tensors: %s\n", message);
    exit(2);
}

static struct tensor_list read_npy(struct arena *arena, const char *path,
                                   struct data_set **holds)
{
    struct data_set *set = arena_alloc(arena, 1, sizeof *set);
    struct tensor *tensor = arena_alloc(arena, 1, sizeof *tensor);
    struct error error;

    if (data_read_npy(path, set, &error) != STATUS_OK)
        fail(error.text);
    if (set->samples.element != GUSS_F32)
        fail("a .npy file must hold float32");
    tensor->key = path;
    tensor->rank = set->rank + 1;
    tensor->shape[0] = set->samples.count;
    for (int i = 0; i < set->rank; i++)
        tensor->shape[i + 1] = set->shape[i];
    tensor->values = set->samples.values;
    tensor->count = set->samples.count * set->samples.width;
    *holds = set;
    return (struct tensor_list){tensor, 1, true};
}

/* What holds the values of a file's tensors, until it is freed. */
struct holder {
    struct tensor_file file;
    struct data_set *set; /* of a .npy file */
};

static struct tensor_list read_tensors(struct arena *arena, const char *path,
                                       struct holder *holder)
{
    struct error error;

    *holder = (struct holder){0};
    if (ends_with(path, ".npy"))
        return read_npy(arena, path, &holder->set);
    if (tensor_file_read(arena, path, &holder->file, &error) != STATUS_OK)
        fail(error.text);
    return (struct tensor_list){holder->file.tensors, holder->file.n_tensors,
                                false};
}

static void holder_free(struct holder *holder)
{
    tensor_file_free(&holder->file);
    if (holder->set)
        data_free(holder->set);
}

static const struct tensor *find_tensor(const struct tensor_list *list,
                                        const char *key)
{
    for (int i = 0; i < list->n_tensors; i++)
        if (strcmp(list->tensors[i].key, key) == 0)
            return &list->tensors[i];
    return NULL;
}

static void print_shape(const struct tensor *tensor)
{
    printf("(");
    for (int i = 0; i < tensor->rank; i++)
        printf("%s%" PRId64, i ? ", " : "", tensor->shape[i]);
    printf(")");
}

static bool same_shape(const struct tensor *a, const struct tensor *b)
{
    if (a->rank == b->rank &&
        memcmp(a->shape, b->shape, (size_t)a->rank * sizeof a->shape[0]) == 0)
        return true;
    printf("%s: ", a->key);
    print_shape(a);
    printf(" against ");
    print_shape(b);
    printf("\n");
    return false;
}

static void print_index(const struct tensor *tensor, int64_t element)
{
    int64_t below = tensor->count;

    printf("[");
    for (int i = 0; i < tensor->rank; i++) {
        below /= tensor->shape[i];
        printf("%s%" PRId64, i ? ", " : "", element / below);
        element %= below;
    }
    printf("]");
}

/* The largest |a - c| of a tensor, where c are its weights before training. */
static double movement(const struct tensor *a, const struct tensor_list *before)
{
    const struct tensor *c = find_tensor(before, a->key);
    double most = 0;

    if (!c || c->count != a->count)
        fail("--moved-from holds other tensors");
    for (int64_t i = 0; i < a->count; i++)
        most = fmax(most, fabs((double)a->values[i] - (double)c->values[i]));
    return most;
}

static bool same_values(const struct tensor *a, const struct tensor *b,
                        struct tolerance tolerance)
{
    int64_t worst = -1, outside = 0;
    double worst_share = 0;
    double moved = tolerance.before ? movement(a, tolerance.before) : 0;

    for (int64_t i = 0; i < a->count; i++) {
        double x = (double)a->values[i], y = (double)b->values[i];
        double size = tolerance.before ? moved : fabs(y);
        double allowed = tolerance.absolute + tolerance.relative * size;
        double share = fabs(x - y) / allowed;

        if (x == y || share <= 1)
            continue;
        outside++;
        if (isnan(share))
            share = HUGE_VAL;
        if (share > worst_share) {
            worst = i;
            worst_share = share;
        }
    }
    if (worst < 0)
        return true;
    printf("%s", a->key);
    print_index(a, worst);
    printf(": %.9g against %.9g, %.3g times the tolerance; %" PRId64
           " of %" PRId64 " elements are outside\n",
           (double)a->values[worst], (double)b->values[worst], worst_share,
           outside, a->count);
    return false;
}

static bool same_tensor(const struct tensor *a, const struct tensor *b,
                        struct tolerance tolerance)
{
    return same_shape(a, b) && same_values(a, b, tolerance);
}

static bool same_tensors(const struct tensor_list *a,
                         const struct tensor_list *b,
                         struct tolerance tolerance)
{
    bool same = true;

    if ((a->nameless || b->nameless) && a->n_tensors == 1 && b->n_tensors == 1)
        return same_tensor(a->tensors, b->tensors, tolerance);
    for (int i = 0; i < a->n_tensors; i++) {
        const struct tensor *tensor = &a->tensors[i];
        const struct tensor *other = find_tensor(b, tensor->key);

        if (!other)
            printf("%s: only in the first file\n", tensor->key);
        if (!other || !same_tensor(tensor, other, tolerance))
            same = false;
    }
    for (int i = 0; i < b->n_tensors; i++) {
        if (find_tensor(a, b->tensors[i].key))
            continue;
        printf("%s: only in the second file\n", b->tensors[i].key);
        same = false;
    }
    return same;
}

static double read_number(const char *text)
{
    char *end;
    double number = strtod(text, &end);

    if (end == text || *end != '\0' || !(number >= 0))
        fail("RTOL and ATOL are numbers, at least 0");
    return number;
}

int main(int argc, char **argv)
{
    struct arena *arena = arena_new();
    struct holder holder_a, holder_b, holder_before = {0};
    struct tensor_list a, b, before;
    struct tolerance tolerance = {0};
    const char *key = NULL;
    bool same;

    if (argc > 2 && strcmp(argv[1], "--key") == 0) {
        key = argv[2];
        argv += 2;
        argc -= 2;
    }
    if (argc > 2 && strcmp(argv[1], "--moved-from") == 0) {
        before = read_tensors(arena, argv[2], &holder_before);
        tolerance.before = &before;
        argv += 2;
        argc -= 2;
    }
    if (argc != 5)
        fail("usage: compare_tensors [--key KEY] [--moved-from C] A B RTOL "
             "ATOL");
    a = read_tensors(arena, argv[1], &holder_a);
    b = read_tensors(arena, argv[2], &holder_b);
    if (key) {
        a.tensors = find_tensor(&a, key);
        a.n_tensors = 1;
        if (!a.tensors)
            fail("the first file has no such key");
    }
    tolerance.relative = read_number(argv[3]);
    tolerance.absolute = read_number(argv[4]);
    same = same_tensors(&a, &b, tolerance);
    holder_free(&holder_a);
    holder_free(&holder_b);
    holder_free(&holder_before);
    arena_free(arena);
    return same ? 0 : 1;
}
