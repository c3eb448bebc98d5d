/* Data sets: a reference such as "mnist/train" to samples in memory.
 *
 *   data.c          where a reference is looked for, and which reader reads it
 *   data_idx.c      IDX files, plain or gzip
 *   data_npy.c      .npy files
 *   data_npz.c      arrays of a .npz archive, whose directory data_zip.c reads
 *   data_cifar.c    the archive of CIFAR-10
 *   data_csv.c      tables of text: csv_cells.c, csv_labels.c
 *   data_pictures.c folders of pictures, found by data_folder.c and paired by
 *                   data_partners.c, each read by data_picture.c: data_png.c or
 *                   data_jpeg.c
 *   data_smileys.c  the set that guss draws itself, with the pen of data_pen.c
 *   data_split.h    a share of the samples, set aside
 *   data_scan.c     what the values go from and to, and whether all are numbers
 *   data_moments.c  their mean and deviation, by channel
 *   data_augment.c  how their pictures are changed while they are trained on
 *   data_reader.h   what the readers share: data_stream.c, data_set.c,
 *                   data_files.c */
#ifndef TRAINER_DATA_H
#define TRAINER_DATA_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/checksum.h"
#include "base/status.h"
#include "guss/model.h"
#include "trainer/data/data_fit.h"
#include "trainer/data/sample_mapping.h"
#include "trainer/schedule/schedule.h"

enum { DATA_MAX_RANK = 31 }; /* of one sample */

/* A file that a set was read from, labels included. */
struct data_file {
    char *path;                 /* owned by the set: where it was found */
    const char *name;           /* in `path`: from the folder of the set on */
    int64_t size;               /* bytes, as they lie on the disk */
    char sha256[CHECKSUM_TEXT]; /* of these bytes: what sha256sum prints */
};

/* What a run is to be told apart by: `sha256` is that of the lines that
 * sha256sum prints of `files` in their order ("<sum>  <name>\n"), wherever they
 * lie; the files of a folder are in the order of its samples, labels come behind
 * what they are of. Of a set that is drawn, which has no files, it is that of its
 * values and labels. */
struct data_set {
    struct guss_samples samples; /* what emitted code reads */
    const char *type; /* of the values in the file, as numpy names it */
    double low, high; /* the values go from and to: as they lie here,
                                    before `pixels` */
    double too_large; /* the first finite value in the file that is infinite as
                                    float32; 0: there is none */
    int64_t too_large_at; /* its index */
    int rank;             /* of one sample: 2 is (height, width),
                                    3 has channels, 1 is a plain row */
    int64_t shape[DATA_MAX_RANK];
    void *values; /* owned: samples.values; NULL where these are mapped */
    struct sample_mapping *mapping; /* owned: of a large file, that they lie in,
                                       or NULL */
    int32_t *labels;                /* owned: samples.labels */
    char **classes; /* owned: the names of the labels, or NULL */
    int n_classes;
    char *sought;      /* owned: of a set without labels, where they were looked
                         for; NULL where nowhere */
    char *remark;      /* owned: what is to be said of it aloud, or NULL */
    bool are_pictures; /* sample i was read from files[i] */
    bool is_folder;    /* of pictures: their names tell them apart */
    struct data_set *targets; /* owned: samples.targets, or NULL */
    struct data_file *files;  /* owned */
    size_t n_files, files_capacity;
    char sha256[CHECKSUM_TEXT]; /* "" only while it is read */
};

/* What becomes of the labels that a set may have. */
enum data_labels {
    DATA_LABELS,     /* they are read */
    DATA_UNLABELLED, /* nobody asks for them */
    DATA_TARGETS     /* nor here; of a table the column that is named, where one
                        is, has the samples */
};

/* How a reference is to be read. */
struct data_options {
    const char *folder;        /* the --data folder, or NULL; then $GUSS_DATA
                           (colon-separated), ./data and the user's data folder
                           are searched */
    enum pixels_choice pixels; /* what bytes mean */
    const struct guss_output
        *shape;        /* of what they fill, or NULL: pictures have
                                        its height and width, and are read as grey
                                        or RGB as it has channels. Of other data
                                        the shape may be another; that is for the
                                        caller to check */
    const char *owner; /* of the shape, in messages: "the network's input" */
    int64_t height, width; /* pictures of any size are brought to this one; 0:
                              they have the same, that of the shape */
    enum fit_choice fit;
    enum data_labels labels;
    const struct data_set *partner; /* whose samples these belong to, or NULL:
                                       the pictures of a folder are put in the
                                       order of its, by their names */
};

/* Reads the set that `reference` names (docs/files.md).
 * On success the caller owns *set and calls data_free(); on failure *set is
 * empty. A missing set is STATUS_INPUT with a message that says where it was
 * looked for and how to get it; a value that is no finite number is STATUS_INPUT
 * with its sample and place. Thread-safe. */
enum status data_load(const char *reference, const struct data_options *options,
                      struct data_set *set, struct error *error);
void data_free(struct data_set *set);

/* STATUS_MACHINE where the values, or those of its targets, are read where they lie, in a file that is no
 * longer what it was when it was opened: what was computed may be of other data
 * than `sha256` says. */
enum status data_check_unchanged(const struct data_set *set,
                                 struct error *error);

/* What a schedule's `pixels` comes to: it says what bytes mean; floats are taken
 * as they are. */
enum guss_pixels data_pixels(enum pixels_choice choice,
                             enum guss_element element);

/* What the values go from and to as a network gets them. */
void data_range(const struct data_set *set, double *low, double *high);

/* The samples as pictures: a plain row is a square where that comes out even,
 * else one line. False where they have channels other than 1 or 3, or a side of
 * more than 2^20. */
bool data_image_extents(const struct data_set *set, int *height, int *width,
                        int *channels);

/* The user's data folder, in `arena`; NULL where the environment has none. */
const char *data_user_folder(struct arena *arena);

/* The readers. `path` exists; a labels file beside it is read by the caller
 * with the same reader, into a set that has samples. Every size in the file is
 * checked against its length before anything is allocated. What is read is in
 * the set's `files`; its sum is for the caller to take. */
enum status data_read_idx(const char *path, struct data_set *set,
                          struct error *error);
enum status data_read_idx_labels(const char *path, struct data_set *set,
                                 struct error *error);
enum status data_read_npy(const char *path, struct data_set *set,
                          struct error *error);
enum status data_read_npy_labels(const char *path, struct data_set *set,
                                 struct error *error);
/* `path` is CIFAR-10's archive of binary batches; its labels are read as well. */
enum status data_read_cifar(const char *path, bool is_test,
                            struct data_set *set, struct error *error);
/* `part` names an array, `label` a column; NULL: the usual one. Labels are read
 * as well, where they are asked for. */
enum status data_read_npz(const char *path, const char *part,
                          enum data_labels labels, struct data_set *set,
                          struct error *error);
enum status data_read_csv(const char *path, const char *label,
                          enum data_labels labels, struct data_set *set,
                          struct error *error);
/* `path` is a folder or one picture. */
enum status data_read_pictures(const char *path,
                               const struct data_options *options,
                               struct data_set *set, struct error *error);

/* The 400 training or 17 test faces: 28 x 28, dark strokes on 255, the same
 * bytes on every machine; labels 0 grin, 1 heart, 2 laugh. */
enum status data_draw_smileys(bool test, struct data_set *set,
                              struct error *error);

/* Writes a .npy file (version 1.0, little-endian float32, C order), whole or
 * not at all. */
enum status npy_write_f32(const char *path, int rank, const int64_t *shape,
                          const float *values, struct error *error);

#endif
