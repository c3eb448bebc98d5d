/* For tests that put files of text in place, behind run_executable.h. */
#ifndef TESTS_WRITE_TEXT_H
#define TESTS_WRITE_TEXT_H

static void write_text(const char *path, const char *text)
{
    struct error error = {0};
    assert_int_equal(file_write(path, text, strlen(text), &error), STATUS_OK);
}

#endif
