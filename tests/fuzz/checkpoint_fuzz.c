/* Checkpoints. A checksum would stop nearly every change that a fuzzer makes,
 * so a file that can be read is tried as it is, and again with the checksum
 * that fits it. */
#include <string.h>

#include "tests/fuzz/fuzz.h"
#include "trainer/training/checkpoint.h"
#include "trainer/weights/checkpoint_file.h"

enum { FLOATS = 32 };

static const struct guss_weight weights[] = {
    {"net", "a", "kernel", 2, {3, 5}, 0, 8, GUSS_UNIFORM, -1.0, 1.0, true, {0}},
    {"net", "a", "moving", 1, {5}, 24, 8, GUSS_CONSTANT, 0.5, 0.0, false, {0}}};
static const int indexes[] = {0, 1};
static const struct guss_network network = {
    .name = "net", .summary = "table\n", .weights = indexes, .n_weights = 2};
static const size_t slots[] = {FLOATS * sizeof(float)};
static const struct guss_trained trained = {.optimizer = "adam"};
static const struct guss_loss losses[] = {
    {.name = "loss", .function = "mean_squared_error", .terms = 5}};
static const struct guss_phase phase = {
    .share = 1.0, .losses = losses, .n_losses = 1};
static const struct guss_model model = {.name = "tiny",
                                        .nn_path = "tiny.nn",
                                        .nn_text = "network net {}",
                                        .networks = &network,
                                        .n_networks = 1,
                                        .weights = weights,
                                        .n_weights = 2,
                                        .weights_count = FLOATS,
                                        .slot_offsets = slots,
                                        .n_slots = 1,
                                        .batch = 4,
                                        .trained = &trained,
                                        .n_trained = 1,
                                        .phases = &phase,
                                        .n_phases = 1};

static void restore(struct arena *arena, const char *path)
{
    float memory[2 * FLOATS];
    struct checkpoint checkpoint;
    struct error error = {0};
    bool damaged;
    if (checkpoint_open(arena, path, &model, &checkpoint, &damaged, &error))
        return;
    (void)!checkpoint_restore(&checkpoint, path, &model,
                              &(struct checkpoint_state){.memory = memory},
                              &error);
    checkpoint_close(&checkpoint);
}

/* Puts the right checksum in place of what stands between the quotation marks
 * behind "checksum":", if that is as long. */
static bool set_checksum(struct arena *arena, const char *path, uint8_t *bytes,
                         size_t size)
{
    static const char key[] = "\"checksum\":\"";
    struct tensor_file file;
    struct error error = {0};
    if (tensor_file_read(arena, path, &file, &error) != STATUS_OK)
        return false;
    const char *sum = checkpoint_checksum(arena, file.tensors, file.n_tensors,
                                          file.metadata, file.n_metadata);
    tensor_file_free(&file);
    for (size_t at = 0; at + sizeof key + 16 <= size; at++)
        if (memcmp(bytes + at, key, sizeof key - 1) == 0) {
            memcpy(bytes + at + sizeof key - 1, sum, 16);
            return true;
        }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    struct arena *arena = arena_new();
    const char *path = fuzz_file(bytes, size);
    restore(arena, path);
    uint8_t *copy = arena_alloc(arena, size, 1);
    if (size)
        memcpy(copy, bytes, size);
    if (set_checksum(arena, path, copy, size))
        restore(arena, fuzz_file(copy, size));
    arena_free(arena);
    return 0;
}
