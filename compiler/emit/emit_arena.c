/* The memory of a model: one struct, every extent fixed. Prints the plan's
 * table of it. */
#include "compiler/emit/emit.h"

const char *shards_member(const struct emission *emission,
                          const struct program *program)
{
    return arena_printf(emission->arena, "%ss", program->shard->name);
}

const char *rows_member(struct emission *emission,
                        const struct program *program)
{
    if (program_keeps_result(program))
        return arena_printf(emission->arena, "a->%s", program->phase->kept);
    return arena_printf(emission->arena, "a->%s.rows",
                        program_identifier(emission, program));
}

/* What stands behind "struct ": "weights", "train_tile". */
static const char *record_name(struct emission *emission,
                               const struct record *record)
{
    if (record->layer)
        return moments_type(emission, record->layer);
    if (record->program)
        return arena_printf(emission->arena, "%s_%s",
                            program_identifier(emission, record->program),
                            record->name);
    return record->name;
}

static const char *member_name(struct emission *emission,
                               const struct member *member)
{
    if (member->weight)
        return weight_identifier(emission, member->weight->layer,
                                 member->weight->weight);
    if (member->tensor)
        return tensor_identifier(emission, member->parent->program,
                                 member->tensor);
    if (member->statistics)
        return moments_member(emission, member->statistics);
    return member->program ? program_identifier(emission, member->program)
                           : member->name;
}

/* "real", "struct weights". */
static const char *member_type(struct emission *emission,
                               const struct member *member)
{
    if (!member->record)
        return dtype_word(emission, member->dtype);
    return arena_printf(emission->arena, "struct %s",
                        record_name(emission, member->record));
}

/* "kernel[784][32]", "x[12 * TILE]". */
static void add_declarator(struct emission *emission,
                           const struct member *member, struct text *line)
{
    text_puts(line, member_name(emission, member));
    extents_print(member, line);
}

static void emit_members(struct emission *emission,
                         const struct record *record);

static void emit_inner(struct emission *emission, const struct member *member)
{
    struct ctext *c = &emission->c;
    const char *name = member_name(emission, member);
    ctext_open(c, member->record->is_union ? "union" : "struct");
    emit_members(emission, member->record);
    ctext_close(c, name ? arena_printf(emission->arena, " %s;", name) : ";");
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
    text_puts(&line, ";");
    if (member->comment)
        text_printf(&line, " /* %s */", member->comment);
    ctext_line(&emission->c, "%s", text_string(&line));
    return member;
}

static void emit_members(struct emission *emission, const struct record *record)
{
    for (const struct member *member = record->members; member;
         member = member->next)
        if (member_is_inner(member))
            emit_inner(emission, member);
        else
            member = emit_declaration(emission, member);
}

void emit_arena(struct emission *emission)
{
    struct ctext *c = &emission->c;
    for (const struct record *record = emission->plan->records; record;
         record = record->next) {
        ctext_comment(c, "%s", record->comment);
        ctext_open(c, "struct %s", record_name(emission, record));
        emit_members(emission, record);
        ctext_close(c, ";");
    }
}
