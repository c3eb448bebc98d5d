#include "trainer/inference/companion.h"

#include <stdlib.h>
#include <string.h>

#include "trainer/inference/route.h"
#include "trainer/session/network.h"
#include "trainer/weights/weights.h"

static void find_sum(const void *bytes, size_t size, char text[CHECKSUM_TEXT])
{
    struct checksum checksum;
    checksum_start(&checksum);
    checksum_add(&checksum, bytes, size);
    checksum_finish(&checksum, text);
}

struct companion_sums companion_sums(const struct companion *companion)
{
    struct companion_sums sums;
    const char *text = companion->model->nn_text;
    find_sum(text, strlen(text), sums.model_sha256);
    find_sum(companion->weights, companion->weights_bytes, sums.weights_sha256);
    return sums;
}

static enum status load_weights(struct session *session,
                                const struct companion *companion)
{
    const struct guss_model *model = session->model;
    struct weights_about about;
    const struct weights_wanted wanted = {.model = model,
                                          .memory = session->memory,
                                          .list =
                                              weights_of(&model->networks[0]),
                                          .path = companion->name,
                                          .bytes = companion->weights,
                                          .size = companion->weights_bytes};
    enum status status =
        weights_load(session->arena, &wanted, &about, &session->error);
    if (status != STATUS_OK)
        return status;
    if (model->weights_changed)
        model->weights_changed(session->memory);
    session->classes = about.classes;
    session->normalization = about.normalization;
    session->normalizing =
        normalization_table(session->arena, &about.normalization);
    return STATUS_OK;
}

enum status companion_open(struct session *caller,
                           const struct companion *companion,
                           struct session *session)
{
    *session = (struct session){.model = companion->model,
                                .options = caller->options,
                                .arena = caller->arena,
                                .team = caller->team};
    enum status status = session_allocate(session);
    if (status == STATUS_OK)
        status = load_weights(session, companion);
    if (status != STATUS_OK) {
        caller->error = session->error;
        companion_close(session);
    }
    return status;
}

void companion_close(struct session *session)
{
    free(session->allocated);
    session->allocated = session->memory = NULL;
}
