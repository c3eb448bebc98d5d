/* Checkpoints as older versions of guss wrote them; behind cmocka's headers. */
#ifndef TESTS_UNIT_OLDER_CHECKPOINT_H
#define TESTS_UNIT_OLDER_CHECKPOINT_H

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "trainer/weights/safetensors.h"

static inline uint64_t crc_of(const struct metadata *entry)
{
    uLong crc =
        crc32(0, (const Bytef *)entry->key, (uInt)strlen(entry->key) + 1);
    return crc32(crc, (const Bytef *)entry->value, (uInt)strlen(entry->value));
}

/* The checkpoint as it was before the sums of the data were noted. */
static inline void make_older(struct arena *arena, const char *path)
{
    struct tensor_file file;
    struct error error = {0};
    struct metadata older[64];
    int count = 0;
    assert_int_equal(tensor_file_read(arena, path, &file, &error), 0);
    const char *text = tensor_file_metadata(&file, "checksum");
    assert_non_null(text);
    uint64_t sum = strtoull(text, NULL, 16);
    for (int i = 0; i < file.n_metadata; i++) {
        if (strstr(file.metadata[i].key, "_sha256"))
            sum -= crc_of(&file.metadata[i]);
        else if (strcmp(file.metadata[i].key, "checksum") != 0)
            older[count++] = file.metadata[i];
    }
    assert_in_range(file.n_metadata - count, 4, 6); /* with two of targets */
    older[count++] = (struct metadata){
        "checksum", arena_printf(arena, "%016llx", (unsigned long long)sum)};
    assert_int_equal(tensor_file_write(path, file.tensors, file.n_tensors,
                                       older, count, &error),
                     STATUS_OK);
    tensor_file_free(&file);
}

#endif
