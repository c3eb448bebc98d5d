/* The pictures of a folder; for data_folder.c and data_pictures.c only. */
#ifndef TRAINER_DATA_FOLDER_H
#define TRAINER_DATA_FOLDER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/folder.h"
#include "base/status.h"

struct picture_file {
    const char *path;
    int32_t label;
};

struct picture_folder {
    struct arena *arena;
    const char *path;
    size_t name_at; /* in the path of a file, its name in the set */
    struct picture_file *files;
    size_t count, capacity;
    bool is_folder;                  /* else one picture */
    struct folder_names classes;     /* none: no labels */
    struct folder_names passed_over; /* files that are no pictures */
};

/* Finds the pictures of folder->path, in the order of their names, class after
 * class; where that is a file, it is the only one. STATUS_INPUT where there are
 * none, or what is there is neither classes nor pictures alone. */
enum status picture_folder_find(struct picture_folder *folder,
                                struct error *error);

/* data_partners.c: puts the files in the order of the files of `partner`, a set of
 * a folder: each to the one of its name, whatever their endings. STATUS_INPUT
 * where one has no partner, or cannot be told which. */
struct data_set;
enum status picture_folder_pair(struct picture_folder *folder,
                                const struct data_set *partner,
                                struct error *error);

#endif
