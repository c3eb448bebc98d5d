/* What is needed to run the command line of `model`, which the file that includes
 * this has defined, in child processes, in a scratch folder. For the tests of
 * the executable alone: each of them uses all of it. */
#ifndef TESTS_RUN_EXECUTABLE_H
#define TESTS_RUN_EXECUTABLE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/file.h"
#include "trainer/command/commands.h"
#include "trainer/data/data.h"

/* ---- running ------------------------------------------------------------- */

static void redirect(const char *path, int fd)
{
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);
    if (file < 0 || dup2(file, fd) < 0)
        _exit(99);
    close(file);
}

/* Runs "tiny WORDS" (split at blanks) with output in the files out and err. */
static pid_t start(const struct guss_model *run, const char *words,
                   const char *out)
{
    fflush(NULL);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child > 0)
        return child;
    char line[512], *argv[32] = {"./tiny"};
    int argc = 1;
    snprintf(line, sizeof line, "%s", words);
    for (char *word = strtok(line, " "); word; word = strtok(NULL, " "))
        argv[argc++] = word;
    for (int number = SIGHUP + 1; number < 32; number++)
        signal(number, SIG_DFL); /* cmocka's would go on with the tests */
    signal(SIGXFSZ, SIG_IGN);    /* a full disk is a failed write */
    redirect(out, 1);
    redirect("err", 2);
    int status = executable_run(run, argc, argv);
    fflush(NULL);
    _exit(status);
}

static int finish(pid_t child)
{
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static char *content(const char *path)
{
    struct error error = {0};
    char *bytes;
    size_t size;
    if (file_read(path, 1 << 24, &bytes, &size, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return bytes;
}

static void expect_content(const char *path, const char *expected)
{
    char *text = content(path);
    assert_string_equal(text, expected);
    free(text);
}

static void expect_part(const char *path, const char *expected)
{
    char *text = content(path);
    if (!strstr(text, expected))
        fail_msg("no '%s' in:\n%s", expected, text);
    free(text);
}

static void expect_run(int status, const char *words)
{
    int got = finish(start(&model, words, "out"));
    if (got != status) {
        char *text = content("err");
        fail_msg("status %d, not %d: %s\n%s", got, status, words, text);
    }
}

static void expect_failure(int status, const char *words, const char *err)
{
    expect_run(status, words);
    expect_content("err", err);
    expect_content("out", "");
}

/* ---- the scratch folder -------------------------------------------------- */

static int make_folder(void **state)
{
    static char folder[] = "/tmp/executable_test.XXXXXX";
    struct error error = {0};
    float values[10 * 4];
    const int64_t train_shape[] = {10, 2, 2}, test_shape[] = {3, 2, 2};
    *state = folder;
    if (!mkdtemp(folder) || chdir(folder) != 0)
        return -1;
    for (int i = 0; i < 10 * 4; i++)
        values[i] = (float)(i * 37 % 64) / 64.0f;
    return npy_write_f32("train.npy", 3, train_shape, values, &error) ||
           npy_write_f32("test.npy", 3, test_shape, values, &error);
}

static int remove_folder(void **state)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", (const char *)*state);
    return chdir("/") || system(command);
}

#endif
