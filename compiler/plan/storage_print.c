/* The table of the memory as text: a line a member, nested as the records
 * are. */
#include "compiler/plan/plan.h"
#include "compiler/plan/storage.h"

static const char *kind_text(const struct record *record)
{
    static const char *const texts[] = {
        [RECORD_WEIGHTS] = "weights", [RECORD_TRANSPOSED] = "transposed",
        [RECORD_FOLDED] = "folded",   [RECORD_GRADIENTS] = "gradients",
        [RECORD_LANE] = "lane",       [RECORD_MOMENTS] = "moments",
        [RECORD_ROWS] = "rows",       [RECORD_TILE] = "tile",
        [RECORD_ARENA] = "arena",
    };
    if (record->kind == RECORD_INNER)
        return record->is_union ? "union" : "struct";
    return texts[record->kind];
}

/* Whose record it is. */
static void print_owner(const struct record *record, struct text *out)
{
    if (record->program)
        text_printf(out, " of %s %s", program_name(record->program),
                    record->program->network->name);
    if (record->layer)
        text_printf(out, " of %s/%s", record->layer->network->name,
                    record->layer->name);
}

static void print_name(const struct member *member, struct text *out)
{
    switch (member->kind) {
    case MEMBER_WORD:
        text_puts(out, member->word);
        break;
    case MEMBER_NONE:
        text_puts(out, "none");
        break;
    case MEMBER_INNER:
        text_puts(out, "-");
        break;
    case MEMBER_WEIGHT:
        text_printf(out, "%s/%s %s", member->weight->layer->network->name,
                    member->weight->layer->name, member->weight->weight->name);
        break;
    case MEMBER_TENSOR:
        text_puts(out, member->tensor->name);
        break;
    case MEMBER_STATISTICS:
        text_printf(out, "statistics of %s", member->node->layer->name);
        break;
    case MEMBER_SLOT:
        text_printf(out, "slot %d", member->slot + 1);
        break;
    default:
        text_printf(
            out, "%s%s %s", member->kind == MEMBER_LANES ? "lanes of " : "",
            program_name(member->program), member->program->network->name);
    }
}

static void print_extents(const struct member *member, struct text *out)
{
    for (int i = 0; i < member->n_extents; i++) {
        const struct extent *extent = &member->extents[i];
        text_puts(out, "[");
        if (extent->factor > 0)
            text_printf(out, "%lld%s", (long long)extent->factor,
                        extent->name ? " * " : "");
        text_printf(out, "%s]", extent->name ? extent->name : "");
    }
}

static void print_members(const struct record *record, int depth,
                          struct text *out)
{
    static const char *const elements[] = {
        [ELEMENT_REAL] = "real",
        [ELEMENT_FLOAT] = "float",
        [ELEMENT_CHAR] = "char",
        [ELEMENT_SUMS] = "sums",
    };
    for (const struct member *member = record->members; member;
         member = member->next) {
        bool is_record = member->element == ELEMENT_RECORD;
        text_printf(out, "%*s%lld: ", 2 * depth, "", (long long)member->offset);
        print_name(member, out);
        text_printf(out, " %s",
                    is_record ? kind_text(member->record)
                              : elements[member->element]);
        print_extents(member, out);
        text_printf(out, ", %lld bytes", (long long)member->bytes);
        if (member->kind == MEMBER_TENSOR)
            text_printf(out, ", nodes %d to %d", member->first, member->last);
        text_puts(out, "\n");
        if (is_record && member->record->kind == RECORD_INNER)
            print_members(member->record, depth + 1, out);
    }
}

void storage_print(const struct plan *plan, struct text *out)
{
    for (const struct record *record = plan->records; record;
         record = record->next) {
        text_puts(out, kind_text(record));
        print_owner(record, out);
        text_printf(out, ": %lld bytes\n", (long long)record->bytes);
        print_members(record, 1, out);
    }
}
