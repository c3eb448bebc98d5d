#!/bin/sh
# Holds built executables to what real Keras makes of the same networks: layers,
# losses, metrics and gradients; and the naive interpreter, which
# needs no build, to all but the metrics. tests/keras/README.md says how the files
# were made and where the tolerances come from. A build that is refused because
# something cannot be emitted yet is skipped; GUSS_REFUSED=fail makes that a
# failure.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
keras=$root/tests/keras
compare=$BUILD/tests/tools/compare_tensors
naive=$BUILD/tests/tools/naive
mkdir "$scratch/exe"

# One line a build: name, folder of model.nn, schedule or nothing.
list_builds() {
    line='"%s" "%s" "%s"\n'
    # shellcheck disable=SC2059 # the format is above
    {
        printf "$line" forward "$keras/forward" ""
        for folder in "$keras"/loss/*; do
            printf "$line" "$(basename "$folder")" "$folder" \
                "$folder/schedule.yaml"
        done
        for folder in "$keras"/layers/*; do
            schedule=$folder/schedule.yaml
            [ -f "$schedule" ] || schedule=
            printf "$line" "$(basename "$folder")" "$folder" "$schedule"
        done
    }
}

# Builds all, as many at a time as there are processors; each leaves what it
# said in exe/NAME.log and its status in exe/NAME.status.
build_all() {
    # shellcheck disable=SC2016 # the inner shell expands
    list_builds | xargs -P "$(getconf _NPROCESSORS_ONLN)" -n 3 sh -c '
        "$0" build "$3/model.nn" ${4:+"$4"} -o "$1/exe/$2" \
            >"$1/exe/$2.log" 2>&1
        echo $? >"$1/exe/$2.status"' "$guss" "$scratch"
}

# built NAME: whether it was; a failed build is a failed test.
built() {
    [ "$(cat "$scratch/exe/$1.status")" = 0 ] && return 0
    if [ "$GUSS_REFUSED" != fail ] &&
        grep -qE 'be built (yet|so far)' "$scratch/exe/$1.log"; then
        skip "keras: $1 is built" "not everything in it can be built yet"
        return 1
    fi
    echo "not ok - keras: $1 is built"
    sed 's/^/    /' "$scratch/exe/$1.log" | head -20
    return 1
}

# tensors_agree NAME ARGUMENTS...: compare_tensors as one test.
tensors_agree() {
    name=$1
    shift
    expect_status "$name" 0 "$compare" "$@"
}

# runs NAME COMMAND...: silent where the command succeeds, else a failed test.
runs() {
    name=$1
    shift
    "$@" >"$scratch/out" 2>"$scratch/err" </dev/null && return 0
    echo "not ok - $name: status $?"
    sed 's/^/    /' "$scratch/out" "$scratch/err" | head -20
    return 1
}

# metric FILE KEY: the number of a key in one flat JSON object.
metric() {
    tr -d '[:space:]' <"$1" | tr '{},' '[\n*]' | sed -n "s/^\"$2\"://p"
}

# close_to FOUND EXPECTED: six digits are printed, float32 is behind them.
close_to() {
    [ -n "$1" ] && awk -v a="$1" -v b="$2" 'BEGIN {
        difference = a < b ? b - a : a - b
        exit !(difference <= 1e-6 + 2e-5 * (b < 0 ? -b : b)) }'
}

check_forward() {
    built forward || return
    while read -r network layer input relative absolute; do
        name="keras: $network predicts $layer from $input values as Keras does"
        runs "$name" "$scratch/exe/forward" predict --network "$network" \
            --layer "$layer" --weights "$keras/forward/weights.safetensors" \
            --input "$keras/forward/$input.npy" \
            --output "$scratch/output.npy" &&
            tensors_agree "$name" --key "$network/$layer/$input" \
                "$keras/forward/expected.safetensors" "$scratch/output.npy" \
                "$relative" "$absolute"
        rm -f "$scratch/output.npy"
    done <"$keras/forward/cases.txt"
}

# check_metrics NAME TITLE: evaluate, before any training.
check_metrics() {
    folder=$keras/loss/$1
    runs "keras: $1 evaluates" "$scratch/exe/$1" evaluate --format json \
        --weights "$folder/weights.safetensors" --input "$folder/input.npy" ||
        return
    cp "$scratch/out" "$scratch/metrics.json"
    while read -r key expected; do
        found=$(metric "$scratch/metrics.json" "$key")
        close_to "$found" "$expected"
        ok "keras: $key is $expected, found ${found:-nothing}. $2" $?
    done <"$folder/metrics.txt"
}

# train_to OUT EXE FOLDER ARGUMENTS...: a run from the folder's weights.
train_to() {
    out=$1 exe=$2 folder=$3
    shift 3
    runs "keras: $exe trains" "$scratch/exe/$exe" train --out "$out" \
        --init "$folder/weights.safetensors" --data "$folder" "$@"
}

# naive_trains TITLE FOLDER SCHEDULE EXPECTED: the interpreter's updates. It is
# double, and held to a tenth of what float is allowed.
naive_trains() {
    runs "$1" "$naive" train "$2/model.nn" "$3" "$2" \
        "$2/weights.safetensors" "$scratch/naive.safetensors" &&
        tensors_agree "$1" "$4" "$scratch/naive.safetensors" 1e-6 5e-7
}

check_loss() {
    title=$(sed -n '1s/^# //p' "$keras/loss/$1/model.nn")
    naive_trains "keras: naively, the gradients are Keras's. $title" \
        "$keras/loss/$1" "$keras/loss/$1/schedule.yaml" \
        "$keras/loss/$1/updated.safetensors"
    built "$1" || return
    check_metrics "$1" "$title"
    train_to "$scratch/$1" "$1" "$keras/loss/$1" &&
        tensors_agree "keras: the gradients are Keras's. $title" \
            "$keras/loss/$1/updated.safetensors" \
            "$scratch/$1/weights.safetensors" 1e-5 5e-6
}

# ---- every layer ------------------------------------------------------------

# naive_inputs FOLDER: its few samples, in the order of the network's inputs.
naive_inputs() {
    sed -n 's/^ *\([a-z_]*\) = Input(.*/\1/p' "$1/model.nn" |
        while read -r input; do
            [ -f "$1/few.$input.npy" ] && echo "$1/few.$input.npy"
        done
}

# exe_inputs FOLDER: the same as options.
exe_inputs() {
    for file in $(naive_inputs "$1"); do
        input=${file%.npy}
        case $(naive_inputs "$1") in
        *.npy*.npy) echo --input "${input##*.}=$file" ;;
        *) echo --input "$file" ;;
        esac
    done
}

# check_output FOLDER NETWORK LAYER RELATIVE ABSOLUTE [EXECUTABLE]: one layer's
# output in prediction, of the executable or else of the interpreter.
check_output() {
    folder=$1 network=$2 layer=$3 by=${6:+predicts}
    name="keras: $(basename "$folder"), $layer ${by:-comes naively} as Keras's"
    # shellcheck disable=SC2046 # no blanks in the names of inputs
    if [ "$6" ]; then
        runs "$name" "$6" predict --network "$network" --layer "$layer" \
            --weights "$folder/weights.safetensors" $(exe_inputs "$folder") \
            --output "$scratch/output.npy"
    else
        runs "$name" "$naive" predict "$folder/model.nn" "$network" "$layer" \
            "$folder/weights.safetensors" "$scratch/output.npy" \
            $(naive_inputs "$folder")
    fi && tensors_agree "$name" --key "$network/$layer" \
        "$folder/expected.safetensors" "$scratch/output.npy" "$4" "$5"
    rm -f "$scratch/output.npy"
}

check_layers() {
    folder=$keras/layers/$1
    title=$(sed -n '1s/^# //p' "$folder/model.nn")
    while read -r network layer relative absolute; do
        check_output "$folder" "$network" "$layer" 1e-6 5e-7
    done <"$folder/cases.txt"
    [ -f "$folder/schedule.yaml" ] &&
        naive_trains "keras: naively, updates are Keras's. $title" "$folder" \
            "$folder/schedule.yaml" "$folder/updated.safetensors"
    built "$1" || return
    while read -r network layer relative absolute; do
        check_output "$folder" "$network" "$layer" "$relative" "$absolute" \
            "$scratch/exe/$1"
    done <"$folder/cases.txt"
    [ -f "$folder/schedule.yaml" ] &&
        train_to "$scratch/$1" "$1" "$folder" &&
        tensors_agree "keras: updates are Keras's. $title" \
            "$folder/updated.safetensors" \
            "$scratch/$1/weights.safetensors" 1e-5 5e-6
}

# The comparison itself must see a difference, a missing key and another shape.
check_comparison() {
    before=$keras/optimizers/weights.safetensors
    tensors_agree "compare_tensors: a file agrees with itself" \
        "$before" "$before" 0 0
    expect_status "compare_tensors: 30 updates of SGD are a difference" 1 \
        "$compare" "$before" "$keras/optimizers/sgd.safetensors" 1e-3 1e-3
    expect_status "compare_tensors: other keys are a difference" 1 \
        "$compare" "$before" "$keras/forward/weights.safetensors" 9 9
    expect_status "compare_tensors: another shape is a difference" 1 \
        "$compare" "$before" "$keras/loss/mae_tanh/weights.safetensors" 9 9
    expect_status "compare_tensors: an unknown --key is refused" 2 \
        "$compare" --key nothing "$before" "$before" 0 0
}

check_comparison
build_all
check_forward
for folder in "$keras"/loss/*; do
    check_loss "$(basename "$folder")"
done
for folder in "$keras"/layers/*; do
    check_layers "$(basename "$folder")"
done
