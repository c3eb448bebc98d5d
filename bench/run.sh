#!/bin/sh
# Usage: bench/run.sh [OPTION...]; bench/run.sh --help lists them.
#
# Times training steps of the zoo's networks beside PyTorch, JAX and TensorFlow, in
# one run on this machine. Peers are looked for in $PYTHON, one Python or several with
# colons between them; where none is given, in python3 and in build/bench/venv, which is
# made once.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
BUILD=${BUILD:-$root/build}
case $BUILD in /*) ;; *) BUILD=$root/$BUILD ;; esac
out=$BUILD/bench
mkdir -p "$out"
export TORCHINDUCTOR_CACHE_DIR="$out/inductor" PYTHONDONTWRITEBYTECODE=1 \
    JAX_COMPILATION_CACHE_DIR="$out/jax"

say() { echo "bench: $*" >&2; }

has() {
    python=$1
    shift
    for module; do "$python" -c "import $module" >/dev/null 2>&1 || return 1; done
}

# A virtual environment of our own with all peers, made once.
make_venv() {
    has "$out/venv/bin/python" torch yaml && return
    say "installing the peers into $out/venv"
    {
        python3 -m venv "$out/venv" &&
            "$out/venv/bin/pip" install --quiet --retries 1 \
                -r "$root/bench/requirements.txt"
    } >"$out/venv.log" 2>&1 || say "that failed ($out/venv.log)"
}

if [ -z "${PYTHON:-}" ]; then
    PYTHON=python3
    has python3 torch yaml || {
        make_venv
        [ ! -x "$out/venv/bin/python" ] || PYTHON=python3:$out/venv/bin/python
    }
fi
# What runs the benchmark itself wants nothing but PyYAML.
for runner in $(echo "$PYTHON" | tr : ' ') python3; do
    if has "$runner" yaml; then
        exec "$runner" "$root/bench/compare.py" --guss "$BUILD/guss" \
            --out "$out" --python "$PYTHON" "$@"
    fi
done
say "no Python with PyYAML among $PYTHON"
exit 3
