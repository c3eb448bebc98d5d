#!/bin/sh
# Memory that runs out, at any place: an allocation of guss or of an executable
# fails, once or from then on. What is said and written is then as if nothing had
# happened, or the status is 3, with a message, and no file is damaged.
#
# Each command is tried with some of its allocations. ALLOCATIONS=all tries
# every one, which takes minutes.
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
if [ -n "${SANITIZE_FLAGS:-}" ]; then
    skip "allocation: memory that runs out" "sanitizers allocate in their way"
    exit 0
fi
cd "$scratch" || exit 3
points=12 # of each command, if not all
offset=0  # so that no two begin with the same

# run FAILS COMMAND...: in `work`, a copy of `given`.
run() {
    rm -rf work
    cp -r given work
    fails=$1
    shift
    (cd work && MEMORY_FAILS=$fails MEMORY_CALLS=../calls \
        LD_PRELOAD=$BUILD/tests/preload/failing_memory.so \
        "$@" >../out 2>../err </dev/null)
    status=$?
    find work -name run.json -exec \
        sed -i '/seconds":/d; /"peak_memory_bytes":/d' {} +
    return $status
}

# Every file is one that was there before, or as it is without a failure. A log
# may end earlier, a record may be that of a run that goes on, and the best weights
# those of an earlier epoch. Prints what is not so.
damaged_files() {
    (cd work && find . -type f) | while read -r file; do
        case $file in
        */log.csv)
            head -c "$(wc -c <"work/$file")" "whole/$file" |
                cmp -s - "work/$file"
            ;;
        */weights.best.safetensors)
            [ "$(wc -c <"work/$file")" -eq "$(wc -c <"whole/$file")" ]
            ;;
        */run.json) [ "$(tail -c 2 "work/$file")" = "}" ] ;;
        *) cmp -s "whole/$file" "work/$file" ;;
        esac || cmp -s "given/$file" "work/$file" || echo "$file"
    done
}

# What is wrong with how a run ended that had status $1; nothing if all is right.
wrong_end() {
    case $1 in
    0)
        diff -r whole work 2>&1 | head -5
        cmp whole.out out 2>&1
        ;;
    3)
        [ -s err ] || echo "no message"
        damaged_files
        ;;
    *) echo "status $1" ;;
    esac
}

# survives NAME COMMAND...
survives() {
    name=$1
    shift
    run 0 "$@" || {
        sed 's/^/    /' err
        ok "allocation: $name runs" 1
        return
    }
    rm -rf whole
    mv work whole
    mv out whole.out
    total=$(cat calls)
    step=$((total / points + 1))
    [ "${ALLOCATIONS:-}" != all ] || step=1
    offset=$((offset + 1))
    failed=0 # runs that ended so
    bad=0
    at=$((offset % step + 1))
    while [ "$at" -le "$total" ]; do
        for behind in "" +; do
            run "$at$behind" "$@"
            status=$?
            [ $status -ne 3 ] || failed=$((failed + 1))
            wrong=$(wrong_end $status)
            [ -n "$wrong" ] || continue
            bad=$((bad + 1))
            echo "# $name, call $at$behind of $total: status $status:" \
                "$wrong"
            sed 's/^/#   /' err
        done
        at=$((at + step))
    done
    # At most a few calls are of those that a library does without.
    [ $bad -eq 0 ] && [ $failed -gt 0 ]
    ok "allocation: $name, of $total calls" $?
}

mkdir -p given/pictures/grey given/pictures/bits
cp "$root/tests/fuzz/corpus/picture/grey.png" given/pictures/grey/1.png
cp "$root/tests/fuzz/corpus/picture/grey-1-bit.png" given/pictures/bits/1.png
{
    printf '\0\0\10\3\0\0\0\3\0\0\0\2\0\0\0\3'
    printf '\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17\20\21\22'
} | gzip -n >given/test.gz
cat >given/coder.nn <<'END'
include "sizes.nn"
# What is seen.
network coder(2, 3, 1) {
    Conv2D(filters, 3, padding=same, activation=relu)
    Flatten() repeat 2 { Dense(filters) Dropout(0.1) }
    Dense( 6, activation = sigmoid )
    Reshape(2, 3, 1) @ (2, 3, 1)
}
expect coder.params == 190
END
cat >given/sizes.nn <<'END'
const filters = 4
END
sed 's/Dense(filters)/Dens(filters)/; s/== 190/== 191/' given/coder.nn \
    >given/mistakes.nn
cat >given/coder.yaml <<'END'
objective: autoencoder
loss: mean_squared_error
batch: 1
epochs: 3
seed: 1
optimizer: {name: adam}
data: {train: pictures, test: test.gz}
snapshots: {every: 2, count: 2, columns: 2}
checkpoint: {every: 2, keep: 3}
threads: 2
END
(cd given && "$guss" build -o ../coder coder.nn coder.yaml &&
    ../coder train --out begun --set epochs=2 &&
    ../coder train --out weights) \
    >out 2>&1
ok "allocation: the model is built" $? || { sed 's/^/    /' out && exit 1; }

mkdir given/killed
sed 's/"finished"/"starting"/' given/weights/run.json >given/killed/run.json
cat >pair.nn <<'END'
network maker(2) { Dense(6, activation=sigmoid) Reshape(2, 3, 1) }
network judge(2, 3, 1) { Flatten() Dense(1, activation=sigmoid) }
END
cat >pair.yaml <<'END'
objective: gan
generator: maker
discriminator: judge
loss: binary_crossentropy
batch: 2
epochs: 2
optimizer: {name: sgd}
data: {train: pictures}
snapshots: {every: 1, count: 2, columns: 2}
END
(cd given && "$guss" build -o ../pair ../pair.nn ../pair.yaml) >out 2>&1
ok "allocation: a pair is built" $? || { sed 's/^/    /' out && exit 1; }

cat >teller.nn <<'END'
network teller(2, 3, 1) { Flatten() Dense(2, activation=softmax) }
END
sed 's/autoencoder/classifier/; s/mean_squared_error/categorical_crossentropy/
    s/, test: test.gz//; /snapshots/d' given/coder.yaml >teller.yaml
(cd given && "$guss" build -o ../teller ../teller.nn ../teller.yaml &&
    ../teller train --out teller && ../pair train --out pair) >out 2>&1
ok "allocation: a classifier is built" $? || { sed 's/^/    /' out && exit 1; }

# Stands for the C compiler, which would take most of the time.
cat >cc <<END
#!/bin/sh
for word; do
    [ "\$before" != -o ] || exec cp "$scratch/coder" "\$word"
    before=\$word
done
END
chmod +x cc
export CC="$scratch/cc" XDG_CACHE_HOME=kept

survives "check" "$guss" check coder.nn
survives "summary" "$guss" summary --format json coder.nn
survives "fmt" "$guss" fmt coder.nn
survives "fmt -i" "$guss" fmt -i coder.nn sizes.nn
survives "emit" "$guss" emit coder.nn coder.yaml -o emitted
survives "graph" "$guss" graph coder.nn coder.yaml -o coder.svg
survives "data show" "$guss" data show pictures -o sheet.png
survives "build" "$guss" build coder.nn coder.yaml -o built
survives "train of a file" "$guss" train coder.nn coder.yaml --out run
survives "train" ../coder train --out run
survives "train in the folder of one that was killed" \
    ../coder train --out killed
survives "train a pair" ../pair train --out run
survives "train --resume" ../coder train --resume begun --set epochs=3
survives "predict" ../coder predict --weights weights/weights.safetensors \
    --input pictures --output y.npy
survives "reconstruct" ../coder reconstruct \
    --weights weights/weights.safetensors --input test.gz --output sheet.png
survives "evaluate" ../coder evaluate --weights weights --input test.gz
survives "evaluate a pair" ../pair evaluate --weights pair
survives "evaluate a classifier" ../teller evaluate --weights teller \
    --input pictures --confusion c.png --mistakes m.png
survives "answers" ../teller predict --weights teller --format json pictures
survives "generate" ../pair generate --weights pair --count 3 --output s.png
survives "nearest" ../pair nearest --weights pair --count 2 --output s.png
survives "interpolate" ../pair interpolate --weights pair --output s.png
survives "verify" "$guss" verify weights
