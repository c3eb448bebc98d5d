#!/bin/sh
# Adds the layer of docs/architecture.md to a copy of guss, as the page says: its
# file and its line. It is built without a warning, and its gradients are right.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 3

# What is built already is kept, so that the copy builds two files.
built=${BUILD#"$root"/}
case $built in /*) built=build ;; esac
copy=$scratch/guss
mkdir -p "$copy/$built"
cp -a Makefile install.mk VERSION base compiler runtime completions man tests \
    tools "$copy"
for part in obj generated lib include packages.build settings sources; do
    cp -a "$BUILD/$part" "$copy/$built"
done

# build: with the flags that guss was built with.
build() {
    make -C "$copy" BUILD="$built" -o "$built/settings" "$built/guss" \
        >"$scratch/log" 2>&1
}
build
ok "new_layer: the copy is built" $? || cat "$scratch/log"

# The page's blocks "c new FILE", each behind what is in FILE.
awk -v copy="$copy" '
    /^```c new / { file = copy "/" $3; next }
    /^```/ { file = "" }
    file { print >>file }' docs/architecture.md
diff -rq compiler "$copy/compiler" >"$scratch/changed"
[ "$(wc -l <"$scratch/changed")" = 2 ]
ok "new_layer: the page adds a file, and a line to another" $? ||
    cat "$scratch/changed"

build
ok "new_layer: guss is built with the layer" $? || cat "$scratch/log"
! grep -q warning "$scratch/log"
ok "new_layer: without a warning" $? || cat "$scratch/log"
[ "$(grep -c '^  CC' "$scratch/log")" -le 2 ]
ok "new_layer: of two files alone" $? || cat "$scratch/log"
guss=$copy/$built/guss

cd "$scratch" || exit 3
cat >gated.nn <<'END'
network gated(5, 4, 3) {
    Gated()
    Gated(use_bias=false)
    Flatten()
    Dense(19, activation=tanh)
    Gated()
    Dense(4, activation=softmax)
}
END
cat >gated.yaml <<'END'
objective: classifier
loss: categorical_crossentropy
batch: 21
iterations: 1
optimizer: {name: sgd}
data: {train: smileys/train}
END
"$guss" summary gated.nn >out 2>&1
grep -q '^gated (Gated)  *(None, 5, 4, 3)  *12 ' out
ok "new_layer: its summary has its weights" $? || cat out
# shellcheck disable=SC2086 # words
"$guss" emit gated.nn gated.yaml --real double --target generic -o gated &&
    ${CC:-cc} -std=c11 -O1 -Wall -Wextra -Werror -ffp-contract=off \
        -fno-math-errno $SANITIZE_FLAGS -I"$BUILD/include" \
        -I"$root/runtime/core" -o check gated/gated.c \
        "$root/tests/gradients/gradient_check.c" \
        "$BUILD/lib/guss/libguss-core.a" -lm -pthread
ok "new_layer: it is emitted and compiled" $?
for seed in 1 2; do
    ./check $seed >log 2>&1
    ok "new_layer: its gradients, seed $seed: $(tail -1 log)" $? || cat log
done
