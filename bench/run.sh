#!/bin/sh
# Usage: bench/run.sh [ROUNDS] [SECONDS]
#
# Times a training step of the simple autoencoder beside PyTorch, in one run on
# this machine: guss and its peer take turns, on one thread and on two. Prints
# the median of the rounds; the raw figures stay in build/bench/*.json.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
rounds=${1:-3} seconds=${2:-2}
BUILD=${BUILD:-$root/build}
case $BUILD in /*) ;; *) BUILD=$root/$BUILD ;; esac
out=$BUILD/bench
mkdir -p "$out"
rm -f "$out"/*.json
export TORCHINDUCTOR_CACHE_DIR="$out/inductor"

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

# number FILE KEY: a key's value in a flat JSON object, one object in FILE.
number() {
    tr -d '[:space:]' <"$1" | tr '{},' '[\n*]' | sed -n "s/^\"$2\"://p" |
        tr -d '"'
}

# middle KEY FILE...: the median over the rounds.
middle() {
    key=$1
    shift
    for file; do number "$file" "$key"; done | sort -g |
        awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'
}

# row WHAT THREADS MS GFLOP PEAK GUSS_MS: one line of the table.
row() {
    awk -v what="$1" -v threads="$2" -v ms="$3" -v gflop="$4" -v peak="$5" \
        -v guss="$6" 'BEGIN {
            printf "%-9s %7d %10.3f %12.0f %8.1f%% %12.2f\n", what, threads,
                ms, 256e3 / ms, 100 * gflop / ms * 1e3 / peak, ms / guss }'
}

measure() {
    for round in $(seq "$rounds"); do
        for threads in 1 2; do
            say "round $round of $rounds, threads $threads"
            "$out/simple_autoencoder" bench --threads "$threads" \
                --seconds "$seconds" --format json \
                >"$out/guss.$threads.$round.json"
            [ -z "$python" ] || OMP_NUM_THREADS=$threads "$python" \
                "$root/bench/pytorch_step.py" --threads "$threads" \
                --seconds "$seconds" >"$out/pytorch.$threads.$round.json"
        done
    done
}

print_table() {
    printf '%-9s %7s %10s %12s %9s %12s\n' "" threads "ms a step" \
        "samples a s" "of peak" "times guss"
    for threads in 1 2; do
        ms=$(middle ms_per_step "$out/guss.$threads".*.json)
        gflop=$(middle gflop_per_step "$out/guss.$threads".*.json)
        peak=$(middle peak_gflops "$out/guss.$threads".*.json)
        row guss $threads "$ms" "$gflop" "$peak" "$ms"
        [ -z "$python" ] ||
            row PyTorch $threads \
                "$(middle ms_per_step "$out/pytorch.$threads".*.json)" \
                "$gflop" "$peak" "$ms"
    done
}

print_peer() {
    for threads in 1 2; do
        file=$out/pytorch.$threads.1.json
        echo "PyTorch $(number "$file" version), threads $threads:" \
            "$(number "$file" way)"
    done
}

"$BUILD/guss" build "$root/models/simple_autoencoder.nn" \
    "$root/models/simple_autoencoder.mnist.yaml" -o "$out/simple_autoencoder"
python=$(find_python) || python=
[ -n "$python" ] || say "no PyTorch here ($out/venv.log): guss alone"
measure
echo "simple autoencoder, batch 256, Adam, binary cross-entropy, float32"
sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1
print_table
[ -z "$python" ] || print_peer
