/* Weights for a session, and what is said of where they come from. */
#include <string.h>

#include "base/message.h"
#include "base/text.h"
#include "trainer/session/normalize.h"
#include "trainer/session/session.h"

/* ---- all of them --------------------------------------------------------- */

static void say_source(const struct session *session, const char *folder,
                       const struct weights_about *about)
{
    for (int i = 0; i < about->n_damaged; i++)
        session_warn(session, "%s; trying the one before", about->damaged[i]);
    if (strcmp(about->path, folder) == 0)
        return;
    struct text text = text_new(session->arena);
    text_printf(&text, "weights: %s", about->path);
    if (about->is_checkpoint)
        text_printf(&text, ", as '%s' has no weights.safetensors", folder);
    text_mask(text.bytes);
    fprintf(stderr, "%s\n", text.bytes);
}

/* It may be another one than was meant. */
static void say_mapping(const struct session *session,
                        const struct weights_mapping *mapping)
{
    if (mapping->n_lines == 0)
        return;
    fprintf(stderr, "PyTorch's modules, %s:\n",
            mapping->by_name ? "by name" : "in the order of layers");
    for (int i = 0; i < mapping->n_lines; i++)
        fprintf(stderr, "  %s\n", mapping->lines[i]);
    if (mapping->is_ambiguous)
        session_warn(session,
                     "modules of the same shapes would fit in another order, "
                     "too: see that the list above is right, or give layers "
                     "the names of modules");
}

static enum status load(struct session *session,
                        const struct weights_wanted *wanted,
                        struct weights_about *about)
{
    enum status status =
        weights_load(session->arena, wanted, about, &session->error);
    if (status != STATUS_OK)
        return status;
    say_source(session, wanted->path, about);
    say_mapping(session, &about->mapping);
    /* not every model derives something from its weights */
    if (session->model->weights_changed)
        session->model->weights_changed(session->memory);
    return STATUS_OK;
}

enum status session_load_weights(struct session *session,
                                 struct weight_list list, const char *path)
{
    struct weights_about about;
    const struct weights_wanted wanted = {.model = session->model,
                                          .memory = session->memory,
                                          .list = list,
                                          .path = path,
                                          .layout = session->options->layout};
    enum status status = load(session, &wanted, &about);
    if (status == STATUS_OK)
        session->classes = about.classes;
    return status == STATUS_OK
               ? normalize_take(session, about.path, &about.normalization)
               : status;
}

/* ---- what fits ----------------------------------------------------------- */

enum { MOST_LINES = 24 }; /* of keys, in each list */

/* Keys on lines of their own, those of a layer on one. */
struct key_lines {
    struct text text;
    const char *key; /* the last one */
    int lines;
};

/* Whether two keys are of one layer: the same up to the last slash. */
static bool is_same_layer(const char *a, const char *b)
{
    const char *end = strrchr(a, '/');
    size_t length = end ? (size_t)(end - a) + 1 : 0;
    return length > 0 && strncmp(a, b, length) == 0 && !strchr(b + length, '/');
}

/* `remark` stands behind the key; then it has a line of its own. */
static void add_key(struct key_lines *lines, const char *key,
                    const char *remark)
{
    bool joins = lines->key && !remark && is_same_layer(lines->key, key);
    lines->lines += !joins;
    if (lines->lines <= MOST_LINES)
        text_printf(&lines->text, "%s%s%s", joins ? ", " : "\n  ", key,
                    remark ? remark : "");
    lines->key = key;
}

static const char *end_lines(struct key_lines *lines)
{
    if (lines->lines > MOST_LINES)
        text_printf(&lines->text, "\n  and %d lines more",
                    lines->lines - MOST_LINES);
    return text_string(&lines->text);
}

/* What the file was made of, and what of it was looked at. */
struct account {
    struct session *session;
    const struct weights_wanted *wanted;
    const struct weights_reuse *reuse;
};

static const char *key_of(const struct account *account, int place)
{
    const struct weights_wanted *wanted = account->wanted;
    return weight_key(account->session->arena,
                      &wanted->model->weights[wanted->list.indexes[place]]);
}

/* ": (784, 10) in the file, (784, 3) here"; NULL of a weight of another fate. */
static const char *remark_of(const struct account *account, int place)
{
    struct arena *arena = account->session->arena;
    const struct weights_wanted *wanted = account->wanted;
    const struct guss_weight *weight =
        &wanted->model->weights[wanted->list.indexes[place]];
    if (account->reuse->fates[place] != WEIGHT_OTHER_SHAPE)
        return NULL;
    return arena_printf(arena, ": %s in the file, %s here",
                        account->reuse->shapes[place],
                        extents_text(arena, weight->rank, weight->shape));
}

/* The lines of the weights that met a fate; "" where none did. */
static const char *lines_of(const struct account *account,
                            enum weight_fate fate)
{
    struct key_lines lines = {.text = text_new(account->session->arena)};
    for (int i = 0; i < account->wanted->list.count; i++)
        if (account->reuse->fates[i] == fate)
            add_key(&lines, key_of(account, i), remark_of(account, i));
    return end_lines(&lines);
}

static const char *left_lines(const struct account *account)
{
    struct key_lines lines = {.text = text_new(account->session->arena)};
    for (int i = 0; i < account->reuse->n_left; i++)
        add_key(&lines, account->reuse->left[i], NULL);
    return end_lines(&lines);
}

/* What keeps its drawn values although it was asked for may be a mistake. */
static void say_drawn(const struct account *account)
{
    static const struct {
        enum weight_fate fate;
        const char *why;
    } kept[] = {
        {WEIGHT_MISSING, "drawn, as the file has none of these names:"},
        {WEIGHT_OTHER_SHAPE, "drawn, as the file has other shapes:"},
    };
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++) {
        const char *lines = lines_of(account, kept[i].fate);
        if (*lines)
            message_print(MESSAGE_WARNING, account->session->colour,
                          arena_printf(account->session->arena, "%s%s",
                                       kept[i].why, lines));
    }
}

static void say_taken(const struct account *account, const char *path)
{
    const struct weights_reuse *reuse = account->reuse;
    int all = account->wanted->list.count;
    fprintf(stderr, "took %s%d %s'%s':%s\n",
            reuse->n_taken == all ? "all " : "", reuse->n_taken,
            reuse->n_taken == all ? "weights from "
                                  : arena_printf(account->session->arena,
                                                 "of %d weights from ", all),
            text_shown(account->session->arena, path),
            lines_of(account, WEIGHT_TAKEN));
    const char *drawn = lines_of(account, WEIGHT_LEFT_OUT);
    if (*drawn)
        fprintf(stderr, "drawn, as --only leaves them out:%s\n", drawn);
    say_drawn(account);
    const char *left = left_lines(account);
    if (*left)
        fprintf(stderr,
                "left in the file, as nothing here has these names:%s\n", left);
}

enum status session_reuse_weights(struct session *session,
                                  struct weight_list list, const char *path,
                                  bool *is_whole, struct class_names *classes)
{
    const struct options *options = session->options;
    struct weights_about about;
    struct weights_reuse reuse = {.patterns = options->patterns,
                                  .n_patterns = (int)options->n_patterns};
    const struct weights_wanted wanted = {.model = session->model,
                                          .memory = session->memory,
                                          .list = list,
                                          .path = path,
                                          .layout = options->layout,
                                          .reuse = &reuse};
    enum status status = load(session, &wanted, &about);
    if (status != STATUS_OK)
        return status;
    const struct account account = {session, &wanted, &reuse};
    say_taken(&account, about.path);
    normalize_compare(session, path, &about.normalization);
    *is_whole = reuse.n_taken == list.count;
    *classes = about.classes;
    return STATUS_OK;
}
