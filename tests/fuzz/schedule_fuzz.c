/* Schedules, and behind a NUL byte an edit of --set. One without mistakes is
 * written and read again, to the same. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "trainer/schedule/schedule.h"

static struct text read_and_write(struct arena *arena, const char *bytes,
                                  size_t size, const char *edit, bool *right)
{
    struct diags *diags = diags_new(arena);
    struct schedule *schedule = arena_alloc(arena, 1, sizeof *schedule);
    const struct schedule_edit edits[] = {{edit}};
    struct text out = text_new(arena);
    schedule_read(arena, source_from_text(arena, "fuzz.yaml", bytes, size),
                  edits, edit ? 1 : 0, NULL, schedule, diags);
    *right = !diags_failed(diags);
    if (*right)
        schedule_write(schedule, &out);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (size == 0 || size > SCHEDULE_MAX_BYTES)
        return 0;
    struct arena *arena = arena_new();
    const char *text = arena_copy(arena, (const char *)bytes, size);
    size_t length = strlen(text);
    const char *edit = length < size ? text + length + 1 : NULL;
    bool right;
    struct text once = read_and_write(arena, text, length, edit, &right);
    if (right) {
        struct text twice = read_and_write(arena, text_string(&once),
                                           once.length, NULL, &right);
        fuzz_require(right, "a schedule that was written can be read");
        fuzz_require(strcmp(text_string(&once), text_string(&twice)) == 0,
                     "a schedule that was written is read as it was");
    }
    arena_free(arena);
    return 0;
}
