#!/bin/sh
# Random valid networks, built with guss, against the naive interpreter of the
# same graph: outputs in prediction, and the weights after a few updates; from
# every layer on, the same bits. Each is emitted for a target by turns.
#
#   GUSS_RANDOM=5000        how many networks; 200 without
#   GUSS_RANDOM_FIRST=1     the seed of the first
#   GUSS_REFUSED=fail       a network that cannot be built or predicted yet is a
#                           failure, else it is skipped
#
# All but every twentieth are compiled with -O1, which takes a quarter of the time:
# what is held here is the C that guss writes.
#
# A failing network is made again by: random_network make SEED FOLDER
# shellcheck source=tests/cli/lib.sh disable=SC2154
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 3
count=${GUSS_RANDOM:-200} first=${GUSS_RANDOM_FIRST:-1}

# Targets that this machine can run.
targets="native generic"
if [ "$(uname -m)" = x86_64 ] && [ -r /proc/cpuinfo ]; then
    grep -qw sse4_2 /proc/cpuinfo && targets="$targets x86-64-v2"
    grep -qw avx2 /proc/cpuinfo && targets="$targets x86-64-v3"
fi

cat >quick <<END
#!/bin/sh
exec ${GUSS_CC:-${CC:-cc}} "\$@" -O1
END
chmod +x quick

# try SEED GUSS TOOL TARGETS...: one network; its folder is left with
# `result`, a word and what there is to say.
cat >try <<'END'
seed=$1 guss=$2 tool=$3
shift 3
shift $((seed % $#))
target=$1
[ $((seed % 20)) -eq 0 ] || export GUSS_CC="$PWD/quick"
mkdir "$seed" && cd "$seed" || exit 3
"$tool" make "$seed" . >log 2>&1 || { echo "broken make" >result; exit 0; }
schedule=
[ -f schedule.yaml ] && schedule=schedule.yaml
if ! "$guss" build --target "$target" model.nn $schedule -o exe >log 2>&1; then
    if grep -qE 'be built (yet|so far)' log; then echo refused >result
    else echo "broken build, $target" >result; fi
    exit 0
fi
# The C compiler's words name a file of C; guss's own, the schedule.
if grep -q '\.[ch]:' log; then
    echo "noisy build, $target" >result
    exit 0
fi
inputs= names=$(sed -n '/^network main/,$s/^ *\(n[0-9]*\) = Input(.*/\1/p' model.nn)
for name in $names; do
    case $names in
    *n*n*) inputs="$inputs --input $name=$name.npy" ;;
    *) inputs="--input $name.npy" ;;
    esac
done
while read -r layer; do
    ./exe predict --network main --layer "$layer" $inputs \
        --weights weights.safetensors --output "$layer.out.npy" >log 2>&1 ||
        {
            echo "broken predict, $target" >result
            grep -q "data 'n[0-9]*=.* was not found" log && echo refused >result
            exit 0
        }
done <outputs.txt
result=$(head -n 1 outputs.txt)
while read -r layer; do
    ./exe predict --network main --from "$layer" --input "$layer.out.npy" \
        --layer "$result" --weights weights.safetensors --output again.npy \
        >log 2>&1
    case $? in
    0) cmp "$result.out.npy" again.npy >log 2>&1 ;;
    2) grep -qE 'not all passes|not computed from|computed together' log ;;
    *) false ;;
    esac || { echo "broken from $layer, $target" >result; exit 0; }
done <outputs.txt
if [ "$schedule" ]; then
    ./exe train --out run --init weights.safetensors --data . >log 2>&1 ||
        { echo "broken train, $target" >result; exit 0; }
    cp run/weights.safetensors trained.safetensors
fi
if "$tool" check . >log 2>&1; then echo "agrees $(tail -1 log)" >result
else echo "differs $target $(tail -1 log)" >result; fi
rm -rf exe run
END

last=$((first + count - 1)) jobs=$(getconf _NPROCESSORS_ONLN)
# shellcheck disable=SC2086 # words
seq "$first" "$last" | xargs -P "$jobs" -I '{}' \
    sh try '{}' "$guss" "$BUILD/tests/tools/random_network" $targets

# A network that could not be tried is a failure; so is one that differs.
for seed in $(seq "$first" "$last"); do
    read -r word rest <"$seed/result" || word=lost
    case $word in
    agrees | refused) continue ;;
    esac
    ok "random networks: $seed $word $rest" 1
    sed 's/^/    /' "$seed/log" | head -20
done
agreed=$(cat ./*/result | grep -c '^agrees')
refused=$(cat ./*/result | grep -c '^refused')
if [ "$refused" -gt 0 ] && [ "$GUSS_REFUSED" != fail ]; then
    skip "random networks: $refused of $count" "they cannot be built yet"
else
    ok "random networks: none of $count is refused ($refused)" "$refused"
fi
[ "$agreed" -gt 0 ]
ok "random networks: $agreed of $count agree with the naive interpreter" $?

# The tolerances are the networks' own: few may be loose.
cat ./*/result | awk '/^agrees/ { tensors += $5; loose += $7
        if ($3 > worst) worst = $3 }
    END { printf "%d of %d tensors are loose, %.0f %% of a tolerance was used\n",
              loose, tensors, 100 * worst
          exit !(loose * 20 <= tensors) }' >tolerances
ok "random networks: $(cat tolerances)" $?

# The check can fail: an executable's weights and outputs, slightly changed.
for seed in $(seq "$first" "$last"); do
    grep -q '^agrees' "$seed/result" && [ -f "$seed/trained.safetensors" ] &&
        break
done
cp "$seed/weights.safetensors" "$seed/trained.safetensors"
expect_status "random networks: weights that were not trained are found out" 1 \
    "$BUILD/tests/tools/random_network" check "$seed"
