/* The memory of a model: one struct, every extent fixed. Prints the plan's
 * table of it. */
#include "compiler/emit/emit.h"
#include "compiler/plan/optimizer.h"

const char *lane_type(const struct emission *emission,
                      const struct program *program)
{
    if (!emission->plan->discriminator)
        return "lane";
    return program->kind == PROGRAM_TRAIN_GENERATOR ? "generator_lane"
                                                    : "discriminator_lane";
}

const char *lanes_member(const struct emission *emission,
                         const struct program *program)
{
    return arena_printf(emission->arena, "%ss", lane_type(emission, program));
}

const char *rows_member(struct emission *emission,
                        const struct program *program)
{
    if (program->kind == PROGRAM_IMITATE)
        return "a->imitations";
    return arena_printf(emission->arena, "a->%s.rows",
                        program_identifier(emission, program));
}

/* The optimizers differ: of a GAN, whose two networks may have their own. */
static bool has_two_kinds(const struct plan *plan)
{
    return plan->discriminator &&
           plan->schedule->optimizer.kind !=
               plan->schedule->discriminator_optimizer.kind;
}

const char *slot_member(struct emission *emission, int index)
{
    const struct plan *plan = emission->plan;
    const struct optimizer_facts *facts =
        optimizer_facts(plan->schedule->optimizer.kind);
    if (has_two_kinds(plan))
        return arena_printf(emission->arena, "slot_%d", index + 1);
    return arena_printf(emission->arena, "%s_%s", facts->name,
                        facts->slots[index]);
}

/* ---- types ------------------------------------------------------------ */

/* What stands behind "struct " or "union ". */
static const char *record_name(struct emission *emission,
                               const struct record *record)
{
    switch (record->kind) {
    case RECORD_WEIGHTS:
        return "weights";
    case RECORD_TRANSPOSED:
        return "transposed";
    case RECORD_FOLDED:
        return "folded";
    case RECORD_GRADIENTS:
        return "gradients";
    case RECORD_LANE:
        return lane_type(emission, record->program);
    case RECORD_MOMENTS:
        return moments_type(emission, record->layer);
    case RECORD_ROWS:
    case RECORD_TILE:
        return arena_printf(emission->arena, "%s_%s",
                            program_identifier(emission, record->program),
                            record->kind == RECORD_ROWS ? "rows" : "tile");
    default:
        return "arena";
    }
}

/* What a program is for. */
static const char *use_of(const struct program *program)
{
    static const char *const uses[] = {
        [PROGRAM_TRAIN] = "an update",
        [PROGRAM_TRAIN_DISCRIMINATOR] = "an update of the discriminator",
        [PROGRAM_TRAIN_GENERATOR] = "an update of the generator",
        [PROGRAM_IMITATE] = "imitating samples",
        [PROGRAM_EVALUATE] = "an evaluation",
        [PROGRAM_PREDICT] = "a prediction",
    };
    return uses[program->kind];
}

static void emit_record_comment(struct ctext *c, const struct record *record)
{
    static const char *const comments[] = {
        [RECORD_WEIGHTS] = "All weights, in Keras's layouts; rows are padded "
                           "to whole cache lines.",
        [RECORD_TRANSPOSED] = "Kernels that are read by columns as well, "
                              "transposed tap by tap; kept in step with the "
                              "weights.",
        [RECORD_FOLDED] = "Kernels with the upsampling before them taken in, "
                          "and their biases; kept in step with the weights.",
        [RECORD_GRADIENTS] =
            "The gradients that are not added up in the first lane.",
        [RECORD_LANE] = "The sum of gradients over one lane's tiles.",
        [RECORD_ARENA] =
            "Everything: one block of memory, nothing allocated later.",
    };
    if (record->kind == RECORD_MOMENTS)
        ctext_comment(c,
                      "Of each channel that %s reads: mean, the sum of squares "
                      "about it, 1 / its deviation; the sums of dy and of dy "
                      "times the normalised x.",
                      record->layer->name);
    else if (record->kind == RECORD_ROWS)
        ctext_comment(c, "What %s keeps of every sample, a row each.",
                      use_of(record->program));
    else if (record->kind == RECORD_TILE)
        ctext_comment(c,
                      "What %s keeps of one tile of samples; what shares "
                      "memory shows as a union.",
                      use_of(record->program));
    else
        ctext_comment(c, "%s", comments[record->kind]);
}

/* ---- members ---------------------------------------------------------- */

static const char *member_name(struct emission *emission,
                               const struct member *member)
{
    switch (member->kind) {
    case MEMBER_WORD:
        return member->word;
    case MEMBER_NONE:
        return "none";
    case MEMBER_INNER:
        return "";
    case MEMBER_WEIGHT:
        return weight_identifier(emission, member->weight->layer,
                                 member->weight->weight);
    case MEMBER_TENSOR:
        return tensor_identifier(emission, member->parent->program,
                                 member->tensor);
    case MEMBER_STATISTICS:
        return moments_member(emission, member->node);
    case MEMBER_SLOT:
        return slot_member(emission, member->slot);
    case MEMBER_LANES:
        return lanes_member(emission, member->program);
    default:
        return program_identifier(emission, member->program);
    }
}

/* "real", "struct weights". */
static const char *member_type(struct emission *emission,
                               const struct member *member)
{
    static const char *const types[] = {
        [ELEMENT_REAL] = "real",
        [ELEMENT_FLOAT] = "float",
        [ELEMENT_CHAR] = "char",
        [ELEMENT_SUMS] = "struct guss_sums",
    };
    if (member->element != ELEMENT_RECORD)
        return types[member->element];
    return arena_printf(emission->arena, "struct %s",
                        record_name(emission, member->record));
}

/* "kernel[784][32]", "x[12 * TILE]". */
static void add_declarator(struct emission *emission,
                           const struct member *member, struct text *line)
{
    text_puts(line, member_name(emission, member));
    for (int i = 0; i < member->n_extents; i++) {
        const struct extent *extent = &member->extents[i];
        if (!extent->name)
            text_printf(line, "[%lld]", (long long)extent->factor);
        else if (extent->factor > 0)
            text_printf(line, "[%lld * %s]", (long long)extent->factor,
                        extent->name);
        else
            text_printf(line, "[%s]", extent->name);
    }
}

/* Why a struct holds nothing else. */
static const char *none_comment(const struct member *member)
{
    if (member->kind != MEMBER_NONE)
        return "";
    return member->parent->kind == RECORD_WEIGHTS
               ? " /* no layer has weights */"
               : " /* all is in its rows */";
}

static void emit_members(struct emission *emission,
                         const struct record *record);

static bool is_inner(const struct member *member)
{
    return member->element == ELEMENT_RECORD &&
           member->record->kind == RECORD_INNER;
}

static void emit_inner(struct emission *emission, const struct member *member)
{
    struct ctext *c = &emission->c;
    const char *name = member_name(emission, member);
    ctext_open(c, member->record->is_union ? "union" : "struct");
    emit_members(emission, member->record);
    ctext_close(c, *name ? arena_printf(emission->arena, " %s;", name) : ";");
}

/* A declaration, with the members that share it; the last of them. */
static const struct member *emit_declaration(struct emission *emission,
                                             const struct member *member)
{
    struct text line = text_new(emission->arena);
    text_printf(&line, "%s%s ", member->is_line_aligned ? "_Alignas(64) " : "",
                member_type(emission, member));
    add_declarator(emission, member, &line);
    for (; member->next && member->next->shares_line; member = member->next) {
        text_puts(&line, ", ");
        add_declarator(emission, member->next, &line);
    }
    ctext_line(&emission->c, "%s;%s", text_string(&line), none_comment(member));
    return member;
}

static void emit_members(struct emission *emission, const struct record *record)
{
    for (const struct member *member = record->members; member;
         member = member->next)
        if (is_inner(member))
            emit_inner(emission, member);
        else
            member = emit_declaration(emission, member);
}

void emit_arena(struct emission *emission)
{
    struct ctext *c = &emission->c;
    for (const struct record *record = emission->plan->records; record;
         record = record->next) {
        emit_record_comment(c, record);
        ctext_open(c, "struct %s", record_name(emission, record));
        emit_members(emission, record);
        ctext_close(c, ";");
        ctext_blank(c);
    }
}
