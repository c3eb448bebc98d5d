/* The train command, from outside: what a run leaves, how it stops, and that a
 * resumed run is the run that was never stopped. */
#include <sys/resource.h>
#include <sys/stat.h>

#include "tests/unit/tiny_model.h"

#include "tests/unit/older_checkpoint.h"
#include "tests/unit/run_training.h"
#include "tests/unit/write_text.h"
#include "trainer/training/checkpoint.h"
#include "trainer/training/log.h"
#include "trainer/weights/safetensors.h"

static void test_a_run_leaves_its_folder(void **state)
{
    (void)state;
    expect_run(0, "train --out whole");
    expect_content("out", "");
    expect_part("err", "net: train.npy, 10 samples; test test.npy, 3 samples; "
                       "batch 4, 2 threads; to whole\n"
                       "epoch 1/5  loss ");
    expect_part("err", "\ndone in 0:0");
    expect_part("err", ": whole/weights.safetensors\n");
    expect_part("whole/schedule.yaml", "pixels: unit");
    expect_content("whole/model.nn", model.nn_text);
    expect_part("whole/log.csv", "epoch,iteration,loss,val_loss\n1,3,");
    expect_part("whole/log.csv", "\n5,15,");
    static const char *const files[] = {"whole/samples/00000002.png",
                                        "whole/samples/00000006.png",
                                        "whole/samples/00000012.png",
                                        "whole/samples/00000015.png",
                                        "whole/loss.png",
                                        "whole/weights.safetensors",
                                        "whole/checkpoints/12.guss",
                                        "whole/checkpoints/14.guss",
                                        "whole/checkpoints/15.guss"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++)
        if (!file_exists(files[i]))
            fail_msg("no %s", files[i]);
    assert_false(file_exists("whole/checkpoints/10.guss"));
    assert_false(file_exists("whole/samples/00000004.png"));
    assert_false(file_exists("whole/samples/00000000.png"));

    expect_failure(2, "train --out whole",
                   "error: 'whole' is not empty; take a new folder, or go on "
                   "with the run in it: --resume whole\n"
                   "try: ./tiny train --help\n");
    expect_failure(0, "train --resume whole",
                   "already finished: whole has all of its 15 iterations\n");
    expect_failure(0, "train --resume whole --set iterations=4",
                   "already finished: whole has 15 iterations, more than the 4 "
                   "that are wanted\n");
    expect_failure(2, "train --out whole/samples",
                   "error: 'whole/samples' is not empty; take a new folder\n"
                   "try: ./tiny train --help\n");
}

static void expect_sheet(const char *path, int width, int height)
{
    struct error error = {0};
    unsigned char *bytes;
    size_t size;
    assert_int_equal(file_read(path, 1 << 20, (char **)&bytes, &size, &error),
                     0);
    assert_true(size > 24 && bytes[16] == 0 && bytes[20] == 0);
    assert_int_equal(bytes[18] * 256 + bytes[19], width);
    assert_int_equal(bytes[22] * 256 + bytes[23], height);
    free(bytes);
}

/* Three test samples above their reconstructions. */
static void test_without_snapshots_the_ends_are_drawn(void **state)
{
    (void)state;
    static const char plain[] = "--set snapshots.at=[] --set snapshots.every=0 "
                                "--set snapshots.count=25 --set "
                                "snapshots.columns=5";
    char line[256];
    snprintf(line, sizeof line, "train --out ends --set epochs=3 %s", plain);
    expect_run(0, line);
    static const char *const files[] = {"ends/samples/00000000.png",
                                        "ends/samples/00000009.png"};
    for (int i = 0; i < 2; i++)
        expect_sheet(files[i], 204, 137);
    assert_int_equal(system("ls ends/samples | wc -l >count"), 0);
    expect_content("count", "2\n");
    expect_part("ends/schedule.yaml", "count: 10\n  columns: 10\n");

    snprintf(line, sizeof line, "train --resume ends --set epochs=5");
    expect_run(0, line);
    snprintf(line, sizeof line, "train --out long %s", plain);
    expect_run(0, line);
    expect_same("ends/samples/00000015.png", "long/samples/00000015.png");
    expect_same("ends/samples/00000000.png", "long/samples/00000000.png");
}

static void test_default_folders_are_numbered(void **state)
{
    (void)state;
    expect_run(0, "train --set epochs=1");
    expect_run(0, "train --set epochs=1 --threads 7");
    expect_same("runs/tiny-1/weights.safetensors",
                "runs/tiny-2/weights.safetensors");
    expect_part("runs/tiny-2/schedule.yaml", "threads: 7");
}

/* Stops after each number of updates by asking for so many iterations, then
 * asks for the rest. */
static void test_a_resumed_run_is_the_run_never_stopped(void **state)
{
    (void)state;
    expect_run(0, "train --out unbroken --set iterations=13");
    for (int stop = 1; stop < 13; stop++) {
        char words[256], path[64];
        snprintf(path, sizeof path, "broken-%d", stop);
        snprintf(words, sizeof words,
                 "train --out %s --set iterations=%d --threads 1", path, stop);
        expect_run(0, words);
        snprintf(words, sizeof words,
                 "train --resume %s --set iterations=13 --threads 3", path);
        expect_run(0, words);
        snprintf(words, sizeof words, "resumed at iteration %d of 13\n", stop);
        expect_part("err", words);
        static const char *const files[] = {"weights.safetensors",
                                            "log.csv",
                                            "loss.png",
                                            "checkpoints/13.guss",
                                            "checkpoints/12.guss",
                                            "samples/00000012.png"};
        for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
            char a[128], b[128];
            snprintf(a, sizeof a, "unbroken/%s", files[i]);
            snprintf(b, sizeof b, "%s/%s", path, files[i]);
            expect_same(a, b);
        }
    }
}

/* ---- the log -------------------------------------------------------------- */

enum { N_COLUMNS = 5 };
static const struct log_column columns[] = {
    {.name = "epoch"},
    {.name = "iteration"},
    {.name = "loss"},
    {.name = "accuracy", .is_later = true},
    {.name = "val_loss"}};
static const double rows[][N_COLUMNS] = {{1.0, 3.0, 1.0 / 3.0, 0.5, 2.0},
                                         {2.0, 6.0, 0.25, (double)NAN, 1.5}};
static const char log_text[] = "epoch,iteration,loss,accuracy,val_loss\n"
                               "1,3,0.333333333,0.5,2\n"
                               "2,6,0.25,nan,1.5\n";

static struct log *open_log(const char *path)
{
    struct error error = {0};
    struct log *log;
    assert_int_equal(log_create(&log, path, columns, N_COLUMNS, &error), 0);
    for (int i = 0; i < 2; i++)
        assert_int_equal(log_append(log, rows[i], &error), 0);
    expect_content(path, log_text);
    return log;
}

/* What the curve is drawn from is what a resumed run reads. */
static void test_a_log_keeps_what_its_file_holds(void **state)
{
    (void)state;
    struct error error = {0};
    struct log *again, *log = open_log("log.csv");
    assert_int_equal(
        log_reopen(&again, "log.csv", columns, N_COLUMNS, 1, &error), 0);
    assert_int_equal(log_rows(again), 1);
    assert_memory_equal(log_values(log), log_values(again), sizeof rows[0]);
    assert_int_equal(log_append(again, rows[1], &error), 0);
    expect_content("log.csv", log_text);
    log_close(log);
    log_close(again);
}

/* A run of an earlier guss goes on with the columns that it has. */
static void test_a_log_without_later_columns(void **state)
{
    (void)state;
    struct error error = {0};
    struct log *log;
    write_text("old.csv", "epoch,iteration,loss,val_loss\n1,3,0.5,2\n2,6,1,1");
    assert_int_equal(log_reopen(&log, "old.csv", columns, N_COLUMNS, 1, &error),
                     0);
    assert_true(log_has(log, 2) && !log_has(log, 3) && log_has(log, 4));
    assert_true(isnan(log_values(log)[3]));
    assert_true(log_values(log)[4] > 1.9);
    assert_int_equal(log_append(log, rows[0], &error), 0);
    expect_content("old.csv", "epoch,iteration,loss,val_loss\n"
                              "1,3,0.5,2\n1,3,0.333333333,2\n");
    log_close(log);

    static const char *const others[] = {
        "epoch,iteration,loss\n1,3,0.5\n",
        "epoch,iteration,accuracy,loss,val_loss\n1,3,0.5,1,1\n",
        "epoch,iteration,loss,val_loss,accuracy\n1,3,0.5,1,1\n",
        "epoch,iteration,losses,val_loss\n1,3,0.5,1\n",
        "epochs,iteration,loss,val_loss\n1,3,0.5,1\n",
        ""};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        write_text("other.csv", others[i]);
        assert_int_equal(
            log_reopen(&log, "other.csv", columns, N_COLUMNS, 1, &error), 1);
        assert_string_equal(error.text,
                            "'other.csv' is not the log of this run: its "
                            "columns are not "
                            "epoch,iteration,loss,accuracy,val_loss");
        error = (struct error){0};
    }
}

static void test_a_log_that_gets_lost_is_written_anew(void **state)
{
    (void)state;
    static const char *const commands[] = {
        "true",
        "rm lost.csv",
        "cp lost.csv x && mv x lost.csv",
        ": >lost.csv",
        "echo 1,2 >>lost.csv",
        "rm lost.csv; ln -s log.csv lost.csv"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct error error = {0};
        bool restored;
        unlink("lost.csv");
        struct log *log = open_log("lost.csv");
        assert_int_equal(log_sync(log, &restored, &error), 0);
        assert_false(restored);
        assert_int_equal(system(commands[i]), 0);
        assert_int_equal(log_sync(log, &restored, &error), 0);
        assert_int_equal(restored, i > 0);
        expect_content("lost.csv", log_text);
        assert_int_equal(log_append(log, rows[0], &error), 0);
        expect_part("lost.csv", "1.5\n1,3,0.333333333,0.5,2\n");
        assert_int_equal(log_sync(log, &restored, &error), 0);
        assert_false(restored);
        log_close(log);
    }
}

/* Removed under a run, too. */
static void test_a_run_whose_log_is_removed(void **state)
{
    (void)state;
    expect_run(0, "train --out kept --set seed=77 --set epochs=40");
    pid_t child = start(
        &model, "train --out robbed --set seed=77 --set epochs=40", "out");
    wait_for("robbed/checkpoints/4.guss");
    assert_int_equal(unlink("robbed/log.csv"), 0);
    assert_int_equal(finish(child), 0);
    expect_same("kept/log.csv", "robbed/log.csv");
    expect_part("err", "\nwarning: 'robbed/log.csv' was removed or changed "
                       "while the run goes on; it is written anew, with all of "
                       "its rows\n");
}

/* ---- stopping and going on ------------------------------------------------ */

static void test_a_signal_saves_and_the_run_goes_on(void **state)
{
    (void)state;
    expect_run(0, "train --out calm --set seed=77 --set epochs=40");
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
    static const int statuses[] = {130, 143, 129};
    for (int i = 0; i < 3; i++) {
        char words[256], path[64];
        snprintf(path, sizeof path, "caught-%d", i);
        snprintf(words, sizeof words,
                 "train --out %s --set seed=77 --set epochs=40", path);
        pid_t child = start(&model, words, "out");
        snprintf(words, sizeof words, "%s/checkpoints/20.guss", path);
        wait_for(words);
        kill(child, signals[i]);
        assert_int_equal(finish(child), statuses[i]);
        expect_part("err", "\nstopped after ");
        snprintf(words, sizeof words,
                 " of 120 iterations, saved in %s; go on with: ./tiny train "
                 "--resume %s\n",
                 path, path);
        expect_part("err", words);
        snprintf(words, sizeof words, "%s/weights.safetensors", path);
        assert_true(file_exists(words));
        snprintf(words, sizeof words, "train --resume %s", path);
        expect_run(0, words);
        snprintf(words, sizeof words, "%s/weights.safetensors", path);
        expect_same("calm/weights.safetensors", words);
        snprintf(words, sizeof words, "%s/log.csv", path);
        expect_same("calm/log.csv", words);
    }
}

/* Both wait while the process is stopped: it sees one after the other, with no
 * update between them. */
static void test_a_second_signal_ends_at_once(void **state)
{
    (void)state;
    pid_t child = start(
        &model, "train --out twice --set seed=77 --set epochs=4000", "out");
    wait_for("twice/checkpoints/20.guss");
    kill(child, SIGSTOP);
    kill(child, SIGINT);
    kill(child, SIGTERM);
    kill(child, SIGCONT);
    int status = finish(child);
    assert_true(status == 130 || status == 143);
    char *text = content("err");
    assert_null(strstr(text, "stopped after"));
    free(text);
}

/* As nohup starts it, and as a terminal and its shell both tell it. */
static void test_hang_ups(void **state)
{
    (void)state;
    static const char *const words[] = {
        "train --out deaf --set seed=77 --set epochs=40",
        "train --out gone --set seed=77 --set epochs=4000"};
    static const char *const checkpoints[] = {"deaf/checkpoints/20.guss",
                                              "gone/checkpoints/20.guss"};
    static const int statuses[] = {0, 129};
    for (int i = 0; i < 2; i++) {
        signal(SIGHUP, i == 0 ? SIG_IGN : SIG_DFL);
        pid_t child = start(&model, words[i], "out");
        wait_for(checkpoints[i]);
        kill(child, SIGHUP);
        kill(child, SIGSTOP);
        kill(child, SIGHUP);
        kill(child, SIGCONT);
        assert_int_equal(finish(child), statuses[i]);
    }
    expect_part("err", "\nstopped after ");
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void test_a_full_disk_loses_nothing(void **state)
{
    (void)state;
    expect_run(0, "train --out roomy --set iterations=14");
    expect_run(0, "train --out full --set iterations=5");
    limit_files(700);
    pid_t child =
        start(&model, "train --resume full --set iterations=14", "out");
    int status = finish(child);
    limit_files(RLIM_INFINITY);
    assert_int_equal(status, 3);
    expect_part("err", "error: cannot write 'full/");
    expect_part("err", "': File too large\n");
    expect_run(0, "train --resume full --set iterations=14");
    expect_part("err", "resumed at iteration 5 of 14\n");
    expect_same("roomy/weights.safetensors", "full/weights.safetensors");
    expect_same("roomy/log.csv", "full/log.csv");
}

/* Killed between its last checkpoint and its weights, a run would be finished
 * and have none. */
static void test_the_last_checkpoint_comes_last(void **state)
{
    (void)state;
    expect_run(0, "train --out ending --set iterations=14");
    expect_run(0, "train --out hindered --set iterations=13");
    assert_int_equal(unlink("hindered/weights.safetensors"), 0);
    assert_int_equal(mkdir("hindered/weights.safetensors", 0777), 0);
    expect_run(3, "train --resume hindered --set iterations=14");
    assert_false(file_exists("hindered/checkpoints/14.guss"));
    assert_int_equal(rmdir("hindered/weights.safetensors"), 0);
    expect_run(0, "train --resume hindered --set iterations=14");
    expect_same("ending/weights.safetensors", "hindered/weights.safetensors");
    expect_same("ending/log.csv", "hindered/log.csv");
}

/* A run of more iterations, killed behind the checkpoint of the 14th. */
static void test_an_end_that_is_missing_is_saved(void **state)
{
    (void)state;
    expect_run(0, "train --out ended --set iterations=14");
    expect_run(0, "train --out killed --set iterations=14");
    assert_int_equal(unlink("killed/weights.safetensors"), 0);
    assert_int_equal(unlink("killed/loss.png"), 0);
    write_text("killed/log.csv", "epoch,iteration,loss,val_loss\n");
    expect_run(1, "train --resume killed");
    expect_part("err", "'killed/log.csv' has 0 of the 4 good rows that were "
                       "there when the checkpoint was made\n");
    char *log = content("ended/log.csv");
    write_text("killed/log.csv", log);
    free(log);
    expect_run(0, "train --resume killed");
    static const char *const files[] = {"weights.safetensors", "log.csv",
                                        "loss.png", "checkpoints/14.guss"};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char a[128], b[128];
        snprintf(a, sizeof a, "ended/%s", files[i]);
        snprintf(b, sizeof b, "killed/%s", files[i]);
        expect_same(a, b);
    }
    expect_failure(0, "train --resume killed",
                   "already finished: killed has all of its 14 iterations\n");
}

static void test_a_damaged_checkpoint_is_passed_over(void **state)
{
    (void)state;
    expect_run(0, "train --out good --set iterations=14");
    expect_run(0, "train --out bad --set iterations=9");
    write_text("bad/checkpoints/9.guss", "not a checkpoint at all");
    write_text("bad/checkpoints/.guss-0123456789abcdef", "half");
    write_text("bad/checkpoints/6.guss.tmp.12345", "mine");
    expect_run(0, "train --resume bad --set iterations=14");
    expect_part("err", "warning: 'bad/checkpoints/9.guss'");
    expect_part("err", "; trying the one before\n");
    expect_part("err", "resumed at iteration 8 of 14\n");
    expect_same("good/weights.safetensors", "bad/weights.safetensors");
    expect_same("good/log.csv", "bad/log.csv");
    assert_false(file_exists("bad/checkpoints/.guss-0123456789abcdef"));
    assert_true(file_exists("bad/checkpoints/6.guss.tmp.12345"));
    assert_false(file_exists("bad/checkpoints/9.guss"));
}

static void test_one_process_trains_in_a_folder(void **state)
{
    (void)state;
    pid_t child = start(&model, "train --out busy --set epochs=100000", "out");
    wait_for("busy/checkpoints/2.guss"); /* signals are caught by then */
    kill(child, SIGSTOP);
    expect_failure(1, "train --resume busy",
                   "error: another process trains in 'busy'; wait for its end, "
                   "or stop it\n");
    kill(child, SIGCONT);
    kill(child, SIGTERM);
    assert_int_equal(finish(child), 143);
    expect_run(0, "train --resume busy --set epochs=1");
}

static void test_what_may_not_change_in_a_run(void **state)
{
    (void)state;
    expect_run(0, "train --out fixed --set iterations=4");
    expect_failure(2, "train --resume fixed --set seed=2 --set iterations=9",
                   "error: 'seed' cannot change when a run is resumed; start "
                   "another one: --out DIR\n"
                   "try: ./tiny train --help\n");
    expect_failure(1, "train --resume nowhere",
                   "error: cannot resume 'nowhere': there is no such folder\n");
    expect_failure(1, "train --resume .",
                   "error: cannot resume '.': it is not the folder of a run\n");

    struct guss_model other = model;
    other.nn_text = "network net(4) { Dense(4) } # another\n";
    assert_int_equal(finish(start(&other, "train --resume fixed", "out")), 1);
    expect_content("err",
                   "error: 'fixed/checkpoints/4.guss' was made by another "
                   "model than 'models/tiny.nn'; resume with the executable "
                   "that made it\n");
    expect_run(1, "train --out never --set batch=8");
    expect_part("err", "'batch' is compiled in");
    assert_false(folder_exists("never"));
}

/* train.npy or test.npy, with one value other than before. */
static void change_data(const char *path)
{
    FILE *file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, -1, SEEK_END), 0);
    int last = fgetc(file);
    assert_int_equal(fseek(file, -1, SEEK_END), 0);
    assert_int_equal(fputc(last ^ 1, file), last ^ 1);
    assert_int_equal(fclose(file), 0);
}

static void test_other_data_is_refused(void **state)
{
    (void)state;
    expect_run(0, "train --out old --set iterations=4");
    change_data("train.npy");
    expect_failure(1, "train --resume old --set iterations=9",
                   "error: 'train.npy' (data.train) is not what it was when "
                   "'old/checkpoints/4.guss' was written: bring the data of "
                   "then back, or start another run with the new: --out DIR\n");
    change_data("train.npy");
    change_data("test.npy");
    expect_failure(1, "train --resume old --set iterations=9",
                   "error: 'test.npy' (data.test) is not what it was when "
                   "'old/checkpoints/4.guss' was written: bring the data of "
                   "then back, or start another run with the new: --out DIR\n");
    change_data("test.npy");
    expect_run(0, "train --resume old --set iterations=9");
}

/* The version of log.csv is in the checkpoint: its first line is its header. */
static void test_a_newer_log_is_refused(void **state)
{
    (void)state;
    static const char path[] = "newer/checkpoints/4.guss";
    expect_run(0, "train --out newer --set iterations=4");
    struct arena *arena = arena_new();
    struct checkpoint checkpoint;
    struct error error = {0};
    struct layout memory;
    bool damaged;
    float *best = arena_alloc(arena, model.weights_count, sizeof *best);
    assert_int_equal(
        checkpoint_open(arena, path, &model, &checkpoint, &damaged, &error), 0);
    assert_int_equal(checkpoint.note.log_version, 1);
    assert_int_equal(
        checkpoint_restore(&checkpoint, path, &model,
                           &(struct checkpoint_state){&memory, best, NULL},
                           &error),
        0);
    checkpoint.note.log_version = 2;
    assert_int_equal(
        checkpoint_write(path, &model,
                         &(struct checkpoint_state){&memory, best, NULL},
                         &checkpoint.note, &error),
        0);
    checkpoint_close(&checkpoint);
    arena_free(arena);
    expect_failure(
        1, "train --resume newer --set iterations=9",
        "error: the log.csv beside 'newer/checkpoints/4.guss' has "
        "version 2 of its format, this executable reads version 1\n");
}

/* A sum fits whatever somebody wrote. */
static void test_a_best_epoch_that_is_not_yet_there(void **state)
{
    (void)state;
    static const char path[] = "early/checkpoints/4.guss";
    expect_run(0, "train --out early --set iterations=4");
    struct arena *arena = arena_new();
    struct checkpoint checkpoint;
    struct error error = {0};
    struct layout memory;
    bool damaged;
    float *best = arena_alloc(arena, model.weights_count, sizeof *best);
    assert_int_equal(
        checkpoint_open(arena, path, &model, &checkpoint, &damaged, &error), 0);
    assert_int_equal(
        checkpoint_restore(&checkpoint, path, &model,
                           &(struct checkpoint_state){&memory, best, NULL},
                           &error),
        0);
    assert_true(checkpoint.note.best_weights > 0);
    checkpoint.note.best_weights = 5;
    assert_int_equal(
        checkpoint_write(path, &model,
                         &(struct checkpoint_state){&memory, best, NULL},
                         &checkpoint.note, &error),
        0);
    checkpoint_close(&checkpoint);
    arena_free(arena);
    expect_failure(1, "train --resume early --set iterations=9",
                   "error: 'early/checkpoints/4.guss' is damaged: its counts "
                   "do not fit\n");
}

/* Older ones scaled floats as pixels say. */
static void test_floats_of_an_older_run(void **state)
{
    (void)state;
    struct arena *arena = arena_new();
    expect_run(0, "train --out floats --set iterations=4");
    make_older(arena, "floats/checkpoints/4.guss");
    expect_run(1, "train --resume floats --set iterations=9");
    expect_part("err", "error: 'floats/checkpoints/4.guss' was written by an "
                       "older guss (" GUSS_VERSION
                       "), which made 'pixels: unit' of floating-point data "
                       "too; it is taken as it is now: start another run: "
                       "--out DIR\n");
    expect_run(0, "train --out raw --set iterations=4 --set data.pixels=raw");
    make_older(arena, "raw/checkpoints/4.guss");
    expect_run(0, "train --resume raw --set iterations=9");
    arena_free(arena);
}

static void test_another_executable_warns(void **state)
{
    (void)state;
    expect_run(0, "train --out begun --set iterations=4");
    struct guss_model other = model;
    other.compiler = "99.0";
    assert_int_equal(
        finish(start(&other, "train --resume begun --set iterations=6", "out")),
        0);
    expect_part("err", "warning: this run was begun by an executable that "
                       "another C compiler made (" __VERSION__
                       ", now 99.0): its numbers may differ from here on in "
                       "their last digits\n");
    expect_run(0, "train --resume begun --set iterations=8");
    char *text = content("err");
    assert_null(strstr(text, "warning"));
    free(text);
}

static void test_divergence_stops_the_run(void **state)
{
    (void)state;
    expect_run(4, "train --out wild --set optimizer.learning_rate=1e9 "
                  "--set epochs=100");
    expect_part("err", "error: training diverged: the loss became ");
    expect_part("err", "the last good checkpoint is 'wild/checkpoints/");
    assert_false(file_exists("wild/weights.safetensors"));
    /* The weights overflow in the update behind the last good loss. */
    struct error error = {0};
    const float huge[WIDTH * WIDTH] = {1e30f, 1e30f, 1e30f, 1e30f};
    const struct tensor tensors[] = {
        {"net/dense/kernel", 2, {WIDTH, WIDTH}, huge, WIDTH * WIDTH, 0},
        {"net/dense/bias", 1, {WIDTH}, huge, WIDTH, 0}};
    assert_int_equal(
        tensor_file_write("huge.safetensors", tensors, 2, NULL, 0, &error),
        STATUS_OK);
    expect_run(4, "train --out wilder --init huge.safetensors "
                  "--set optimizer.learning_rate=1e10 --set iterations=1 "
                  "--set data.test=null");
    expect_part("err",
                "error: training diverged: a weight of 'net/dense/kernel' "
                "became ");
    expect_part("err", " in epoch 1, iteration 1; no checkpoint was written "
                       "before\n");
}

int main(void)
{
    unsetenv("NO_COLOR");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_run_leaves_its_folder),
        cmocka_unit_test(test_without_snapshots_the_ends_are_drawn),
        cmocka_unit_test(test_default_folders_are_numbered),
        cmocka_unit_test(test_a_resumed_run_is_the_run_never_stopped),
        cmocka_unit_test(test_a_log_keeps_what_its_file_holds),
        cmocka_unit_test(test_a_log_without_later_columns),
        cmocka_unit_test(test_a_log_that_gets_lost_is_written_anew),
        cmocka_unit_test(test_a_run_whose_log_is_removed),
        cmocka_unit_test(test_a_signal_saves_and_the_run_goes_on),
        cmocka_unit_test(test_hang_ups),
        cmocka_unit_test(test_a_second_signal_ends_at_once),
        cmocka_unit_test(test_a_full_disk_loses_nothing),
        cmocka_unit_test(test_the_last_checkpoint_comes_last),
        cmocka_unit_test(test_an_end_that_is_missing_is_saved),
        cmocka_unit_test(test_a_damaged_checkpoint_is_passed_over),
        cmocka_unit_test(test_one_process_trains_in_a_folder),
        cmocka_unit_test(test_what_may_not_change_in_a_run),
        cmocka_unit_test(test_other_data_is_refused),
        cmocka_unit_test(test_floats_of_an_older_run),
        cmocka_unit_test(test_a_newer_log_is_refused),
        cmocka_unit_test(test_a_best_epoch_that_is_not_yet_there),
        cmocka_unit_test(test_another_executable_warns),
        cmocka_unit_test(test_divergence_stops_the_run)};
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
