#include "trainer/session/complete_set.h"

#include "trainer/schedule/schedule.h"

static void offer_value(const struct completion *completion,
                        const struct schedule_key *key)
{
    if (key->words)
        completion_begin(completion, "words");
    else
        completion_offer_called(completion, key->value ? key->value : "N");
    for (int i = 0; i < key->n_words; i++)
        completion_offer(completion, key->words[i], "");
}

void complete_set(struct completion *completion, struct arena *arena,
                  const struct source *source)
{
    struct schedule schedule;
    struct schedule_key *keys;
    struct diags *diags = diags_new(arena);
    if (source)
        schedule_read(arena, source, NULL, 0, NULL, &schedule, diags);
    bool is_known = source && !diags_failed(diags);
    size_t n = schedule_keys(arena, is_known ? &schedule : NULL, &keys);
    for (size_t i = 0; i < n; i++)
        if (completion_passes(completion, keys[i].path)) {
            offer_value(completion, &keys[i]);
            return;
        }
    completion_begin(completion, "words");
    for (size_t i = 0; i < n; i++)
        completion_offer(completion, arena_printf(arena, "%s=", keys[i].path),
                         keys[i].purpose);
}
