/* What the file of a judge or its autoencoder has besides: the bytes of its weights,
 * as words of 32 bits, and the table by which the trainer finds it all. */
#include <inttypes.h>
#include <stdint.h>

#include "compiler/emit/emit.h"

enum { WORD_BYTES = 4, WORDS_A_LINE = 6 };

/* Little-endian, as guss's machines are; what is missing to a whole word is 0. */
static uint32_t read_word(const struct emit_companion *companion, size_t first)
{
    uint32_t word = 0;
    for (size_t i = 0; i < WORD_BYTES && first + i < companion->weights_bytes;
         i++)
        word |= (uint32_t)(unsigned char)companion->weights[first + i]
                << (8 * i);
    return word;
}

static void emit_weights(struct emission *emission,
                         const struct emit_companion *companion)
{
    struct ctext *c = &emission->c;
    struct text words = text_new(emission->arena);
    size_t line = WORD_BYTES * WORDS_A_LINE;
    for (size_t i = 0; i < companion->weights_bytes; i += WORD_BYTES)
        text_printf(&words, "%s0x%08" PRIx32 ",",
                    i == 0          ? "    "
                    : i % line == 0 ? "\n    "
                                    : " ",
                    read_word(companion, i));
    ctext_line(c,
               "/* The file of its weights, byte by byte.\n"
               " * clang-format off */\n"
               "static const uint32_t %s_weights[] = {",
               companion->name);
    text_append(c->out, words.bytes, words.length);
    ctext_line(c, "\n"
                  "};\n"
                  "/* clang-format on */\n");
}

static void emit_fields(struct ctext *c, const struct emit_companion *companion)
{
    ctext_line(c,
               ".model = &%s_model,\n"
               ".weights = %s_weights,\n"
               ".weights_bytes = %zu,",
               companion->name, companion->name, companion->weights_bytes);
    if (companion->kind == COMPANION_JUDGE)
        ctext_line(c,
                   ".features = %d,\n"
                   ".scoring = &guss_scoring,",
                   companion->features);
    if (companion->has_autoencoder)
        ctext_line(c, ".autoencoder = &guss_autoencoder,");
}

void emit_companion(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct emit_companion *companion = emission->sources->companion;
    emit_weights(emission, companion);
    ctext_open(c, "const struct guss_%s guss_%s =", companion->name,
               companion->name);
    emit_fields(c, companion);
    ctext_close(c, ";");
}
