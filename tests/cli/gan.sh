#!/bin/sh
# The paper's vanilla GAN, from schedule to images: the same bits with any number
# of threads, after stopping and after SIGKILL; what its commands write; and what
# `guss train` advises when it is interrupted.
# shellcheck source=tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
cd "$scratch" || exit 1
models=$root/models

sed 's/^epochs:.*/iterations: 40/; s/^checkpoint:.*/checkpoint: {every: 3}/
     s/^snapshots:.*/snapshots: {at: [1, 40], count: 7, columns: 4}/' \
    "$models/vanilla_gan.smileys.yaml" >gan.yaml
"$guss" build "$models/vanilla_gan.nn" gan.yaml -o gan >out 2>&1
ok "gan: the vanilla GAN is built" $? || { cat out; exit 1; }

# same NAME FOLDER FOLDER: two runs came to the same.
same() {
    cmp "$2/weights.safetensors" "$3/weights.safetensors" &&
        cmp "$2/log.csv" "$3/log.csv" &&
        cmp "$2/samples/00000040.png" "$3/samples/00000040.png"
    ok "gan: $1" $?
}

expect_status "gan: it trains" 0 ./gan train --threads 1 --out whole
for threads in 2 3 7; do
    ./gan train --threads $threads --out t$threads 2>err || cat err
    same "$threads threads give the bits of one" whole t$threads
done
for stop in 1 2 5 8 13 17 22 29 33 39; do
    ./gan train --set iterations=$stop --out s$stop >out 2>&1
    ./gan train --resume s$stop --set iterations=40 2>err || cat out err
    same "stopped after $stop iterations and resumed" whole s$stop
done

[ "$(head -n 1 whole/log.csv)" = "epoch,iteration,discriminator_loss,\
generator_loss,real_accuracy,generated_accuracy,spread" ] &&
    [ "$(wc -l <whole/log.csv)" -eq 41 ]
ok "gan: the log has a row for every epoch, which is one iteration" $?
[ -s whole/samples/00000001.png ] && [ -s whole/loss.png ] &&
    ! cmp -s whole/samples/00000001.png whole/samples/00000040.png
ok "gan: there are sheets of the iterations asked for, and a curve" $?

# SIGKILL at no chosen place, until the run is done; a batch of 256 takes about
# a millisecond.
./gan train --set iterations=400 --out smooth 2>err || cat err
options='--out torn --set iterations=400' killed=0
while [ $killed -lt 15 ]; do
    # shellcheck disable=SC2086 # words
    ./gan train $options >out 2>err &
    sleep 0.1
    kill -KILL $! 2>/dev/null
    wait $! 2>/dev/null
    [ $? -eq 137 ] || break
    killed=$((killed + 1))
    [ -e torn/checkpoints ] && ls torn/checkpoints/*.guss >out 2>&1 &&
        options='--resume torn'
    [ "$options" = '--resume torn' ] || rm -rf torn
done
# shellcheck disable=SC2086 # words
expect_status "gan: killed $killed times, it comes to its end" 0 \
    ./gan train $options
cmp smooth/weights.safetensors torn/weights.safetensors &&
    cmp smooth/log.csv torn/log.csv
ok "gan: killed $killed times, it has the same bits" $?

# Each network has an optimizer of its own.
expect_status "gan: the generator's learning rate can be set" 0 ./gan train \
    --out slow --set optimizer.generator.learning_rate=0
expect_status "gan: both networks' weights are first weights" 0 ./gan train \
    --out further --init whole/weights.safetensors
weights=whole/weights.safetensors
expect_status "gan: it generates" 0 ./gan generate --weights $weights \
    --count 9 --output nine.png --npy nine.npy
./gan generate --weights $weights --count 300 --threads 3 --output many.png \
    --npy many.npy
tail -c +129 nine.npy >nine
tail -c +129 many.npy | head -c "$(wc -c <nine)" | cmp - nine
ok "gan: the first of many images are those of few" $?
./gan generate --weights $weights --seed 1 --count 7 --columns 4 \
    --output again.png && cmp again.png whole/samples/00000040.png
ok "gan: generate draws the last sheet of the run anew" $?
for command in "interpolate" "nearest" "evaluate" "bench --seconds 0.1"; do
    set -- --weights $weights --output drawn.png
    case $command in
    evaluate) set -- --weights $weights ;;
    bench*) set -- ;;
    esac
    # shellcheck disable=SC2086 # words
    expect_status "gan: $command" 0 ./gan $command "$@"
done
expect_status "gan: the discriminator predicts" 0 ./gan predict \
    --network discriminator --weights $weights --input smileys/test \
    --output judged.npy
expect_status "gan: reconstruct is refused" 1 ./gan reconstruct \
    --weights $weights --input smileys/test --output x.png
expect_text "gan: reconstruct is refused, and why" "$scratch/err" <<'END'
error: network 'generator' is a gan's generator and reconstructs nothing; 'generate' draws what the generator makes
END

# A latent file; a batch that is odd.
expect_status "gan: latent vectors of the images' own numbers" 0 ./gan train \
    --out filed --set 'latent={file: nine.npy}' --set iterations=3
sed 's/^batch: .*/batch: 255/' gan.yaml >odd.yaml
expect_status "gan: an odd batch" 1 "$guss" train "$models/vanilla_gan.nn" \
    odd.yaml
grep -q "'batch' must be even, not 255" "$scratch/err"
ok "gan: an odd batch is an error" $?

# What `guss train` advises, and a schedule that names another file's network.
"$guss" train "$models/vanilla_gan.nn" gan.yaml --out stopped \
    --set iterations=1000000 >out 2>err &
for _ in $(seq 300); do
    [ -e stopped/checkpoints/3.guss ] && break
    sleep 0.1
done
kill -INT $!
wait $!
[ $? -eq 130 ] && grep -q "; go on with: guss train $models/vanilla_gan.nn \
gan.yaml --resume stopped\$" err
ok "gan: guss train says how to go on with guss train" $? || cat err
sed 's/^network:.*/network: critic/' "$models/simple_autoencoder.smileys.yaml" \
    >other.yaml
"$guss" build "$models/simple_autoencoder.nn" other.yaml -o x >out 2>&1
grep -q ":3:10: error: unknown network 'critic'; the file has \
'Simple_Autoencoder' alone\$" out
ok "gan: the only network that could be meant is named" $? || cat out

python3 -c 'import os, pty; os.waitstatus_to_exitcode' 2>err || {
    skip "gan: its epochs on a terminal" "no python3 with pty"
    exit 0
}
TERM=xterm python3 "$root/tests/cli/terminal.py" 80 ./gan train --threads 1 \
    --out shown --set epochs=2 --set snapshots.every=1 2>&1 |
    sed 's/[0-9]\.[0-9][0-9e+-]*/N/g; s/done in 0:[0-9]*/done in TIME/' >screen
expect_text "gan: its epochs on a terminal" screen <<'END'
generator, discriminator: smileys/train, 400 samples; batch 256, 1 thread;
to shown
1/2  D loss N  G loss N  real N  generated N  spread N
epoch 2/2  D loss N  G loss N  real N  generated N  N s
done in TIME: shown/weights.safetensors
last images: shown/samples/00000002.png
END
