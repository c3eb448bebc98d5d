/* The one layout of .nn files; docs/language.md describes it. */
#ifndef COMPILER_FORMAT_H
#define COMPILER_FORMAT_H

#include "base/text.h"
#include "compiler/syntax/ast.h"

/* Writes `source`, in which parse_source() found no mistake, in its layout into
 * the empty text `out`: the same tree and the same comments. What is already in
 * the layout stays as it is. */
void format_source(const struct source *source, struct text *out);

#endif
