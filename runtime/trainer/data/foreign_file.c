/* Files that are no data set: what they are, and what can be read. */
#include "base/file_kind.h"
#include "trainer/data/data_reader.h"

static const char by_numpy[] = "numpy.save() makes a .npy file of its values";
static const char unpack[] = "unpack it first";

/* What to do about it, or NULL. */
static const char *advice(enum file_kind kind)
{
    switch (kind) {
    case FILE_PNG:
        return "a PNG picture, whose name must end in .png";
    case FILE_JPEG:
        return "a JPEG picture, whose name must end in .jpg or .jpeg";
    case FILE_PICTURE:
        return "a picture; of pictures, only PNG and JPEG files can be read: "
               "convert it";
    case FILE_NPY:
        return "a .npy file, whose name must end in .npy";
    case FILE_IDX:
        return "an IDX file, whose name must not end in .npy";
    case FILE_CSV: /* of tabs */
    case FILE_HDF5:
    case FILE_MATLAB:
    case FILE_PICKLE:
    case FILE_PARQUET:
    case FILE_RAW:
        return by_numpy;
    case FILE_ZIP:
    case FILE_TAR:
    case FILE_COMPRESSED:
        return unpack;
    default:
        return NULL;
    }
}

enum status data_refuse_kind(const char *path, struct error *error)
{
    enum file_kind kind = file_kind(path);
    const char *what = advice(kind);
    if (kind == FILE_UNKNOWN)
        return STATUS_OK;
    if (kind == FILE_PNG || kind == FILE_JPEG || kind == FILE_PICTURE ||
        kind == FILE_NPY || kind == FILE_IDX)
        return error_set(error, STATUS_INPUT, "%s: %s", path, what);
    return error_set(error, STATUS_INPUT,
                     "%s: %s is no data that can be read%s%s; what can is a "
                     ".npy, .npz, .csv or IDX file or a folder of pictures",
                     path, file_kind_text(kind), what ? ": " : "",
                     what ? what : "");
}
