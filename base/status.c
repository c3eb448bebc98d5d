/* Failures as a status and a message. What a message quotes may come from a
 * file: no control character of it reaches a terminal, and it begins no line. */
#include "base/status.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

enum status error_set(struct error *error, enum status status,
                      const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    text_mask(error->text);
    error->status = status;
    return status;
}

enum status error_set_lines(struct error *error, enum status status,
                            const char *lines)
{
    snprintf(error->text, sizeof error->text, "%s", lines);
    error->status = status;
    return status;
}

enum status error_set_errno(struct error *error, enum status status,
                            const char *format, ...)
{
    const char *reason = strerror(errno);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->text, sizeof error->text, format, arguments);
    va_end(arguments);
    text_mask(error->text);
    size_t length = strlen(error->text);
    snprintf(error->text + length, sizeof error->text - length, ": %s", reason);
    error->status = status;
    return status;
}
