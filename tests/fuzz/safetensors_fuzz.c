/* Weights files: every value of one that is accepted can be read. */
#include "tests/fuzz/fuzz.h"
#include "trainer/weights/weights.h"

static const struct guss_weight weights[] = {
    {"net", "a", "kernel", 2, {3, 5}, 0, 8, GUSS_UNIFORM, -1.0, 1.0, true, {0}},
    {"net", "a", "bias", 1, {5}, 24, 8, GUSS_CONSTANT, 0.0, 0.0, true, {0}}};
static const int indexes[] = {0, 1};
static const struct guss_network network = {
    .name = "net", .weights = indexes, .n_weights = 2};
static const struct guss_model model = {.name = "fuzz",
                                        .networks = &network,
                                        .n_networks = 1,
                                        .weights = weights,
                                        .n_weights = 2,
                                        .weights_count = 32};

/* Reads all that the file is said to hold; a sanitizer watches. */
static void read_all(struct arena *arena, const struct tensor_file *file)
{
    for (int i = 0; i < file->n_tensors; i++) {
        const struct tensor *tensor = &file->tensors[i];
        size_t bytes = (size_t)tensor->count * sizeof *tensor->values;
        arena_strdup(arena, tensor->key);
        arena_copy(arena, (const char *)tensor->values, bytes);
    }
    for (int i = 0; i < file->n_metadata; i++) {
        arena_strdup(arena, file->metadata[i].key);
        arena_strdup(arena, file->metadata[i].value);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    const char *path = fuzz_file(bytes, size);
    struct arena *arena = arena_new();
    struct error error = {0};
    struct tensor_file file;
    float memory[32];
    if (tensor_file_read(arena, path, &file, &error) == STATUS_OK) {
        read_all(arena, &file);
        tensor_file_free(&file);
    }
    struct weights_about about;
    const struct weights_wanted wanted = {.model = &model,
                                          .memory = memory,
                                          .list = weights_of(&network),
                                          .path = path};
    (void)!weights_load(arena, &wanted, &about, &error);
    struct weights_wanted foreign = wanted;
    foreign.layout = LAYOUT_PYTORCH;
    (void)!weights_load(arena, &foreign, &about, &error);
    arena_free(arena);
    return 0;
}
