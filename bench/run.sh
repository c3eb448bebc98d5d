#!/bin/sh
# Usage: bench/run.sh [-r ROUNDS] [-s SECONDS] [MODEL...]
#
# Times a training step of the paper's models beside PyTorch, in one run on this
# machine: guss and its peer take turns, on one thread and on two. Prints the
# median of the rounds, and what it takes to build each model; the raw figures
# stay in build/bench/*.json.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
rounds=3 seconds=2
while getopts r:s: option; do
    case $option in
    r) rounds=$OPTARG ;;
    s) seconds=$OPTARG ;;
    *) exit 2 ;;
    esac
done
shift $((OPTIND - 1))
[ $# -gt 0 ] || set -- simple_autoencoder deep_autoencoder \
    convolutional_autoencoder vanilla_gan dcgan
BUILD=${BUILD:-$root/build}
case $BUILD in /*) ;; *) BUILD=$root/$BUILD ;; esac
out=$BUILD/bench
mkdir -p "$out"
rm -f "$out"/*.json
export TORCHINDUCTOR_CACHE_DIR="$out/inductor" PYTHONDONTWRITEBYTECODE=1

say() { echo "bench: $*" >&2; }

has_torch() { "$1" -c 'import numpy, torch' >/dev/null 2>&1; }

# A Python with PyTorch: $PYTHON, or a virtual environment of our own, made
# once. Prints nothing where there is none.
find_python() {
    for python in "${PYTHON:-python3}" "$out/venv/bin/python"; do
        if has_torch "$python"; then
            echo "$python"
            return
        fi
    done
    say "installing PyTorch into $out/venv"
    "${PYTHON:-python3}" -m venv "$out/venv" >"$out/venv.log" 2>&1 &&
        "$out/venv/bin/pip" install --quiet --retries 1 \
            torch==2.13.0 numpy >>"$out/venv.log" 2>&1 &&
        has_torch "$out/venv/bin/python" &&
        echo "$out/venv/bin/python"
}

# value FILE KEY: a key's value in a JSON object; the first of the name.
value() {
    tr '{},' '[\n*]' <"$1" | sed -n "s/^ *\"$2\": *//p" | head -n 1 | tr -d '"'
}

# middle KEY FILE...: the median over the rounds.
middle() {
    key=$1
    shift
    for file; do value "$file" "$key"; done | sort -g |
        awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

# The schedule that a model is timed with: of MNIST, but for the DCGAN's batch
# of 50.
schedule_of() {
    case $1 in dcgan) echo smile2 ;; *) echo mnist ;; esac
}

# build MODEL: the executable, how long that takes and how much C it is.
build() {
    model=$root/models/$1
    begin=$(date +%s%N)
    "$BUILD/guss" build "$model.nn" "$model.$(schedule_of "$1").yaml" \
        -o "$out/$1" --keep "$out/$1.emitted"
    end=$(date +%s%N)
    bytes=$(cat "$out/$1.emitted"/*.c | wc -c)
    echo "$1 $(((end - begin) / 1000000)) $bytes" >>"$out/builds"
}

# time_peer MODEL THREADS ROUND: all ways in the first round, then the fastest.
time_peer() {
    [ -n "$python" ] || return 0
    first=$out/pytorch.$1.$2.1.json
    way=
    [ "$3" -eq 1 ] || way=$(sed -n 's/.*"way": "\([^"]*\)".*/\1/p' "$first")
    OMP_NUM_THREADS=$2 "$python" "$root/bench/pytorch_step.py" "$1" \
        --threads "$2" --seconds "$seconds" ${way:+--way "$way"} \
        >"$out/pytorch.$1.$2.$3.json"
}

measure() {
    for round in $(seq "$rounds"); do
        for threads in 1 2; do
            say "$1, round $round of $rounds, threads $threads"
            "$out/$1" bench --threads "$threads" --seconds "$seconds" \
                --format json >"$out/guss.$1.$threads.$round.json"
            time_peer "$1" "$threads" "$round"
        done
    done
}

# row MODEL THREADS: guss's milliseconds, share of the peak, and the peer's.
row() {
    set -- "$1" "$2" "$(middle ms_per_step "$out/guss.$1.$2".*.json)" \
        "$(middle gflops "$out/guss.$1.$2".*.json)" \
        "$(middle peak_gflops "$out/guss.$1.$2".*.json)"
    peer=- eager=-
    if [ -n "$python" ]; then
        peer=$(middle ms_per_step "$out/pytorch.$1.$2".*.json)
        eager=$(value "$out/pytorch.$1.$2.1.json" eager_ms)
    fi
    awk -v model="$1" -v threads="$2" -v ms="$3" -v rate="$4" -v peak="$5" \
        -v peer="$peer" -v eager="$eager" '
        function times(other) {
            return other == "-" ? "-" : sprintf("%.2f", other / ms) }
        function milliseconds(other) {
            return other == "-" ? "-" : sprintf("%.2f", other) }
        BEGIN { printf "%-26s %7d %8.3f %7.1f%% %8s %6s %8s %6s\n", model,
            threads, ms, 100 * rate / peak, milliseconds(peer), times(peer),
            milliseconds(eager), times(eager) }'
}

print_steps() {
    printf '%-26s %7s %8s %8s %8s %6s %8s %6s\n' "a training step" threads \
        "guss, ms" "of peak" PyTorch times eager times
    for model; do
        for threads in 1 2; do row "$model" $threads; done
    done
}

print_builds() {
    printf '\n%-26s %10s %12s\n' "guss build" seconds "emitted, KB"
    while read -r model milliseconds bytes; do
        awk -v model="$model" -v ms="$milliseconds" -v bytes="$bytes" 'BEGIN {
            printf "%-26s %10.2f %12.1f\n", model, ms / 1000, bytes / 1000 }'
    done <"$out/builds"
}

print_ways() {
    echo
    for model; do
        for threads in 1 2; do
            file=$out/pytorch.$model.$threads.1.json
            echo "PyTorch $(value "$file" version), $model, threads $threads:" \
                "$(sed -n 's/.*"way": "\([^"]*\)".*/\1/p' "$file")"
        done
    done
}

rm -f "$out/builds"
for model; do build "$model"; done
python=$(find_python) || python=
[ -n "$python" ] || say "no PyTorch here ($out/venv.log): guss alone"
for model; do measure "$model"; done
sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1
print_steps "$@"
print_builds
[ -z "$python" ] || print_ways "$@"
