#!/bin/sh
# Usage: tests/replay/replay.sh OLD NEW [NETWORKS]
#
# Whether two builds of guss compile the same to the same: OLD and NEW are build
# folders of two checkouts. Every model and example, the accepted texts of the
# tests and NETWORKS random networks (300 without) are emitted by both, for
# several targets, in float and in double. Where the C is the same to the byte
# nothing more is to be shown. Where it is not, both executables train for two
# epochs and predict: the weights, losses and outputs must be the same bits.
#
#   REPLAY_ALL=1   train and predict also where the C is the same
#   REPLAY_KEEP=1  keep the folder, and say which
#
# One line for each text that differs, and a last one with the counts; status 1
# where bits differ.
set -u
[ $# -ge 2 ] || { sed -n '2s/^# //p' "$0" >&2; exit 2; }
old=$(cd "$1" && pwd)/guss new=$(cd "$2" && pwd)/guss count=${3:-300}
root=$(cd "$(dirname "$0")/../.." && pwd)
# of the layers that OLD has
make_network=$(cd "$1" && pwd)/tests/tools/random_network
[ -x "$make_network" ] ||
    make_network=$(cd "$2" && pwd)/tests/tools/random_network
for program in "$old" "$new" "$make_network"; do
    [ -x "$program" ] || { echo "replay: no $program" >&2; exit 2; }
done
folder=$(mktemp -d)
[ -n "${REPLAY_KEEP-}" ] || trap 'rm -rf "$folder"' EXIT
export XDG_CACHE_HOME="$folder/cache"
cd "$folder" || exit 3

# ---- what is compiled: a folder each, with model.nn and perhaps a schedule ----

# add NAME MODEL [SCHEDULE]
add() {
    mkdir -p "cases/$1"
    cp "$2" "cases/$1/model.nn"
    [ $# -lt 3 ] || cp "$3" "cases/$1/schedule.yaml"
}
for model in "$root"/models/*.nn "$root"/examples/*/*.nn; do
    stem=$(basename "$model" .nn)
    add "$stem" "$model"
    for schedule in "$(dirname "$model")"/*.yaml; do
        case $(basename "$schedule") in
        "$stem".*) add "$(basename "$schedule" .yaml)" "$model" "$schedule" ;;
        esac
    done
done
for model in "$root"/tests/accept/*.nn; do
    add "accept-$(basename "$model" .nn)" "$model"
done
cp -r "$root"/tests/accept/include cases/accept-include/ 2>/dev/null
for seed in $(seq 1 "$count"); do
    mkdir -p "cases/random-$seed"
    "$make_network" make "$seed" "cases/random-$seed" >/dev/null 2>&1
done

# ---- one case ----------------------------------------------------------------

cat >compare <<'END'
# compare CASE OLD NEW: "same", "text" (other C, same bits) or "bits"
cd "cases/$1" || exit 3
schedule=
[ ! -f schedule.yaml ] || schedule=schedule.yaml
differs=
for options in "--target generic" "--target x86-64-v3" "--target x86-64-v4" \
    "--target x86-64-v4 --real double"; do
    for side in old new; do
        [ $side = old ] && guss=$2 || guss=$3
        rm -rf emitted $side
        # shellcheck disable=SC2086 # words
        "$guss" emit $options model.nn $schedule -o emitted >$side.said 2>&1
        rm -f emitted/Makefile # it names the build folder
        [ ! -d emitted ] || mv emitted $side
    done
    if ! cmp -s old.said new.said ||
        { [ -d old ] && ! diff -rq old new >/dev/null 2>&1; }; then
        differs=yes
        { echo "$1: $options"; diff old.said new.said; diff -r old new; } \
            >>differences 2>&1
    fi
done
[ -n "$differs" ] || [ -n "${REPLAY_ALL-}" ] || { echo same >result; exit 0; }

# runs SIDE GUSS: what it trains, says and predicts, in the folder run-SIDE.
runs() {
    rm -rf "run-$1"
    mkdir "run-$1"
    # what the C compiler says names folders that are new each time
    "$2" build model.nn $schedule -o exe >"$1.built" 2>&1 ||
        { : >"run-$1/refused"; return; }
    more=
    [ ! -f weights.safetensors ] || more="--init weights.safetensors --data ."
    if [ -n "$schedule" ]; then
        # shellcheck disable=SC2086 # words
        ./exe train --set epochs=2 --out trained $more >said 2>&1 ||
            tail -1 said >"run-$1/status"
        for file in weights.safetensors log.csv; do
            [ ! -f trained/$file ] ||
                sed 's/,[0-9.]*$//' trained/$file >"run-$1/$file"
        done
    fi
    rm -rf trained
    [ -f outputs.txt ] || { rm -f exe; return; }
    inputs= names=$(sed -n \
        '/^network main/,$s/^ *\(n[0-9]*\) = Input(.*/\1/p' model.nn)
    for name in $names; do
        case $names in
        *n*n*) inputs="$inputs --input $name=$name.npy" ;;
        *) inputs="--input $name.npy" ;;
        esac
    done
    while read -r layer; do
        # shellcheck disable=SC2086 # words
        ./exe predict --network main --layer "$layer" $inputs \
            --weights weights.safetensors --output "run-$1/$layer.npy" \
            >/dev/null 2>&1
    done <outputs.txt
    rm -f exe
}
runs old "$2"
runs new "$3"
if ! diff -rq run-old run-new >>differences 2>&1; then echo bits >result
elif [ -n "$differs" ]; then echo text >result
else echo same >result; fi
END
jobs=$(getconf _NPROCESSORS_ONLN)
find cases -mindepth 1 -maxdepth 1 -printf '%f\n' | sort |
    xargs -P "$jobs" -I '{}' sh compare '{}' "$old" "$new"

for case in cases/*; do
    read -r word <"$case/result" || word=lost
    [ "$word" = same ] || echo "$word: ${case#cases/}"
done
total=$(find cases -mindepth 1 -maxdepth 1 | wc -l)
same=$(cat cases/*/result | grep -c same)
text=$(cat cases/*/result | grep -c text)
[ -z "${REPLAY_KEEP-}" ] || echo "kept: $folder"
echo "$total compared: $same with the same C, $text with other C and the same" \
    "bits, $((total - same - text)) that differ"
[ $((same + text)) -eq "$total" ]
