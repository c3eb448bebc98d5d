#!/bin/sh
# No file includes one of a folder above its own.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"

cd "$root" || exit 3
expect_status "folders: none includes one above it" 0 tools/check-folders

# The check can fail: includes that lead up, and a folder that it does not know.
mkdir -p "$scratch/base" "$scratch/runtime/trainer/data" \
    "$scratch/compiler/graph" "$scratch/compiler/odd"
echo '#include "trainer/data/data.h"' >"$scratch/base/up.c"
printf '%s\n' '#include "base/file.h"' '#include "compiler/plan/plan.h"' \
    >"$scratch/compiler/graph/up.h"
echo '#include "guss/model.h"' >"$scratch/runtime/trainer/data/down.c"
echo '#include "base/file.h"' >"$scratch/compiler/odd/new.c"
cd "$scratch" || exit 3
expect_status "folders: what leads up is found" 1 "$root/tools/check-folders"
expect_text "folders: and named" "$scratch/out" <<'END'
base/up.c:1: trainer/data does not lie below base
compiler/graph/up.h:2: compiler/plan does not lie below compiler/graph
compiler/odd/new.c:1: base or compiler/odd has no floor in tools/check-folders
END
