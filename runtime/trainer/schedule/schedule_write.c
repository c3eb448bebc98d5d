/* A schedule as text again. Numbers are written as the shortest text that reads back to
 * the same bits; texts are quoted where YAML would read something else. */
#include "trainer/schedule/schedule_write.h"

#include <inttypes.h>
#include <string.h>

#include "trainer/schedule/schedule_optimizer.h"

/* ---- texts --------------------------------------------------------------- */

static bool is_plain(const char *text)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_./-";
    return text[0] != '-' && text[0] != '.' &&
           text[strspn(text, allowed)] == '\0' && !is_not_text(text);
}

/* What YAML does not allow as it is, or takes for the end of a line. */
static bool needs_escape(uint32_t code)
{
    return code < 0x20 || (code >= 0x7F && code < 0xA0) || code == 0x2028 ||
           code == 0x2029 || code == 0xFEFF || (code & 0xFFFE) == 0xFFFE;
}

void put_yaml_text(struct text *out, const char *text)
{
    if (is_plain(text)) {
        text_puts(out, text);
        return;
    }
    text_puts(out, "\"");
    for (size_t size; *text; text += size) {
        size = source_character(text, strlen(text));
        size = size ? size : 1;
        uint32_t code = source_code(text, size);
        if (needs_escape(code))
            text_printf(out, "\\U%08" PRIx32, code);
        else
            text_printf(out, "%s%.*s",
                        *text == '"' || *text == '\\' ? "\\" : "", (int)size,
                        text);
    }
    text_puts(out, "\"");
}

static void put_value(struct text *out, const struct field *field,
                      const char *value)
{
    if (field->type == FIELD_TEXT)
        put_yaml_text(out, value);
    else
        text_puts(out, value);
}

/* ---- fields -------------------------------------------------------------- */

/* The value of a field as it is to be written; NULL: it is not. */
static const char *written_text(struct arena *arena, const struct field *field,
                                const struct schedule *schedule)
{
    unsigned objective = 1u << schedule->objective;
    unsigned kind = section_kind(field->section, schedule);
    struct schedule unset;
    if (!(field->objectives & objective) ||
        (field->kinds && !(field->kinds & kind)))
        return NULL;
    field_reset(field, &unset);
    if ((field->traits & QUIET) && field_is_same(field, schedule, &unset))
        return NULL;
    const char *text = field_text(arena, field, schedule);
    return text && field->kept ? field->kept : text;
}

static bool is_in(const struct field *field, const char *section)
{
    return strcmp(field->section, section) == 0;
}

/* Texts, which may be long, have a line of their own. */
static bool is_one_line(const struct field *section, const char *path,
                        const struct schedule *schedule, struct arena *arena)
{
    bool is_short = section->traits & ONE_LINE;
    for (int i = 0; i < n_schedule_fields; i++)
        if (is_in(&schedule_fields[i], path) &&
            schedule_fields[i].type == FIELD_TEXT &&
            written_text(arena, &schedule_fields[i], schedule))
            is_short = false;
    return is_short;
}

static void put_one_line(struct text *out, const char *section,
                         const struct schedule *schedule)
{
    const char *before = " {";
    for (int i = 0; i < n_schedule_fields; i++) {
        const struct field *field = &schedule_fields[i];
        const char *value = is_in(field, section)
                                ? written_text(out->arena, field, schedule)
                                : NULL;
        if (!value)
            continue;
        text_printf(out, "%s%s: %s", before, field->name, value);
        before = ", ";
    }
    text_puts(out, "}\n");
}

static void put_optimizer(struct text *out, const char *key,
                          const struct optimizer_settings *settings)
{
    const struct field *arguments[MOST_ARGUMENTS];
    int n_own = optimizer_own_arguments(settings->kind, arguments);
    int n = optimizer_arguments((int)settings->kind, arguments);
    struct optimizer_settings unset = optimizer_defaults(settings->kind);
    text_printf(out, "%s: {name: %s", key, optimizer_word(settings->kind));
    for (int i = 0; i < n; i++)
        if (i < n_own || !field_is_same(arguments[i], settings, &unset))
            text_printf(out, ", %s: %s", arguments[i]->name,
                        argument_text(out->arena, arguments[i], settings));
    text_puts(out, "}\n");
}

static void put_optimizers(struct text *out, const struct schedule *schedule)
{
    if (schedule->objective != OBJECTIVE_GAN ||
        optimizer_is_same(&schedule->optimizer,
                          &schedule->discriminator_optimizer)) {
        put_optimizer(out, "optimizer", &schedule->optimizer);
        return;
    }
    text_puts(out, "optimizer:\n");
    put_optimizer(out, "  generator", &schedule->optimizer);
    put_optimizer(out, "  discriminator", &schedule->discriminator_optimizer);
}

/* A quiet section without a value is not there. */
static bool is_absent(const struct field *section, const char *path,
                      const struct schedule *schedule, struct arena *arena)
{
    bool is_empty = section->traits & QUIET;
    for (int i = 0; i < n_schedule_fields && is_empty; i++)
        if (is_in(&schedule_fields[i], path) &&
            written_text(arena, &schedule_fields[i], schedule))
            is_empty = false;
    return is_empty;
}

static void put_fields(struct text *out, const char *section,
                       const char *indent, const struct schedule *schedule);

static void put_section(struct text *out, const struct field *section,
                        const char *indent, const struct schedule *schedule)
{
    const char *path = field_path(out->arena, section);
    if (is_absent(section, path, schedule, out->arena))
        return;
    text_printf(out, "%s%s:", indent, section->name);
    if (is_one_line(section, path, schedule, out->arena)) {
        put_one_line(out, path, schedule);
        return;
    }
    text_puts(out, "\n");
    put_fields(out, path, arena_printf(out->arena, "%s  ", indent), schedule);
}

static void put_fields(struct text *out, const char *section,
                       const char *indent, const struct schedule *schedule)
{
    unsigned objective = 1u << schedule->objective;
    for (int i = 0; i < n_schedule_fields; i++) {
        const struct field *field = &schedule_fields[i];
        if (!is_in(field, section) || !(field->objectives & objective))
            continue;
        const char *value = written_text(out->arena, field, schedule);
        if (field->type == FIELD_SECTION)
            put_section(out, field, indent, schedule);
        else if (field->type == FIELD_OPTIMIZER)
            put_optimizers(out, schedule);
        else if (value) {
            text_printf(out, "%s%s: ", indent, field->name);
            put_value(out, field, value);
            text_puts(out, "\n");
        }
    }
}

void schedule_write(const struct schedule *schedule, struct text *out)
{
    put_fields(out, "", "", schedule);
}
