/* What the file of a judge has besides: the bytes of its weights, as words of 32
 * bits, and the table by which the trainer finds it all. */
#include <inttypes.h>
#include <stdint.h>

#include "compiler/emit/emit.h"

enum { WORD_BYTES = 4, WORDS_A_LINE = 6 };

/* Little-endian, as guss's machines are; what is missing to a whole word is 0. */
static uint32_t read_word(const struct emit_judge *judge, size_t first)
{
    uint32_t word = 0;
    for (size_t i = 0; i < WORD_BYTES && first + i < judge->weights_bytes; i++)
        word |= (uint32_t)(unsigned char)judge->weights[first + i] << (8 * i);
    return word;
}

static void emit_weights(struct emission *emission,
                         const struct emit_judge *judge)
{
    struct ctext *c = &emission->c;
    struct text words = text_new(emission->arena);
    size_t line = WORD_BYTES * WORDS_A_LINE;
    for (size_t i = 0; i < judge->weights_bytes; i += WORD_BYTES)
        text_printf(&words, "%s0x%08" PRIx32 ",",
                    i == 0          ? "    "
                    : i % line == 0 ? "\n    "
                                    : " ",
                    read_word(judge, i));
    ctext_line(c, "/* The file of its weights, byte by byte.\n"
                  " * clang-format off */\n"
                  "static const uint32_t judge_weights[] = {");
    text_append(c->out, words.bytes, words.length);
    ctext_line(c, "\n"
                  "};\n"
                  "/* clang-format on */\n");
}

void emit_judge(struct emission *emission)
{
    struct ctext *c = &emission->c;
    const struct emit_judge *judge = emission->sources->judge;
    emit_weights(emission, judge);
    ctext_open(c, "const struct guss_judge guss_judge =");
    ctext_line(c,
               ".model = &judge_model,\n"
               ".features = %d,\n"
               ".weights = judge_weights,\n"
               ".weights_bytes = %zu,\n"
               ".scoring = &guss_scoring,",
               judge->features, judge->weights_bytes);
    ctext_close(c, ";");
}
