/* Bump allocation in blocks that are chained and freed together. */
#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Fuzzers set it to 0: each piece is then a block of its own, and a sanitizer
 * sees where it ends. */
#ifndef ARENA_BLOCK_BYTES
#define ARENA_BLOCK_BYTES (64 * 1024)
#endif

enum { BLOCK_BYTES = ARENA_BLOCK_BYTES, ALIGNMENT = 16 };

struct block {
    struct block *next;
    size_t used, capacity; /* bytes of `bytes` */
    _Alignas(ALIGNMENT) char bytes[];
};

struct arena {
    struct block *blocks; /* the one being filled first */
};

static struct block *block_new(size_t capacity, struct block *next)
{
    if (capacity > SIZE_MAX - sizeof(struct block))
        memory_exhausted(capacity);
    struct block *block = memory_alloc(sizeof(struct block) + capacity);
    *block = (struct block){.next = next, .capacity = capacity};
    return block;
}

struct arena *arena_new(void)
{
    struct arena *arena = memory_alloc(sizeof *arena);
    arena->blocks = block_new(BLOCK_BYTES, NULL);
    return arena;
}

void arena_free(struct arena *arena)
{
    if (!arena)
        return;
    for (struct block *block = arena->blocks; block;) {
        struct block *next = block->next;
        free(block);
        block = next;
    }
    free(arena);
}

void *arena_alloc(struct arena *arena, size_t count, size_t size)
{
    if (size && count > (SIZE_MAX / 2 - ALIGNMENT) / size)
        memory_exhausted(SIZE_MAX);
    size_t bytes = (count * size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct block *block = arena->blocks;
    if (bytes > block->capacity - block->used) {
        size_t capacity = bytes > BLOCK_BYTES ? bytes : BLOCK_BYTES;
        block = arena->blocks = block_new(capacity, block);
    }
    void *result = block->bytes + block->used;
    block->used += bytes;
    return memset(result, 0, bytes);
}

void *arena_grow(struct arena *arena, void *items, size_t count,
                 size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    size_t wanted = *capacity ? *capacity * 2 : 8;
    void *grown = arena_alloc(arena, wanted, size);
    if (count)
        memcpy(grown, items, count * size);
    *capacity = wanted;
    return grown;
}

char *arena_copy(struct arena *arena, const char *text, size_t length)
{
    char *copy = arena_alloc(arena, length + 1, 1);
    if (length)
        memcpy(copy, text, length);
    return copy;
}

char *arena_strdup(struct arena *arena, const char *text)
{
    return arena_copy(arena, text, strlen(text));
}

char *arena_vprintf(struct arena *arena, const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0)
        memory_exhausted(0);
    char *text = arena_alloc(arena, (size_t)length + 1, 1);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

char *arena_printf(struct arena *arena, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = arena_vprintf(arena, format, arguments);
    va_end(arguments);
    return text;
}
